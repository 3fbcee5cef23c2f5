package cases

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// news is something that people hear of a case.
type news struct {
	topic   string
	urgency outbox.Urgency
	args    detail
}

// Subject is the subject of all messages about a case, as the outbox knows it.
func Subject(id int64) string { return fmt.Sprintf("case:%d", id) }

// args names the case beside what else a row says.
func (t *turn) args(more detail) detail {
	all := detail{"case": t.c.ID}
	maps.Copy(all, more)
	return all
}

// tell enqueues news for people, once for the present event. Whoever acts sees
// the answer to their own tap; whom Telegram does not reach is noted.
func (t *turn) tell(ctx context.Context, n news, to ...int64) error {
	to, err := t.reached(ctx, slices.DeleteFunc(to, func(id int64) bool { return id == t.actor.Person }))
	if err != nil {
		return err
	}
	rows := make([]outbox.Row, 0, len(to))
	for _, person := range to {
		rows = append(rows, outbox.Row{
			Key:    t.newsKey(n.topic, person, t.event),
			Person: person, Subject: Subject(t.c.ID), Topic: n.topic, Args: t.args(n.args), Urgency: n.urgency, Due: t.now,
		})
	}
	return t.enqueue(ctx, rows)
}

// newsKey is the key of news for a person of an event.
func (t *turn) newsKey(topic string, person, event int64) string {
	return fmt.Sprintf("%s:%s:%d:%d", Subject(t.c.ID), topic, person, event)
}

func (t *turn) enqueue(ctx context.Context, rows []outbox.Row) error {
	if len(rows) == 0 {
		return nil
	}
	return outbox.Enqueue(ctx, t.tx, t.c.Community, rows...)
}

// reached keeps of some people those who can be told, each once, and writes an
// event for each of the others.
func (t *turn) reached(ctx context.Context, to []int64) ([]int64, error) {
	var some []int64
	for _, person := range to {
		if person != 0 && !slices.Contains(some, person) {
			some = append(some, person)
		}
	}
	if len(some) == 0 {
		return nil, nil // nobody to tell is an answer
	}
	reachable, err := people.Reachable(ctx, t.tx, t.c.Community, some)
	if err != nil {
		return nil, err
	}
	about := t.event
	for _, person := range some {
		if slices.Contains(reachable, person) {
			continue
		}
		if err := t.aside(ctx, MoveNotTold, detail{"person": person, "of": about}); err != nil {
			return nil, err
		}
	}
	t.event = about
	return reachable, nil
}

// aside logs an event that moves nothing.
func (t *turn) aside(ctx context.Context, code Move, d detail) error {
	from := t.from
	t.from = t.c.Status
	defer func() { t.from = from }()
	return t.log(ctx, code, d)
}

// ping sends a card to people, in a new round. Everything that shows words or
// pictures of a case is a card, so that taking back withdraws it.
func (t *turn) ping(ctx context.Context, n news, to ...int64) error {
	to, err := t.reached(ctx, to)
	if err != nil || len(to) == 0 {
		return err
	}
	var round int
	err = t.tx.GetContext(ctx, &round, `
		SELECT coalesce(max(round), 0) + 1 FROM case_cards WHERE community_id = $1 AND case_id = $2`, t.c.Community, t.c.ID)
	if err != nil {
		return err
	}
	if reminders[n.topic] {
		if err := t.replace(ctx, to); err != nil {
			return err
		}
	}
	rows, keys := make([]outbox.Row, 0, len(to)), make([]string, 0, len(to))
	for _, person := range to {
		card := t.card(n, person, round)
		keys, rows = append(keys, card.Key), append(rows, card)
	}
	_, err = t.tx.ExecContext(ctx, `
		INSERT INTO case_cards (community_id, case_id, person_id, round, key)
		SELECT $1, $2, c.person, $3, c.key FROM unnest($4::bigint[], $5::text[]) AS c (person, key)`,
		t.c.Community, t.c.ID, round, pq.Array(to), pq.Array(keys))
	if err != nil {
		return err
	}
	return t.enqueue(ctx, rows)
}

// reminders are the topics of cards that say once more what lies in the chat
// already, with something new above it.
var reminders = map[string]bool{
	"case.climbed": true, "case.unnamed": true, "case.warned": true, "case.late": true, "case.late_charge": true,
	"case.not_come": true, "case.reminded": true, "case.proposed": true,
}

// replaced are the topics of cards whose place a reminder takes: they said nothing
// that it does not say.
var replaced = append(slices.Sorted(maps.Keys(reminders)), "case.ping", "case.ping_again")

// replace takes the cards away that still ask some people: the one that is sent now
// takes their place, so that there is one of each case to tap. What told them
// something else stays.
func (t *turn) replace(ctx context.Context, of []int64) error {
	return t.cards(ctx, taskNews("case.withdrawn"), `
		UPDATE case_cards SET settled_at = $3
		WHERE community_id = $1 AND case_id = $2 AND person_id = ANY ($4) AND settled_at IS NULL AND EXISTS (
			SELECT FROM outbox o WHERE o.community_id = $1 AND o.key = case_cards.key AND o.topic = ANY ($5))
		RETURNING person_id, key`, pq.Array(of), pq.Array(replaced))
}

// card is the message that shows the case to a person in a round.
func (t *turn) card(n news, person int64, round int) outbox.Row {
	urgency := outbox.Task
	if t.c.Urgent && !t.c.Lingers() && !slices.Contains(lookedAt, t.c.Status) { // what is done does not ring any more
		urgency = outbox.Urgent
	}
	return outbox.Row{
		Key: fmt.Sprintf("%s:ping:%d:%d", Subject(t.c.ID), person, round), Person: person, Subject: Subject(t.c.ID),
		Topic: n.topic, Args: t.args(n.args), Urgency: urgency, Due: t.now,
	}
}

// settle changes the cards that still ask, but the actor's own, which changes
// by their tap: what was not sent yet stays away.
func (t *turn) settle(ctx context.Context, n news) error {
	if err := t.settleMine(ctx); err != nil {
		return err
	}
	return t.settleAll(ctx, n)
}

// settleAll changes the cards that still ask, the actor's own among them: what
// they said was said elsewhere.
func (t *turn) settleAll(ctx context.Context, n news) error {
	return t.cards(ctx, n, `
		UPDATE case_cards SET settled_at = $3
		WHERE community_id = $1 AND case_id = $2 AND settled_at IS NULL
		RETURNING person_id, key`)
}

// withdraw takes every card away, also those that were answered: they show
// what a person has taken back.
func (t *turn) withdraw(ctx context.Context) error {
	return t.cards(ctx, news{topic: "case.withdrawn", urgency: outbox.Task}, `
		UPDATE case_cards SET settled_at = coalesce(settled_at, $3)
		WHERE community_id = $1 AND case_id = $2
		RETURNING person_id, key`)
}

// Through is the code of a card whose reader has done with the case what it asked: drawn
// late, when it is another's, it asks them nothing.
const Through = "through"

// Behind is the code of a card whose reader has a newer one of the same case to tap: it
// tells how the case stands, and asks nothing.
const Behind = "behind"

// refresh draws the holder's cards again, as the case stands now; what somebody
// said stays as it is.
func (t *turn) refresh(ctx context.Context) error {
	return t.cards(ctx, news{"case.ping_gone", outbox.Task, detail{"code": Through}}, `
		UPDATE case_cards SET settled_at = coalesce(settled_at, $3)
		WHERE community_id = $1 AND case_id = $2 AND person_id = $4 AND NOT says
		RETURNING person_id, key`, t.c.Holder)
}

func (t *turn) cards(ctx context.Context, n news, update string, more ...any) error {
	var cards []struct {
		Person int64 `db:"person_id"`
		Key    string
	}
	if err := t.tx.SelectContext(ctx, &cards, update, append([]any{t.c.Community, t.c.ID, t.now}, more...)...); err != nil {
		return err
	}
	rows, keys := make([]outbox.Row, 0, len(cards)), make([]string, 0, len(cards))
	for _, c := range cards {
		keys, rows = append(keys, c.Key), append(rows, t.edit(n, c.Person, c.Key))
	}
	if len(keys) == 0 {
		return nil
	}
	if err := outbox.Withdraw(ctx, t.tx, t.c.Community, keys...); err != nil {
		return err
	}
	return t.enqueue(ctx, rows)
}

// edit is the row that changes what a person got by another.
func (t *turn) edit(n news, person int64, of string) outbox.Row {
	return outbox.Row{
		Key: fmt.Sprintf("%s:%s:%d", of, n.topic, t.event), Person: person, Subject: Subject(t.c.ID), Topic: n.topic,
		Args: t.args(n.args), Urgency: n.urgency, Due: t.now, Edits: of,
	}
}

// settleMine notes that the actor's own cards are answered.
func (t *turn) settleMine(ctx context.Context) error {
	_, err := t.tx.ExecContext(ctx, `
		UPDATE case_cards SET settled_at = $4
		WHERE community_id = $1 AND case_id = $2 AND person_id = $3 AND settled_at IS NULL`,
		t.c.Community, t.c.ID, t.actor.Person, t.now)
	return err
}
