DROP TABLE media;
DROP TABLE blocks;
DROP TABLE outbox;
