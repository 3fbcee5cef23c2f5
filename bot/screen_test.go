package bot

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

func TestPeoplesWordsStayWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"hello":                     "hello",
		"<b>bold</b> & \"quoted\"":  "&lt;b&gt;bold&lt;/b&gt; &amp; &#34;quoted&#34;",
		"first\nsecond <i>":         "<b>first</b>\nsecond &lt;i&gt;",
		"</b><a href=x>\nnot a tag": "<b>&lt;/b&gt;&lt;a href=x&gt;</b>\nnot a tag",
	} {
		require.Equal(t, want, markup(text))
	}
}

func TestKeyboards(t *testing.T) {
	t.Parallel()
	require.Nil(t, keyboard(dialog.Screen{Text: "x"}, nil))
	raw, err := json.Marshal(noButtons())
	require.NoError(t, err)
	require.JSONEq(t, `{"inline_keyboard":[]}`, string(raw), "Telegram refuses null")
	raw, err = json.Marshal(keyboard(dialog.Screen{Rows: [][]dialog.Button{{{Label: "Yes", Data: "c.x.1"}}}}, nil))
	require.NoError(t, err)
	require.JSONEq(t, `{"inline_keyboard":[[{"text":"Yes","callback_data":"c.x.1"}]]}`, string(raw))
	raw, err = json.Marshal(keyboard(dialog.Screen{Keyboard: [][]dialog.Key{{{Text: "Here", Location: true}}}}, nil))
	require.NoError(t, err)
	require.JSONEq(t, `{"keyboard":[[{"text":"Here","request_location":true}]],"resize_keyboard":true}`, string(raw))
}

func TestAMessageIsEditedAsItWasSent(t *testing.T) {
	t.Parallel()
	photo := []dialog.Media{{Kind: dialog.Photo, FileID: "f"}}
	long := make([]rune, maxCaption+1)
	for i := range long {
		long[i] = '字'
	}
	require.Equal(t, formText, form(dialog.Screen{Text: "x"}))
	require.Equal(t, formCaption, form(dialog.Screen{Text: "x", Media: photo}))
	require.Equal(t, formText, form(dialog.Screen{Text: string(long), Media: photo}), "too long for a caption")
	require.Equal(t, formText, form(dialog.Screen{Text: "x", Media: append(photo, photo...)}), "an album goes ahead")

	for _, p := range []posted{{id: 7, form: formText}, {id: 7, form: formCaption}, {id: 9, form: formText, with: []int64{7, 8}}} {
		require.Equal(t, p, readPosted(p.id, p.String()))
	}
}
