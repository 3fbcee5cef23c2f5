package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
)

// renderAlarm tells whoever keeps the machine what is wrong with it, or that it is
// so no more: figures, and what to do.
func (h *House) renderAlarm(_ context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a struct {
		Cause  string `json:"cause"`
		Figure int64  `json:"figure"`
	}
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	if topic == "alarm.over" {
		return v.say("alarm.over", "what", v.Texts.T("alarm.well."+a.Cause)), nil
	}
	return v.say(topic, "n", int(a.Figure)), nil
}
