-- Why: whoever works for a meal comes when it suits them and the kitchen, not all of them at one minute.
-- +goose Up
-- so many minutes before the shift begins, and below zero after it, as it moves; NULL: when those on it come
ALTER TABLE standing_assignments ADD COLUMN early int CHECK (early BETWEEN -480 AND 240);
ALTER TABLE assignments ADD COLUMN early int CHECK (early BETWEEN -480 AND 240);
