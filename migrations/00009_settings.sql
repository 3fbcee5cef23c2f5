-- Why: what a community is like is set from its secretary's phone or from a file, and no longer stands in the code.
-- +goose Up
ALTER TABLE communities
    ADD COLUMN emergency    jsonb NOT NULL DEFAULT '{}', -- kind of danger → number to call, where it differs from the country's
    ADD COLUMN role_names   jsonb NOT NULL DEFAULT '{}', -- role → language → what it is called here
    ADD COLUMN danger_words jsonb NOT NULL DEFAULT '{}'; -- kind of danger → {"rings": [words], "asks": [words]}, beside those that everybody knows

CREATE TABLE kinds (
    community_id bigint NOT NULL REFERENCES communities (id),
    code         text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,19}$'),
    place        int NOT NULL,                -- in the order in which they are offered
    due_hours    int NOT NULL CHECK (due_hours BETWEEN 1 AND 2000),
    names        jsonb NOT NULL DEFAULT '{}', -- language → what it is called here; without one it has the bot's own word
    offered      boolean NOT NULL DEFAULT true,
    PRIMARY KEY (community_id, code)
);
INSERT INTO kinds (community_id, code, place, due_hours)
SELECT c.id, k.code, k.place, k.due_hours
FROM communities c, (VALUES
    ('lamp', 1, 72), ('road', 2, 72), ('water', 3, 24), ('power', 4, 24), ('gas', 5, 24), ('lift', 6, 24), ('leak', 7, 24), ('rubbish', 8, 72),
    ('drain', 9, 72), ('tree', 10, 72), ('ads', 11, 72), ('noise', 12, 72), ('parking', 13, 72), ('animals', 14, 72), ('neighbours', 15, 72), ('other', 16, 72)
) AS k (code, place, due_hours);
