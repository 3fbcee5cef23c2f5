package botapi

import (
	"regexp"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestMarkdownOnThePage(t *testing.T) {
	t.Parallel()
	for name, row := range map[string][3]string{
		"old: bold and italic":           {"Markdown", "*a* _b_ `c`", "<b>a</b> <i>b</i> <code>c</code>"},
		"old: nothing nests":             {"Markdown", "*a _b_*", "<b>a _b_</b>"},
		"old: escaped outside only":      {"Markdown", `\*a\* \x *b\*`, `*a* \x <b>b\</b>`},
		"old: link":                      {"Markdown", "[a](e.com/x) [b](nowhere)", `<a href="http://e.com/x" rel="noopener noreferrer">a</a> b`},
		"old: text for a link":           {"Markdown", "[e.com]", `<a href="http://e.com/" rel="noopener noreferrer">e.com</a>`},
		"old: address without an end":    {"Markdown", "[a](e.com", `<a href="http://e.com/" rel="noopener noreferrer">a</a>`},
		"old: nothing in the brackets":   {"Markdown", "[](e.com)", "(e.com)"},
		"old: code with its language":    {"Markdown", "```go\nx `y` *z*```", "<pre>x `y` *z*</pre>"},
		"old: surrogates and Chinese":    {"Markdown", "😀*您*好", "😀<b>您</b>好"},
		"bold in italic":                 {"MarkdownV2", "_a *b* c_", "<i>a <b>b</b> c</i>"},
		"underline in italic":            {"MarkdownV2", "_a __b___", "<i>a <u>b</u></i>"},
		"underline and italic":           {"MarkdownV2", "__a__ _b_", "<u>a</u> <i>b</i>"},
		"struck and hidden":              {"MarkdownV2", "~a~ ||b||", `<s>a</s> <span class="spoiler">b</span>`},
		"escaped":                        {"MarkdownV2", `a\.b \\ c\d`, `a.b \ cd`},
		"link with a bracket in it":      {"MarkdownV2", `[a\]](http://e.com/\))`, `<a href="http://e.com/)" rel="noopener noreferrer">a]</a>`},
		"text for a link":                {"MarkdownV2", `[e\.com]`, `<a href="http://e.com/" rel="noopener noreferrer">e.com</a>`},
		"no link":                        {"MarkdownV2", "[a](nowhere)", "a"},
		"code keeps its marks":           {"MarkdownV2", "`a*b.c` ```\nx.y```", "<code>a*b.c</code> <pre>x.y</pre>"},
		"quote":                          {"MarkdownV2", "a\n>b\n>c\nd", "a\n<blockquote>b\nc\n</blockquote>d"},
		"quote after a quote":            {"MarkdownV2", ">a\n\n>b", "<blockquote>a\n</blockquote>\n<blockquote>b</blockquote>"},
		"quotes kept apart":              {"MarkdownV2", ">a\n**>b", "<blockquote>a\n</blockquote><blockquote>b</blockquote>"},
		"quote to the end":               {"MarkdownV2", ">a *b*", "<blockquote>a <b>b</b></blockquote>"},
		"quote that opens":               {"MarkdownV2", ">a\n>b||\nc", "<blockquote>a\nb\n</blockquote>c"},
		"quote that opens at the end":    {"MarkdownV2", ">a\n>b||", "<blockquote>a\nb</blockquote>"},
		"moment":                         {"MarkdownV2", "![9 o'clock](tg://time?unix=1&format=t)", "9 o&#39;clock"},
		"surrogates and Chinese, nested": {"MarkdownV2", "😀*您_好_*", "😀<b>您<i>好</i></b>"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, refused := parseText(row[1], row[0], nil)
			require.Nil(t, refused)
			checkEntities(t, f)
			f, refused = finishText(f, true)
			require.Nil(t, refused)
			require.Equal(t, row[2], f.html())
		})
	}
}

func TestMarkdownTellsWhatHTMLCannotShow(t *testing.T) {
	t.Parallel()
	f, refused := parseText("```go x``` ![a](tg://emoji?id=5) ![b](tg://time?unix=7&format=D) [c](tg://user?id=9)", "markdownv2", nil)
	require.Nil(t, refused)
	require.Equal(t, []entity{
		{Offset: 0, Length: 2, Type: "pre", Language: "go"},
		{Offset: 3, Length: 1, Type: "custom_emoji", CustomEmojiID: "5"},
		{Offset: 5, Length: 1, Type: "date_time", UnixTime: 7, TimeFormat: "D"},
		{Offset: 7, Length: 1, Type: "text_mention", User: &user{ID: 9}},
	}, f.entities)
}

var markdownRefusals = regexp.MustCompile(`^(Can't find end of |Character '.' is reserved and must be escaped with the preceding '\\'$|` +
	`The entity must contain a tg://emoji|Invalid tg://emoji)`)

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{
		"plain", "*a*", "_a __b___", "__a_", "||", ">a||", ">a||\nb", ">||\r\n", "```go\nx```", "```\r\n", "`", "[a](b\\)c)", "![a](tg://time?unix=1)",
		"![", "a\n>b\n>c\nd", ">*a\n", "\\", "[](x)", "😀*您*", "[e.com]", "[x](tg://user?id=7)", ">>a", "*\n>a*", "`\n>`",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if !utf8.ValidString(in) {
			return // refused before it is parsed
		}
		for _, mode := range []string{"markdown", "markdownv2"} {
			text, entities, err := parsers[mode](in)
			if err != nil {
				require.Regexp(t, markdownRefusals, err.Error())
				continue
			}
			require.LessOrEqual(t, len(text), len(in))
			require.True(t, utf8.ValidString(text))
			checkEntities(t, formatted{text, entities})
			done, refused := finishText(formatted{text, entities}, true)
			require.Nil(t, refused)
			checkEntities(t, done)
			checkPage(t, done)
		}
	})
}
