package arch_test

import "strings"

// module is how our own packages begin.
const module = "github.com/linli-bot/linli/"

// everything may be imported by a package with this row.
const everything = "*"

// services are the packages that serve the community, one each. They never
// import one another.
const services = "cases visits lunch childcare notices suggestions upkeep"

// mayImport says what of ours each package may import, its tests included.
// A package without a row fails. Folders under internal go without it.
var mayImport = map[string]string{
	"cmd/linli": everything,
	"bot":       "bot/flow dialog session community people groups access calm inbox outbox media i18n refusal clock metrics trace",
	"bot/flow":  "dialog refusal community people groups register setup access calendar calm roster ledger today chart paper " + services,

	"cases":       service,
	"visits":      service,
	"lunch":       service,
	"childcare":   service,
	"notices":     service,
	"suggestions": service,
	"upkeep":      service,

	"register": "people community pg refusal clock",

	"community": "pg refusal clock memo",
	"memo":      "clock",
	"calendar":  "pg refusal clock memo",
	"inbox":     "pg refusal clock",
	"process":   "pg clock",
	"outbox":    "pg refusal clock",
	"access":    "refusal",
	"people":    people,
	"calm":      people + " people calendar",
	"alarms":    "people access outbox pg refusal clock",
	"groups":    "community people access outbox pg refusal clock",
	"roster":    people + " people calendar",
	"today":     people + " people calendar roster",
	"ledger":    people + " people calendar",
	"media":     people + " people calendar",

	"setup": "community people access calendar refusal clock",

	"bench":        outside,
	"bench/floor":  outside,
	"faults":       outside + " faults/proxy",
	"faults/proxy": "",

	"session":           "dialog clock",
	"pg":                "refusal migrations trace",
	"pg/pgtest":         "pg embedded",
	"street":            "botapi clock",
	"botapi":            "clock",
	"dialog/dialogtest": "dialog",

	"dialog":     "",
	"chart":      "font",
	"paper":      "font",
	"font":       "",
	"i18n":       "",
	"refusal":    "",
	"clock":      "",
	"luck":       "",
	"config":     "",
	"metrics":    "",
	"trace":      "",
	"embedded":   "",
	"arch":       "",
	"migrations": "",
}

const (
	service = "community people access roster calendar ledger media outbox pg refusal clock"
	people  = "pg refusal clock access outbox community memo"
	outside = "botapi clock embedded"
)

// testsMayAlsoImport is what only test files need beyond their package's row.
var testsMayAlsoImport = []struct{ packages, imports, reason string }{
	{"pg " + services + " community calendar inbox outbox process people groups register setup roster calm today alarms ledger media", "pg/pgtest", "a query meets a real Postgres"},
	{"dialog bot/flow bot", "dialog/dialogtest", "transcripts and random walks"},
	{"bot/flow", "i18n access clock", "transcripts show words, act as somebody, and move time"},
	{"bot", "botapi pg pg/pgtest", "what ends a send comes from a strict Telegram, and is kept in a real Postgres"},
	{"faults/proxy", "embedded", "what is broken on the way is broken between real ones"},
	{services + " calendar inbox outbox roster ledger faults", "luck", "what is random draws the same each time"},
	{"session outbox", "embedded", "compare-and-save, and limits, meet a real Redis"},
}

// onlyIn names what of others' only some packages may import: a change of that
// part then touches one place.
var onlyIn = []struct{ path, packages string }{
	{"github.com/go-telegram/bot", "bot"},
	{"github.com/pressly/goose/v3", "pg"},
	{"github.com/fergusstrange/embedded-postgres", "embedded"},
	{"github.com/prometheus/client_golang", "metrics"},
}

// top is what may stand at the top, beside dot files and dot folders.
var top = strings.Fields("cmd bot internal migrations go.mod go.sum Dockerfile README.md compose.yaml LICENSE")

// made is what running and building leave there; git ignores it.
var made = strings.Fields("data linli secrets")

// maxLines is how long a Go file may be that is no test: more holds two ideas.
const maxLines = 450

// timeIsToldIn is the one package that reads the machine's clock.
const timeIsToldIn = "clock"

// noCommunity lists the queries that name no community although they touch a
// community's table: file, a piece of the query, and why.
var noCommunity = []struct{ file, piece, reason string }{
	{"internal/inbox/parked.go", "DELETE FROM inbox WHERE done_at < $1", "what is over by age goes, whoever's it was"},
	{"internal/inbox/inbox.go", "SELECT EXISTS (SELECT FROM inbox WHERE done_at IS NULL", "asks only whether anything is left to do"},
	{"internal/inbox/health.go", "FROM inbox WHERE done_at IS NULL", "one program serves all communities: is it well?"},
	{"internal/outbox/health.go", "FROM outbox WHERE state IN", "one program serves all communities: is it well?"},
	{"internal/outbox/health.go", "coalesce(settled_at, due_at) > $1", "one program serves all communities: is it well?"},
	{"internal/outbox/health.go", "FROM outbox WHERE state = 'uncertain'", "one program serves all communities: is it well?"},
	{"internal/outbox/tidy.go", "UPDATE outbox SET lease_until", "a dead process lets go of everybody's rows"},
	{"internal/outbox/claim.go", "SELECT due_at FROM outbox", "the claimer sleeps until the next row of anybody's"},
	{"internal/outbox/claim.go", "SELECT EXISTS (SELECT FROM outbox", "asks only whether anything is left to do"},
}
