-- Accounts, sessions, groups with their members, join requests, bans and invites, idempotency keys.
-- The PostgreSQL migration of this name makes the same tables; a test compares them.
-- Moments are microseconds since 1970 in UTC.

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    -- E.164; NULL once the account is deleted.
    mobile TEXT,
    nickname TEXT,
    -- What no two nicknames share: lower case, confusable characters brought together.
    nickname_skeleton TEXT,
    -- The nickname in lower case, for searching by a part of it.
    nickname_folded TEXT,
    -- A PHC string, or a hash as it was imported; NULL if the account has no password.
    password_hash TEXT,
    -- Goes up with every change of password or mobile.
    credentials_version BIGINT NOT NULL DEFAULT 1,
    gender TEXT CONSTRAINT users_gender_check CHECK (gender IN ('female', 'male', 'other')),
    address TEXT,
    bio TEXT,
    avatar_key TEXT,
    role TEXT NOT NULL DEFAULT 'user' CONSTRAINT users_role_check CHECK (role IN ('user', 'moderator', 'admin')),
    suspended_until BIGINT,
    -- Goes up with every change of content.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX users_mobile_key ON users (mobile);
CREATE UNIQUE INDEX users_nickname_skeleton_key ON users (nickname_skeleton);
CREATE INDEX users_newest ON users (created_at, id);

CREATE TABLE sessions (
    -- Drawn at random by the domain, since a refresh token names it before it is stored.
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- How many rotations of the refresh token there were.
    generation BIGINT NOT NULL DEFAULT 0,
    -- SHA-256 of the current refresh token.
    refresh_hash BLOB NOT NULL,
    rotated_at BIGINT,
    user_agent TEXT,
    ip TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    -- By the database's clock: what is ended is a revocation, which every instance polls.
    ended_at BIGINT
);
CREATE INDEX sessions_of_user ON sessions (user_id, last_seen_at, id) WHERE ended_at IS NULL;
CREATE INDEX sessions_ended ON sessions (ended_at, id) WHERE ended_at IS NOT NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    -- What no two living groups share.
    name_skeleton TEXT NOT NULL,
    -- The name in lower case, for searching by a part of it.
    name_folded TEXT NOT NULL,
    category TEXT NOT NULL,
    description TEXT NOT NULL,
    notice TEXT,
    cover_key TEXT,
    join_policy TEXT NOT NULL
        CONSTRAINT groups_join_policy_check CHECK (join_policy IN ('open', 'approval', 'invite')),
    visibility TEXT NOT NULL CONSTRAINT groups_visibility_check CHECK (visibility IN ('public', 'members')),
    -- The owner of longest standing.
    owner_id BIGINT NOT NULL REFERENCES users (id),
    -- Current members, owners included; moves with the membership row.
    member_count BIGINT NOT NULL DEFAULT 0,
    -- Visible posts.
    post_count BIGINT NOT NULL DEFAULT 0,
    -- Goes up with every edit.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT
);
CREATE UNIQUE INDEX groups_name_skeleton_key ON groups (name_skeleton) WHERE deleted_at IS NULL;
CREATE INDEX groups_newest ON groups (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX groups_newest_of_category ON groups (category, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX groups_largest ON groups (member_count DESC, post_count DESC, id) WHERE deleted_at IS NULL;
CREATE INDEX groups_largest_of_category ON groups (category, member_count DESC, post_count DESC, id)
    WHERE deleted_at IS NULL;

CREATE TABLE memberships (
    group_id BIGINT NOT NULL REFERENCES groups (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CONSTRAINT memberships_role_check CHECK (role IN ('member', 'moderator', 'owner')),
    joined_at BIGINT NOT NULL,
    muted_until BIGINT,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX memberships_first_joined ON memberships (group_id, joined_at, user_id);
CREATE INDEX memberships_first_joined_of_role ON memberships (group_id, role, joined_at, user_id);
CREATE INDEX memberships_of_user ON memberships (user_id, joined_at, group_id);

CREATE TABLE join_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    group_id BIGINT NOT NULL REFERENCES groups (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    reason TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT join_requests_status_check
        CHECK (status IN ('pending', 'approved', 'refused', 'withdrawn', 'expired')),
    reply TEXT,
    decided_by BIGINT REFERENCES users (id),
    created_at BIGINT NOT NULL,
    -- Set exactly if the request is no longer pending.
    decided_at BIGINT
);
CREATE UNIQUE INDEX join_requests_one_pending ON join_requests (group_id, user_id) WHERE status = 'pending';
CREATE INDEX join_requests_of_group ON join_requests (group_id, created_at, id);
CREATE INDEX join_requests_of_group_by_status ON join_requests (group_id, status, created_at, id);
CREATE INDEX join_requests_of_user ON join_requests (user_id, created_at, id);
CREATE INDEX join_requests_of_user_by_status ON join_requests (user_id, status, created_at, id);
CREATE INDEX join_requests_newest ON join_requests (group_id, user_id, created_at, id);
CREATE INDEX join_requests_waiting ON join_requests (created_at, id) WHERE status = 'pending';

CREATE TABLE bans (
    group_id BIGINT NOT NULL REFERENCES groups (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    -- NULL: for good.
    until BIGINT,
    reason TEXT,
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX bans_newest ON bans (group_id, created_at, user_id);

CREATE TABLE invites (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    token TEXT NOT NULL,
    group_id BIGINT NOT NULL REFERENCES groups (id),
    max_uses INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX invites_token_key ON invites (token);
CREATE INDEX invites_newest ON invites (group_id, created_at, id) WHERE revoked_at IS NULL;

CREATE TABLE idempotency_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of everything the request says.
    fingerprint BLOB NOT NULL,
    -- Which claim of the key counts; a later one voids the earlier.
    attempt BIGINT NOT NULL DEFAULT 1,
    claimed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- What was made or decided: marked in the fact's own transaction.
    fact BIGINT,
    -- The answer as it was given; NULL until it was.
    status INTEGER,
    content_type TEXT,
    location TEXT,
    body TEXT
);
CREATE UNIQUE INDEX idempotency_keys_key ON idempotency_keys (user_id, operation, key);
CREATE INDEX idempotency_keys_oldest ON idempotency_keys (created_at, id);

-- What this forum's keys in a shared cache begin with. One row.
CREATE TABLE forum (
    only_row INTEGER PRIMARY KEY NOT NULL CHECK (only_row = 1),
    id TEXT NOT NULL
);
INSERT INTO forum (only_row, id) VALUES (1, lower(hex(randomblob(16))));
