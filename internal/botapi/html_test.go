package botapi

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// parseRefusals are all the ways in which the parser may refuse.
var parseRefusals = regexp.MustCompile(`^(Can't find end tag corresponding to start tag|Unclosed (start|end) tag|Unsupported start tag|` +
	`Empty attribute name|Unexpected end |Unmatched end tag|Tag "span" must|Invalid custom emoji|Text contains invalid Unicode)`)

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"plain", "<b>hi</b>", "a < b", "<b>x</i>", "<a href='https://e.com'>x</a>", "<a>e.com</a>", "&lt;&#128512;&nbsp;&", "&#xd83d;",
		"<pre><code class=\"language-go\">x</code></pre>", "<b>a<code>b</code>c</b>", "<blockquote expandable>q</blockquote>",
		"<tg-time unix=1 format='D'>t</tg-time>", " <i> </i>\n", "😀<u>您</u>", "<b>https://e</b>.com/x", "<a href=tg://user?id=7>x</a>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if !utf8.ValidString(in) {
			return // refused before it is parsed
		}
		text, entities, err := parseHTML(in)
		if err != nil {
			require.Regexp(t, parseRefusals, err.Error())
			return
		}
		require.LessOrEqual(t, len(text), len(in)+1)
		checkEntities(t, formatted{text, entities})
		done, refused := finishText(formatted{text, entities}, true)
		require.Nil(t, refused)
		checkEntities(t, done)
		checkPage(t, done)
	})
}

func checkEntities(t *testing.T, f formatted) {
	t.Helper()
	size, last := utf16Len(f.text), 0
	for _, e := range f.entities {
		require.GreaterOrEqual(t, e.Offset, last)
		require.Positive(t, e.Length)
		require.LessOrEqual(t, e.end(), size)
		last = e.Offset
	}
}

var anyTag = regexp.MustCompile(`<(/?)([a-z]+)([^<>]*)>`)

// checkPage wants every tag closed in order, no other angle bracket, and no
// link that could run.
func checkPage(t *testing.T, f formatted) {
	t.Helper()
	page := f.html()
	var open []string
	for _, tag := range anyTag.FindAllStringSubmatch(page, -1) {
		if tag[1] == "" {
			require.Regexp(t, `^( href="(https?|mailto|tg|ton):[^"]*" rel="noopener noreferrer"| class="spoiler")?$`, tag[3])
			open = append(open, tag[2])
			continue
		}
		require.NotEmpty(t, open, page)
		require.Equal(t, open[len(open)-1], tag[2], page)
		open = open[:len(open)-1]
	}
	require.Empty(t, open, page)
	require.False(t, strings.ContainsAny(anyTag.ReplaceAllString(page, ""), "<>"), page)
}

func TestOverlappingFormattingIsNestedOnThePage(t *testing.T) {
	t.Parallel()
	f := formatted{"abcdef", []entity{{Offset: 0, Length: 4, Type: "bold"}, {Offset: 2, Length: 4, Type: "italic"}, {Offset: 5, Length: 1, Type: "bot_command"}}}
	require.Equal(t, "<b>ab<i>cd</i></b><i>ef</i>", f.html())
	checkPage(t, f)
}

func TestFormattingStaysOutOfCodeAndNeighboursJoin(t *testing.T) {
	t.Parallel()
	for name, row := range map[string][2]string{
		"code in bold":  {"<b>a<code>b</code>c</b>", "<b>a</b><code>b</code><b>c</b>"},
		"bold in code":  {"<code>a<b>b</b></code>", "<code>ab</code>"},
		"two bolds":     {"<b>a</b><b>b</b>", "<b>ab</b>"},
		"link in bold":  {"<b>see https://e.com/x now</b>", `<b>see <a href="https://e.com/x" rel="noopener noreferrer">https://e.com/x</a> now</b>`},
		"mail":          {"a@e.com", `<a href="mailto:a@e.com" rel="noopener noreferrer">a@e.com</a>`},
		"script in url": {`<a href="javascript:alert(1)">x</a>`, "x"},
		"quotes":        {`"a" 'b'`, `&#34;a&#34; &#39;b&#39;`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, refused := parseText(row[0], "HTML", nil)
			require.Nil(t, refused)
			f, refused = finishText(f, false)
			require.Nil(t, refused)
			require.Equal(t, row[1], f.html())
		})
	}
}

func TestWhatIsFoundInAText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"/start inv_1":             {"bot_command"},
		"see /mine@linli_bot now":  {"bot_command"},
		"a/b and 1/2":              nil,
		"/usr/bin":                 nil,
		"ask @wang or #lamp":       {"mention", "hashtag"},
		"https://e.com/a?b=1, yes": {"url"},
		"#12":                      nil,
		"me@e.com":                 {"email"},
	} {
		f, refused := finishText(formatted{text: text}, false)
		require.Nil(t, refused)
		var kinds []string
		for _, e := range f.entities {
			kinds = append(kinds, e.Type)
		}
		require.Equal(t, want, kinds, text)
	}
}

func TestControlCharactersAreCleanedAndEntitiesMoveAlong(t *testing.T) {
	t.Parallel()
	f, refused := finishText(formatted{" a\r\tb\u202ec ", []entity{{Offset: 4, Length: 3, Type: "bold"}}}, false)
	require.Nil(t, refused)
	require.Equal(t, formatted{"a bc", []entity{{Offset: 2, Length: 2, Type: "bold"}}}, f)
}
