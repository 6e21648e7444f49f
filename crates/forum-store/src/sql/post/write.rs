//! Writing, changing, deleting and marking posts.
//!
//! Whatever moves a group's `post_count` locks the group, then the post; an edit locks the post alone.

use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::exists,
    result::QueryResult,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    event::{Event, Subject, Verb},
    group::{Role, Standing, rules::barred},
    id::{PostId, UserId},
    moderation::{Deed, TargetKind},
    post::{CreatePost, DeletePost, Mark, PostCreated, PostDeleted, PostRestored, PostUpdated, UpdatePost},
};

use super::super::{
    Conn, Outcome, Stop, access,
    idempotency::mark,
    media::uses,
    moderation::{
        self,
        log::{self, Line},
    },
    outbox, roster,
};
use crate::{
    rows::moderation::Place,
    rows::post::{LockedPost, NewPostRow, PostChanges},
    schema::{groups, memberships, post_bodies, post_revisions, posts},
    types::{At, Moment, Word},
};

pub(super) async fn create(conn: &mut Conn, create: CreatePost) -> Outcome<PostCreated> {
    let (group, author, at, claim) = (create.group_id.get(), create.author, create.at, create.claim);
    let shown = uses::lock(conn, &create.draft.content.rendered.html).await?;
    // Counting first locks the group, so that who may write there stays true.
    if !count(conn, group, 1).await? {
        return Ok(PostCreated::NoSuchGroup);
    }
    let Some(standing) = access::standing(conn, group, Some(author), at).await? else {
        return Err(Stop::Answer(PostCreated::NoSuchGroup));
    };
    if let Some(barred) = barred(standing.role, standing.muted_until, standing.banned, at) {
        return Err(Stop::Answer(PostCreated::Barred(barred)));
    }
    let review = create.review.clone();
    let (row, body) = NewPostRow::of(create);
    let id: i64 = diesel::insert_into(posts::table).values(row).returning(posts::id).get_result(conn).await?;
    diesel::insert_into(post_bodies::table).values((post_bodies::post_id.eq(id), body)).execute(conn).await?;
    uses::note(conn, &shown, Subject::Post(PostId::stored(id))).await?;
    let place = Place { group_id: Some(group), author_id: Some(author.get()) };
    moderation::review(conn, review, (TargetKind::Post, id), place, at).await?;
    mark(conn, claim, id).await?;
    happened(conn, Verb::Created, id, author, at).await?;
    Ok(PostCreated::Done(PostId::stored(id)))
}

/// Records what somebody did with a post.
async fn happened(conn: &mut Conn, verb: Verb, post: i64, by: UserId, at: DateTime<Utc>) -> QueryResult<()> {
    let subject = Subject::Post(PostId::stored(post));
    outbox::record(conn, Event { verb, subject, user: Some(by) }, at).await
}

/// Adds to a group's `post_count`. Whether there is such a group.
async fn count(conn: &mut Conn, group: i64, posts: i64) -> QueryResult<bool> {
    let counted = diesel::update(groups::table.find(group).filter(groups::deleted_at.is_null()))
        .set(groups::post_count.eq(groups::post_count + posts))
        .execute(conn)
        .await?;
    Ok(counted == 1)
}

/// Locks a post, deleted or not, until the transaction ends.
async fn lock(conn: &mut Conn, post: i64) -> QueryResult<Option<LockedPost>> {
    locked!(posts::table.filter(posts::id.eq(post)).select(LockedPost::as_select()))
        .first(conn)
        .await
        .optional()
}

/// Locks the group of a post, then the post, deleted or not; what `user` is in the group comes with it.
/// `None` if either is gone, or what stands in the group is not for him.
async fn lock_both(
    conn: &mut Conn,
    post: i64,
    user: UserId,
    at: DateTime<Utc>,
) -> QueryResult<Option<(LockedPost, Standing)>> {
    // A post never changes its group.
    let group = posts::table.find(post).select(posts::group_id).first::<i64>(conn).await.optional()?;
    let Some(group) = group else { return Ok(None) };
    if roster::lock_group(conn, group).await?.is_none() {
        return Ok(None);
    }
    let Some(found) = lock(conn, post).await? else { return Ok(None) };
    let standing = access::standing(conn, group, Some(user), at).await?;
    Ok(standing.filter(access::may_read).map(|standing| (found, standing)))
}

pub(super) async fn update(conn: &mut Conn, update: UpdatePost) -> Outcome<PostUpdated> {
    let (id, by, at) = (update.id.get(), update.by, update.at);
    let html = update.patch.content.as_ref().map_or("", |content| &content.rendered.html);
    let shown = uses::lock(conn, html).await?;
    let Some(post) = lock(conn, id).await?.filter(|post| post.deleted_at.is_none()) else {
        return Ok(PostUpdated::NoSuchPost);
    };
    let standing = access::standing(conn, post.group_id, Some(by), at).await?;
    let Some(standing) = standing.filter(access::may_read) else {
        return Ok(PostUpdated::NoSuchPost);
    };
    if !post.is_by(by) {
        return Ok(PostUpdated::NotAllowed);
    }
    if let Some(barred) = barred(standing.role, standing.muted_until, standing.banned, at) {
        return Ok(PostUpdated::Barred(barred));
    }
    if update.if_version.is_some_and(|version| version != post.version) {
        return Ok(PostUpdated::Changed);
    }
    let place = Place { group_id: Some(post.group_id), author_id: Some(post.author_id) };
    keep(conn, id, post, at).await?;
    let (changes, body) = PostChanges::of(update.patch.title, update.patch.content);
    diesel::update(posts::table.find(id))
        .set((changes, posts::version.eq(posts::version + 1), posts::edited_at.eq(Some(At(at)))))
        .execute(conn)
        .await?;
    if let Some(body) = body {
        diesel::update(post_bodies::table.find(id)).set(body).execute(conn).await?;
        uses::note(conn, &shown, Subject::Post(update.id)).await?;
    }
    happened(conn, Verb::Edited, id, by, at).await?;
    moderation::review(conn, update.review, (TargetKind::Post, id), place, at).await?;
    Ok(PostUpdated::Done)
}

/// Adds what a post is now to its history.
async fn keep(conn: &mut Conn, id: i64, post: LockedPost, at: DateTime<Utc>) -> QueryResult<()> {
    let since = post.edited_at.unwrap_or(post.created_at);
    diesel::insert_into(post_revisions::table)
        .values(post_bodies::table.find(id).select((
            post_bodies::post_id,
            post.version.into_sql::<BigInt>(),
            post.title.into_sql::<Text>(),
            post.format.into_sql::<Text>(),
            post_bodies::source,
            post_bodies::html,
            post_bodies::policy,
            since.into_sql::<Moment>(),
            At(at).into_sql::<Moment>(),
        )))
        .into_columns((
            post_revisions::post_id,
            post_revisions::version,
            post_revisions::title,
            post_revisions::format,
            post_revisions::source,
            post_revisions::html,
            post_revisions::policy,
            post_revisions::created_at,
            post_revisions::replaced_at,
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn delete(conn: &mut Conn, delete: DeletePost) -> Outcome<PostDeleted> {
    let (id, by, at) = (delete.id.get(), delete.by, delete.at);
    let found = lock_both(conn, id, by, at).await?;
    let Some((post, standing)) = found.filter(|(post, _)| post.deleted_at.is_none()) else {
        return Ok(PostDeleted::NoSuchPost);
    };
    if !post.is_by(by) && !moderates(&standing) {
        return Ok(PostDeleted::NotAllowed);
    }
    if delete.if_version.is_some_and(|version| version != post.version) {
        return Ok(PostDeleted::Changed);
    }
    if !take_away(conn, id, post.group_id, by, at).await? {
        return Ok(PostDeleted::NoSuchPost);
    }
    if !post.is_by(by) {
        let line = Line::new(Some(by), Deed::Delete, TargetKind::Post, id, at);
        log::write(conn, line.within(post.group_id)).await?;
    }
    Ok(PostDeleted::Done)
}

/// Deletes a post that is locked, after its group, and counts it out, if nobody has. Whether nobody had.
async fn take_away(conn: &mut Conn, id: i64, group: i64, by: UserId, at: DateTime<Utc>) -> QueryResult<bool> {
    let gone = diesel::update(posts::table.find(id).filter(posts::deleted_at.is_null()))
        .set((posts::deleted_at.eq(Some(At(at))), posts::deleted_by.eq(Some(by.get()))))
        .execute(conn)
        .await?;
    if gone == 1 {
        count(conn, group, -1).await?;
        happened(conn, Verb::Deleted, id, by, at).await?;
    }
    Ok(gone == 1)
}

/// As [`take_away`], by whoever moderates; of a post whose group is locked, if it is there. An operator
/// (`None`) deletes in the author's name, since a deleted post names who deleted it.
pub(crate) async fn take_away_reported(
    conn: &mut Conn,
    id: i64,
    by: Option<UserId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let Some(post) = lock(conn, id).await? else { return Ok(()) };
    let by = by.unwrap_or(UserId::stored(post.author_id));
    take_away(conn, id, post.group_id, by, at).await.map(|_| ())
}

/// Locks a post until the transaction ends, if there is one.
pub(crate) async fn hold(conn: &mut Conn, id: i64) -> QueryResult<()> {
    lock(conn, id).await.map(|_| ())
}

pub(super) async fn restore(
    conn: &mut Conn,
    id: i64,
    by: UserId,
    at: DateTime<Utc>,
) -> Outcome<PostRestored> {
    let Some((post, standing)) = lock_both(conn, id, by, at).await? else {
        return Ok(PostRestored::NoSuchPost);
    };
    match (post.deleted_at, moderates(&standing)) {
        (None, true) => return Ok(PostRestored::NotDeleted),
        (None, false) => return Ok(PostRestored::NotAllowed),
        (Some(_), false) => return Ok(PostRestored::NoSuchPost),
        (Some(_), true) => {}
    }
    // Of what its author erased nothing is left to come back.
    let erased = post_bodies::table.find(id).filter(post_bodies::source.eq(""));
    if diesel::select(exists(erased)).get_result::<bool>(conn).await? {
        return Ok(PostRestored::NoSuchPost);
    }
    let back = diesel::update(posts::table.find(id).filter(posts::deleted_at.is_not_null()))
        .set((posts::deleted_at.eq(None::<At>), posts::deleted_by.eq(None::<i64>)))
        .execute(conn)
        .await?;
    if back == 0 {
        return Ok(PostRestored::NotDeleted);
    }
    count(conn, post.group_id, 1).await?;
    happened(conn, Verb::Restored, id, by, at).await?;
    let line = Line::new(Some(by), Deed::Restore, TargetKind::Post, id, at);
    log::write(conn, line.within(post.group_id)).await?;
    Ok(PostRestored::Done)
}

fn moderates(standing: &Standing) -> bool {
    standing.role.is_some_and(Role::moderates)
}

/// Whoever is demoted at the same time comes before the one statement that marks, or after it. A mark that
/// stands already is no deed.
pub(super) async fn mark_it(
    conn: &mut Conn,
    id: i64,
    mark: Mark,
    on: bool,
    by: UserId,
    at: DateTime<Utc>,
) -> Outcome<bool> {
    let moderated = groups::table
        .inner_join(memberships::table)
        .filter(groups::id.eq(posts::group_id))
        .filter(groups::deleted_at.is_null())
        .filter(memberships::user_id.eq(by.get()))
        .filter(memberships::role.ne(Role::Member.word()));
    let post =
        posts::table.filter(posts::id.eq(id)).filter(posts::deleted_at.is_null()).filter(exists(moderated));
    macro_rules! set {
        ($column:expr) => {
            diesel::update(post.clone().filter($column.ne(on)))
                .set($column.eq(on))
                .returning(posts::group_id)
                .get_result::<i64>(conn)
                .await
                .optional()?
        };
    }
    let (marked, deed) = match (mark, on) {
        (Mark::Pinned, true) => (set!(posts::pinned), Deed::Pin),
        (Mark::Pinned, false) => (set!(posts::pinned), Deed::Unpin),
        (Mark::Excellent, true) => (set!(posts::excellent), Deed::MarkExcellent),
        (Mark::Excellent, false) => (set!(posts::excellent), Deed::UnmarkExcellent),
        (Mark::Locked, true) => (set!(posts::locked), Deed::Lock),
        (Mark::Locked, false) => (set!(posts::locked), Deed::Unlock),
    };
    match marked {
        Some(group) => {
            let line = Line::new(Some(by), deed, TargetKind::Post, id, at);
            log::write(conn, line.within(group)).await?;
            Ok(true)
        }
        None => Ok(diesel::select(exists(post)).get_result(conn).await?),
    }
}
