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
	Resident  Role = "resident"
	Member    Role = "member"
	Secretary Role = "secretary"
)

// Roles are all roles, the widest right last.
var Roles = []Role{Resident, Member, Secretary}

// Relation is how a record stands to the person who acts.
type Relation string

// The relations, the nearest first. A record has exactly one to each person.
const (
	Own           Relation = "own"            // I reported it, or it is for me
	Assigned      Relation = "assigned"       // I hold it
	SameArea      Relation = "same_area"      // it is in an area of mine, or in none
	SameCommunity Relation = "same_community" // somewhere else in my community
	None          Relation = "none"           // it is of another community
)

// Relations are all relations.
var Relations = []Relation{Own, Assigned, SameArea, SameCommunity, None}

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
	Take       Action = "take"        // "I'll go"
	Pass       Action = "pass"        // "somebody else, please"
	Call       Action = "call"        // see the number of who reported it
	Progress   Action = "progress"    // note what happened on the way
	ReportDone Action = "report_done" // say that it is done
	Register   Action = "register"    // enter somebody who has no Telegram
	Grant      Action = "grant"       // give a role
)

// Actions are all actions.
var Actions = []Action{
	Report, ReportFor, SeeCase, SendDraft, TakeBack, Confirm,
	Take, Pass, Call, Progress, ReportDone, Register, Grant,
}

var here = []Relation{Own, Assigned, SameArea, SameCommunity}

// table holds what is allowed. A person's own relation to a case never takes
// away what a role gives: a member who reported a lamp may also mend it.
var table = map[Action]map[Role][]Relation{
	Report:    {Resident: {Own}, Member: {Own}, Secretary: {Own}},
	ReportFor: {Member: here, Secretary: here},
	SeeCase:   {Resident: {Own}, Member: {Own, Assigned, SameArea}, Secretary: here},
	SendDraft: {Resident: {Own}, Member: {Own, Assigned}, Secretary: here},
	TakeBack:  {Resident: {Own}, Member: {Own}, Secretary: {Own}},
	Confirm:   {Resident: {Own}, Member: {Own}, Secretary: {Own}},
	Take:      {Member: {Own, Assigned, SameArea}, Secretary: here},
	Pass:      {Member: {Own, Assigned, SameArea}, Secretary: here},
	Call:      {Member: {Own, Assigned, SameArea}, Secretary: here},

	Progress:   {Member: {Own, Assigned}, Secretary: {Own, Assigned}},
	ReportDone: {Member: {Own, Assigned}, Secretary: {Own, Assigned}},
	Register:   {Member: here, Secretary: here},
	Grant:      {Secretary: here},
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
