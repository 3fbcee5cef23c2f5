package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/config"
)

type doctorCmd struct{}

// Run looks at everything that linli stands on, and says what is wrong and what
// to do, without ever showing a secret. It changes nothing.
func (doctorCmd) Run(w world) error {
	c, err := w.settings()
	if err != nil {
		return err
	}
	d := &doctor{world: w, config: c, real: clock.New()}
	for _, part := range []struct {
		name string
		look func(context.Context)
	}{
		{"settings", d.settings}, {"postgres", d.postgres}, {"redis", d.redis},
		{"telegram", d.telegram}, {"disk", d.disk}, {"linli serve", d.serving},
	} {
		fmt.Fprintln(w.stdout, part.name)
		ctx, cancel := context.WithTimeout(w.ctx, lookFor)
		part.look(ctx)
		cancel()
	}
	switch d.bad {
	case 0:
		fmt.Fprintln(w.stdout, "all is well")
		return nil
	case 1:
		return errors.New("one thing is wrong; what to do stands below it")
	}
	return fmt.Errorf("%d things are wrong; what to do stands below each", d.bad)
}

// lookFor bounds a look at one part.
const lookFor = 30 * time.Second

// doctor looks at one part after the other.
type doctor struct {
	world
	config config.Config
	real   *clock.Clock
	bad    int // what is wrong
}

// fine says what is as it should be.
func (d *doctor) fine(format string, args ...any) { d.say("ok", format, args...) }

// note says what works but could be better, and what to do.
func (d *doctor) note(todo, format string, args ...any) {
	d.say("note", format, args...)
	fmt.Fprintln(d.stdout, "         →", todo)
}

// wrong says what is wrong, and what to do.
func (d *doctor) wrong(todo, format string, args ...any) {
	d.bad++
	d.say("WRONG", format, args...)
	fmt.Fprintln(d.stdout, "         →", todo)
}

func (d *doctor) say(grade, format string, args ...any) {
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	fmt.Fprintf(d.stdout, "  %-5s  %s\n", grade, text)
}

// apart grades how far another clock is from ours.
func (d *doctor) apart(whose string, ahead, exact time.Duration) {
	const (
		noted   = 2 * time.Second
		tooMuch = 30 * time.Second
		todo    = "let both keep time by NTP (timedatectl set-ntp true): deadlines and reminders come at the wrong time"
	)
	off := max(ahead.Abs()-exact, 0).Round(100 * time.Millisecond)
	switch {
	case off > tooMuch:
		d.wrong(todo, "the clock here and that of %s are %s apart", whose, off)
	case off > noted:
		d.note(todo, "the clock here and that of %s are %s apart", whose, off)
	default:
		d.fine("the clock agrees with that of %s", whose)
	}
}

func (d *doctor) settings(context.Context) {
	for _, line := range d.config.Lines() {
		if strings.HasPrefix(line, "BOT_TOKEN= ") {
			continue // the one setting that is wrong where it is not set
		}
		d.fine("%s", line)
	}
	if len(d.config.BotTokens) == 0 {
		d.wrong("ask @BotFather for a token and set BOT_TOKEN, or BOT_TOKEN_FILE to a file that holds it", "there is no bot token")
	}
	req, err := http.NewRequest(http.MethodGet, d.config.TelegramAPIURL, http.NoBody)
	if err != nil {
		return // config has looked at it
	}
	switch proxy, err := http.ProxyFromEnvironment(req); {
	case err != nil:
		d.wrong("write HTTPS_PROXY=http://host:port", "the address of the proxy cannot be read")
	case proxy != nil:
		proxy.User = nil
		d.fine("Telegram is asked through the proxy %s (environment)", proxy)
	default:
		d.fine("Telegram is asked without a proxy")
	}
}

// serving asks the linli that may be running with the same settings.
func (d *doctor) serving(ctx context.Context) {
	said, err := askReady(ctx, d.config.HTTPAddr)
	switch {
	case errors.Is(err, errNobody):
		d.note("start it with linli serve, if it should", "it does not run here: nothing answers at %s", d.config.HTTPAddr)
	case err != nil:
		d.wrong("the parts above say more, and so does its log", "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	default:
		d.fine("%s", strings.ReplaceAll(strings.TrimSpace(said), "\n", "; "))
	}
}
