package childcare_test

import (
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/childcare"
	"github.com/linli-bot/linli/internal/people"
)

// isNotHere is that a child is not there: lost at once out of hands, or when its time is
// over.
func (m *many) isNotHere(k *held, part childcare.Part, by int64, hands bool) {
	switch {
	case k.place == "missing":
	case hands || !m.clk.Now().Before(m.gate(part).Add(10*time.Minute)):
		k.goes("missing", by)
		k.missed[part] = true
	default:
		k.notYet[part] = by
	}
}

func (m *many) fetches(who people.Actor, part childcare.Part) {
	m.Helper()
	but := m.some()
	_, err := m.care.Fetched(m.ctx, who, m.sitting[string(part)+".fetch"], but...)
	m.did("fetched", err, func() {
		for _, k := range m.kids {
			_, has := k.booking[part]
			switch {
			case !has || k.place == "missing" || k.ours() || k.came[part] || k.past(part):
			case slices.Contains(but, k.id):
				m.isNotHere(k, part, who.Person, false)
			default:
				k.goes("way", who.Person)
				k.came[part] = true
			}
		}
	})
}

func (m *many) arrives(who people.Actor, part childcare.Part) {
	m.Helper()
	but := m.some()
	_, err := m.care.Arrived(m.ctx, who, m.sitting[string(part)+".fetch"], but...)
	m.did("arrived", err, func() {
		for _, k := range m.kids {
			if _, has := k.booking[part]; has && k.place == "way" && k.moved != "leads" && !k.past(part) && !slices.Contains(but, k.id) {
				k.goes("hall", who.Person)
				k.came[part] = true
			}
		}
	})
}

func (m *many) returns(who people.Actor) {
	m.Helper()
	but, leads := m.some(), m.dice.IntN(2) == 0
	sitting := m.sitting["noon.back"]
	if leads {
		_, err := m.care.Leads(m.ctx, who, sitting, but...)
		m.did("leads", err, func() {
			for _, k := range m.kids {
				if _, has := k.booking[childcare.Noon]; has && k.place == "hall" && !k.past(childcare.Noon) && !slices.Contains(but, k.id) {
					k.goes("way", who.Person)
					k.moved = "leads"
				}
			}
		})
		return
	}
	_, err := m.care.Back(m.ctx, who, sitting, "", but...)
	m.did("back", err, func() {
		for _, k := range m.kids {
			if _, has := k.booking[childcare.Noon]; has && k.ours() && !k.past(childcare.Noon) && !slices.Contains(but, k.id) {
				k.goes("school", 0)
				k.moved = "back"
			}
		}
	})
}

func (m *many) takesOver(who people.Actor) {
	m.Helper()
	from := one(m.dice, []people.Actor{m.ann, m.bea, m.lead, m.kong})
	_, err := m.care.TookOver(m.ctx, who, from.Person)
	m.did("took over", err, func() {
		for _, k := range m.kids {
			if k.ours() && k.by == from.Person && !k.talks {
				was := k.moved
				k.goes(k.place, who.Person)
				k.moved = was
			}
		}
	})
}

func (m *many) finds(who people.Actor, k *held, part childcare.Part) {
	m.Helper()
	kept := one(m.dice, []string{"", "Teacher Lu"})
	family := m.dice.IntN(2) == 0
	if family {
		who = k.mother
	}
	_, err := m.care.Found(m.ctx, who, k.booking[part], kept)
	m.did("found", err, func() {
		switch {
		case k.place != "missing":
		case family:
			k.goes("out", k.mother.Person)
		case kept != "":
			k.goes("school", 0)
		default:
			k.goes("way", who.Person)
			k.came[part] = true
		}
	})
}

func (m *many) leaves(who people.Actor, k *held) {
	m.Helper()
	if m.dice.IntN(4) == 0 && k.ours() {
		_, err := m.care.Override(m.ctx, m.lead, childcare.Overriding{Child: k.id, Person: k.mother.Person, Reason: "ill"})
		m.did("left", err, func() { k.goes("out", k.mother.Person) })
		return
	}
	_, err := m.care.Leave(m.ctx, who, childcare.Leaving{Child: k.id, Guardian: k.mother.Person, Hand: "identity_card"})
	m.did("left", err, func() {
		if k.ours() {
			k.goes("out", k.mother.Person)
		}
	})
}

func (m *many) talks() {
	m.Helper()
	k := m.kids[5]
	booking, kong := k.booking[childcare.Talk], m.kong.Person
	if m.dice.IntN(2) == 0 {
		m.did("talked", m.care.TalkEnds(m.ctx, m.kong, booking), func() {
			if k.talks {
				k.goes("hall", k.before)
			}
		})
		return
	}
	m.did("talk", m.care.TalkBegins(m.ctx, m.kong, booking), func() {
		if !k.talks {
			before, brought := k.before, k.place != "hall"
			k.goes("hall", kong)
			k.before, k.talks, k.brought = before, true, brought
		}
	})
}
