-- Why: rows can be for groups, what cannot be drawn is parked, and a claim looks at the heads of what is due and never at what waits or is over.
-- +goose Up
ALTER TABLE outbox
    ADD COLUMN chat_id bigint NOT NULL DEFAULT 0 CHECK (chat_id <= 0), -- of a group at Telegram; 0: none
    ADD COLUMN faults int NOT NULL DEFAULT 0,                          -- tries that failed by our own fault
    ADD COLUMN aside boolean NOT NULL DEFAULT false,                   -- it waits behind another among many, and no claim looks at it
    ADD CHECK (person_id = 0 OR chat_id = 0);

-- what was withdrawn counts as over from when it was due
UPDATE outbox SET settled_at = due_at WHERE settled_at IS NULL AND state NOT IN ('waiting', 'claimed');

DROP INDEX outbox_open, outbox_lane, outbox_one_of_lane;
CREATE INDEX outbox_lane ON outbox (community_id, person_id, chat_id, subject, id) WHERE state IN ('waiting', 'claimed');
-- two workers that look at the same moment cannot both take from a lane
CREATE UNIQUE INDEX outbox_one_of_lane ON outbox (community_id, person_id, chat_id, subject)
    WHERE state = 'claimed' AND (person_id <> 0 OR chat_id <> 0) AND subject <> '';

-- what may be claimed, in the order in which it is
CREATE INDEX outbox_messages ON outbox (community_id, urgency, due_at, id)
    WHERE state = 'waiting' AND NOT aside AND (person_id <> 0 OR chat_id <> 0);
CREATE INDEX outbox_aside ON outbox (community_id) WHERE state = 'waiting' AND aside;
CREATE INDEX outbox_jobs ON outbox (community_id, due_at, id) WHERE state = 'waiting' AND person_id = 0 AND chat_id = 0;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'waiting';
CREATE INDEX outbox_in_hand ON outbox (community_id, id) WHERE state = 'claimed';

-- what is over: by age, and with what else its subject holds
CREATE INDEX outbox_over ON outbox (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX outbox_subject ON outbox (community_id, subject) WHERE subject <> '';
CREATE INDEX outbox_troubles ON outbox (community_id, id) WHERE state IN ('failed', 'uncertain');
