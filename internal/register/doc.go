// Package register reads a list of people out of a spreadsheet and puts it onto
// the register, as a whole or not at all.
//
//	file → cells (Read) → rows and faults (Parse) → plan (Compare) → people.Load
//
// What a cell holds is text, whatever it looks like: no formula is worked out,
// and a fault names its row and column. An empty cell changes nothing.
package register

import (
	"context"
	"fmt"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/refusal"
)

// Limits of a list, looked at before it is opened.
const (
	MaxBytes = 5 << 20
	MaxRows  = 20_000
)

// Column is what a cell says of somebody.
type Column string

// The columns.
const (
	Name      Column = "name"
	Building  Column = "building"
	Entrance  Column = "entrance"
	Flat      Column = "flat"
	Floor     Column = "floor"
	Phone     Column = "phone"
	Born      Column = "born"
	Tags      Column = "tags"
	Languages Column = "languages"
	Notes     Column = "notes"
	Agreed    Column = "agreed"
)

// Columns are all columns, in the order in which the template has them.
var Columns = []Column{Name, Building, Entrance, Flat, Floor, Phone, Born, Tags, Languages, Notes, Agreed}

// Words are what a list may say, in every language.
type Words struct {
	Headings  map[Column][]string
	Tags      map[string][]string // by code
	Languages map[string][]string // by code
	Yes       []string
	Examples  []string // the name in the row that is only an example
}

// Sheet is a file that somebody sent.
type Sheet struct {
	Name  string // as its sender's machine calls it
	Data  []byte
	Words Words
}

// Service loads lists.
type Service struct {
	people      *people.Service
	communities *community.Service
	clk         *clock.Clock
}

// New returns the service.
func New(persons *people.Service, communities *community.Service, clk *clock.Clock) *Service {
	return &Service{people: persons, communities: communities, clk: clk}
}

// DryRun tells what loading a list would do, and changes nothing.
func (s *Service) DryRun(ctx context.Context, actor people.Actor, sheet Sheet) (Plan, error) {
	have, err := s.people.Entries(ctx, actor)
	if err != nil {
		return Plan{}, fmt.Errorf("dry run: %w", err)
	}
	rows, faults, err := s.rows(ctx, actor.Community, sheet)
	if err != nil {
		return Plan{}, fmt.Errorf("dry run: %w", err)
	}
	plan := Compare(rows, have)
	plan.Faults = faults
	return plan, nil
}

// Load loads a list; one with a fault is refused as a whole. The key makes a
// repeat harmless: it loads nothing and gives the same counts.
func (s *Service) Load(ctx context.Context, actor people.Actor, key string, sheet Sheet) (Counts, error) {
	rows, faults, err := s.rows(ctx, actor.Community, sheet)
	if err != nil {
		return Counts{}, fmt.Errorf("load: %w", err)
	}
	if len(faults) > 0 {
		return Counts{}, refusal.New(refusal.Invalid, "register.faulty", "row", faults[0].Row)
	}
	counts, err := s.people.Load(ctx, actor, people.Loading{Key: key, Plan: func(have []people.Entry) ([]people.Entry, map[string]int, error) {
		plan := Compare(rows, have)
		return append(plan.New, plan.Changed...), plan.Counts().told(), nil
	}})
	if err != nil {
		return Counts{}, fmt.Errorf("load: %w", err)
	}
	return countsOf(counts), nil
}

func (s *Service) rows(ctx context.Context, in int64, sheet Sheet) ([]Row, []Fault, error) {
	cells, err := Read(sheet.Name, sheet.Data)
	if err != nil {
		return nil, nil, err
	}
	buildings, err := s.communities.Buildings(ctx, in)
	if err != nil {
		return nil, nil, err
	}
	return Parse(cells, Reader{Words: sheet.Words, Buildings: buildings, ThisYear: s.clk.Now().Year()})
}
