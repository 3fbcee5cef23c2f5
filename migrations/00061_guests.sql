-- Why: the kitchen cooks for others than those who order, as for children, and is told once what changed of them.
-- +goose Up
ALTER TABLE lunch_days
    ADD COLUMN guests int NOT NULL DEFAULT 0 CHECK (guests >= 0), -- on the newest sheet
    ADD COLUMN first_guests int CHECK (first_guests >= 0);        -- on the first one
