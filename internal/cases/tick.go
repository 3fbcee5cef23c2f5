package cases

import (
	"context"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/people"
)

// Tick is the job that looks at the clocks of a case, and sees to those that have
// run out since it last looked.
func (s *Service) Tick(ctx context.Context, community, id int64) error {
	return s.job(ctx, community, id, func(t *turn) error {
		if !slices.Contains(toDo, t.from) || t.c.SeenTo == nil {
			return nil
		}
		due := t.ran()
		if len(due) == 0 {
			return t.enqueue(ctx, t.clock())
		}
		t.c.SeenTo = &t.now
		left, err := t.leftAlone(ctx)
		if err != nil || left {
			return err
		}
		for _, what := range due {
			if err := t.tick(ctx, what); err != nil {
				return err
			}
		}
		return t.save(ctx)
	})
}

// ran are the clocks that have run out since they were seen to, each once. After a
// long silence nobody is warned of what is late already.
func (t *turn) ran() []tick {
	var due []tick
	for _, m := range t.moments(t.c) {
		if m.at.After(*t.c.SeenTo) && !m.at.After(t.now) && !slices.Contains(due, m.what) {
			due = append(due, m.what)
		}
	}
	if slices.Contains(due, tickLate) {
		due = slices.DeleteFunc(due, func(w tick) bool { return w == tickWarn })
	}
	return due
}

// leftAlone hands a case over whose holder is not reached any more, or is away and
// did nothing for it since: whatever the clock had to say is said to who holds it then.
func (t *turn) leftAlone(ctx context.Context) (bool, error) {
	if t.c.Holder == 0 {
		return false, nil
	}
	holder, err := people.ReadPerson(ctx, t.tx, t.c.Community, t.c.Holder)
	if err != nil || holder.Reachable && holder.Here() {
		return false, err
	}
	if goes, err := t.goesAnyway(ctx, holder); err != nil || goes {
		return false, err
	}
	next, err := t.successor(ctx, t.c.Holder)
	if err != nil || next == 0 || next == t.c.Holder {
		return false, err
	}
	return true, t.handOver(ctx, t.c.Holder)
}

// tick sees to one clock that has run out.
func (t *turn) tick(ctx context.Context, what tick) error {
	switch what {
	case tickUnnamed:
		return t.askKind(ctx, t.c.Holder)
	case tickUnsure:
		charge, err := t.inCharge(ctx, t.c.About)
		if err != nil || charge == t.c.Holder {
			return err
		}
		return t.askKind(ctx, charge)
	case tickClimb:
		return t.climb(ctx)
	case tickSlip:
		return t.slip(ctx)
	case tickComing:
		return t.notCome(ctx)
	case tickWarn:
		return t.rings(ctx, MoveWarn, "case.warned", t.c.Holder)
	case tickLate:
		return t.late(ctx)
	case tickCharge:
		return t.lateToCharge(ctx)
	case tickSilent:
		return t.silent(ctx)
	case tickStill:
		return t.still(ctx)
	}
	return nil
}

// late tells whoever has to move it that it is not done: of what is proposed that is
// who shall look at it.
func (t *turn) late(ctx context.Context) error {
	if t.from != Proposed {
		return t.rings(ctx, MoveLate, "case.late", t.c.Holder)
	}
	second, err := t.second(ctx)
	if err != nil {
		return err
	}
	return t.rings(ctx, MoveLate, "case.proposed", second)
}

// lateToCharge tells who is in charge, or who stands in for them where it is for
// themselves that it waits. Of what is private they hear nothing.
func (t *turn) lateToCharge(ctx context.Context) error {
	if t.c.Private != "" {
		return nil
	}
	has := t.c.Holder
	if t.from == Proposed {
		second, err := t.second(ctx)
		if err != nil {
			return err
		}
		has = second
	}
	charge, err := t.inCharge(ctx, t.c.About)
	if err == nil && charge == has && t.from == Proposed {
		charge, err = t.inCharge(ctx, has)
	}
	if err != nil || charge == has {
		return err
	}
	return t.rings(ctx, MoveLate, "case.late_charge", charge)
}

// askKind asks somebody of what kind a case is, which nobody has said yet.
func (t *turn) askKind(ctx context.Context, of int64) error {
	if of == 0 {
		return nil
	}
	return t.rings(ctx, MoveWarn, "case.unnamed", of)
}

// rings notes what a clock says, and tells it to somebody.
func (t *turn) rings(ctx context.Context, code Move, topic string, to int64) error {
	if err := t.aside(ctx, code, detail{"person": to}); err != nil {
		return err
	}
	return t.ping(ctx, news{topic: topic}, to)
}

// slip tells who brought it that it takes longer than they were told, unless
// somebody has announced themselves for a time before that.
func (t *turn) slip(ctx context.Context) error {
	if t.c.ComingAt != nil && t.c.ComingAt.After(t.now) {
		return nil
	}
	if err := t.aside(ctx, MoveSlip, detail{"holder": t.c.Holder}); err != nil {
		return err
	}
	return t.tellFamily(ctx, news{topic: "case.slips", urgency: noticeOf(t.c)})
}

// notCome asks whoever announced themselves for another time, and lets those who
// wait for them know that it is not forgotten.
func (t *turn) notCome(ctx context.Context) error {
	if t.c.ComingAt == nil {
		return nil // it has just been handed over
	}
	if worked, err := t.workedSince(ctx); err != nil || worked {
		return err
	}
	t.c.ComingAt = nil
	if err := t.aside(ctx, MoveSlip, detail{"holder": t.c.Holder}); err != nil {
		return err
	}
	if err := t.ping(ctx, news{topic: "case.not_come"}, t.c.Holder); err != nil {
		return err
	}
	return t.tellFamily(ctx, news{topic: "case.slips", urgency: noticeOf(t.c)})
}

// workedSince reports whether whoever holds the case has said anything of it since
// the time for which they announced themselves, or else since it was due or they
// took it.
func (t *turn) workedSince(ctx context.Context) (bool, error) {
	since := t.c.ComingAt
	switch {
	case since != nil:
	case t.c.TakenAt.After(*t.c.DoneBy):
		since = t.c.TakenAt
	default:
		since = t.c.DoneBy
	}
	return t.saidSince(ctx, *since)
}

// saidSince reports whether whoever holds the case has done anything about it since;
// so does one to whom it came back, or for whom what it waited for is there.
func (t *turn) saidSince(ctx context.Context, since time.Time) (is bool, err error) {
	err = t.tx.GetContext(ctx, &is, `
		SELECT EXISTS (SELECT FROM case_events WHERE community_id = $1 AND case_id = $2 AND at > $4
			AND (actor_id = $3 OR to_status = 'taken' AND from_status <> 'taken'))`,
		t.c.Community, t.c.ID, t.c.Holder, since)
	return is, err
}

// silent hands over what is late and of which its holder has said nothing, though
// they and who is in charge were told. Who is in charge keeps what is theirs.
func (t *turn) silent(ctx context.Context) error {
	if t.from != Taken || t.c.ComingAt != nil && t.c.ComingAt.After(t.now) {
		return nil
	}
	t.c.ComingAt = nil
	if worked, err := t.workedSince(ctx); err != nil || worked {
		return err
	}
	_, err := t.relieved(ctx)
	return err
}

// relieved hands over to who could go instead, if there is anybody, and reports
// whether it did. With who is in charge it stays.
func (t *turn) relieved(ctx context.Context) (bool, error) {
	if t.c.Private != "" {
		return t.relievedHearer(ctx)
	}
	charge, err := t.inCharge(ctx, t.c.About)
	if err != nil || charge == t.c.Holder {
		return false, err
	}
	next, err := t.successor(ctx, t.c.Holder)
	if err != nil || next == 0 || next == t.c.Holder {
		return false, err
	}
	return true, t.handOver(ctx, t.c.Holder)
}

// still looks again at what is late though everything was said of it: where its
// holder has said nothing since the last look another has it now, or, where there is
// none, they are told once more. What waits comes back to them by itself.
func (t *turn) still(ctx context.Context) error {
	if t.from != Taken || t.c.ComingAt != nil && t.c.ComingAt.After(t.now) {
		return nil
	}
	said, err := t.saidSince(ctx, *t.stood.SeenTo)
	if err != nil || said {
		return err
	}
	relieved, err := t.relieved(ctx)
	if err != nil || relieved {
		return err
	}
	return t.rings(ctx, MoveLate, "case.late", t.c.Holder)
}
