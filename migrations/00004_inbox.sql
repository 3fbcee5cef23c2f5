-- Why: what came from Telegram is committed before it is acknowledged, so that a crash loses none of it.
-- +goose Up
CREATE TABLE inbox (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY, -- rises per chat in the order of arrival
    update_id    bigint,                     -- NULL: so old that Telegram may use the id again
    chat_id      bigint NOT NULL,
    body         bytea NOT NULL,             -- as it came: jsonb refuses an escaped NUL, text refuses broken UTF-8; '' once it is done
    received_at  timestamptz NOT NULL,
    tries        int NOT NULL DEFAULT 0,
    cause        text NOT NULL DEFAULT '',   -- of the last failure
    done_at      timestamptz,
    parked_at    timestamptz,
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, update_id)
);

CREATE INDEX inbox_open ON inbox (community_id, id) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;
