package street

import (
	"github.com/linli-bot/linli/internal/botapi"
)

// bots are all the bots that the phones talk to, each once.
func (s *street) bots() []*botapi.Bot {
	all := make([]*botapi.Bot, 0, len(s.Bots))
	for _, b := range s.Bots {
		all = append(all, b)
	}
	return all
}

// watch signals whenever any chat of any bot changed.
func (s *street) watch() (changes <-chan struct{}, stop func()) {
	merged := make(chan struct{}, 1)
	var stops []func()
	ended := make(chan struct{})
	for _, b := range s.bots() {
		one, unwatch := b.Watch()
		stops = append(stops, unwatch)
		go func() {
			for {
				select {
				case <-one:
					select {
					case merged <- struct{}{}:
					default:
					}
				case <-ended:
					return
				}
			}
		}()
	}
	return merged, func() {
		close(ended)
		for _, unwatch := range stops {
			unwatch()
		}
	}
}

// fileOf finds a file at any of the bots.
func (s *street) fileOf(id string) (data []byte, kind string, err error) {
	for _, b := range s.bots() {
		if data, kind, err = b.File(id); err == nil {
			return data, kind, nil
		}
	}
	return nil, "", err
}
