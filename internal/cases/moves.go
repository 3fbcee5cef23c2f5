package cases

import "github.com/linli-bot/linli/internal/access"

// Move is what happens to a case. Codes are stored in its events.
type Move string

// The moves. Three of them change nothing: MoveNotTold, somebody should have heard
// and has no Telegram that works; MoveAskAgain, somebody was asked once more; and
// MoveNoReply, somebody was phoned and did not answer.
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
	MoveTake       Move = "taken"
	MovePass       Move = "passed"
	MoveCall       Move = "called"
	MoveProgress   Move = "progress"
	MoveDone       Move = "done"
	MoveHeld       Move = "held"
	MoveReopen     Move = "reopened"
	MoveLeft       Move = "left"
	MoveTakeBack   Move = "taken_back"
	MoveNotTold    Move = "not_told"
	MoveAskAgain   Move = "asked_again"
	MoveUnreached  Move = "unreached"
	MoveHandOver   Move = "handed_over"
	MoveNoReply    Move = "no_reply"
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

	{Draft, MoveSend, Assigned, access.SendDraft},
	{Draft, MoveSend, Open, access.SendDraft},
	{Draft, MoveSendItself, Assigned, itself},
	{Draft, MoveSendItself, Open, itself},
	{Draft, MoveAlarm, Assigned, access.SendDraft},
	{Draft, MoveAlarm, Open, access.SendDraft},

	{Open, MoveAlarm, Open, access.SendDraft},
	{Assigned, MoveAlarm, Assigned, access.SendDraft},
	{Open, MoveJoin, Open, access.Confirm},
	{Assigned, MoveJoin, Assigned, access.Confirm},
	{Taken, MoveJoin, Taken, access.Confirm},

	{Open, MoveTake, Taken, access.Take},
	{Assigned, MoveTake, Taken, access.Take},
	{Assigned, MovePass, Assigned, access.Pass},
	{Assigned, MoveUnreached, Assigned, itself},
	{Assigned, MoveUnreached, Open, itself},
	{Assigned, MoveHandOver, Assigned, itself},
	{Assigned, MoveHandOver, Open, itself},
	{Taken, MoveHandOver, Assigned, itself},
	{Taken, MoveHandOver, Open, itself},
	{Done, MoveHandOver, Done, itself},
	{Open, MoveCall, Open, access.Call},
	{Assigned, MoveCall, Assigned, access.Call},
	{Taken, MoveCall, Taken, access.Call},
	{Done, MoveCall, Done, access.Call},
	{Taken, MoveProgress, Taken, access.Progress},
	{Taken, MoveDone, Done, access.ReportDone},

	{Done, MoveHeld, Held, access.Confirm},
	{Done, MoveReopen, Taken, access.Confirm},
	{Done, MoveNoReply, Done, access.AnswerFor},
	{Taken, MoveLeft, Taken, access.Confirm},
	{Done, MoveLeft, Done, access.Confirm},

	{Open, MoveTakeBack, TakenBack, access.TakeBack},
	{Assigned, MoveTakeBack, TakenBack, access.TakeBack},
	{Taken, MoveTakeBack, TakenBack, access.TakeBack},
}

// can reports whether a case may go that way, and on whose word.
func can(from Status, code Move, to Status) (access.Action, bool) {
	for _, m := range moves {
		if m.from == from && m.code == code && m.to == to {
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
	return false
}
