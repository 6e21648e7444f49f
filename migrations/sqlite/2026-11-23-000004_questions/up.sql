-- Questions with their images, bodies and history, answers and the replies under them, likes of answers.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

-- Narrow on purpose: lists read it and every answer rewrites a row, so bodies stand apart.
CREATE TABLE questions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES users (id),
    -- One of the configured ones when it was asked.
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    -- How the body is written.
    format TEXT NOT NULL CONSTRAINT questions_format_check CHECK (format IN ('html', 'markdown', 'plain')),
    -- The beginning of its text.
    excerpt TEXT NOT NULL,
    -- Visible answers to it; moves with their rows.
    answer_count BIGINT NOT NULL DEFAULT 0,
    unanswered BOOLEAN NOT NULL GENERATED ALWAYS AS (answer_count = 0) STORED,
    -- Goes up with every edit of what the asker wrote.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    -- When somebody last wrote it or under it; never goes back. In no index.
    last_activity_at BIGINT NOT NULL,
    deleted_at BIGINT,
    deleted_by BIGINT REFERENCES users (id)
);
CREATE INDEX questions_newest ON questions (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX questions_newest_of_category ON questions (category, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX questions_of_author ON questions (author_id, created_at, id);
CREATE INDEX questions_newest_unanswered ON questions (created_at, id)
    WHERE unanswered AND deleted_at IS NULL;
CREATE INDEX questions_newest_unanswered_of_category ON questions (category, created_at, id)
    WHERE unanswered AND deleted_at IS NULL;

CREATE TABLE question_bodies (
    question_id INTEGER PRIMARY KEY NOT NULL REFERENCES questions (id),
    -- As it was written.
    source TEXT NOT NULL,
    -- What is served of it, sanitised.
    html TEXT NOT NULL,
    -- By which version of the sanitising policy.
    policy INTEGER NOT NULL
);

-- What questions were before their edits.
CREATE TABLE question_revisions (
    question_id BIGINT NOT NULL REFERENCES questions (id),
    version BIGINT NOT NULL,
    category TEXT NOT NULL,
    title TEXT NOT NULL,
    format TEXT NOT NULL
        CONSTRAINT question_revisions_format_check CHECK (format IN ('html', 'markdown', 'plain')),
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    -- By which version of the sanitising policy.
    policy INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (question_id, version)
);

-- The images of questions, in their order. One whose upload is deleted goes with it.
CREATE TABLE question_images (
    question_id BIGINT NOT NULL REFERENCES questions (id),
    place INTEGER NOT NULL,
    media_id BIGINT NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    PRIMARY KEY (question_id, place)
);
CREATE INDEX question_images_of_media ON question_images (media_id);

CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    question_id BIGINT NOT NULL REFERENCES questions (id),
    author_id BIGINT NOT NULL REFERENCES users (id),
    -- How the body is written.
    format TEXT NOT NULL CONSTRAINT answers_format_check CHECK (format IN ('html', 'markdown', 'plain')),
    -- The beginning of its text.
    excerpt TEXT NOT NULL,
    -- The asker accepted it: at most one of a question.
    accepted BOOLEAN NOT NULL DEFAULT FALSE,
    -- Its rows in answer_likes; moves with them.
    like_count BIGINT NOT NULL DEFAULT 0,
    -- Visible replies under it; moves with their rows.
    reply_count BIGINT NOT NULL DEFAULT 0,
    -- Goes up with every edit of the body.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    deleted_by BIGINT REFERENCES users (id)
);
CREATE INDEX answers_of_question ON answers (question_id, accepted, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX answers_of_author ON answers (author_id, created_at, id);
CREATE UNIQUE INDEX answers_accepted_key ON answers (question_id) WHERE accepted;

CREATE TABLE answer_bodies (
    answer_id INTEGER PRIMARY KEY NOT NULL REFERENCES answers (id),
    -- As it was written.
    source TEXT NOT NULL,
    -- What is served of it, sanitised.
    html TEXT NOT NULL,
    -- By which version of the sanitising policy.
    policy INTEGER NOT NULL
);

-- What answers were before their edits.
CREATE TABLE answer_revisions (
    answer_id BIGINT NOT NULL REFERENCES answers (id),
    version BIGINT NOT NULL,
    format TEXT NOT NULL
        CONSTRAINT answer_revisions_format_check CHECK (format IN ('html', 'markdown', 'plain')),
    source TEXT NOT NULL,
    html TEXT NOT NULL,
    -- By which version of the sanitising policy.
    policy INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (answer_id, version)
);

CREATE TABLE answer_likes (
    answer_id BIGINT NOT NULL REFERENCES answers (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- The day whose quotas it used, in days since 1970 of the policy's time zone.
    day INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (answer_id, user_id)
);

-- Replies under answers.
CREATE TABLE answer_replies (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    answer_id BIGINT NOT NULL REFERENCES answers (id),
    author_id BIGINT NOT NULL REFERENCES users (id),
    -- Whom it answers, if that was said.
    reply_to_id BIGINT REFERENCES users (id),
    body TEXT NOT NULL,
    -- Goes up with every edit.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    deleted_by BIGINT REFERENCES users (id)
);
CREATE INDEX answer_replies_of_author ON answer_replies (author_id, created_at, id);
CREATE INDEX answer_replies_of_answer ON answer_replies (answer_id, created_at, id);

-- What replies said before their edits.
CREATE TABLE answer_reply_revisions (
    reply_id BIGINT NOT NULL REFERENCES answer_replies (id),
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL,
    PRIMARY KEY (reply_id, version)
);
