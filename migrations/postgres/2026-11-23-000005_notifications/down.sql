DROP TABLE notification_mutes;
DROP TABLE notification_actors;
DROP TABLE notifications;
DROP TABLE notification_feeds;
