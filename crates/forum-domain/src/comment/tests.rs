//! Comments and replies: who may do what, listing, writing, changing and deleting.

use super::*;
use crate::{
    group::{Barred, Role},
    id::CommentId,
    idempotency::Claim,
    page::{Page, PageRequest, Position},
    testing::{
        Log, Ports, actor, at, card, comment_id, comment_view, flaws, post_id, post_view, refused, user_id,
    },
};

const MEMBER: Option<Role> = Some(Role::Member);
const MODERATOR: Option<Role> = Some(Role::Moderator);

/// What may be done with a comment by this author: edit, delete, comment, like, moderate.
fn can(author: i64, role: Option<Role>, change: impl FnOnce(&mut CommentView)) -> [bool; 5] {
    let mut view = comment_view(author, Some(role));
    change(&mut view);
    let can = rules::complete(view, Some(actor()), at(0)).viewer.unwrap().can;
    [can.edit, can.delete, can.comment, can.like, can.moderate]
}

#[test]
fn what_each_role_may_do_with_a_comment() {
    let (own, other) = (|role| can(1, role, |_| {}), |role| can(2, role, |_| {}));
    assert_eq!(own(None), [false, true, false, false, false]);
    assert_eq!(own(MEMBER), [true, true, true, false, false]);
    assert_eq!(own(MODERATOR), [true, true, true, false, true]);
    assert_eq!(other(None), [false, false, false, true, false]);
    assert_eq!(other(MEMBER), [false, false, true, true, false]);
    for role in [MODERATOR, Some(Role::Owner)] {
        assert_eq!(other(role), [false, true, true, true, true]);
    }
}

#[test]
fn a_mute_takes_editing_and_replying_and_a_lock_replying_alone() {
    let muted =
        |until| move |view: &mut CommentView| view.viewer.as_mut().unwrap().muted_until = Some(at(until));
    assert_eq!(can(1, MEMBER, muted(1)), [false, true, false, false, false]);
    assert_eq!(can(1, MEMBER, muted(0)), [true, true, true, false, false]);
    let locked = |view: &mut CommentView| view.viewer.as_mut().unwrap().locked = true;
    assert_eq!(can(1, MEMBER, locked), [true, true, false, false, false]);
    assert_eq!(can(2, MODERATOR, locked), [false, true, false, true, true]);
}

fn tombstone(role: Option<Role>) -> CommentView {
    let mut view = comment_view(1, Some(role));
    view.comment.said = None;
    view
}

#[test]
fn nothing_can_be_done_with_a_tombstone() {
    for role in [None, MEMBER, MODERATOR] {
        let view = rules::complete(tombstone(role), Some(actor()), at(0));
        let moderate = role == MODERATOR;
        let nothing = CommentCapabilities { moderate, ..CommentCapabilities::default() };
        assert_eq!(view.viewer.unwrap().can, nothing);
    }
}

#[test]
fn a_comment_is_served_as_plain_text() {
    let body = CommentBody::parse(" <b>一</b>\n二 ", 10).unwrap();
    assert_eq!(
        (body.as_str(), body.html().as_str()),
        ("<b>一</b>\n二", "<p>&lt;b&gt;一&lt;/b&gt;<br>二</p>")
    );
}

fn page_of(items: Vec<CommentView>) -> Page<CommentView> {
    Page { items, next: Some(Position::After { at: at(-9), id: 9 }) }
}

#[pollster::test]
async fn comments_by_time_take_one_question_to_the_store() {
    for (sort, order) in [(CommentSort::New, CommentOrder::New), (CommentSort::Old, CommentOrder::Old)] {
        let mut ports = Ports::default();
        ports
            .comments
            .expect_list_comments()
            .withf(move |post, asked, page, viewer| {
                (*post, *asked, page.limit, *viewer) == (post_id(), order, 3, Some(user_id(1)))
            })
            .times(1)
            .returning(|_, _, _, _| Ok(page_of(vec![comment_view(1, Some(MEMBER)), tombstone(MEMBER)])));
        let page = PageRequest::new(3, None).unwrap();
        let found = ports.services().comments.list(Some(actor()), post_id(), sort, page).await.unwrap();
        let can = |n: usize| found.items[n].viewer.as_ref().unwrap().can;
        assert_eq!((can(0).edit, can(1).edit, found.next), (true, false, page_of(Vec::new()).next));
    }
}

#[pollster::test]
async fn hot_comments_page_through_a_ranking_of_their_post() {
    let mut ports = Ports::default();
    ports
        .rankings
        .expect_latest()
        .withf(|scope| scope.as_str() == "comments:hot:1=7")
        .returning(|_| Ok(None));
    ports.rankings.expect_keep().times(1).returning(|_, _, _| Ok(()));
    ports
        .comments
        .expect_rank_comments()
        .withf(|post, limit| (*post, *limit) == (post_id(), 1_000))
        .times(1)
        .returning(|_, _| Ok([9, 8, 7].map(CommentId::stored).into()));
    ports
        .comments
        .expect_find_comments()
        .withf(|ids, viewer| ids == [9, 8].map(CommentId::stored) && viewer.is_none())
        .times(1)
        .returning(|_, _| Ok(vec![comment_view(1, None)]));
    let page = PageRequest::new(2, None).unwrap();
    let found = ports.services().comments.list(None, post_id(), CommentSort::Hot, page).await.unwrap();
    assert_eq!(found.next, Some(Position::Rank { generation: at(0).timestamp_micros(), offset: 2 }));
}

#[pollster::test]
async fn only_an_empty_page_asks_whether_the_post_is_there() {
    for (posts, code) in [(vec![post_view(2, None)], None), (Vec::new(), Some("post.not_found"))] {
        for sort in [CommentSort::New, CommentSort::Old, CommentSort::Hot] {
            let mut ports = Ports::default().unranked();
            let posts = posts.clone();
            ports
                .comments
                .expect_list_comments()
                .returning(|_, _, _, _| Ok(Page { items: Vec::new(), next: None }));
            ports.comments.expect_rank_comments().returning(|_, _| Ok(Vec::new()));
            ports
                .posts
                .expect_find_posts()
                .withf(|ids, viewer| ids == [post_id()] && viewer.is_none())
                .times(1)
                .return_once(move |_, _| Ok(posts));
            let found = ports.services().comments.list(None, post_id(), sort, PageRequest::first()).await;
            match code {
                Some(code) => assert_eq!(refused(found), code),
                None => assert_eq!(found.unwrap().items, []),
            }
        }
    }
}

#[pollster::test]
async fn only_an_empty_page_of_replies_asks_whether_the_comment_is_there() {
    let page = PageRequest::first();
    let mut ports = Ports::default();
    ports
        .comments
        .expect_list_replies()
        .withf(|id, _, viewer| (*id, *viewer) == (comment_id(), Some(user_id(1))))
        .returning(|_, _, _| Ok(page_of(vec![comment_view(1, Some(MEMBER))])));
    let found = ports.services().comments.replies(Some(actor()), comment_id(), page).await.unwrap();
    assert!(found.items[0].viewer.as_ref().unwrap().can.edit);
    for (comment, code) in [(Some(tombstone(MEMBER)), None), (None, Some("comment.not_found"))] {
        let mut ports = found_once(comment);
        ports.comments.expect_list_replies().returning(|_, _, _| Ok(Page { items: Vec::new(), next: None }));
        let found = ports.services().comments.replies(Some(actor()), comment_id(), page).await;
        match code {
            Some(code) => assert_eq!(refused(found), code),
            None => assert_eq!(found.unwrap().items, []),
        }
    }
}

/// The comment, read once by user 1.
fn found_once(view: Option<CommentView>) -> Ports {
    let mut ports = Ports::default();
    ports
        .comments
        .expect_find_comment()
        .withf(|id, viewer| (*id, *viewer) == (comment_id(), Some(user_id(1))))
        .times(1)
        .return_once(move |_, _| Ok(view));
    ports
}

#[pollster::test]
async fn a_comment_is_written_as_its_author_sees_it() {
    let claim = Claim { id: 3, attempt: 1 };
    let log = Log::default();
    let mut ports = Ports::default().listener("a", &log, false);
    ports.comments.expect_create_comment().times(1).returning(move |create| {
        assert_eq!((create.post_id, create.author, create.at), (post_id(), user_id(1), at(0)));
        assert_eq!((create.body.as_str(), create.claim), ("好", Some(claim)));
        Ok(CommentCreated::Done(comment_view(1, Some(MEMBER))))
    });
    let comments = ports.services().comments;
    let written = comments.create(actor(), post_id(), "\u{3000}好 ", Some(claim)).await.unwrap();
    assert!(written.viewer.unwrap().can.edit);
    assert_eq!(log.take(), ["a before Comment", "a after Commented"]);
}

#[pollster::test]
async fn a_comment_is_1_to_1000_characters_that_can_be_seen() {
    let mut ports = Ports::default();
    ports
        .comments
        .expect_create_comment()
        .times(2)
        .returning(|_| Ok(CommentCreated::Done(comment_view(1, Some(MEMBER)))));
    let comments = ports.services().comments;
    for (body, flaw) in [
        (" \n", Some("/body too_short")),
        ("\u{200B}", Some("/body too_short")),
        ("好\n好", None),
        (&"好".repeat(1_000), None),
        (&"好".repeat(1_001), Some("/body too_long")),
        ("a\0b", Some("/body control_characters")),
    ] {
        let written = comments.create(actor(), post_id(), body, None).await;
        match flaw {
            None => drop(written.unwrap()),
            Some(flaw) => assert_eq!(flaws(written), [flaw]),
        }
    }
}

#[pollster::test]
async fn how_commenting_ends_is_told() {
    for (outcome, code) in [
        (CommentCreated::NoSuchPost, "post.not_found"),
        (CommentCreated::Barred(Barred::Banned), "group.banned"),
        (CommentCreated::Barred(Barred::NotMember), "group.not_member"),
        (CommentCreated::Barred(Barred::Muted), "group.muted"),
        (CommentCreated::Locked, "post.locked"),
    ] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        ports.comments.expect_create_comment().return_once(move |_| Ok(outcome));
        assert_eq!(refused(ports.services().comments.create(actor(), post_id(), "好", None).await), code);
        assert_eq!(log.take(), ["a before Comment"]);
    }
}

#[pollster::test]
async fn a_reply_may_say_whom_it_answers() {
    for reply_to in [None, Some(2)] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        ports.comments.expect_create_reply().times(1).returning(move |create| {
            assert_eq!((create.comment_id, create.author, create.at), (comment_id(), user_id(1), at(0)));
            assert_eq!((create.body.as_str(), create.reply_to), ("好", reply_to.map(user_id)));
            let mut view = comment_view(1, Some(MEMBER));
            view.comment.said.as_mut().unwrap().reply_to = reply_to.map(card);
            Ok(ReplyCreated::Done(view))
        });
        let comments = ports.services().comments;
        let written = comments.reply(actor(), comment_id(), " 好", reply_to, None).await.unwrap();
        assert_eq!(written.comment.said.unwrap().reply_to, reply_to.map(card));
        assert_eq!(log.take(), ["a before Reply", "a after Commented"]);
    }
}

#[pollster::test]
async fn a_reply_names_every_wrong_field() {
    let comments = Ports::default().services().comments;
    for nobody in [0, -1, i64::MAX] {
        let written = comments.reply(actor(), comment_id(), "", Some(nobody), None).await;
        assert_eq!(flaws(written), ["/body too_short", "/reply_to_user_id unknown"]);
    }
}

#[pollster::test]
async fn how_replying_ends_is_told() {
    for (outcome, code) in [
        (ReplyCreated::NoSuchComment, "comment.not_found"),
        (ReplyCreated::Barred(Barred::Muted), "group.muted"),
        (ReplyCreated::Locked, "post.locked"),
        (ReplyCreated::Deleted, "comment.deleted"),
        (ReplyCreated::NoSuchRecipient, "request.invalid"),
    ] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        let unknown = outcome == ReplyCreated::NoSuchRecipient;
        ports.comments.expect_create_reply().return_once(move |_| Ok(outcome));
        let written = ports.services().comments.reply(actor(), comment_id(), "好", Some(2), None).await;
        if unknown {
            assert_eq!(flaws(written), ["/reply_to_user_id unknown"]);
        } else {
            assert_eq!(refused(written), code);
        }
        assert_eq!(log.take(), ["a before Reply"]);
    }
}

async fn edit(
    ports: Ports,
    body: Option<&str>,
    if_version: Option<i64>,
) -> Result<CommentView, CommentError> {
    ports.services().comments.update(actor(), comment_id(), body, if_version).await
}

#[pollster::test]
async fn an_edit_keeps_to_the_version_that_was_named() {
    for if_version in [None, Some(2)] {
        let log = Log::default();
        let mut ports = Ports::default().listener("a", &log, false);
        let changed = log.clone();
        ports
            .comments
            .expect_find_comment()
            .times(2)
            .returning(|_, _| Ok(Some(comment_view(1, Some(MEMBER)))));
        ports.comments.expect_update_comment().times(1).returning(move |update| {
            changed.note("changed");
            assert_eq!((update.id, update.by, update.at), (comment_id(), user_id(1), at(0)));
            assert_eq!((update.body.as_str(), update.if_version), ("更好", if_version));
            Ok(CommentUpdated::Done)
        });
        edit(ports, Some(" 更好 "), if_version).await.unwrap();
        assert_eq!(log.take(), ["a before EditComment", "changed", "a after CommentEdited"]);
    }
}

#[pollster::test]
async fn an_edit_is_told_even_if_the_comment_is_gone_before_it_can_be_read_again() {
    let log = Log::default();
    let mut ports = found_once(Some(comment_view(1, Some(MEMBER)))).listener("a", &log, false);
    ports.comments.expect_update_comment().returning(|_| Ok(CommentUpdated::Done));
    ports.comments.expect_find_comment().returning(|_, _| Ok(None));
    assert_eq!(refused(edit(ports, Some("更好"), None).await), "comment.not_found");
    assert_eq!(log.take(), ["a before EditComment", "a after CommentEdited"]);
}

#[pollster::test]
async fn what_changes_nothing_is_no_edit() {
    for body in [None, Some(" 好 ")] {
        let log = Log::default();
        let ports = found_once(Some(comment_view(1, Some(MEMBER)))).listener("a", &log, false);
        assert_eq!(edit(ports, body, Some(2)).await.unwrap().comment.version, 2);
        assert!(log.take().is_empty());
    }
}

#[pollster::test]
async fn only_its_author_edits_a_comment_and_only_while_he_may_write() {
    let mut muted = comment_view(1, Some(MEMBER));
    muted.viewer.as_mut().unwrap().muted_until = Some(at(1));
    for (found, code) in [
        (None, "comment.not_found"),
        (Some(tombstone(MEMBER)), "comment.not_found"),
        (Some(comment_view(2, Some(Some(Role::Owner)))), "comment.not_allowed"),
        (Some(comment_view(1, Some(None))), "group.not_member"),
        (Some(muted), "group.muted"),
    ] {
        assert_eq!(refused(edit(found_once(found), Some("更好"), Some(1)).await), code);
    }
    let own = found_once(Some(comment_view(1, Some(MEMBER))));
    assert_eq!(refused(edit(own, Some("更好"), Some(1)).await), "request.precondition_failed");
    assert_eq!(flaws(edit(Ports::default(), Some(""), None).await), ["/body too_short"]);
}

#[pollster::test]
async fn how_an_edit_ends_is_told() {
    for (outcome, code) in [
        (CommentUpdated::Changed, "request.precondition_failed"),
        (CommentUpdated::NotAllowed, "comment.not_allowed"),
        (CommentUpdated::Barred(Barred::NotMember), "group.not_member"),
        (CommentUpdated::NoSuchComment, "comment.not_found"),
    ] {
        let log = Log::default();
        let mut ports = found_once(Some(comment_view(1, Some(MEMBER)))).listener("a", &log, false);
        ports.comments.expect_update_comment().returning(move |_| Ok(outcome));
        assert_eq!(refused(edit(ports, Some("更好"), None).await), code);
        assert_eq!(log.take(), ["a before EditComment"]);
    }
}

#[pollster::test]
async fn a_comment_is_deleted_by_its_author_and_by_those_who_moderate() {
    for (author, role) in [(1, None), (1, MEMBER), (2, MODERATOR)] {
        let log = Log::default();
        let mut ports = found_once(Some(comment_view(author, Some(role)))).listener("a", &log, false);
        ports.comments.expect_delete_comment().times(1).returning(|delete| {
            assert_eq!((delete.id, delete.by, delete.at), (comment_id(), user_id(1), at(0)));
            assert_eq!(delete.if_version, Some(2));
            Ok(CommentDeleted::Done)
        });
        ports.services().comments.delete(actor(), comment_id(), Some(2)).await.unwrap();
        assert_eq!(log.take(), ["a after CommentDeleted"]);
    }
    for (found, code) in [
        (None, "comment.not_found"),
        (Some(tombstone(MODERATOR)), "comment.not_found"),
        (Some(comment_view(2, Some(MEMBER))), "comment.not_allowed"),
    ] {
        let deleted = found_once(found).services().comments.delete(actor(), comment_id(), None).await;
        assert_eq!(refused(deleted), code);
    }
}

#[pollster::test]
async fn how_deleting_ends_is_told() {
    for (outcome, code) in [
        (CommentDeleted::Changed, "request.precondition_failed"),
        (CommentDeleted::NotAllowed, "comment.not_allowed"),
        (CommentDeleted::NoSuchComment, "comment.not_found"),
    ] {
        let log = Log::default();
        let mut ports = found_once(Some(comment_view(1, Some(MEMBER)))).listener("a", &log, false);
        ports.comments.expect_delete_comment().returning(move |_| Ok(outcome));
        assert_eq!(refused(ports.services().comments.delete(actor(), comment_id(), None).await), code);
        assert!(log.take().is_empty());
    }
}
