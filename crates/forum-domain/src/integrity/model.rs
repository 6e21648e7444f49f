//! The invariants, in the words of the rules.

/// What must hold after any history of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Invariant {
    /// Who is banned is no member.
    BannedIsOut,
    /// A user has at most one pending request for a group.
    OnePendingRequest,
    /// Who is a member does not wait to be let in.
    MemberDoesNotWait,
    /// A request that waits was not decided, one that does not was.
    RequestDecided,
    /// An invite let in no more than it may.
    InviteUses,
    /// A group has at least one owner.
    GroupHasOwner,
    /// The owner that a group shows is one of its owners.
    ShownOwner,
    /// `group.member_count` counts current members, owners included.
    MemberCount,
    /// A post has a body.
    PostHasBody,
    /// A post names who deleted it exactly if it is deleted.
    PostDeletedBy,
    /// A comment names who deleted it exactly if it is deleted.
    CommentDeletedBy,
    /// A reply belongs to the same post as the comment it stands under, and that is no reply itself.
    ReplyPlace,
    /// A question has a body.
    QuestionHasBody,
    /// A question names who deleted it exactly if it is deleted.
    QuestionDeletedBy,
    /// An answer has a body.
    AnswerHasBody,
    /// An answer names who deleted it exactly if it is deleted.
    AnswerDeletedBy,
    /// A reply to an answer names who deleted it exactly if it is deleted.
    AnswerReplyDeletedBy,
    /// A deleted answer is not the accepted one.
    AcceptedAnswer,
    /// Nobody likes his own post.
    OwnPostLike,
    /// Nobody likes his own comment.
    OwnCommentLike,
    /// Nobody likes his own answer.
    OwnAnswerLike,
    /// A day's quotas were used at least as often as likes were given.
    LikeQuota,
    /// `post.like_count` counts like rows.
    PostLikeCount,
    /// `comment.like_count` counts like rows.
    CommentLikeCount,
    /// `comment.reply_count` counts visible replies.
    ReplyCount,
    /// `post.comment_count` counts visible comments and replies under the post.
    CommentCount,
    /// A post's last activity is no earlier than the post and its visible comments and replies.
    LastActivity,
    /// `group.post_count` counts visible posts of the group.
    PostCount,
    /// `answer.like_count` counts like rows.
    AnswerLikeCount,
    /// `answer.reply_count` counts visible replies.
    AnswerReplyCount,
    /// `question.answer_count` counts visible answers.
    AnswerCount,
    /// A question's last activity is no earlier than the question and its visible answers and replies.
    QuestionActivity,
    /// An event is handled before it was tried ten times.
    EventHandled,
    /// A resolved report says what was done and when, an open one neither.
    ReportState,
    /// What was done about a report stands in the moderation log.
    ReportLogged,
    /// An upload that a text shows, be it an older version of itself, is noted as used by it.
    MediaUseNoted,
    /// What is noted as used is an upload that is there.
    MediaUseOfMedia,
    /// An avatar is an upload of its user's.
    AvatarIsMedia,
    /// A cover is an upload for everybody.
    CoverIsMedia,
}

impl Invariant {
    /// Every invariant, in the order in which they are repaired: rows before what is counted of them.
    pub const ALL: [Self; 39] = [
        Self::BannedIsOut,
        Self::OnePendingRequest,
        Self::MemberDoesNotWait,
        Self::RequestDecided,
        Self::InviteUses,
        Self::GroupHasOwner,
        Self::ShownOwner,
        Self::MemberCount,
        Self::PostHasBody,
        Self::PostDeletedBy,
        Self::CommentDeletedBy,
        Self::ReplyPlace,
        Self::QuestionHasBody,
        Self::QuestionDeletedBy,
        Self::AnswerHasBody,
        Self::AnswerDeletedBy,
        Self::AnswerReplyDeletedBy,
        Self::AcceptedAnswer,
        Self::OwnPostLike,
        Self::OwnCommentLike,
        Self::OwnAnswerLike,
        Self::LikeQuota,
        Self::PostLikeCount,
        Self::CommentLikeCount,
        Self::ReplyCount,
        Self::CommentCount,
        Self::LastActivity,
        Self::PostCount,
        Self::AnswerLikeCount,
        Self::AnswerReplyCount,
        Self::AnswerCount,
        Self::QuestionActivity,
        Self::EventHandled,
        Self::ReportState,
        Self::ReportLogged,
        Self::MediaUseNoted,
        Self::MediaUseOfMedia,
        Self::AvatarIsMedia,
        Self::CoverIsMedia,
    ];

    /// Its name, as the doctor prints it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BannedIsOut => "ban.banned_is_out",
            Self::OnePendingRequest => "join_request.one_pending",
            Self::MemberDoesNotWait => "join_request.member_does_not_wait",
            Self::RequestDecided => "join_request.decided",
            Self::InviteUses => "invite.uses",
            Self::GroupHasOwner => "group.has_owner",
            Self::ShownOwner => "group.shown_owner",
            Self::MemberCount => "group.member_count",
            Self::PostHasBody => "post.has_body",
            Self::PostDeletedBy => "post.deleted_by",
            Self::CommentDeletedBy => "comment.deleted_by",
            Self::ReplyPlace => "comment.reply_place",
            Self::QuestionHasBody => "question.has_body",
            Self::QuestionDeletedBy => "question.deleted_by",
            Self::AnswerHasBody => "answer.has_body",
            Self::AnswerDeletedBy => "answer.deleted_by",
            Self::AnswerReplyDeletedBy => "answer_reply.deleted_by",
            Self::AcceptedAnswer => "question.accepted_answer",
            Self::OwnPostLike => "post.own_like",
            Self::OwnCommentLike => "comment.own_like",
            Self::OwnAnswerLike => "answer.own_like",
            Self::LikeQuota => "like.quota",
            Self::PostLikeCount => "post.like_count",
            Self::CommentLikeCount => "comment.like_count",
            Self::ReplyCount => "comment.reply_count",
            Self::CommentCount => "post.comment_count",
            Self::LastActivity => "post.last_activity_at",
            Self::PostCount => "group.post_count",
            Self::AnswerLikeCount => "answer.like_count",
            Self::AnswerReplyCount => "answer.reply_count",
            Self::AnswerCount => "question.answer_count",
            Self::QuestionActivity => "question.last_activity_at",
            Self::EventHandled => "event.handled",
            Self::ReportState => "report.state",
            Self::ReportLogged => "report.logged",
            Self::MediaUseNoted => "media.use_noted",
            Self::MediaUseOfMedia => "media.use_of_media",
            Self::AvatarIsMedia => "user.avatar_is_media",
            Self::CoverIsMedia => "group.cover_is_media",
        }
    }

    /// What it says.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::BannedIsOut => "who is banned is no member",
            Self::OnePendingRequest => "a user has at most one pending request for a group",
            Self::MemberDoesNotWait => "who is a member does not wait to be let in",
            Self::RequestDecided => "decided_at is set exactly if a request is no longer pending",
            Self::InviteUses => "an invite let in no more than it may",
            Self::GroupHasOwner => "a group has at least one owner",
            Self::ShownOwner => "the owner that a group shows is one of its owners",
            Self::MemberCount => "member_count counts current members, owners included",
            Self::PostHasBody => "a post has a body",
            Self::PostDeletedBy => "deleted_by is set exactly if a post is deleted",
            Self::CommentDeletedBy => "deleted_by is set exactly if a comment is deleted",
            Self::ReplyPlace => {
                "a reply belongs to the same post as the comment it stands under, which is no reply"
            }
            Self::OwnPostLike => "nobody likes his own post",
            Self::OwnCommentLike => "nobody likes his own comment",
            Self::QuestionHasBody => "a question has a body",
            Self::QuestionDeletedBy => "deleted_by is set exactly if a question is deleted",
            Self::AnswerHasBody => "an answer has a body",
            Self::AnswerDeletedBy => "deleted_by is set exactly if an answer is deleted",
            Self::AnswerReplyDeletedBy => "deleted_by is set exactly if a reply to an answer is deleted",
            Self::AcceptedAnswer => "a deleted answer is not the accepted one",
            Self::OwnAnswerLike => "nobody likes his own answer",
            Self::LikeQuota => {
                "a day's like quotas, to all and to one author, were used at least as often as likes were given"
            }
            Self::PostLikeCount | Self::CommentLikeCount | Self::AnswerLikeCount => {
                "like_count counts like rows"
            }
            Self::ReplyCount | Self::AnswerReplyCount => "reply_count counts visible replies",
            Self::CommentCount => "comment_count counts visible comments and replies under the post",
            Self::LastActivity => {
                "last_activity_at is no earlier than the post and each visible comment and reply under it"
            }
            Self::PostCount => "post_count counts visible posts of the group",
            Self::AnswerCount => "answer_count counts visible answers",
            Self::QuestionActivity => {
                "last_activity_at is no earlier than the question and each visible answer and reply under it"
            }
            Self::EventHandled => "an event is handled before it was tried ten times",
            Self::ReportState => "action and resolved_at are set exactly if a report is resolved",
            Self::ReportLogged => "what was done about a report stands in the moderation log",
            Self::MediaUseNoted => "an upload that a text or its history shows is noted as used by it",
            Self::MediaUseOfMedia => "what is noted as used is an upload that is there",
            Self::AvatarIsMedia => "an avatar is an upload of its user's",
            Self::CoverIsMedia => "a group's cover is an upload for everybody",
        }
    }

    /// Whether [`super::IntegrityRepository::repair`] can put it right without guessing. A group with
    /// no owner needs somebody to say who owns it; where a reply belongs, or what a post said, nobody
    /// knows; why nobody can handle an event, the log says.
    ///
    /// Nobody can be asked either who deleted what names nobody: of [`Self::PostDeletedBy`] and its like only
    /// the other half is repaired, a name on what is not deleted.
    #[must_use]
    pub const fn repairable(self) -> bool {
        !matches!(
            self,
            Self::GroupHasOwner
                | Self::InviteUses
                | Self::PostHasBody
                | Self::ReplyPlace
                | Self::QuestionHasBody
                | Self::AnswerHasBody
                | Self::EventHandled
                | Self::ReportState
                | Self::ReportLogged
        )
    }
}

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it breaks.
    pub invariant: Invariant,
    /// The id of what is wrong: of the group, the request, the invite, the post, the comment or reply, the
    /// question, the answer or the reply to it; for a ban, of its group; for a like, of what is liked; for
    /// quotas, of their user; of the event; of the report; of the media.
    pub subject: i64,
    /// What should be there.
    pub expected: String,
    /// What is.
    pub found: String,
}
