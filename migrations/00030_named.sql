-- Why: a member can be named for kinds of problems, and is asked first for these; none named is for everything.
-- +goose Up
ALTER TABLE person_roles
    ADD COLUMN kinds text[] NOT NULL DEFAULT '{}', -- codes; it ends with the role
    ADD CHECK (role = 'member' OR kinds = '{}');
