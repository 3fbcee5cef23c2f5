package flow

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/linli-bot/linli/internal/dialog"
	"github.com/linli-bot/linli/internal/notices"
)

// toldNotice is what the outbox keeps of a message about a notice: ids and codes.
type toldNotice struct {
	Notice int64 `json:"notice"`
	Group  int64 `json:"group"`

	Person int64  `json:"person"` // for whom it is
	By     int64  `json:"by"`     // who said it for them
	Is     string `json:"is"`     // whether they come
	N      int    `json:"n"`      // homes on a list of doors,
	Sheet  int    `json:"sheet"`  // to which of them nobody goes,
	Doors  int    `json:"doors"`  // and what of it the reader does
	Calls  int    `json:"calls"`
}

// A noticeTopic draws a message about a notice.
type noticeTopic = func(context.Context, Visit, notices.Notice, toldNotice) (dialog.Screen, error)

// renderNotice draws the messages about notices for a person.
func (h *House) renderNotice(ctx context.Context, v Visit, topic string, args []byte) (dialog.Screen, error) {
	return h.drawNotice(ctx, v, h.noticeTopics()[topic], topic, args)
}

func (h *House) drawNotice(ctx context.Context, v Visit, draw noticeTopic, topic string, args []byte) (dialog.Screen, error) {
	if draw == nil {
		return dialog.Screen{}, fmt.Errorf("render %s: unknown topic", topic)
	}
	var a toldNotice
	if err := json.Unmarshal(args, &a); err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	n, err := h.Notices.Read(ctx, v.Community.ID, a.Notice)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s: %w", topic, err)
	}
	s, err := draw(ctx, v, n, a)
	if err != nil {
		return dialog.Screen{}, fmt.Errorf("render %s of notice %d: %w", topic, n.ID, err)
	}
	return s, nil
}

// noticeTopics are what people hear of a notice: those whom it is for, and its author.
func (h *House) noticeTopics() map[string]noticeTopic {
	return eachOnce(map[string]noticeTopic{
		"notice.told":      tellNotice,
		"notice.important": tellNotice,
		"notice.urgent":    tellNotice,
		"notice.corrected": tellCorrected,
		"notice.withdrawn": tellWithdrawn,
	}, h.authorTopics(), h.knownTopics())
}

// noticePosts are what groups read of a notice.
func (h *House) noticePosts() map[string]Draw {
	posts := map[string]Draw{}
	for topic, draw := range map[string]noticeTopic{
		"notice.post":           tellPost,
		"notice.post_corrected": tellPostCorrected,
		"notice.post_withdrawn": tellPostWithdrawn,
		"notice.post_over":      tellPostOver,
	} {
		posts[topic] = func(ctx context.Context, v Visit, args []byte) (dialog.Screen, error) {
			return h.drawNotice(ctx, v, draw, topic, args)
		}
	}
	return posts
}

// tellNotice brings somebody a notice, as it stands when it is sent.
func tellNotice(_ context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	if !n.Stands(v.Now) {
		return dialog.Screen{Gone: true}, nil
	}
	return v.noticeScreen(n), nil
}

// tellCorrected takes the place of what somebody has of a notice.
func tellCorrected(ctx context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	if n.State == notices.Withdrawn {
		return tellWithdrawn(ctx, v, n, a)
	}
	return v.noticeScreen(n), nil
}

// tellWithdrawn takes the place of a notice that was taken back. It is not deleted: who
// read it is to know.
func tellWithdrawn(_ context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	return v.say("board.withdrawn", "title", v.noticeTitle(n)), nil
}

func tellPost(_ context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	if !n.Stands(v.Now) {
		return dialog.Screen{Gone: true}, nil
	}
	return v.postScreen(n), nil
}

func tellPostCorrected(ctx context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	if n.State == notices.Withdrawn {
		return tellPostWithdrawn(ctx, v, n, a)
	}
	return v.postScreen(n), nil
}

func tellPostWithdrawn(ctx context.Context, v Visit, n notices.Notice, a toldNotice) (dialog.Screen, error) {
	s, err := tellWithdrawn(ctx, v, n, a)
	s.Unpin = n.Pin
	return s, err
}

// tellPostOver leaves the words in the group, without a pin and a way to answer.
func tellPostOver(_ context.Context, v Visit, n notices.Notice, _ toldNotice) (dialog.Screen, error) {
	s := v.postScreen(n)
	s.Rows, s.Unpin = nil, n.Pin
	return s, nil
}
