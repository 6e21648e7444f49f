//! A forum of a size at which a planner chooses.

/// SQL that fills an empty database, the same on both; `moment` makes a moment of the number in its `{}`.
///
/// User 2 and all whose number ends in 0 to 4 are members of group 1; post 1 stands there, comment 1
/// under it, with replies.
pub(crate) fn filling(moment: &str) -> String {
    let at = |number: &str| moment.replace("{}", number);
    let numbers = |last: u32| {
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last})")
    };
    let (users, groups, few, many, most) =
        (numbers(20_000), numbers(20), numbers(10_000), numbers(20_000), numbers(40_000));
    let now = at("i");
    [
        format!("{users} INSERT INTO users (mobile, created_at) SELECT '+86139' || (10000000 + i), {now} FROM n"),
        format!(
            "{groups} INSERT INTO groups (name, name_skeleton, name_folded, category, description, \
                 join_policy, visibility, owner_id, member_count, created_at) \
             SELECT 'g' || i, 'g' || i, 'g' || i, 'c', '', 'open', \
                 CASE WHEN i % 2 = 1 THEN 'public' ELSE 'members' END, 1 + i % 100, 1, {now} FROM n"
        ),
        format!(
            "{few} INSERT INTO memberships (group_id, user_id, role, joined_at) \
             SELECT 1 + i / 500 % 20, 1 + i * 37 % 20000, 'member', {now} FROM n WHERE true ON CONFLICT DO NOTHING"
        ),
        format!(
            "{groups} INSERT INTO memberships (group_id, user_id, role, joined_at) \
             SELECT i, 2, 'member', {now} FROM n WHERE i % 10 = 1 ON CONFLICT DO NOTHING"
        ),
        format!(
            "{many} INSERT INTO posts (group_id, author_id, title, format, excerpt, like_count, \
                 pinned, excellent, created_at, last_activity_at) \
             SELECT 1 + (i - 1) % 20, 1 + i % 1000, 't', 'plain', 't', i % 60, i % 500 = 1, i % 4 = 1, \
                 {now}, {now} FROM n"
        ),
        format!(
            "{many} INSERT INTO post_bodies (post_id, source, html, policy) SELECT i, 't', '<p>t</p>', 1 FROM n"
        ),
        format!(
            "{most} INSERT INTO comments (post_id, author_id, body, created_at) \
             SELECT CASE WHEN i % 20 = 1 THEN 1 ELSE 1 + i % 20000 END, 1 + i % 1000, 'c', {now} FROM n"
        ),
        format!(
            "{few} INSERT INTO comments (post_id, parent_id, author_id, reply_to_id, body, created_at) \
             SELECT 1, 1 + 20 * (i % 40), 1 + i % 1000, 1 + i % 900, 'r', {} FROM n",
            at("(40000 + i)")
        ),
        format!(
            "{most} INSERT INTO post_likes (post_id, user_id, day, created_at) \
             SELECT 1 + i % 20000, 1 + i % 1999, 1, {now} FROM n WHERE true ON CONFLICT DO NOTHING"
        ),
        format!(
            "{most} INSERT INTO comment_likes (comment_id, user_id, day, created_at) \
             SELECT 1 + i, 1 + i % 1999, 1, {now} FROM n WHERE true ON CONFLICT DO NOTHING"
        ),
        format!(
            "{most} INSERT INTO like_quotas (user_id, day, author_id, used, allowed) \
             SELECT 1 + i % 2000, 1 + i / 2000, 0, 1, 50 FROM n"
        ),
        format!(
            "{few} INSERT INTO bookmarks (user_id, post_id, created_at) \
             SELECT 1 + i % 1000, i, {now} FROM n"
        ),
        "ANALYZE".into(),
    ]
    .join("; ")
        + ";"
}
