//! Ranking posts. Each of these is asked at most once a minute for a list, and costs a visit to every
//! post of the list, so more than a page: what that means stands with each.

use chrono::{DateTime, Utc};
use diesel::{
    AggregateExpressionMethods, BoolExpressionMethods, ExpressionMethods, JoinOnDsl,
    NullableExpressionMethods, OptionalExtension, QueryDsl,
    dsl::{IntoBoxed, auto_type, count},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    id::PostId,
    post::{Measured, PostFilter, PostList, RankBy},
};

use super::{
    super::{Backend, Conn},
    view::{BELONGINGS, of_list},
};
use crate::{
    rows::post::MeasuredRow,
    schema::{comments, groups, memberships, posts},
    types::{At, Public},
};

/// The posts that are there for anybody, with their groups.
#[auto_type]
fn living() -> _ {
    posts::table
        .inner_join(groups::table)
        .filter(posts::deleted_at.is_null())
        .filter(groups::deleted_at.is_null())
}

/// A list of them in the making.
type Living<'a> = IntoBoxed<'a, living, Backend>;

fn of<'a>(list: PostList) -> Living<'a> {
    of_list!(living().into_boxed(), list)
}

/// Reads every post of the list and keeps the best: neither likes nor activity stand in an index, which
/// would have to be written with every like and comment.
pub(super) async fn best(
    conn: &mut Conn,
    list: PostList,
    by: RankBy,
    limit: u32,
) -> QueryResult<Vec<PostId>> {
    let mut posts = of(list);
    if let PostList::Group { .. } = list {
        posts = posts.then_order_by(posts::pinned.desc());
    }
    posts = match by {
        RankBy::Activity => posts.then_order_by(posts::last_activity_at.desc()),
        RankBy::Likes { since } => {
            if let Some(since) = since {
                posts = posts.filter(posts::created_at.ge(At(since)));
            }
            posts.then_order_by(posts::like_count.desc())
        }
    };
    let ids = posts
        .then_order_by((posts::created_at.desc(), posts::id.desc()))
        .limit(limit.into())
        .select(posts::id)
        .load::<i64>(conn)
        .await?;
    Ok(ids.into_iter().map(PostId::stored).collect())
}

/// Reads `nth` entries of `posts_newest`; of a group, every entry of its index, since the pinned ones
/// stand first there.
pub(super) async fn nth_newest(
    conn: &mut Conn,
    list: PostList,
    nth: u32,
) -> QueryResult<Option<DateTime<Utc>>> {
    let written: Option<At> = of(list)
        .order((posts::created_at.desc(), posts::id.desc()))
        .offset(i64::from(nth.saturating_sub(1)))
        .limit(1)
        .select(posts::created_at)
        .first(conn)
        .await
        .optional()?;
    Ok(written.map(|at| at.0))
}

/// Reads the posts since then and, of the index `comments_commenters`, the entries of each.
pub(super) async fn measure(
    conn: &mut Conn,
    list: PostList,
    since: Option<DateTime<Utc>>,
) -> QueryResult<Vec<Measured>> {
    let visible = comments::post_id.eq(posts::id).and(comments::deleted_at.is_null());
    let mut posts = of_list!(
        living()
            .left_join(comments::table.on(visible))
            .group_by(posts::id)
            .select((
                posts::id,
                posts::pinned,
                posts::created_at,
                posts::like_count,
                count(comments::author_id.nullable()).aggregate_distinct(),
            ))
            .into_boxed(),
        list
    );
    if let Some(since) = since {
        let recent = posts::created_at.ge(At(since));
        posts = match list {
            PostList::Group { .. } => posts.filter(recent.or(posts::pinned)),
            PostList::Public | PostList::By(_) | PostList::Feed(_) => posts.filter(recent),
        };
    }
    let rows: Vec<MeasuredRow> = posts.load(conn).await?;
    // A pin is its group's matter: among the posts of several groups it lifts nothing.
    let pins = matches!(list, PostList::Group { .. });
    let measured = rows.into_iter().map(Measured::from);
    Ok(measured.map(|post| Measured { pinned: post.pinned && pins, ..post }).collect())
}
