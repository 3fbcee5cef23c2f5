package flow

import (
	"context"
	"slices"
	"strings"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/dialog"
)

// explained are the figures of the overview, each with a sentence of what it is
// under "overview.is.<name>" and a label under "overview.name.<name>".
var explained = []string{
	"fresh", "late", "ownerless", "waiting", "visits", "response", "resolution", "satisfaction", "median", "ends",
}

// overviewWhat says of one figure what it is, "<month>.<name>", or offers all of
// them, "<month>[.<page>]".
func (h *House) overviewWhat(_ context.Context, v Visit, value string) (Reply, error) {
	if !v.overviews() {
		return Reply{}, access.NotFound()
	}
	month, name, _ := strings.Cut(value, ".")
	if slices.Contains(explained, name) {
		s := v.say("overview.is." + name)
		v.back(&s, "ovwhat", month)
		return Reply{Screen: s, Beside: true}, nil
	}
	s := v.say("overview.what_which")
	var buttons []dialog.Button
	for _, name := range explained {
		buttons = append(buttons, dialog.Button{Label: v.Texts.T("overview.name." + name), Data: "m.ovwhat." + month + "." + name})
	}
	v.list(&s, "ovwhat."+month, name, buttons)
	v.back(&s, "overview", month)
	return Reply{Screen: s, Beside: true}, nil
}
