-- Why: a group chat belongs to a community, to some of its buildings and to a purpose, or the bot leaves it.
-- +goose Up
CREATE TABLE groups (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    chat_id      bigint NOT NULL CHECK (chat_id < 0),
    title        text NOT NULL DEFAULT '' CHECK (char_length(title) <= 128),
    added_by     bigint,          -- a person; NULL: somebody whom nobody knows
    added_at     timestamptz NOT NULL,
    leave_at     timestamptz,     -- when the bot leaves it unless somebody says what it is for
    waits        int NOT NULL DEFAULT 1, -- how often it began to wait for that
    purpose      text NOT NULL DEFAULT '' CHECK (purpose IN ('', 'residents', 'duty', 'kitchen', 'childcare', 'volunteers')), -- '': nobody claimed it
    buildings    bigint[] NOT NULL DEFAULT '{}', -- '{}': all
    posts        text[] NOT NULL DEFAULT '{}',   -- kinds of what is posted there
    language     text NOT NULL DEFAULT '' CHECK (language = '' OR language ~ '^[a-z]{2,3}$'), -- '': the community's
    topic_id     bigint NOT NULL DEFAULT 0,      -- of a forum; 0: the general one
    tied_by      bigint,
    tied_at      timestamptz,
    silent_since timestamptz,     -- the bot may not write there
    left_at      timestamptz,     -- the bot is no longer there
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, chat_id),
    FOREIGN KEY (community_id, added_by) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, tied_by) REFERENCES persons (community_id, id),
    CHECK ((purpose = '') = (tied_at IS NULL)),
    CHECK ((purpose = '') = (leave_at IS NOT NULL)),
    CHECK ((tied_by IS NULL) = (tied_at IS NULL))
);
