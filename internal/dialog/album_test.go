package dialog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/dialog"
)

func TestLaterItemsOfAnAlbumJoinTheFirst(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["what"]).show(photo("1").in("A").with("Look")).asks("photos")
	skip := c.data("dialog.skip")
	c.show(photo("2").in("A")).asks("photos").show(photo("3").in("A").with("and here")).asks("photos")
	require.Len(t, c.draft().What.Media, 3)
	require.Equal(t, "Look\nand here", c.draft().What.Text)
	require.Empty(t, c.draft().Photos, "nothing of it answers the next question")
	c.do(dialog.Event{Tap: skip}).asks("")
	c.do(dialog.Event{Media: ptr(photo("4").m()), Album: "A"}).asks("")
	require.Len(t, c.draft().What.Media, 4, "a straggler finds its place from the summary too")
	require.Contains(t, c.screen.Text, "dialog.photo n 4")
	send := c.data("dialog.send")
	c.show(photo("5").in("A")).do(dialog.Event{Tap: send})
	require.True(t, c.s.Over, "the buttons already drawn stay good")
}

func TestAnotherAlbumIsAnotherAnswer(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["what"]).show(photo("1").in("A")).show(photo("2").in("B")).asks("photos")
	require.Len(t, c.draft().What.Media, 1)
	require.Len(t, c.draft().Photos, 1)
	c.show(photo("3").in("B")).tap("dialog.done").asks("").show(photo("4").in("B")).asks("")
	require.Len(t, c.draft().Photos, 3, "photos collect while they are asked and afterwards")
}

func TestAnAlbumThatIsTooBigSaysSo(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["photos"])
	for _, id := range []string{"1", "2", "3"} {
		c.show(photo(id).in("A"))
	}
	c.asks("").show(photo("4").in("A")).asks("", "rep.photos.full max 3")
	require.Len(t, c.draft().Photos, 3)
}

func TestAnAlbumWhoseAnswerWasTakenBackIsOnlyRedrawn(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), beforeStep["what"]).show(photo("1").in("A")).tap("dialog.back").asks("what")
	before := c.s
	c.show(photo("2").in("A")).asks("what")
	require.Equal(t, before, c.s)
}

func TestAnAlbumSentWhileChangingReplacesAndThenGrows(t *testing.T) {
	t.Parallel()
	c := start(t, newDesk().flow(), filled()).tap("dialog.change title rep.what.title")
	c.show(photo("1").in("A")).asks("").tap("dialog.change title rep.what.title").show(photo("2").in("A")).asks("what")
	require.Empty(t, c.draft().What.Text)
	require.Len(t, c.draft().What.Media, 2)
}
