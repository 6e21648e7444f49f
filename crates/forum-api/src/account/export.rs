//! One's data, as a document to keep.

mod asked;
mod moderated;
mod records;

use forum_domain::account::Export;
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use self::{
    asked::{AnswerRecord, AnswerReplyRecord, QuestionRecord},
    moderated::{ModerationRecord, ReportRecord},
    records::{
        BlockRecord, BookmarkRecord, CommentRecord, DeviceRecord, JoinRequestRecord, LikeRecord,
        MembershipRecord, PostRecord,
    },
};
use super::dto::Me;
use crate::{context::Call, media::Media, notification::NotificationKind};

/// Everything that the forum keeps of its owner, each list oldest first.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct PersonalData {
    /// The account.
    account: Me,
    /// Its mobile, whole.
    #[oai(validator(max_length = 32))]
    mobile: String,
    /// The devices that signed in, as long as they are remembered.
    #[oai(validator(max_items = 1000000))]
    sessions: Vec<DeviceRecord>,
    /// The groups that he is in.
    #[oai(validator(max_items = 1000000))]
    groups: Vec<MembershipRecord>,
    /// What he asked to join.
    #[oai(validator(max_items = 1000000))]
    join_requests: Vec<JoinRequestRecord>,
    /// What he posted, deleted posts too.
    #[oai(validator(max_items = 1000000))]
    posts: Vec<PostRecord>,
    /// What he commented and replied, likewise.
    #[oai(validator(max_items = 1000000))]
    comments: Vec<CommentRecord>,
    /// What he asked, deleted questions too.
    #[oai(validator(max_items = 1000000))]
    questions: Vec<QuestionRecord>,
    /// What he answered, likewise.
    #[oai(validator(max_items = 1000000))]
    answers: Vec<AnswerRecord>,
    /// What he wrote under answers, likewise.
    #[oai(validator(max_items = 1000000))]
    answer_replies: Vec<AnswerReplyRecord>,
    /// What he likes.
    #[oai(validator(max_items = 1000000))]
    likes: Vec<LikeRecord>,
    /// What he bookmarked.
    #[oai(validator(max_items = 1000000))]
    bookmarks: Vec<BookmarkRecord>,
    /// Whom he blocked.
    #[oai(validator(max_items = 1000000))]
    blocks: Vec<BlockRecord>,
    /// What he uploaded.
    #[oai(validator(max_items = 1000000))]
    uploads: Vec<Media>,
    /// The kinds of notifications that he does not want.
    #[oai(validator(max_items = 100))]
    muted_notifications: Vec<NotificationKind>,
    /// What he reported.
    #[oai(validator(max_items = 1000000))]
    reports: Vec<ReportRecord>,
    /// What he did as one who moderates.
    #[oai(validator(max_items = 1000000))]
    moderation: Vec<ModerationRecord>,
}

impl PersonalData {
    pub(crate) fn of(export: Export, call: &Call) -> Self {
        Self {
            mobile: export.user.mobile.as_str().to_owned(),
            account: Me::of(export.user, call),
            sessions: each(export.sessions),
            groups: each(export.memberships),
            join_requests: each(export.join_requests),
            posts: each(export.posts),
            comments: each(export.comments),
            questions: each(export.questions),
            answers: each(export.answers),
            answer_replies: each(export.answer_replies),
            likes: each(export.likes),
            bookmarks: (export.bookmarks.into_iter())
                .map(|(post, at)| BookmarkRecord { post_id: post.get(), created_at: at.into() })
                .collect(),
            blocks: (export.blocks.into_iter())
                .map(|(user, at)| BlockRecord { user_id: user.get(), created_at: at.into() })
                .collect(),
            uploads: export.uploads.iter().map(|media| Media::of(media, call)).collect(),
            muted_notifications: each(export.muted),
            reports: each(export.reports),
            moderation: each(export.deeds),
        }
    }
}

fn each<T: Into<U>, U>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(Into::into).collect()
}

impl Example for PersonalData {
    fn example() -> Self {
        Self {
            account: Me::example(),
            mobile: "+8613800000000".into(),
            sessions: vec![DeviceRecord::example()],
            groups: vec![MembershipRecord::example()],
            join_requests: vec![JoinRequestRecord::example()],
            posts: vec![PostRecord::example()],
            comments: vec![CommentRecord::example()],
            questions: vec![QuestionRecord::example()],
            answers: vec![AnswerRecord::example()],
            answer_replies: vec![AnswerReplyRecord::example()],
            likes: vec![LikeRecord::example()],
            bookmarks: vec![BookmarkRecord::example()],
            blocks: vec![BlockRecord::example()],
            uploads: vec![Media::example()],
            muted_notifications: vec![forum_domain::notification::Kind::PostLiked.into()],
            reports: vec![ReportRecord::example()],
            moderation: vec![ModerationRecord::example()],
        }
    }
}
