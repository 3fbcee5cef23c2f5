package main

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
)

// checkNotice holds a claim of the newest notice: where it stands, what became of its
// people, and of its groups as posted.
func (p *transcript) checkNotice(claim string, want []string) {
	p.t.Helper()
	var is []string
	require.NoError(p.t, p.app.db.Select(&is, `
		WITH n AS (SELECT community_id, id, state FROM notices ORDER BY id DESC LIMIT 1)
		SELECT state FROM n
		UNION ALL (SELECT r.state || '=' || count(*) FROM notice_recipients r JOIN n ON n.community_id = r.community_id AND n.id = r.notice_id
			GROUP BY r.state ORDER BY r.state)
		UNION ALL (SELECT 'post ' || g.state || '=' || count(*) FROM notice_posts g JOIN n ON n.community_id = g.community_id AND n.id = g.notice_id
			GROUP BY g.state ORDER BY g.state)`))
	require.Equal(p.t, strings.Join(want, " "), strings.Join(is, " "), fmt.Sprintf("%s\n%s", claim, p.script.String()))
}
