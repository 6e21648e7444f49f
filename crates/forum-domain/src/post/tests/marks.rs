//! Reading, deleting, restoring, marking and remembering one post, and its history.

use super::super::*;
use crate::{
    group::Role,
    page::{Page, PageRequest},
    testing::{Log, Ports, actor, at, post_detail, post_id, post_view, refused, user_id},
};

const MEMBER: Option<Role> = Some(Role::Member);
const MODERATOR: Option<Role> = Some(Role::Moderator);

/// The post, read once for each of these by user 1; not there for him where there is none.
fn seen(views: Vec<Option<PostView>>) -> Ports {
    let mut ports = Ports::default();
    for view in views {
        ports
            .posts
            .expect_find_posts()
            .withf(|ids, viewer| ids == [post_id()] && *viewer == Some(user_id(1)))
            .times(1)
            .return_once(move |_, _| Ok(view.into_iter().collect()));
    }
    ports
}

fn by(author: i64, role: Option<Role>) -> Vec<Option<PostView>> {
    vec![Some(post_view(author, Some(role)))]
}

#[pollster::test]
async fn a_post_is_read_as_its_viewer_sees_it() {
    let mut ports = Ports::default();
    ports.posts.expect_find_post().return_once(|_, _| Ok(Some(post_detail(2, Some(MODERATOR)))));
    let read = ports.services().posts.get(Some(actor()), post_id()).await.unwrap();
    assert!(read.view.viewer.unwrap().can.moderate);
    let mut ports = Ports::default();
    ports.posts.expect_find_post().withf(|_, viewer| viewer.is_none()).return_once(|_, _| Ok(None));
    assert_eq!(refused(ports.services().posts.get(None, post_id()).await), "post.not_found");
}

#[pollster::test]
async fn a_post_is_deleted_by_its_author_and_by_those_who_moderate() {
    for views in [by(1, None), by(1, MEMBER), by(2, MODERATOR), by(2, Some(Role::Owner))] {
        let log = Log::default();
        let mut ports = seen(views).listener("a", &log, false);
        ports.posts.expect_delete_post().times(1).returning(|delete| {
            assert_eq!((delete.id, delete.by, delete.if_version), (post_id(), user_id(1), Some(3)));
            assert_eq!(delete.at, at(0));
            Ok(PostDeleted::Done)
        });
        ports.services().posts.delete(actor(), post_id(), Some(3)).await.unwrap();
        assert_eq!(log.take(), ["a after PostDeleted"]);
    }
    for (views, code) in [(by(2, MEMBER), "post.not_allowed"), (vec![None], "post.not_found")] {
        assert_eq!(refused(seen(views).services().posts.delete(actor(), post_id(), None).await), code);
    }
}

#[pollster::test]
async fn how_deleting_a_post_ends_is_told() {
    for (outcome, code) in [
        (PostDeleted::Changed, "request.precondition_failed"),
        (PostDeleted::NotAllowed, "post.not_allowed"),
        (PostDeleted::NoSuchPost, "post.not_found"),
    ] {
        let log = Log::default();
        let mut ports = seen(by(1, MEMBER)).listener("a", &log, false);
        ports.posts.expect_delete_post().returning(move |_| Ok(outcome));
        assert_eq!(refused(ports.services().posts.delete(actor(), post_id(), None).await), code);
        assert!(log.take().is_empty());
    }
}

async fn restore(outcome: PostRestored, log: &Log) -> Result<PostDetail, PostError> {
    let mut ports = Ports::default().listener("a", log, false);
    ports
        .posts
        .expect_restore_post()
        .withf(|id, by, now| (*id, *by, *now) == (post_id(), user_id(1), at(0)))
        .times(1)
        .returning(move |_, _, _| Ok(outcome));
    ports.posts.expect_find_post().returning(|_, _| Ok(Some(post_detail(2, Some(MODERATOR)))));
    ports.services().posts.restore(actor(), post_id()).await
}

#[pollster::test]
async fn restoring_a_post_that_is_there_changes_nothing() {
    let log = Log::default();
    assert!(restore(PostRestored::Done, &log).await.unwrap().view.viewer.unwrap().can.moderate);
    assert_eq!(log.take(), ["a after PostRestored"]);
    restore(PostRestored::NotDeleted, &log).await.unwrap();
    assert_eq!(refused(restore(PostRestored::NoSuchPost, &log).await), "post.not_found");
    assert_eq!(refused(restore(PostRestored::NotAllowed, &log).await), "group.not_allowed");
    assert!(log.take().is_empty());
}

#[pollster::test]
async fn a_history_is_for_the_author_and_those_who_moderate() {
    let page = PageRequest::first();
    let mut ports = Ports::default();
    ports
        .posts
        .expect_list_revisions()
        .withf(|id, by, _| (*id, *by) == (post_id(), user_id(1)))
        .returning(|_, _, _| Ok(Some(Page { items: Vec::new(), next: None })));
    assert_eq!(ports.services().posts.revisions(actor(), post_id(), page).await.unwrap().items, []);
    // Who may read the post is told that he may not; to others it is not there.
    for (views, code) in [(by(2, MEMBER), "post.not_allowed"), (vec![None], "post.not_found")] {
        let mut ports = seen(views);
        ports.posts.expect_list_revisions().returning(|_, _, _| Ok(None));
        assert_eq!(refused(ports.services().posts.revisions(actor(), post_id(), page).await), code);
    }
}

#[pollster::test]
async fn marks_are_set_and_taken_away_by_those_who_moderate() {
    for mark in [Mark::Pinned, Mark::Excellent, Mark::Locked] {
        for on in [true, false] {
            let mut ports = seen(by(2, MODERATOR));
            ports
                .posts
                .expect_mark_post()
                .withf(move |id, what, to, by, _| (*id, *what, *to, *by) == (post_id(), mark, on, user_id(1)))
                .times(1)
                .returning(|_, _, _, _, _| Ok(true));
            ports.services().posts.mark(actor(), post_id(), mark, on).await.unwrap();
        }
    }
    for (views, code) in [
        (by(1, MEMBER), "group.not_allowed"),
        (by(1, None), "group.not_member"),
        (vec![None], "post.not_found"),
    ] {
        let posts = seen(views).services().posts;
        assert_eq!(refused(posts.mark(actor(), post_id(), Mark::Pinned, true).await), code);
    }
}

#[pollster::test]
async fn a_mark_that_comes_too_late_says_why() {
    let still = Some(post_view(2, Some(MODERATOR)));
    let demoted = Some(post_view(2, Some(MEMBER)));
    for (now, code) in [(demoted, "group.not_allowed"), (None, "post.not_found")] {
        let mut ports = seen(vec![still.clone(), now]);
        ports.posts.expect_mark_post().returning(|_, _, _, _, _| Ok(false));
        let marked = ports.services().posts.mark(actor(), post_id(), Mark::Locked, true).await;
        assert_eq!(refused(marked), code);
    }
}

#[pollster::test]
async fn a_post_that_is_not_there_is_not_remembered() {
    for (kept, code) in [(true, None), (false, Some("post.not_found"))] {
        let mut ports = Ports::default();
        ports
            .posts
            .expect_bookmark_post()
            .withf(|id, by, on, now| (*id, *by, *on, *now) == (post_id(), user_id(1), true, at(0)))
            .returning(move |_, _, _, _| Ok(kept));
        let remembered = ports.services().posts.bookmark(actor(), post_id(), true).await;
        match code {
            Some(code) => assert_eq!(refused(remembered), code),
            None => remembered.unwrap(),
        }
    }
}
