package notices

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"github.com/linli-bot/linli/internal/roster"
)

// heldAgain is how long after its time the doors of a notice that is held are looked at
// once more.
const heldAgain = 30 * time.Minute

// listDoors lists the doors of a notice, once, and tells who is to go, and the author
// how many there are. Of one that was stopped or taken back nobody is told at the door.
func (s *Service) listDoors(ctx context.Context, tx *sqlx.Tx, n Notice) error {
	now := s.now()
	switch {
	case n.DoorsDoneAt != nil:
		return nil
	case n.State == Paused && now.Add(heldAgain).Before(n.Until):
		return enqueue(ctx, tx, n, topicList, now.Add(heldAgain))
	case n.State != Going && n.State != Out:
		return nil
	}
	doors, err := missed(ctx, tx, n, now)
	if err != nil {
		return err
	}
	by, err := handsFor(ctx, tx, n, doors, now)
	if err != nil {
		return err
	}
	doors = share(doors, by)
	if err := keepDoors(ctx, tx, n, doors, now); err != nil {
		return err
	}
	return s.tellDoors(ctx, tx, n, doors)
}

// missed are the households that a notice did not reach, and those who are here of
// whom no household is known; of each the oldest is asked for.
func missed(ctx context.Context, q sqlx.QueryerContext, n Notice, now time.Time) (doors []Door, err error) {
	err = sqlx.SelectContext(ctx, q, &doors, `
		SELECT DISTINCT ON (coalesce(r.household_id, -r.person_id)) r.community_id AS community, r.notice_id AS notice,
			coalesce(r.household_id, 0) AS household, r.person_id AS person, p.name, p.phone, 'alone' = ANY (p.tags) AS alone,
			coalesce($3 - p.birth_year, 0) AS age, coalesce(r.building_id, 0) AS building, coalesce(b.name, '') AS house,
			coalesce(r.entrance, 0) AS entrance, coalesce(h.floor, 0) AS floor, p.flat, coalesce(b.area_id, 0) AS area
		FROM (SELECT *, bool_or(reached <> '') OVER (PARTITION BY coalesce(household_id, -person_id)) AS known
			FROM notice_recipients WHERE community_id = $1 AND notice_id = $2) r
		JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id AND p.presence = 'here' AND p.merged_into IS NULL
		LEFT JOIN buildings b ON b.community_id = r.community_id AND b.id = r.building_id
		LEFT JOIN households h ON h.community_id = r.community_id AND h.id = r.household_id
		WHERE NOT r.known
		ORDER BY coalesce(r.household_id, -r.person_id), p.birth_year NULLS LAST, p.id`, n.Community, n.ID, now.Year())
	if err != nil {
		return nil, fmt.Errorf("read whom notice %d missed: %w", n.ID, err)
	}
	return doors, nil
}

// handsFor reads who can go to some doors now.
func handsFor(ctx context.Context, q sqlx.QueryerContext, n Notice, doors []Door, now time.Time) (hands, error) {
	by := hands{duty: map[int64][]int64{}, helpers: map[Home][]int64{}}
	at := map[Home]bool{}
	for _, d := range doors {
		at[d.entrance()] = true
		if _, known := by.duty[d.Area]; known {
			continue
		}
		some, _, err := roster.Staff(ctx, q, n.Community, d.Area, now)
		if err != nil {
			return by, err
		}
		by.duty[d.Area] = some
	}
	var helpers []struct {
		Person int64
		Home
	}
	err := sqlx.SelectContext(ctx, q, &helpers, `
		SELECT r.person_id AS person, r.building_id AS building, coalesce(r.entrance, 0) AS entrance
		FROM person_roles r JOIN persons p ON p.community_id = r.community_id AND p.id = r.person_id AND p.presence = 'here' AND p.reachable
		WHERE r.community_id = $1 AND r.role = 'helper' AND r.ended_at IS NULL ORDER BY r.id`, n.Community)
	if err != nil {
		return by, fmt.Errorf("read who helps at entrances: %w", err)
	}
	for home := range at {
		for _, h := range helpers {
			if h.Building == home.Building && (h.Entrance == 0 || h.Entrance == home.Entrance) {
				by.helpers[home] = append(by.helpers[home], h.Person)
			}
		}
	}
	return by, nil
}

// keepDoors writes the list.
func keepDoors(ctx context.Context, tx *sqlx.Tx, n Notice, doors []Door, now time.Time) error {
	var households, persons, buildings, entrances, nths, tos []int64
	var ways []string
	for _, d := range doors {
		households, persons, buildings = append(households, d.Household), append(persons, d.Person), append(buildings, d.Building)
		entrances, nths, tos, ways = append(entrances, int64(d.Entrance)), append(nths, int64(d.Nth)), append(tos, d.To), append(ways, string(d.Way))
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO notice_doors (community_id, notice_id, household_id, person_id, building_id, entrance, nth, way, to_id)
		SELECT $1, $2, nullif(d.household, 0), d.person, nullif(d.building, 0), nullif(d.entrance, 0), d.nth, d.way, nullif(d.whose, 0)
		FROM unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::bigint[])
			AS d (household, person, building, entrance, nth, way, whose)
		ORDER BY d.nth ON CONFLICT DO NOTHING`,
		n.Community, n.ID, pq.Array(households), pq.Array(persons), pq.Array(buildings), pq.Array(entrances), pq.Array(nths), pq.Array(ways), pq.Array(tos))
	if err == nil {
		_, err = tx.ExecContext(ctx, `
			UPDATE notices SET doors_done_at = $3 WHERE community_id = $1 AND id = $2`, n.Community, n.ID, now)
	}
	if err != nil {
		return fmt.Errorf("list the doors of notice %d: %w", n.ID, err)
	}
	return nil
}

// tellDoors tells who is to go how many doors and calls they have, and the author how
// many homes there are, and for how many nobody is left.
func (s *Service) tellDoors(ctx context.Context, tx *sqlx.Tx, n Notice, doors []Door) error {
	load, sheet := loads{}, 0
	for _, d := range doors {
		if d.To == 0 {
			sheet++
		}
		load.add(d)
	}
	event, err := log(ctx, tx, happened{notice: n, code: "doors", detail: detail{"n": len(doors), "sheet": sheet}, at: s.now()})
	if err != nil {
		return err
	}
	told := map[int64]bool{0: true}
	for _, d := range doors {
		if told[d.To] {
			continue
		}
		told[d.To] = true
		args := detail{"doors": load.of(d.To, AtDoor), "calls": load.of(d.To, ByPhone)}
		if err := s.tell(ctx, tx, n, news{to: []int64{d.To}, topic: topicDoors, of: event, args: args}); err != nil {
			return err
		}
	}
	return s.tell(ctx, tx, n, news{to: []int64{n.Author}, topic: topicListed, of: event, args: detail{"n": len(doors), "sheet": sheet}})
}
