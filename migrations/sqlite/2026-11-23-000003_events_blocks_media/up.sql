-- Events that wait to be handled, users who blocked users, uploaded files.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

-- What happened and must be followed by something: written with the fact, gone once it is handled.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    verb TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    -- Who did it, or whom it happened to. No foreign key: a user who goes must not wait for it.
    user_id BIGINT,
    created_at BIGINT NOT NULL,
    -- Somebody handles it until then.
    leased_until BIGINT,
    -- How often it was leased.
    attempts INTEGER NOT NULL DEFAULT 0
);

-- Who wants to hear nothing of whom.
CREATE TABLE blocks (
    user_id BIGINT NOT NULL REFERENCES users (id),
    blocked_id BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
);
CREATE INDEX blocks_newest ON blocks (user_id, created_at, blocked_id);

-- Images that were uploaded; the files stand in the media storage, named by their keys.
CREATE TABLE media (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- Random, part of the file's address.
    key TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES users (id),
    -- For whose members it is; NULL for everybody.
    group_id BIGINT REFERENCES groups (id),
    content_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    byte_size BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX media_key_key ON media (key);
CREATE INDEX media_newest_of_owner ON media (owner_id, created_at, id);
