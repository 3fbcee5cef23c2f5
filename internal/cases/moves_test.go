package cases

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
)

var (
	statuses   = []Status{Draft, Dropped, Open, Assigned, Taken, Done, Held, TakenBack}
	everything = []Move{
		MoveDraft, MoveJoin, MovePlace, MoveName, MoveSend, MoveSendItself, MoveUnsent, MoveDrop, MoveAlarm, MoveAlarmNo,
		MoveTake, MovePass, MoveCall, MoveProgress, MoveDone, MoveHeld, MoveReopen, MoveLeft, MoveTakeBack, MoveNotTold,
		MoveUnreached, MoveAskAgain, MoveHandOver, MoveWhom, MoveNoReply,
	}
)

// want is the table once more, the other way round: where a move leads from
// each state, and who of resident (r), member (m), deputy (d) and secretary (s) may make it
// as the one whose case it is, or as the one who holds it (R, M, D, S).
var want = map[Status]map[Move]string{
	Draft: {
		MoveDraft: "draft rmds", MoveJoin: "draft rmds", MovePlace: "draft rmdsMDS", MoveName: "draft rmdsMDS", MoveWhom: "draft rmdsMDS",
		MoveUnsent: "draft itself", MoveUnreached: "draft itself", MoveHandOver: "draft itself", MoveDrop: "dropped rmdsMDS", MoveAlarmNo: "draft rmdsMDS",
		MoveSend: "assigned open rmdsMDS", MoveSendItself: "assigned open itself", MoveAlarm: "assigned open rmdsMDS",
	},
	Open: {
		MoveAlarm: "open rmdsMDS", MoveJoin: "open rmds", MoveTake: "taken mdsMDS", MoveCall: "open mdsMDS", MoveTakeBack: "taken_back rmds",
	},
	Assigned: {
		MoveAlarm: "assigned rmdsMDS", MoveJoin: "assigned rmds", MoveTake: "taken mdsMDS", MovePass: "assigned mdsMDS",
		MoveCall: "assigned mdsMDS", MoveTakeBack: "taken_back rmds", MoveUnreached: "assigned open itself",
		MoveHandOver: "assigned open itself",
	},
	Taken: {
		MoveJoin: "taken rmds", MoveCall: "taken mdsMDS", MoveProgress: "taken mdsMDS", MoveDone: "done mdsMDS",
		MoveLeft: "taken rmds", MoveTakeBack: "taken_back rmds", MoveHandOver: "assigned open itself",
	},
	Done: {
		MoveCall: "done mdsMDS", MoveHeld: "held rmds", MoveReopen: "taken rmds", MoveLeft: "done rmds", MoveHandOver: "done itself", MoveNoReply: "done mds",
	},
	Dropped:   {},
	Held:      {},
	TakenBack: {},
}

func TestEveryMoveInEveryStateByEveryRole(t *testing.T) {
	t.Parallel()
	for _, from := range statuses {
		for _, code := range everything {
			require.Equal(t, want[from][code], leadsTo(from, code), "%s when it is %s", code, from)
		}
	}
	for _, m := range moves {
		require.True(t, slices.Contains(statuses, m.from) && slices.Contains(statuses, m.to) && slices.Contains(everything, m.code))
	}
}

// leadsTo writes down what the tables say, as want does.
func leadsTo(from Status, code Move) string {
	got, by := "", ""
	for _, to := range []Status{Draft, Dropped, Assigned, Open, Taken, Done, Held, TakenBack} {
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
