-- Why: whoever keeps the machine is told when something is wrong with it, once an hour at most whatever the number of processes, and when that is over.
-- +goose Up
CREATE TABLE alarms (
    community_id bigint NOT NULL REFERENCES communities (id),
    cause        text NOT NULL CHECK (cause ~ '^[a-z]{1,20}$'),
    told_at      timestamptz NOT NULL, -- the last time
    figure       bigint NOT NULL,      -- how bad it was then
    over_at      timestamptz,          -- since when it is not so any more
    PRIMARY KEY (community_id, cause),
    CHECK (over_at >= told_at)
);

-- when processes began, in real time by this server's clock: one that begins again and again is in trouble
CREATE TABLE process_starts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL, -- as in processes
    started_at timestamptz NOT NULL
);
CREATE INDEX process_starts_at ON process_starts (started_at);
