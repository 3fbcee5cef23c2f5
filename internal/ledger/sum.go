package ledger

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/refusal"
)

// hundredths is how many of the smallest unit a whole one has: 100 fen are a yuan.
const hundredths = 100

// writtenSum is a sum as people write one: 8, 8.5, 8.50, ¥8, 8元, 8块5, 1,200.
var writtenSum = regexp.MustCompile(`^[¥￥]?([0-9]{1,9})(?:(?:[.点]|元|块|yuan)([0-9]{1,2}))?(?:元|块|块钱|yuan|rmb)?$`)

// thousands are commas between the digits of a whole sum.
var thousands = regexp.MustCompile(`^([¥￥]?[0-9]{1,3})((?:,[0-9]{3})+)`)

// ReadSum reads a sum as somebody wrote it, in the smallest unit of money. It is invalid
// (ledger.bad_amount) where that is no sum from 1 to MaxAmount.
func ReadSum(text string) (int64, error) {
	bad := refusal.New(refusal.Invalid, "ledger.bad_amount")
	text = plainDigits.Replace(strings.ToLower(text))
	if m := thousands.FindString(text); m != "" {
		text = strings.ReplaceAll(m, ",", "") + text[len(m):]
	}
	m := writtenSum.FindStringSubmatch(strings.ReplaceAll(text, ",", "."))
	if m == nil {
		return 0, bad
	}
	whole, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return 0, bad
	}
	part, err := strconv.ParseInt((m[2] + "00")[:2], 10, 64)
	if err != nil {
		return 0, bad
	}
	if sum := whole*hundredths + part; sum >= 1 && sum <= MaxAmount {
		return sum, nil
	}
	return 0, bad
}

// plainDigits are digits and marks as Chinese keyboards write them, and no spaces.
var plainDigits = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9",
	"．", ".", "。", ".", "，", ",", " ", "", "\u00a0", "", "\u3000", "")
