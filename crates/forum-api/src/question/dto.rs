//! What questions look like in answers.

use forum_domain::question::{self as domain, QuestionDetail, QuestionView};
use poem_openapi::{Object, types::Example};
use serde::Serialize;

use crate::{
    account::UserCard,
    content::{BodyFormat, ContentCapabilities},
    context::Call,
    fields::Moment,
    page::list_of,
};

/// The configured categories of questions.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct QuestionCategoryList {
    /// In the order in which they are shown.
    #[oai(validator(max_items = 1000))]
    pub(crate) items: Vec<QuestionCategory>,
}

impl Example for QuestionCategoryList {
    fn example() -> Self {
        Self { items: vec![QuestionCategory::example()] }
    }
}

/// A category of questions.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct QuestionCategory {
    /// Its name.
    #[oai(validator(max_length = 200))]
    name: String,
    /// Visible questions in it.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    question_count: i64,
}

impl From<domain::QuestionCategoryCount> for QuestionCategory {
    fn from(count: domain::QuestionCategoryCount) -> Self {
        Self { name: count.name, question_count: count.question_count }
    }
}

impl Example for QuestionCategory {
    fn example() -> Self {
        Self { name: "技术问答".into(), question_count: 128 }
    }
}

/// A question without its body, as lists have it.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct QuestionSummary {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// Who asks.
    author: UserCard,
    /// Its category.
    #[oai(validator(max_length = 200))]
    category: String,
    /// Its title.
    #[oai(validator(max_length = 256))]
    title: String,
    /// How its body is written.
    format: BodyFormat,
    /// The beginning of its text, one line without markup.
    #[oai(validator(max_length = 200))]
    excerpt: String,
    /// Where its images are found, in their order.
    #[oai(validator(max_items = 50, max_length = 2000))]
    image_urls: Vec<String>,
    /// The uploads that these images are, for editing.
    #[oai(validator(max_items = 50, minimum(value = "1"), maximum(value = "9007199254740991")))]
    image_media_ids: Vec<i64>,
    /// Visible answers to it.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    answer_count: i64,
    /// The answer that the asker accepted.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    accepted_answer_id: Option<i64>,
    /// When it was asked.
    created_at: Moment,
    /// When the asker last edited it.
    edited_at: Option<Moment>,
    /// When somebody last wrote: the question, an answer, or a reply to one.
    last_activity_at: Moment,
    /// What it is to whoever asks; null if nobody is signed in.
    viewer: Option<QuestionViewer>,
}

impl QuestionSummary {
    pub(crate) fn of(view: QuestionView, call: &Call) -> Self {
        let question = view.question;
        Self {
            id: question.id.get(),
            author: UserCard::of(question.author, call),
            category: question.category,
            title: question.title.as_str().to_owned(),
            format: question.format.into(),
            excerpt: question.excerpt,
            image_urls: question.images.iter().filter_map(|image| call.media_url(Some(&image.key))).collect(),
            image_media_ids: question.images.iter().map(|image| image.id.get()).collect(),
            answer_count: question.answer_count,
            accepted_answer_id: question.accepted_answer_id.map(|id| id.get()),
            created_at: question.created_at.into(),
            edited_at: question.edited_at.map(Moment),
            last_activity_at: question.last_activity_at.into(),
            viewer: view.viewer.map(QuestionViewer::from),
        }
    }

    /// One in English.
    fn english() -> Self {
        Self {
            id: 257,
            title: "How do I hold a lock across an await point?".into(),
            format: BodyFormat::Plain,
            excerpt: "The compiler tells me that the guard is not Send.".into(),
            image_urls: Vec::new(),
            image_media_ids: Vec::new(),
            answer_count: 0,
            accepted_answer_id: None,
            created_at: Moment::example(4, 6),
            edited_at: None,
            last_activity_at: Moment::example(4, 6),
            ..Self::example()
        }
    }
}

impl Example for QuestionSummary {
    fn example() -> Self {
        Self {
            id: 256,
            author: UserCard::example(),
            category: "技术问答".into(),
            title: "异步任务里怎么持有互斥锁？".into(),
            format: BodyFormat::Markdown,
            excerpt: "在 await 前后持有 std::sync::Mutex 会编译失败，应该怎么写？".into(),
            image_urls: vec!["https://forum.example/media/3f9a1c.png".into()],
            image_media_ids: vec![77],
            answer_count: 3,
            accepted_answer_id: Some(512),
            created_at: Moment::example(2, 9),
            edited_at: Some(Moment::example(3, 1)),
            last_activity_at: Moment::example(6, 12),
            viewer: Some(QuestionViewer::example()),
        }
    }
}

/// A question.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Question {
    #[oai(flatten)]
    #[serde(flatten)]
    summary: QuestionSummary,
    /// Its body as it was written, for editing. Never put it into a page as it is: show `body_html`.
    #[oai(validator(max_length = 300000))]
    body: String,
    /// Its body as HTML, sanitised by the server when it was written: safe to put into a page.
    #[oai(validator(max_length = 20000000))]
    body_html: String,
}

impl Question {
    pub(crate) fn of(detail: QuestionDetail, call: &Call) -> Self {
        Self {
            summary: QuestionSummary::of(detail.view, call),
            body: detail.source.as_str().to_owned(),
            body_html: detail.html,
        }
    }
}

impl Example for Question {
    fn example() -> Self {
        Self {
            summary: QuestionSummary::example(),
            body: "在 `await` 前后持有 `std::sync::Mutex` 会编译失败，应该怎么写？".into(),
            body_html: "<p>在 <code>await</code> 前后持有 <code>std::sync::Mutex</code> 会编译失败，\
                        应该怎么写？</p>"
                .into(),
        }
    }
}

/// What a question is to whoever asks.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct QuestionViewer {
    /// What he may do, so that a page shows only what works: `comment` is to answer it; who may `edit` it also
    /// accepts an answer; nobody likes a question.
    can: ContentCapabilities,
}

impl From<domain::QuestionViewer> for QuestionViewer {
    fn from(viewer: domain::QuestionViewer) -> Self {
        Self { can: viewer.can.into() }
    }
}

impl Example for QuestionViewer {
    fn example() -> Self {
        Self { can: ContentCapabilities::example() }
    }
}

list_of! {
    /// A page of questions, without their bodies.
    QuestionList of QuestionSummary as example and english
}

#[cfg(test)]
crate::fields::assert_examples! { answers [QuestionCategoryList, QuestionSummary, Question, QuestionList] }
