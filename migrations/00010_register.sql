-- Why: a household has a door, a person more than a name; who is away, in hospital, has moved, died or left is asked and told nothing.
-- +goose Up
CREATE TABLE households (
    community_id bigint NOT NULL REFERENCES communities (id),
    id           bigint GENERATED ALWAYS AS IDENTITY,
    building_id  bigint NOT NULL,
    entrance     int CHECK (entrance BETWEEN 1 AND 99),
    floor        int CHECK (floor BETWEEN -9 AND 199),
    flat         text NOT NULL CHECK (char_length(flat) BETWEEN 1 AND 12),
    door_notes   text NOT NULL DEFAULT '' CHECK (char_length(door_notes) <= 200),
    PRIMARY KEY (community_id, id),
    UNIQUE NULLS NOT DISTINCT (community_id, building_id, entrance, flat),
    FOREIGN KEY (community_id, building_id) REFERENCES buildings (community_id, id)
);

ALTER TABLE persons
    ADD COLUMN household_id   bigint,
    ADD COLUMN languages      text[] NOT NULL DEFAULT '{}', -- that they speak beside the one they are written to in
    ADD COLUMN tags           text[] NOT NULL DEFAULT '{}'
        CHECK (tags <@ ARRAY['alone', 'hearing', 'sight', 'walking', 'disabled', 'memory']),
    ADD COLUMN initials       text NOT NULL DEFAULT '',     -- of the name, as they are typed to find it: wxl for 王秀兰
    ADD COLUMN presence       text NOT NULL DEFAULT 'here'
        CHECK (presence IN ('here', 'away', 'hospital', 'moved', 'died', 'left')),
    ADD COLUMN presence_until date,                         -- away until then, the day of the return; NULL: nobody knows
    ADD COLUMN merged_into    bigint,                       -- the person that this row turned out to be
    ADD FOREIGN KEY (community_id, household_id) REFERENCES households (community_id, id),
    ADD FOREIGN KEY (community_id, merged_into) REFERENCES persons (community_id, id),
    ADD CHECK (presence_until IS NULL OR presence IN ('away', 'hospital')),
    ADD CHECK (merged_into IS NULL OR telegram IS NULL);

INSERT INTO households (community_id, building_id, entrance, flat)
SELECT DISTINCT community_id, building_id, entrance, flat FROM persons WHERE building_id IS NOT NULL AND flat <> '';
UPDATE persons p SET household_id = h.id
FROM households h
WHERE h.community_id = p.community_id AND h.building_id = p.building_id AND h.entrance IS NOT DISTINCT FROM p.entrance AND h.flat = p.flat;

CREATE INDEX persons_household ON persons (community_id, household_id) WHERE household_id IS NOT NULL;
CREATE INDEX persons_home ON persons (community_id, building_id, entrance);
CREATE INDEX persons_initials ON persons (community_id, initials text_pattern_ops);
CREATE INDEX persons_phone ON persons (community_id, right(phone, 4)) WHERE phone <> '';
