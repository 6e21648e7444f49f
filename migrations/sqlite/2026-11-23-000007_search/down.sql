DROP TABLE search_documents;
DROP TABLE search_words_post;
DROP TABLE search_words_group;
DROP TABLE search_words_question;
DROP TABLE search_words_user;
