//! Comments and replies: the rules, reading and listing them, writing, changing and deleting them.

mod reading;
mod writing;

use super::CommentView;
use crate::{
    group::Role,
    testing::{Ports, comment_id, comment_view, user_id},
};

const MEMBER: Option<Role> = Some(Role::Member);
const MODERATOR: Option<Role> = Some(Role::Moderator);

fn tombstone(role: Option<Role>) -> CommentView {
    let mut view = comment_view(1, Some(role));
    view.comment.said = None;
    view
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
