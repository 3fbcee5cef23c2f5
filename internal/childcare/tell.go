package childcare

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/outbox"
	"github.com/linli-bot/linli/internal/people"
)

// What is told of bookings and children. Those of a booking name it, its day and the child.
const (
	topicBooked  = "care.booked"   // to who decides too: somebody booked, or changed what is booked
	topicOffered = "care.offered"  // a place is held for the child
	topicGot     = "care.got"      // a place came free, and is the child's
	topicLapsed  = "care.lapsed"   // there is none any more
	topicWaits   = "care.waits"    // the standing booking has no place, and waits for one
	topicAsked   = "care.asked"    // nobody said yet whether these children come tomorrow
	topicHoliday = "care.holiday"  // who comes in the holiday?
	topicOff     = "care.off"      // there is nothing on that day
	topicChanged = "care.changed"  // what is booked is at another time or place, or costs something else
	topicEnded   = "care.ended"    // what is booked is no more
	topicShort   = "care.short"    // to the lead: a sitting is short of staff
	topicNoLunch = "care.no_lunch" // to the lead: the kitchen cooks nothing, and so many children have booked lunch
	topicUnsaid  = "care.unsaid"   // to who had them, and then the lead: of these children nobody said whether they came
	topicList    = "care.list"     // to the lead and who is there that day: their list has a child more, or less
	topicAnother = "care.another"  // to who decides too: somebody else may have the child
	topicPaid    = "care.paid"     // to who decides: cash was taken for the child, or given back
	topicMended  = "care.mended"   // to who decides: its account was written wrongly, and is corrected
	topicErased  = "care.erased"   // to who decides: what was known of the child is erased
	topicClosed  = "care.closed"   // children are minded no more, and why
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

// subject is the lane of what is told of a booking.
func subject(b Booking) string { return fmt.Sprintf("care:%d", b.ID) }

// argsOf names a booking.
func argsOf(b Booking) detail {
	return detail{"booking": b.ID, "day": b.Day.Format(time.DateOnly), "child": b.Child, "part": b.Part}
}

// key is that of what one person is told.
func (n news) key(to int64) string { return fmt.Sprintf("%s:%s:%d:%d", n.subject, n.topic, n.of, to) }

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
			Key: n.key(to), Person: to, Subject: n.subject, Topic: n.topic, Args: n.args, Urgency: n.urgency, Due: n.due,
		}
	}
	return outbox.Enqueue(ctx, tx, community, rows...)
}

func (b *book) tell(ctx context.Context, n news) error {
	return b.s.tell(ctx, b.tx, b.day.Community, n)
}

// hearers are who hears what becomes of a booking: who decides for the child, or whoever
// runs the hall, who has a telephone, where Telegram reaches none of them. Of a talk only
// who booked it hears.
func (b *book) hearers(ctx context.Context, w Booking) ([]int64, error) {
	all, err := deciders(ctx, b.tx, w.Community, w.Child)
	if err != nil {
		return nil, err
	}
	if w.Part == Talk {
		return slices.DeleteFunc(all, func(id int64) bool { return id != w.By }), nil
	}
	reached, err := people.Reachable(ctx, b.tx, w.Community, all)
	if err != nil || len(reached) > 0 {
		return reached, err
	}
	return leads(ctx, b.tx, w.Community)
}

// tellOf tells what the clock or the list did with a booking.
func (b *book) tellOf(ctx context.Context, w Booking, topic string) error {
	to, err := b.hearers(ctx, w)
	if err != nil {
		return err
	}
	return b.tell(ctx, news{to: to, topic: topic, subject: subject(w), of: b.event, args: argsOf(w)})
}

// tellOthers tells who decides too and did not act what the booking is now, silently; and
// where they have their list already, who is there that day.
func (b *book) tellOthers(ctx context.Context, w Booking) error {
	if w.Part == Talk {
		return b.tellTalk(ctx, w)
	}
	to, err := deciders(ctx, b.tx, w.Community, w.Child)
	if err != nil {
		return err
	}
	n := news{
		to: slices.DeleteFunc(to, func(id int64) bool { return id == b.by }), topic: topicBooked, subject: subject(w), of: b.event,
		args: argsOf(w), urgency: outbox.Notice,
	}
	n.args["by"] = b.by
	if err := b.tell(ctx, n); err != nil || b.day.State != Closed {
		return err
	}
	n = news{topic: topicList, subject: subject(w), of: b.event, args: argsOf(w)}
	if n.to, err = b.there(ctx); err != nil {
		return err
	}
	n.to = slices.DeleteFunc(n.to, func(id int64) bool { return id == b.by })
	return b.tell(ctx, n)
}

// tellTalk tells who booked a talk that another ended it, as the child does not come; and
// who counsels, where they have their list already.
func (b *book) tellTalk(ctx context.Context, w Booking) error {
	n := news{subject: subject(w), of: b.event, args: argsOf(w)}
	if w.Status == Cancelled && w.By != b.by {
		if err := b.tellOf(ctx, w, topicEnded); err != nil {
			return err
		}
	}
	if b.day.State != Closed {
		return nil
	}
	n.topic = topicList
	for _, s := range b.sittings {
		if s.Pattern.ID == int64(w.Nth) {
			n.to = append(n.to, s.Pattern.Person)
		}
	}
	return b.tell(ctx, n)
}

// there are who runs the hall and who has a place there that day, each once.
func (b *book) there(ctx context.Context) ([]int64, error) {
	all, err := leads(ctx, b.tx, b.day.Community)
	if err != nil || b.s.hands == nil {
		return all, err
	}
	midnight := in(b.day.Day, b.zone)
	for _, w := range []Work{Walk, Minding} {
		some, err := b.s.hands.Doing(ctx, b.tx, b.day.Community, w, midnight, midnight.AddDate(0, 0, 1))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
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
		person, err := personOf(t.Key)
		if err != nil {
			return err
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

// personOf is whom the key of what was told is for.
func personOf(key string) (person int64, err error) {
	if _, err := fmt.Sscan(key[strings.LastIndex(key, ":")+1:], &person); err != nil {
		return 0, fmt.Errorf("whom %s is for: %w", key, err)
	}
	return person, nil
}
