package main

import (
	"fmt"
	"io"
	"os"

	"github.com/linli-bot/linli/internal/refusal"
)

// isTerminal reports whether somebody sits in front of what is printed, and
// nothing keeps it.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// introduce tells how to claim the bots that have no secretary: the link itself
// on a terminal alone, as whatever else is printed may be kept.
func (a *app) introduce(w world, terminal bool) error {
	for _, token := range a.tokens {
		id, err := botID(token)
		if err != nil {
			return err
		}
		of, err := a.communities.ByBot(w.ctx, id)
		if err != nil {
			return err
		}
		if _, err = a.people.Secretary(w.ctx, of.ID); !refusal.Is(err, refusal.NotFound) {
			if err != nil {
				return err
			}
			continue
		}
		if terminal {
			err = claiming{false, token, a.apiURL}.print(w, a.communities, a.people)
		}
		if !terminal || err != nil {
			_, said := fmt.Fprintf(w.stdout, "%s has no secretary yet. Run `linli claim` and open the link on your phone.\n", of.Name)
			err = said
		}
		if err != nil {
			return err
		}
	}
	return nil
}
