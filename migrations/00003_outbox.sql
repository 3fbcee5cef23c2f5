-- Why: what must reach a person, or be done at a time, is committed together with what caused it.
-- +goose Up
CREATE TABLE outbox (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    key          text NOT NULL CHECK (key <> ''),
    person_id    bigint NOT NULL,           -- 0: nobody, a job that the bot does itself
    subject      text NOT NULL,             -- order holds per (person, subject); '': none
    topic        text NOT NULL CHECK (topic <> ''),
    args         jsonb NOT NULL,            -- ids and codes, never words of people
    urgency      smallint NOT NULL CHECK (urgency BETWEEN 0 AND 3),
    due_at       timestamptz NOT NULL,
    edits        text NOT NULL,             -- the key of the row whose message this one changes; '': a new message
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN
        ('waiting', 'claimed', 'sent', 'done', 'failed', 'uncertain', 'withdrawn', 'skipped')),
    held         boolean NOT NULL DEFAULT false, -- put off after a try: holds back its own lane
    claims       int NOT NULL DEFAULT 0,    -- raised by every claim: who finishes late is told by it
    attempts     int NOT NULL DEFAULT 0,    -- tries that count
    copies       int NOT NULL DEFAULT 0,    -- of these, messages that may have arrived
    attempting   boolean NOT NULL DEFAULT false, -- the call may be under way
    worker       text NOT NULL DEFAULT '',
    lease_until  timestamptz,               -- real time, by this server's clock
    message_id   bigint NOT NULL DEFAULT 0,
    form         text NOT NULL DEFAULT '',
    reason       text NOT NULL DEFAULT '',
    settled_at   timestamptz,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, key),
    CHECK (edits <> key)
);

CREATE INDEX outbox_open ON outbox (due_at) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_lane ON outbox (community_id, person_id, subject, id) WHERE state IN ('waiting', 'claimed');
-- two workers that look at the same moment cannot both take from a lane
CREATE UNIQUE INDEX outbox_one_of_lane ON outbox (community_id, person_id, subject)
    WHERE state = 'claimed' AND person_id <> 0 AND subject <> '';
