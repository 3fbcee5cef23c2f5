package faults_test

import (
	"flag"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/faults"
	"github.com/linli-bot/linli/internal/luck"
)

var everyPlanted = flag.Bool("planted", false, "find every planted fault, not only a few drawn by the seed")

// plant is a fault that must be found: by the check after a kill or a failure
// at the moment at which it shows, or by a test of another package.
type plant struct {
	patch   string
	aim     faults.Aim
	brought bool // it shows only where Telegram brings updates by webhook
	test    faults.Test
	moment  faults.Moment // of a life, in place of an aim
	says    string        // what the check finds, and not merely something that comes of it
}

// planted are the faults that show from outside.
var planted = []plant{
	{patch: "acknowledge-before-commit", aim: faults.AimBeforeCommit},
	{patch: "session-without-row", aim: faults.AimBeforeDone},
	{patch: "no-unique-key", aim: faults.AimBeforeSave},
	{patch: "offset-before-commit", aim: faults.AimFailedCommit},
	{patch: "answered-before-commit", aim: faults.AimBeforeCommit, brought: true},
	{patch: "done-before-shown", aim: faults.AimBeforeShown},
	{patch: "safety-from-the-store", aim: faults.AimWithoutStore},
	{patch: "token-in-the-log", aim: faults.AimLostReply},
	{patch: "said-twice", moment: faults.Moment{Script: "working", Act: "member2> Quill asks, is the key at the gate"}, says: "and it is kept 2 times"},
	{
		patch: "step-never-told", moment: faults.Moment{Script: "working", Act: "member2> [It can go on]", Untold: "resident"},
		says: "Quill resident was never told that case 1 was woken",
	},
	{patch: "private-shown", moment: faults.Moment{Script: "private"}, says: "which is not theirs"},
}

// plantedWithin are those that show sooner in a package's own tests, which run
// on the unpatched source anyway.
var plantedWithin = []plant{
	{patch: "sent-without-notice", test: faults.Test{Package: "./bot", Name: "TestWhatMayHaveArrivedIsRepeatedWithoutASound"}},
	{patch: "settled-by-anybody", test: faults.Test{Package: "./internal/outbox", Name: "TestALateFinisherDoesNotEndAnothersClaim"}},
	{patch: "limit-is-an-attempt", test: faults.Test{Package: "./internal/outbox", Name: "TestALimitIsNoAttempt"}},
	{patch: "lane-out-of-order", test: faults.Test{Package: "./internal/outbox", Name: "TestWhatWasPutOffHoldsBackItsOwnLaneOnly"}},
	{patch: "outbox-without-heirs", test: faults.Test{Package: "./internal/outbox", Name: "TestTheDeadLetGoAtOnce"}},
	{patch: "inbox-without-heirs", test: faults.Test{Package: "./internal/inbox", Name: "TestWhatADeadProcessHadPassesOnInOrder"}},
	{patch: "chat-of-two-processes", test: faults.Test{Package: "./internal/inbox", Name: "TestAChatBelongsToOneProcess"}},
	{patch: "parked-in-the-way", test: faults.Test{Package: "./internal/inbox", Name: "TestAPoisonUpdateIsParkedAndTheNextGoesOn"}},
	{patch: "session-saved-over", test: faults.Test{Package: "./internal/session", Name: "TestWhoSavesSecondIsTold"}},
	{patch: "number-drawn-twice", test: faults.Test{Package: "./internal/cases", Name: "TestNumbersRiseAndNoneIsGivenTwice"}},
	{patch: "key-not-looked-up", test: faults.Test{Package: "./internal/cases", Name: "TestTheSameSessionIsOneCase"}},
	{patch: "gone-not-told", test: faults.Test{Package: "./cmd/linli", Name: "TestACaseDoesNotWaitForWhoIsGone"}},
	{patch: "barred-may-have", test: wrongChild},
	{patch: "bar-of-strangers-alone", test: wrongChild},
	{patch: "barring-is-the-alarm", test: faults.Test{Package: "./internal/childcare", Name: "TestWhoWasJustBarredRings"}},
	{patch: "collector-for-ever", test: wrongChild},
	{patch: "collector-on-any-day", test: wrongChild},
	{patch: "known-to-everybody", test: wrongChild},
	{patch: "code-of-another-day", test: wrongChild},
	{patch: "tries-not-counted", test: wrongChild},
	{patch: "yes-for-good", test: wrongChild},
	{patch: "yes-of-anybody", test: wrongChild},
	{patch: "child-given-from-home", test: wrongChild},
	{patch: "child-not-held", test: faults.Test{Package: "./internal/childcare", Name: "TestTwoAtTheDoorAtOnce"}},
	{patch: "half-a-day", test: faults.Test{Package: "./internal/childcare", Name: "TestARushForTheLastPlaces"}},
	{patch: "last-comes-first", test: faults.Test{Package: "./internal/childcare", Name: "TestARushForTheLastPlaces"}},
	{patch: "talk-told", test: faults.Test{Package: "./internal/childcare", Name: "TestATalkIsTheirsAloneWhoHaveIt"}},
}

// wrongChild tries whatever anybody could tap to walk out with a child.
var wrongChild = faults.Test{Package: "./internal/childcare", Name: "TestTenThousandWaysToWalkOutWithTheWrongChild"}

// How many planted faults the short form looks for.
const (
	fewOutside = 1
	fewWithin  = 2
)

// mostAims bounds the aims after which a fault must have been found.
const mostAims = 3

// compiling keeps builds from taking all cores at once.
var compiling sync.Mutex

func TestPlantedFaultsAreFound(t *testing.T) {
	t.Parallel()
	needs(t)
	outside, within := drawn(t)
	for _, p := range outside {
		t.Run(p.patch, func(t *testing.T) {
			t.Parallel()
			compiling.Lock()
			binary, err := faults.Build(t.Context(), root, t.TempDir(), patch(p))
			compiling.Unlock()
			require.NoError(t, err)
			if p.aim == nil {
				var came faults.Lived
				for lives := 1; lives <= mostAims && len(came.Found) == 0; lives++ { // the kill may have come before the moment
					came = lived(t, binary, p.moment)
					t.Logf("after %d lives: %q, stuck: %q", lives, came.Found, came.Stuck)
				}
				requireFound(t, p, came.Found)
				return
			}
			s := open(t, binary, p.brought)
			var found []string
			for aims := 1; aims <= mostAims && len(found) == 0; aims++ {
				found = aimed(t, s, p.aim)
				t.Logf("after %d aims: %q", aims, found)
			}
			requireFound(t, p, found)
		})
	}
	for _, p := range within {
		t.Run(p.patch, func(t *testing.T) {
			t.Parallel()
			compiling.Lock()
			defer compiling.Unlock()
			postgres, err := shared.of(0)
			require.NoError(t, err)
			p.test.Postgres = postgres.URL()
			said, found, err := p.test.Finds(t.Context(), root, t.TempDir(), patch(p))
			require.NoError(t, err)
			require.True(t, found, "%s passes all the same: %s", p.test.Name, said)
		})
	}
}

// Those that a run does not look for are planted all the same: the source moves
// on, and a patch must move with it.
func TestEveryPlantedFaultFitsTheSource(t *testing.T) {
	t.Parallel()
	var want []string
	for _, p := range slices.Concat(planted, plantedWithin) {
		want = append(want, patch(p))
		_, err := faults.Overlay(root, t.TempDir(), patch(p))
		require.NoError(t, err)
	}
	patches, err := filepath.Glob(filepath.Join("testdata", "*.patch"))
	require.NoError(t, err)
	require.ElementsMatch(t, patches, want)
}

// TestTheSameAimsFindNothingElse aims at the unpatched binary.
func TestTheSameAimsFindNothingElse(t *testing.T) {
	t.Parallel()
	binary := linli(t)
	outside, _ := drawn(t)
	stages := map[bool]*faults.Stage{}
	for _, p := range append(outside, plant{patch: "a commit that ends after its process", aim: faults.AimDuringCommit}) {
		if p.aim == nil {
			require.Zero(t, lived(t, binary, p.moment), p.patch)
			continue
		}
		if stages[p.brought] == nil {
			stages[p.brought] = open(t, binary, p.brought)
		}
		require.Empty(t, aimed(t, stages[p.brought], p.aim), p.patch)
	}
}

func patch(p plant) string { return filepath.Join("testdata", p.patch+".patch") }

// drawing is the seed of all that is drawn in a run: the same faults are planted
// and not planted.
var drawing = sync.OnceValue(luck.Draw)

// drawn are the planted faults of this run.
func drawn(t *testing.T) (outside, within []plant) {
	t.Helper()
	if *everyPlanted {
		return slices.Clone(planted), plantedWithin
	}
	t.Logf("planted by seed %d", drawing())
	rng := rand.New(rand.NewPCG(drawing(), 2))
	for _, i := range rng.Perm(len(planted))[:fewOutside] {
		outside = append(outside, planted[i])
	}
	for _, i := range rng.Perm(len(plantedWithin))[:fewWithin] {
		within = append(within, plantedWithin[i])
	}
	return outside, within
}

func open(t *testing.T, binary string, brought bool) *faults.Stage {
	t.Helper()
	set := faults.Setting{Binary: binary, Towns: 2, Persons: 2, Idle: true, Haste: 10}
	if brought {
		set.Replicas = 2
	}
	s := newStage(t, set)
	require.NoError(t, s.Open(t.Context()))
	require.NoError(t, s.Settle(t.Context()))
	return s
}

func lived(t *testing.T, binary string, at faults.Moment) faults.Lived {
	t.Helper()
	came, err := newStage(t, faults.Setting{Binary: binary, Towns: 1, Idle: true}).LiveUntil(t.Context(), at)
	require.NoError(t, err)
	return came
}

// requireFound: the check itself holds the fault against linli. That somebody got
// stuck may come of anything.
func requireFound(t *testing.T, p plant, found []string) {
	t.Helper()
	require.True(t, slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, p.says) }),
		"the check does not find this fault: nothing says %q", p.says)
}

func aimed(t *testing.T, s *faults.Stage, aim faults.Aim) []string {
	t.Helper()
	require.NoError(t, aim(t.Context(), s))
	found, err := s.Finish(t.Context())
	require.NoError(t, err)
	return found
}
