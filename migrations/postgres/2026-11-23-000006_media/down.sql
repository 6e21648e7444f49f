DROP INDEX media_oldest;
DROP INDEX groups_cover;
DROP TABLE media_uses;
