//! Several hooks: in which order they are asked, where a veto stops them, and of what they are told.

use crate::{
    comment::CommentCreated,
    content::Format,
    error::{Coded, Kind},
    group::Role,
    like::{Liked, Tally, Target},
    post::{PostCreated, PostInput, PostPatchInput, PostUpdated},
    testing::{
        Log, Ports, actor, comment_id, comment_view, group_id, post_detail, post_id, refused, standing,
    },
};

const MEMBER: Option<Role> = Some(Role::Member);
const INPUT: PostInput<'_> = PostInput { title: "标题", body: "正文", format: Format::Markdown };

fn writable() -> Ports {
    Ports::default().standing(Some(standing(MEMBER))).rendering()
}

#[pollster::test]
async fn hooks_are_asked_in_their_order_before_the_store_and_told_in_it_after() {
    let log = Log::default();
    let mut ports = writable().listener("a", &log, false).listener("b", &log, false);
    let stored = log.clone();
    ports.posts.expect_create_post().times(1).returning(move |_| {
        stored.note("stored");
        Ok(PostCreated::Done(post_id()))
    });
    ports.services().posts.create(actor(), group_id(), INPUT, None).await.unwrap();
    assert_eq!(log.take(), ["a before Post", "b before Post", "stored", "a after Posted", "b after Posted"]);
}

#[pollster::test]
async fn a_veto_asks_no_later_hook_and_never_reaches_the_store() {
    let log = Log::default();
    let ports = writable().listener("a", &log, false).listener("b", &log, true).listener("c", &log, false);
    let vetoed = ports.services().posts.create(actor(), group_id(), INPUT, None).await.unwrap_err();
    assert_eq!((vetoed.code(), vetoed.kind(), vetoed.message()), ("house.no", Kind::Forbidden, Some("家规")));
    assert_eq!(log.take(), ["a before Post", "b before Post"]);
}

#[pollster::test]
async fn every_kind_of_writing_can_be_vetoed() {
    let log = Log::default();
    let mut ports = writable().listener("a", &log, true);
    ports.posts.expect_find_post().returning(|_, _| Ok(Some(post_detail(1, Some(MEMBER)))));
    ports.comments.expect_find_comment().returning(|_, _| Ok(Some(comment_view(1, Some(MEMBER)))));
    let services = ports.services();
    let (posts, comments) = (services.posts, services.comments);
    let patch = PostPatchInput { title: Some("别的"), ..PostPatchInput::default() };
    assert_eq!(refused(posts.create(actor(), group_id(), INPUT, None).await), "house.no");
    assert_eq!(refused(posts.update(actor(), post_id(), patch, None).await), "house.no");
    assert_eq!(refused(comments.create(actor(), post_id(), "好", None).await), "house.no");
    assert_eq!(refused(comments.reply(actor(), comment_id(), "好", None, None).await), "house.no");
    assert_eq!(refused(comments.update(actor(), comment_id(), Some("更好"), None).await), "house.no");
    assert_eq!(refused(services.likes.like(actor(), Target::Post(post_id())).await), "house.no");
    let asked = ["Post", "EditPost", "Comment", "Reply", "EditComment", "Like"];
    assert_eq!(log.take(), asked.map(|what| format!("a before {what}")));
}

#[pollster::test]
async fn an_edit_that_is_tried_again_is_asked_about_again_and_told_once() {
    let log = Log::default();
    let mut ports = writable().listener("a", &log, false);
    ports.posts.expect_find_post().returning(|_, _| Ok(Some(post_detail(1, Some(MEMBER)))));
    let mut tried = 0;
    ports.posts.expect_update_post().times(2).returning(move |_| {
        tried += 1;
        Ok(if tried == 1 { PostUpdated::Changed } else { PostUpdated::Done })
    });
    let patch = PostPatchInput { title: Some("别的"), ..PostPatchInput::default() };
    ports.services().posts.update(actor(), post_id(), patch, None).await.unwrap();
    assert_eq!(log.take(), ["a before EditPost", "a before EditPost", "a after PostEdited"]);
}

#[pollster::test]
async fn all_services_share_the_hooks() {
    let log = Log::default();
    let mut ports = writable().listener("a", &log, false).listener("b", &log, false);
    let done = CommentCreated::Done(comment_view(1, Some(MEMBER)));
    ports.comments.expect_create_comment().return_once(|_| Ok(done));
    let tally = Tally { liked: true, like_count: 1, used_today: 1, used_for_author: 1 };
    ports.likes.expect_like().returning(move |_| Ok(Liked::Done(tally)));
    let services = ports.services();
    services.comments.create(actor(), post_id(), "好", None).await.unwrap();
    assert_eq!(log.take().len(), 4);
    services.likes.like(actor(), Target::Comment(comment_id())).await.unwrap();
    assert_eq!(log.take(), ["a before Like", "b before Like", "a after Liked", "b after Liked"]);
}
