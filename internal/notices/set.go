package notices

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/calendar"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/people"
)

// Limits of what is written.
const (
	MostWords    = 900 // in a language, in characters: what fits under a picture, with a line above it
	MostOption   = 40  // of an answer to a question
	LeastOptions = 2
	MostOptions  = 5
)

// Grace is how long a notice that is not urgent can be stopped before anybody has it.
const Grace = 2 * time.Minute

// current is how long a notice is, where nobody said.
const current = 7 * 24 * time.Hour

// doorsAt is when the doors are listed of a notice that went out earlier that day.
var doorsAt = calendar.ClockAt(17, 0)

// Confirm sets a notice, which goes out after Grace, or at its own time: not at night.
// An urgent one goes at once. Confirmed twice, it is one.
func (s *Service) Confirm(ctx context.Context, actor people.Actor, d Draft) (Notice, error) {
	var n Notice
	err := s.inTx(ctx, func(tx *sqlx.Tx) (err error) {
		if d.For, err = s.narrowed(ctx, tx, actor, d.For); err != nil {
			return err
		}
		if err := s.announces(ctx, tx, actor, d.Weight, d.For); err != nil {
			return err
		}
		n, err = s.set(ctx, tx, actor.Community, actor.Person, d)
		return err
	})
	if err != nil {
		return Notice{}, fmt.Errorf("set a notice: %w", err)
	}
	return n, nil
}

// set writes a notice down, unless it is there, and starts it or has it start.
func (s *Service) set(ctx context.Context, tx *sqlx.Tx, communityID, author int64, d Draft) (Notice, error) {
	c, err := community.Read(ctx, tx, communityID)
	if err != nil {
		return Notice{}, err
	}
	now := s.now()
	if d, err = d.whole(now.In(c.Location()), quietOf(c)); err != nil {
		return Notice{}, err
	}
	if err := d.check(); err != nil {
		return Notice{}, err
	}
	id, err := s.insert(ctx, tx, communityID, author, d)
	if errors.Is(err, sql.ErrNoRows) { // it was confirmed before
		if err := tx.GetContext(ctx, &id, `SELECT id FROM notices WHERE community_id = $1 AND key = $2`, communityID, d.Key); err != nil {
			return Notice{}, err
		}
		return read(ctx, tx, communityID, id)
	}
	if err != nil {
		return Notice{}, err
	}
	n, err := lock(ctx, tx, communityID, id)
	if err != nil {
		return Notice{}, err
	}
	if _, err := log(ctx, tx, happened{notice: n, by: author, code: "set", at: now}); err != nil {
		return Notice{}, err
	}
	if n.Weight == Urgent {
		return s.start(ctx, tx, n)
	}
	return n, enqueue(ctx, tx, n, topicStart, n.At)
}

func (s *Service) insert(ctx context.Context, tx *sqlx.Tx, communityID, author int64, d Draft) (id int64, err error) {
	values := make([]string, 4)
	for i, v := range []any{d.Texts, append([]Media{}, d.Media...), d.For, append([]Words{}, d.Options...)} {
		raw, err := json.Marshal(v)
		if err != nil {
			return 0, err
		}
		values[i] = string(raw)
	}
	doors := sql.NullTime{Time: d.DoorsAt, Valid: !d.DoorsAt.IsZero()}
	err = tx.GetContext(ctx, &id, `
		INSERT INTO notices (community_id, key, state, weight, author_id, language, texts, media, audience, options, answer, voice, named, pin,
			send_at, over_at, doors_at, repeats, of_id, template, set_at)
		VALUES ($1, $2, 'set', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, nullif($18::bigint, 0), $19, $20)
		ON CONFLICT (community_id, key) DO NOTHING RETURNING id`,
		communityID, d.Key, d.Weight, author, d.Language, values[0], values[1], values[2], values[3], d.Answer, d.Voice, d.Named, d.Pin,
		d.At, d.Until, doors, d.Repeats, d.Of, d.Template, s.now())
	if err != nil || d.Happens == nil {
		return id, err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO notice_events (community_id, notice_id, starts_at, ends_at, place, places) VALUES ($1, $2, $3, $4, $5, nullif($6::int, 0))`,
		communityID, id, d.Happens.Starts, d.Happens.Ends, d.Happens.Place, d.Happens.Places)
	return id, err
}

// quiet are the hours in which a community sleeps.
type quiet calendar.Span

func quietOf(c community.Community) quiet {
	return quiet{calendar.Clock(c.QuietFrom), calendar.Clock(c.QuietUntil)}
}

// awake is the first moment from at on at which people are, in its zone.
func (q quiet) awake(at time.Time) time.Time {
	if calendar.Span(q).Holds(at) {
		return calendar.Span(q).Ends(at)
	}
	return at
}

// whole is a draft with all that nobody said, as of now in the zone of its community.
func (d Draft) whole(now time.Time, sleep quiet) (Draft, error) {
	zone := now.Location()
	switch {
	case d.Answer != Question:
		d.Options, d.Voice, d.Named = nil, NoVoice, false
	case d.Voice == NoVoice:
		d.Voice = OfPerson
	}
	if d.Weight == Urgent {
		d.At = now
	} else {
		d.At = sleep.awake(latest(now.Add(Grace), d.At.In(zone)))
	}
	if d.Until.IsZero() {
		d.Until = d.At.Add(current)
		if d.Happens != nil {
			d.Until = d.Happens.Ends
		}
	}
	if !d.Until.After(d.At) {
		return d, invalid("notices.over_before")
	}
	switch hour := d.At.Add(time.Hour); {
	case d.Weight == Ordinary:
		d.DoorsAt = time.Time{}
	case !d.DoorsAt.IsZero():
		d.DoorsAt = latest(d.DoorsAt, d.At)
	case d.Weight == Urgent:
		d.DoorsAt = hour
	default:
		d.DoorsAt = sleep.awake(latest(hour, doorsAt.On(d.At)))
	}
	return d, nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// check refuses what cannot be told.
func (d Draft) check() error {
	switch {
	case strings.TrimSpace(d.Texts[d.Language]) == "":
		return invalid("notices.no_words")
	case !d.For.People && !d.For.Groups:
		return invalid("notices.nobody")
	case (d.Answer == Event) != (d.Happens != nil):
		return invalid("notices.no_event")
	case d.Answer == Question && (len(d.Options) < LeastOptions || len(d.Options) > MostOptions):
		return invalid("notices.bad_options", "least", LeastOptions, "most", MostOptions)
	}
	if err := d.Texts.check(); err != nil {
		return err
	}
	for _, o := range d.Options {
		label := o[d.Language]
		if strings.TrimSpace(label) == "" || utf8.RuneCountInString(label) > MostOption {
			return invalid("notices.bad_option", "most", MostOption)
		}
	}
	return nil
}

func (w Words) check() error {
	for _, text := range w {
		if utf8.RuneCountInString(text) > MostWords {
			return invalid("notices.too_long", "most", MostWords)
		}
	}
	return nil
}
