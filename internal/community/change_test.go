package community_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/linli-bot/linli/internal/clock"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/pg/pgtest"
	"github.com/linli-bot/linli/internal/refusal"
)

// office is a community whose settings are being changed.
type office struct {
	*testing.T
	db *sqlx.DB
	s  *community.Service
	id int64
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db := pgtest.New(t)
	o := &office{T: t, db: db, s: community.New(db, clock.Frozen(morning))}
	c, err := o.s.Ensure(t.Context(), 7, "Haiyang")
	require.NoError(t, err)
	o.id = c.ID
	return o
}

func (o *office) make(changes ...community.Change) (made []community.Change, err error) {
	err = o.s.InTx(o.Context(), func(tx *sqlx.Tx) error {
		made, err = o.s.Make(o.Context(), tx, community.By{Community: o.id}, changes...)
		return err
	})
	return made, err
}

func (o *office) town() community.Community {
	o.Helper()
	c, err := o.s.ByID(o.Context(), o.id)
	require.NoError(o, err)
	return c
}

func (o *office) codes(kinds community.Kinds) string {
	var codes []string
	for _, k := range kinds {
		codes = append(codes, k.Code)
	}
	return strings.Join(codes, " ")
}

func TestWhatIsSetIsReadAndWrittenOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	changes := []community.Change{
		{What: community.NameIs, Is: "  Hai  yang "},
		{What: community.LanguageIs, Is: "en"},
		{What: community.ZoneIs, Is: "Asia/Urumqi"},
		{What: community.PhoneIs, Is: "0535-1234567"},
		{What: community.NumberIs, Of: "fire", Is: "112"},
		{What: community.RoleNamed, Of: "secretary", Lang: "zh", Is: "陈书记"},
		{What: community.DangerSaid, Of: "gas", Lang: community.Rings, Is: "液化气漏了，Bottle  Hissing"},
		{What: community.KindAdded, Of: "own_1", Is: "48"},
		{What: community.KindNamed, Of: "own_1", Lang: "zh", Is: "电动车"},
		{What: community.KindDo, Of: "own_1", Is: "48"},
		{What: community.KindClock, Of: "own_1", Is: community.ByDuty},
		{What: community.KindDue, Of: "tree", Is: "96"},
		{What: community.KindOffered, Of: "ads", Is: "false"},
		{What: community.KindsOrdered, Is: "water,own_1"},
		{What: community.AreaAdded, Of: "east"},
		{What: community.BuildingAdded, Of: "3", In: "east", Is: "4"},
	}
	made, err := o.make(changes...)
	require.NoError(t, err)
	require.Equal(t, changes, made)
	c := o.town()
	require.Equal(t, "Hai yang", c.Name)
	require.Equal(t, "en", c.Language)
	require.Equal(t, "Asia/Urumqi", c.Location().String())
	require.Equal(t, "112", c.Number("fire"))
	require.Equal(t, "120", c.Number("hurt"))
	require.Equal(t, "陈书记", c.RoleNames["secretary"]["zh"])
	require.Equal(t, []string{"bottle hissing", "液化气漏了"}, c.DangerWords["gas"].Rings)
	require.Equal(t, "water own_1 lamp power gas lift leak rubbish road heating drain tree noise parking ads animals neighbours family complaint other", o.codes(c.Kinds))
	own, _ := c.Kinds.Find("own_1")
	require.Equal(t, community.Kind{Code: "own_1", Hours: 48, Names: community.Names{"zh": "电动车"}, Offered: true, Take: 120, Do: 48, Duty: true}, own)
	ads, _ := c.Kinds.Find("ads")
	require.False(t, ads.Offered)

	made, err = o.make(changes...)
	require.NoError(t, err)
	require.Empty(t, made, "the second time there is nothing left to change")
	var events int
	require.NoError(t, o.db.Get(&events, `SELECT count(*) FROM community_events WHERE community_id = $1`, o.id))
	require.Equal(t, len(changes)+1, events)
}

func TestChangesThatMakeNoDifferenceLeaveNoTrace(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, same := range []community.Change{
		{What: community.NameIs, Is: " Haiyang "},
		{What: community.NumberIs, Of: "fire", Is: "119"},
		{What: community.NumberIs, Of: "fire", Is: ""},
		{What: community.RoleNamed, Of: "member", Lang: "zh", Is: ""},
		{What: community.DangerSaid, Of: "gas", Lang: community.Asks, Is: " , "},
		{What: community.KindAdded, Of: "lamp", Is: "1"},
		{What: community.KindDue, Of: "lamp", Is: "72"},
		{What: community.KindsOrdered, Is: "lamp,water"},
	} {
		made, err := o.make(same)
		require.NoError(t, err, same)
		require.Empty(t, made, same)
	}
	var events int
	require.NoError(t, o.db.Get(&events, `SELECT count(*) FROM community_events WHERE community_id = $1`, o.id))
	require.Equal(t, 1, events, "only that it was founded")
}

func TestWhatCannotBeSetIsRefusedInWords(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for key, wrong := range map[string]community.Change{
		"community.bad_name":      {What: community.NameIs, Is: " "},
		"community.unknown_zone":  {What: community.ZoneIs, Is: "Asia/Nowhere"},
		"community.bad_phone":     {What: community.PhoneIs, Is: "ask Li"},
		"community.bad_number":    {What: community.NumberIs, Of: "fire", Is: "fire"},
		"community.no_danger":     {What: community.NumberIs, Of: "boredom", Is: "119"},
		"community.bad_role_name": {What: community.RoleNamed, Of: "member", Lang: "en", Is: strings.Repeat("x", 21)},
		"community.bad_word":      {What: community.DangerSaid, Of: "gas", Lang: community.Rings, Is: "气"},
		"community.bad_hours":     {What: community.KindDue, Of: "lamp", Is: "0"},
		"community.bad_label":     {What: community.KindNamed, Of: "lamp", Lang: "zh", Is: "公共照明设施"},
		"community.no_kind":       {What: community.KindNamed, Of: "moon", Lang: "zh", Is: "月亮"},
		"community.other_stays":   {What: community.KindOffered, Of: "other", Is: "false"},
		"community.bad_code":      {What: community.KindAdded, Of: "E bikes", Is: "72"},
		"community.bad_entrances": {What: community.BuildingAdded, Of: "3", Is: "100"},
		"community.no_area":       {What: community.BuildingAdded, Of: "3", In: "moon", Is: "1"},
		"community.no_building":   {What: community.BuildingRenamed, Of: "99", Is: "98"},
		"community.bad_language":  {What: community.LanguageIs, Is: "Chinese"},
	} {
		_, err := o.make(wrong)
		r, ok := refusal.As(err)
		require.True(t, ok, "%s: got %v", key, err)
		require.Equal(t, key, r.Key)
	}
}

func TestABuildingWhereSomebodyLivesStays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.make(
		community.Change{What: community.BuildingAdded, Of: "1", Is: "2"},
		community.Change{What: community.BuildingAdded, Of: "2", Is: "2"},
	)
	require.NoError(t, err)
	_, err = o.db.Exec(`
		INSERT INTO persons (community_id, name, language, reachable, created_at, building_id)
		SELECT $1, 'Mei', 'zh', false, now(), id FROM buildings WHERE community_id = $1 AND name = '1'`, o.id)
	require.NoError(t, err)
	_, err = o.make(community.Change{What: community.BuildingRemoved, Of: "1"})
	require.True(t, refusal.Is(err, refusal.Conflict), err)
	made, err := o.make(community.Change{What: community.BuildingRemoved, Of: "2"})
	require.NoError(t, err)
	require.Len(t, made, 1)

	_, err = o.make(community.Change{What: community.AreaRemoved, Of: ""})
	require.True(t, refusal.Is(err, refusal.Conflict), "the last area stays: %v", err)
	_, err = o.make(community.Change{What: community.BuildingAdded, Of: "2", Is: "1"}, community.Change{What: community.BuildingRenamed, Of: "2", Is: "1"})
	require.True(t, refusal.Is(err, refusal.Conflict), "two of one name: %v", err)
	all, err := o.s.Buildings(t.Context(), o.id)
	require.NoError(t, err)
	require.Len(t, all, 1, "a refusal takes everything of its transaction back")
}

func TestChangesOfManyAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var wg sync.WaitGroup
	for _, danger := range community.DangerKinds {
		for _, change := range []community.Change{
			{What: community.NumberIs, Of: danger, Is: "112"},
			{What: community.DangerSaid, Of: danger, Lang: community.Rings, Is: "help " + danger},
		} {
			wg.Go(func() {
				if _, err := o.make(change); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	c := o.town()
	for _, danger := range community.DangerKinds {
		require.Equal(t, "112", c.Number(danger))
		require.Equal(t, []string{"help " + danger}, c.DangerWords[danger].Rings)
	}
	raw, err := json.Marshal(c.RoleNames)
	require.NoError(t, err)
	require.JSONEq(t, `{}`, string(raw))
}
