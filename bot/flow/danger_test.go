package flow_test

import (
	"testing"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/community"
)

func TestFindDanger(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]flow.Danger{
		// happening: everybody on duty is rung at once
		"着火了！":                         {"fire", flow.Clear},
		"3号楼起火了快来":                     {"fire", flow.Clear},
		"厨房着火了，灭火器在哪":                  {"fire", flow.Clear},
		"楼下有煤气味":                       {"gas", flow.Clear},
		"好像燃气泄漏了":                      {"gas", flow.Clear},
		"我妈晕倒了":                        {"hurt", flow.Clear},
		"救命":                           {"hurt", flow.Clear},
		"有人困在电梯里":                      {"trapped", flow.Clear},
		"There is a FIRE on floor 2":   {"fire", flow.Clear},
		"I smell gas in the stairwell": {"gas", flow.Clear},
		"it smells  of gas":            {"gas", flow.Clear},
		"He can’t breathe":             {"hurt", flow.Clear},
		"we are stuck in the lift":     {"trapped", flow.Clear},
		"somebody is breaking in":      {"crime", flow.Clear},
		"煤气费单子旁边有煤气味":                  {"gas", flow.Clear},
		// a word without a sentence: asked, and rung after a minute
		"煤气":                  {"gas", flow.Unsure},
		"gas":                 {"gas", flow.Unsure},
		"smoke":               {"fire", flow.Unsure},
		"楼道里冒烟":               {"fire", flow.Unsure},
		"我摔了一跤":               {"hurt", flow.Unsure},
		"my mother fell down": {"hurt", flow.Unsure},
		// over, or never was: asked, nobody is rung by itself
		"煤气味没有了":                                {"gas", flow.Mentioned},
		"现在没有煤气味":                               {"gas", flow.Mentioned},
		"no smell of gas any more":              {"gas", flow.Mentioned},
		"the gas smell is gone":                 {"gas", flow.Mentioned},
		"there was a fire last year, who pays?": {"fire", flow.Mentioned},
		"火灾演习是几点":                               {"fire", flow.Mentioned},
		"没着火":                                   {"fire", flow.Mentioned},
		// only looks like it
		"煤气费怎么交":                         {"", flow.NoAlarm},
		"燃气表坏了":                          {"", flow.NoAlarm},
		"灭火器过期了":                         {"", flow.NoAlarm},
		"My gas bill is wrong":           {"", flow.NoAlarm},
		"the fire extinguisher is empty": {"", flow.NoAlarm},
		"fired from my job":              {"", flow.NoAlarm},
		"a gasp of joy":                  {"", flow.NoAlarm},
		"楼道灯坏了":                          {"", flow.NoAlarm},
		"谢谢":                             {"", flow.NoAlarm},
		"":                               {"", flow.NoAlarm},
	} {
		if got := flow.FindDanger(text, nil); got != want {
			t.Errorf("FindDanger(%q) = %+v, want %+v", text, got, want)
		}
	}
}

func FuzzFindDanger(f *testing.F) {
	f.Add("煤气味没有了 no smell of gas any more")
	f.Fuzz(func(t *testing.T, text string) {
		got := flow.FindDanger(text, nil)
		if (got.Kind == "") != (got.Alarm == flow.NoAlarm) {
			t.Errorf("FindDanger(%q) = %+v: a kind and an alarm go together", text, got)
		}
	})
}

// TestACommunitysOwnWordsCount: beside those that everybody knows, and like them
// not where they are denied.
func TestACommunitysOwnWordsCount(t *testing.T) {
	t.Parallel()
	own := community.DangerWords{
		"gas":  {Rings: []string{"液化气漏了", "bottle hissing"}, Asks: []string{"液化气"}},
		"hurt": {Asks: []string{"头晕"}},
	}
	for text, want := range map[string]flow.Danger{
		"厨房液化气漏了":                 {Kind: "gas", Alarm: flow.Clear},
		"the Bottle  hissing now": {Kind: "gas", Alarm: flow.Clear},
		"换液化气":                    {Kind: "gas", Alarm: flow.Unsure},
		"没有液化气了":                  {Kind: "gas", Alarm: flow.Mentioned},
		"我头晕":                     {Kind: "hurt", Alarm: flow.Unsure},
		"家里着火了":                   {Kind: "fire", Alarm: flow.Clear},
		"bottlehissing":           {},
	} {
		if got := flow.FindDanger(text, own); got != want {
			t.Errorf("FindDanger(%q) = %+v, want %+v", text, got, want)
		}
		if got := flow.FindDanger("液化气漏了 头晕", nil); got != (flow.Danger{}) {
			t.Errorf("another community's words rang: %+v", got)
		}
	}
}
