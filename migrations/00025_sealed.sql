-- Why: what is private is heard from two sides apart, ends in words that both sign, and a complaint about the office has somebody outside of it.
-- +goose Up
ALTER TABLE communities ADD COLUMN outside_body text NOT NULL DEFAULT '' CHECK (char_length(outside_body) <= 60); -- its name and number

INSERT INTO kinds (community_id, code, place, due_hours, do_hours)
SELECT o.community_id, k.code, o.place, 72, 360
FROM kinds o, (VALUES ('complaint'), ('family')) AS k (code)
WHERE o.code = 'other' -- beside it, the code decides: it stays last
ON CONFLICT DO NOTHING;

ALTER TABLE cases
    ADD COLUMN other_id bigint, -- the other side of a quarrel
    ADD FOREIGN KEY (community_id, other_id) REFERENCES persons (community_id, id),
    ADD CONSTRAINT cases_two_sides CHECK (other_id IS NULL OR other_id <> for_id AND private <> ''),
    ADD CONSTRAINT cases_heard_by_a_third CHECK (holder_id <> other_id);
CREATE INDEX cases_other ON cases (community_id, other_id) WHERE other_id IS NOT NULL;

-- what one side and whoever hears both said to one another, and when they met
CREATE TABLE case_hearings (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    case_id      bigint NOT NULL,
    side         int NOT NULL CHECK (side BETWEEN 0 AND 2), -- 0: both together
    person_id    bigint NOT NULL,                           -- whose words they are
    met          text NOT NULL DEFAULT '' CHECK (met IN ('', 'door', 'phone', 'office')), -- '': it was said through the bot
    words        text NOT NULL CHECK (char_length(words) <= 1000),
    media        jsonb NOT NULL DEFAULT '[]',
    at           timestamptz NOT NULL,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, person_id) REFERENCES persons (community_id, id),
    CHECK (side <> 0 OR met <> '')
);
CREATE INDEX case_hearings_of ON case_hearings (community_id, case_id, id);

-- what both sides are to agree to: of a case, the newest counts
CREATE TABLE case_agreements (
    community_id bigint NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    case_id      bigint NOT NULL,
    words        text NOT NULL CHECK (char_length(words) BETWEEN 1 AND 600),
    kept_on      date NOT NULL, -- when both are asked whether it was kept
    written_by   bigint NOT NULL,
    written_at   timestamptz NOT NULL,
    one_said     boolean, -- whether the one side agrees; NULL: not said yet
    other_said   boolean,
    one_kept     boolean, -- whether the one side says that it was kept
    other_kept   boolean,
    PRIMARY KEY (community_id, id),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, written_by) REFERENCES persons (community_id, id)
);
CREATE INDEX case_agreements_of ON case_agreements (community_id, case_id, id);

-- the way in for the other side
CREATE TABLE case_side_links (
    community_id bigint NOT NULL,
    token_hash   bytea NOT NULL,
    case_id      bigint NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_by      bigint,
    PRIMARY KEY (community_id, token_hash),
    FOREIGN KEY (community_id, case_id) REFERENCES cases (community_id, id),
    FOREIGN KEY (community_id, used_by) REFERENCES persons (community_id, id)
);
CREATE INDEX case_side_links_of ON case_side_links (community_id, case_id);
