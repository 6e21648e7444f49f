-- What can be found, by its words.
-- The PostgreSQL migration of this name makes the same table of documents; a test compares them. The words
-- stand in tables that differ: here in full-text tables that keep the index only, never the text.

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

-- The words of posts, by the subject's id; those of other subjects are alike. The tokenizer parts words at
-- what is neither an ASCII letter or digit nor outside ASCII: at spaces, since words hold nothing else.
CREATE VIRTUAL TABLE search_words_post USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE search_words_group USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE search_words_question USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE search_words_user USING fts5 (
    title, body, content = '', contentless_delete = 1, tokenize = 'ascii'
);
