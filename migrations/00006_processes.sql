-- Why: several processes may serve one community, and each chat's updates belong to one that lives.
-- +goose Up
CREATE TABLE processes (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL,
    seen_at timestamptz NOT NULL -- real time, by this server's clock
);

-- A process lives while it holds its lock (class 0x6c696e6c, 'linl') and says so.
-- The lock goes with its connection, at once where the process was killed; when
-- the server itself has just come back, it waits a little for its processes.
CREATE VIEW living AS
    SELECT p.id, p.name FROM processes p
    WHERE p.seen_at > now() - interval '20 seconds'
        AND (p.seen_at < pg_postmaster_start_time() AND pg_postmaster_start_time() > now() - interval '10 seconds'
            OR EXISTS (SELECT FROM pg_locks l
                WHERE l.locktype = 'advisory' AND l.classid = 1818848876 AND l.objid = p.id AND l.objsubid = 2 AND l.granted
                    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())));

ALTER TABLE inbox
    ADD COLUMN owner bigint NOT NULL DEFAULT 0,       -- the process that works through it; 0: nobody's yet
    ADD COLUMN losses int NOT NULL DEFAULT 0,         -- processes that ended while it may have been under way
    ADD COLUMN alone int NOT NULL DEFAULT 0;          -- times it was the only one its process worked at
DROP INDEX inbox_open;
CREATE INDEX inbox_open ON inbox (community_id, chat_id, id) WHERE done_at IS NULL AND parked_at IS NULL;
CREATE INDEX inbox_parked ON inbox (community_id, id) WHERE parked_at IS NOT NULL;
