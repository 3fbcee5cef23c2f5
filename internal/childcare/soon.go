package childcare

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/ledger"
	"github.com/linli-bot/linli/internal/people"
)

var errSoon = errors.New("not written yet")

// Books are the hall's accounts.
type Books interface {
	Post(ctx context.Context, tx *sqlx.Tx, actor people.Actor, e ledger.Entry) (int64, error)
	Statement(ctx context.Context, q sqlx.QueryerContext, actor people.Actor, p ledger.Page) (ledger.Statement, error)
}

// Keeps has what is paid written down; without it nothing is charged. It is set while
// linli is wired.
func (s *Service) Keeps(in Books) { s.books = in }

// Begin sees to it that a community's days are made from now on, where it minds children.
// It is called whenever linli starts, and does nothing twice.
func (s *Service) Begin(ctx context.Context, community int64) error { return nil }

// Do does what falls due: the jobs of the outbox whose topics begin with "care.".
func (s *Service) Do(ctx context.Context, community int64, topic string, args []byte) error {
	return errSoon
}

// PersonChanged follows what becomes of people.
func (s *Service) PersonChanged(ctx context.Context, tx *sqlx.Tx, c people.Change) error {
	return nil
}

// UsualHouse is how a community minds children that says nothing else.
func UsualHouse() House { return House{AsksAt: 18 * 60, ClosesAt: 20 * 60} }

// House reads it. It is NotFound where a community minds no children.
func (s *Service) House(ctx context.Context, community int64) (House, error) {
	return readHouse(ctx, s.db, community)
}

// OpenHouse begins: the secretary or a deputy does.
func (s *Service) OpenHouse(ctx context.Context, actor people.Actor, h House) error { return errSoon }

// ChangeHouse changes its clocks, its place and, the secretary alone, its confidant.
func (s *Service) ChangeHouse(ctx context.Context, actor people.Actor, h House) error { return errSoon }

// CloseHouse ends it: days to come are called off, and those booked are told why.
func (s *Service) CloseHouse(ctx context.Context, actor people.Actor, why string) error {
	return errSoon
}

// Schools reads those that have not ended, by name.
func (s *Service) Schools(ctx context.Context, community int64) ([]School, error) {
	return nil, errSoon
}

// AddSchool adds one.
func (s *Service) AddSchool(ctx context.Context, actor people.Actor, sc School) (School, error) {
	return School{}, errSoon
}

// ChangeSchool changes its name and its gate.
func (s *Service) ChangeSchool(ctx context.Context, actor people.Actor, sc School) error {
	return errSoon
}

// EndSchool ends one, with its patterns.
func (s *Service) EndSchool(ctx context.Context, actor people.Actor, school int64) error {
	return errSoon
}

// Breaks reads those that are not over, by day.
func (s *Service) Breaks(ctx context.Context, community int64) ([]Break, error) { return nil, errSoon }

// SetBreak writes one, in the place of what begins on its first day.
func (s *Service) SetBreak(ctx context.Context, actor people.Actor, b Break) error { return errSoon }

// DropBreak takes back the one that begins on a day.
func (s *Service) DropBreak(ctx context.Context, actor people.Actor, from time.Time) error {
	return errSoon
}

// Patterns reads what there is every week, as it begins.
func (s *Service) Patterns(ctx context.Context, community int64) ([]Pattern, error) {
	return nil, errSoon
}

// AddPattern adds something that there is every week.
func (s *Service) AddPattern(ctx context.Context, actor people.Actor, p Pattern) (Pattern, error) {
	return Pattern{}, errSoon
}

// ChangePattern changes it from now on; those booked are told where it concerns them.
func (s *Service) ChangePattern(ctx context.Context, actor people.Actor, p Pattern) error {
	return errSoon
}

// EndPattern ends it.
func (s *Service) EndPattern(ctx context.Context, actor people.Actor, pattern int64) error {
	return errSoon
}

// UsualWeek makes what is usual for a school, where it has nothing yet.
func (s *Service) UsualWeek(ctx context.Context, actor people.Actor, school int64) ([]Pattern, error) {
	return nil, errSoon
}

// Ahead is a day as who runs the hall looks at it.
type Ahead struct {
	Day      Day
	Sittings []Seats
	Waiting  int
}

// Seats are a sitting, who waits for it, and whose hands it has.
type Seats struct {
	Sitting
	Waiting int
	Hands   int // who have a place at it
	Needs   int // by its ratio, for whom it has now
}

// Short reports whether there are too few hands.
func (s Seats) Short() bool { return s.Hands < s.Needs }

// Ahead reads the next days of whoever runs the hall, today included.
func (s *Service) Ahead(ctx context.Context, actor people.Actor, n int) ([]Ahead, error) {
	return nil, errSoon
}

// SetPlaces changes how many there are at one sitting: nobody loses theirs.
func (s *Service) SetPlaces(ctx context.Context, actor people.Actor, sitting int64, places int) error {
	return errSoon
}

// CallOff calls a day off: those booked are told why.
func (s *Service) CallOff(ctx context.Context, actor people.Actor, day time.Time, why string) error {
	return errSoon
}

// Children reads those for whom the actor decides, by age; ConsentAt is nil where a child
// has no file.
func (s *Service) Children(ctx context.Context, actor people.Actor) ([]Child, error) {
	return nil, errSoon
}

// Files reads the children that have one, by name, for who runs the hall.
func (s *Service) Files(ctx context.Context, actor people.Actor) ([]Child, error) {
	return nil, errSoon
}

// Child reads the file of one: for who decides, who minds it today, and who runs the hall.
// That staff looked is written down.
func (s *Service) Child(ctx context.Context, actor people.Actor, child int64) (Child, error) {
	return Child{}, errSoon
}

// Enrol writes the file of a child, with the consent of who decides for it, or changes it.
func (s *Service) Enrol(ctx context.Context, actor people.Actor, c Child) (Child, error) {
	return Child{}, errSoon
}

// Erase forgets what is known of a child.
func (s *Service) Erase(ctx context.Context, actor people.Actor, child int64) error { return errSoon }

// Look is that somebody looked at what is known of a child.
type Look struct {
	Person int64
	Name   string
	What   string // file, list, phone, talk
	At     time.Time
}

// Looks reads who looked, the latest first, for who decides.
func (s *Service) Looks(ctx context.Context, actor people.Actor, child int64) ([]Look, error) {
	return nil, errSoon
}

// Collectors reads who may have a child on a day, and who never may: its guardians first.
func (s *Service) Collectors(ctx context.Context, actor people.Actor, child int64, day time.Time) ([]Collector, error) {
	return nil, errSoon
}

// AddCollector puts somebody on the list of a child, or bars them.
func (s *Service) AddCollector(ctx context.Context, actor people.Actor, c Collector) (Collector, error) {
	return Collector{}, errSoon
}

// EndCollector takes somebody off the list.
func (s *Service) EndCollector(ctx context.Context, actor people.Actor, collector int64) error {
	return errSoon
}

// Another lets somebody else have a child on one day.
func (s *Service) Another(ctx context.Context, actor people.Actor, child int64, day time.Time, c Collector) (Collector, error) {
	return Collector{}, errSoon
}

// Offer is a part of a day that a child can have.
type Offer struct {
	Day         time.Time
	Part        Part
	Sittings    []Sitting // its chain
	Left        int       // places of the sitting that has the fewest
	Price       int       // of all
	From, Until time.Time
	Open        bool     // it is booked and cancelled by one tap
	Booking     *Booking // the child's, where it has one that is not cancelled
	Position    int      // of one that waits: 1 is the next
	Absent      Absence  // somebody said that the child does not come
	Told        bool     // something is said of it: booked, absent, standing, or cancelled
}

// Offers reads what there is for a child on n days from one on, by day and part. Talks are
// one offer each, and nobody but who booked one learns whose it is.
func (s *Service) Offers(ctx context.Context, actor people.Actor, child int64, from time.Time, n int) ([]Offer, error) {
	return nil, errSoon
}

// Wish is a part of a day that is wanted for a child.
type Wish struct {
	Child   int64
	Day     time.Time
	Part    Part
	Sitting int64 // of a talk
}

// Book books parts of days, all in one transaction; where a chain has no place its booking
// waits.
func (s *Service) Book(ctx context.Context, actor people.Actor, wishes ...Wish) ([]Booking, error) {
	return nil, errSoon
}

// Booking reads one, for who may book for its child, and who minds it that day.
func (s *Service) Booking(ctx context.Context, actor people.Actor, booking int64) (Booking, error) {
	return Booking{}, errSoon
}

// Offered reads a booking with its chain, and its position where it waits.
func (s *Service) Offered(ctx context.Context, actor people.Actor, booking int64) (Offer, error) {
	return Offer{}, errSoon
}

// TakeItself says whether a place that comes free is taken without asking.
func (s *Service) TakeItself(ctx context.Context, actor people.Actor, booking int64, yes bool) (Booking, error) {
	return Booking{}, errSoon
}

// Answer takes a place that is held, or leaves it to the next.
func (s *Service) Answer(ctx context.Context, actor people.Actor, booking int64, yes bool) (Booking, error) {
	return Booking{}, errSoon
}

// Cancel ends a booking.
func (s *Service) Cancel(ctx context.Context, actor people.Actor, booking int64) (Booking, error) {
	return Booking{}, errSoon
}

// Standing reads on which weekdays a child comes by itself, by part.
func (s *Service) Standing(ctx context.Context, actor people.Actor, child int64) (map[Part]Weekdays, error) {
	return nil, errSoon
}

// SetStanding books a part of every week in term; days that can be booked already are.
func (s *Service) SetStanding(ctx context.Context, actor people.Actor, child int64, part Part, on Weekdays) error {
	return errSoon
}

// LikeLastWeek books for the next seven days what a child had on the same weekdays before.
func (s *Service) LikeLastWeek(ctx context.Context, actor people.Actor, child int64) ([]Booking, error) {
	return nil, errSoon
}

// Gone is that a child does not come: a day, or many.
type Gone struct {
	Community, ID, Child int64
	From, Until          time.Time // the last
	Kind                 Absence
	By                   int64
	At                   time.Time
	EndedAt              *time.Time
}

// Absent notes that a child does not come.
func (s *Service) Absent(ctx context.Context, actor people.Actor, child int64, from, until time.Time, kind Absence) (Gone, error) {
	return Gone{}, errSoon
}

// Comes notes that it comes after all.
func (s *Service) Comes(ctx context.Context, actor people.Actor, absence int64) error { return errSoon }

// Absences reads those of a child that are not over.
func (s *Service) Absences(ctx context.Context, actor people.Actor, child int64) ([]Gone, error) {
	return nil, errSoon
}

// Cleared is somebody who may be given children's shifts, or not yet.
type Cleared struct {
	Person int64
	Name   string
	At     *time.Time // nil: not cleared
	By     int64
}

// Staff reads who is a carer, and who of them is cleared, by name; for who runs the hall.
func (s *Service) Staff(ctx context.Context, actor people.Actor) ([]Cleared, error) {
	return nil, errSoon
}

// Clear notes that the lead looked whether somebody may be alone with children.
func (s *Service) Clear(ctx context.Context, actor people.Actor, person int64) error { return errSoon }

// Unclear takes it back.
func (s *Service) Unclear(ctx context.Context, actor people.Actor, person int64) error {
	return errSoon
}

// Meal is what one child eats; who it is the kitchen does not learn.
type Meal struct {
	Diet    Codes[Diet]
	Allergy string
}

// Meals reads the children's meals of a day, for the kitchen.
func (s *Service) Meals(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]Meal, error) {
	return nil, nil
}

// Booked reads who decides for the children that come on a day, at midnight UTC.
func (s *Service) Booked(ctx context.Context, q sqlx.QueryerContext, community int64, day time.Time) ([]int64, error) {
	return nil, nil
}
