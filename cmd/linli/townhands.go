package main

import (
	"time"

	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/roster"
)

// soon is how long before their shift people come.
const soon = 30 * time.Minute

// arrive lets those be there whose shift begins soon.
func (k *cooking) arrive() error {
	return k.places(func(self people.Actor, h roster.Held) error {
		if h.ArrivedAt != nil || h.In.ArriveAt.Sub(k.a.clk.Now()) > soon {
			return nil
		}
		_, err := k.a.roster.Arrive(k.ctx, self, h.ID)
		return err
	})
}

// cannotCome lets one who carries say that they cannot today.
func (k *cooking) cannotCome() error {
	done := false
	return k.places(func(self people.Actor, h roster.Held) error {
		if done || h.In.Activity != roster.Carry || !sameDay(h.In.Day, k.today) {
			return nil
		}
		done = true
		_, err := k.a.roster.Cannot(k.ctx, self, h.ID)
		return err
	})
}

// stepsIn gives what the kitchen lacks today to whoever can.
func (k *cooking) stepsIn() error {
	now := k.a.clk.Now()
	holes, err := k.a.roster.Holes(k.ctx, k.lead.Community, now, now.Add(6*time.Hour))
	if err != nil {
		return err
	}
	can, err := k.volunteers()
	for _, sh := range holes {
		for i := len(can) - 1; i >= 0 && sh.Activity.ForMeal(); i-- {
			_, err := k.a.roster.Sign(k.ctx, k.as(can[i]), sh.ID)
			if err == nil {
				break
			}
			if unlessRefused(err) != nil {
				return err
			}
		}
	}
	return err
}

// places does something with each place of those who help and have no phone on the page.
func (k *cooking) places(do func(self people.Actor, h roster.Held) error) error {
	can, err := k.volunteers()
	if err != nil {
		return err
	}
	for _, id := range can {
		held, err := k.a.roster.Mine(k.ctx, k.as(id))
		if err != nil {
			return err
		}
		for _, h := range held {
			if err := unlessRefused(do(k.as(id), h)); err != nil {
				return err
			}
		}
	}
	return nil
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }
