-- Why: the kitchen cooks for others than those who order, as for children, and is told once what changed of them.
-- +goose Up
-- of each guest a mark: the diets, and behind a slash what tells one word from another; '' for who eats everything
ALTER TABLE lunch_days
    ADD COLUMN guests text[] NOT NULL DEFAULT '{}', -- on the newest sheet
    ADD COLUMN first_guests text[];                 -- on the first one
