//! Questions, answers and the replies under them on the stage.

use forum_domain::{
    answer::{AnswerCreated, AnswerDeleted, CreateAnswer, DeleteAnswer},
    answer_reply::{AnswerReplyCreated, CreateAnswerReply},
    id::{AnswerId, AnswerReplyId, QuestionId, UserId},
    question::{
        Accept, Accepted, CreateQuestion, DeleteQuestion, QuestionCreated, QuestionDeleted, QuestionDraft,
        QuestionTitle,
    },
};

use super::{Stage, at, comment::body};
use crate::build;

impl Stage {
    /// A question that is there from second `seconds` on, with a title of its own.
    pub(in crate::store) async fn question(&self, author: UserId, seconds: i64) -> QuestionId {
        let title = format!("question {}", self.number());
        let content = build::content(&format!("the body of {title}"));
        let title = QuestionTitle::stored(title);
        let draft = QuestionDraft { category: "技术问答".into(), title, content, images: Vec::new() };
        let create = CreateQuestion { author, draft, review: None, at: at(seconds), claim: None };
        match self.store.create_question(create).await.unwrap() {
            QuestionCreated::Done(id) => id,
            refused @ QuestionCreated::NoSuchImage(_) => panic!("{refused:?}"),
        }
    }

    /// An answer that is there from second `seconds` on.
    pub(in crate::store) async fn answer(
        &self,
        question_id: QuestionId,
        author: UserId,
        seconds: i64,
    ) -> AnswerId {
        let content = build::content("an answer");
        let create =
            CreateAnswer { question_id, author, content, review: None, at: at(seconds), claim: None };
        match self.store.create_answer(create).await.unwrap() {
            AnswerCreated::Done(id) => id,
            refused @ AnswerCreated::NoSuchQuestion => panic!("{refused:?}"),
        }
    }

    /// A reply under an answer that is there from second `seconds` on, and may name whom it answers.
    pub(in crate::store) async fn answer_reply(
        &self,
        answer_id: AnswerId,
        author: UserId,
        reply_to: Option<UserId>,
        seconds: i64,
    ) -> AnswerReplyId {
        let body = body("a reply");
        let create = CreateAnswerReply {
            answer_id,
            author,
            body,
            reply_to,
            review: None,
            at: at(seconds),
            claim: None,
        };
        match self.store.create_answer_reply(create).await.unwrap() {
            AnswerReplyCreated::Done(id) => id,
            refused => panic!("{refused:?}"),
        }
    }

    /// Makes this the accepted answer, or with `None` takes back which one is.
    pub(in crate::store) async fn accept(
        &self,
        question_id: QuestionId,
        answer_id: Option<AnswerId>,
        by: UserId,
        seconds: i64,
    ) {
        let accept = Accept { question_id, answer_id, by, at: at(seconds) };
        let done = self.store.accept_answer(accept).await.unwrap();
        assert!(matches!(done, Accepted::Done(_)), "{done:?}");
    }

    /// Deletes a question that is there.
    pub(in crate::store) async fn delete_question(&self, id: QuestionId, by: UserId, seconds: i64) {
        let delete = DeleteQuestion { id, by, if_version: None, at: at(seconds) };
        assert_eq!(self.store.delete_question(delete).await.unwrap(), QuestionDeleted::Done);
    }

    /// Deletes an answer that is there.
    pub(in crate::store) async fn delete_answer(&self, id: AnswerId, by: UserId, seconds: i64) {
        let delete = DeleteAnswer { id, by, if_version: None, at: at(seconds) };
        let done = self.store.delete_answer(delete).await.unwrap();
        assert!(matches!(done, AnswerDeleted::Done { .. }), "{done:?}");
    }
}
