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
		MoveUnreached, MoveAskAgain,
	}
)

// want is the table once more, the other way round: where a move leads from
// each state, and who of resident (r), member (m) and secretary (s) may make it
// as the one whose case it is, or as the one who holds it (R, M, S).
var want = map[Status]map[Move]string{
	Draft: {
		MoveDraft: "draft rms", MoveJoin: "draft rms", MovePlace: "draft rmsMS", MoveName: "draft rmsMS",
		MoveUnsent: "draft itself", MoveUnreached: "draft itself", MoveDrop: "dropped rmsMS", MoveAlarmNo: "draft rmsMS",
		MoveSend: "assigned open rmsMS", MoveSendItself: "assigned open itself", MoveAlarm: "assigned open rmsMS",
	},
	Open: {
		MoveAlarm: "open rmsMS", MoveJoin: "open rms", MoveTake: "taken msMS", MoveCall: "open msMS", MoveTakeBack: "taken_back rms",
	},
	Assigned: {
		MoveAlarm: "assigned rmsMS", MoveJoin: "assigned rms", MoveTake: "taken msMS", MovePass: "assigned msMS",
		MoveCall: "assigned msMS", MoveTakeBack: "taken_back rms", MoveUnreached: "assigned open itself",
	},
	Taken: {
		MoveJoin: "taken rms", MoveCall: "taken msMS", MoveProgress: "taken msMS", MoveDone: "done msMS",
		MoveLeft: "taken rms", MoveTakeBack: "taken_back rms",
	},
	Done:      {MoveCall: "done msMS", MoveHeld: "held rms", MoveReopen: "taken rms", MoveLeft: "done rms"},
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
	for i, role := range access.Roles {
		if access.Allow(who, []access.Role{role}, access.Own) == nil {
			by += "rms"[i : i+1]
		}
	}
	for i, role := range access.Roles {
		if access.Allow(who, []access.Role{role}, access.Assigned) == nil {
			by += "RMS"[i : i+1]
		}
	}
	return by
}
