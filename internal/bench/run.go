package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// Report is what a run found.
type Report struct {
	Cores   int      `json:"cores"`
	Go      string   `json:"go"`
	Notes   []string `json:"notes"`
	Results []Result `json:"results"`
	Rounds  []Round  `json:"rounds"`
}

// Round is one measurement of one subject.
type Round struct {
	At      string `json:"at"`
	Subject string `json:"subject"`
	figures
}

// limitsOff is said wherever figures are shown.
const limitsOff = "The bot's own limiter is off: Telegram's real limits, about 30 messages a second, would hide everything."

// Run measures the rows that are asked for. It takes both subjects in turn, so
// that a machine that gets slower or quicker meanwhile changes both.
func Run(ctx context.Context, o Options) (report Report, err error) {
	list, err := chosen(o.Row)
	if err != nil {
		return report, err
	}
	b, err := open(ctx, o)
	if err != nil {
		return report, fmt.Errorf("bench: %w", err)
	}
	defer func() { err = errors.Join(err, b.close()) }()
	report = Report{Cores: runtime.NumCPU(), Go: runtime.Version(), Notes: []string{limitsOff}}
	if b.floor.argv == nil {
		report.Notes = append(report.Notes, "There is no floor beside it: ratios are missing.")
	}
	if b.Replicas > 0 {
		report.Notes = append(report.Notes, fmt.Sprintf("linli: %d processes by webhook, their processor time added up; the floor is one that polls.", b.Replicas))
	}
	most := 0
	for _, r := range list {
		most = max(most, b.adjust(settings[r.setting]).residents)
	}
	b.Say(fmt.Sprintf("%d residents come to know the bot", most))
	if err := b.settle(ctx, most); err != nil {
		return report, fmt.Errorf("bench: %w", err)
	}
	return report, b.all(ctx, list, &report)
}

// all measures the rows, those of one setting at once.
func (b *bench) all(ctx context.Context, list []row, report *Report) error {
	found := map[string]*pair{}
	for _, r := range list {
		s := b.adjust(settings[r.setting])
		if r.of == nil {
			damage, err := b.killed(ctx, b.Kills)
			if err != nil {
				return fmt.Errorf("bench: %w", err)
			}
			report.Results = append(report.Results, r.judgeDamage(s.at(), damage))
			report.Notes = append(report.Notes, damage.String()+".")
			continue
		}
		p := found[r.setting]
		if p == nil {
			var err error
			if p, err = b.compare(ctx, s); err != nil {
				return fmt.Errorf("bench: %w", err)
			}
			found[r.setting] = p
			report.Notes = append(report.Notes, p.calls())
			report.Rounds = append(report.Rounds, p.rounds()...)
		}
		report.Results = append(report.Results, r.judge(s.at(), p.floor, p.linli))
	}
	return nil
}

// adjust is a setting as the options want it.
func (b *bench) adjust(s setting) setting {
	if b.Residents > 0 {
		s.residents = b.Residents
	}
	if s.latency > 0 && b.Latency > 0 {
		s.latency = b.Latency
	}
	s.window = b.Window
	return s
}

// pair is what both subjects did at one setting, a round each.
type pair struct {
	setting      setting
	floor, linli []figures
}

func (b *bench) compare(ctx context.Context, s setting) (*pair, error) {
	p := &pair{setting: s}
	for n := range max(b.Rounds, 1) {
		order := []subject{b.floor, b.linli}
		if n%2 == 1 { // whoever is second finds the machine warmer
			slices.Reverse(order)
		}
		for _, sub := range order {
			if sub.argv == nil {
				continue
			}
			if sub.name == "linli" && b.CPUProfile != "" && sub.replicas <= 1 {
				sub.argv = append(sub.argv[:len(sub.argv):len(sub.argv)], "--cpuprofile", b.CPUProfile)
			}
			f, err := b.measure(ctx, sub, s)
			if err != nil {
				return nil, err
			}
			b.Say(fmt.Sprintf("%s, round %d, %s: %s", s.at(), n+1, sub.name, f))
			if sub.name == "linli" {
				p.linli = append(p.linli, f)
			} else {
				p.floor = append(p.floor, f)
			}
		}
	}
	return p, nil
}

func (p *pair) rounds() (list []Round) {
	for _, f := range p.floor {
		list = append(list, Round{p.setting.at(), "floor", f})
	}
	for _, f := range p.linli {
		list = append(list, Round{p.setting.at(), "linli", f})
	}
	return list
}

// calls tells what a conversation takes of those around the bot.
func (p *pair) calls() string {
	words := p.setting.at() + ", per conversation:"
	for _, of := range []struct {
		name string
		list []figures
	}{{"linli", p.linli}, {"floor", p.floor}} {
		if len(of.list) > 0 {
			f := of.list[len(of.list)-1]
			words += fmt.Sprintf(" %s %.1f calls, %.1f Postgres transactions in %.1f syncs, %.1f Redis commands, %.2f ms of the server;",
				of.name, f.Calls, f.Commits, f.Syncs, f.Commands, f.Server.Seconds()*1e3)
		}
	}
	return strings.TrimSuffix(words, ";") + "."
}

// String is a line about a measurement.
func (f figures) String() string {
	return fmt.Sprintf("%.0f conversations/s (%d receipts, %d pings), CPU %.3f ms each, p50 %.2f ms, p99 %.2f ms, taps %.2f ms, %.2f new connections each, peak %d MB",
		f.PerSecond, f.Reports, f.Pings, f.CPU.Seconds()*1e3, f.P50.Seconds()*1e3, f.P99.Seconds()*1e3, f.Tap.Seconds()*1e3, f.Opened, f.Peak>>20)
}
