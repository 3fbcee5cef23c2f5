package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/config"
)

func TestWhereUpdatesAreBrought(t *testing.T) {
	t.Parallel()
	const own = "http://bot-api:8081"
	for _, row := range []struct {
		name, api, url, want string // want: what the fault says, "" for none
	}{
		{"over https", "", "https://linli.example.org", ""},
		{"with a path and a port", "", "https://example.org:8443/linli/", ""},
		{"in the open", "", "http://linli.example.org", "it needs https"},
		{"on this machine, for the real Telegram", "", "http://127.0.0.1:8080", "it needs https"},
		{"at a port that Telegram does not call", "", "https://example.org:8080", "ports 443, 80, 88 and 8443"},
		{"on this machine, for a server of one's own", own, "http://127.0.0.1:8080", ""},
		{"in a private network", own, "http://10.0.0.7:8080", ""},
		{"beside it in a compose file", own, "http://linli:8080", ""},
		{"at any port of one's own", own, "https://example.org:9000", ""},
		{"in the open, for a server of one's own", own, "http://linli.example.org", "http:// only for a host on this machine"},
		{"no address", "", "linli.example.org", "write https://host"},
		{"a query", "", "https://example.org/?a=b", "write https://host"},
		{"a password", "", "https://u:" + canary + "@example.org", "write https://host"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c, err := load(map[string]string{
				"TELEGRAM_API_URL": row.api, "WEBHOOK_URL": row.url, "WEBHOOK_SECRET_FILE": "/run/hook", "file:/run/hook": canary + "\n",
			})
			if row.want == "" {
				require.NoError(t, err)
				require.Equal(t, strings.TrimRight(row.url, "/"), c.WebhookURL)
				require.Equal(t, canary, c.WebhookSecret.Reveal())
				require.Contains(t, c.Lines(), "WEBHOOK_SECRET=*** (/run/hook)")
				require.NotContains(t, strings.Join(c.Lines(), "\n"), canary)
				return
			}
			var faults config.Faults
			require.ErrorAs(t, err, &faults)
			require.Len(t, faults, 1)
			require.Contains(t, faults[0], row.want)
			require.NotContains(t, err.Error(), canary)
		})
	}
}

func TestAWebhooksSecretIsWhatTelegramTakes(t *testing.T) {
	t.Parallel()
	for secret, ok := range map[string]bool{
		"a": true, "Az09_-": true, strings.Repeat("x", 256): true,
		strings.Repeat("x", 257): false, "with space": false, "灯": false, "a.b": false, "a\nb": false,
	} {
		_, err := load(map[string]string{"WEBHOOK_URL": "https://example.org", "WEBHOOK_SECRET": secret})
		require.Equal(t, ok, err == nil, "%q: %v", secret, err)
		if err != nil {
			require.NotContains(t, err.Error(), secret)
		}
	}
}

func TestASecretInAFileThatIsNotThereIsOneFault(t *testing.T) {
	t.Parallel()
	_, err := load(map[string]string{"WEBHOOK_URL": "https://example.org", "WEBHOOK_SECRET_FILE": "/nowhere"})
	var faults config.Faults
	require.ErrorAs(t, err, &faults)
	require.Len(t, faults, 1)
	require.Contains(t, faults[0], "WEBHOOK_SECRET_FILE: open /nowhere")
}
