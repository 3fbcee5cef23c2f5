package childcare

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhyAChildMayLeave: the five reasons but for the lead's word, and what is refused.
func TestWhyAChildMayLeave(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		claim
		want string // the reason, or the key
	}{
		"somebody whom the carer knows":                 {claim{here: true, listed: true, known: true}, "known"},
		"known, and shows the code all the same":        {claim{here: true, listed: true, known: true, state: CodeFresh, typed: true, right: true}, "code"},
		"known, and the code is wrong":                  {claim{here: true, listed: true, known: true, state: CodeFresh, typed: true}, "care.wrong_code"},
		"known, on a day on which a code was wrong":     {claim{here: true, listed: true, known: true, state: CodeDead}, "known"},
		"listed, and shows nothing":                     {claim{here: true, listed: true}, "care.needs_proof"},
		"listed, with the code":                         {claim{here: true, listed: true, state: CodeFresh, typed: true, right: true}, "code"},
		"listed, with a wrong code":                     {claim{here: true, listed: true, state: CodeFresh, typed: true}, "care.wrong_code"},
		"listed, with a code where nobody has one":      {claim{here: true, listed: true, typed: true}, "care.no_code"},
		"listed, with the code by which it left before": {claim{here: true, listed: true, state: CodeUsed, typed: true, right: true}, "care.no_code"},
		"the right code after three wrong ones":         {claim{here: true, listed: true, state: CodeDead, typed: true, right: true}, "care.must_ask"},
		"checked by hand":                               {claim{here: true, listed: true, hand: true}, "hand"},
		"checked by hand, and the code is wrong":        {claim{here: true, listed: true, hand: true, state: CodeFresh, typed: true}, "care.wrong_code"},
		"checked by hand after three wrong codes":       {claim{here: true, listed: true, hand: true, state: CodeDead}, "care.must_ask"},
		"not listed, checked by hand":                   {claim{here: true, hand: true}, "care.must_ask"},
		"not listed, with the code":                     {claim{here: true, state: CodeFresh, typed: true, right: true}, "care.must_ask"},
		"who decides has not answered":                  {claim{here: true, asked: unanswered}, "care.unanswered"},
		"who decides said yes":                          {claim{here: true, asked: saidYes}, "asked"},
		"who decides said no":                           {claim{here: true, asked: saidNo}, "care.said_no"},
		"the yes was of yesterday":                      {claim{here: true, asked: worthless}, "care.must_ask"},
		"a no stands against a check by hand":           {claim{here: true, asked: saidNo, hand: true}, "care.said_no"},
		"barred, whatever speaks for them":              {claim{here: true, barred: true, listed: true, known: true, asked: saidYes, state: CodeFresh, typed: true, right: true, hand: true}, "care.must_ask"},
		"the child is not here":                         {claim{listed: true, known: true, asked: saidYes}, "care.not_here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reason, key := c.verdict()
			require.Equal(t, c.want, string(reason)+key)
			require.NotEqual(t, reason == "", key == "", "one of the two")
		})
	}
}

// TestNoClaimOfAllLeavesWithoutAGround goes through everything that can be claimed.
func TestNoClaimOfAllLeavesWithoutAGround(t *testing.T) {
	t.Parallel()
	require.Empty(t, groundless(claim.verdict))
}

// TestTheClaimsFindAVerdictThatIsWrong: each of these mistakes would let somebody go.
func TestTheClaimsFindAVerdictThatIsWrong(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]func(claim) (Reason, string){
		"looks for who is barred last": func(c claim) (Reason, string) { c.barred = false; return c.verdict() },
		"takes anybody with a code":    func(c claim) (Reason, string) { c.listed = c.listed || c.right; return c.verdict() },
		"forgets what was wrong": func(c claim) (Reason, string) {
			if c.state == CodeDead {
				c.state = CodeFresh
			}
			return c.verdict()
		},
		"takes silence for a yes": func(c claim) (Reason, string) {
			if c.asked == unanswered {
				c.asked = saidYes
			}
			return c.verdict()
		},
		"lets the known pass a no": func(c claim) (Reason, string) {
			if c.known && c.listed {
				c.asked = noQuestion
			}
			return c.verdict()
		},
		"gives what it does not hold":   func(c claim) (Reason, string) { c.here = true; return c.verdict() },
		"takes a code for right":        func(c claim) (Reason, string) { c.right = c.right || c.typed; return c.verdict() },
		"looks at nobody who is listed": func(c claim) (Reason, string) { c.hand = true; return c.verdict() },
	} {
		require.NotEmpty(t, groundless(wrong), name)
	}
}

// groundless are the claims with which a verdict lets a child go and should not. What
// should be is written down once more, the other way round: a child stays unless.
func groundless(verdict func(claim) (Reason, string)) (all []claim) {
	bools := []bool{false, true}
	for _, asked := range []yes{noQuestion, unanswered, saidYes, saidNo, worthless} {
		for _, state := range []CodeState{NoCode, CodeFresh, CodeUsed, CodeDead} {
			for n := range 1 << 7 {
				bit := func(i int) bool { return bools[n>>i&1] }
				c := claim{here: bit(0), barred: bit(1), listed: bit(2), known: bit(3), typed: bit(4), right: bit(5), hand: bit(6), asked: asked, state: state}
				reason, _ := verdict(c)
				ground := map[Reason]bool{
					"":       true,
					Known:    c.known && c.listed && asked == noQuestion && !c.typed,
					ByCode:   c.listed && asked == noQuestion && c.typed && c.right && state == CodeFresh,
					ByHand:   c.listed && asked == noQuestion && !c.typed && c.hand && state != CodeDead,
					WasAsked: asked == saidYes,
				}[reason]
				if !ground || reason != "" && (c.barred || !c.here) {
					all = append(all, c)
				}
			}
		}
	}
	return all
}
