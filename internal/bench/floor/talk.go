package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// The screens of the report, as they go over the wire.
const (
	menu   = `{"keyboard":[[{"text":"Report a problem"}],[{"text":"My matters"},{"text":"Call a person"}],[{"text":"More"}]],"resize_keyboard":true}`
	kinds  = `{"inline_keyboard":[` + lamp + `,[{"text":"Road","callback_data":"k:road"}],[{"text":"Water","callback_data":"k:water"}],[{"text":"Power","callback_data":"k:power"}],[{"text":"Gas","callback_data":"k:gas"}],[{"text":"Lift","callback_data":"k:lift"}],[{"text":"Leak","callback_data":"k:leak"}],[{"text":"Rubbish","callback_data":"k:rubbish"}],` + cancel + `]}`
	lamp   = `[{"text":"Stair lamp","callback_data":"k:lamp"}]`
	places = `{"inline_keyboard":[[{"text":"building 1, entrance 1","callback_data":"p:own"}],[{"text":"In my home","callback_data":"p:home"}],[{"text":"Outdoors","callback_data":"p:outdoors"}],[{"text":"Another building","callback_data":"p:building"}],[{"text":"Elsewhere, I'll say","callback_data":"p:other"}],` + back + `,` + cancel + `]}`
	only   = `{"inline_keyboard":[` + back + `,` + cancel + `]}`
	skip   = `{"inline_keyboard":[[{"text":"Skip","callback_data":"skip"}],` + back + `,` + cancel + `]}`
	send   = `{"inline_keyboard":[[{"text":"Send","callback_data":"send"}],[{"text":"Change matter","callback_data":"c:kind"}],[{"text":"Change place","callback_data":"c:place"}],[{"text":"Change what is wrong","callback_data":"c:what"}],[{"text":"Change photo","callback_data":"c:photo"}],` + cancel + `]}`
	after  = `{"inline_keyboard":[[{"text":"Take back","callback_data":"b"}],[{"text":"My matters","callback_data":"m"}]]}`
	card   = `{"inline_keyboard":[[{"text":"I'll go","callback_data":"t"}],[{"text":"Pass","callback_data":"x"}],[{"text":"Call","callback_data":"l"}]]}`
	back   = `[{"text":"Back","callback_data":"back"}]`
	cancel = `[{"text":"Cancel","callback_data":"cancel"}]`
)

// keepState is how long a dialog is kept.
const keepState = 48 * time.Hour

// turn is one update being answered.
type turn struct {
	*floor
	update
	state []string // kind, place, words
}

// answer reads the state, writes it, says what comes next, and ends the
// waiting of a tap.
func (f *floor) answer(ctx context.Context, u update) error {
	key := "floor:" + strconv.FormatInt(u.chat, 10)
	state, err := f.rdb.Get(ctx, key).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	t := turn{f, u, strings.Split(state+"||", "|")[:3]}
	words, markup := t.next()
	if words == "" {
		return nil
	}
	if err := f.rdb.Set(ctx, key, strings.Join(t.state, "|"), keepState).Err(); err != nil {
		return err
	}
	if u.data == "send" {
		return t.open(ctx)
	}
	return t.show(ctx, words, markup)
}

func (t *turn) show(ctx context.Context, words, markup string) error {
	if t.tap == "" {
		return t.say(ctx, t.chat, 0, words, markup)
	}
	if err := t.say(ctx, t.chat, t.message, words, markup); err != nil {
		return err
	}
	return t.done(ctx, t.tap)
}

// next is the screen that an update leads to, and what it changes.
func (t *turn) next() (words, markup string) {
	switch {
	case t.text == "/start":
		clear(t.state)
		return "Hello! If something is wrong, just send me a photo. No typing needed.", menu
	case t.text == "Report a problem":
		return "What is it about?", kinds
	case strings.HasPrefix(t.data, "k:"):
		t.state[0] = t.data[2:]
		return "Where is it?", places
	case strings.HasPrefix(t.data, "p:"):
		t.state[1] = t.data[2:]
		return "What is wrong? Hold the microphone and speak, write a few words, or send a photo.", only
	case t.data == "skip":
		return `Shall I send it like this?\nmatter: ` + t.state[0] + `\nplace: ` + t.state[1] + `\nwhat is wrong: ` + t.state[2] + `\nphoto: none`, send
	case t.data == "send":
		return "Sent", after
	case t.data == "":
		t.state[2] = t.text
		return "Send a photo if you have one. If not, tap Skip.", skip
	default:
		return "", ""
	}
}

// open stores the case, tells the resident and whoever is on duty.
func (t *turn) open(ctx context.Context) error {
	var id int64
	if err := t.insert.QueryRowContext(ctx, t.chat, t.state[0], t.state[1], t.state[2], t.duty).Scan(&id); err != nil {
		return err
	}
	number := strconv.FormatInt(id, 10)
	if err := t.show(ctx, `Sent, number `+number+`.\nSomebody will look. You will hear by Thursday 26 November, 9:05 am at the latest.`, after); err != nil {
		return err
	}
	return t.say(ctx, t.duty, 0, `No. `+number+` `+t.state[0]+`, `+t.state[1]+`\nR, since today, 9:05 am\n“`+t.state[2]+`”`, card)
}
