//! Writing comments and replies, changing and deleting them.

use super::{super::*, MEMBER, MODERATOR, found_once, tombstone};
use crate::{
    group::{Barred, Role},
    idempotency::Claim,
    testing::{Log, Ports, actor, at, card, comment_id, comment_view, flaws, post_id, refused, user_id},
};

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
