-- What can be found, by its words.
-- The SQLite migration of this name makes the same table of documents; a test compares them. The words stand
-- in tables that differ: here as vectors with inverted indexes.

-- Which entries the index has.
CREATE TABLE search_documents (
    -- What it is: post, group, user, ...
    kind TEXT NOT NULL,
    -- Its id. No foreign key: an entry follows its subject a moment later.
    subject_id BIGINT NOT NULL,
    -- The version of its content that the words are of.
    version BIGINT NOT NULL,
    -- Which scheme of words; 0: to be made anew.
    scheme INTEGER NOT NULL,
    PRIMARY KEY (kind, subject_id)
);

-- The words of posts, one row an entry; those of other subjects are alike.
CREATE TABLE search_words_post (
    subject_id BIGINT PRIMARY KEY,
    -- Runs of characters without spaces, whole, for what pairs of characters cannot tell.
    runs TEXT NOT NULL,
    -- The words of the title.
    title TSVECTOR NOT NULL,
    -- The words of title and body, each with its number of places up to a bound.
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_post_title ON search_words_post USING gin (title);
CREATE INDEX search_words_post_words ON search_words_post USING gin (words);

CREATE TABLE search_words_group (
    subject_id BIGINT PRIMARY KEY,
    runs TEXT NOT NULL,
    title TSVECTOR NOT NULL,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_group_title ON search_words_group USING gin (title);
CREATE INDEX search_words_group_words ON search_words_group USING gin (words);

CREATE TABLE search_words_question (
    subject_id BIGINT PRIMARY KEY,
    runs TEXT NOT NULL,
    title TSVECTOR NOT NULL,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_question_title ON search_words_question USING gin (title);
CREATE INDEX search_words_question_words ON search_words_question USING gin (words);

CREATE TABLE search_words_user (
    subject_id BIGINT PRIMARY KEY,
    runs TEXT NOT NULL,
    title TSVECTOR NOT NULL,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words_user_title ON search_words_user USING gin (title);
CREATE INDEX search_words_user_words ON search_words_user USING gin (words);
