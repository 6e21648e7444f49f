//! What questions look like in requests, and how lists of them are asked for.

use forum_domain::question as domain;
use poem_openapi::{Object, types::Example};
use serde::Deserialize;

use crate::{
    content::BodyFormat,
    fields::{choices, present},
};

choices! {
    /// In which order questions are listed. All but `new` are rankings that stand still while they are paged.
    QuestionSort for domain::QuestionSort {
        /// Newest first.
        New = "new",
        /// By likes of the answers and how many answered, the fresher the hotter.
        Hot = "hot",
        /// By when somebody last wrote: the question, an answer, or a reply to one.
        Active = "active",
    }
}

choices! {
    /// Which questions are listed.
    QuestionFilter for domain::QuestionChoice {
        /// All.
        All = "all",
        /// Those that nobody answered yet.
        Unanswered = "unanswered",
    }
}

/// A question to be asked.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct QuestionDraft {
    /// One of the configured categories.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) category: String,
    /// One line.
    #[oai(validator(min_length = 1, max_length = 256))]
    pub(crate) title: String,
    /// The body, written in `format`. At most 100 000 characters, unless the operator allows another number;
    /// something must be seen of it: markup that shows neither text nor image is `too_short`.
    #[oai(validator(min_length = 1, max_length = 100000))]
    pub(crate) body: String,
    /// How the body is written.
    pub(crate) format: BodyFormat,
    /// Images, in their order: uploads of one's own for everybody, none twice. At most 9, unless the operator
    /// allows another number.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(max_items = 9, minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) image_media_ids: Option<Vec<i64>>,
}

impl Example for QuestionDraft {
    fn example() -> Self {
        Self {
            category: "技术问答".into(),
            title: "异步任务里怎么持有互斥锁？".into(),
            body: "在 `await` 前后持有 `std::sync::Mutex` 会编译失败，应该怎么写？".into(),
            format: BodyFormat::Markdown,
            image_media_ids: None,
        }
    }
}

/// Changes to a question: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct QuestionPatch {
    /// One of the configured categories.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) category: Option<String>,
    /// One line.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 256))]
    pub(crate) title: Option<String>,
    /// The body, written in `format`, or in the format that the question has.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 100000))]
    pub(crate) body: Option<String>,
    /// How the body is written; of a body that stays as it is, how it shall be read from now on.
    #[serde(default, deserialize_with = "present")]
    pub(crate) format: Option<BodyFormat>,
    /// The images instead of those that it has.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(max_items = 9, minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) image_media_ids: Option<Vec<i64>>,
}

impl Example for QuestionPatch {
    fn example() -> Self {
        Self {
            category: None,
            title: Some("How do I hold a lock across an await point?".into()),
            body: None,
            format: None,
            image_media_ids: Some(Vec::new()),
        }
    }
}

/// Which answer is accepted.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct Acceptance {
    /// An answer to the question.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) answer_id: i64,
}

impl Example for Acceptance {
    fn example() -> Self {
        Self { answer_id: 512 }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [QuestionDraft, QuestionPatch, Acceptance] }

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn nothing_of_a_question_can_be_cleared_but_its_images_by_an_empty_list() {
        for field in ["category", "title", "body", "format", "image_media_ids"] {
            assert!(from_value::<QuestionPatch>(json!({ field: null })).is_err(), "{field}");
        }
        let patch: QuestionPatch = from_value(json!({"image_media_ids": []})).unwrap();
        assert_eq!(patch.image_media_ids, Some(vec![]));
    }
}
