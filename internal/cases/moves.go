package cases

import (
	"slices"

	"github.com/linli-bot/linli/internal/access"
)

// Move is what happens to a case. Codes are stored in its events.
type Move string

// The moves of a report in the making.
const (
	MoveDraft      Move = "drafted"
	MoveJoin       Move = "joined"
	MovePlace      Move = "placed"
	MoveWhom       Move = "for_whom"
	MoveName       Move = "named"
	MoveSend       Move = "sent"
	MoveSendItself Move = "self_sent"
	MoveUnsent     Move = "unsent"
	MoveDrop       Move = "dropped"
	MoveAlarm      Move = "alarmed"
	MoveAlarmNo    Move = "alarm_denied"
	MoveAskSame    Move = "asked_same" // whoever brings it, whether it is another one
)

// The moves from hand to hand, until it is reported done.
const (
	MoveTake      Move = "taken"
	MovePass      Move = "passed"
	MoveEscalate  Move = "escalated" // nobody took it: the next step of the ladder
	MoveUnreached Move = "unreached"
	MoveHandOver  Move = "handed_over"
	MoveGive      Move = "given"
	MoveSeal      Move = "sealed" // it is private, and goes to a mediator
	MoveWait      Move = "waits"
	MoveWake      Move = "woken" // what it waited for is there
	MoveDone      Move = "done"
	MoveUndo      Move = "undone" // the last step, by whoever made it
)

// The ends, and what undoes them.
const (
	MovePropose     Move = "proposed"
	MoveAgree       Move = "agreed"
	MoveRefuse      Move = "refused"
	MoveDisagree    Move = "disagreed"
	MoveHeld        Move = "held"
	MoveSeen        Move = "seen"
	MoveUnconfirmed Move = "unconfirmed"
	MoveReopen      Move = "reopened"
	MoveAgain       Move = "broke_again" // it had held
	MoveDuplicate   Move = "duplicate"
	MoveUnmerge     Move = "unmerged"
	MoveTakeBack    Move = "taken_back"
)

// The moves that leave a case where it is.
const (
	MoveCall     Move = "called"
	MoveProgress Move = "progress"
	MoveLeft     Move = "left"
	MoveSay      Move = "said"       // by one end to the other, through the bot
	MoveRemark   Move = "remarked"   // among staff
	MoveAmend    Move = "amended"    // its kind, its urgency, that it matters
	MovePlan     Move = "planned"    // when somebody comes
	MoveFollow   Move = "followed"   // it is another's trouble too
	MoveLeave    Move = "unfollowed" // and no more
	MoveHear     Move = "heard"      // one side of a quarrel
	MoveSettle   Move = "settled"    // what both sides are to agree to is written down
	MoveInvite   Move = "invited"    // the other side
	MoveLapse    Move = "lapsed"     // the way in for the other side closed, and nobody had come
	MoveSide     Move = "side_said"  // by one side to whoever hears both
	MoveSign     Move = "signed"     // one side says whether it agrees
	MoveKept     Move = "kept"       // one side says that what was agreed was kept
	MoveRemind   Move = "reminded"
	MoveNotTold  Move = "not_told" // somebody should have heard and has no Telegram that works
	MoveAskAgain Move = "asked_again"
	MoveNoReply  Move = "no_reply"  // somebody was phoned in vain
	MoveWarn     Move = "warned"    // a clock runs out soon
	MoveLate     Move = "late"      // a clock has run out
	MoveSlip     Move = "slips"     // the resident was told that it takes longer than promised
	MoveVisitDue Move = "visit_due" // somebody is to go there once more
	MoveVisit    Move = "visited"
	MoveShare    Move = "shared"   // its pictures may be shown to the neighbours
	MoveUnshare  Move = "unshared" // and no more
)

// itself stands for the bot: moves that nobody's tap makes.
const itself access.Action = ""

type move struct {
	from Status
	code Move
	to   Status
	who  access.Action
}

// moves is everything that can happen. Progress and done on a case that is
// assigned to who says so take it first; there is no other way round the table.
var moves = []move{
	{Draft, MoveDraft, Draft, access.Report},
	{Draft, MoveJoin, Draft, access.Confirm},
	{Draft, MovePlace, Draft, access.SendDraft},
	{Draft, MoveName, Draft, access.SendDraft},
	{Draft, MoveWhom, Draft, access.SendDraft},
	{Draft, MoveUnsent, Draft, itself},
	{Draft, MoveUnreached, Draft, itself},
	{Draft, MoveHandOver, Draft, itself},
	{Draft, MoveDrop, Dropped, access.SendDraft},
	{Draft, MoveAlarmNo, Draft, access.SendDraft},
	{Draft, MoveAskSame, Draft, access.SendDraft},

	{Draft, MoveSend, Assigned, access.SendDraft},
	{Draft, MoveSend, Open, access.SendDraft},
	{Draft, MoveSendItself, Assigned, itself},
	{Draft, MoveSendItself, Open, itself},
	{Draft, MoveAlarm, Assigned, access.SendDraft},
	{Draft, MoveAlarm, Open, access.SendDraft},

	{Open, MoveAlarm, Open, access.SendDraft},
	{Assigned, MoveAlarm, Assigned, access.SendDraft},

	{Open, MoveTake, Taken, access.Take},
	{Assigned, MoveTake, Taken, access.Take},
	{Assigned, MovePass, Assigned, access.Pass},
	{Open, MoveEscalate, Assigned, itself},
	{Open, MoveEscalate, Open, itself},
	{Assigned, MoveEscalate, Assigned, itself},
	{Assigned, MoveUnreached, Assigned, itself},
	{Assigned, MoveUnreached, Open, itself},
	{Assigned, MoveHandOver, Assigned, itself},
	{Assigned, MoveHandOver, Open, itself},
	{Taken, MoveHandOver, Assigned, itself},
	{Taken, MoveHandOver, Open, itself},
	{Waiting, MoveHandOver, Assigned, itself},
	{Waiting, MoveHandOver, Open, itself},
	{Proposed, MoveHandOver, Assigned, itself},
	{Proposed, MoveHandOver, Open, itself},
	{Done, MoveHandOver, Done, itself},
	{Open, MoveGive, Assigned, access.Give},
	{Assigned, MoveGive, Assigned, access.Give},
	{Taken, MoveGive, Assigned, access.Give},
	{Waiting, MoveGive, Assigned, access.Give},
	{Open, MoveSeal, Assigned, access.Amend},
	{Assigned, MoveSeal, Assigned, access.Amend},
	{Taken, MoveSeal, Assigned, access.Amend},
	{Waiting, MoveSeal, Assigned, access.Amend},

	{Taken, MoveWait, Waiting, access.Progress},
	{Waiting, MoveWait, Waiting, access.Progress},
	{Waiting, MoveWake, Taken, access.Progress},
	{Taken, MoveDone, Done, access.ReportDone},
	{Waiting, MoveDone, Done, access.ReportDone},
	{Taken, MoveUndo, Assigned, access.Progress},
	{Waiting, MoveUndo, Taken, access.Progress},
	{Proposed, MoveUndo, Taken, access.Progress},
	{Done, MoveUndo, Taken, access.Progress},

	{Taken, MovePropose, Proposed, access.Propose},
	{Waiting, MovePropose, Proposed, access.Propose},
	{Proposed, MoveAgree, Referred, access.Decide},
	{Proposed, MoveAgree, Cannot, access.Decide},
	{Proposed, MoveAgree, Wish, access.Decide},
	{Proposed, MoveAgree, Spam, access.Decide},
	{Proposed, MoveRefuse, Taken, access.Decide},
	{Proposed, MoveDisagree, Assigned, access.Disagree}, // whoever complained is heard by another
	{Proposed, MoveDisagree, Referred, access.Disagree}, // or finds whom to turn to outside
	{Proposed, MoveUnconfirmed, Unconfirmed, itself},    // nobody's word came, of what is private
	{Unconfirmed, MoveAgree, Referred, access.Side},     // which still counts when it comes
	{Unconfirmed, MoveAgree, Cannot, access.Side},
	{Unconfirmed, MoveDisagree, Assigned, access.Disagree},
	{Unconfirmed, MoveDisagree, Referred, access.Disagree},
	{Referred, MoveDisagree, Assigned, access.Disagree},
	{Cannot, MoveDisagree, Assigned, access.Disagree},
	{Wish, MoveDisagree, Assigned, access.Disagree},
	{Spam, MoveDisagree, Assigned, access.Disagree},
	{Referred, MoveReopen, Assigned, access.AnswerFor},

	{Open, MoveDuplicate, Duplicate, access.Merge},
	{Assigned, MoveDuplicate, Duplicate, access.Merge},
	{Taken, MoveDuplicate, Duplicate, access.Merge},
	{Waiting, MoveDuplicate, Duplicate, access.Merge},
	{Duplicate, MoveUnmerge, Assigned, access.Merge},
	{Duplicate, MoveUnmerge, Open, access.Merge},

	{Done, MoveHeld, Held, access.Confirm},
	{Seen, MoveHeld, Held, access.Confirm},
	{Unconfirmed, MoveHeld, Held, access.Confirm},
	{Done, MoveSeen, Seen, access.AnswerFor},
	{Done, MoveUnconfirmed, Unconfirmed, access.AnswerFor},
	{Done, MoveReopen, Taken, access.Confirm},
	{Seen, MoveReopen, Taken, access.Confirm},
	{Unconfirmed, MoveReopen, Taken, access.Confirm},
	{Held, MoveAgain, Taken, access.Confirm},

	{Open, MoveTakeBack, TakenBack, access.TakeBack},
	{Assigned, MoveTakeBack, TakenBack, access.TakeBack},
	{Taken, MoveTakeBack, TakenBack, access.TakeBack},
	{Waiting, MoveTakeBack, TakenBack, access.TakeBack},
	{Proposed, MoveTakeBack, TakenBack, access.TakeBack},
}

// still is everything that leaves a case where it is: where it can happen, and on
// whose word.
var still = []struct {
	code Move
	who  access.Action
	in   []Status
}{
	{MoveJoin, access.Confirm, []Status{Open, Assigned, Taken, Waiting, Proposed}},
	{MoveCall, access.Call, atWork},
	{MoveProgress, access.Progress, []Status{Taken, Waiting}},
	{MoveLeft, access.Confirm, []Status{Taken, Done, Held}},
	{MoveSay, access.Talk, sayable},
	{MoveRemark, access.Remark, atWork},
	{MoveAmend, access.Amend, atWork},
	{MovePlan, access.Progress, []Status{Taken}},
	{MoveFollow, access.Follow, atWork},
	{MoveLeave, access.Follow, atWork},
	{MoveHear, access.Mediate, []Status{Taken, Waiting}},
	{MoveSettle, access.Mediate, []Status{Taken, Waiting}},
	{MoveInvite, access.Mediate, []Status{Taken, Waiting}},
	{MoveLapse, itself, []Status{Taken, Waiting}},
	{MoveSide, access.Side, []Status{Assigned, Taken, Waiting, Proposed, Done}},
	{MoveSign, access.Side, []Status{Taken, Waiting}},
	{MoveKept, access.Side, []Status{Done, Held}},
	{MoveRemind, access.Remind, []Status{Assigned, Taken, Waiting}},
	{MoveNoReply, access.AnswerFor, []Status{Done}},
	{MoveWarn, itself, toDo},
	{MoveLate, itself, toDo},
	{MoveSlip, itself, toDo},
	{MoveVisitDue, itself, []Status{Done, Held, Seen, Referred}},
	{MoveVisit, access.AnswerFor, []Status{Done, Held, Seen, Referred}},
	{MoveShare, access.Confirm, []Status{Held}},
	{MoveUnshare, access.Confirm, []Status{Held, Taken}}, // it may have been opened again
}

// toDo are the states in which somebody has still to see to a case, or decide of
// it; atWork are those in which it has not ended.
var (
	toDo   = []Status{Open, Assigned, Taken, Waiting, Proposed}
	atWork = append(slices.Clone(toDo), Done)
	// nothing said is lost, also after the end
	sayable = append(slices.Clone(atWork), Held, Seen, Unconfirmed, Referred, Cannot, Wish, Spam, Duplicate)
)

// can reports whether a case may go that way, and on whose word.
func can(from Status, code Move, to Status) (access.Action, bool) {
	for _, m := range moves {
		if m.from == from && m.code == code && m.to == to {
			return m.who, true
		}
	}
	for _, m := range still {
		if m.code == code && from == to && slices.Contains(m.in, from) {
			return m.who, true
		}
	}
	return itself, false
}

// leads reports whether anything of that kind can happen in a state.
func leads(from Status, code Move) bool {
	for _, m := range moves {
		if m.from == from && m.code == code {
			return true
		}
	}
	_, stays := can(from, code, from)
	return stays
}
