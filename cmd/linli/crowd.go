package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// The homes of a crowd: houses of three entrances, six floors of three flats each, and
// three people behind a door.
const (
	crowdEntrances = 3
	crowdFloors    = 6
	crowdFlats     = 3
	crowdFamily    = 3
	crowdHouse     = crowdEntrances * crowdFloors * crowdFlats * crowdFamily
)

// crowdBase is before the accounts of a crowd.
const crowdBase = 100_000

// Of each hundred in a crowd so many have no Telegram, have blocked the bot, or tap what
// a message asks them first.
const (
	crowdOffline = 12
	crowdBlocked = 4
	crowdReads   = 65
)

// crowd are the others of a town, who are not on the page: each has a phone of their
// own, but for some. They are as many as a notice is to reach.
type crowd struct {
	town
	size int
	met  []*botapi.Phone
	seen map[int64]int64 // of each account the newest message that they looked at
}

var crowdNames = map[string][2][]string{
	"zh": {
		{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"},
		{"建军", "玉兰", "志强", "桂香", "海燕", "文华", "淑芬", "国庆", "晓东", "美华", "金凤", "德明", "雪梅", "振华", "秋菊", "永福"},
	},
	"en": {
		{"Abbott", "Barker", "Carver", "Dawson", "Ellis", "Foster", "Garner", "Hobbs", "Irving", "Jarvis", "Keller", "Lawson", "Mercer", "Norris", "Osborn", "Palmer"},
		{"Alice", "Bruno", "Clara", "Derek", "Elsie", "Frank", "Greta", "Harold", "Irene", "Jonas", "Karin", "Louis", "Marta", "Nils", "Olive", "Peter"},
	},
}

// crowded gathers a crowd of that size in each town; none where it is 0.
func (s *stage) crowded(ctx context.Context, size int) error {
	if size == 0 {
		return nil
	}
	for _, t := range s.towns {
		c := &crowd{town: t, size: size, seen: map[int64]int64{}}
		if err := c.gather(ctx, s.app); err != nil {
			return err
		}
		s.crowds = append(s.crowds, c)
	}
	return nil
}

// entry is the nth of them: children, parents and the old behind one door after the
// other; of the old many live alone.
func (c *crowd) entry(n int, houses []community.Building) people.Entry {
	names := crowdNames[c.lang]
	family, given := names[0][n/crowdFamily%len(names[0])], names[1][n*7%len(names[1])]
	name := family + given
	if c.lang != "zh" {
		name = given + " " + family
	}
	home := n / crowdFamily
	flat := home % (crowdFloors * crowdFlats)
	e := people.Entry{
		Name: name, Phone: fmt.Sprintf("0535-6%06d", n), BirthYear: 1936 + n*37%80, Agreed: true,
		Building: houses[n/crowdHouse%len(houses)].ID, Entrance: 1 + home/(crowdFloors*crowdFlats)%crowdEntrances,
		Flat: strconv.Itoa(100*(1+flat/crowdFlats) + 1 + flat%crowdFlats),
	}
	if e.BirthYear < 1950 && n%3 == 0 {
		e.Tags = people.Codes{"alone"}
	}
	if n%7 == 0 {
		e.Phone = ""
	}
	return e
}

// gather builds the houses of a crowd, puts it on the register as a list does, and gives
// out the phones. A town that was kept from an earlier day has its crowd already.
func (c *crowd) gather(ctx context.Context, a *app) error {
	office, _, err := c.office(ctx, a)
	if err != nil {
		return fmt.Errorf("crowd of town %s: %w", c.lang, err)
	}
	houses, err := c.housed(ctx, a, office)
	if err != nil {
		return fmt.Errorf("crowd of town %s: %w", c.lang, err)
	}
	const most = 1000 // at once
	for from := 0; from < c.size; from += most {
		_, err = a.people.Load(ctx, office, people.Loading{Key: fmt.Sprint("crowd ", from), Plan: func([]people.Entry) ([]people.Entry, map[string]int, error) {
			var entries []people.Entry
			for n := from; n < min(from+most, c.size); n++ {
				entries = append(entries, c.entry(n, houses))
			}
			return entries, map[string]int{"new": len(entries)}, nil
		}})
		if err != nil {
			return fmt.Errorf("crowd of town %s: %w", c.lang, err)
		}
	}
	return c.phones(ctx, a, office, houses)
}

// housed are the houses in which the crowd lives: above those of the town, where nobody
// else does.
func (c *crowd) housed(ctx context.Context, a *app, by people.Actor) ([]community.Building, error) {
	all, err := a.communities.Buildings(ctx, by.Community)
	if err != nil {
		return nil, err
	}
	const own = 3 // houses that the town has itself
	for n := len(all); n < own+(c.size+crowdHouse-1)/crowdHouse; n++ {
		b, err := a.communities.AddBuilding(ctx, by.Community, by.Person, community.Building{
			Name: strconv.Itoa(n + 1), Entrances: crowdEntrances, Area: all[0].Area,
		})
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all[own:], nil
}

// phones gives those of the crowd who have one the phone on which they met the bot.
func (c *crowd) phones(ctx context.Context, a *app, by people.Actor, houses []community.Building) error {
	var ids []int64
	homes := make([]int64, len(houses))
	for i, h := range houses {
		homes[i] = h.ID
	}
	err := a.db.SelectContext(ctx, &ids, `
		WITH those AS (
			SELECT p.id, row_number() OVER (ORDER BY p.id) AS n FROM persons p
			WHERE p.community_id = $1 AND p.building_id = ANY ($2::bigint[]))
		UPDATE persons p SET telegram = $3 + t.n, reachable = true FROM those t
		WHERE p.community_id = $1 AND p.id = t.id AND t.n % 100 >= $4
		RETURNING p.telegram`, by.Community, pq.Array(homes), crowdBase, crowdOffline)
	if err != nil {
		return fmt.Errorf("phones of town %s: %w", c.lang, err)
	}
	for _, id := range ids {
		p := c.bot.Phone(botapi.Account{ID: id, FirstName: strconv.FormatInt(id, 10), LanguageCode: c.lang})
		p.Met()
		if id%100 >= 100-crowdBlocked {
			p.Block()
		}
		c.met = append(c.met, p)
	}
	return nil
}

// read lets them look at their phones, until ctx ends: some at a time, each now and then.
// Most tap the first button of what they find.
func (c *crowd) read(ctx context.Context) {
	const look, at = time.Second, 40
	tick := time.NewTicker(look)
	defer tick.Stop()
	for n := 0; len(c.met) > 0; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for range at {
			c.looks(c.met[n%len(c.met)])
			n++
		}
	}
}

func (c *crowd) looks(p *botapi.Phone) {
	last, who := p.Chat().Last(), p.Account().ID
	if last.ID == c.seen[who] || len(last.Buttons) == 0 || last.Buttons[0][0].Data == "" {
		return
	}
	c.seen[who] = last.ID
	if (who*31+last.ID)%100 < crowdReads {
		_, _ = p.Tap(last.ID, last.Buttons[0][0].Data) // it may be gone by now
	}
}
