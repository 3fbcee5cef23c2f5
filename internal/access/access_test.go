package access

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/refusal"
)

// want is the table once more, as one reads it aloud: o own, a assigned,
// f acts for, r same area, c same community, - not at all. A role that is not
// named may do nothing of it.
var want = map[Action]map[Role]string{
	Report:    {Resident: "o----"},
	ReportFor: {Resident: "o-f--", Member: "oafrc", Kitchen: "oafrc", Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	SeeCase:   {Resident: "o-f--p", Member: "oafr-", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	SendDraft: {Resident: "o-f--", Member: "oa---", Deputy: "oafrc", Secretary: "oafrc"},
	TakeBack:  {Resident: "o-f--"},
	Confirm:   {Resident: "o-f--"},
	AnswerFor: {Member: "o-fr-", Deputy: "o-frc", Secretary: "o-frc"},

	Take:       {Member: "oafr-", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	Pass:       {Member: "oafr-", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	Call:       {Member: "oafr-", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	Progress:   {Member: "oa---", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oa---", Secretary: "oa---"},
	ReportDone: {Member: "oa---", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oa---", Secretary: "oa---"},
	Propose:    {Member: "oa---", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oa---", Secretary: "oa---"},
	Decide:     {Member: "---r-", Deputy: "o-frc", Secretary: "o-frc"},
	Disagree:   {Resident: "o-f--"},
	Amend:      {Member: "oafr-", Mediator: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	Merge:      {Member: "oafr-", Deputy: "oafrc", Secretary: "oafrc"},
	Follow:     {Resident: "---rc"},
	Talk:       {Resident: "o-f--", Member: "oa---", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	Remark:     {Member: "oafr-", Childcare: "-a---", Mediator: "-a---", Counsellor: "-a---", Deputy: "oafrc", Secretary: "oafrc"},
	Mediate:    {Mediator: "-a---", Deputy: "-a---", Secretary: "-a---"},
	Side:       {Resident: "o----p"},
	Block:      {Member: "---r-", Deputy: "oafrc", Secretary: "oafrc"},

	EditSelf:   {Resident: "o----"},
	SeePerson:  {Resident: "o-f--", Helper: "oafr-", Member: "oafr-", Kitchen: "oafrc", Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	EditPerson: {Resident: "o----", Member: "oafr-", Deputy: "oafrc", Secretary: "oafrc"},
	Register:   {Member: "oafr-", Deputy: "oafrc", Secretary: "oafrc"},
	Import:     {Deputy: "oafrc", Secretary: "oafrc"},
	Pause:      {Resident: "o-f--", Member: "oafr-", Kitchen: "oafrc", Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	End:        {Member: "--fr-", Deputy: "oafrc", Secretary: "oafrc"},
	Connect:    {Member: "oafr-", Deputy: "oafrc", Secretary: "oafrc"},
	OpenFamily: {Resident: "o----", Member: "oafr-", Deputy: "oafrc", Secretary: "oafrc"},
	EndFamily:  {Resident: "o-f--", Deputy: "oafrc", Secretary: "oafrc"},
	AddChild:   {Resident: "o----"},
	Entrust:    {Resident: "--f--", Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},

	Grant:        {Deputy: "oafrc", Secretary: "oafrc"},
	HandOffice:   {Secretary: "o----"},
	InviteHelper: {Member: "oafr-", Kitchen: "oafrc", Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	Settings:     {Deputy: "oafrc", Secretary: "oafrc"},
	TieGroup:     {Deputy: "oafrc", Secretary: "oafrc"},

	PlanShifts: {Deputy: "oafrc", Secretary: "oafrc"},
	JoinShift: {
		Volunteer: "---rc", Member: "---rc", Kitchen: "---rc", Childcare: "---rc", Carer: "---rc", Deputy: "---rc", Secretary: "---rc",
	},
	LeaveShift: {Resident: "o----", Deputy: "oafrc", Secretary: "oafrc"},
	SeeDay:     {Deputy: "oafrc", Secretary: "oafrc"},
	Remind:     {Deputy: "oafrc", Secretary: "oafrc"},
	Give:       {Deputy: "oafrc", Secretary: "oafrc"},

	OrderLunch: {Resident: "o-f--", Volunteer: "-a---", Member: "oafrc", Kitchen: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	RunKitchen: {Kitchen: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	CarryLunch: {Volunteer: "-a---", Member: "-a---", Kitchen: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},

	Announce: {Member: "---r-", Deputy: "oafrc", Secretary: "oafrc"},
	Knock:    {Resident: "-a---", Helper: "-a-r-", Member: "-a-r-", Deputy: "oafrc", Secretary: "oafrc"},
	Reply:    {Resident: "o-f--"},

	BookCare:  {Resident: "--f--", Childcare: "oafrc"},
	RunCare:   {Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
	MindChild: {Carer: "-a---", Childcare: "oafrc"},
	SeeChild:  {Resident: "--f--", Carer: "-a---", Childcare: "oafrc"},
	Counsel:   {Counsellor: "-a---"},

	KeepAccounts: {Kitchen: "---rc", Childcare: "---rc", Deputy: "---rc", Secretary: "---rc"},
	SeeAccount:   {Resident: "o-f--", Kitchen: "oafrc", Childcare: "oafrc", Deputy: "oafrc", Secretary: "oafrc"},
}

func TestEveryCellOfTheTable(t *testing.T) {
	t.Parallel()
	letters := map[Relation]string{Own: "o", Assigned: "a", ActsFor: "f", SameArea: "r", SameCommunity: "c", Party: "p", Sealed: "!", None: "!"}
	for _, action := range Actions {
		for _, role := range Roles {
			var got strings.Builder
			for _, rel := range Relations {
				err := Allow(action, []Role{role}, rel)
				switch {
				case err == nil:
					got.WriteString(letters[rel])
				case rel != None && rel != Sealed && rel != Party:
					got.WriteString("-")
				}
				require.True(t, err == nil || refusal.Is(err, refusal.NotFound), "not allowed looks like not found")
			}
			if diff := gocmp.Diff(cmp.Or(want[action][role], "-----"), got.String()); diff != "" {
				t.Errorf("%s by a %s (-want +got):\n%s", action, role, diff)
			}
		}
	}
}

func TestEveryActionHasARow(t *testing.T) {
	t.Parallel()
	for _, action := range Actions {
		require.NotEmpty(t, table[action], "%s has no row", action)
		require.NotEmpty(t, want[action], "%s is not tested", action)
	}
	for action := range table {
		require.True(t, slices.Contains(Actions, action), fmt.Sprintf("%s is not listed", action))
	}
}

func TestRolesAddUp(t *testing.T) {
	t.Parallel()
	require.NoError(t, Allow(Take, []Role{Resident, Member}, SameArea))
	require.Error(t, Allow(Take, nil, Own))
	require.Error(t, Allow("unheard_of", Roles, Own))
}
