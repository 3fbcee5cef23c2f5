package botapi

import (
	"encoding/json"
	"strings"
)

// Sizes of keyboards: TDLib cuts silently at 12 a row and 300 in all, the
// server behind it refuses inline keyboards over 100 buttons, 8 a row, 10 kB.
const (
	maxRow, maxKeys             = 12, 300
	maxInlineRow, maxInlineKeys = 8, 100
	maxMarkupBytes              = 10_000
	maxCallbackData             = 64 // bytes
)

type markupKind int

const (
	noMarkup markupKind = iota
	inlineMarkup
	keyboardMarkup
	removeMarkup
	forceMarkup
)

// markup is a reply_markup as given; the zero value is none.
type markup struct {
	kind        markupKind
	inline      [][]inlineButton
	keys        [][]Key
	persistent  bool
	oneTime     bool
	selective   bool
	placeholder string
}

// parseMarkup reads the parameter reply_markup (Client.cpp:9695).
func parseMarkup(text string) (markup, *apiError) {
	if text == "" {
		return markup{}, nil
	}
	value, err := decodeJSON(text)
	if err != nil {
		return markup{}, bad("Can't parse reply keyboard markup JSON object")
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return markup{}, bad("Object expected as reply markup")
	}
	m, err := readMarkup(fields)
	if err != nil {
		return markup{}, bad("%s", err.Error())
	}
	return m, nil
}

func readMarkup(o object) (markup, error) {
	keys, err := readRows(o, "keyboard", "Field \"keyboard\" must be an Array of Arrays", readKey)
	if err != nil {
		return markup{}, err
	}
	inline, err := readRows(o, "inline_keyboard",
		"Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays", readInlineButton)
	if err != nil {
		return markup{}, err
	}
	flags := map[string]bool{}
	for _, name := range []string{"hide_keyboard", "remove_keyboard", "personal_keyboard", "selective", "force_reply_keyboard", "force_reply"} {
		if flags[name], err = o.bool(name); err != nil {
			return markup{}, err
		}
	}
	m := markup{selective: flags["selective"] || flags["personal_keyboard"]}
	if m.placeholder, err = o.str("input_field_placeholder"); err != nil {
		return markup{}, err
	}
	switch {
	case len(keys) > 0:
		m.kind, m.keys = keyboardMarkup, keys
		if _, err = o.bool("resize_keyboard"); err != nil {
			return markup{}, err
		}
		if m.oneTime, err = o.bool("one_time_keyboard"); err != nil {
			return markup{}, err
		}
		if m.persistent, err = o.bool("is_persistent"); err != nil {
			return markup{}, err
		}
	case len(inline) > 0:
		m.kind, m.inline = inlineMarkup, inline
	case flags["hide_keyboard"] || flags["remove_keyboard"]:
		m.kind = removeMarkup
	case flags["force_reply"] || flags["force_reply_keyboard"]:
		m.kind = forceMarkup
	}
	return m, nil
}

func readRows[T any](o object, name, notRows string, read func(any) (T, error)) ([][]T, error) {
	list, err := o.array(name)
	if err != nil {
		return nil, err
	}
	var rows [][]T
	for _, item := range list {
		buttons, ok := item.([]any)
		if !ok {
			return nil, told("%s", notRows)
		}
		row := []T{}
		for _, button := range buttons {
			b, err := read(button)
			if err != nil {
				what := strings.ReplaceAll(name, "_", " ")
				return nil, told("Can't parse %s button: %w", what, err)
			}
			row = append(row, b)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// check is what the inner server says to a markup: links and data, sizes.
// Buttons without a text are dropped silently.
func (m *markup) check() *apiError {
	total := 0
	m.keys = cutRows(m.keys, func(k Key) bool { return k.Text != "" })
	m.inline = cutRows(m.inline, func(b inlineButton) bool { return b.text != "" })
	if m.kind == keyboardMarkup && len(m.keys) == 0 || m.kind == inlineMarkup && len(m.inline) == 0 {
		*m = markup{}
		return nil
	}
	for _, row := range m.inline {
		for i := range row {
			if err := row[i].check(); err != nil {
				return err
			}
		}
		if total += len(row); len(row) > maxInlineRow {
			return bad("reply markup is too long")
		}
	}
	if total > maxInlineKeys || len(m.wire()) > maxMarkupBytes {
		return bad("reply markup is too long")
	}
	for _, row := range m.inline {
		for _, button := range row {
			if len(button.data) > maxCallbackData {
				return bad("BUTTON_DATA_INVALID")
			}
		}
	}
	return nil
}

func cutRows[T any](rows [][]T, keep func(T) bool) [][]T {
	var out [][]T
	total := 0
	for _, row := range rows {
		var kept []T
		for _, button := range row {
			if keep(button) && len(kept) < maxRow && total < maxKeys {
				kept = append(kept, button)
				total++
			}
		}
		if len(kept) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// wire is the markup as a message shows it: only inline keyboards are shown.
func (m *markup) wire() json.RawMessage {
	if m.kind != inlineMarkup {
		return nil
	}
	rows := make([][]map[string]any, len(m.inline))
	for i, row := range m.inline {
		for _, button := range row {
			rows[i] = append(rows[i], button.fields)
		}
	}
	return encode(map[string]any{"inline_keyboard": rows})
}

// fits refuses what only private chats take.
func (m *markup) fits(c *chat) *apiError {
	if c.group == nil {
		return nil
	}
	for _, row := range m.keys {
		for _, key := range row {
			switch {
			case key.Contact:
				return bad("Phone number can be requested in private chats only")
			case key.Location:
				return bad("Location can be requested in private chats only")
			case key.asks != "":
				return bad("%s in private chats only", key.asks)
			}
		}
	}
	for _, row := range m.inline {
		for _, button := range row {
			if button.fields["web_app"] != nil {
				return bad("BUTTON_TYPE_INVALID")
			}
		}
	}
	return nil
}
