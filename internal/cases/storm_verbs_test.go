package cases_test

import (
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/cases"
	"github.com/linli-bot/linli/internal/people"
)

// verb is something that a hand can try on a case: code is the move that comes of
// it, by who would make it.
type verb struct {
	name string
	code cases.Move
	by   whose
	do   func(h *hand, id int64) error
}

// plain is a verb without anything beside the case.
func plain(do func(h *hand) func(a people.Actor, id int64) (cases.Case, error)) func(*hand, int64) error {
	return func(h *hand, id int64) error { _, err := do(h)(h.me, id); return err }
}

// noting is a verb that adds something with a key.
func noting(as access.Action, do func(h *hand, id int64, n cases.Note) (cases.Case, error)) func(*hand, int64) error {
	return func(h *hand, id int64) error {
		return h.keyed(as, func(n cases.Note) error { _, err := do(h, id, n); return err })
	}
}

func (h *hand) outcome() cases.Outcome {
	return []cases.Outcome{cases.Held, cases.Held, cases.Half, cases.NotFixed}[h.dice.IntN(4)]
}

func (h *hand) later() time.Time {
	return h.clk.Now().Add(time.Duration(1+h.dice.IntN(5000)) * time.Minute)
}

func (h *hand) pending() cases.Pending {
	if h.dice.IntN(2) == 0 {
		return cases.Pending{For: cases.ForResident, Why: "tell_more"}
	}
	return cases.Pending{For: cases.ForParts, Until: h.later()}
}

func (h *hand) proposal() cases.Proposal {
	return []cases.Proposal{
		{As: cases.Cannot, Why: "no_way"}, {As: cases.Wish, Why: "for_all"}, {As: cases.Spam, Why: "prank"},
		{As: cases.Referred, Why: "theirs", To: "property", AskOn: h.later()},
	}[h.dice.IntN(4)]
}

// visit is one of a case, 0 where it has none.
func (h *hand) visit(id int64) (visit int64, kind cases.VisitKind, err error) {
	err = h.db.QueryRowxContext(h.ctx, `
		SELECT coalesce(max(id), 0), coalesce(max(kind), '') FROM case_visits WHERE community_id = $1 AND case_id = $2 AND ended_at IS NULL`,
		h.id, id).Scan(&visit, &kind)
	return visit, kind, err
}

func (h *hand) visited(id int64) error {
	visit, kind, err := h.visit(id)
	if err != nil {
		return err
	}
	found := []cases.Found{cases.FoundHeld, cases.FoundNot, cases.Nobody, cases.Nobody}[h.dice.IntN(4)]
	if kind == cases.OtherBody {
		found = []cases.Found{cases.DoneThere, cases.AskLater, cases.FoundNot}[h.dice.IntN(3)]
	}
	_, err = h.cases.Visited(h.ctx, h.me, visit, cases.Finding{Found: found, After: 48 * time.Hour})
	return err
}

// follow gives up a report of one's own for a case that it is like.
func (h *hand) follow(id int64) error {
	if h.dice.IntN(5) > 0 { // else little else happens
		return nil
	}
	like, err := h.cases.Read(h.ctx, h.id, id)
	if err != nil {
		return err
	}
	draft, err := h.cases.Keep(h.ctx, h.me, cases.Report{Key: h.fresh(), Kind: like.Kind, Place: like.Place, Media: h.picture()})
	if err != nil {
		return err
	}
	if _, err = h.cases.Follow(h.ctx, h.me, draft.ID, id); err != nil {
		return err
	}
	return nil
}

func (h *hand) sign(id int64) error {
	a, err := h.cases.Agreement(h.ctx, h.id, id)
	if err != nil {
		return err
	}
	_, err = h.cases.Sign(h.ctx, h.me, id, a.ID, h.dice.IntN(3) > 0)
	return err
}

// verbs are all that a hand tries.
var verbs = []verb{
	{"join", cases.MoveJoin, home, noting(access.Confirm, func(h *hand, id int64, n cases.Note) (cases.Case, error) { return h.cases.Object(h.ctx, h.me, id, n) })},
	{"answer", cases.MoveJoin, home, noting(access.Confirm, func(h *hand, id int64, n cases.Note) (cases.Case, error) { return h.cases.Answer(h.ctx, h.me, id, n) })},
	{"left", cases.MoveLeft, home, noting(access.Confirm, func(h *hand, id int64, n cases.Note) (cases.Case, error) { return h.cases.Left(h.ctx, h.me, id, n) })},
	{"left for", cases.MoveLeft, another, noting(access.AnswerFor, func(h *hand, id int64, n cases.Note) (cases.Case, error) { return h.cases.LeftFor(h.ctx, h.me, id, n) })},
	{"say", cases.MoveSay, home, noting(access.Talk, func(h *hand, id int64, n cases.Note) (cases.Case, error) {
		c, err := h.cases.Say(h.ctx, h.me, id, n)
		return c.Case, err
	})},
	{"ask", cases.MoveSay, holder, noting(access.Talk, func(h *hand, id int64, n cases.Note) (cases.Case, error) {
		c, err := h.cases.Say(h.ctx, h.me, id, n)
		return c.Case, err
	})},
	{"remark", cases.MoveRemark, another, noting(access.Remark, func(h *hand, id int64, n cases.Note) (cases.Case, error) { return h.cases.Remark(h.ctx, h.me, id, n) })},
	{"progress", cases.MoveProgress, holder, noting(access.Progress, func(h *hand, id int64, n cases.Note) (cases.Case, error) { return h.cases.Progress(h.ctx, h.me, id, n) })},
	{"report done", cases.MoveDone, holder, noting(access.ReportDone, func(h *hand, id int64, n cases.Note) (cases.Case, error) {
		return h.cases.ReportDone(h.ctx, h.me, id, n)
	})},
	{"done at once", cases.MoveTake, holder, noting(access.ReportDone, func(h *hand, id int64, n cases.Note) (cases.Case, error) {
		return h.cases.ReportDone(h.ctx, h.me, id, n)
	})},
	{"tell side", cases.MoveHear, holder, noting(access.Mediate, func(h *hand, id int64, n cases.Note) (cases.Case, error) {
		return h.cases.TellSide(h.ctx, h.me, id, cases.Side(1+id%2), n)
	})},
	{"speak as side", cases.MoveSide, home, noting(access.Side, func(h *hand, id int64, n cases.Note) (cases.Case, error) {
		return h.cases.SpeakAsSide(h.ctx, h.me, id, n)
	})},

	{"take", cases.MoveTake, another, plain(func(h *hand) func(people.Actor, int64) (cases.Case, error) {
		return func(a people.Actor, id int64) (cases.Case, error) { return h.cases.Take(h.ctx, a, id) }
	})},
	{"take mine", cases.MoveTake, holder, plain(func(h *hand) func(people.Actor, int64) (cases.Case, error) {
		return func(a people.Actor, id int64) (cases.Case, error) { return h.cases.Take(h.ctx, a, id) }
	})},
	{"pass", cases.MovePass, holder, func(h *hand, id int64) error { _, err := h.cases.Pass(h.ctx, h.me, id, "no_time"); return err }},
	{"call", cases.MoveCall, holder, func(h *hand, id int64) error { _, err := h.cases.Call(h.ctx, h.me, id); return err }},
	{"plan", cases.MovePlan, holder, func(h *hand, id int64) error { _, err := h.cases.Plan(h.ctx, h.me, id, h.later()); return err }},
	{"wait", cases.MoveWait, holder, func(h *hand, id int64) error { _, err := h.cases.Wait(h.ctx, h.me, id, h.pending()); return err }},
	{"go on", cases.MoveWake, holder, func(h *hand, id int64) error { _, err := h.cases.GoOn(h.ctx, h.me, id); return err }},
	{"undo", cases.MoveUndo, holder, func(h *hand, id int64) error { _, err := h.cases.Undo(h.ctx, h.me, id); return err }},
	{"propose", cases.MovePropose, holder, func(h *hand, id int64) error { _, err := h.cases.Propose(h.ctx, h.me, id, h.proposal()); return err }},
	{"agree", cases.MoveAgree, another, func(h *hand, id int64) error { _, err := h.cases.Agree(h.ctx, h.me, id); return err }},
	{"refuse", cases.MoveRefuse, another, func(h *hand, id int64) error { _, err := h.cases.Refuse(h.ctx, h.me, id, "say_more", ""); return err }},
	{"disagree", cases.MoveDisagree, home, func(h *hand, id int64) error { _, err := h.cases.Disagree(h.ctx, h.me, id); return err }},
	{"not there", cases.MoveReopen, home, func(h *hand, id int64) error { _, err := h.cases.NotThere(h.ctx, h.me, id); return err }},
	{"confirm", cases.MoveHeld, home, func(h *hand, id int64) error { _, err := h.cases.Confirm(h.ctx, h.me, id, h.outcome()); return err }},
	{"answer for", cases.MoveHeld, another, func(h *hand, id int64) error { _, err := h.cases.AnswerFor(h.ctx, h.me, id, h.outcome()); return err }},
	{"again", cases.MoveAgain, home, func(h *hand, id int64) error { _, err := h.cases.Again(h.ctx, h.me, id); return err }},
	{"still holds", cases.MoveVisit, home, func(h *hand, id int64) error { _, err := h.cases.StillHolds(h.ctx, h.me, id); return err }},
	{"visited", cases.MoveVisit, another, func(h *hand, id int64) error { return h.visited(id) }},
	{"saw it", cases.MoveSeen, another, func(h *hand, id int64) error {
		visit, _, err := h.visit(id)
		if err == nil {
			_, err = h.cases.SawIt(h.ctx, h.me, visit, cases.Note{Media: h.picture()})
		}
		return err
	}},
	{"pass visit", cases.MoveVisit, another, func(h *hand, id int64) error {
		visit, _, err := h.visit(id)
		if err == nil {
			_, err = h.cases.PassVisit(h.ctx, h.me, visit)
		}
		return err
	}},
	{"share", cases.MoveShare, home, func(h *hand, id int64) error { _, err := h.cases.Share(h.ctx, h.me, id); return err }},
	{"unshare", cases.MoveUnshare, home, func(h *hand, id int64) error { _, err := h.cases.Unshare(h.ctx, h.me, id); return err }},
	{"take back", cases.MoveTakeBack, home, func(h *hand, id int64) error {
		if h.dice.IntN(20) > 0 { // else nothing is left for the others
			return nil
		}
		_, err := h.cases.TakeBack(h.ctx, h.me, id)
		return err
	}},
	{"amend", cases.MoveAmend, another, func(h *hand, id int64) error {
		_, err := h.cases.Amend(h.ctx, h.me, id, cases.Amendment{Key: new(h.dice.IntN(2) == 0), Urgent: new(h.dice.IntN(2) == 0)})
		return err
	}},
	{"give", cases.MoveGive, another, func(h *hand, id int64) error {
		_, err := h.cases.Give(h.ctx, h.me, id, h.staff[h.dice.IntN(len(h.staff))].Person)
		return err
	}},
	{"remind", cases.MoveRemind, another, func(h *hand, id int64) error { _, err := h.cases.Remind(h.ctx, h.me, id); return err }},
	{"no reply", cases.MoveNoReply, another, func(h *hand, id int64) error { _, err := h.cases.NoReply(h.ctx, h.me, id); return err }},
	{"told", cases.MoveCall, another, func(h *hand, id int64) error { _, err := h.cases.ToldByPhone(h.ctx, h.me, id); return err }},
	{"seal", cases.MoveSeal, another, func(h *hand, id int64) error {
		if h.dice.IntN(40) > 0 { // else all is private soon
			return nil
		}
		_, err := h.cases.Seal(h.ctx, h.me, id, cases.Case{Private: cases.Quarrel})
		return err
	}},
	{"merge", cases.MoveDuplicate, another, func(h *hand, id int64) error {
		_, err := h.cases.Merge(h.ctx, h.me, id, h.about[h.dice.IntN(len(h.about))])
		return err
	}},
	{"unmerge", cases.MoveUnmerge, another, func(h *hand, id int64) error { _, err := h.cases.Unmerge(h.ctx, h.me, id); return err }},
	{"follow", cases.MoveFollow, anybodys, func(h *hand, id int64) error { return h.follow(id) }},
	{"unfollow", cases.MoveLeave, anybodys, func(h *hand, id int64) error { _, err := h.cases.Unfollow(h.ctx, h.me, id); return err }},
	{"invite", cases.MoveInvite, holder, func(h *hand, id int64) error {
		_, err := h.cases.Invite(h.ctx, h.me, id, h.homes[h.dice.IntN(len(h.homes))].Person)
		return err
	}},
	{"settle", cases.MoveSettle, holder, func(h *hand, id int64) error {
		_, err := h.cases.Settle(h.ctx, h.me, id, cases.Agreement{Words: "felt under the chairs", KeptOn: h.later()}, h.fresh())
		return err
	}},
	{"sign", cases.MoveSign, home, func(h *hand, id int64) error { return h.sign(id) }},
	{"kept", cases.MoveKept, home, func(h *hand, id int64) error { _, err := h.cases.Kept(h.ctx, h.me, id, h.dice.IntN(3) > 0); return err }},
}

// job is something that the bot does when its time has come, whether there is
// anything to do or not.
type job struct {
	name string
	do   func(h *hand, id int64) error
}

var jobs = []job{
	{"clock", func(h *hand, id int64) error { return h.cases.Tick(h.ctx, h.id, id) }},
	{"clock", func(h *hand, id int64) error { return h.cases.Tick(h.ctx, h.id, id) }},
	{"wake", func(h *hand, id int64) error { return h.cases.WakeItself(h.ctx, h.id, id) }},
	{"silence", func(h *hand, id int64) error { return h.cases.Silent(h.ctx, h.id, id) }},
	{"visit due", func(h *hand, id int64) error { return h.cases.VisitDue(h.ctx, h.id, id) }},
	{"look again", func(h *hand, id int64) error { return h.cases.LookAgain(h.ctx, h.id, id) }},
	{"hearer", func(h *hand, id int64) error { return h.cases.FindHearer(h.ctx, h.id, id) }},
	{"kept due", func(h *hand, id int64) error { return h.cases.KeptDue(h.ctx, h.id, id) }},
	{"kept silent", func(h *hand, id int64) error { return h.cases.KeptSilent(h.ctx, h.id, id) }},
	{"look in", func(h *hand, id int64) error { return h.cases.LookInDue(h.ctx, h.id, id) }},
	{"ask again", func(h *hand, id int64) error { return h.cases.AskAgain(h.ctx, h.id, id, h.fresh()) }},
	{"unreached", func(h *hand, id int64) error {
		c, err := h.cases.Read(h.ctx, h.id, id)
		if err != nil || c.Holder == 0 {
			return err
		}
		return h.cases.Unreached(h.ctx, h.id, id, c.Holder)
	}},
}
