package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/linli-bot/linli/internal/config"
)

// composed is what is looked at of compose.yaml.
type composed struct {
	Services map[string]struct {
		Restart     string
		Stop        string `yaml:"stop_grace_period"`
		Environment map[string]string
		Command     []string
		Ports       []string
		Volumes     []string
		Secrets     []string
		Networks    []string
		Healthcheck struct{ Test []string }
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	}
	Networks map[string]*struct{ Internal bool }
	Volumes  map[string]any
	Secrets  map[string]struct{ File string }
}

func readCompose(t *testing.T) composed {
	t.Helper()
	text, err := os.ReadFile("../../compose.yaml")
	require.NoError(t, err)
	var c composed
	require.NoError(t, yaml.Unmarshal(text, &c))
	require.Len(t, c.Services, 3)
	return c
}

// standard is the value of ${NAME:-value} where NAME is not set.
var standard = regexp.MustCompile(`^\$\{[A-Z_]+:-(.*)\}$`)

func TestComposeGivesLinliSettingsThatItTakes(t *testing.T) {
	t.Parallel()
	given := readCompose(t).Services["linli"].Environment
	files := map[string]string{
		"/run/secrets/bot_token":    "1:a\n",
		"/run/secrets/database_url": "postgres://linli:p@postgres:5432/linli?sslmode=disable\n",
	}
	c, err := config.Load(
		func(name string) string { return standard.ReplaceAllString(given[name], "$1") },
		func(path string) ([]byte, error) { return []byte(files[path]), nil }, "BOT_TOKEN")
	require.NoError(t, err)
	require.True(t, c.DatabaseURL.IsSet())
	require.True(t, c.RedisURL.IsSet())
	known := []string{"HTTPS_PROXY"}
	for _, line := range c.Lines() {
		name, _, _ := strings.Cut(line, "=")
		known = append(known, name)
	}
	for name := range given {
		require.Contains(t, known, strings.TrimSuffix(name, "_FILE"), "linli reads no such variable")
	}
	for _, name := range []string{"BOT_TOKEN", "DATABASE_URL"} {
		require.NotContains(t, given, name, "a secret is in a file")
	}
}

func TestComposeKeepsWhatMustBeKeptAndPublishesNothing(t *testing.T) {
	t.Parallel()
	c := readCompose(t)
	for name, s := range c.Services {
		require.Empty(t, s.Ports, name)
		require.Equal(t, "unless-stopped", s.Restart, name)
		stop, err := time.ParseDuration(s.Stop)
		require.NoError(t, err, name)
		require.Greater(t, stop, mostStop, name)
		require.NotEmpty(t, s.Volumes, name)
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			require.Contains(t, c.Volumes, volume, name)
		}
		for _, secret := range s.Secrets {
			require.True(t, strings.HasPrefix(c.Secrets[secret].File, "./secrets/"), "%s: %s is not where git and the image look away", name, secret)
		}
		for _, network := range s.Networks {
			require.Contains(t, c.Networks, network, name)
		}
		if name != "linli" {
			require.NotEmpty(t, s.Healthcheck.Test, name)
			require.Equal(t, []string{"stores"}, s.Networks, name)
			require.Equal(t, "service_healthy", c.Services["linli"].DependsOn[name].Condition)
		}
	}
	require.True(t, c.Networks["stores"].Internal)
	require.Contains(t, strings.Join(c.Services["redis"].Command, " "), "--appendonly yes --appendfsync always")
	require.Contains(t, strings.Join(c.Services["redis"].Command, " "), "--maxmemory-policy noeviction")
	for _, file := range []string{"../../.gitignore", "../../.dockerignore"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(strings.Fields(string(text)), func(line string) bool { return strings.Trim(line, "/") == "secrets" }), file)
	}
}

func TestTheImageHoldsAStaticLinliThatIsWatched(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../Dockerfile")
	require.NoError(t, err)
	for _, piece := range []string{
		"CGO_ENABLED=0 go build", "FROM scratch", "ca-certificates.crt", "USER 65532", "VOLUME /data", "ENV HTTP_ADDR=:8080 LINLI_DATA=/data",
		`CMD ["/linli", "health"]`, `ENTRYPOINT ["/linli"]`, `CMD ["serve"]`,
	} {
		require.Contains(t, string(text), piece)
	}
}
