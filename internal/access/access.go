// Package access is one table: who may do what to which record.
//
// A person has roles, a record has a relation to that person, and the table
// says for each action which roles may do it in which relation. What is not
// in the table is not allowed, and not allowed looks like not found: nobody
// learns that a record exists by being refused.
package access

import (
	"slices"

	"github.com/linli-bot/linli/internal/refusal"
)

// Role is what somebody is in a community. Codes are stored.
type Role string

// The roles. Everybody who ever wrote is a resident.
const (
	Resident   Role = "resident"
	Volunteer  Role = "volunteer"
	Helper     Role = "helper" // of an entrance
	Member     Role = "member" // of an area
	Kitchen    Role = "kitchen"
	Childcare  Role = "childcare"
	Carer      Role = "carer"
	Mediator   Role = "mediator"
	Counsellor Role = "counsellor"
	Deputy     Role = "deputy"
	Secretary  Role = "secretary"
	Keeper     Role = "keeper" // of the machine: hears whether it is well, and nothing of people
)

// Roles are all roles, in the order in which they are offered.
var Roles = []Role{
	Resident, Volunteer, Helper, Member, Kitchen, Childcare, Carer, Mediator, Counsellor, Deputy, Secretary, Keeper,
}

// OfPower reports whether a role opens what is not its holder's own: whoever
// gives it looks first who opened the invitation.
func (r Role) OfPower() bool { return r != Resident && r != Volunteer }

// Relation is how a record stands to the person who acts.
type Relation string

// The relations, the nearest first. A record has exactly one to each person.
const (
	Own           Relation = "own"            // it is mine: I reported it, it is for me, it is I
	Assigned      Relation = "assigned"       // I hold it
	ActsFor       Relation = "acts_for"       // it is of somebody for whom I may act
	SameArea      Relation = "same_area"      // it is in an area or entrance of mine, or in none
	SameCommunity Relation = "same_community" // somewhere else in my community
	Party         Relation = "party"          // it is private, and I am the other side of it
	Sealed        Relation = "sealed"         // it is private, and not mine: whatever I am, nobody may do anything
	None          Relation = "none"           // it is of another community
)

// Relations are all relations.
var Relations = []Relation{Own, Assigned, ActsFor, SameArea, SameCommunity, Party, Sealed, None}

// Action is something that a person wants to do.
type Action string

// The actions.
const (
	Report     Action = "report"      // open a case of one's own
	ReportFor  Action = "report_for"  // open a case for another person
	SeeCase    Action = "see_case"    // read it, with its words and pictures
	SendDraft  Action = "send_draft"  // add to a draft, change, send or drop it
	TakeBack   Action = "take_back"   // undo a report that was sent
	Confirm    Action = "confirm"     // say whether it held, and what is left
	AnswerFor  Action = "answer_for"  // write down what somebody said on the phone
	Take       Action = "take"        // "I'll go"
	Pass       Action = "pass"        // "somebody else, please"
	Call       Action = "call"        // see the number of who reported it
	Progress   Action = "progress"    // note what happened on the way
	ReportDone Action = "report_done" // say that it is done
	Propose    Action = "propose"     // say that it ends otherwise, and wait for a second pair of eyes
	Decide     Action = "decide"      // be the second pair of eyes
	Disagree   Action = "disagree"    // with an end that is not "held", once
	Amend      Action = "amend"       // say of what kind it is, how urgent, and that it matters
	Merge      Action = "merge"       // say that two are one, and that they are not
	Follow     Action = "follow"      // say that it is one's own trouble too
	Talk       Action = "talk"        // say something to whoever is at the other end
	Remark     Action = "remark"      // write what staff alone read
	Mediate    Action = "mediate"     // hear two sides, and write down what they agree
	Side       Action = "side"        // say one's own side of a quarrel, and whether one agrees
	Block      Action = "block"       // stop somebody's nonsense, and let them again

	EditSelf   Action = "edit_self"   // change what is known of oneself, or leave
	SeePerson  Action = "see_person"  // find somebody on the register, with their number and door
	EditPerson Action = "edit_person" // correct what the register says of somebody
	Register   Action = "register"    // enter somebody, with or without Telegram
	Import     Action = "import"      // load the register from a spreadsheet
	Pause      Action = "pause"       // say that somebody is away or in hospital, or back
	End        Action = "end"         // say that somebody has moved or died, or that this was wrong
	Connect    Action = "connect"     // give somebody on the register a link for their Telegram
	OpenFamily Action = "open_family" // let somebody act for a person
	EndFamily  Action = "end_family"  // end that
	AddChild   Action = "add_child"   // enter a child for whom one decides
	Entrust    Action = "entrust"     // let somebody decide for a child, or fetch it

	Grant        Action = "grant"         // give and end a role of power
	HandOffice   Action = "hand_office"   // make a deputy the secretary in one's own place
	InviteHelper Action = "invite_helper" // invite a volunteer, or a helper of an entrance
	Settings     Action = "settings"      // change what the community is like
	TieGroup     Action = "tie_group"     // say what a group is for

	PlanShifts Action = "plan_shifts" // say which shifts there are and who has a place, and who was not there
	JoinShift  Action = "join_shift"  // take a free place; whom an activity takes, the roster says
	LeaveShift Action = "leave_shift" // give a place back, or swap it
	SeeDay     Action = "see_day"     // read the few numbers of the morning, with their lists
	Remind     Action = "remind"      // remind whoever holds a case
	Give       Action = "give"        // give a case to somebody

	OrderLunch Action = "order_lunch" // say what somebody eats, and how they usually do
	RunKitchen Action = "run_kitchen" // write menus, let somebody eat, answer what is asked, see the sheet
	CarryLunch Action = "carry_lunch" // see which doors wait for a meal, and say what became of it

	Announce Action = "announce" // write a notice, stop and correct it, read how far it has come
	Knock    Action = "knock"    // see which doors it did not reach, and say what became of one
	Reply    Action = "reply"    // say that a notice was seen, ask for help, answer it, come

	BookCare  Action = "book_care"  // say when a child comes, who may have it, and what is known of it
	RunCare   Action = "run_care"   // say what there is for children, and who may be alone with them
	MindChild Action = "mind_child" // fetch it, mind it, and give it to who may have it
	SeeChild  Action = "see_child"  // read what is known of it
	Counsel   Action = "counsel"    // see who comes to talk

	KeepAccounts Action = "keep_accounts" // write what is paid and spent; of which book, the ledger says
	SeeAccount   Action = "see_account"   // read what somebody has paid and had
)

// Actions are all actions.
var Actions = []Action{
	Report, ReportFor, SeeCase, SendDraft, TakeBack, Confirm, AnswerFor,
	Take, Pass, Call, Progress, ReportDone, Propose, Decide, Disagree, Amend, Merge, Follow, Talk, Remark, Mediate, Side, Block,
	EditSelf, SeePerson, EditPerson, Register, Import, Pause, End, Connect, OpenFamily, EndFamily, AddChild, Entrust,
	Grant, HandOffice, InviteHelper, Settings, TieGroup,
	PlanShifts, JoinShift, LeaveShift, SeeDay, Remind, Give,
	OrderLunch, RunKitchen, CarryLunch,
	Announce, Knock, Reply,
	BookCare, RunCare, MindChild, SeeChild, Counsel,
	KeepAccounts, SeeAccount,
}

var (
	here     = []Relation{Own, Assigned, ActsFor, SameArea, SameCommunity}
	family   = []Relation{Own, ActsFor}
	sides    = []Relation{Own, Party}
	nearby   = []Relation{Own, Assigned, ActsFor, SameArea}
	mine     = []Relation{Own, Assigned}
	assigned = []Relation{Assigned}
	around   = []Relation{SameArea, SameCommunity}
)

// table holds what is allowed. What everybody may do of their own stands at
// Resident: every other role comes on top of it. The deputy may do what the
// secretary may.
var table = map[Action]map[Role][]Relation{
	Report:    {Resident: {Own}},
	ReportFor: {Resident: family, Member: here, Kitchen: here, Childcare: here, Deputy: here, Secretary: here},
	SeeCase:   {Resident: {Own, ActsFor, Party}, Member: nearby, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: here, Secretary: here},
	SendDraft: {Resident: family, Member: mine, Deputy: here, Secretary: here},
	TakeBack:  {Resident: family},
	Confirm:   {Resident: family},
	AnswerFor: {Member: {Own, ActsFor, SameArea}, Deputy: {Own, ActsFor, SameArea, SameCommunity}, Secretary: {Own, ActsFor, SameArea, SameCommunity}},

	Take:       {Member: nearby, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: here, Secretary: here},
	Pass:       {Member: nearby, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: here, Secretary: here},
	Call:       {Member: nearby, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: here, Secretary: here},
	Progress:   {Member: mine, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: mine, Secretary: mine},
	ReportDone: {Member: mine, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: mine, Secretary: mine},
	Propose:    {Member: mine, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: mine, Secretary: mine},
	Decide:     {Member: {SameArea}, Deputy: {Own, ActsFor, SameArea, SameCommunity}, Secretary: {Own, ActsFor, SameArea, SameCommunity}},
	Disagree:   {Resident: family},
	Amend:      {Member: nearby, Mediator: assigned, Deputy: here, Secretary: here},
	Merge:      {Member: nearby, Deputy: here, Secretary: here},
	Follow:     {Resident: around},
	Talk:       {Resident: family, Member: mine, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: here, Secretary: here},
	Remark:     {Member: nearby, Childcare: assigned, Mediator: assigned, Counsellor: assigned, Deputy: here, Secretary: here},
	Mediate:    {Mediator: assigned, Deputy: assigned, Secretary: assigned},
	Side:       {Resident: sides},
	Block:      {Member: {SameArea}, Deputy: here, Secretary: here},

	EditSelf:   {Resident: {Own}},
	SeePerson:  {Resident: family, Helper: nearby, Member: nearby, Kitchen: here, Childcare: here, Deputy: here, Secretary: here},
	EditPerson: {Resident: {Own}, Member: nearby, Deputy: here, Secretary: here},
	Register:   {Member: nearby, Deputy: here, Secretary: here},
	Import:     {Deputy: here, Secretary: here},
	Pause:      {Resident: family, Member: nearby, Kitchen: here, Childcare: here, Deputy: here, Secretary: here},
	End:        {Member: {ActsFor, SameArea}, Deputy: here, Secretary: here},
	Connect:    {Member: nearby, Deputy: here, Secretary: here},
	OpenFamily: {Resident: {Own}, Member: nearby, Deputy: here, Secretary: here},
	EndFamily:  {Resident: family, Deputy: here, Secretary: here},
	AddChild:   {Resident: {Own}},
	Entrust:    {Resident: {ActsFor}, Childcare: here, Deputy: here, Secretary: here},

	Grant:        {Deputy: here, Secretary: here},
	HandOffice:   {Secretary: {Own}},
	InviteHelper: {Member: nearby, Kitchen: here, Childcare: here, Deputy: here, Secretary: here},
	Settings:     {Deputy: here, Secretary: here},
	TieGroup:     {Deputy: here, Secretary: here},

	PlanShifts: {Deputy: here, Secretary: here},
	JoinShift:  {Volunteer: around, Member: around, Kitchen: around, Childcare: around, Carer: around, Deputy: around, Secretary: around},
	LeaveShift: {Resident: {Own}, Deputy: here, Secretary: here},
	SeeDay:     {Deputy: here, Secretary: here},
	Remind:     {Deputy: here, Secretary: here},
	Give:       {Deputy: here, Secretary: here},

	OrderLunch: {Resident: family, Volunteer: assigned, Member: here, Kitchen: here, Deputy: here, Secretary: here},
	RunKitchen: {Kitchen: here, Deputy: here, Secretary: here},
	CarryLunch: {Volunteer: assigned, Member: assigned, Kitchen: here, Deputy: here, Secretary: here},

	Announce: {Member: {SameArea}, Deputy: here, Secretary: here},
	Knock:    {Resident: assigned, Helper: {Assigned, SameArea}, Member: {Assigned, SameArea}, Deputy: here, Secretary: here},
	Reply:    {Resident: family},

	// A child is its guardians', and on a day theirs who mind it: no other office opens its file.
	BookCare:  {Resident: {ActsFor}, Childcare: here},
	RunCare:   {Childcare: here, Deputy: here, Secretary: here},
	MindChild: {Carer: assigned, Childcare: here},
	SeeChild:  {Resident: {ActsFor}, Carer: assigned, Childcare: here},
	Counsel:   {Counsellor: assigned},

	// Nobody writes to an account of their own or their family's.
	KeepAccounts: {Kitchen: around, Childcare: around, Deputy: around, Secretary: around},
	SeeAccount:   {Resident: family, Kitchen: here, Childcare: here, Deputy: here, Secretary: here},
}

// Allow returns nil where one of the roles may do the action in the relation,
// and the refusal NotFound otherwise.
func Allow(action Action, roles []Role, rel Relation) error {
	for _, role := range roles {
		if slices.Contains(table[action][role], rel) {
			return nil
		}
	}
	return NotFound()
}

// NotFound is the refusal for what is missing and for what is not allowed.
func NotFound() error { return refusal.New(refusal.NotFound, "access.not_found") }
