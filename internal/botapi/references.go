package botapi

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// referenceNames are all the names there are; &nbsp; is not one.
var referenceNames = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}

// decodeReference reads a character reference and tells its length; 0 is
// none, and the ampersand stands for itself. Only four names exist.
func decodeReference(s string) (rune, int) {
	end, code := 1, rune(0)
	byteAt := func(i int) byte {
		if i < len(s) {
			return s[i]
		}
		return 0
	}
	switch {
	case byteAt(1) == '#' && byteAt(2) == 'x':
		for end = 3; end < 16 && isHex(byteAt(end)); end++ {
			digit, _ := strconv.ParseInt(s[end:end+1], 16, 32) // isHex has looked
			code = code*16 + rune(digit)
		}
	case byteAt(1) == '#':
		for end = 2; end < 16 && byteAt(end) >= '0' && byteAt(end) <= '9'; end++ {
			code = code*10 + rune(s[end]-'0')
		}
	default:
		for isAlpha(byteAt(end)) {
			end++
		}
		code = referenceNames[s[1:end]]
	}
	if code <= 0 || code >= 0x10ffff || s[1] == '#' && end >= 10 {
		return 0, 0
	}
	if byteAt(end) == ';' {
		end++
	}
	return code, end
}

// appendRune writes half a surrogate pair as the three bytes it would be, so
// that the check of the whole text finds it.
func appendRune(out []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
	}
	return utf8.AppendRune(out, r)
}

func utf16Units(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == 0
}
func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isAlnum(c byte) bool { return isAlpha(c) || c >= '0' && c <= '9' }
func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
