package flow

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/linli-bot/linli/internal/community"
)

// Alarm is how sure a text is that somebody is in danger now.
type Alarm int

// From nothing to a cry for help.
const (
	NoAlarm   Alarm = iota
	Mentioned       // it is over, or did not happen: the safety text and a question, nobody is rung by itself
	Unsure          // a word without a sentence: a question, and after a minute of silence everybody is rung
	Clear           // it is happening: everybody on duty is rung at once
)

// Danger is what a text says of danger: the kind names the safety text.
type Danger struct {
	Kind  string
	Alarm Alarm
}

// dangerWords are the phrases of one kind of danger. Clear ones say that it is
// happening, unsure ones that it may be, harmless ones only look like it.
type dangerWords struct {
	kind                    string
	clear, unsure, harmless []string
}

// dangerTable is read top to bottom; on equal alarm the first kind wins.
var dangerTable = []dangerWords{
	{
		kind: "fire",
		clear: []string{
			"着火", "起火", "失火", "火灾", "烧起来", "冒火",
			"there is a fire", "there's a fire", "on fire", "is burning", "fire in", "fire at", "fire on", "help fire", "fire help", "fire!",
		},
		unsure: []string{"冒烟", "烟味", "糊味", "fire", "smoke", "flames"},
		harmless: []string{
			"灭火", "防火", "消防", "火灾演习", "火警演习", "no smoking",
			"fire extinguisher", "fire extinguishers", "fire drill", "fire door", "fire doors", "fire exit", "fire alarm test",
			"fire safety", "fire brigade", "fire hydrant", "smoke detector", "smoke alarm battery",
		},
	},
	{
		kind: "gas",
		clear: []string{
			"煤气泄漏", "煤气泄露", "燃气泄漏", "燃气泄露", "天然气泄漏", "天然气泄露", "煤气漏", "燃气漏", "天然气漏", "漏煤气", "漏燃气", "漏天然气",
			"煤气味", "燃气味", "天然气味", "煤气中毒",
			"gas leak", "gas leaking", "leaking gas", "smell gas", "smell of gas", "smells of gas", "smells like gas", "smelling gas", "gas smell",
		},
		unsure: []string{"煤气", "燃气", "天然气", "gas"},
		harmless: []string{
			"煤气费", "燃气费", "天然气费", "煤气表", "燃气表", "煤气卡", "燃气卡", "煤气公司", "燃气公司", "煤气灶", "燃气灶", "煤气账", "燃气账", "煤气罐", "换煤气",
			"gas bill", "gas bills", "gas meter", "gas card", "gas company", "gas fee", "gas stove", "gas station", "gas cooker",
		},
	},
	{
		kind: "hurt",
		clear: []string{
			"晕倒", "昏倒", "昏迷", "没有呼吸", "没呼吸", "喘不上气", "不能呼吸", "心脏病发", "大出血", "叫救护车", "叫120", "救命", "触电", "不省人事",
			"unconscious", "not breathing", "can't breathe", "cannot breathe", "heart attack", "bleeding badly", "ambulance", "electric shock", "help me",
		},
		unsure:   []string{"摔倒", "摔了", "跌倒", "胸口疼", "胸口痛", "流血", "中风", "漏电", "fell down", "has fallen", "fallen over", "collapsed", "chest pain", "bleeding", "stroke"},
		harmless: []string{"help me book", "help me order", "help me report", "stroke of luck"},
	},
	{
		kind:     "trapped",
		clear:    []string{"困在电梯", "关在电梯", "卡在电梯", "电梯困人", "电梯里出不来", "困在里面", "stuck in the lift", "trapped in", "stuck in the elevator"},
		unsure:   []string{"被困", "出不来", "trapped"},
		harmless: nil,
	},
	{
		kind:     "crime",
		clear:    []string{"抢劫", "持刀", "拿刀", "有人打人", "杀人", "入室", "撬门", "砸门", "breaking in", "break-in", "robbery", "robbed", "with a knife", "being attacked"},
		unsure:   []string{"小偷", "被打", "打架", "家暴", "burglar", "thief", "fighting", "threatening"},
		harmless: nil,
	},
}

// Before and after a phrase, these say that it is not, or no longer, so.
var (
	deniedBefore = regexp.MustCompile(`(没有?|没闻到|不是|并非|别担心|去年|上次|上周|昨天|前天|以前|\bno|\bnot|\bno more|\bnever|\bwas|\bisn't|\bwithout|\bsmell no|\blast (?:year|week|month)|\byesterday)[^，。,.!！；;]{0,4}$`)
	deniedAfter  = regexp.MustCompile(`^[^，。,.!！；;]{0,6}?(没有?了|没了|散了|灭了|消了|不见了|好了|修好|处理好|演习|演练|解除|is gone|has gone|gone|no more|any ?more|no longer|is out|was out|put out|is over|is fixed|fixed|drill|last (?:year|week|month)|yesterday)`)
)

// typed makes of what keyboards write what the table says.
var typed = strings.NewReplacer("’", "'", "　", " ")

// FindDanger reads a text for danger, in every language at once: a frightened
// person writes as she speaks. A community's own words come on top. It needs no
// store: own is what the bot remembers.
func FindDanger(text string, own community.DangerWords) Danger {
	text = strings.ToLower(strings.Join(strings.Fields(typed.Replace(text)), " "))
	found := Danger{}
	for _, words := range dangerTable {
		if alarm := words.and(own[words.kind]).read(text); alarm > found.Alarm {
			found = Danger{Kind: words.kind, Alarm: alarm}
		}
	}
	return found
}

// and adds a community's own words.
func (w dangerWords) and(own community.Words) dangerWords {
	if len(own.Rings)+len(own.Asks) > 0 {
		w.clear, w.unsure = slices.Concat(w.clear, own.Rings), slices.Concat(w.unsure, own.Asks)
	}
	return w
}

func (w dangerWords) read(text string) Alarm {
	alarm := NoAlarm
	clear := places(text, w.clear)
	for _, at := range clear {
		if denied(text, at) {
			alarm = max(alarm, Mentioned)
			continue
		}
		return Clear
	}
	read := append(places(text, w.harmless), clear...)
	for _, at := range places(text, w.unsure) {
		switch {
		case slices.ContainsFunc(read, func(r span) bool { return r.from <= at.from && at.to <= r.to }):
		case denied(text, at):
			alarm = max(alarm, Mentioned)
		default:
			alarm = Unsure
		}
	}
	return alarm
}

func denied(text string, at span) bool {
	return deniedBefore.MatchString(text[:at.from]) || deniedAfter.MatchString(text[at.to:])
}

type span struct{ from, to int }

// places finds every occurrence of the phrases; one of letters counts only as
// whole words, so that "gas" is not found in "gasp".
func places(text string, phrases []string) []span {
	var found []span
	for _, phrase := range phrases {
		for from := 0; ; {
			i := strings.Index(text[from:], phrase)
			if i < 0 {
				break
			}
			at := span{from + i, from + i + len(phrase)}
			if wholeWord(text, at) {
				found = append(found, at)
			}
			from = at.to
		}
	}
	return found
}

func wholeWord(text string, at span) bool {
	letter := func(i int) bool {
		return i >= 0 && i < len(text) && text[i] < unicode.MaxASCII && (unicode.IsLetter(rune(text[i])) || unicode.IsDigit(rune(text[i])))
	}
	startsInside := letter(at.from) && letter(at.from-1)
	endsInside := letter(at.to-1) && letter(at.to)
	return !startsInside && !endsInside
}
