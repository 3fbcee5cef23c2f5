package dialog

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

const (
	perPage  = 8  // options on one screen
	maxValue = 40 // bytes of an option's value in a button; a longer one goes as a hash
)

// lead begins the verb of an option under which others stand.
const lead = ">"

// offer is something that can be tapped, or typed, at the present question.
type offer struct {
	verb, label, style string
	under              string // the option behind which it stands
}

// data is what the button carries behind the tag.
func (o offer) data() string {
	value, option := strings.CutPrefix(o.verb, "=")
	if !option || len(value) <= maxValue {
		return o.verb
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(value)) // a hash never fails to take it
	return "#" + strconv.FormatUint(h.Sum64(), 36)
}

// offers lists what the present question offers: its options, those that stand behind
// another or before it, then the rest in the order in which it is shown.
func (r *run[D]) offers(ctx context.Context) (opts, behind, rest []offer, err error) {
	step := r.f.step(r.s.At)
	switch {
	case step == nil && r.s.At == lookAt:
		return nil, nil, r.lookOffers(), nil
	case step == nil:
		return nil, nil, r.summaryOffers(), nil
	}
	all, err := r.options(ctx, step)
	if err != nil {
		return nil, nil, nil, err
	}
	opts, behind = r.open(all)
	r.s.Page = max(0, min(r.s.Page, (len(opts)-1)/perPage)) // the list may have shrunk
	add := func(ok bool, verb, style string) {
		if ok {
			rest = append(rest, offer{verb: verb, label: r.t.Texts.T("dialog." + verb), style: style})
		}
	}
	has, editing := step.has(&r.d), r.s.answered(step.name)
	add((r.s.Page+1)*perPage < len(opts), "more", "")
	add(r.s.Page > 0, "earlier", "")
	add(step.got != nil && has, "done", Primary)
	add(step.optional && (step.got == nil || !has || editing), "skip", "")
	add(editing || r.latest() != "" || r.s.Under != "", "back", "")
	add(true, "cancel", Danger)
	return opts, behind, rest, nil
}

// open parts the options into those of the list that is shown and the others. A list
// that is gone leaves the step's own.
func (r *run[D]) open(all []offer) (opts, behind []offer) {
	if !slices.ContainsFunc(all, func(o offer) bool { return o.under == r.s.Under }) {
		r.s.Under = ""
	}
	for _, o := range all {
		if o.under == r.s.Under {
			opts = append(opts, o)
		} else {
			behind = append(behind, o)
		}
	}
	return opts, behind
}

func (r *run[D]) summaryOffers() []offer {
	t := r.t.Texts
	var changes []offer
	for i := range r.f.steps {
		step := &r.f.steps[i]
		if r.s.answered(step.name) && !step.hidden {
			title := t.T(r.f.name + "." + step.name + ".title")
			changes = append(changes, offer{verb: "change:" + step.name, label: t.T("dialog.change", "title", title)})
		}
	}
	send := "send"
	if r.f.look != nil {
		send = lookAt
	}
	list := []offer{{verb: send, label: t.T("dialog." + send), style: Primary}}
	r.s.Page = max(0, min(r.s.Page, (len(changes)-1)/perPage))
	from, until := r.s.Page*perPage, min((r.s.Page+1)*perPage, len(changes))
	list = append(list, changes[from:until]...)
	if until < len(changes) {
		list = append(list, offer{verb: "more", label: t.T("dialog.more")})
	}
	if from > 0 {
		list = append(list, offer{verb: "earlier", label: t.T("dialog.earlier")})
	}
	return append(list, offer{verb: "cancel", label: t.T("dialog.cancel"), style: Danger})
}

func (r *run[D]) options(ctx context.Context, step *Step[D]) ([]offer, error) {
	if step.load == nil {
		return nil, nil
	}
	opts, err := step.load(ctx, &r.d, r.t)
	if err != nil {
		return nil, err
	}
	list := make([]offer, len(opts))
	for i, o := range opts {
		if o.Value == "" {
			return nil, fmt.Errorf("option %d of %s.%s has no value", i, r.f.name, step.name)
		}
		list[i] = offer{verb: "=" + o.Value, label: r.marked(step, o), under: o.Under}
		if leads(opts, o.Value) {
			list[i].verb = lead + o.Value
		}
	}
	return list, nil
}

func (r *run[D]) label(step *Step[D], o Option) string {
	if o.Label != "" {
		return o.Label
	}
	return r.t.Texts.T(r.f.name + "." + step.name + ".opt." + o.Value)
}

// verb is what the event taps, be it by a button or by typing its label; "" is
// none. A tap on an option that is gone is rejected.
func (r *run[D]) verb(ctx context.Context, ev Event) (string, error) {
	data, fresh := strings.CutPrefix(ev.Tap, r.tag)
	typed := plain(ev.Text)
	if ev.Tap != "" && !fresh || ev.Tap == "" && (typed == "" || ev.Forwarded) {
		return "", nil
	}
	opts, behind, rest, err := r.offers(ctx)
	if err != nil {
		return "", err
	}
	for _, o := range slices.Concat(opts, rest, behind) {
		if ev.Tap != "" && o.data() == data || ev.Tap == "" && plain(o.label) == typed {
			return o.verb, nil
		}
	}
	step := r.f.step(r.s.At)
	if ev.Tap != "" && step != nil && step.load != nil && strings.ContainsAny(data[:min(1, len(data))], "=#") {
		return "", at(r.f.name+"."+step.name, Reject("pick"))
	}
	return "", nil
}

// plain is a label as people type it: without case, spaces, leading emoji or a
// final stop.
func plain(label string) string {
	label = strings.TrimLeftFunc(label, func(c rune) bool {
		return unicode.IsSpace(c) || c > unicode.MaxASCII && unicode.In(c, unicode.So, unicode.Sk, unicode.Sm, unicode.Mn, unicode.Cf)
	})
	label = strings.TrimRight(label, " .!。！")
	return strings.ToLower(strings.Join(strings.Fields(label), ""))
}
