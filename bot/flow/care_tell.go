package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/dialog"
)

// toldCare is what the outbox keeps of a message about children: ids, codes and counts.
type toldCare struct {
	Booking   int64          `json:"booking"`
	Day       string         `json:"day"`
	Child     int64          `json:"child"`
	Children  []int64        `json:"children"`
	From      string         `json:"from"`
	Until     string         `json:"until"`
	Part      childcare.Part `json:"part"`
	Sitting   int64          `json:"sitting"`
	Custody   int64          `json:"custody"`
	Collector int64          `json:"collector"`
	Entry     int64          `json:"entry"`
	Ask       int64          `json:"ask"`
	By        int64          `json:"by"`
	Person    int64          `json:"person"`
	Round     int            `json:"round"`
	Minutes   int            `json:"minutes"`
	N         int            `json:"n"`
	Brought   bool           `json:"brought"` // to the hall, where others are fetched
}

// A careTopic draws a message about children.
type careTopic = func(context.Context, Visit, toldCare) (dialog.Screen, error)

// careTopics are all messages about children.
func (h *House) careTopics() map[string]careTopic {
	return eachOnce(h.homeTopics(), h.hallTopics(), h.listTopics())
}

// renderCare draws the messages about children, as things stand when they are read.
func (h *House) renderCare(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	var a toldCare
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	draw := h.careTopics()[topic]
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	s, err := draw(ctx, v, a)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	return s, nil
}
