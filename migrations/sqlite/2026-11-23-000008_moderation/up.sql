-- Reports of what breaks the rules, and the log of what those who moderate did.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    target_type TEXT NOT NULL CONSTRAINT reports_target_type_check
        CHECK (target_type IN ('post', 'comment', 'question', 'answer', 'answer_reply', 'group', 'user')),
    -- No foreign key: it names rows of several tables.
    target_id BIGINT NOT NULL,
    -- In which group it stands; a group stands in itself.
    group_id BIGINT REFERENCES groups (id),
    -- Who wrote it; a user is his own.
    author_id BIGINT REFERENCES users (id),
    -- NULL: the word filter.
    reporter_id BIGINT REFERENCES users (id),
    reason TEXT NOT NULL CONSTRAINT reports_reason_check
        CHECK (reason IN ('spam', 'abuse', 'illegal', 'sexual', 'off_topic', 'other')),
    detail TEXT,
    status TEXT NOT NULL CONSTRAINT reports_status_check CHECK (status IN ('open', 'resolved')),
    action TEXT CONSTRAINT reports_action_check
        CHECK (action IN ('dismiss', 'remove', 'mute', 'ban', 'suspend')),
    note TEXT,
    -- NULL of a resolved report: an operator.
    resolved_by BIGINT REFERENCES users (id),
    created_at BIGINT NOT NULL,
    -- Set, as is the action, exactly if the report is resolved.
    resolved_at BIGINT
);
CREATE UNIQUE INDEX reports_reporter_key ON reports (reporter_id, target_type, target_id);
CREATE UNIQUE INDEX reports_one_of_filter ON reports (target_type, target_id)
    WHERE reporter_id IS NULL AND status = 'open';
CREATE INDEX reports_of_target ON reports (target_type, target_id, status, id);
CREATE INDEX reports_newest ON reports (created_at, id);
CREATE INDEX reports_newest_by_status ON reports (status, created_at, id);
CREATE INDEX reports_newest_of_group ON reports (group_id, created_at, id);
CREATE INDEX reports_newest_of_group_by_status ON reports (group_id, status, created_at, id);

-- What those who moderate did: written with the deed, and never changed.
CREATE TABLE moderation_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- In which group; NULL: on the whole site.
    group_id BIGINT REFERENCES groups (id),
    -- NULL: an operator.
    actor_id BIGINT REFERENCES users (id),
    action TEXT NOT NULL,
    target_type TEXT NOT NULL CONSTRAINT moderation_log_target_type_check
        CHECK (target_type IN ('post', 'comment', 'question', 'answer', 'answer_reply', 'group', 'user')),
    target_id BIGINT NOT NULL,
    note TEXT,
    -- How long a mute, ban or suspension lasts; NULL: for good, or lifted.
    until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX moderation_log_newest ON moderation_log (created_at, id);
CREATE INDEX moderation_log_newest_of_group ON moderation_log (group_id, created_at, id);
