-- Why: a community has hours in which its office works, and everybody hours in which nothing but what is urgent makes a sound.
-- +goose Up
ALTER TABLE communities -- minutes of the day, in the community's zone
    ADD COLUMN duty_from   int NOT NULL DEFAULT 480 CHECK (duty_from BETWEEN 0 AND 1439),
    ADD COLUMN duty_until  int NOT NULL DEFAULT 1080 CHECK (duty_until BETWEEN 0 AND 1439),
    ADD COLUMN quiet_from  int NOT NULL DEFAULT 1230 CHECK (quiet_from BETWEEN 0 AND 1439),
    ADD COLUMN quiet_until int NOT NULL DEFAULT 450 CHECK (quiet_until BETWEEN 0 AND 1439), -- the same as from: never
    ADD CHECK (duty_from < duty_until);
ALTER TABLE persons
    ADD COLUMN quiet_from  int CHECK (quiet_from BETWEEN 0 AND 1439), -- NULL: as the community has it
    ADD COLUMN quiet_until int CHECK (quiet_until BETWEEN 0 AND 1439),
    ADD CHECK ((quiet_from IS NULL) = (quiet_until IS NULL));
