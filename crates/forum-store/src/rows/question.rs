//! Rows of `questions` and of what hangs on them.

use diesel::{AsChangeset, Insertable, Queryable, Selectable, pg::Pg, sqlite::Sqlite};
use forum_domain::{
    account::SiteRole,
    content::{Content, Format, Source},
    id::{AnswerId, MediaId, QuestionId},
    question::{
        CreateQuestion, Image, MeasuredQuestion, Question, QuestionCapabilities, QuestionDetail,
        QuestionPatch, QuestionTitle, QuestionView, QuestionViewer,
    },
};

use crate::{
    rows::CardRow,
    schema::{question_bodies, questions},
    types::{At, Read, Word},
};

/// A question, without its author, its images and its body.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = questions, check_for_backend(Pg, Sqlite))]
pub(crate) struct QuestionRow {
    pub(crate) id: i64,
    category: String,
    title: String,
    format: Read<Format>,
    excerpt: String,
    answer_count: i64,
    version: i64,
    pub(crate) created_at: At,
    edited_at: Option<At>,
    last_activity_at: At,
}

/// A question as somebody sees it: with its author, its images as `id:key` parted by commas, its accepted
/// answer, and what the viewer is on the site, if there is one.
pub(crate) type ViewRow = (QuestionRow, CardRow, Option<String>, Option<i64>, Option<Read<SiteRole>>);

/// A question as somebody sees it, of its row.
pub(crate) fn view((row, author, images, accepted, role): ViewRow) -> QuestionView {
    let question = Question {
        id: QuestionId::stored(row.id),
        author: author.into(),
        category: row.category,
        title: QuestionTitle::stored(row.title),
        format: row.format.0,
        excerpt: row.excerpt,
        images: images
            .as_deref()
            .map_or_else(Vec::new, |listed| listed.split(',').filter_map(image).collect()),
        answer_count: row.answer_count,
        accepted_answer_id: accepted.map(AnswerId::stored),
        created_at: row.created_at.0,
        edited_at: row.edited_at.map(|at| at.0),
        last_activity_at: row.last_activity_at.0,
        version: row.version,
    };
    let viewer = role.map(|role| QuestionViewer { role: role.0, can: QuestionCapabilities::default() });
    QuestionView { question, viewer }
}

fn image(listed: &str) -> Option<Image> {
    let (id, key) = listed.split_once(':')?;
    Some(Image { id: MediaId::stored(id.parse().ok()?), key: key.to_owned() })
}

/// A question's body, as its readers get it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = question_bodies, check_for_backend(Pg, Sqlite))]
pub(crate) struct BodyRow {
    source: String,
    html: String,
}

/// The columns of [`ViewRow`], and the body.
pub(crate) type DetailRow =
    (QuestionRow, CardRow, Option<String>, Option<i64>, Option<Read<SiteRole>>, BodyRow);

/// A question with its body, of its row.
pub(crate) fn detail((row, author, images, accepted, role, body): DetailRow) -> QuestionDetail {
    let view = view((row, author, images, accepted, role));
    QuestionDetail { view, source: Source::stored(body.source), html: body.html }
}

/// What the heat of a question depends on, in the order of the columns that `sql::question` selects.
#[derive(Debug, Queryable)]
pub(crate) struct MeasuredRow {
    id: i64,
    created_at: At,
    like_count: i64,
    answerers: i64,
}

impl From<MeasuredRow> for MeasuredQuestion {
    fn from(row: MeasuredRow) -> Self {
        Self {
            id: QuestionId::stored(row.id),
            created_at: row.created_at.0,
            like_count: row.like_count,
            answerers: row.answerers,
        }
    }
}

/// A question that is locked, as far as what is written under its lock depends on it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = questions, check_for_backend(Pg, Sqlite))]
pub(crate) struct LockedQuestion {
    pub(crate) author_id: i64,
    pub(crate) category: String,
    pub(crate) title: String,
    pub(crate) format: String,
    pub(crate) version: i64,
    pub(crate) created_at: At,
    pub(crate) edited_at: Option<At>,
}

/// A question to be written.
#[derive(Debug, Insertable)]
#[diesel(table_name = questions)]
pub(crate) struct NewQuestionRow {
    author_id: i64,
    category: String,
    title: String,
    format: &'static str,
    excerpt: String,
    created_at: At,
    last_activity_at: At,
}

impl NewQuestionRow {
    /// The row of a question, what its body will be, and its images.
    pub(crate) fn of(create: CreateQuestion) -> (Self, NewBody, Vec<MediaId>) {
        let content = create.draft.content;
        let row = Self {
            author_id: create.author.get(),
            category: create.draft.category,
            title: create.draft.title.as_str().into(),
            format: content.format.word(),
            excerpt: content.rendered.excerpt,
            created_at: At(create.at),
            last_activity_at: At(create.at),
        };
        let body = NewBody::new(&content.source, content.rendered.html, content.rendered.policy);
        (row, body, create.draft.images)
    }
}

/// A body to be written, for a question that is there or will be.
#[derive(Debug, Insertable, AsChangeset)]
#[diesel(table_name = question_bodies)]
pub(crate) struct NewBody {
    source: String,
    html: String,
    policy: i32,
}

impl NewBody {
    fn new(source: &Source, html: String, policy: i32) -> Self {
        Self { source: source.as_str().into(), html, policy }
    }
}

/// Columns of a question that an edit touches: `None` leaves one as it is.
#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = questions)]
pub(crate) struct QuestionChanges {
    category: Option<String>,
    title: Option<String>,
    format: Option<&'static str>,
    excerpt: Option<String>,
}

impl QuestionChanges {
    /// What an edit changes of the question, and of its body.
    pub(crate) fn of(patch: QuestionPatch) -> (Self, Option<NewBody>) {
        let title = patch.title.map(|title| title.as_str().to_owned());
        let same = Self { category: patch.category, title, ..Self::default() };
        let Some(Content { format, source, rendered }) = patch.content else { return (same, None) };
        let changes = Self { format: Some(format.word()), excerpt: Some(rendered.excerpt), ..same };
        (changes, Some(NewBody::new(&source, rendered.html, rendered.policy)))
    }
}
