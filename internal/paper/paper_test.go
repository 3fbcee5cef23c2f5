package paper_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/paper"
)

var noon = time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)

// ink counts the dark pixels of a part of a picture.
func ink(of image.Image, in image.Rectangle) (n int) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if r, _, _, _ := of.At(x, y).RGBA(); r < 0x4000 {
				n++
			}
		}
	}
	return n
}

func look(t *testing.T, name string, data []byte) {
	t.Helper()
	if to := os.Getenv("LOOK"); to != "" { // for somebody's eyes
		require.NoError(t, os.WriteFile(to+"/"+name, data, 0o600))
	}
}

func tuesday() paper.Paper {
	return paper.Paper{At: noon, Title: "11月24日（周二）午饭：共96份", Parts: []paper.Part{
		{Head: "菜", Lines: []paper.Line{{Text: "红烧带鱼", Right: "60份"}, {Text: "肉末豆腐", Right: "36份"}, {Text: "小米粥", Right: "96份"}}},
		{Head: "忌口", Lines: []paper.Line{{Text: "王秀英：软一点、不放辣，不要香菜，豆腐多给一点，米饭少一点，最好十一点半以前送到", Right: "1"}}},
		{Head: "Hall", Lines: []paper.Line{{Text: "who eats here sits at the long table beside the window, and the two who are deaf in front"}}},
	}}
}

func TestThePagesSayWhatTheyAreToSay(t *testing.T) {
	t.Parallel()
	p := tuesday()
	data, err := p.PDF()
	require.NoError(t, err)
	look(t, "sheet.pdf", data)
	pages := words(t, data)
	require.Len(t, pages, 1)
	all := strings.Join(strings.Fields(pages[0]), "")
	for _, want := range []string{"11月24日（周二）午饭：共96份", "红烧带鱼60份", "小米粥96份", "王秀英：软一点", "半以前送到", "besidethewindow"} {
		require.Contains(t, all, want)
	}
	again, err := p.PDF()
	require.NoError(t, err)
	require.Equal(t, data, again, "the same paper is the same file")
}

func TestALongRunHasMorePages(t *testing.T) {
	t.Parallel()
	p := paper.Paper{Title: "送餐", At: noon}
	for i := range 120 {
		p.Parts = append(p.Parts, paper.Part{Head: fmt.Sprintf("%d号楼", i), Lines: []paper.Line{{Text: fmt.Sprintf("户%d.", i)}}})
	}
	data, err := p.PDF()
	require.NoError(t, err)
	pages := words(t, data)
	require.Greater(t, len(pages), 5)
	all := strings.Join(pages, "")
	for i, part := range p.Parts {
		require.Contains(t, all, part.Lines[0].Text, "line %d", i)
	}
	for i, page := range pages {
		text := strings.TrimSpace(page)
		require.False(t, strings.HasSuffix(text, "号楼"), "page %d ends with a heading: %q", i+1, text)
	}
}

func TestLabels(t *testing.T) {
	t.Parallel()
	var all []paper.Label
	for i := range 12 {
		all = append(all, paper.Label{Big: fmt.Sprintf("3-2-%d01", i+1), Lines: []string{"王秀英", "软、低盐"}})
	}
	all[3].Lines = append(all[3].Lines, strings.Repeat("不要香菜，", 60))
	all[4].Lines[0] = "李堃"
	data, err := paper.Labels(paper.Paper{Title: "标签", At: noon}, all)
	require.NoError(t, err)
	look(t, "labels.pdf", data)
	pages := words(t, data)
	require.Len(t, pages, 2, "ten on a page")
	require.Equal(t, []int{9, 2}, []int{strings.Count(pages[0], "王秀英"), strings.Count(pages[1], "王秀英")})
	require.Contains(t, pages[0], "李(kun)")
	require.Contains(t, pages[0], "…", "what has no room is seen to be cut")
	require.Contains(t, pages[1], "3-2-1201")
	require.NotContains(t, pages[0], "3-2-1201")
	data, err = paper.Labels(paper.Paper{At: noon}, nil)
	require.NoError(t, err)
	require.Len(t, words(t, data), 1, "of nobody a page is empty, and the file still one")
}

func TestThePicture(t *testing.T) {
	t.Parallel()
	p := tuesday()
	data, err := p.Picture()
	require.NoError(t, err)
	look(t, "sheet.png", data)
	drawn, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	size := drawn.Bounds().Size()
	require.Equal(t, 1000, size.X)
	band := func(from, to int) image.Rectangle { return image.Rect(0, from, size.X, to) }
	require.Greater(t, ink(drawn, band(40, 118)), 1000, "the title")
	require.Greater(t, ink(drawn, band(size.Y-100, size.Y-40)), 200, "and the last line")
	require.Zero(t, ink(drawn, image.Rect(size.X-20, 0, size.X, size.Y)), "nothing runs over the edge")

	rare := paper.Paper{Title: "堃"}
	boxes, err := rare.Picture()
	require.NoError(t, err)
	spelled, err := paper.Paper{Title: "(kun)"}.Picture()
	require.NoError(t, err)
	require.Equal(t, spelled, boxes, "a rare name is spelled, and no empty box")
}

func TestAPictureIsNoTallerThanTelegramTakes(t *testing.T) {
	t.Parallel()
	p := paper.Paper{Title: "x", Parts: []paper.Part{{}}}
	for i := range 400 {
		p.Parts[0].Lines = append(p.Parts[0].Lines, paper.Line{Text: fmt.Sprint(i)})
	}
	data, err := p.Picture()
	require.NoError(t, err)
	c, err := png.DecodeConfig(bytes.NewReader(data))
	require.NoError(t, err)
	require.Less(t, c.Height+c.Width, 9100)
	require.Greater(t, c.Height, 7000)
}
