-- Posts with their bodies and history, comments and replies, likes with their daily quotas, bookmarks.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

-- Narrow on purpose: lists read it and every like and comment rewrites a row, so bodies stand apart.
CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    group_id BIGINT NOT NULL REFERENCES groups (id),
    author_id BIGINT NOT NULL REFERENCES users (id),
    title TEXT NOT NULL,
    -- How the body is written.
    format TEXT NOT NULL CONSTRAINT posts_format_check CHECK (format IN ('html', 'markdown', 'plain')),
    -- The beginning of its text.
    excerpt TEXT NOT NULL,
    -- Visible comments and replies under it; moves with their rows.
    comment_count BIGINT NOT NULL DEFAULT 0,
    -- Its rows in post_likes; moves with them.
    like_count BIGINT NOT NULL DEFAULT 0,
    pinned BOOLEAN NOT NULL DEFAULT FALSE,
    excellent BOOLEAN NOT NULL DEFAULT FALSE,
    locked BOOLEAN NOT NULL DEFAULT FALSE,
    -- HOT_POINTS of the rules: a like is one point, a comment two.
    hot BOOLEAN NOT NULL GENERATED ALWAYS AS (like_count + 2 * comment_count >= 30) STORED,
    -- Goes up with every edit of title or body.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    -- When somebody last wrote it or under it; never goes back. In no index: a like or comment then
    -- changes no indexed column, which keeps it cheap.
    last_activity_at BIGINT NOT NULL,
    deleted_at BIGINT,
    deleted_by BIGINT REFERENCES users (id)
);
CREATE INDEX posts_newest ON posts (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX posts_newest_of_group ON posts (group_id, pinned, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX posts_newest_of_author_in_group ON posts (group_id, author_id, pinned, created_at, id)
    WHERE deleted_at IS NULL;
CREATE INDEX posts_newest_excellent_of_group ON posts (group_id, pinned, created_at, id)
    WHERE excellent AND deleted_at IS NULL;
CREATE INDEX posts_newest_hot_of_group ON posts (group_id, pinned, created_at, id)
    WHERE hot AND deleted_at IS NULL;

CREATE TABLE post_bodies (
    post_id INTEGER PRIMARY KEY NOT NULL REFERENCES posts (id),
    -- As it was written.
    source TEXT NOT NULL,
    -- What is served of it, sanitised.
    html TEXT NOT NULL,
    -- By which version of the sanitising policy.
    policy INTEGER NOT NULL
);

-- What posts were before their edits.
CREATE TABLE post_revisions (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    format TEXT NOT NULL
        CONSTRAINT post_revisions_format_check CHECK (format IN ('html', 'markdown', 'plain')),
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    -- By which version of the sanitising policy.
    policy INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, version)
);
CREATE INDEX post_revisions_newest ON post_revisions (post_id, replaced_at, version);

-- Comments, and the replies under them.
CREATE TABLE comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    -- The comment a reply stands under; it stands under the same post, and under no comment.
    parent_id BIGINT REFERENCES comments (id),
    author_id BIGINT NOT NULL REFERENCES users (id),
    -- Whom a reply answers, if that was said.
    reply_to_id BIGINT REFERENCES users (id),
    body TEXT NOT NULL,
    -- Its rows in comment_likes; moves with them.
    like_count BIGINT NOT NULL DEFAULT 0,
    -- Visible replies under it; moves with their rows.
    reply_count BIGINT NOT NULL DEFAULT 0,
    -- Goes up with every edit.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    deleted_by BIGINT REFERENCES users (id)
);
CREATE INDEX comments_of_post ON comments (post_id, created_at, id) WHERE parent_id IS NULL;
CREATE INDEX comments_replies ON comments (parent_id, created_at, id) WHERE parent_id IS NOT NULL;
CREATE INDEX comments_commenters ON comments (post_id, author_id) WHERE deleted_at IS NULL;

-- What comments said before their edits.
CREATE TABLE comment_revisions (
    comment_id BIGINT NOT NULL REFERENCES comments (id),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (comment_id, version)
);

CREATE TABLE post_likes (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- The day whose quotas it used, in days since 1970 of the policy's time zone.
    day INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, user_id)
);

CREATE TABLE comment_likes (
    comment_id BIGINT NOT NULL REFERENCES comments (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- The day whose quotas it used, in days since 1970 of the policy's time zone.
    day INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (comment_id, user_id)
);

-- How many likes a user gave on a day: to all (author_id 0) and to each author. Nobody can use more than
-- he was allowed: who would, violates the check, and his whole statement is undone.
CREATE TABLE like_quotas (
    user_id BIGINT NOT NULL REFERENCES users (id),
    day INTEGER NOT NULL,
    author_id BIGINT NOT NULL,
    used INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (user_id, day, author_id),
    CONSTRAINT like_quotas_within CHECK (used >= 0 AND used <= allowed)
);
CREATE INDEX like_quotas_oldest ON like_quotas (day);

CREATE TABLE bookmarks (
    user_id BIGINT NOT NULL REFERENCES users (id),
    post_id BIGINT NOT NULL REFERENCES posts (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX bookmarks_newest ON bookmarks (user_id, created_at, post_id);
