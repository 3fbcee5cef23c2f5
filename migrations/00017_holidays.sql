-- Why: which days are holidays, and which are worked to make up for them, is decreed anew every year.
-- +goose Up
CREATE TABLE holidays (
    community_id bigint NOT NULL REFERENCES communities (id),
    year         int NOT NULL,   -- whose list says so: a list is loaded whole
    from_day     date NOT NULL,
    until_day    date NOT NULL,  -- the last one
    what         text NOT NULL CHECK (what IN ('off', 'work')),
    name         text NOT NULL,
    PRIMARY KEY (community_id, year, from_day),
    CHECK (from_day <= until_day),
    CHECK (from_day >= make_date(year - 1, 12, 1) AND until_day <= make_date(year + 1, 1, 31)),
    CONSTRAINT holidays_not_twice EXCLUDE USING gist (
        int8range(community_id, community_id, '[]') WITH &&, int4range(year, year, '[]') WITH &&,
        daterange(from_day, until_day, '[]') WITH &&)
);
