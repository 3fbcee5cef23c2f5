package setup

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/refusal"
)

// maxAtOnce is how many buildings are named at once: more would be a slip of
// the finger.
const maxAtOnce = 300

var (
	numbered = regexp.MustCompile(`^(\d{1,9})(?:号楼|栋|号)?\s*(?:[-–—~～到至]|to)\s*(\d{1,9})(?:号楼|栋|号)?$`)
	plainOne = regexp.MustCompile(`^(\d{1,4})号楼?$`)
)

// Numbers reads the names of buildings as people write many of them: "1-12",
// "1-3, 5, 8A".
func Numbers(text string) ([]string, error) {
	var names []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；\n", r) }) {
		part = strings.Join(strings.Fields(part), " ")
		switch found := numbered.FindStringSubmatch(part); {
		case part == "":
		case found != nil:
			from, _ := strconv.Atoi(found[1]) // at most nine digits
			to, _ := strconv.Atoi(found[2])
			if from > to || to-from >= maxAtOnce {
				return nil, refusal.New(refusal.Invalid, "setup.bad_range", "range", part)
			}
			for n := from; n <= to; n++ {
				names = append(names, strconv.Itoa(n))
			}
		default:
			name, err := community.CheckName(plainOne.ReplaceAllString(part, "$1"))
			if err != nil {
				return nil, err
			}
			names = append(names, name)
		}
	}
	if len(names) == 0 || len(names) > maxAtOnce {
		return nil, refusal.New(refusal.Invalid, "setup.no_buildings", "max", maxAtOnce)
	}
	return names, nil
}

// ThreeNumbers reads three emergency numbers: fire, ambulance, police.
func ThreeNumbers(text string) ([]string, error) {
	numbers := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、;；/\n", r) })
	if len(numbers) != 3 {
		return nil, refusal.New(refusal.Invalid, "community.bad_number")
	}
	for _, n := range numbers {
		if _, err := community.CheckNumber(n); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}
