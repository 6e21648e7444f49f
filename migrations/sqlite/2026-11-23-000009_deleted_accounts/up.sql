-- What deleted accounts left, until it is cleared away; what one user wrote, whatever became of it.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

CREATE TABLE departures (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    -- Whether what he wrote goes too.
    erase BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX posts_of_author ON posts (author_id, created_at, id);
CREATE INDEX comments_of_author ON comments (author_id, created_at, id);
