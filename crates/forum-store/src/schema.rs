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

table! {
    posts (id) {
        id -> BigInt,
        group_id -> BigInt,
        author_id -> BigInt,
        title -> Text,
        format -> Text,
        excerpt -> Text,
        comment_count -> BigInt,
        like_count -> BigInt,
        pinned -> Bool,
        excellent -> Bool,
        locked -> Bool,
        hot -> Bool,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        last_activity_at -> crate::types::Moment,
        deleted_at -> Nullable<crate::types::Moment>,
        deleted_by -> Nullable<BigInt>,
    }
}

table! {
    post_bodies (post_id) {
        post_id -> BigInt,
        source -> Text,
        html -> Text,
        policy -> Integer,
    }
}

table! {
    post_revisions (post_id, version) {
        post_id -> BigInt,
        version -> BigInt,
        title -> Text,
        format -> Text,
        source -> Text,
        html -> Text,
        policy -> Integer,
        created_at -> crate::types::Moment,
        replaced_at -> crate::types::Moment,
    }
}

table! {
    comments (id) {
        id -> BigInt,
        post_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        author_id -> BigInt,
        reply_to_id -> Nullable<BigInt>,
        body -> Text,
        like_count -> BigInt,
        reply_count -> BigInt,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        deleted_at -> Nullable<crate::types::Moment>,
        deleted_by -> Nullable<BigInt>,
    }
}

table! {
    comment_revisions (comment_id, version) {
        comment_id -> BigInt,
        version -> BigInt,
        body -> Text,
        created_at -> crate::types::Moment,
        replaced_at -> crate::types::Moment,
    }
}

table! {
    post_likes (post_id, user_id) {
        post_id -> BigInt,
        user_id -> BigInt,
        day -> Integer,
        created_at -> crate::types::Moment,
    }
}

table! {
    comment_likes (comment_id, user_id) {
        comment_id -> BigInt,
        user_id -> BigInt,
        day -> Integer,
        created_at -> crate::types::Moment,
    }
}

table! {
    like_quotas (user_id, day, author_id) {
        user_id -> BigInt,
        day -> Integer,
        author_id -> BigInt,
        used -> Integer,
        allowed -> Integer,
    }
}

table! {
    bookmarks (user_id, post_id) {
        user_id -> BigInt,
        post_id -> BigInt,
        created_at -> crate::types::Moment,
    }
}

table! {
    outbox (id) {
        id -> BigInt,
        verb -> Text,
        subject -> Text,
        subject_id -> BigInt,
        user_id -> Nullable<BigInt>,
        created_at -> crate::types::Moment,
        leased_until -> Nullable<crate::types::Moment>,
        attempts -> Integer,
    }
}

table! {
    blocks (user_id, blocked_id) {
        user_id -> BigInt,
        blocked_id -> BigInt,
        created_at -> crate::types::Moment,
    }
}

table! {
    media (id) {
        id -> BigInt,
        key -> Text,
        owner_id -> BigInt,
        group_id -> Nullable<BigInt>,
        content_type -> Text,
        width -> Integer,
        height -> Integer,
        byte_size -> BigInt,
        created_at -> crate::types::Moment,
    }
}

table! {
    departures (user_id) {
        user_id -> BigInt,
        erase -> Bool,
        created_at -> crate::types::Moment,
    }
}

table! {
    notification_feeds (user_id) {
        user_id -> BigInt,
        seq -> BigInt,
        changed_at -> crate::types::Moment,
    }
}

table! {
    notifications (id) {
        id -> BigInt,
        user_id -> BigInt,
        kind -> Text,
        about -> Text,
        seq -> BigInt,
        group_id -> Nullable<BigInt>,
        post_id -> Nullable<BigInt>,
        comment_id -> Nullable<BigInt>,
        said_id -> Nullable<BigInt>,
        question_id -> Nullable<BigInt>,
        answer_id -> Nullable<BigInt>,
        answer_reply_id -> Nullable<BigInt>,
        join_request_id -> Nullable<BigInt>,
        text -> Nullable<Text>,
        actor_id -> Nullable<BigInt>,
        second_actor_id -> Nullable<BigInt>,
        third_actor_id -> Nullable<BigInt>,
        actor_count -> BigInt,
        created_at -> crate::types::Moment,
        read_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    notification_actors (notification_id, user_id) {
        notification_id -> BigInt,
        user_id -> BigInt,
        created_at -> crate::types::Moment,
    }
}

table! {
    notification_mutes (user_id, kind) {
        user_id -> BigInt,
        kind -> Text,
    }
}

table! {
    questions (id) {
        id -> BigInt,
        author_id -> BigInt,
        category -> Text,
        title -> Text,
        format -> Text,
        excerpt -> Text,
        answer_count -> BigInt,
        unanswered -> Bool,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        last_activity_at -> crate::types::Moment,
        deleted_at -> Nullable<crate::types::Moment>,
        deleted_by -> Nullable<BigInt>,
    }
}

table! {
    question_bodies (question_id) {
        question_id -> BigInt,
        source -> Text,
        html -> Text,
        policy -> Integer,
    }
}

table! {
    question_revisions (question_id, version) {
        question_id -> BigInt,
        version -> BigInt,
        category -> Text,
        title -> Text,
        format -> Text,
        source -> Text,
        html -> Text,
        policy -> Integer,
        created_at -> crate::types::Moment,
        replaced_at -> crate::types::Moment,
    }
}

table! {
    question_images (question_id, place) {
        question_id -> BigInt,
        place -> Integer,
        media_id -> BigInt,
    }
}

table! {
    answers (id) {
        id -> BigInt,
        question_id -> BigInt,
        author_id -> BigInt,
        format -> Text,
        excerpt -> Text,
        accepted -> Bool,
        like_count -> BigInt,
        reply_count -> BigInt,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        deleted_at -> Nullable<crate::types::Moment>,
        deleted_by -> Nullable<BigInt>,
    }
}

table! {
    answer_bodies (answer_id) {
        answer_id -> BigInt,
        source -> Text,
        html -> Text,
        policy -> Integer,
    }
}

table! {
    answer_revisions (answer_id, version) {
        answer_id -> BigInt,
        version -> BigInt,
        format -> Text,
        source -> Text,
        html -> Text,
        policy -> Integer,
        created_at -> crate::types::Moment,
        replaced_at -> crate::types::Moment,
    }
}

table! {
    answer_likes (answer_id, user_id) {
        answer_id -> BigInt,
        user_id -> BigInt,
        day -> Integer,
        created_at -> crate::types::Moment,
    }
}

table! {
    answer_replies (id) {
        id -> BigInt,
        answer_id -> BigInt,
        author_id -> BigInt,
        reply_to_id -> Nullable<BigInt>,
        body -> Text,
        version -> BigInt,
        created_at -> crate::types::Moment,
        edited_at -> Nullable<crate::types::Moment>,
        deleted_at -> Nullable<crate::types::Moment>,
        deleted_by -> Nullable<BigInt>,
    }
}

table! {
    answer_reply_revisions (reply_id, version) {
        reply_id -> BigInt,
        version -> BigInt,
        body -> Text,
        created_at -> crate::types::Moment,
        replaced_at -> crate::types::Moment,
    }
}

table! {
    media_uses (media_id, subject, subject_id) {
        media_id -> BigInt,
        subject -> Text,
        subject_id -> BigInt,
    }
}

table! {
    search_documents (kind, subject_id) {
        kind -> Text,
        subject_id -> BigInt,
        version -> BigInt,
        scheme -> Integer,
    }
}

table! {
    reports (id) {
        id -> BigInt,
        target_type -> Text,
        target_id -> BigInt,
        group_id -> Nullable<BigInt>,
        author_id -> Nullable<BigInt>,
        reporter_id -> Nullable<BigInt>,
        reason -> Text,
        detail -> Nullable<Text>,
        status -> Text,
        action -> Nullable<Text>,
        note -> Nullable<Text>,
        resolved_by -> Nullable<BigInt>,
        created_at -> crate::types::Moment,
        resolved_at -> Nullable<crate::types::Moment>,
    }
}

table! {
    moderation_log (id) {
        id -> BigInt,
        group_id -> Nullable<BigInt>,
        actor_id -> Nullable<BigInt>,
        action -> Text,
        target_type -> Text,
        target_id -> BigInt,
        note -> Nullable<Text>,
        until -> Nullable<crate::types::Moment>,
        created_at -> crate::types::Moment,
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
joinable!(posts -> groups (group_id));
joinable!(posts -> users (author_id));
joinable!(post_bodies -> posts (post_id));
joinable!(post_revisions -> posts (post_id));
joinable!(comments -> posts (post_id));
joinable!(comments -> users (author_id));
joinable!(comment_revisions -> comments (comment_id));
joinable!(post_likes -> posts (post_id));
joinable!(post_likes -> users (user_id));
joinable!(comment_likes -> comments (comment_id));
joinable!(comment_likes -> users (user_id));
joinable!(bookmarks -> posts (post_id));
joinable!(bookmarks -> users (user_id));
joinable!(blocks -> users (blocked_id));
joinable!(media -> users (owner_id));
joinable!(media -> groups (group_id));
joinable!(questions -> users (author_id));
joinable!(question_bodies -> questions (question_id));
joinable!(question_revisions -> questions (question_id));
joinable!(question_images -> questions (question_id));
joinable!(question_images -> media (media_id));
joinable!(answers -> questions (question_id));
joinable!(answers -> users (author_id));
joinable!(answer_bodies -> answers (answer_id));
joinable!(answer_revisions -> answers (answer_id));
joinable!(answer_likes -> answers (answer_id));
joinable!(answer_likes -> users (user_id));
joinable!(answer_replies -> answers (answer_id));
joinable!(answer_replies -> users (author_id));
joinable!(answer_reply_revisions -> answer_replies (reply_id));
joinable!(moderation_log -> users (actor_id));

allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    groups,
    memberships,
    join_requests,
    bans,
    invites,
    idempotency_keys,
    posts,
    post_bodies,
    post_revisions,
    comments,
    comment_revisions,
    post_likes,
    comment_likes,
    like_quotas,
    bookmarks,
    outbox,
    blocks,
    media,
    departures,
    notification_feeds,
    notifications,
    notification_actors,
    notification_mutes,
    questions,
    question_bodies,
    question_revisions,
    question_images,
    answers,
    answer_bodies,
    answer_revisions,
    answer_likes,
    answer_replies,
    answer_reply_revisions,
    media_uses,
    search_documents,
    reports,
    moderation_log,
);
