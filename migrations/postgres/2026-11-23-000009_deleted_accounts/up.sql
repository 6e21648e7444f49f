-- What deleted accounts left, until it is cleared away; what one user wrote, whatever became of it.
-- The SQLite migration of this name makes the same tables; a test compares them.

CREATE TABLE departures (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    -- Whether what he wrote goes too.
    erase BOOLEAN NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX posts_of_author ON posts (author_id, created_at, id);
CREATE INDEX comments_of_author ON comments (author_id, created_at, id);
