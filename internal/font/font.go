// Package font is the one font in which pictures and papers are drawn, with Chinese
// and Latin letters.
//
// It is a subset of WenQuanYi Micro Hei (fonts-wqy-microhei 0.2.0-beta in Debian;
// made of Google's Droid fonts; used under the Apache-2.0 licence): ASCII and the
// characters of GB2312. A rarer character would be an empty box: Spell puts how it
// is said in its place, so that also rare names of people can be read.
package font

import (
	_ "embed" // the font
	"strings"
	"sync"

	"github.com/golang/freetype/truetype"
	"github.com/mozillazg/go-pinyin"
)

//go:embed microhei-gb2312.ttf
var data []byte

// Data is the file, a TrueType font; it is not to be written to.
func Data() []byte { return data }

// Read reads the font, once.
var Read = sync.OnceValues(func() (*truetype.Font, error) { return truetype.Parse(data) })

// unknown stands for a character that is neither in the font nor said in Chinese.
const unknown = "□"

// Spell is a text with every character that the font does not have as it is said in
// Chinese, in brackets; what is not said is □. It is an error where the font cannot
// be read.
func Spell(text string) (string, error) {
	f, err := Read()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, r := range text {
		switch said := pinyin.SinglePinyin(r, pinyin.NewArgs()); {
		case f.Index(r) != 0:
			b.WriteRune(r)
		case len(said) > 0:
			b.WriteString("(" + said[0] + ")")
		default:
			b.WriteString(unknown)
		}
	}
	return b.String(), nil
}
