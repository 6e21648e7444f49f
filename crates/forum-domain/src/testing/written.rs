//! Posts, comments, questions and answers, as somebody sees them.

use super::{at, card, group_id};
use crate::{
    account::SiteRole,
    answer::{Answer, AnswerCapabilities, AnswerView, AnswerViewer},
    comment::{Comment, CommentBody, CommentCapabilities, CommentView, CommentViewer, Said},
    content::{Format, Source},
    group::{GroupCard, Role},
    id::{AnswerId, CommentId, PostId, QuestionId},
    post::{Post, PostCapabilities, PostDetail, PostView, PostViewer, Title},
    question::{Question, QuestionCapabilities, QuestionDetail, QuestionTitle, QuestionView, QuestionViewer},
};

pub(crate) fn post_id() -> PostId {
    PostId::new(7).unwrap()
}

/// Post 7 in a group by this user, as somebody in this role sees it; nobody is signed in if that is `None`.
pub(crate) fn post_view(author: i64, viewer: Option<Option<Role>>) -> PostView {
    PostView {
        post: Post {
            id: post_id(),
            group: GroupCard { id: group_id(), name: "Rust".into() },
            author: card(author),
            title: Title::stored("标题".into()),
            format: Format::Markdown,
            excerpt: "正文".into(),
            comment_count: 0,
            like_count: 0,
            pinned: false,
            excellent: false,
            locked: false,
            hot: false,
            created_at: at(-100),
            edited_at: None,
            last_activity_at: at(-100),
            version: 3,
        },
        viewer: viewer.map(|role| PostViewer {
            liked: false,
            bookmarked: false,
            role,
            muted_until: None,
            can: PostCapabilities::default(),
        }),
    }
}

/// [`post_view`] with its body.
pub(crate) fn post_detail(author: i64, viewer: Option<Option<Role>>) -> PostDetail {
    PostDetail {
        view: post_view(author, viewer),
        source: Source::stored("正文".into()),
        html: "<p>正文</p>".into(),
    }
}

pub(crate) fn comment_id() -> CommentId {
    CommentId::new(70).unwrap()
}

/// Comment 70 under post 7 by this user, as somebody in this role sees it.
pub(crate) fn comment_view(author: i64, viewer: Option<Option<Role>>) -> CommentView {
    CommentView {
        comment: Comment {
            id: comment_id(),
            post_id: post_id(),
            parent_id: None,
            said: Some(Said {
                author: card(author), reply_to: None, body: CommentBody::stored("好".into())
            }),
            like_count: 0,
            reply_count: 0,
            created_at: at(-50),
            edited_at: None,
            version: 2,
        },
        viewer: viewer.map(|role| CommentViewer {
            liked: false,
            role,
            muted_until: None,
            locked: false,
            can: CommentCapabilities::default(),
        }),
    }
}

pub(crate) fn question_id() -> QuestionId {
    QuestionId::new(17).unwrap()
}

/// Question 17 by this user, as somebody with this role on the site sees it; nobody is signed in if that is
/// `None`.
pub(crate) fn question_view(author: i64, viewer: Option<SiteRole>) -> QuestionView {
    QuestionView {
        question: Question {
            id: question_id(),
            author: card(author),
            category: "技术问答".into(),
            title: QuestionTitle::stored("标题".into()),
            format: Format::Markdown,
            excerpt: "正文".into(),
            images: Vec::new(),
            answer_count: 0,
            accepted_answer_id: None,
            created_at: at(-100),
            edited_at: None,
            last_activity_at: at(-100),
            version: 3,
        },
        viewer: viewer.map(|role| QuestionViewer { role, can: QuestionCapabilities::default() }),
    }
}

/// [`question_view`] with its body.
pub(crate) fn question_detail(author: i64, viewer: Option<SiteRole>) -> QuestionDetail {
    QuestionDetail {
        view: question_view(author, viewer),
        source: Source::stored("正文".into()),
        html: "<p>正文</p>".into(),
    }
}

pub(crate) fn answer_id() -> AnswerId {
    AnswerId::new(170).unwrap()
}

/// Answer 170 to question 17 by this user, as somebody with this role on the site sees it.
pub(crate) fn answer_view(author: i64, viewer: Option<SiteRole>) -> AnswerView {
    AnswerView {
        answer: Answer {
            id: answer_id(),
            question_id: question_id(),
            author: card(author),
            format: Format::Markdown,
            excerpt: "好".into(),
            source: Source::stored("好".into()),
            html: "<p>好</p>".into(),
            accepted: false,
            like_count: 0,
            reply_count: 0,
            created_at: at(-50),
            edited_at: None,
            version: 2,
        },
        viewer: viewer.map(|role| AnswerViewer { liked: false, role, can: AnswerCapabilities::default() }),
    }
}
