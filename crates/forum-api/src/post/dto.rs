//! What posts look like in answers.

use forum_domain::post::{self as domain, PostDetail, PostView};
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{
    account::UserCard,
    content::{BodyFormat, ContentCapabilities},
    context::Call,
    fields::Moment,
    group::GroupRef,
    page::list_of,
};

/// A post without its body, as lists have it.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct PostSummary {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The group it stands in.
    group: GroupRef,
    /// Who wrote it.
    author: UserCard,
    /// Its title.
    #[oai(validator(max_length = 200))]
    title: String,
    /// How its body is written.
    format: BodyFormat,
    /// The beginning of its text, one line without markup.
    #[oai(validator(max_length = 200))]
    excerpt: String,
    /// Visible comments and replies under it.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    comment_count: i64,
    /// Its likes.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    like_count: i64,
    /// It stands before the others of its group.
    pinned: bool,
    /// Its group's moderators recommend it (精华).
    excellent: bool,
    /// It takes no new comments.
    locked: bool,
    /// It drew many likes and comments.
    hot: bool,
    /// When it was written.
    created_at: Moment,
    /// When its title or body was last edited.
    edited_at: Option<Moment>,
    /// When somebody last wrote: the post, or a comment or reply under it.
    last_activity_at: Moment,
    /// What it is to whoever asks; null if nobody is signed in.
    viewer: Option<PostViewer>,
}

impl PostSummary {
    pub(crate) fn of(view: PostView, call: &Call) -> Self {
        let post = view.post;
        Self {
            id: post.id.get(),
            group: GroupRef::new(post.group.id, &post.group.name),
            author: UserCard::of(post.author, call),
            title: post.title.as_str().to_owned(),
            format: post.format.into(),
            excerpt: post.excerpt,
            comment_count: post.comment_count,
            like_count: post.like_count,
            pinned: post.pinned,
            excellent: post.excellent,
            locked: post.locked,
            hot: post.hot,
            created_at: post.created_at.into(),
            edited_at: post.edited_at.map(Moment),
            last_activity_at: post.last_activity_at.into(),
            viewer: view.viewer.map(PostViewer::from),
        }
    }

    /// One in English.
    fn english() -> Self {
        Self {
            id: 1025,
            title: "Reading group: ownership without tears".into(),
            format: BodyFormat::Html,
            excerpt: "We meet on Saturday and read chapter 4 together. Beginners welcome!".into(),
            comment_count: 3,
            like_count: 7,
            pinned: false,
            excellent: false,
            hot: false,
            created_at: Moment::example(4, 6),
            edited_at: None,
            last_activity_at: Moment::example(5, 2),
            ..Self::example()
        }
    }
}

impl Example for PostSummary {
    fn example() -> Self {
        Self {
            id: 1024,
            group: GroupRef::example(),
            author: UserCard::example(),
            title: "新人必读：本组发帖指南".into(),
            format: BodyFormat::Markdown,
            excerpt: "欢迎来到 Rust 编程小组！ 提问请附上 rustc 版本和最小示例。".into(),
            comment_count: 18,
            like_count: 36,
            pinned: true,
            excellent: true,
            locked: false,
            hot: true,
            created_at: Moment::example(2, 9),
            edited_at: Some(Moment::example(3, 1)),
            last_activity_at: Moment::example(6, 12),
            viewer: Some(PostViewer::example()),
        }
    }
}

/// A post.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Post {
    #[oai(flatten)]
    #[serde(flatten)]
    summary: PostSummary,
    /// Its body as it was written, for editing. Never put it into a page as it is: show `body_html`.
    #[oai(validator(max_length = 300000))]
    body: String,
    /// Its body as HTML, sanitised by the server when it was written: safe to put into a page.
    #[oai(validator(max_length = 20000000))]
    body_html: String,
}

impl Post {
    pub(crate) fn of(detail: PostDetail, call: &Call) -> Self {
        let group = detail.view.post.group.id;
        Self {
            summary: PostSummary::of(detail.view, call),
            body: detail.source.as_str().to_owned(),
            body_html: call.group_html(detail.html, group),
        }
    }
}

impl Example for Post {
    fn example() -> Self {
        Self {
            summary: PostSummary::example(),
            body: "欢迎来到 **Rust 编程**小组！\n\n提问请附上 `rustc` 版本和最小示例。".into(),
            body_html: "<p>欢迎来到 <strong>Rust 编程</strong>小组！</p>\n\
                        <p>提问请附上 <code>rustc</code> 版本和最小示例。</p>"
                .into(),
        }
    }
}

/// What a post is to whoever asks.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct PostViewer {
    /// He likes it.
    liked: bool,
    /// He bookmarked it.
    bookmarked: bool,
    /// What he may do, so that a page shows only what works.
    can: ContentCapabilities,
}

impl From<domain::PostViewer> for PostViewer {
    fn from(viewer: domain::PostViewer) -> Self {
        Self { liked: viewer.liked, bookmarked: viewer.bookmarked, can: viewer.can.into() }
    }
}

impl Example for PostViewer {
    fn example() -> Self {
        Self { liked: true, bookmarked: false, can: ContentCapabilities::example() }
    }
}

list_of! {
    /// A page of posts, without their bodies.
    PostList of PostSummary as example and english
}

/// A post as it was before an edit.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct PostRevision {
    /// Which version of the post it was, from 1 on.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    version: i64,
    /// Its title then.
    #[oai(validator(max_length = 200))]
    title: String,
    /// Its body then, as it was written.
    #[oai(validator(max_length = 300000))]
    body: String,
    /// How its body was written then.
    format: BodyFormat,
    /// Its body then, as sanitised HTML.
    #[oai(validator(max_length = 20000000))]
    body_html: String,
    /// Since when it was so.
    created_at: Moment,
    /// When it was edited into the next version.
    replaced_at: Moment,
}

impl PostRevision {
    pub(crate) fn of(revision: domain::PostRevision, call: &Call) -> Self {
        Self {
            version: revision.version,
            title: revision.title.as_str().to_owned(),
            body: revision.source.as_str().to_owned(),
            format: revision.format.into(),
            body_html: call.group_html(revision.html, revision.group_id),
            created_at: revision.created_at.into(),
            replaced_at: revision.replaced_at.into(),
        }
    }
}

impl Example for PostRevision {
    fn example() -> Self {
        Self {
            version: 1,
            title: "新人必读".into(),
            body: "欢迎来到 Rust 编程小组！".into(),
            format: BodyFormat::Plain,
            body_html: "<p>欢迎来到 Rust 编程小组！</p>".into(),
            created_at: Moment::example(2, 9),
            replaced_at: Moment::example(3, 1),
        }
    }
}

list_of! {
    /// A page of a post's former versions, last replaced first.
    PostRevisionList of PostRevision
}

#[cfg(test)]
crate::fields::assert_examples! { answers [PostSummary, Post, PostList, PostRevision, PostRevisionList] }
