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
	None          Relation = "none"           // it is of another community
)

// Relations are all relations.
var Relations = []Relation{Own, Assigned, ActsFor, SameArea, SameCommunity, None}

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
)

// Actions are all actions.
var Actions = []Action{
	Report, ReportFor, SeeCase, SendDraft, TakeBack, Confirm, AnswerFor,
	Take, Pass, Call, Progress, ReportDone,
	EditSelf, SeePerson, EditPerson, Register, Import, Pause, End, Connect, OpenFamily, EndFamily, AddChild, Entrust,
	Grant, HandOffice, InviteHelper, Settings, TieGroup,
}

var (
	here   = []Relation{Own, Assigned, ActsFor, SameArea, SameCommunity}
	family = []Relation{Own, ActsFor}
	nearby = []Relation{Own, Assigned, ActsFor, SameArea}
	mine   = []Relation{Own, Assigned}
)

// table holds what is allowed. What everybody may do of their own stands at
// Resident: every other role comes on top of it. The deputy may do what the
// secretary may.
var table = map[Action]map[Role][]Relation{
	Report:    {Resident: {Own}},
	ReportFor: {Resident: family, Member: here, Kitchen: here, Childcare: here, Deputy: here, Secretary: here},
	SeeCase:   {Resident: family, Member: nearby, Deputy: here, Secretary: here},
	SendDraft: {Resident: family, Member: mine, Deputy: here, Secretary: here},
	TakeBack:  {Resident: family},
	Confirm:   {Resident: family},
	AnswerFor: {Member: {Own, ActsFor, SameArea}, Deputy: {Own, ActsFor, SameArea, SameCommunity}, Secretary: {Own, ActsFor, SameArea, SameCommunity}},

	Take:       {Member: nearby, Deputy: here, Secretary: here},
	Pass:       {Member: nearby, Deputy: here, Secretary: here},
	Call:       {Member: nearby, Deputy: here, Secretary: here},
	Progress:   {Member: mine, Deputy: mine, Secretary: mine},
	ReportDone: {Member: mine, Deputy: mine, Secretary: mine},

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
