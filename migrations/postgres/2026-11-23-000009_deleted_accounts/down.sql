DROP INDEX comments_of_author;
DROP INDEX posts_of_author;
DROP TABLE departures;
