-- Why: what nobody answers for is looked at on the spot, what matters is looked at again weeks later, and who gets no messages is told by phone; each is a row with somebody's name.
-- +goose Up
CREATE TABLE case_visits ( -- whether it held: the bot asks, or somebody goes there
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    case_id      bigint NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('silence', 'key', 'body')),
    due_at       timestamptz NOT NULL,
    person_id    bigint,      -- on whose list it stands; NULL: its day has not come, or the bot asks first
    asked_at     timestamptz, -- the resident was asked by the bot
    late_at      timestamptz, -- when it goes to another, or who is in charge hears that nobody went
    tried        int NOT NULL DEFAULT 0 CHECK (tried >= 0), -- so often nobody was there before
    outcome      text NOT NULL DEFAULT '' CHECK (outcome IN (
        '', 'held', 'half', 'not_fixed', 'seen', 'nobody', 'done_there', 'ask_again', 'answered')),
    ended_at     timestamptz,
    ended_by     bigint,      -- NULL: the resident said so, or it was needed no more
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    FOREIGN KEY (community_id, ended_by) REFERENCES persons (community_id, id),
    CHECK ((outcome = '') = (ended_at IS NULL)),
    CHECK (ended_by IS NULL OR ended_at IS NOT NULL)
);
-- of each case there is one at a time
CREATE UNIQUE INDEX case_visits_open ON case_visits (community_id, case_id) WHERE ended_at IS NULL;
CREATE INDEX case_visits_list ON case_visits (community_id, person_id, due_at) WHERE ended_at IS NULL;
CREATE INDEX case_visits_day ON case_visits (community_id, due_at) WHERE ended_at IS NULL;
CREATE INDEX case_visits_case ON case_visits (community_id, case_id, id);

CREATE TABLE case_calls ( -- whom no message reaches is told by phone how it stands: one line a case, the newest news
    community_id bigint NOT NULL,
    case_id      bigint NOT NULL,
    since        timestamptz NOT NULL, -- of the news
    tries        int NOT NULL DEFAULT 0 CHECK (tries >= 0), -- so often nobody answered
    tried_at     timestamptz,
    told_at      timestamptz,
    told_by      bigint,
    PRIMARY KEY (community_id, case_id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, told_by) REFERENCES persons (community_id, id),
    CHECK ((told_at IS NULL) = (told_by IS NULL))
);
CREATE INDEX case_calls_open ON case_calls (community_id, since) WHERE told_at IS NULL;

-- a word about what held is no word about what is left
ALTER TABLE case_media DROP CONSTRAINT case_media_stage_check,
    ADD CONSTRAINT case_media_stage_check CHECK (stage IN ('before', 'progress', 'after', 'left', 'answer', 'against', 'refused', 'word'));
ALTER TABLE case_notes DROP CONSTRAINT case_notes_stage_check,
    ADD CONSTRAINT case_notes_stage_check CHECK (stage IN ('before', 'progress', 'after', 'left', 'answer', 'against', 'refused', 'word'));

-- what was reported done before waits for a word too: it is asked once more like all others
INSERT INTO outbox (community_id, key, person_id, subject, topic, args, urgency, due_at, edits)
SELECT community_id, 'case:' || id || ':silence:0', 0, '', 'case.silence', jsonb_build_object('case', id), 1, done_at + interval '3 days', ''
FROM cases WHERE status = 'done';
