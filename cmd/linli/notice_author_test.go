package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/notices"
)

// TestWhatTheAuthorOfANoticeHears draws what rarely happens: that nobody knows whether it
// arrived, that a group does not let it be pinned, that it comes again.
func TestWhatTheAuthorOfANoticeHears(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]map[string]string{
		"en": {
			"notice.uncertain": "“The stairs are washed”: nobody knows whether these 2 have it: Margaret 3-2-501, Neighbours of building 3",
			"notice.repeats":   "“The stairs are washed” comes again today, 9:07 am.",
			"notice.not_pinned": "“The stairs are washed” is not pinned in “Neighbours of building 3”: I may not pin there. " +
				"Please allow me to, or pin it yourself.",
		},
		"zh": {
			"notice.uncertain":  "“清洗楼道”：不知道这2位收到没有：王秀兰 3-2-501、3号楼邻居群",
			"notice.repeats":    "“清洗楼道”下一次：今天上午9点07分。",
			"notice.not_pinned": "“清洗楼道”在“3号楼邻居群”里没能置顶：我没有置顶的权。请在群里给我，或者自己置顶。",
		},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := &stroll{testStage: newTestStage(t, lang), lang: lang}
			v := s.visit("secretary")
			n, err := s.app.notices.Confirm(t.Context(), v.Actor, notices.Draft{
				Key: "k", Weight: notices.Ordinary, Language: lang, Answer: notices.NoAnswer,
				Texts: notices.Words{lang: map[string]string{"en": "The stairs are washed", "zh": "清洗楼道"}[lang]},
				For:   notices.Audience{People: true, Groups: true},
			})
			require.NoError(t, err)
			for _, query := range []string{
				`INSERT INTO notice_recipients (community_id, notice_id, person_id, state, settled_at) VALUES ($1, $2, ` + s.resident() + `, 'uncertain', now())`,
				`INSERT INTO notice_posts (community_id, notice_id, group_id, state, settled_at) VALUES ($1, $2, ` + s.group() + `, 'uncertain', now())`,
			} {
				_, err := s.app.db.Exec(query, v.Community.ID, n.ID)
				require.NoError(t, err)
			}
			for topic, words := range want {
				drawn, err := s.app.house.Render(t.Context(), v, topic, fmt.Appendf(nil, `{"notice": %d, "group": %s}`, n.ID, s.group()))
				require.NoError(t, err, topic)
				require.Equal(t, words, drawn.Text, topic)
				lintMessage(t, lang, "secretary", drawnAs(drawn))
			}
		})
	}
}
