package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnInvitationFromTheTerminal(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	env := map[string]string{"DATABASE_URL": ts.dbURL, "BOT_TOKEN": ts.towns[0].token, "TELEGRAM_API_URL": ts.apiURL}
	status, said, errs := command(t.Context(), env, "invite", "--role", "deputy")
	require.Zero(t, status, errs)
	lines := strings.Fields(said)
	_, payload, ok := strings.Cut(lines[len(lines)-1], "?start=")
	require.True(t, ok, said)
	require.NotContains(t, errs, payload, "logs never hold the link")

	secretary, daughter := ts.phone("secretary"), ts.phone("daughter")
	daughter.Start(payload)
	ts.settleDown()
	require.Contains(t, newest(daughter.Chat().Messages).Text, "One moment")
	asked := newest(secretary.Chat().Messages)
	require.Contains(t, asked.Text, "“Susan” opened your invitation: deputy", "who is in charge says yes")
	_, err := secretary.Tap(asked.ID, asked.Buttons[0][0].Data)
	require.NoError(t, err)
	ts.settleDown()
	require.Contains(t, newest(daughter.Chat().Messages).Text, "Here you are now: deputy")
}

func TestAnInvitationSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	ts := newTestStage(t, "en")
	env := map[string]string{"DATABASE_URL": ts.dbURL, "BOT_TOKEN": ts.towns[0].token, "TELEGRAM_API_URL": ts.apiURL}
	for name, row := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"a member of the only area":       {[]string{"--role", "member"}, 0, ""},
		"an area that is none":            {[]string{"--role", "member", "--area", "moon"}, exitFailed, "which area?"},
		"a helper of no building":         {[]string{"--role", "helper"}, exitFailed, "which building? --building is one of 1, 2, 3"},
		"a helper of an entrance":         {[]string{"--role", "helper", "--building", "3", "--entrance", "2"}, 0, ""},
		"an entrance that is not there":   {[]string{"--role", "helper", "--building", "3", "--entrance", "9"}, exitFailed, "entrances 1 to 3"},
		"another bot":                     {[]string{"--role", "volunteer", "--bot", "7"}, exitFailed, "which bot? --bot is one of 7000002"},
		"the secretary's office":          {[]string{"--role", "secretary"}, exitUsage, "--role"},
		"no role at all":                  {nil, exitUsage, "--role"},
		"the bot by the number it has":    {[]string{"--role", "volunteer", "--bot", "7000002"}, 0, ""},
		"an area by its number elsewhere": {[]string{"--role", "member", "--area", "999"}, exitFailed, "which area?"},
	} {
		status, _, errs := command(t.Context(), env, append([]string{"invite"}, row.args...)...)
		require.Equal(t, row.status, status, "%s: %s", name, errs)
		require.Contains(t, errs, row.says, name)
	}
	_, err := ts.app.db.Exec(`DELETE FROM person_roles WHERE role = 'secretary'`)
	require.NoError(t, err)
	status, _, errs := command(t.Context(), env, "invite", "--role", "volunteer")
	require.Equal(t, exitFailed, status)
	require.Contains(t, errs, "linli claim")
}
