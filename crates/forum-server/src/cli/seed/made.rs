//! What came of it, as it is told at the end.

use std::fmt;

/// How many there are of each.
pub(super) struct Made {
    pub(super) users: usize,
    pub(super) groups: usize,
    pub(super) members: usize,
    pub(super) posts: usize,
    pub(super) comments: usize,
    pub(super) likes: usize,
    pub(super) questions: usize,
    pub(super) answers: usize,
    pub(super) replies: usize,
    pub(super) images: usize,
    pub(super) blocks: usize,
    pub(super) reports: usize,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { users, groups, members, posts, comments, likes, .. } = self;
        writeln!(
            f,
            "{users} users, {groups} groups with {members} members, {posts} posts, \
             {comments} comments and replies, {likes} likes"
        )?;
        let Self { questions, answers, replies, images, blocks, reports, .. } = self;
        write!(
            f,
            "{questions} questions, {answers} answers with {replies} replies, {images} images, \
             {blocks} blocks, {reports} reports"
        )
    }
}
