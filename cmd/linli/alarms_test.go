package main

import (
	"strconv"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/alarms"
	"github.com/linli-bot/linli/internal/people"
)

// inviteKeeper makes an invitation as the terminal does, for {open claim}.
func (p *transcript) inviteKeeper() {
	p.t.Helper()
	token, err := p.app.people.InviteHere(p.t.Context(), p.community(), access.Keeper, people.Where{})
	require.NoError(p.t, err)
	p.claim = "inv_" + token
}

// fail puts so many updates aside that failed three times, in a chat that nobody
// has; 0 takes them all away again, as linli troubles --drop does.
func (p *transcript) fail(n int) {
	p.t.Helper()
	if n == 0 {
		parked, err := p.app.inbox.Parked(p.t.Context(), p.community())
		require.NoError(p.t, err)
		for _, row := range parked {
			require.NoError(p.t, p.app.inbox.Drop(p.t.Context(), p.community(), row.ID))
		}
		return
	}
	_, err := p.app.db.Exec(`
		INSERT INTO inbox (community_id, chat_id, body, received_at, tries, cause, parked_at)
		SELECT $1, 999, '', $2, 3, 'panic', $2 FROM generate_series(1, $3)`, p.community(), p.clk.Now(), n)
	require.NoError(p.t, err)
}

// look looks whether all is well, as happens every half minute.
func (p *transcript) look() {
	p.t.Helper()
	r, err := p.app.readings(p.t.Context())
	require.NoError(p.t, err)
	r.Restarts = 0 // those of the play itself
	require.NoError(p.t, alarms.New(p.app.db, p.clk, p.app.courier.Wake).Tell(p.t.Context(), p.community(), alarms.Check(r)...))
	p.settleDown()
}

// keeps carries out the lines about whoever keeps the machine.
func (p *transcript) keeps(verb, rest string) bool {
	p.t.Helper()
	switch verb {
	case "keeper":
		p.inviteKeeper()
	case "fail":
		n, err := strconv.Atoi(rest)
		require.NoError(p.t, err)
		p.fail(n)
	case "look":
		p.look()
	case "mediator":
		p.grant(rest, access.Mediator)
	case "deputy":
		p.grant(rest, access.Deputy)
	default:
		return false
	}
	return true
}
