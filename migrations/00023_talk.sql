-- Why: who brought a case and who sees to it talk through the bot, staff write what they alone read, and what is said can be put otherwise.
-- +goose Up
CREATE TABLE case_said (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    case_id      bigint NOT NULL,
    key          text NOT NULL CHECK (key <> ''), -- of the message that said it: a second one adds nothing
    side         text NOT NULL CHECK (side IN ('home', 'staff', 'among')),
    person_id    bigint NOT NULL,
    words        text NOT NULL CHECK (char_length(words) <= 1000),
    media        jsonb NOT NULL DEFAULT '[]', -- pictures, videos and voice messages as Telegram keeps them
    at           timestamptz NOT NULL,
    changed_at   timestamptz, -- its words are not the first
    PRIMARY KEY (community_id, id),
    UNIQUE (community_id, case_id, key),
    CHECK (words <> '' OR media <> '[]'),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id)
);
CREATE INDEX case_said_case ON case_said (community_id, case_id, id);
CREATE INDEX case_said_key ON case_said (community_id, key);

-- a message that says something keeps its words when the card of the case is drawn again
ALTER TABLE case_cards ADD COLUMN says boolean NOT NULL DEFAULT false;

-- to which of the bot's messages somebody answers
CREATE INDEX outbox_message ON outbox (community_id, person_id, message_id) WHERE message_id <> 0;
