package main

import (
	"fmt"
	"strings"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/setup"
)

// changeLine words a change of a community for whoever keeps the machine.
func changeLine(c community.Change) string {
	switch c.What {
	case community.AreaAdded:
		return fmt.Sprintf("area %s: added", c.Of)
	case community.AreaRenamed:
		if c.Of == "" {
			return fmt.Sprintf("area %s: added; everything belongs to it so far", c.Is)
		}
		return fmt.Sprintf("area %s: is called %s", c.Of, c.Is)
	case community.AreaRemoved:
		return fmt.Sprintf("area %s: removed", c.Of)
	case community.BuildingAdded:
		return fmt.Sprintf("building %s: added, %s entrances%s", c.Of, c.Is, inArea(c.In))
	case community.BuildingMoved:
		return fmt.Sprintf("building %s: now%s", c.Of, inArea(c.In))
	case community.EntrancesAre:
		return fmt.Sprintf("building %s: entrances %s → %s", c.Of, c.Was, c.Is)
	case community.BuildingRemoved:
		return fmt.Sprintf("building %s: removed", c.Of)
	case community.KindAdded:
		return fmt.Sprintf("kind %s: added, people hear within %s hours", c.Of, c.Is)
	case community.KindNamed:
		return fmt.Sprintf("kind %s: name (%s) %s → %s", c.Of, c.Lang, orNone(c.Was), orNone(c.Is))
	case community.KindDue:
		return fmt.Sprintf("kind %s: people hear within %s → %s hours", c.Of, c.Was, c.Is)
	case community.KindTake:
		return fmt.Sprintf("kind %s: somebody takes it within %s → %s minutes of duty", c.Of, c.Was, c.Is)
	case community.KindDo:
		return fmt.Sprintf("kind %s: done within %s → %s hours", c.Of, c.Was, c.Is)
	case community.KindClock:
		return fmt.Sprintf("kind %s: its hours run by the clock of %s → %s", c.Of, c.Was, c.Is)
	case community.KindOffered:
		if c.Is == "true" {
			return fmt.Sprintf("kind %s: offered again", c.Of)
		}
		return fmt.Sprintf("kind %s: offered no more", c.Of)
	case community.KindsOrdered:
		return fmt.Sprintf("kinds: order %s", c.Is)
	case community.NumberIs:
		return fmt.Sprintf("emergency number, %s: %s → %s", c.Of, c.Was, c.Is)
	case community.RoleNamed:
		return fmt.Sprintf("role %s: name (%s) %s → %s", c.Of, c.Lang, orNone(c.Was), orNone(c.Is))
	case community.DangerSaid:
		return fmt.Sprintf("danger words, %s, %s: %s → %s", c.Of, c.Lang, orNone(c.Was), orNone(c.Is))
	case setup.HolidaysAre:
		off, worked, _ := strings.Cut(c.Is, "+")
		return fmt.Sprintf("holidays of %s: %s days off, %s worked to make up for them", c.Of, off, worked)
	default:
		return fmt.Sprintf("%s: %s → %s", c.What, orNone(c.Was), orNone(c.Is))
	}
}

// staysLine words why something that is not in the file is there all the same.
func staysLine(c community.Change) string {
	if c.What == community.AreaRemoved {
		return fmt.Sprintf("area %q stays: buildings or people belong to it", c.Of)
	}
	return fmt.Sprintf("building %s stays: people live there, or something was reported there", c.Of)
}

func inArea(name string) string {
	if name == "" {
		return ""
	}
	return " in area " + name
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}
