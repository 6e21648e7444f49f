//! Reading posts: each read is one statement, who may read included, in one of two shapes: for everyone,
//! and for somebody, with what the post is to him.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, SelectableHelper,
    dsl::{AsSelect, auto_type, exists, select},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    group::Role,
    id::UserId,
    page::{Page, PageRequest},
    post::{PostDetail, PostFilter, PostList, PostRevision, PostView},
};

use super::super::{Backend, Conn, access, among, before, before_pinned, rows_for};
use crate::{
    rows::{
        CardRow,
        group::GroupCardRow,
        post::{self, BodyRow, PostRow, RevisionRow, SeenRow, ViewRow, ViewerRow, WholeRow},
    },
    schema::{bookmarks, groups, memberships, post_bodies, post_likes, post_revisions, posts, users},
    types::{Public, Word},
};

// The memberships of whose feed it is: the viewer's own may stand in the same query.
diesel::alias! {
    pub(super) const BELONGINGS: Alias<Belongings> = memberships as belongings;
}

/// The posts that are there for everyone.
#[auto_type]
pub(in super::super) fn for_all() -> _ {
    let open: access::open_to_all = access::open_to_all();
    posts::table
        .inner_join(groups::table)
        .inner_join(users::table)
        .filter(posts::deleted_at.is_null())
        .filter(open)
}

/// The posts that are there for `user`, with his membership, which [`to_him`] reads.
#[auto_type]
pub(in super::super) fn for_him(user: i64) -> _ {
    let belongs: access::his = access::his(user);
    let open: access::open_to_him = access::open_to_him();
    posts::table
        .inner_join(groups::table)
        .inner_join(users::table)
        .left_join(memberships::table.on(belongs))
        .filter(posts::deleted_at.is_null())
        .filter(open)
}

/// The like that `user` gave to the post of the outer query.
#[auto_type]
pub(super) fn his_like(user: i64) -> _ {
    post_likes::table.filter(post_likes::post_id.eq(posts::id)).filter(post_likes::user_id.eq(user))
}

/// The bookmark that `user` put on the post of the outer query.
#[auto_type]
fn his_bookmark(user: i64) -> _ {
    bookmarks::table.filter(bookmarks::post_id.eq(posts::id)).filter(bookmarks::user_id.eq(user))
}

/// What a post of [`for_him`] is to `user`, as [`ViewerRow`] reads it.
///
/// Likes and bookmarks are looked up by their keys, one for each row that is shown. Joined, a planner
/// that does not know the `LIMIT` would rather read all of them: PostgreSQL did.
#[auto_type]
pub(super) fn to_him(user: i64) -> _ {
    let like: his_like = his_like(user);
    let bookmark: his_bookmark = his_bookmark(user);
    (
        like.select(post_likes::user_id).single_value().is_not_null(),
        bookmark.select(bookmarks::user_id).single_value().is_not_null(),
        memberships::role.nullable(),
        memberships::muted_until.nullable(),
    )
}

/// Adds to a boxed query of posts and their groups what a list holds.
macro_rules! of_list {
    ($posts:expr, $list:expr) => {{
        let posts = $posts;
        match $list {
            PostList::Group { id, filter, author } => {
                let mut posts = posts.filter(posts::group_id.eq(id.get()));
                if let Some(author) = author {
                    posts = posts.filter(posts::author_id.eq(author.get()));
                }
                // The bare columns are what the partial indexes say, so that generic plans use them.
                match filter {
                    PostFilter::All => posts,
                    PostFilter::Excellent => posts.filter(posts::excellent),
                    PostFilter::Hot => posts.filter(posts::hot),
                }
            }
            PostList::Public => posts.filter(groups::visibility.eq(Public)),
            PostList::By(author) => posts.filter(posts::author_id.eq(author.get())),
            PostList::Feed(member) => posts.filter(
                posts::group_id.eq_any(
                    BELONGINGS
                        .filter(BELONGINGS.field(memberships::user_id).eq(member.get()))
                        .select(BELONGINGS.field(memberships::group_id)),
                ),
            ),
        }
    }};
}
pub(super) use of_list;

/// A boxed query of posts, newest first, from where the page goes on; of a group the pinned ones first.
macro_rules! newest_first {
    ($posts:expr, $list:expr, $page:expr) => {{
        let (list, page) = ($list, $page);
        let posts = match list {
            // Not the `IN` of `of_list`, for whose sake SQLite would read and sort all posts of these groups:
            // whether he is in a post's group is asked of one post after the other.
            PostList::Feed(member) => $posts.into_boxed().filter(exists(
                BELONGINGS
                    .filter(BELONGINGS.field(memberships::user_id).eq(member.get()))
                    .filter(BELONGINGS.field(memberships::group_id).eq(posts::group_id)),
            )),
            list => of_list!($posts.into_boxed(), list),
        };
        if let PostList::Group { .. } = list {
            let posts = posts.order((posts::pinned.desc(), posts::created_at.desc(), posts::id.desc()));
            match page.pinned_key() {
                Some(place) => {
                    posts.filter(before_pinned(posts::pinned, posts::created_at, posts::id, place))
                }
                None => posts,
            }
        } else {
            let posts = posts.order((posts::created_at.desc(), posts::id.desc()));
            match page.key() {
                Some(place) => posts.filter(before(posts::created_at, posts::id, place)),
                None => posts,
            }
        }
    }};
}

/// What is selected of a post, with its group and its author.
pub(super) fn whole() -> WholeColumns {
    (PostRow::as_select(), GroupCardRow::as_select(), CardRow::as_select())
}

type WholeColumns = (AsSelect<PostRow, Backend>, AsSelect<GroupCardRow, Backend>, AsSelect<CardRow, Backend>);

pub(super) async fn find(
    conn: &mut Conn,
    id: i64,
    viewer: Option<UserId>,
) -> QueryResult<Option<PostDetail>> {
    let (post, group, author) = whole();
    let found: Option<(ViewRow, BodyRow)> = match viewer {
        None => for_all()
            .inner_join(post_bodies::table)
            .filter(posts::id.eq(id))
            .select((post, group, author, BodyRow::as_select()))
            .first::<(PostRow, GroupCardRow, CardRow, BodyRow)>(conn)
            .await
            .optional()?
            .map(|(post, group, author, body)| ((post, group, author).into(), body)),
        Some(user) => for_him(user.get())
            .inner_join(post_bodies::table)
            .filter(posts::id.eq(id))
            .select((post, group, author, to_him(user.get()), BodyRow::as_select()))
            .first::<(PostRow, GroupCardRow, CardRow, ViewerRow, BodyRow)>(conn)
            .await
            .optional()?
            .map(|(post, group, author, viewer, body)| ((post, group, author, viewer).into(), body)),
    };
    Ok(found.map(post::detail))
}

pub(super) async fn find_several(
    conn: &mut Conn,
    ids: Vec<i64>,
    viewer: Option<UserId>,
) -> QueryResult<Vec<PostView>> {
    let (post, group, author) = whole();
    let wanted = among(posts::id, &ids);
    let rows = match viewer {
        None => views(for_all().filter(wanted).select((post, group, author)).load::<WholeRow>(conn).await?),
        Some(user) => {
            let seen = for_him(user.get()).filter(wanted).select((post, group, author, to_him(user.get())));
            views(seen.load::<SeenRow>(conn).await?)
        }
    };
    let mut found: HashMap<i64, ViewRow> = rows.into_iter().map(|row| (row.whole.0.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).map(PostView::from).collect())
}

pub(super) async fn list(
    conn: &mut Conn,
    list: PostList,
    page: PageRequest,
    viewer: Option<UserId>,
) -> QueryResult<Page<PostView>> {
    let (post, group, author) = whole();
    let rows = match viewer {
        None => {
            let posts = newest_first!(for_all(), list, page);
            let posts = rows_for(posts.select((post, group, author)), page);
            views(posts.load::<WholeRow>(conn).await?)
        }
        Some(user) => {
            let posts = newest_first!(for_him(user.get()), list, page);
            let posts = rows_for(posts.select((post, group, author, to_him(user.get()))), page);
            views(posts.load::<SeenRow>(conn).await?)
        }
    };
    let place = |row: &ViewRow| (row.whole.0.pinned, row.whole.0.created_at.0, row.whole.0.id);
    let found = if let PostList::Group { .. } = list {
        Page::from_pinned(rows, page.limit, place)
    } else {
        Page::from_surplus(rows, page.limit, |row| (row.whole.0.created_at.0, row.whole.0.id))
    };
    Ok(found.map(PostView::from))
}

fn views<R: Into<ViewRow>>(rows: Vec<R>) -> Vec<ViewRow> {
    rows.into_iter().map(Into::into).collect()
}

/// The posts whose history `user` may read: his own that are there for him, and those, also deleted
/// ones, of groups that he moderates.
#[auto_type]
fn known_to(user: i64) -> _ {
    let member: &'static str = Role::Member.word();
    let belongs: access::his = access::his(user);
    let open: access::open_to_him = access::open_to_him();
    let own = posts::author_id.eq(user).and(posts::deleted_at.is_null()).and(open);
    let moderated = groups::deleted_at.is_null().and(memberships::role.ne(member));
    posts::table.inner_join(groups::table).left_join(memberships::table.on(belongs)).filter(own.or(moderated))
}

pub(super) async fn revisions(
    conn: &mut Conn,
    id: i64,
    by: i64,
    page: PageRequest,
) -> QueryResult<Option<Page<PostRevision>>> {
    let mut list =
        known_to(by).inner_join(post_revisions::table).filter(post_revisions::post_id.eq(id)).into_boxed();
    if let Some(place) = page.key() {
        list = list.filter(before(post_revisions::replaced_at, post_revisions::version, place));
    }
    let list = list
        .order((post_revisions::replaced_at.desc(), post_revisions::version.desc()))
        .select((RevisionRow::as_select(), posts::group_id));
    let rows: Vec<(RevisionRow, i64)> = rows_for(list, page).load(conn).await?;
    // Only an empty page leaves open whether he may read it.
    if rows.is_empty() && !select(exists(known_to(by).filter(posts::id.eq(id)))).get_result(conn).await? {
        return Ok(None);
    }
    let found: Vec<PostRevision> = rows.into_iter().map(|(row, group)| row.of_group(group)).collect();
    Ok(Some(Page::from_surplus(found, page.limit, |one| (one.replaced_at, one.version))))
}
