//! Hooks: where an embedder has a say before something happens, and hears of it afterwards.
//!
//! A hook is set with [`crate::forum::Builder::hook`]; several are asked in the order in which they were set.
//!
//! ```
//! use async_trait::async_trait;
//! use forum_domain::{Actor, Coded, hook::{Hook, Intent, Veto}};
//!
//! /// Nobody sells here.
//! struct NoSelling;
//!
//! #[async_trait]
//! impl Hook for NoSelling {
//!     async fn before(&self, _: Actor, intent: &Intent<'_>) -> Result<(), Veto> {
//!         match intent {
//!             Intent::Post { draft, .. } if draft.title.as_str().contains("出售") => {
//!                 Err(Veto::new("house.no_selling", "这里不是市场"))
//!             }
//!             _ => Ok(()),
//!         }
//!     }
//! }
//!
//! # use forum_domain::{content::{Content, Format, Rendered, Source}, id::{GroupId, SessionId, UserId}};
//! # use forum_domain::post::{PostDraft, Title};
//! # let actor = Actor { user_id: UserId::stored(1), session_id: SessionId::stored(1) };
//! # let group_id = GroupId::stored(1);
//! # let rendered = Rendered { html: String::new(), excerpt: String::new(), blank: false, policy: 1 };
//! # let content = Content { format: Format::Plain, source: Source::stored(String::new()), rendered };
//! # let mut draft = PostDraft { title: Title::parse("出售自行车").unwrap(), content };
//! # pollster::block_on(async {
//! let asked = NoSelling.before(actor, &Intent::Post { group_id, draft: &draft }).await;
//! assert_eq!(asked.unwrap_err().code(), "house.no_selling");
//! draft.title = Title::parse("自行车怎么修？").unwrap();
//! assert!(NoSelling.before(actor, &Intent::Post { group_id, draft: &draft }).await.is_ok());
//! # });
//! ```

#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    actor::Actor,
    comment::{CommentBody, CommentView},
    content::Content,
    error::{Coded, Kind},
    group::GroupCard,
    id::{AnswerId, AnswerReplyId, CommentId, GroupId, PostId, QuestionId, UserId},
    like::Target,
    post::{PostDraft, PostPatch},
    question::{QuestionDraft, QuestionPatch},
};

/// What somebody is about to do. It is valid, and the rules have not forbidden it so far; the last word
/// is the store's.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Intent<'a> {
    /// Post in a group.
    Post {
        /// Where.
        group_id: GroupId,
        /// What.
        draft: &'a PostDraft,
    },
    /// Change a post.
    EditPost {
        /// Which.
        id: PostId,
        /// What of it.
        patch: &'a PostPatch,
    },
    /// Comment on a post.
    Comment {
        /// On which.
        post_id: PostId,
        /// What.
        body: &'a CommentBody,
    },
    /// Reply to a comment.
    Reply {
        /// To which.
        comment_id: CommentId,
        /// Whom it answers, if that is said.
        reply_to: Option<UserId>,
        /// What.
        body: &'a CommentBody,
    },
    /// Change a comment or a reply.
    EditComment {
        /// Which.
        id: CommentId,
        /// What it shall say.
        body: &'a CommentBody,
    },
    /// Ask a question.
    Ask {
        /// What.
        draft: &'a QuestionDraft,
    },
    /// Change a question.
    EditQuestion {
        /// Which.
        id: QuestionId,
        /// What of it.
        patch: &'a QuestionPatch,
    },
    /// Answer a question.
    Answer {
        /// Which.
        question_id: QuestionId,
        /// What.
        content: &'a Content,
    },
    /// Change an answer.
    EditAnswer {
        /// Which.
        id: AnswerId,
        /// What it shall say.
        content: &'a Content,
    },
    /// Reply to an answer.
    ReplyToAnswer {
        /// To which.
        answer_id: AnswerId,
        /// Whom it answers, if that is said.
        reply_to: Option<UserId>,
        /// What.
        body: &'a CommentBody,
    },
    /// Change a reply to an answer.
    EditAnswerReply {
        /// Which.
        id: AnswerReplyId,
        /// What it shall say.
        body: &'a CommentBody,
    },
    /// Like something.
    Like {
        /// What.
        target: Target,
    },
}

/// What has happened, and is stored.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Fact<'a> {
    /// There is a new post.
    Posted {
        /// Its id.
        id: PostId,
        /// Where.
        group_id: GroupId,
        /// What.
        draft: &'a PostDraft,
    },
    /// A post was changed.
    PostEdited {
        /// Which.
        id: PostId,
        /// Where it stands.
        group: &'a GroupCard,
        /// What of it.
        patch: &'a PostPatch,
    },
    /// A post was deleted.
    PostDeleted {
        /// Which.
        id: PostId,
    },
    /// A deleted post is back.
    PostRestored {
        /// Which.
        id: PostId,
    },
    /// There is a new comment or reply.
    Commented {
        /// As its author sees it.
        view: &'a CommentView,
    },
    /// A comment or a reply was changed.
    CommentEdited {
        /// Which.
        id: CommentId,
        /// The post it stands under.
        post_id: PostId,
        /// What it says now.
        body: &'a CommentBody,
    },
    /// A comment or a reply was deleted.
    CommentDeleted {
        /// Which.
        id: CommentId,
    },
    /// There is a new question.
    Asked {
        /// Its id.
        id: QuestionId,
        /// What.
        draft: &'a QuestionDraft,
    },
    /// A question was changed.
    QuestionEdited {
        /// Which.
        id: QuestionId,
        /// What of it.
        patch: &'a QuestionPatch,
    },
    /// A question was deleted.
    QuestionDeleted {
        /// Which.
        id: QuestionId,
    },
    /// There is a new answer.
    Answered {
        /// Its id.
        id: AnswerId,
        /// To which question.
        question_id: QuestionId,
        /// What.
        content: &'a Content,
    },
    /// An answer was changed.
    AnswerEdited {
        /// Which.
        id: AnswerId,
        /// The question it answers.
        question_id: QuestionId,
        /// What it says now.
        content: &'a Content,
    },
    /// An answer was deleted.
    AnswerDeleted {
        /// Which.
        id: AnswerId,
    },
    /// The asker accepted an answer.
    AnswerAccepted {
        /// Of which question.
        question_id: QuestionId,
        /// Which.
        answer_id: AnswerId,
    },
    /// An answer is no longer the accepted one.
    AnswerUnaccepted {
        /// Of which question.
        question_id: QuestionId,
        /// Which.
        answer_id: AnswerId,
    },
    /// There is a new reply to an answer.
    AnswerReplied {
        /// Its id.
        id: AnswerReplyId,
        /// Under which answer.
        answer_id: AnswerId,
        /// Whom it answers, if that is said.
        reply_to: Option<UserId>,
        /// What.
        body: &'a CommentBody,
    },
    /// A reply to an answer was changed.
    AnswerReplyEdited {
        /// Which.
        id: AnswerReplyId,
        /// The answer it stands under.
        answer_id: AnswerId,
        /// What it says now.
        body: &'a CommentBody,
    },
    /// A reply to an answer was deleted.
    AnswerReplyDeleted {
        /// Which.
        id: AnswerReplyId,
    },
    /// Somebody likes something that he did not like before.
    Liked {
        /// What.
        target: Target,
    },
    /// Somebody no longer likes something that he liked.
    Unliked {
        /// What.
        target: Target,
    },
}

/// A hook's refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Veto {
    code: &'static str,
    message: String,
}

impl Veto {
    /// A refusal with a stable code of the embedder's own, such as `house.no_selling`, and a message that
    /// is shown to whoever is refused, as it is (in the HTTP API its first 1 000 characters). A code that
    /// stands in [`crate::error::CODES`] would be taken for the forum's own.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl Coded for Veto {
    fn kind(&self) -> Kind {
        Kind::Forbidden
    }
    fn code(&self) -> &'static str {
        self.code
    }
    fn message(&self) -> Option<&str> {
        Some(&self.message)
    }
}

/// Has a say, or only listens: both methods have a default that does nothing.
#[async_trait]
pub trait Hook: Send + Sync {
    /// Asked before something is written, outside of any transaction; the request waits for it. A veto is
    /// answered as a refusal (403 in the HTTP API) and nothing is written. An edit that met another one is
    /// made anew, and asked about anew.
    ///
    /// # Errors
    /// [`Veto`].
    async fn before(&self, actor: Actor, intent: &Intent<'_>) -> Result<(), Veto> {
        let _ = (actor, intent);
        Ok(())
    }

    /// Told after it was written, once for each fact that really happened, before the request is answered,
    /// so keep it short. A process that dies in between tells nobody.
    async fn after(&self, actor: Actor, fact: &Fact<'_>) {
        let _ = (actor, fact);
    }
}

/// All hooks of a forum, in their order.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Arc<dyn Hook>>);

impl Hooks {
    pub(crate) fn add(&mut self, hook: Arc<dyn Hook>) {
        self.0.push(hook);
    }

    /// Asks each until one vetoes.
    pub(crate) async fn ask(&self, actor: Actor, intent: Intent<'_>) -> Result<(), Veto> {
        for hook in &self.0 {
            hook.before(actor, &intent).await?;
        }
        Ok(())
    }

    /// Tells each.
    pub(crate) async fn tell(&self, actor: Actor, fact: Fact<'_>) {
        for hook in &self.0 {
            hook.after(actor, &fact).await;
        }
    }
}
