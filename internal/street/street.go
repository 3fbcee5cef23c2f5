package street

import (
	"context"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/clock"
)

//go:embed page
var files embed.FS

// Persona is somebody whose phone can be opened on the page, or a group as all
// its members see it.
type Persona struct {
	Key     string            // names the phone in addresses: a-z, 0-9 and "-"; no two alike
	Lang    string            // the page that has this phone, "en" or "zh"; Bots must have it
	Account botapi.Account    // who it is to Telegram; its Place is what "where I am" sends
	Name    map[string]string // by language of the page
	Role    map[string]string // by language of the page: "resident, 75"
	Payload string            // what its first Start carries, as a link would
	Open    bool              // shown before anybody opens or closes a phone
	Group   *botapi.Group     // then there is no Account: whoever has a phone may write
}

// Options is what the page needs.
type Options struct {
	Bots     map[string]*botapi.Bot // by language of the personas
	Name     map[string]string      // of the bot, by language, as the phones show it
	Clock    *clock.Clock
	Zone     *time.Location // in which times are shown; nil is UTC
	Personas []Persona      // in the order in which they stand

	// Skip moves the clock and waits until all that fell due is done; nil only
	// moves the clock.
	Skip func(ctx context.Context, d time.Duration) error

	// Rest waits until the bot has nothing to do, so that a recording tells
	// what came of what; nil waits for nothing.
	Rest func(ctx context.Context) error

	// Changes are the last rows that were changed behind the bot of a language,
	// oldest first; nil where there is no database to be shown.
	Changes  func(ctx context.Context, lang string) ([]Change, error)
	Troubles []Trouble // what can be made to go wrong; the page has words for each
	Log      *slog.Logger
}

// street serves the page; its methods are spread over the files of the package.
type street struct {
	Options
	templates *template.Template
	samples   map[string]sample
	notes     *notes
	troubles  troubles
	recorder  *recorder
	fingers   fingers
	inHand    map[string]*botapi.Phone // by key of the persona
}

// New returns the handler of "/" and of everything under "/street/". Streams
// of changes last as long as their requests: whoever shuts the server down
// ends its base context first.
func New(o Options) http.Handler {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Skip == nil {
		o.Skip = func(_ context.Context, d time.Duration) error {
			o.Clock.Advance(d)
			return nil
		}
	}
	s := &street{
		Options:   o,
		templates: template.Must(template.ParseFS(files, "page/*.html")),
		samples:   drawnSamples(),
		notes:     &notes{},
		inHand:    map[string]*botapi.Phone{},
		troubles:  troubles{began: map[string]bool{}},
	}
	s.recorder = &recorder{s: s, on: map[string]*recording{}, done: map[string]tape{}}
	for _, p := range o.Personas {
		if p.Group == nil {
			s.inHand[p.Key] = o.Bots[p.Lang].Phone(p.Account)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /street/live", s.live)
	mux.HandleFunc("GET /street/file/{lang}/{id}", s.file)
	mux.HandleFunc("GET /street/sample/{name}", s.samplePicture)
	mux.HandleFunc("GET /street/page/{name}", s.asset)
	mux.HandleFunc("POST /street/phone/{key}/{action}", s.act)
	mux.HandleFunc("POST /street/open", s.open)
	mux.HandleFunc("POST /street/skip", s.skip)
	mux.HandleFunc("POST /street/clock", s.moveClock)
	mux.HandleFunc("POST /street/trouble", s.cause)
	mux.HandleFunc("POST /street/record/{key}", s.record)
	mux.HandleFunc("GET /street/record/{key}", s.tape)
	return guard(mux)
}

// guard refuses what other sites send, and keeps the page from loading or
// running anything that is not its own.
func guard(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; "+
			"img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}

// persona finds somebody by key among those whom a page in lang shows.
func (s *street) persona(key, lang string) (Persona, bool) {
	i := slices.IndexFunc(s.Personas, func(p Persona) bool { return p.Key == key && p.Lang == lang })
	if i < 0 {
		return Persona{}, false
	}
	return s.Personas[i], true
}

// assets are the files of the page that browsers load by themselves.
var assets = map[string]string{
	"street.css": "text/css; charset=utf-8",
	"street.js":  "text/javascript; charset=utf-8",
	"icon.svg":   "image/svg+xml",
}

func (s *street) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	kind, known := assets[name]
	if !known {
		http.NotFound(w, r)
		return
	}
	data, err := files.ReadFile("page/" + name)
	if err != nil {
		s.fail(w, fmt.Errorf("read page file %s: %w", name, err))
		return
	}
	s.send(w, kind, data)
}

// send writes a whole answer.
func (s *street) send(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	if _, err := w.Write(data); err != nil {
		s.Log.Debug("reader went away", slog.Any("error", err))
	}
}

// fail answers with what everybody may see of an error of ours.
func (s *street) fail(w http.ResponseWriter, err error) {
	s.Log.Error("page could not be made", slog.Any("error", err))
	http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
}
