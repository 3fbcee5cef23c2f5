package lunch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// What is told of orders and diners. Those of an order name it, its day and who eats.
const (
	topicForYou   = "lunch.for_you"   // somebody ordered for you, or changed what you have
	topicChanged  = "lunch.changed"   // the one for whom you ordered changed it, or somebody else did
	topicOffered  = "lunch.offered"   // a place is held for you
	topicGot      = "lunch.got"       // a place came free, and is yours
	topicLapsed   = "lunch.lapsed"    // there is none for you any more
	topicWaits    = "lunch.waits"     // your standing order has no place, and waits for one
	topicClash    = "lunch.clash"     // nothing that there is goes with what you may eat
	topicOff      = "lunch.off"       // so many lunches are cancelled while you are not here
	topicAgain    = "lunch.again_on"  // so many are ordered as before
	topicDropped  = "lunch.dropped"   // to the lead: a meal of which the kitchen has the sheet is not wanted
	topicAffected = "lunch.affected"  // to the lead: so many have places that there are no more
	topicLook     = "lunch.look"      // to members and the lead: is somebody old enough?
	topicLetIn    = "lunch.let_in"    // you eat here from now on
	topicNotLetIn = "lunch.no_let_in" // you do not

	topicTryNow  = "lunch.again_now"  // to who carries: try that door once more
	topicWorried = "lunch.worried"    // to the lead: somebody is worried about who eats there, or nobody was reached
	topicFamily  = "lunch.worry"      // to the family: somebody is worried about them
	topicNoDoor  = "lunch.no_door"    // to the family, or the lead: nobody opened
	topicDoors   = "lunch.doors_open" // to the lead and who carries: of so many doors nobody has said anything

	topicUnsettled  = "lunch.unsettled"   // to the lead: of so many meals of a day that is over nobody said whether they were eaten
	topicPaid       = "lunch.paid"        // this was paid to your account, or back to you
	topicClosedDown = "lunch.closed_down" // the kitchen cooks no more, and why
	topicCharged    = "lunch.charged"     // a lunch whose line was corrected is on your account again
	topicMended     = "lunch.mended"      // this was written wrongly on your account, and is corrected
	topicPays       = "lunch.pays"        // a portion costs you this from now on
	topicStatement  = "lunch.statement"   // your account of a month

	topicAsked     = "lunch.asked"       // what would you like of that day?
	topicReminded  = "lunch.reminded"    // your standing order has ordered it
	topicNoMenu    = "lunch.no_menu"     // to the lead: nobody has written what there is
	topicCall      = "lunch.call"        // to the lead: so many are to be phoned
	topicSheet     = "lunch.sheet"       // to the lead: the orders are closed, and this is to be cooked
	topicCorrected = "lunch.corrected"   // to the lead: what the kitchen has on its sheet is different
	topicCalledOff = "lunch.called_off"  // there is no lunch on that day
	topicOffToCall = "lunch.off_to_call" // to the lead: so many of those are to be phoned
	topicRain      = "lunch.rain"        // who would come is brought theirs, or comes after all
	topicPrice     = "lunch.price"       // it costs something else
	topicMenu      = "lunch.menu"        // what you have ordered is something else
	topicWish      = "lunch.wish"        // to the lead: something is wanted after the cut-off
	topicVoice     = "lunch.voice"       // to the lead: listen to what somebody says
	topicWished    = "lunch.wished"      // what the lead says to it
)

// news is something that some people hear; of makes its key: the same news of the
// same event is told once.
type news struct {
	to      []int64
	topic   string
	subject string
	of      int64
	args    detail
	urgency outbox.Urgency // 0: a task
	rings   bool           // it is urgent, whatever the hour
	due     time.Time      // zero: now
}

// subject is the lane of what is told of an order.
func subject(o Order) string { return fmt.Sprintf("lunch:%d", o.ID) }

// argsOf names an order.
func argsOf(o Order) detail {
	return detail{"order": o.ID, "day": o.Day.Format(time.DateOnly), "person": o.Person}
}

// tell enqueues news for those of some people whom Telegram reaches.
func (s *Service) tell(ctx context.Context, tx *sqlx.Tx, community int64, n news) error {
	reached, err := people.Reachable(ctx, tx, community, n.to)
	if err != nil {
		return err
	}
	if n.urgency == 0 {
		n.urgency = outbox.Task
	}
	if n.rings {
		n.urgency = outbox.Urgent
	}
	if n.due.IsZero() {
		n.due = s.now()
	}
	rows := make([]outbox.Row, len(reached))
	for i, to := range reached {
		rows[i] = outbox.Row{
			Key: fmt.Sprintf("%s:%s:%d:%d", n.subject, n.topic, n.of, to), Person: to, Subject: n.subject, Topic: n.topic,
			Args: n.args, Urgency: n.urgency, Due: n.due,
		}
	}
	return outbox.Enqueue(ctx, tx, community, rows...)
}

func (b *book) tell(ctx context.Context, n news) error {
	return b.s.tell(ctx, b.tx, b.day.Community, n)
}

// gone ends the key of what takes a message away.
const gone = ":over"

// over takes back what was told of a subject, and edits what was read already, as
// things stand when it is read.
func (s *Service) over(ctx context.Context, tx *sqlx.Tx, community int64, n news) error {
	begins := n.subject + ":" + n.topic + ":"
	told, err := outbox.Told(ctx, tx, community, n.subject, begins, gone)
	if err != nil || len(told) == 0 {
		return err
	}
	keys := make([]string, len(told))
	rows := make([]outbox.Row, len(told))
	for i, t := range told {
		keys[i] = t.Key
		var person int64
		if _, err := fmt.Sscan(t.Key[strings.LastIndex(t.Key, ":")+1:], &person); err != nil {
			return fmt.Errorf("whom %s is for: %w", t.Key, err)
		}
		rows[i] = outbox.Row{
			Key: t.Key + gone, Person: person, Subject: n.subject, Topic: n.topic + "_over", Args: n.args,
			Urgency: outbox.Task, Due: s.now(), Edits: t.Key,
		}
	}
	if err := outbox.Withdraw(ctx, tx, community, keys...); err != nil {
		return err
	}
	return outbox.Enqueue(ctx, tx, community, rows...)
}

func (b *book) over(ctx context.Context, subject, topic string, args detail) error {
	return b.s.over(ctx, b.tx, b.day.Community, news{subject: subject, topic: topic, args: args})
}

// tellOf tells what the clock or the list did with an order.
func (b *book) tellOf(ctx context.Context, o Order, topic string, urgency outbox.Urgency) error {
	to, err := b.hearers(ctx, o)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: topic, subject: subject(o), of: b.event, args: argsOf(o), urgency: urgency})
}

// others are people who hear of somebody's order where nobody nearer is reached.
type others func(ctx context.Context, q sqlx.QueryerContext, community, person int64) ([]int64, error)

// hearers are who hears what becomes of an order: who eats, and who ordered for them
// and may still. Where Telegram reaches neither it is who acts for them, and then
// whoever runs the kitchen, who has a telephone.
func (b *book) hearers(ctx context.Context, o Order) ([]int64, error) {
	return b.reached(ctx, o, nobodyMore, family, runs)
}

// near are hearers without whoever runs the kitchen.
func (b *book) near(ctx context.Context, o Order) ([]int64, error) {
	return b.reached(ctx, o, nobodyMore, family)
}

// reached are who eats and who ordered for them, and the first others with whom
// somebody is reached.
func (b *book) reached(ctx context.Context, o Order, then ...others) ([]int64, error) {
	all := []int64{o.Person}
	if o.By != 0 && o.By != o.Person {
		by, err := people.ReadActor(ctx, b.tx, o.Community, o.By)
		if err != nil {
			return nil, err
		}
		if slices.Contains(by.For, o.Person) {
			all = append(all, o.By)
		}
	}
	for _, more := range then {
		some, err := more(ctx, b.tx, o.Community, o.Person)
		if err != nil {
			return nil, err
		}
		reached, err := people.Reachable(ctx, b.tx, o.Community, append(slices.Clone(all), some...))
		if err != nil || len(reached) > 0 {
			return reached, err
		}
	}
	return []int64{}, nil
}

func nobodyMore(context.Context, sqlx.QueryerContext, int64, int64) ([]int64, error) {
	return []int64{}, nil
}

func runs(ctx context.Context, q sqlx.QueryerContext, community, _ int64) ([]int64, error) {
	return leads(ctx, q, community)
}

// family are who acts for somebody.
func family(ctx context.Context, q sqlx.QueryerContext, community, person int64) (ids []int64, err error) {
	err = sqlx.SelectContext(ctx, q, &ids, `
		SELECT DISTINCT person_id FROM ties WHERE community_id = $1 AND for_id = $2 AND ended_at IS NULL ORDER BY person_id`,
		community, person)
	if err != nil {
		return nil, fmt.Errorf("read who acts for person %d: %w", person, err)
	}
	return ids, nil
}

// leads are who runs the kitchen; without them it is who is in charge.
func leads(ctx context.Context, q sqlx.QueryerContext, community int64) ([]int64, error) {
	some, err := people.Having(ctx, q, community, access.Kitchen)
	if err != nil || len(some) > 0 {
		return some, err
	}
	charge, err := people.InCharge(ctx, q, community)
	if isNotFound(err) {
		return []int64{}, nil
	}
	return []int64{charge.ID}, err
}

// tellOthers tells whoever has a part in an order and did not act: who eats, silently,
// and who ordered it for them.
func (b *book) tellOthers(ctx context.Context, was, o Order) error {
	n := news{subject: subject(o), of: b.event, args: argsOf(o), urgency: outbox.Notice}
	n.args["by"] = b.by
	if o.Person != b.by {
		n.to, n.topic = []int64{o.Person}, topicForYou
		if err := b.tell(ctx, n); err != nil {
			return err
		}
	}
	if was.By == 0 || was.By == b.by || was.By == o.Person || was.How == ByPhone || was.How == AtDesk {
		return nil
	}
	n.to, n.topic = []int64{was.By}, topicChanged
	return b.tell(ctx, n)
}
