//! The tables, as both databases have them. The migrations make them; a test compares.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    users (id) {
        id -> BigInt,
        mobile -> Nullable<Text>,
        nickname -> Nullable<Text>,
        nickname_skeleton -> Nullable<Text>,
        nickname_folded -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        credentials_version -> BigInt,
        gender -> Nullable<Text>,
        address -> Nullable<Text>,
        bio -> Nullable<Text>,
        avatar_key -> Nullable<Text>,
        role -> Text,
        suspended_until -> Nullable<crate::types::Moment>,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        deleted_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        generation -> BigInt,
        refresh_hash -> Binary,
        rotated_at -> Nullable<crate::types::Moment>,
        user_agent -> Nullable<Text>,
        ip -> Text,
        created_at -> crate::types::Moment,
        last_seen_at -> crate::types::Moment,
        expires_at -> crate::types::Moment,
        ended_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    groups (id) {
        id -> BigInt,
        name -> Text,
        name_skeleton -> Text,
        name_folded -> Text,
        category -> Text,
        description -> Text,
        notice -> Nullable<Text>,
        cover_key -> Nullable<Text>,
        join_policy -> Text,
        visibility -> Text,
        owner_id -> BigInt,
        member_count -> BigInt,
        post_count -> BigInt,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        deleted_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    memberships (group_id, user_id) {
        group_id -> BigInt,
        user_id -> BigInt,
        role -> Text,
        joined_at -> crate::types::Moment,
        muted_until -> Nullable<crate::types::Moment>,
    }
}

table! {
    join_requests (id) {
        id -> BigInt,
        group_id -> BigInt,
        user_id -> BigInt,
        reason -> Text,
        status -> Text,
        reply -> Nullable<Text>,
        decided_by -> Nullable<BigInt>,
        created_at -> crate::types::Moment,
        decided_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    bans (group_id, user_id) {
        group_id -> BigInt,
        user_id -> BigInt,
        until -> Nullable<crate::types::Moment>,
        reason -> Nullable<Text>,
        created_by -> BigInt,
        created_at -> crate::types::Moment,
    }
}

table! {
    invites (id) {
        id -> BigInt,
        token -> Text,
        group_id -> BigInt,
        max_uses -> Integer,
        used -> Integer,
        expires_at -> crate::types::Moment,
        created_by -> BigInt,
        created_at -> crate::types::Moment,
        revoked_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    idempotency_keys (id) {
        id -> BigInt,
        user_id -> BigInt,
        operation -> Text,
        key -> Text,
        fingerprint -> Binary,
        attempt -> BigInt,
        claimed_at -> crate::types::Moment,
        created_at -> crate::types::Moment,
        fact -> Nullable<BigInt>,
        status -> Nullable<Integer>,
        content_type -> Nullable<Text>,
        location -> Nullable<Text>,
        body -> Nullable<Text>,
    }
}

joinable!(sessions -> users (user_id));
joinable!(groups -> users (owner_id));
joinable!(memberships -> groups (group_id));
joinable!(memberships -> users (user_id));
joinable!(join_requests -> groups (group_id));
joinable!(join_requests -> users (user_id));
joinable!(bans -> groups (group_id));
joinable!(bans -> users (user_id));
joinable!(invites -> groups (group_id));
joinable!(invites -> users (created_by));
joinable!(idempotency_keys -> users (user_id));

allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    groups,
    memberships,
    join_requests,
    bans,
    invites,
    idempotency_keys,
);
