//! Everything that is a user's, read in one snapshot.

mod asked;
mod moderated;

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryDsl, SelectableHelper, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::{
        Export, ExportRepository, ExportedComment, ExportedMembership, ExportedPost, ExportedRequest,
        ExportedSession, ExportedText,
    },
    clock::Timestamp,
    comment::CommentBody,
    content::{Format, Source},
    error::PortError,
    group::{GroupCard, Role},
    id::{AnswerId, CommentId, GroupId, JoinRequestId, PostId, SessionId, UserId},
    join::JoinStatus,
    like::Target,
    media::Media,
};

use super::{Conn, Store, account, notification};
use crate::{
    rows::media::MediaRow,
    schema::{
        answer_likes, blocks, bookmarks, comment_likes, comment_revisions, comments, groups, join_requests,
        media, memberships, post_bodies, post_likes, post_revisions, posts, sessions,
    },
    types::{At, Read},
};

#[async_trait]
impl ExportRepository for Store {
    async fn export(&self, user: UserId) -> Result<Option<Export>, PortError> {
        self.snapshot(move |conn| Box::pin(everything(conn, user))).await
    }
}

async fn everything(conn: &mut Conn, id: UserId) -> QueryResult<Option<Export>> {
    let Some(user) = account::find(conn, id).await? else { return Ok(None) };
    let id = id.get();
    Ok(Some(Export {
        user,
        sessions: sessions_of(conn, id).await?,
        memberships: memberships_of(conn, id).await?,
        join_requests: requests_of(conn, id).await?,
        posts: posts_of(conn, id).await?,
        comments: comments_of(conn, id).await?,
        questions: asked::questions_of(conn, id).await?,
        answers: asked::answers_of(conn, id).await?,
        answer_replies: asked::replies_of(conn, id).await?,
        likes: likes_of(conn, id).await?,
        bookmarks: bookmarks_of(conn, id).await?,
        blocks: blocks_of(conn, id).await?,
        uploads: uploads_of(conn, id).await?,
        muted: notification::preferences(conn, UserId::stored(id)).await?.muted,
        reports: moderated::reports_of(conn, id).await?,
        deeds: moderated::deeds_of(conn, id).await?,
    }))
}

async fn sessions_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedSession>> {
    let rows = sessions::table
        .filter(sessions::user_id.eq(user))
        .order((sessions::created_at, sessions::id))
        .select((
            sessions::id,
            sessions::user_agent,
            sessions::ip,
            sessions::created_at,
            sessions::last_seen_at,
        ))
        .load::<(i64, Option<String>, String, At, At)>(conn)
        .await?;
    let session = |(id, user_agent, ip, created_at, last_seen_at): (i64, _, _, At, At)| ExportedSession {
        id: SessionId::stored(id),
        user_agent,
        ip,
        created_at: created_at.0,
        last_seen_at: last_seen_at.0,
    };
    Ok(rows.into_iter().map(session).collect())
}

async fn memberships_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedMembership>> {
    let rows = memberships::table
        .inner_join(groups::table)
        .filter(memberships::user_id.eq(user))
        .filter(groups::deleted_at.is_null())
        .order((memberships::joined_at, memberships::group_id))
        .select((groups::id, groups::name, memberships::role, memberships::joined_at))
        .load::<(i64, String, Read<Role>, At)>(conn)
        .await?;
    let membership = |(id, name, role, joined_at): (i64, String, Read<Role>, At)| ExportedMembership {
        group: GroupCard { id: GroupId::stored(id), name },
        role: role.0,
        joined_at: joined_at.0,
    };
    Ok(rows.into_iter().map(membership).collect())
}

type RequestRow = (i64, i64, String, Read<JoinStatus>, Option<String>, At, Option<At>);

async fn requests_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedRequest>> {
    let rows: Vec<RequestRow> = join_requests::table
        .filter(join_requests::user_id.eq(user))
        .order((join_requests::created_at, join_requests::id))
        .select((
            join_requests::id,
            join_requests::group_id,
            join_requests::reason,
            join_requests::status,
            join_requests::reply,
            join_requests::created_at,
            join_requests::decided_at,
        ))
        .load(conn)
        .await?;
    let request = |(id, group, reason, status, reply, created_at, decided_at): RequestRow| ExportedRequest {
        id: JoinRequestId::stored(id),
        group_id: GroupId::stored(group),
        reason,
        status: status.0,
        reply,
        created_at: created_at.0,
        decided_at: decided_at.map(|at| at.0),
    };
    Ok(rows.into_iter().map(request).collect())
}

type TextRow = (i64, String, Read<Format>, String, At);

fn text((_, title, format, body, since): TextRow) -> ExportedText {
    ExportedText { title, format: format.0, body: Source::stored(body), since: since.0 }
}

async fn posts_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedPost>> {
    let mut before = HashMap::<i64, Vec<ExportedText>>::new();
    let revisions: Vec<TextRow> = post_revisions::table
        .inner_join(posts::table)
        .filter(posts::author_id.eq(user))
        .order((post_revisions::post_id, post_revisions::version))
        .select((
            post_revisions::post_id,
            post_revisions::title,
            post_revisions::format,
            post_revisions::source,
            post_revisions::created_at,
        ))
        .load(conn)
        .await?;
    for revision in revisions {
        before.entry(revision.0).or_default().push(text(revision));
    }
    let rows = posts::table
        .inner_join(post_bodies::table)
        .filter(posts::author_id.eq(user))
        .order((posts::created_at, posts::id))
        .select((
            (posts::id, posts::title, posts::format, post_bodies::source, posts::created_at),
            posts::group_id,
            posts::edited_at,
            posts::deleted_at,
        ))
        .load::<(TextRow, i64, Option<At>, Option<At>)>(conn)
        .await?;
    let post = |(row, group, edited_at, deleted_at): (TextRow, i64, Option<At>, Option<At>)| {
        let (id, created_at) = (row.0, row.4.0);
        let now = text(row);
        ExportedPost {
            id: PostId::stored(id),
            group_id: GroupId::stored(group),
            text: ExportedText { since: edited_at.map_or(now.since, |at| at.0), ..now },
            created_at,
            deleted_at: deleted_at.map(|at| at.0),
            before: before.remove(&id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(post).collect())
}

type CommentRow = (i64, i64, Option<i64>, String, At, Option<At>);

async fn comments_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<ExportedComment>> {
    let mut before = HashMap::<i64, Vec<CommentBody>>::new();
    let revisions: Vec<(i64, String)> = comment_revisions::table
        .inner_join(comments::table)
        .filter(comments::author_id.eq(user))
        .order((comment_revisions::comment_id, comment_revisions::version))
        .select((comment_revisions::comment_id, comment_revisions::body))
        .load(conn)
        .await?;
    for (id, body) in revisions {
        before.entry(id).or_default().push(CommentBody::stored(body));
    }
    let rows: Vec<CommentRow> = comments::table
        .filter(comments::author_id.eq(user))
        .order((comments::created_at, comments::id))
        .select((
            comments::id,
            comments::post_id,
            comments::parent_id,
            comments::body,
            comments::created_at,
            comments::deleted_at,
        ))
        .load(conn)
        .await?;
    let comment = |(id, post, parent, body, created_at, deleted_at): CommentRow| ExportedComment {
        id: CommentId::stored(id),
        post_id: PostId::stored(post),
        parent_id: parent.map(CommentId::stored),
        body: CommentBody::stored(body),
        created_at: created_at.0,
        deleted_at: deleted_at.map(|at| at.0),
        before: before.remove(&id).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(comment).collect())
}

async fn likes_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<(Target, Timestamp)>> {
    let of_posts = post_likes::table
        .filter(post_likes::user_id.eq(user))
        .select((post_likes::post_id, post_likes::created_at))
        .load::<(i64, At)>(conn)
        .await?;
    let of_comments = comment_likes::table
        .filter(comment_likes::user_id.eq(user))
        .select((comment_likes::comment_id, comment_likes::created_at))
        .load::<(i64, At)>(conn)
        .await?;
    let of_answers = answer_likes::table
        .filter(answer_likes::user_id.eq(user))
        .select((answer_likes::answer_id, answer_likes::created_at))
        .load::<(i64, At)>(conn)
        .await?;
    let posts = of_posts.into_iter().map(|(id, at)| (Target::Post(PostId::stored(id)), at.0));
    let comments = of_comments.into_iter().map(|(id, at)| (Target::Comment(CommentId::stored(id)), at.0));
    let answers = of_answers.into_iter().map(|(id, at)| (Target::Answer(AnswerId::stored(id)), at.0));
    let mut likes: Vec<_> = posts.chain(comments).chain(answers).collect();
    likes.sort_by_key(|(_, at)| *at);
    Ok(likes)
}

async fn bookmarks_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<(PostId, Timestamp)>> {
    let rows = bookmarks::table
        .filter(bookmarks::user_id.eq(user))
        .order((bookmarks::created_at, bookmarks::post_id))
        .select((bookmarks::post_id, bookmarks::created_at))
        .load::<(i64, At)>(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, at)| (PostId::stored(id), at.0)).collect())
}

async fn blocks_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<(UserId, Timestamp)>> {
    let rows = blocks::table
        .filter(blocks::user_id.eq(user))
        .order((blocks::created_at, blocks::blocked_id))
        .select((blocks::blocked_id, blocks::created_at))
        .load::<(i64, At)>(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, at)| (UserId::stored(id), at.0)).collect())
}

async fn uploads_of(conn: &mut Conn, user: i64) -> QueryResult<Vec<Media>> {
    let rows: Vec<MediaRow> = media::table
        .filter(media::owner_id.eq(user))
        .order((media::created_at, media::id))
        .select(MediaRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(MediaRow::read).collect())
}
