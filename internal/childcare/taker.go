package childcare

import (
	"context"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/pg"
)

// taker is somebody who wants a child.
type taker struct {
	collector int64  // their row on its list, also one that ended or is barred
	person    int64  // where they are on the register
	name      string // where they are not
	called    string // by everybody
	ask       Ask
	listed    bool
	barred    bool
}

const collectorColumns = `k.community_id AS community, k.id, k.child_id AS child, coalesce(k.person_id, 0) AS person, k.name, k.phone,
	k.barred, k.why, k.from_day AS from, k.until_day AS until`

// taker reads who wants the child: one of the three that a Leaving can name. It is
// NotFound where there is no such row of this child's.
func (w *ward) taker(ctx context.Context, l Leaving) (t taker, err error) {
	switch {
	case l.Collector != 0 && l.Guardian == 0 && l.Ask == 0:
		t, err = w.collector(ctx, l.Collector)
	case l.Guardian != 0 && l.Collector == 0 && l.Ask == 0:
		t, err = w.guardian(ctx, l.Guardian)
	case l.Ask != 0 && l.Collector == 0 && l.Guardian == 0:
		t, err = w.stranger(ctx, l.Ask)
	default:
		return t, invalid("care.who")
	}
	if err != nil {
		return t, err
	}
	return t, w.bars(ctx, &t)
}

// collector reads somebody on the list; they are listed where their row holds today.
func (w *ward) collector(ctx context.Context, id int64) (taker, error) {
	var c struct {
		Collector
		Ended bool
	}
	err := w.tx.GetContext(ctx, &c, `
		SELECT `+collectorColumns+`, k.ended_at IS NOT NULL AS ended FROM care_collectors k
		WHERE k.community_id = $1 AND k.id = $2 AND k.child_id = $3`, w.by.Community, id, w.child.ID)
	if err := found(err, "collector", id); err != nil {
		return taker{}, err
	}
	holds := !c.Ended && !c.Barred && (c.From == nil || !c.From.After(w.day)) && (c.Until == nil || !c.Until.Before(w.day))
	t := taker{collector: c.ID, person: c.Person, name: c.Name, called: c.Name, listed: holds, barred: c.Barred && !c.Ended}
	if t.person != 0 {
		t.name = ""
	}
	return t, nil
}

// guardian reads one who decides; somebody who does not is not there.
func (w *ward) guardian(ctx context.Context, id int64) (taker, error) {
	all, err := guardians(ctx, w.tx, w.by.Community, w.child.ID)
	if err != nil {
		return taker{}, err
	}
	for _, one := range all {
		if one == id {
			p, err := people.ReadPerson(ctx, w.tx, w.by.Community, id)
			return taker{person: id, called: pg.Cut(p.Name, maxName), listed: true}, err
		}
	}
	return taker{}, access.NotFound()
}

// stranger reads somebody for whom who decides is or was asked.
func (w *ward) stranger(ctx context.Context, ask int64) (taker, error) {
	a, err := readAsk(ctx, w.tx, w.by.Community, ask)
	if err == nil && a.Child != w.child.ID {
		err = access.NotFound()
	}
	if err != nil {
		return taker{}, err
	}
	t := taker{name: a.Name, ask: a}
	if a.Name == "" {
		t.person = a.AnsweredBy
	}
	return t, nil
}

// bars finds out whether somebody is barred: by their row, as who they are on the
// register, or, where only a name is known, by that.
func (w *ward) bars(ctx context.Context, t *taker) error {
	if t.barred {
		return nil
	}
	var ids []int64
	err := w.tx.SelectContext(ctx, &ids, `
		SELECT id FROM care_collectors
		WHERE community_id = $1 AND child_id = $2 AND barred AND ended_at IS NULL
			AND (person_id = nullif($3::bigint, 0) OR $3::bigint = 0 AND $4::bigint = 0 AND lower(name) = lower($5::text)) ORDER BY id`,
		w.by.Community, w.child.ID, t.person, t.collector, t.name)
	if err != nil || len(ids) == 0 {
		return err
	}
	t.barred, t.collector = true, ids[0]
	return nil
}

// claim is what is known of a taker, and what speaks for them.
func (w *ward) claim(ctx context.Context, t taker, l Leaving) (claim, error) {
	k := claim{here: w.is.Place.ours(), barred: t.barred, listed: t.listed, hand: strings.TrimSpace(l.Hand) != "", typed: l.Code != ""}
	code, state, err := w.code(ctx)
	if err != nil {
		return k, err
	}
	k.state, k.right = state, state == CodeFresh && l.Code == code
	if k.listed {
		if k.known, err = w.knows(ctx, t); err != nil {
			return k, err
		}
	}
	if t.ask.ID != 0 {
		k.asked, err = w.asked(ctx, t.ask)
	}
	return k, err
}

// knows reports whether the actor has seen a taker: they gave them a child of this
// family's before, by code or by hand. Who typed in what stood on paper has seen nobody.
func (w *ward) knows(ctx context.Context, t taker) (is bool, err error) {
	err = w.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM care_custody
			WHERE community_id = $1 AND giver_id = $2 AND how IN ('code', 'hand') AND reason <> 'paper'
				AND (collector_id = nullif($3::bigint, 0) OR holder_id = nullif($4::bigint, 0)))`,
		w.by.Community, w.by.Person, t.collector, t.person)
	return is, err
}

// asked is what a question is worth now.
func (w *ward) asked(ctx context.Context, a Ask) (yes, error) {
	switch {
	case !a.Day.Equal(w.day) || a.UsedAt != nil || a.AnsweredAt != nil && a.AnsweredBy == 0:
		return worthless, nil
	case a.AnsweredAt == nil:
		return unanswered, nil
	case !a.Yes:
		return saidNo, nil
	}
	err := w.s.decides(ctx, w.tx, people.Actor{Community: w.by.Community, Person: a.AnsweredBy}, w.child.ID)
	if isNotFound(err) { // who said yes decides no more
		return worthless, nil
	}
	return saidYes, err
}
