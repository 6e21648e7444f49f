//! What [`PostRepository`](forum_domain::post::PostRepository) promises.

mod access;
mod bookmark;
mod deleting;
mod editing;
mod listing;
mod ranking;

use std::sync::Arc;

use forum_domain::{
    content::Format,
    group::{Barred, Role},
    id::{GroupId, PostId, UserId},
    membership::{MemberPatch, MemberRemoved, UpdateMember},
    post::{CreatePost, DeletePost, Mark, PostCreated, PostFilter, PostList, PostView, Title, UpdatePost},
    store::Store,
};

use super::stage::{Stage, all, at};
use crate::build;

pub use access::*;
pub use bookmark::*;
pub use deleting::*;
pub use editing::*;
pub use listing::*;
pub use ranking::*;

fn ids(views: &[PostView]) -> Vec<PostId> {
    views.iter().map(|view| view.post.id).collect()
}

/// All posts of a group.
fn of_group(id: GroupId) -> PostList {
    PostList::Group { id, filter: PostFilter::All, author: None }
}

/// All posts of a list, as somebody sees them.
async fn listed(stage: &Stage, list: PostList, viewer: Option<UserId>) -> Vec<PostView> {
    all(|page| stage.store.list_posts(&list, page, viewer)).await
}

/// A change of a post's title at second `seconds`.
fn retitle(id: PostId, by: UserId, title: &str, seconds: i64) -> UpdatePost {
    let patch = forum_domain::post::PostPatch { title: Some(Title::stored(title.into())), content: None };
    UpdatePost { id, patch, by, if_version: None, review: None, at: at(seconds) }
}

/// A deletion at second 50.
fn deletion(id: PostId, by: UserId) -> DeletePost {
    DeletePost { id, by, if_version: None, at: at(50) }
}

async fn mute(stage: &Stage, group_id: GroupId, user_id: UserId, by: UserId, until: i64) {
    let patch = MemberPatch { role: None, muted_until: Some(Some(at(until))) };
    stage.store.update_member(UpdateMember { group_id, user_id, patch, by, at: at(1) }).await.unwrap();
}

async fn leave(stage: &Stage, group: GroupId, user: UserId) {
    let left = stage.store.remove_member(group, user, user, at(2)).await.unwrap();
    assert_eq!(left, MemberRemoved::Done);
}

async fn mark(stage: &Stage, post: PostId, mark: Mark, by: UserId) {
    assert!(stage.store.mark_post(post, mark, true, by, at(9)).await.unwrap());
}

/// How many posts a group says that it has.
async fn counted(stage: &Stage, group: GroupId) -> i64 {
    stage.view(group, None, 0).await.group.post_count
}

/// A new post is what its draft says, in its group and by its author, and its group counts it.
pub async fn a_new_post_is_what_its_draft_says(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    let wanted = stage.writing(group, author, 7);
    let draft = wanted.draft.clone();
    let PostCreated::Done(id) = stage.store.create_post(wanted).await.unwrap() else { panic!("refused") };
    let other = stage.post(group, owner, 8).await;
    assert_ne!(id, other);

    let detail = stage.store.find_post(id, None).await.unwrap().unwrap();
    assert_eq!((&detail.source, &detail.html), (&draft.content.source, &draft.content.rendered.html));
    let post = detail.view.post.clone();
    assert_eq!((post.id, post.group.id, post.author.id), (id, group, author));
    assert_eq!(post.group.name, stage.view(group, None, 9).await.group.name.as_str());
    assert!(post.author.nickname.starts_with("user "), "{:?}", post.author);
    assert_eq!((post.title, post.format), (draft.title, Format::Plain));
    assert_eq!(post.excerpt, draft.content.rendered.excerpt);
    assert_eq!((post.comment_count, post.like_count, post.version), (0, 0, 1));
    assert_eq!((post.pinned, post.excellent, post.locked, post.hot), (false, false, false, false));
    assert_eq!((post.created_at, post.last_activity_at, post.edited_at), (at(7), at(7), None));
    assert_eq!(stage.post_view(id, None).await, Some(detail.view));
    assert_eq!(counted(&stage, group).await, 2);
    stage.is_sound(at(10)).await;
}

/// Only members who are neither banned nor muted write, in groups that are there; a refusal leaves
/// nothing behind.
pub async fn a_post_is_refused_to_who_may_not_write(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (outsider, banned) = (stage.user().await, stage.user().await);
    let muted = stage.member(group, Role::Member).await;
    stage.ban(group, banned, owner, 1).await;
    mute(&stage, group, muted, owner, 60).await;
    let refused = async |author, claim| {
        let create = CreatePost { claim, ..stage.writing(group, author, 59) };
        stage.store.create_post(create).await.unwrap()
    };
    let claim = stage.claim(outsider).await;
    assert_eq!(refused(outsider, Some(claim)).await, PostCreated::Barred(Barred::NotMember));
    assert_eq!(stage.fact(outsider).await, None, "a refusal marked the key");
    assert_eq!(refused(banned, None).await, PostCreated::Barred(Barred::Banned));
    assert_eq!(refused(muted, None).await, PostCreated::Barred(Barred::Muted));
    assert_eq!(counted(&stage, group).await, 0);
    stage.post(group, muted, 60).await;
    assert_eq!(counted(&stage, group).await, 1, "a mute ends when it says");

    let never = stage.writing(GroupId::stored(9_999_999), owner, 61);
    assert_eq!(stage.store.create_post(never).await.unwrap(), PostCreated::NoSuchGroup);
    stage.store.delete_group(group, Some(owner), None, at(62)).await.unwrap();
    let late = stage.writing(group, owner, 63);
    assert_eq!(stage.store.create_post(late).await.unwrap(), PostCreated::NoSuchGroup);
}

/// A key is marked with the post that was written under it, and a voided claim writes none.
pub async fn a_post_is_written_once_under_its_key(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let other = stage.member(group, Role::Member).await;
    let claim = Some(stage.claim(owner).await);
    let create = CreatePost { claim, ..stage.writing(group, owner, 1) };
    let PostCreated::Done(id) = stage.store.create_post(create.clone()).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(stage.fact(owner).await, Some(id.get()));
    assert!(stage.store.create_post(create).await.is_err(), "a second post under one key");

    let claim = Some(stage.void_claim(other).await);
    let create = CreatePost { claim, ..stage.writing(group, other, 2) };
    assert!(stage.store.create_post(create).await.is_err(), "a post under a voided claim");
    assert_eq!(counted(&stage, group).await, 1);
    stage.is_sound(at(3)).await;
}

/// Moderators set and take away each mark, of posts that are there; the version stays.
pub async fn marks_are_set_by_those_who_moderate(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let moderator = stage.member(group, Role::Moderator).await;
    let (author, elsewhere) = (stage.member(group, Role::Member).await, stage.public_group().await.1);
    let post = stage.post(group, author, 1).await;
    let marks = async |id| {
        let post = stage.post_view(id, None).await.unwrap().post;
        assert_eq!((post.version, post.edited_at), (1, None), "a mark is no edit");
        (post.pinned, post.excellent, post.locked)
    };
    let set = async |mark, on, by| stage.store.mark_post(post, mark, on, by, at(9)).await.unwrap();
    for mark in [Mark::Pinned, Mark::Excellent, Mark::Locked] {
        for by in [author, elsewhere, stage.user().await] {
            assert!(!set(mark, true, by).await, "{mark:?} was set by who does not moderate");
        }
        assert_eq!(marks(post).await, (false, false, false));
        let expected = (mark == Mark::Pinned, mark == Mark::Excellent, mark == Mark::Locked);
        for by in [moderator, owner] {
            assert!(set(mark, true, by).await, "{mark:?}");
            assert_eq!(marks(post).await, expected);
        }
        assert!(set(mark, false, moderator).await);
        assert_eq!(marks(post).await, (false, false, false));
    }
    stage.assign(group, moderator, Role::Member, at(5)).await;
    assert!(!set(Mark::Pinned, true, moderator).await, "he moderates no more");
    stage.store.delete_post(deletion(post, author)).await.unwrap();
    assert!(!set(Mark::Pinned, true, owner).await, "the post is gone");
    stage.store.restore_post(post, owner, at(60)).await.unwrap();
    assert_eq!(marks(post).await, (false, false, false));
}

/// The content of an edit, for tests that look at bodies.
fn content(text: &str) -> forum_domain::content::Content {
    build::content(text)
}
