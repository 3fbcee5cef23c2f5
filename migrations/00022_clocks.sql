-- Why: a case that nobody takes climbs on, and what is not done in time is said before and after; how soon is set per kind.
-- +goose Up
ALTER TABLE kinds
    ADD COLUMN take_minutes int NOT NULL DEFAULT 120 CHECK (take_minutes BETWEEN 5 AND 3000), -- in which somebody is to take one, while the office works
    ADD COLUMN do_hours     int NOT NULL DEFAULT 168 CHECK (do_hours BETWEEN 1 AND 2000),     -- in which it is to be done
    ADD COLUMN in_duty      boolean NOT NULL DEFAULT false;                                   -- of those only hours count in which the office works
UPDATE kinds SET do_hours = 24 WHERE code IN ('water', 'power', 'gas', 'lift');
UPDATE kinds SET do_hours = 360 WHERE code IN ('road', 'tree', 'neighbours');
UPDATE kinds k SET place = place + 1
WHERE place > (SELECT g.place FROM kinds g WHERE g.community_id = k.community_id AND g.code = 'gas');
INSERT INTO kinds (community_id, code, place, due_hours, do_hours)
SELECT community_id, 'heating', place + 1, 24, 24 FROM kinds WHERE code = 'gas'
ON CONFLICT DO NOTHING;

ALTER TABLE cases
    ADD COLUMN asked_at timestamptz,                 -- since when whoever holds it, or the rung above, is asked to go
    ADD COLUMN urgent_at timestamptz,                -- when it was marked urgent, where it was not from the first
    ADD COLUMN seen_to  timestamptz,                 -- up to when its clocks were seen to
    ADD COLUMN pauses   jsonb NOT NULL DEFAULT '[]'; -- [{"From", "Until"}]: it waited for the resident; one without an end waits
UPDATE cases c SET asked_at = opened_at, seen_to = opened_at, done_by = c.opened_at + coalesce((
    SELECT k.do_hours FROM kinds k WHERE k.community_id = c.community_id AND k.code = c.kind), 168) * interval '1 hour'
WHERE status IN ('open', 'assigned', 'taken');

-- what is to be done, also where it waits for parts: the lists of the morning
DROP INDEX cases_at_work;
CREATE INDEX cases_at_work ON cases (community_id, status, due_at) WHERE status IN ('open', 'assigned', 'taken', 'waiting');

-- what was posted to groups, so that it can say that somebody goes
CREATE TABLE case_posts (
    community_id bigint NOT NULL,
    case_id      bigint NOT NULL,
    key          text NOT NULL, -- of its outbox row
    chat_id      bigint NOT NULL,
    settled_at   timestamptz,
    PRIMARY KEY (community_id, case_id, key),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id)
);
