-- Why: at night nothing but what is urgent reaches people; what waits for the morning is kept, and what a day may bring them is counted.
-- +goose Up
ALTER TABLE outbox
    DROP CONSTRAINT outbox_state_check,
    ADD CONSTRAINT outbox_state_check CHECK (state IN
        ('waiting', 'kept', 'claimed', 'sent', 'done', 'failed', 'uncertain', 'withdrawn', 'skipped')),
    ADD COLUMN sounds text NOT NULL DEFAULT '' -- what was decided of it: 'aloud' and 'silent' are counted, 'asked' is what its reader tapped for
        CHECK (sounds IN ('', 'aloud', 'silent', 'asked')),
    ADD COLUMN digest bigint NOT NULL DEFAULT 0; -- which one told of it; 0: none yet
CREATE INDEX outbox_kept ON outbox (community_id, person_id, id) WHERE state = 'kept';
CREATE INDEX outbox_digest ON outbox (community_id, person_id, digest, id) WHERE digest <> 0;

-- what somebody was told on the last day on which they were told anything
CREATE TABLE heard (
    community_id bigint NOT NULL,
    person_id    bigint NOT NULL,
    day          date NOT NULL,                                     -- in the community's zone
    sounding     int NOT NULL DEFAULT 0 CHECK (sounding >= 0),      -- messages that made a sound
    unasked      int NOT NULL DEFAULT 0 CHECK (unasked >= 0),       -- messages that they had not asked for
    PRIMARY KEY (community_id, person_id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);
