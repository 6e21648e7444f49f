//! The calls that a busy forum consists of, and the indexes they live on.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use forum_domain::{
    comment::{CommentBody, CommentCreated, CommentOrder, CreateComment, CreateReply, ReplyCreated},
    id::{CommentId, GroupId, PostId, UserId},
    like::{Day, Like, Liked, Target, Unlike, Unliked},
    page::{PageRequest, Position},
    post::{PostFilter, PostList},
    store::Store,
};
use futures_util::future::BoxFuture;

/// A call whose statements are looked at.
pub(crate) struct Call {
    /// What it is.
    pub(crate) name: &'static str,
    /// Makes it, the so-manieth time.
    pub(crate) make: fn(Arc<dyn Store>, i64) -> BoxFuture<'static, ()>,
    /// How many statements SQLite needs for it; PostgreSQL needs one.
    pub(crate) on_sqlite: usize,
    /// An index that one of its statements must use; nothing if it only looks up ids.
    pub(crate) index: Option<&'static str>,
    /// It has few rows to sort (those asked for by id), or none.
    pub(crate) sorts: bool,
}

impl Call {
    /// What is wrong with a plan of this call.
    pub(crate) fn objections(&self, plan: &str, faults: &[String]) -> Option<String> {
        let faults: Vec<&str> = faults
            .iter()
            .map(String::as_str)
            .filter(|fault| !(self.sorts && (fault.starts_with("Sort") || fault.starts_with("USE TEMP"))))
            .collect();
        let missing = self.index.filter(|index| !plan.contains(index));
        (missing.is_some() || !faults.is_empty())
            .then(|| format!("{}: {faults:?}, index not used: {missing:?}, in this plan:\n{plan}", self.name))
    }
}

const READER: Option<UserId> = Some(UserId::stored(2));

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

fn first() -> PageRequest {
    PageRequest::first()
}

/// A page that goes on somewhere: its statement differs from the first page's.
fn later() -> PageRequest {
    let after = Position::After { at: DateTime::from_timestamp(1_700_010_000, 0).unwrap(), id: 10_000 };
    PageRequest::new(20, Some(after)).unwrap()
}

fn group(filter: PostFilter, author: Option<UserId>) -> PostList {
    PostList::Group { id: GroupId::stored(1), filter, author }
}

async fn list(store: Arc<dyn Store>, list: PostList, page: PageRequest, viewer: Option<UserId>) {
    let found = store.list_posts(&list, page, viewer).await.unwrap();
    assert!(!found.items.is_empty(), "the list of {list:?} is empty: its plan tells nothing");
}

async fn comments(store: Arc<dyn Store>, order: CommentOrder, page: PageRequest, viewer: Option<UserId>) {
    let found = store.list_comments(PostId::stored(1), order, page, viewer).await.unwrap();
    assert!(!found.items.is_empty());
}

/// A name, the arguments of [`list`] and its index.
macro_rules! posts {
    ($name:literal, $list:expr, $page:expr, $viewer:expr, $index:literal) => {
        Call {
            name: $name,
            make: |store, _| Box::pin(list(store, $list, $page, $viewer)),
            on_sqlite: 1,
            index: Some($index),
            sorts: false,
        }
    };
}

/// A name, the arguments of [`comments`].
macro_rules! comments {
    ($name:literal, $order:expr, $page:expr, $viewer:expr) => {
        Call {
            name: $name,
            make: |store, _| Box::pin(comments(store, $order, $page, $viewer)),
            on_sqlite: 1,
            index: Some("comments_of_post"),
            sorts: false,
        }
    };
}

/// A name, what reads by ids, and whether its answer is as it should be.
macro_rules! look_up {
    ($name:literal, $sorts:literal, |$store:ident| $call:expr) => {
        Call {
            name: $name,
            make: |$store, _| Box::pin(async move { assert!($call, "{} finds nothing", $name) }),
            on_sqlite: 1,
            index: None,
            sorts: $sorts,
        }
    };
}

/// A name, how many statements it is on SQLite, and the write.
macro_rules! write {
    ($name:literal, $on_sqlite:literal, |$store:ident, $time:ident| $call:expr) => {
        Call {
            name: $name,
            make: |$store, $time| Box::pin(async move { assert!($call, "{} is refused", $name) }),
            on_sqlite: $on_sqlite,
            index: None,
            // Two quota rows are brought into their order.
            sorts: true,
        }
    };
}

fn ids<T>(id: fn(i64) -> T) -> Vec<T> {
    [1, 201, 401].map(id).into()
}

fn like(target: Target, time: i64) -> Like {
    let user = UserId::stored(1_500 + time);
    Like { target, user, day: Day(20_000), per_day: 50, per_author: 10, at: at(time) }
}

fn body() -> CommentBody {
    CommentBody::stored("c".into())
}

fn comment(time: i64) -> CreateComment {
    let author = UserId::stored(2);
    CreateComment {
        post_id: PostId::stored(1),
        author,
        body: body(),
        review: None,
        at: at(time),
        claim: None,
    }
}

fn reply(time: i64) -> CreateReply {
    CreateReply {
        comment_id: CommentId::stored(1),
        author: UserId::stored(2),
        body: body(),
        reply_to: None,
        review: None,
        at: at(time),
        claim: None,
    }
}

pub(crate) const CALLS: &[Call] = &[
    posts!("group, anonymous", group(PostFilter::All, None), first(), None, "posts_newest_of_group"),
    posts!("group, signed in", group(PostFilter::All, None), first(), READER, "posts_newest_of_group"),
    posts!("group, later page", group(PostFilter::All, None), later(), READER, "posts_newest_of_group"),
    posts!(
        "excellent of a group",
        group(PostFilter::Excellent, None),
        first(),
        READER,
        "posts_newest_excellent_of_group"
    ),
    posts!("hot of a group", group(PostFilter::Hot, None), first(), READER, "posts_newest_hot_of_group"),
    posts!(
        "of an author in a group",
        group(PostFilter::All, Some(UserId::stored(2))),
        first(),
        READER,
        "posts_newest_of_author_in_group"
    ),
    posts!("public, anonymous", PostList::Public, first(), None, "posts_newest"),
    posts!("public, later page", PostList::Public, later(), READER, "posts_newest"),
    posts!("feed", PostList::Feed(UserId::stored(2)), first(), READER, "posts_newest"),
    look_up!("post, anonymous", false, |store| {
        store.find_post(PostId::stored(1), None).await.unwrap().is_some()
    }),
    look_up!("post, signed in", false, |store| {
        store.find_post(PostId::stored(1), READER).await.unwrap().is_some()
    }),
    look_up!("posts by id", true, |store| {
        store.find_posts(&ids(PostId::stored), READER).await.unwrap().len() == 3
    }),
    comments!("comments, anonymous", CommentOrder::New, first(), None),
    comments!("comments, signed in", CommentOrder::New, first(), READER),
    comments!("comments, later page", CommentOrder::New, later(), READER),
    comments!("comments, oldest first", CommentOrder::Old, first(), READER),
    Call {
        name: "replies",
        make: |store, _| {
            Box::pin(async move {
                let found = store.list_replies(CommentId::stored(1), first(), READER).await.unwrap();
                assert!(!found.items.is_empty());
            })
        },
        on_sqlite: 1,
        index: Some("comments_replies"),
        sorts: false,
    },
    look_up!("comment", false, |store| {
        store.find_comment(CommentId::stored(1), READER).await.unwrap().is_some()
    }),
    look_up!("comments by id", true, |store| {
        !store.find_comments(&ids(CommentId::stored), READER).await.unwrap().is_empty()
    }),
    Call {
        name: "bookmarks",
        make: |store, _| {
            Box::pin(async move {
                let found = store.list_bookmarks(UserId::stored(2), first()).await.unwrap();
                assert!(!found.items.is_empty());
            })
        },
        on_sqlite: 1,
        index: Some("bookmarks_newest"),
        // A user has few of them.
        sorts: true,
    },
    write!("like a post", 5, |store, time| {
        matches!(store.like(like(Target::Post(PostId::stored(1)), time)).await.unwrap(), Liked::Done(_))
    }),
    write!("like a comment", 5, |store, time| {
        let target = Target::Comment(CommentId::stored(1));
        matches!(store.like(like(target, time)).await.unwrap(), Liked::Done(_))
    }),
    write!("unlike", 5, |store, time| {
        let Like { target, user, day, .. } = like(Target::Comment(CommentId::stored(1)), time);
        matches!(store.unlike(Unlike { target, user, day }).await.unwrap(), Unliked::Done(_))
    }),
    write!("comment", 4, |store, time| {
        matches!(store.create_comment(comment(time)).await.unwrap(), CommentCreated::Done(_))
    }),
    write!("reply", 5, |store, time| {
        matches!(store.create_reply(reply(time)).await.unwrap(), ReplyCreated::Done(_))
    }),
];
