//! What an export holds, as it is or was.

use crate::{
    clock::Timestamp,
    comment::CommentBody,
    content::{Format, Source},
    group::{GroupCard, Role},
    id::{
        AnswerId, AnswerReplyId, CommentId, GroupId, JoinRequestId, PostId, QuestionId, ReportId, SessionId,
    },
    join::JoinStatus,
    moderation::{Deed, Reason, ReportStatus, Target},
};

/// A device that signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedSession {
    /// Its id.
    pub id: SessionId,
    /// What it called itself.
    pub user_agent: Option<String>,
    /// From where it came last.
    pub ip: String,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
}

/// A group that he is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedMembership {
    /// Which.
    pub group: GroupCard,
    /// As what.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
}

/// A wish to join a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedRequest {
    /// Its id.
    pub id: JoinRequestId,
    /// Which group.
    pub group_id: GroupId,
    /// Why.
    pub reason: String,
    /// What became of it.
    pub status: JoinStatus,
    /// What the decider said.
    pub reply: Option<String>,
    /// When he asked.
    pub created_at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

/// A post, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedPost {
    /// Its id.
    pub id: PostId,
    /// Where it stands.
    pub group_id: GroupId,
    /// What it says now.
    pub text: ExportedText,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<ExportedText>,
}

/// What a post or a question says or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedText {
    /// Its title.
    pub title: String,
    /// How the body is written.
    pub format: Format,
    /// The body as it was written.
    pub body: Source,
    /// Since when it said so.
    pub since: Timestamp,
}

/// A comment or reply, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedComment {
    /// Its id.
    pub id: CommentId,
    /// Under which post.
    pub post_id: PostId,
    /// Under which comment, if it is a reply.
    pub parent_id: Option<CommentId>,
    /// What it says.
    pub body: CommentBody,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<CommentBody>,
}

/// A question, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedQuestion {
    /// Its id.
    pub id: QuestionId,
    /// Its category.
    pub category: String,
    /// What it says now.
    pub text: ExportedText,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<ExportedText>,
}

/// An answer, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedAnswer {
    /// Its id.
    pub id: AnswerId,
    /// To which question.
    pub question_id: QuestionId,
    /// What it says now.
    pub body: ExportedBody,
    /// Whether the asker accepted it.
    pub accepted: bool,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<ExportedBody>,
}

/// What an answer says or said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedBody {
    /// How it is written.
    pub format: Format,
    /// As it was written.
    pub body: Source,
    /// Since when it said so.
    pub since: Timestamp,
}

/// A reply to an answer, as it is or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedAnswerReply {
    /// Its id.
    pub id: AnswerReplyId,
    /// Under which answer.
    pub answer_id: AnswerId,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// What it said before, oldest first.
    pub before: Vec<String>,
}

/// A report that he made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedReport {
    /// Its id.
    pub id: ReportId,
    /// Of what.
    pub target: Target,
    /// Why.
    pub reason: Reason,
    /// What he said of it.
    pub detail: Option<String>,
    /// How it stands.
    pub status: ReportStatus,
    /// When he made it.
    pub created_at: Timestamp,
}

/// What he did as one who moderates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedDeed {
    /// What.
    pub deed: Deed,
    /// To what.
    pub target: Target,
    /// What he said of it.
    pub note: Option<String>,
    /// When.
    pub created_at: Timestamp,
}
