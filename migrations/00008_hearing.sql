-- Why: after an outage in which Telegram dropped people's taps, open questions are asked again.
-- +goose Up
CREATE TABLE hearing (
    community_id bigint PRIMARY KEY REFERENCES communities (id),
    heard_at     timestamptz NOT NULL -- real time, by this server's clock
);
