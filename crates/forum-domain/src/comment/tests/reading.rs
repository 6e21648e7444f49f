//! Who may do what with a comment, and listing them.

use super::{super::*, MEMBER, MODERATOR, found_once, tombstone};
use crate::{
    group::Role,
    id::CommentId,
    page::{Page, PageRequest, Position},
    testing::{Ports, actor, at, comment_id, comment_view, post_id, post_view, refused, user_id},
};

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
