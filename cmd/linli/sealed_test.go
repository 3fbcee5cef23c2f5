package main

import (
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/people"
)

// grant makes somebody of the cast what the secretary may give.
func (p *transcript) grant(who string, role access.Role) {
	p.t.Helper()
	c, err := p.app.communities.ByBot(p.t.Context(), p.towns[0].botID())
	require.NoError(p.t, err)
	secretary, err := p.app.people.Secretary(p.t.Context(), c.ID)
	require.NoError(p.t, err)
	to, err := p.app.people.ByTelegram(p.t.Context(), c.ID, p.phone(who).Account().ID)
	require.NoError(p.t, err)
	by := people.Actor{Community: c.ID, Person: secretary.ID}
	if role == access.Deputy {
		require.NoError(p.t, p.app.people.MakeDeputy(p.t.Context(), by, to.ID))
	} else {
		require.NoError(p.t, p.app.people.Grant(p.t.Context(), by, to.ID, role, 0))
	}
	p.settleDown()
}
