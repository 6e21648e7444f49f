//! What follows an event, and what the site says itself.

use diesel::{
    ExpressionMethods, QueryDsl, QueryableByName,
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    event::{Recorded, Subject, Verb},
    id::UserId,
    notification::{Announce, Announced, Kind},
};

use super::{
    super::{Conn, Outcome, among, outbox},
    about::{Candidate, RECEIVERS},
    asked, likes, raise, raise_all,
};
use crate::{
    schema::users,
    statement::{ByHand, statement},
    types::{At, Moment, Word},
};

/// The name of the fact that an event's subject is.
pub(super) fn about(subject: Subject) -> String {
    let (word, id) = outbox::subject(subject);
    format!("{word}:{id}")
}

pub(super) async fn follow(
    conn: &mut Conn,
    event: Recorded,
    mentions: Vec<Vec<String>>,
) -> Outcome<Vec<UserId>> {
    let Recorded { event: happened, at, .. } = event;
    let (subject, (_, id)) = (happened.subject, outbox::subject(happened.subject));
    let about = about(subject);
    let all = &*RECEIVERS;
    let mut changed = Vec::new();
    match (subject, happened.verb) {
        (Subject::Comment(_), Verb::Created) => {
            let told =
                [(Kind::PostCommented, &all.post_commented), (Kind::CommentReplied, &all.comment_replied)];
            for (kind, receivers) in told {
                let some = candidates(conn, receivers, id).await?;
                changed.extend(tell(conn, kind, &about, some, at, false).await?);
            }
            changed.extend(mention(conn, &all.mentioned_in_comment, id, &about, mentions, at).await?);
        }
        (Subject::Comment(_), Verb::Edited) => {
            changed.extend(mention(conn, &all.mentioned_in_comment, id, &about, mentions, at).await?);
        }
        (Subject::Post(_), Verb::Created | Verb::Edited) => {
            changed.extend(mention(conn, &all.mentioned_in_post, id, &about, mentions, at).await?);
        }
        (Subject::Post(_) | Subject::Comment(_), Verb::Deleted | Verb::Restored) => {
            let (kind, post) = match subject {
                Subject::Post(_) => (&all.post_removed, Some(id)),
                _ => (&all.comment_removed, post_of(conn, id).await?),
            };
            let some = candidates(conn, kind, id).await?;
            if some.is_empty() {
                changed.extend(take_back(conn, Kind::ContentRemoved, &about, &[]).await?);
            } else {
                changed.extend(tell(conn, Kind::ContentRemoved, &about, some, at, true).await?);
            }
            // What is hidden, or shown again, changes what they count as unread.
            if let Some(post) = post {
                let readers = unread_of_post(conn, post).await?;
                changed.extend(raise_all(conn, readers).await?);
            }
        }
        (Subject::Post(_) | Subject::Comment(_), Verb::Liked | Verb::Unliked) => {
            if let Some(user) = happened.user {
                changed.extend(likes::follow(conn, subject, user.get()).await?);
            }
        }
        (Subject::Question(_) | Subject::Answer(_) | Subject::AnswerReply(_), _) => {
            changed.extend(asked::follow(conn, event, mentions).await?);
        }
        (Subject::JoinRequest(_), Verb::Created) => {
            let some = candidates(conn, &all.join_requested, id).await?;
            changed.extend(tell(conn, Kind::JoinRequested, &about, some, at, false).await?);
        }
        (Subject::JoinRequest(_), Verb::Decided) => {
            changed.extend(take_back(conn, Kind::JoinRequested, &about, &[]).await?);
            for (kind, receivers) in
                [(Kind::JoinApproved, &all.join_approved), (Kind::JoinRefused, &all.join_refused)]
            {
                let some = candidates(conn, receivers, id).await?;
                changed.extend(tell(conn, kind, &about, some, at, false).await?);
            }
        }
        (Subject::Group(_), Verb::RoleChanged) => {
            if let Some(user) = happened.user {
                let some: Vec<Candidate> = sql_query(all.role_changed.as_str())
                    .bind::<BigInt, _>(id)
                    .bind::<BigInt, _>(user.get())
                    .bind::<Moment, _>(At(at))
                    .load(conn)
                    .await?;
                if some.is_empty() {
                    // What he may see of the group is another thing now.
                    changed.extend(raise_all(conn, vec![user.get()]).await?);
                }
                changed.extend(tell(conn, Kind::RoleChanged, &about, some, at, true).await?);
            }
        }
        (Subject::Group(_), Verb::Left) => {
            if let Some(user) = happened.user {
                changed.extend(take_back(conn, Kind::RoleChanged, &about, &[]).await?);
                changed.extend(raise_all(conn, vec![user.get()]).await?);
            }
        }
        _ => {}
    }
    changed.sort_unstable();
    changed.dedup();
    Ok(changed)
}

/// Who is told of a subject.
pub(super) async fn candidates(conn: &mut Conn, receivers: &str, id: i64) -> QueryResult<Vec<Candidate>> {
    sql_query(receivers).bind::<BigInt, _>(id).load(conn).await
}

statement! {
    /// Writes a notification, unless its fact was told; `$17` says whether one that was is told again, if
    /// it happened again since.
    Tell(
        user: i64 as BigInt,
        kind: String as Text,
        about: String as Text,
        seq: i64 as BigInt,
        group: Option<i64> as Nullable<BigInt>,
        post: Option<i64> as Nullable<BigInt>,
        comment: Option<i64> as Nullable<BigInt>,
        said: Option<i64> as Nullable<BigInt>,
        question: Option<i64> as Nullable<BigInt>,
        answer: Option<i64> as Nullable<BigInt>,
        reply: Option<i64> as Nullable<BigInt>,
        request: Option<i64> as Nullable<BigInt>,
        text: Option<String> as Nullable<Text>,
        actor: Option<i64> as Nullable<BigInt>,
        actors: i64 as BigInt,
        at: At as Moment,
        again: i64 as BigInt,
    ) -> BigInt = "
        INSERT INTO notifications (user_id, kind, about, seq, group_id, post_id, comment_id, said_id,
            question_id, answer_id, answer_reply_id, join_request_id, text, actor_id, actor_count, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (user_id, kind, about) DO UPDATE
            SET seq = excluded.seq, text = excluded.text, created_at = excluded.created_at, read_at = NULL
            WHERE $17 = 1 AND notifications.created_at < excluded.created_at
        RETURNING id";
}

/// Tells each of them, by ascending id. Answers those who were not told before.
pub(super) async fn tell(
    conn: &mut Conn,
    kind: Kind,
    about: &str,
    some: Vec<Candidate>,
    at: Timestamp,
    again: bool,
) -> QueryResult<Vec<UserId>> {
    let mut told = Vec::new();
    for one in some {
        let seq = raise(conn, one.user_id).await?;
        let tell = Tell {
            user: one.user_id,
            kind: kind.word().to_owned(),
            about: about.to_owned(),
            seq,
            group: one.group_id,
            post: one.post_id,
            comment: one.comment_id,
            said: one.said_id,
            question: one.question_id,
            answer: one.answer_id,
            reply: one.answer_reply_id,
            request: one.join_request_id,
            text: one.text,
            actor: one.actor_id,
            actors: i64::from(one.actor_id.is_some()),
            at: At(at),
            again: i64::from(again),
        };
        let written: Vec<i64> = ByHand(tell).load(conn).await?;
        if !written.is_empty() {
            told.push(UserId::stored(one.user_id));
        }
    }
    Ok(told)
}

/// Tells those whom a text names, and takes back what it told whom it names no longer. Nobody is told who
/// is told of the same text otherwise.
pub(super) async fn mention(
    conn: &mut Conn,
    receivers: &str,
    id: i64,
    about: &str,
    mentions: Vec<Vec<String>>,
    at: Timestamp,
) -> QueryResult<Vec<UserId>> {
    let named = named(conn, mentions).await?;
    let mut some = Vec::new();
    for user in &named {
        let one: Vec<Candidate> =
            sql_query(receivers).bind::<BigInt, _>(id).bind::<BigInt, _>(*user).load(conn).await?;
        some.extend(one);
    }
    let otherwise: Vec<UserRow> = sql_query(
        "SELECT user_id FROM notifications \
         WHERE about = $1 AND kind IN ( \
             'post_commented', 'comment_replied', 'question_answered', 'answer_replied')",
    )
    .bind::<Text, _>(about)
    .load(conn)
    .await?;
    some.retain(|one| otherwise.iter().all(|row| row.user_id != one.user_id));
    let mut changed = take_back(conn, Kind::Mentioned, about, &named).await?;
    changed.extend(tell(conn, Kind::Mentioned, about, some, at, false).await?);
    Ok(changed)
}

/// The users whom mentions mean, by ascending id: of the names that a mention may mean the first that
/// somebody has.
async fn named(conn: &mut Conn, mentions: Vec<Vec<String>>) -> QueryResult<Vec<i64>> {
    let mut named = Vec::new();
    for names in mentions {
        let found: Vec<(i64, Option<String>)> = users::table
            .filter(users::nickname_skeleton.eq_any(&names))
            .filter(users::deleted_at.is_null())
            .select((users::id, users::nickname_skeleton))
            .load(conn)
            .await?;
        let first = names.iter().find_map(|name| {
            found.iter().find(|(_, skeleton)| skeleton.as_ref() == Some(name)).map(|(id, _)| *id)
        });
        named.extend(first);
    }
    named.sort_unstable();
    named.dedup();
    Ok(named)
}

#[derive(QueryableByName)]
pub(super) struct UserRow {
    #[diesel(sql_type = BigInt)]
    pub(super) user_id: i64,
}

/// Takes back what nobody has read of a fact, but from those who are still told. Answers whom it was told.
pub(super) async fn take_back(
    conn: &mut Conn,
    kind: Kind,
    about: &str,
    still: &[i64],
) -> QueryResult<Vec<UserId>> {
    use crate::schema::notifications as n;
    let unread =
        n::table.filter(n::about.eq(about)).filter(n::kind.eq(kind.word())).filter(n::read_at.is_null());
    let mut told: Vec<i64> = unread.select(n::user_id).load(conn).await?;
    told.retain(|user| !still.contains(user));
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let changed = raise_all(conn, told.clone()).await?;
    diesel::delete(unread.filter(among(n::user_id, &told))).execute(conn).await?;
    Ok(changed)
}

/// The post that a comment stands under.
async fn post_of(conn: &mut Conn, comment: i64) -> QueryResult<Option<i64>> {
    use crate::schema::comments;
    use diesel::OptionalExtension;
    comments::table.find(comment).select(comments::post_id).first(conn).await.optional()
}

/// Who has something unread about a post or what stands under it.
async fn unread_of_post(conn: &mut Conn, post: i64) -> QueryResult<Vec<i64>> {
    use crate::schema::notifications as n;
    n::table
        .filter(n::post_id.eq(post))
        .filter(n::read_at.is_null())
        .select(n::user_id)
        .distinct()
        .load(conn)
        .await
}

pub(super) async fn announce(conn: &mut Conn, announce: Announce) -> Outcome<Announced> {
    let (after, to) = (announce.after.map_or(0, UserId::get), announce.to.map(UserId::get));
    let mut some = users::table.filter(users::deleted_at.is_null()).filter(users::id.gt(after)).into_boxed();
    if let Some(to) = to {
        some = some.filter(users::id.eq(to));
    }
    let ids: Vec<i64> =
        some.order(users::id).limit(announce.limit.into()).select(users::id).load(conn).await?;
    let muted: Vec<UserRow> =
        sql_query("SELECT user_id FROM notification_mutes WHERE kind = 'system'").load(conn).await?;
    let last = ids.last().copied().map(UserId::stored);
    let told = ids.into_iter().filter(|id| muted.iter().all(|row| row.user_id != *id));
    let some = told
        .map(|user_id| Candidate { user_id, text: Some(announce.text.clone()), ..Candidate::default() })
        .collect();
    let about = format!("system:{}", announce.name);
    let users = tell(conn, Kind::System, &about, some, announce.at, false).await?;
    Ok(Announced { users, last })
}
