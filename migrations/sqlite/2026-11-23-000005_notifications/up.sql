-- What users are told: a feed for each, and what stands in it.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

-- The numbers of what a user is shown. Whoever changes something of it holds this row.
CREATE TABLE notification_feeds (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    -- Goes up with every change; what is new or changed bears the number that it then had.
    seq BIGINT NOT NULL,
    -- When it last went up, in the database's time.
    changed_at BIGINT NOT NULL
);
CREATE INDEX notification_feeds_changed ON notification_feeds (changed_at);

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN (
        'post_commented', 'comment_replied', 'post_liked', 'comment_liked',
        'answer_liked', 'question_answered', 'answer_replied', 'answer_accepted',
        'mentioned', 'join_requested', 'join_approved', 'join_refused',
        'role_changed', 'content_removed', 'system')),
    -- The fact that it is about, such as 'comment:12': each is told to each once.
    about TEXT NOT NULL,
    seq BIGINT NOT NULL,
    -- Where it leads, and what must be there and readable for it to be shown. No foreign keys: what goes must
    -- not wait for who was told of it.
    group_id BIGINT,
    post_id BIGINT,
    comment_id BIGINT,
    -- The comment or reply that says something to him.
    said_id BIGINT,
    question_id BIGINT,
    answer_id BIGINT,
    answer_reply_id BIGINT,
    join_request_id BIGINT,
    -- A role, or what the site says.
    text TEXT,
    -- Who did it; of those who like something the last three.
    actor_id BIGINT REFERENCES users (id),
    second_actor_id BIGINT REFERENCES users (id),
    third_actor_id BIGINT REFERENCES users (id),
    -- How many did it.
    actor_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE UNIQUE INDEX notifications_fact_key ON notifications (user_id, kind, about);
CREATE INDEX notifications_newest ON notifications (user_id, seq);
CREATE INDEX notifications_unread ON notifications (user_id, seq) WHERE read_at IS NULL;
CREATE INDEX notifications_about ON notifications (about);
CREATE INDEX notifications_of_post ON notifications (post_id) WHERE post_id IS NOT NULL AND read_at IS NULL;
CREATE INDEX notifications_of_question ON notifications (question_id)
    WHERE question_id IS NOT NULL AND read_at IS NULL;
CREATE INDEX notifications_oldest ON notifications (created_at);

-- Who likes what a merged notification is about, as far as its receiver is told.
CREATE TABLE notification_actors (
    notification_id BIGINT NOT NULL REFERENCES notifications (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (notification_id, user_id)
);
CREATE INDEX notification_actors_last ON notification_actors (notification_id, created_at, user_id);

-- The kinds that a user does not want to be told of.
CREATE TABLE notification_mutes (
    user_id BIGINT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    PRIMARY KEY (user_id, kind)
);
