package cases

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
)

var everything = []Move{
	MoveDraft, MoveJoin, MovePlace, MoveWhom, MoveName, MoveSend, MoveSendItself, MoveUnsent, MoveDrop, MoveAlarm, MoveAlarmNo, MoveAskSame,
	MoveTake, MovePass, MoveEscalate, MoveUnreached, MoveHandOver, MoveGive, MoveSeal, MoveWait, MoveWake, MoveDone, MoveUndo,
	MovePropose, MoveAgree, MoveRefuse, MoveDisagree, MoveHeld, MoveSeen, MoveUnconfirmed, MoveReopen, MoveAgain, MoveDuplicate, MoveUnmerge,
	MoveTakeBack, MoveCall, MoveProgress, MoveLeft, MoveSay, MoveRemark, MoveAmend, MovePlan, MoveFollow, MoveLeave,
	MoveHear, MoveSettle, MoveInvite, MoveLapse, MoveSide, MoveSign, MoveKept, MoveRemind, MoveNotTold, MoveAskAgain, MoveNoReply, MoveWarn, MoveLate, MoveSlip,
	MoveVisitDue, MoveVisit, MoveShare, MoveUnshare,
}

// What everybody may do of a case, as want writes it.
const (
	anyone  = "rmds"    // whose case it is
	holding = "mdsMDS"  // those on duty, whether they hold it or reported it
	either  = "rmdsMDS" // both
	other   = "mds"     // those on duty, but who holds it
	second  = "ds"      // the second pair of eyes: who holds it proposed the end
	ends    = "rmdsMDS" // either end of a talk
	charge  = "dsDS"    // who is in charge
)

// want is the table once more, the other way round: where a move leads from
// each state, and who of resident (r), member (m), deputy (d) and secretary (s) may make it
// as the one whose case it is, or as the one who holds it (R, M, D, S).
var want = map[Status]map[Move]string{
	Draft: {
		MoveDraft: "draft " + anyone, MoveJoin: "draft " + anyone, MovePlace: "draft " + either, MoveName: "draft " + either, MoveWhom: "draft " + either,
		MoveUnsent: "draft itself", MoveUnreached: "draft itself", MoveHandOver: "draft itself", MoveDrop: "dropped " + either,
		MoveAlarmNo: "draft " + either, MoveAskSame: "draft " + either, MoveSend: "open assigned " + either, MoveSendItself: "open assigned itself", MoveAlarm: "open assigned " + either,
	},
	Open: with(map[Move]string{
		MoveAlarm: "open " + either, MoveTake: "taken " + holding, MoveTakeBack: "taken_back " + anyone, MoveGive: "assigned " + charge,
		MoveEscalate: "open assigned itself", MoveSeal: "assigned " + holding, MoveDuplicate: "duplicate " + holding,
	}, Open, "join call say remark amend follow clocks"),
	Assigned: with(map[Move]string{
		MoveAlarm: "assigned " + either, MoveTake: "taken " + holding, MovePass: "assigned " + holding, MoveTakeBack: "taken_back " + anyone,
		MoveUnreached: "open assigned itself", MoveHandOver: "open assigned itself", MoveEscalate: "assigned itself",
		MoveGive: "assigned " + charge, MoveSeal: "assigned " + holding, MoveDuplicate: "duplicate " + holding, MoveRemind: "assigned " + charge,
	}, Assigned, "join call say remark amend follow clocks side"),
	Taken: with(map[Move]string{
		MoveDone: "done " + holding, MoveWait: "waiting " + holding, MovePropose: "proposed " + holding, MoveUndo: "assigned " + holding,
		MoveTakeBack: "taken_back " + anyone, MoveHandOver: "open assigned itself", MoveGive: "assigned " + charge, MoveSeal: "assigned " + holding,
		MoveDuplicate: "duplicate " + holding, MoveRemind: "taken " + charge, MoveProgress: "taken " + holding, MoveLeft: "taken " + anyone,
		MovePlan: "taken " + holding, MoveUnshare: "taken " + anyone,
	}, Taken, "join call say remark amend follow clocks mediate side"),
	Waiting: with(map[Move]string{
		MoveWait: "waiting " + holding, MoveWake: "taken " + holding, MoveDone: "done " + holding, MovePropose: "proposed " + holding,
		MoveUndo: "taken " + holding, MoveTakeBack: "taken_back " + anyone, MoveHandOver: "open assigned itself", MoveGive: "assigned " + charge,
		MoveSeal: "assigned " + holding, MoveDuplicate: "duplicate " + holding, MoveRemind: "waiting " + charge, MoveProgress: "waiting " + holding,
	}, Waiting, "join call say remark amend follow clocks mediate side"),
	Proposed: with(map[Move]string{
		MoveAgree: "referred cannot wish spam " + second, MoveRefuse: "taken " + second, MoveUndo: "taken " + holding,
		MoveDisagree: "assigned referred " + anyone, MoveUnconfirmed: "unconfirmed itself",
		MoveTakeBack: "taken_back " + anyone, MoveHandOver: "open assigned itself",
	}, Proposed, "join call say remark amend follow clocks side"),
	Done: with(map[Move]string{
		MoveHeld: "held " + anyone, MoveSeen: "seen " + other, MoveUnconfirmed: "unconfirmed " + other, MoveReopen: "taken " + anyone,
		MoveUndo: "taken " + holding, MoveLeft: "done " + anyone, MoveHandOver: "done itself", MoveNoReply: "done " + other,
	}, Done, "call say remark amend follow visits side kept"),
	Held: with(map[Move]string{MoveAgain: "taken " + anyone, MoveLeft: "held " + anyone, MoveShare: "held " + anyone, MoveUnshare: "held " + anyone}, Held, "say visits kept"),
	Seen: with(map[Move]string{MoveReopen: "taken " + anyone, MoveHeld: "held " + anyone}, Seen, "say visits"),
	Unconfirmed: with(map[Move]string{MoveReopen: "taken " + anyone, MoveHeld: "held " + anyone,
		MoveAgree: "referred cannot " + anyone, MoveDisagree: "assigned referred " + anyone}, Unconfirmed, "say"),
	Referred:  with(map[Move]string{MoveDisagree: "assigned " + anyone, MoveReopen: "assigned " + other}, Referred, "say visits"),
	Cannot:    with(map[Move]string{MoveDisagree: "assigned " + anyone}, Cannot, "say"),
	Wish:      with(map[Move]string{MoveDisagree: "assigned " + anyone}, Wish, "say"),
	Spam:      with(map[Move]string{MoveDisagree: "assigned " + anyone}, Spam, "say"),
	Duplicate: with(map[Move]string{MoveUnmerge: "open assigned " + holding}, Duplicate, "say"),
	Dropped:   {},
	TakenBack: {},
}

// with adds what leaves a case in its state.
func with(moves map[Move]string, in Status, groups string) map[Move]string {
	stays := map[string]map[Move]string{
		"join": {MoveJoin: anyone}, "call": {MoveCall: holding}, "say": {MoveSay: ends}, "remark": {MoveRemark: holding},
		"amend": {MoveAmend: holding}, "follow": {MoveFollow: "", MoveLeave: ""},
		"clocks":  {MoveWarn: "itself", MoveLate: "itself", MoveSlip: "itself"},
		"mediate": {MoveHear: "DS", MoveSettle: "DS", MoveInvite: "DS", MoveLapse: "itself", MoveSign: anyone}, "side": {MoveSide: anyone}, "kept": {MoveKept: anyone},
		"visits": {MoveVisitDue: "itself", MoveVisit: other},
	}
	for group := range strings.FieldsSeq(groups) {
		for code, who := range stays[group] {
			moves[code] = strings.TrimSpace(string(in) + " " + who)
		}
	}
	return moves
}

func TestEveryMoveInEveryStateByEveryRole(t *testing.T) {
	t.Parallel()
	for _, from := range Statuses {
		for _, code := range everything {
			require.Equal(t, want[from][code], strings.TrimSpace(leadsTo(from, code)), "%s when it is %s", code, from)
		}
	}
	for _, m := range moves {
		require.True(t, slices.Contains(Statuses, m.from) && slices.Contains(Statuses, m.to) && slices.Contains(everything, m.code))
	}
	for _, m := range still {
		require.True(t, slices.Contains(everything, m.code))
	}
}

// leadsTo writes down what the tables say, as want does.
func leadsTo(from Status, code Move) string {
	got, by := "", ""
	for _, to := range Statuses {
		who, ok := can(from, code, to)
		if !ok {
			continue
		}
		got += string(to) + " "
		by = allowedTo(who)
	}
	return got + by
}

func allowedTo(who access.Action) string {
	if who == itself {
		return "itself"
	}
	by := ""
	for _, as := range []struct {
		rel     access.Relation
		letters string
	}{{access.Own, "rmds"}, {access.Assigned, "RMDS"}} {
		for i, role := range []access.Role{access.Resident, access.Member, access.Deputy, access.Secretary} {
			if access.Allow(who, []access.Role{access.Resident, role}, as.rel) == nil {
				by += as.letters[i : i+1]
			}
		}
	}
	return by
}
