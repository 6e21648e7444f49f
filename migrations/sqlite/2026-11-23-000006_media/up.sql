-- Where uploaded files are used.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.

-- Media that stand in texts, of now or of an older version. No foreign keys: a text that is written must
-- not wait for a row of media longer than it looks for it.
CREATE TABLE media_uses (
    media_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    PRIMARY KEY (media_id, subject, subject_id)
);
-- What a text shows.
CREATE INDEX media_uses_of_subject ON media_uses (subject, subject_id);

-- Whose cover a file is.
CREATE INDEX groups_cover ON groups (cover_key) WHERE cover_key IS NOT NULL;
-- What is old enough to be swept.
CREATE INDEX media_oldest ON media (created_at);
