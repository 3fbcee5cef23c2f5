package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/bot/flow"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/i18n"
)

// families are the keys that the code puts together: what stands before the
// part that it adds.
var families = []string{
	"command.", "courtesy.", "yes.", "kind.", "role.", "status.", "case.stands.", "lang.",
	"danger.kind.", "danger.text.", "proof.why.told.", "proof.as.opt.", "told.reopened.", "told.secretary.", "told.answered.", "told.answered_yours.", "card.stands.", "refused.",
	"family.link.", "family.ask.", "family.agreed_done.", "family.begun.", "desk.", "card.told.",
	"group.purpose.opt.", "groups.post.", "settings.",
	"weekday.short.", "shifts.month.",
	"alarm.",
	"near.state.",
	"people.reach.", "people.presence.", "people.told.", "tag.", "spoken.", "me.part.", "sheet.column.", "sheet.example.", "sheet.fault.", "sheet.double.",
	"weekday.name.", "shift.slot.", "neither.",
	"morning.line.", "morning.case.", "morning.button.", "overview.end.", "overview.name.", "overview.is.",
	"more.", "pass.why.", "card.waits.", "waits.", "question.", "body.", "end.", "why.", "ended.", "told.waits.", "told.woken.", "told.undone.", "told.refusal.",
	"visit.why.", "visit.answer.", "visit.noted.", "visit.ended.",
	"sealed.", "notso.line.",
	"lunch.way.", "lunch.tell.", "kitchen.rules.to.", "kitchen.rules.ask.", "lunch.as.", "kitchen.state.", "kitchen.tick.", "kitchen.said.", "kitchen.by.", "kitchen.diet.", "kitchen.sticker.", "kitchen.brought.", "kitchen.became.", "lunchword.",
	"account.line.", "book.",
	"care.home.part.", "care.home.part_name.", "care.home.book_part.", "care.home.drop_part.", "care.home.all_week_part.", "care.home.label.", "care.home.why.",
	"care.home.is_absent.", "care.home.stand.", "care.home.stand_ask.", "care.home.looked.", "care.told.by.", "care.what.", "care.what_name.",
	"care.lead.to.", "care.lead.state.", "care.lead.runs.", "care.lead.rule.", "care.lead.rule_ask.", "care.lead.pattern_to.", "care.lead.pattern_ask.",
	"board.as.", "board.voice.", "announce.weight.", "announce.state.", "announce.mark.", "announce.failed.", "announce.like.", "announce.words.", "result.turnout.", "event.for_you.", "event.guest.", "doors.noted.", "doors.was.",
	"care.trail.now.", "care.trail.where.", "care.hall.roll.", "care.hall.at.", "care.hall.code.", "care.hall.counted.", "care.hall.hand.", "care.hall.kin.", "care.hall.what.", "care.hall.note.",
}

// TestEveryWordIsThere holds the catalogues against the code: what the
// conversations say has words in every language, and no words lie unused.
func TestEveryWordIsThere(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	require.NoError(t, err)
	literal := literalsOf(t, "../../bot", "../../bot/flow", "../../internal/dialog")
	used := map[string]bool{}
	for _, d := range flow.New(flow.House{}).Dialogs() {
		for _, key := range d.Keys() {
			used[key] = true
		}
		used[d.Name()+".called"] = true
	}
	for _, lang := range words.Languages() {
		has := words.Keys(lang)
		for key := range used {
			if !strings.HasSuffix(key, ".called") {
				assert.True(t, slices.Contains(has, key), "a dialog says %s, which has no words in %s", key, lang)
			}
		}
		for _, key := range has {
			said := used[key] || literal[key] ||
				slices.ContainsFunc(families, func(f string) bool { return strings.HasPrefix(key, f) }) ||
				strings.HasPrefix(key, "dialog.") && literal[strings.TrimPrefix(key, "dialog.")]
			assert.True(t, said, "nobody says %s", key)
		}
		for _, k := range community.DefaultKinds {
			assert.True(t, slices.Contains(has, "kind."+k.Code), "no words for kind %s in %s", k.Code, lang)
		}
		for key := range literal {
			family, _, dotted := strings.Cut(key, ".")
			if dotted && slices.ContainsFunc(has, func(h string) bool { return strings.HasPrefix(h, family+".") }) && isKey(key) {
				assert.True(t, slices.Contains(has, key), "the code says %s, which has no words in %s", key, lang)
			}
		}
	}
}

// isKey tells a key from the other strings with a dot: topics of the outbox,
// parts of keys.
func isKey(s string) bool {
	if strings.HasSuffix(s, ".") || strings.HasPrefix(s, "dialog.") || slices.Contains(topics, s) || slices.Contains(answeredByScreens, s) { // a dialog lists its own
		return false
	}
	return !strings.ContainsAny(s, " /%:")
}

// topics are the rows of the outbox that look like keys.
var topics = []string{
	"case.ping", "case.ping_gone", "case.ping_again", "case.check_again", "case.unsent_ping", "case.joined", "case.withdrawn", "case.taken_back", "case.taken",
	"case.check", "case.receipt", "case.held", "case.dropped", "case.reopened", "case.left", "case.reopened_secretary",
	"case.self_send", "case.unsent", "case.alarm", "case.for_you", "case.taken_back_by", "case.check_gone",
	"family.ask", "family.refused", "family.agreed", "family.ended",
	"group.greeting", "group.tied", "group.setup", "group.lost", "group.silenced",
	"digest.morning", "calm.morning", "shift.remind", "shift.ask", "shift.hole", "shift.stand_in",
	"case.not_yours", "case.handed_over", "case.reporter_gone", "case.to_phone",
	"role.asked", "role.given", "role.refused", "role.ended", "role.replaced", "role.away", "role.back",
	"person.back",
	"shift.remind", "shift.ask", "shift.ask_gone", "shift.hole", "shift.stand_in", "shift.hole_gone", "shift.filled",
	"shift.yours", "shift.removed", "shift.missed", "shift.begun", "shift.asked_over", "shift.unseen", "shift.swap", "shift.swap_gone", "shift.swap_no", "shift.swapped",
	"roster.roll", "roster.begin", "roster.end", "roster.tell", "roster.fill", "roster.ask", "roster.alarm", "roster.unseen", "roster.swap",
	"shift.off", "shift.again", "shift.absent", "shift.thanks",
	"case.reminded", "case.given", "hand.asked", "hand.gone", "hand.taken", "hand.kept", "hand.lapse",
	"today.page", "today.edit", "today.gone", "today.over", "today.morning", "morning.page",
	"alarm.over", "week.post", "group.week", "group.week_gone",
	"case.question", "case.question_gone", "case.waits", "case.wake", "case.woken", "case.goes_on", "case.answered", "case.undone",
	"case.progress", "case.deciding", "case.proposed", "case.proposal_gone", "case.look_again", "case.agreed", "case.refused", "case.ended",
	"case.disagreed", "case.disputed", "case.objection",
	"case.climbed", "case.unnamed", "case.coming", "case.slips", "case.warned", "case.late", "case.not_come", "case.late_charge",
	"case.clock", "case.group", "case.group_gone",
	"case.near", "case.doubled", "case.undoubled", "case.followed", "case.held_near", "case.reopened_near",
	"case.said", "case.remarked", "case.safety",
	"case.silence", "case.visit", "case.visit_due", "case.visit_over", "case.visit_late", "case.visit_missed", "case.unconfirmed",
	"case.unconfirmed_yours", "case.seen", "case.seen_yours", "case.done_there", "case.asks_later", "case.taken_up", "case.still", "case.silent",
	"case.sealed", "case.unheard", "case.hears_now", "case.mediator_wanted",
	"case.side_told", "case.side_said", "case.side_invited", "case.side_came", "case.agreement", "case.signed",
	"case.both_agreed", "case.kept_ask", "case.kept_by", "case.kept_silence", "case.parting", "case.parting_no", "case.parted", "case.look_in",
	"case.not_so", "case.saw_not_so", "case.passed_outside", "case.unsaid_over",
	"case.talks_again", "case.hearer", "case.kept_due", "case.look_in_due", "case.kept_silent",
	"lunch.asked", "lunch.asked_over", "lunch.reminded", "lunch.for_you", "lunch.changed", "lunch.offered", "lunch.offered_over", "lunch.got",
	"lunch.lapsed", "lunch.waits", "lunch.clash", "lunch.off", "lunch.again_on", "lunch.let_in", "lunch.no_let_in", "lunch.called_off", "lunch.rain",
	"lunch.price", "lunch.menu", "lunch.wished", "lunch.no_menu", "lunch.call", "lunch.sheet", "lunch.picture", "lunch.paper", "lunch.labels", "lunch.corrected", "lunch.off_to_call",
	"lunch.dropped", "lunch.affected", "lunch.wish", "lunch.wish_over", "lunch.voice", "lunch.voice_over", "lunch.look", "lunch.look_over",
	"lunch.again_now", "lunch.worried", "lunch.worry", "lunch.no_door", "lunch.doors_open", "lunch.again", "lunch.doors", "lunch.run", "lunch.with",
	"lunch.unsettled", "lunch.paid", "lunch.mended", "lunch.charged", "lunch.closed_down", "lunch.pays", "lunch.statement", "lunch.month",
	"lunch.hold", "lunch.roll", "lunch.ask", "lunch.close",
	"care.booked", "care.offered", "care.offered_over", "care.got", "care.lapsed", "care.waits", "care.asked", "care.asked_over", "care.holiday", "care.off",
	"care.changed", "care.ended", "care.another", "care.erased", "care.closed",
	"notice.told", "notice.important", "notice.urgent", "notice.corrected", "notice.withdrawn", "notice.post", "notice.post_corrected",
	"notice.post_withdrawn", "notice.post_over", "notice.progress", "notice.repeats", "notice.uncertain", "notice.not_pinned",
	"notice.doors", "notice.listed", "notice.closed", "notice.asks_done", "notice.place", "notice.remind", "notice.off", "notice.for_you",
	"care.arrived", "care.left", "care.no_word", "care.missing", "care.missing_over", "care.found", "care.unknown", "care.looks", "care.may", "care.may_over", "care.said",
	"care.override", "care.barred", "care.late", "care.late_over", "care.still", "care.coming", "care.holds", "care.homework", "care.worry", "care.short", "care.list", "care.unsaid", "care.unsaid_over", "care.no_lunch", "care.no_lunch_over", "care.paid", "care.mended",
	"care.after_all", "care.fell", "care.is_away", "care.is_away_over", "care.not_away", "care.left_over", "care.override_over", "care.still_here",
	"care.paper", "care.paper_over", "care.taps", "care.untyped", "care.unheard", "care.unheard_over",
	"care.ask", "care.hold", "care.roll", "care.close", "care.hands",
	"case.same", "case.side_link_due", "case.side_link_over", "case.still_shown", "case.unshow",
}

// answeredByScreens are refusals that a screen knows by name.
var answeredByScreens = []string{"care.needs_proof", "care.wrong_code", "care.no_code", "care.must_ask", "care.typed_wrong", "care.by_the_door", "care.known_later", "care.not_together"}

var plainKey = regexp.MustCompile(`^[a-z_]*[a-z]$`)

// TestEveryRefusalHasWords: what a service refuses is said in words that help.
func TestEveryRefusalHasWords(t *testing.T) {
	t.Parallel()
	words, err := i18n.Load()
	require.NoError(t, err)
	var keys []string
	for _, dir := range []string{"access", "calendar", "cases", "community", "groups", "ledger", "lunch", "notices", "people", "register", "roster", "setup"} {
		for key := range refusalsOf(t, filepath.Join("../../internal", dir)) {
			keys = append(keys, key)
		}
		for key := range literalsOf(t, filepath.Join("../../internal", dir)) { // handed to whoever makes the refusal
			if ours := strings.TrimPrefix(key, dir+"."); ours != key && plainKey.MatchString(ours) && !slices.Contains(topics, key) || slices.Contains(answeredByScreens, key) {
				keys = append(keys, key)
			}
		}
	}
	told := namedIn(t, "../../internal/childcare")
	for key := range literalsOf(t, "../../internal/childcare") {
		if plainKey.MatchString(strings.TrimPrefix(key, "care.")) && strings.HasPrefix(key, "care.") && !told[key] && !slices.Contains(topics, key) {
			keys = append(keys, key)
		}
	}
	keys = append(keys, "care.absent", "care.barred", "care.closed", "care.holds")  // also told
	keys = append(keys, "lunch.called_off", "lunch.no_menu")                        // also told
	keys = append(keys, "again", "community.no_building", "community.no_community") // of rules that only the database knows, and put together
	require.Greater(t, len(keys), 20)
	for _, lang := range words.Languages() {
		var want []string
		for _, key := range keys {
			if !strings.HasSuffix(key, "_") {
				want = append(want, "refused."+key)
			}
		}
		var has []string
		for _, key := range words.Keys(lang) {
			if strings.HasPrefix(key, "refused.") {
				has = append(has, key)
			}
		}
		slices.Sort(want)
		assert.Equal(t, slices.Compact(want), has, lang)
	}
}

// literalsOf are all strings in the Go files of some folders, tests aside.
func literalsOf(t *testing.T, dirs ...string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, dir := range dirs {
		walk(t, dir, func(n ast.Node) {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found[s] = true
				}
			}
		})
	}
	return found
}

// namedIn are the strings that a folder has constants for: topics and jobs.
func namedIn(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	walk(t, dir, func(n ast.Node) {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return
		}
		for _, value := range spec.Values {
			if lit, ok := value.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found[s] = true
				}
			}
		}
	})
	return found
}

// refusalsOf are the keys that the calls of refusal.New in a folder name.
func refusalsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	walk(t, dir, func(n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "New" {
			return
		}
		if of, ok := f.X.(*ast.Ident); !ok || of.Name != "refusal" {
			return
		}
		ast.Inspect(call.Args[1], func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					found[s] = true
				}
			}
			return true
		})
	})
	return found
}

func walk(t *testing.T, dir string, see func(ast.Node)) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if n != nil {
				see(n)
			}
			return true
		})
	}
}
