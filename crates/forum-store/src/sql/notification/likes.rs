//! Likes: those of one target are one notification, which names the last of those who like it and counts
//! them all.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName, result::QueryResult, sql_query,
    sql_types::BigInt,
};
use diesel_async::RunQueryDsl;
use forum_domain::{event::Subject, id::UserId, notification::Kind};

use super::{
    super::{Conn, outbox},
    about::{Candidate, RECEIVERS},
    asked,
    follow::{UserRow, about},
    raise,
};
use crate::{
    schema::{notification_actors as a, notifications as n},
    types::{At, Moment, Word},
};

/// What can be liked: who wrote it, when somebody liked it, and who is told.
struct Liked {
    kind: Kind,
    receivers: &'static str,
    author: &'static str,
    since: &'static str,
}

/// How likes of this are told; `None` of what nobody likes.
fn liked(subject: Subject) -> Option<Liked> {
    Some(match subject {
        Subject::Post(_) => Liked {
            kind: Kind::PostLiked,
            receivers: &RECEIVERS.post_liked,
            author: "SELECT author_id AS user_id FROM posts WHERE id = $1",
            since: "SELECT created_at FROM post_likes WHERE post_id = $1 AND user_id = $2",
        },
        Subject::Comment(_) => Liked {
            kind: Kind::CommentLiked,
            receivers: &RECEIVERS.comment_liked,
            author: "SELECT author_id AS user_id FROM comments WHERE id = $1",
            since: "SELECT created_at FROM comment_likes WHERE comment_id = $1 AND user_id = $2",
        },
        Subject::Answer(_) => Liked {
            kind: Kind::AnswerLiked,
            receivers: &asked::RECEIVERS.liked,
            author: "SELECT author_id AS user_id FROM answers WHERE id = $1",
            since: "SELECT created_at FROM answer_likes WHERE answer_id = $1 AND user_id = $2",
        },
        _ => return None,
    })
}

#[derive(QueryableByName)]
struct SinceRow {
    #[diesel(sql_type = Moment)]
    created_at: At,
}

/// Makes the notification be as the like of this user is by now: there, or taken back.
pub(super) async fn follow(conn: &mut Conn, subject: Subject, liker: i64) -> QueryResult<Vec<UserId>> {
    let Some(Liked { kind, receivers, author, since }) = liked(subject) else { return Ok(Vec::new()) };
    let (_, id) = outbox::subject(subject);
    let author: Option<UserRow> =
        sql_query(author).bind::<BigInt, _>(id).get_result(conn).await.optional()?;
    let Some(UserRow { user_id: author }) = author else { return Ok(Vec::new()) };
    // From here on nobody else tells him of it, and what is read is as it stands.
    let seq = raise(conn, author).await?;
    let told: Option<Candidate> = sql_query(receivers)
        .bind::<BigInt, _>(id)
        .bind::<BigInt, _>(liker)
        .get_result(conn)
        .await
        .optional()?;
    let about = about(subject);
    let known: Option<i64> = n::table
        .filter(n::user_id.eq(author))
        .filter(n::kind.eq(kind.word()))
        .filter(n::about.eq(&about))
        .select(n::id)
        .first(conn)
        .await
        .optional()?;
    let changed = match (told, known) {
        (Some(candidate), known) => {
            let since: SinceRow =
                sql_query(since).bind::<BigInt, _>(id).bind::<BigInt, _>(liker).get_result(conn).await?;
            let since = since.created_at;
            let known = match known {
                Some(known) => known,
                None => begin(conn, kind, &about, &candidate, seq, since).await?,
            };
            add(conn, known, liker, since, seq).await?
        }
        (None, Some(known)) => remove(conn, known, liker, seq).await?,
        (None, None) => false,
    };
    Ok(if changed { vec![UserId::stored(author)] } else { Vec::new() })
}

/// A notification of nobody's like yet.
async fn begin(
    conn: &mut Conn,
    kind: Kind,
    about: &str,
    candidate: &Candidate,
    seq: i64,
    since: At,
) -> QueryResult<i64> {
    diesel::insert_into(n::table)
        .values((
            n::user_id.eq(candidate.user_id),
            n::kind.eq(kind.word()),
            n::about.eq(about),
            n::seq.eq(seq),
            n::group_id.eq(candidate.group_id),
            n::post_id.eq(candidate.post_id),
            n::comment_id.eq(candidate.comment_id),
            n::question_id.eq(candidate.question_id),
            n::answer_id.eq(candidate.answer_id),
            n::actor_count.eq(0),
            n::created_at.eq(since),
        ))
        .returning(n::id)
        .get_result(conn)
        .await
}

/// Adds one who likes it: it is news again. Whether he was not there yet.
async fn add(conn: &mut Conn, id: i64, liker: i64, since: At, seq: i64) -> QueryResult<bool> {
    let added = diesel::insert_into(a::table)
        .values((a::notification_id.eq(id), a::user_id.eq(liker), a::created_at.eq(since)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if added == 0 {
        return Ok(false);
    }
    sql_query(
        "UPDATE notifications SET actor_count = actor_count + 1, seq = $1, read_at = NULL, \
             created_at = CASE WHEN created_at < $2 THEN $2 ELSE created_at END WHERE id = $3",
    )
    .bind::<BigInt, _>(seq)
    .bind::<Moment, _>(since)
    .bind::<BigInt, _>(id)
    .execute(conn)
    .await?;
    name_the_last(conn, id).await?;
    Ok(true)
}

/// Removes one who likes it no more, and with the last of them the notification. Whether he was there.
async fn remove(conn: &mut Conn, id: i64, liker: i64, seq: i64) -> QueryResult<bool> {
    if diesel::delete(a::table.find((id, liker))).execute(conn).await? == 0 {
        return Ok(false);
    }
    let left: i64 = diesel::update(n::table.find(id))
        .set((n::actor_count.eq(n::actor_count - 1), n::seq.eq(seq)))
        .returning(n::actor_count)
        .get_result(conn)
        .await?;
    if left > 0 {
        name_the_last(conn, id).await?;
    } else {
        diesel::delete(n::table.find(id)).execute(conn).await?;
    }
    Ok(true)
}

/// Names the last three who like it.
async fn name_the_last(conn: &mut Conn, id: i64) -> QueryResult<()> {
    let last: Vec<i64> = a::table
        .filter(a::notification_id.eq(id))
        .order((a::created_at.desc(), a::user_id.desc()))
        .limit(3)
        .select(a::user_id)
        .load(conn)
        .await?;
    let mut last = last.into_iter();
    diesel::update(n::table.find(id))
        .set((
            n::actor_id.eq(last.next()),
            n::second_actor_id.eq(last.next()),
            n::third_actor_id.eq(last.next()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
