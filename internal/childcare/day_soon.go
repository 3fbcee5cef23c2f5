package childcare

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/linli-bot/linli/internal/people"
)

// OnList is a child as who minds it that day reads it.
type OnList struct {
	Child, Booking int64
	Name           string
	Grade          int
	Class          string
	Place          Place // where it is now
	Holder         int64 // who answers for it, where they are on the register
	HolderName     string
	Since          time.Time
	Absent         Absence // somebody who decides said that it does not come
	Missing        bool    // it was not where it was to be met, and nobody has said where it is
	Busy           bool    // with somebody to talk to: nobody else learns more
	Done           bool    // what the sitting is for is done: fetched, here, back, or it left
	Diet           Codes[Diet]
	Allergy, Know  string
	Naps           bool
	Subject        Subject
	Notes          []Note
}

// List is who is expected at a sitting, as their names are read.
type List struct {
	Sitting    Sitting
	SchoolName string
	Point      string // where to meet; the school's gate where the pattern says nothing
	Children   []OnList
}

// Lists reads the day of who minds children on it, as it goes on: each sitting with its
// children. That somebody looked is written down. It is NotFound for everybody else.
func (s *Service) Lists(ctx context.Context, actor people.Actor, day time.Time) ([]List, error) {
	return nil, errSoon
}

// Fetched notes that the children of a sitting at a school's gate are there, and go with
// the actor, but for some children. Returned is how many.
func (s *Service) Fetched(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return 0, errSoon
}

// Met is Fetched for one who came late.
func (s *Service) Met(ctx context.Context, actor people.Actor, booking int64) error { return errSoon }

// Arrived notes that the children of a sitting are in the hall, with the actor: those who
// were fetched, or all where families bring them.
func (s *Service) Arrived(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return 0, errSoon
}

// Came is Arrived for one, also one who came by itself.
func (s *Service) Came(ctx context.Context, actor people.Actor, booking int64) error { return errSoon }

// Leads notes that the children of a sitting go back to school with the actor.
func (s *Service) Leads(ctx context.Context, actor people.Actor, sitting int64, except ...int64) (int, error) {
	return 0, errSoon
}

// Back notes that the children of a sitting are at their school again, with whom the actor
// names; "" is the school.
func (s *Service) Back(ctx context.Context, actor people.Actor, sitting int64, to string, except ...int64) (int, error) {
	return 0, errSoon
}

// TookOver notes that the actor answers for children that another held: some, or all.
func (s *Service) TookOver(ctx context.Context, actor people.Actor, from int64, children ...int64) (int, error) {
	return 0, errSoon
}

// NotHere notes that a child is not where it was to be met. From ten minutes after its time
// on who decides and who runs the hall are rung, and again until it is found.
func (s *Service) NotHere(ctx context.Context, actor people.Actor, booking int64) (Booking, error) {
	return Booking{}, errSoon
}

// Found notes where a missing child is. Of who decides it is that it is with them; of who
// minds it that it is with the actor, or, where they name somebody, kept at school by them.
func (s *Service) Found(ctx context.Context, actor people.Actor, booking int64, keptBy string) (Booking, error) {
	return Booking{}, errSoon
}

// DoesNotKnow notes that one who decides for a missing child does not know where it is
// either: it is an urgent case at once.
func (s *Service) DoesNotKnow(ctx context.Context, actor people.Actor, booking int64) error {
	return errSoon
}

// CodeState is what can be done with the code of a child for a day.
type CodeState string

// The states of a code.
const (
	NoCode    CodeState = ""       // nobody has asked for one
	CodeFresh CodeState = "fresh"  // it was given to who decides
	CodeUsed  CodeState = "used"   // a child left by it
	CodeDead  CodeState = "locked" // there were three wrong ones
)

// Ask is a question to who decides: may somebody have the child?
type Ask struct {
	Community, ID, Child int64
	Day                  time.Time
	Name                 string // as they say; "": nobody asked them
	By                   int64
	At                   time.Time
	AnsweredAt           *time.Time
	AnsweredBy           int64 // 0 with AnsweredAt: nobody, it is too late
	Yes                  bool
	UsedAt               *time.Time
}

// Door is what the actor needs to know where somebody wants to take a child.
type Door struct {
	Child      int64
	Name       string
	Day        time.Time
	Place      Place
	Holder     int64
	HolderName string
	Collectors []Collector // who may have it today: who decides, then those on its list; Known is of the actor
	Barred     []Collector
	Code       CodeState
	Tries      int  // that are left
	Ask        *Ask // the newest of today
}

// Door reads it, for who minds the child today, and writes the look down.
func (s *Service) Door(ctx context.Context, actor people.Actor, child int64) (Door, error) {
	return Door{}, errSoon
}

// Leaving is that somebody takes a child: who, and what speaks for them.
type Leaving struct {
	Child     int64
	Collector int64  // on its list
	Guardian  int64  // who decides for it
	Ask       int64  // somebody for whom who decides said yes
	Code      string // of somebody whom the actor does not know
	Hand      string // how they were checked by hand: a code, or words
}

// Leave gives a child to somebody. What speaks for them is, in this order: that the actor
// knows them, the code, the check by hand; or the yes. Refused is care.needs_proof where
// nothing does, care.wrong_code ("left", tries), care.no_code, care.must_ask where who
// decides is to be asked, which is also what is said of whoever is barred, care.unanswered,
// care.said_no, and care.not_here.
func (s *Service) Leave(ctx context.Context, actor people.Actor, l Leaving) (Custody, error) {
	return Custody{}, errSoon
}

// Ask asks who decides for a child whether somebody may have it now; a second question
// while one is open is the first.
func (s *Service) Ask(ctx context.Context, actor people.Actor, child int64, name string) (Ask, error) {
	return Ask{}, errSoon
}

// Answered answers it. A no after a yes holds while the child is there; a yes after a no
// does not: care.answered ("name", who).
func (s *Service) Answered(ctx context.Context, actor people.Actor, ask int64, yes bool) (Ask, error) {
	return Ask{}, errSoon
}

// AskByID reads one, for who was told of it.
func (s *Service) AskByID(ctx context.Context, community, ask int64) (Ask, error) {
	return Ask{}, errSoon
}

// Overriding is the word of who runs the hall: who has the child, and why.
type Overriding struct {
	Child, Person int64
	Name          string // where they are not on the register
	Reason        string
}

// Override gives a child to somebody whatever speaks for them, but for who is barred. Who
// decides is told.
func (s *Service) Override(ctx context.Context, actor people.Actor, o Overriding) (Custody, error) {
	return Custody{}, errSoon
}

// Code reads the four digits of a child for a day, for who decides to pass on.
func (s *Service) Code(ctx context.Context, actor people.Actor, child int64, day time.Time) (string, error) {
	return "", errSoon
}

// Barred says that one who is barred stands there: who runs the hall, who decides and who
// is on duty are rung, and nothing on the actor's screen says so.
func (s *Service) Barred(ctx context.Context, actor people.Actor, child, collector int64) error {
	return errSoon
}

// Coming answers the question of who is late: somebody is there in so many minutes. Who
// holds the child is told, and who else decides is asked later.
func (s *Service) Coming(ctx context.Context, actor people.Actor, child int64, minutes int) error {
	return errSoon
}

// Concern is that somebody is worried about a child.
type Concern struct {
	Child, About int64  // 0: about nobody
	Words        string // "": none
	Key          string // makes a repeat harmless
}

// Worry opens a case that the confidant alone reads, never the one whom it is about.
// Returned is its number.
func (s *Service) Worry(ctx context.Context, actor people.Actor, c Concern) (int64, error) {
	return 0, errSoon
}

// NoteOn is what a note is about. Codes are stored.
type NoteOn string

// What notes are about.
const (
	Homework NoteOn = "homework"
	Slept    NoteOn = "nap"
)

// Note is what is said of a child's day.
type Note struct {
	Booking int64
	On      NoteOn
	Codes   Codes[NoteCode]
	Voice   string // its file at Telegram
	By      int64
	At      time.Time
}

// NoteCode is one thing that a note says. Codes are stored.
type NoteCode string

// HomeworkCodes and NapCodes are what notes can say, in the order in which it is offered.
var (
	HomeworkCodes = []NoteCode{"chinese_done", "maths_done", "english_done", "all_done", "chinese_left", "maths_left", "english_left", "reading_left", "needs_help"}
	NapCodes      = []NoteCode{"slept", "rested", "awake"}
)

// Note writes one, in the place of what was said before; of homework who decides is told.
func (s *Service) Note(ctx context.Context, actor people.Actor, n Note) error { return errSoon }

// Napped notes who of a sitting slept: all that are here, but for some children, who rested.
func (s *Service) Napped(ctx context.Context, actor people.Actor, sitting int64, not ...int64) (int, error) {
	return 0, errSoon
}

// TalkOf is a child's hour with the actor.
type TalkOf struct {
	Booking    Booking
	Sitting    Sitting
	Name       string
	Place      Place
	Holder     int64
	HolderName string
}

// Talks reads who comes to the actor on a day, who counsels.
func (s *Service) Talks(ctx context.Context, actor people.Actor, day time.Time) ([]TalkOf, error) {
	return nil, errSoon
}

// TalkBegins notes that a child is with the actor, who counsels it: from the hall, or
// brought by its family.
func (s *Service) TalkBegins(ctx context.Context, actor people.Actor, booking int64) error {
	return errSoon
}

// TalkEnds gives a child back to who held it in the hall. One who was brought leaves by the
// door, with the actor.
func (s *Service) TalkEnds(ctx context.Context, actor people.Actor, booking int64) error {
	return errSoon
}

// Sheet is a day on paper.
type Sheet struct {
	Day        Day
	Lists      []List
	Collectors map[int64][]Collector // of each child, who may have it; no phones
}

// Sheet reads it, for who minds children on the day.
func (s *Service) Sheet(ctx context.Context, actor people.Actor, day time.Time) (Sheet, error) {
	return Sheet{}, errSoon
}

// Did is what happened on paper.
type Did string

// What happens.
const (
	DidMeet   Did = "met"
	DidCome   Did = "came"
	DidLead   Did = "leads"
	DidReturn Did = "back"
	DidMiss   Did = "not_here"
	DidLeave  Did = "left"
)

// Typed is one line of the paper.
type Typed struct {
	At      time.Time
	Did     Did
	Booking int64
	To      string  // of DidReturn
	Leaving Leaving // of DidLeave
}

// TypedIn writes down what happened without a network: all of it, in the order of its
// times, or nothing. Refused is care.typed_wrong ("line", from 1; "why", the key).
func (s *Service) TypedIn(ctx context.Context, actor people.Actor, day time.Time, lines []Typed) (int, error) {
	return 0, errSoon
}

// Where reads where a child was on a day and who answered for it, as it went on: for who
// decides and who runs the hall.
func (s *Service) Where(ctx context.Context, actor people.Actor, child int64, day time.Time) ([]Custody, error) {
	return nil, errSoon
}

// CustodyByID reads one hand-over, for who was told of it.
func (s *Service) CustodyByID(ctx context.Context, community, id int64) (Custody, error) {
	return Custody{}, errSoon
}

// Holding is how many children somebody holds now: a shift cannot end with one.
func (s *Service) Holding(ctx context.Context, q sqlx.QueryerContext, community, person int64) (int, error) {
	return 0, errSoon
}

// ShiftEnds tells who runs the hall of those whose shift is over and who hold children
// still, in the transaction in which it ends.
func (s *Service) ShiftEnds(ctx context.Context, tx *sqlx.Tx, community int64, day time.Time, on []int64) error {
	return errSoon
}
