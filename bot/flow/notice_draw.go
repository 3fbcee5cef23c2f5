package flow

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// The buttons under a notice that somebody has: "m.<verb>.<notice>", of an option with
// its place behind it. What they do is known by who taps.
const (
	seesNotice   = "nseen"
	needsHelp    = "nhelp"
	givesVoice   = "nvoice"
	comesToEvent = "ncome"
	stays        = "nstay" // away from an event
)

// noticeLink begins the link by which a group leads to a notice in the private chat.
const noticeLink = "notice_"

// noticeScreen is a notice as somebody has it.
func (v Visit) noticeScreen(n notices.Notice) dialog.Screen {
	s := dialog.Screen{Text: v.noticeText(n), Media: noticeMedia(n)}
	id := number(n.ID)
	switch n.Answer {
	case notices.Seen:
		row(&s, v.Texts.T("board.seen"), seesNotice, id)
		row(&s, v.Texts.T("board.help"), needsHelp, id)
	case notices.Question:
		for i, o := range n.Options {
			row(&s, fit(v.wording(n, o), alone), givesVoice, id, strconv.Itoa(i))
		}
	case notices.Event:
		row(&s, v.Texts.T("board.come"), comesToEvent, id)
		row(&s, v.Texts.T("board.stay"), stays, id)
	case notices.NoAnswer:
	}
	return s
}

// postScreen is a notice as a group has it: what it wants is answered in private.
func (v Visit) postScreen(n notices.Notice) dialog.Screen {
	s := dialog.Screen{Text: v.noticeText(n), Media: noticeMedia(n), Pin: n.Pin}
	if n.Answer != notices.NoAnswer && v.Bot != "" {
		s.Rows = [][]dialog.Button{{{Label: v.Texts.T("board.in_private"), URL: v.Link(noticeLink + number(n.ID))}}}
	}
	return s
}

// noticeText is what a notice says: its words, and what belongs to them.
func (v Visit) noticeText(n notices.Notice) string {
	lines := []string{v.Texts.T("board.as."+string(n.Weight), "text", v.wording(n, n.Texts))}
	if n.Version > 0 {
		lines = append([]string{v.Texts.T("board.corrected")}, lines...)
	}
	if e := n.Happens; e != nil {
		lines = append(lines, v.happensLine(*e))
	}
	if n.Answer == notices.Question {
		lines = append(lines, v.voiceLine(n))
	}
	if n.Texts[v.reads()] == "" {
		lines = append(lines, v.Texts.T("board.original", "phone", phoneWords(v)))
	}
	return strings.Join(lines, "\n")
}

// happensLine is when and where an event is. Its day is told by the date: the message
// stays.
func (v Visit) happensLine(e notices.Happens) string {
	line := v.Texts.T("board.happens", "span", v.lasts(e.Starts, e.Ends), "place", e.Place)
	if e.Places > 0 {
		line += "\n" + v.Texts.T("board.places", "n", e.Places)
	}
	return line
}

// lasts is from when until when, by the date.
func (v Visit) lasts(from, until time.Time) string {
	from, until = from.In(v.Zone), until.In(v.Zone)
	if from.Format(time.DateOnly) == until.Format(time.DateOnly) {
		return v.Texts.T("board.span", "from", dated(from), "until", clockOf(until))
	}
	return v.Texts.T("board.span", "from", dated(from), "until", dated(until))
}

// voiceLine says before anybody answers a question whose voice counts, and who reads it.
func (v Visit) voiceLine(n notices.Notice) string {
	key := "board.voice." + string(n.Voice)
	if n.Named {
		key += "_named"
	}
	return v.Texts.T(key, "until", dated(n.Until))
}

// reads is the language in which the reader has notices.
func (v Visit) reads() string { return cmp.Or(v.Person.Language, v.Community.Language) }

// wording is what is said in the reader's language, or as it was written.
func (v Visit) wording(n notices.Notice, w notices.Words) string {
	return cmp.Or(w[v.reads()], w[n.Language])
}

func noticeMedia(n notices.Notice) []dialog.Media {
	var media []dialog.Media
	for _, m := range n.Media {
		media = append(media, dialog.Media{Kind: m.Kind, FileID: m.FileID, UniqueID: m.UniqueID})
	}
	return media
}

// maxTitle is how much of a notice its author knows it again by.
const maxTitle = 40

// noticeTitle is the beginning of a notice, by which its author knows it again.
func (v Visit) noticeTitle(n notices.Notice) string {
	first, _, _ := strings.Cut(v.wording(n, n.Texts), "\n")
	if short := shorten(first, maxTitle); short != first {
		return strings.TrimSpace(short) + "…"
	}
	return first
}
