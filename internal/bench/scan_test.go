package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestValuesAreFoundInBodies(t *testing.T) {
	t.Parallel()
	body := []byte(`{"chat_id":42,"text":"she said \"text\": {no} \\","reply_markup":{"inline_keyboard":[[{"text":"a]}","callback_data":"x.1:=y"}],[]]},"last":[1,2]}`)
	for key, want := range map[string]string{
		`"chat_id":`:       `42`,
		`"text":`:          `"she said \"text\": {no} \\"`,
		`"reply_markup":`:  `{"inline_keyboard":[[{"text":"a]}","callback_data":"x.1:=y"}],[]]}`,
		`"callback_data":`: `"x.1:=y"`,
		`"last":`:          `[1,2]`,
		`"none":`:          ``,
	} {
		require.Equal(t, want, string(rawOf(body, key)), key)
	}
	require.Equal(t, int64(42), numberOf(body, `"chat_id":`))
	require.Equal(t, "x.1:=y", textOf(body, `"callback_data":`))
	require.Zero(t, numberOf(body, `"text":`))
	require.Equal(t, "7", string(rawOf([]byte(`{"a":[{"n":7}]}`), `"n":`)), "the last value of an object")
}

func TestNumbersAreReadFromTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`"<b>Sent, number 12.</b>\nDaniel will look."`: "12",
		`"Sent, number 7"`: "7",
		`"Sent, number x"`: "",
		`"What is wrong?"`: "",
	} {
		require.Equal(t, want, numberAfter([]byte(text), receipt), text)
	}
}
