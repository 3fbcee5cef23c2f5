package botapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Control is the server's second door, for whoever breaks and mends it from
// outside of its process; New's server opens it too, beside /bot….
//
//	POST   /faults     a Fault in JSON; "delay" as "1.5s", "bot" (its id) for one bot's calls only → {"id":1}
//	GET    /faults     those that stand, with ids and the number of calls hit
//	DELETE /faults     all are mended; DELETE /faults/1: that one
//	POST   /updates    {"bot":42,"deliver":{…},"deliver_text":"{broken","repeat":2,"shuffle":3,"restart_ids":17}
//
// Without "bot" POST /updates means the only bot there is. What is wrong with
// a request is told in plain text, with a status of 400 or 404.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /faults", s.postFault)
	mux.HandleFunc("GET /faults", s.listFaults)
	mux.HandleFunc("DELETE /faults", func(w http.ResponseWriter, _ *http.Request) {
		s.Mend()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /faults/{id}", s.deleteFault)
	mux.HandleFunc("POST /updates", s.postUpdates)
	return mux
}

// faultShape is a fault as it travels.
type faultShape struct {
	Fault
	ID    int64  `json:"id,omitempty"`
	Bot   int64  `json:"bot,omitempty"`
	Delay string `json:"delay,omitempty"`
	Hits  int    `json:"hits"`
}

func (s *Server) postFault(w http.ResponseWriter, r *http.Request) {
	var f faultShape
	var bot *Bot
	err := readControl(r, &f)
	if err == nil && f.Bot != 0 {
		bot, err = s.botByID(f.Bot)
	}
	if err == nil && !slices.Contains(faultKinds, f.Kind) {
		err = fmt.Errorf("kind %q is none of %q", f.Kind, faultKinds)
	}
	if err == nil && f.Delay != "" {
		f.Fault.Delay, err = time.ParseDuration(f.Delay)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	write(w, http.StatusOK, map[string]any{"id": s.faults.add(bot, f.Fault).id})
}

func (s *Server) listFaults(w http.ResponseWriter, _ *http.Request) {
	shapes := []faultShape{}
	for _, f := range s.faults.standing() {
		shape := faultShape{Fault: f.Fault, ID: f.id, Hits: f.hits}
		if f.bot != nil {
			shape.Bot = f.bot.self.ID
		}
		if f.Fault.Delay != 0 {
			shape.Delay = f.Fault.Delay.String()
		}
		shapes = append(shapes, shape)
	}
	write(w, http.StatusOK, shapes)
}

func (s *Server) deleteFault(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || !s.faults.mendOne(id) {
		http.Error(w, "no such fault", http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) postUpdates(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Bot     int64           `json:"bot"`
		Deliver json.RawMessage `json:"deliver"`
		Text    *string         `json:"deliver_text"`
		Repeat  *int            `json:"repeat"`
		Shuffle *int            `json:"shuffle"`
		Restart *int64          `json:"restart_ids"`
	}
	err := readControl(r, &wanted)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b, err := s.botByID(wanted.Bot)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if wanted.Restart != nil {
		b.RestartIDs(*wanted.Restart)
	}
	if wanted.Repeat != nil {
		b.Repeat(*wanted.Repeat)
	}
	if wanted.Shuffle != nil {
		b.Shuffle(*wanted.Shuffle)
	}
	if wanted.Deliver != nil {
		b.Deliver(wanted.Deliver)
	}
	if wanted.Text != nil {
		b.Deliver(json.RawMessage(*wanted.Text))
	}
	w.WriteHeader(http.StatusNoContent)
}

func readControl(r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBatchBytes))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}

// botByID finds a bot; id 0 means the only one there is.
func (s *Server) botByID(id int64) (*Bot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.bots {
		if b.self.ID == id || id == 0 && len(s.bots) == 1 {
			return b, nil
		}
	}
	return nil, fmt.Errorf("no bot %d", id)
}

func isControl(path string) bool {
	return path == "/updates" || path == "/faults" || strings.HasPrefix(path, "/faults/")
}
