//! Reading posts: each read is one statement, who may read included, in one of two shapes: for everyone,
//! and for somebody, with what the post is to him.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, SelectableHelper,
    dsl::{AsSelect, IsNotNull, Nullable, auto_type, exists, select},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    group::Role,
    id::UserId,
    page::{Page, PageRequest},
    post::{PostDetail, PostFilter, PostList, PostRevision, PostView},
};

use super::super::{Backend, Conn, access, among, before, before_pinned, surplus};
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
pub(super) fn for_all() -> _ {
    let open: access::open_to_all = access::open_to_all();
    posts::table
        .inner_join(groups::table)
        .inner_join(users::table)
        .filter(posts::deleted_at.is_null())
        .filter(open)
}

/// The posts that are there for `user`, with what [`to_him`] reads.
#[auto_type]
pub(super) fn for_him(user: i64) -> _ {
    let belongs: access::his = access::his(user);
    let likes = post_likes::post_id.eq(posts::id).and(post_likes::user_id.eq(user));
    let remembers = bookmarks::post_id.eq(posts::id).and(bookmarks::user_id.eq(user));
    let open: access::open_to_him = access::open_to_him();
    posts::table
        .inner_join(groups::table)
        .inner_join(users::table)
        .left_join(memberships::table.on(belongs))
        .left_join(post_likes::table.on(likes))
        .left_join(bookmarks::table.on(remembers))
        .filter(posts::deleted_at.is_null())
        .filter(open)
}

/// A post of [`for_him`] and what it is to him, as [`ViewerRow`] reads it.
#[auto_type]
pub(super) fn to_him() -> _ {
    let liked: IsNotNull<Nullable<post_likes::user_id>> = post_likes::user_id.nullable().is_not_null();
    let bookmarked: IsNotNull<Nullable<bookmarks::user_id>> = bookmarks::user_id.nullable().is_not_null();
    (liked, bookmarked, memberships::role.nullable(), memberships::muted_until.nullable())
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
        let posts = of_list!($posts.into_boxed(), list).limit(surplus(page));
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
            .select((post, group, author, to_him(), BodyRow::as_select()))
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
            let seen = for_him(user.get()).filter(wanted).select((post, group, author, to_him()));
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
            views(posts.select((post, group, author)).load::<WholeRow>(conn).await?)
        }
        Some(user) => {
            let posts = newest_first!(for_him(user.get()), list, page);
            views(posts.select((post, group, author, to_him())).load::<SeenRow>(conn).await?)
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
    let rows: Vec<RevisionRow> = list
        .order((post_revisions::replaced_at.desc(), post_revisions::version.desc()))
        .limit(surplus(page))
        .select(RevisionRow::as_select())
        .load(conn)
        .await?;
    // Only an empty page leaves open whether he may read it.
    if rows.is_empty() && !select(exists(known_to(by).filter(posts::id.eq(id)))).get_result(conn).await? {
        return Ok(None);
    }
    let found: Vec<PostRevision> = rows.into_iter().map(Into::into).collect();
    Ok(Some(Page::from_surplus(found, page.limit, |one| (one.replaced_at, one.version))))
}
