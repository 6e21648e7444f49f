DROP TABLE idempotency_keys;
DROP TABLE invites;
DROP TABLE bans;
DROP TABLE join_requests;
DROP TABLE memberships;
DROP TABLE groups;
DROP TABLE sessions;
DROP TABLE users;
