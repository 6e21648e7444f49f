//! What posts look like in requests, and how lists of them are asked for.

use forum_domain::post as domain;
use poem_openapi::{Object, types::Example};
use serde::Deserialize;

use crate::{
    content::BodyFormat,
    fields::{choices, present},
};

choices! {
    /// In which order posts are listed. All but `new` are rankings that stand still while they are paged.
    PostSort for domain::PostSort {
        /// Newest first.
        New = "new",
        /// By when somebody last wrote in it.
        Active = "active",
        /// By likes and commenters, the fresher the hotter.
        Hot = "hot",
        /// By likes.
        Top = "top",
    }
}

choices! {
    /// In which order the posts of one's groups are listed. All but `new` are rankings that stand still while
    /// they are paged.
    FeedSort into domain::PostSort {
        /// By when somebody last wrote in it.
        Active = "active",
        /// Newest first.
        New = "new",
        /// By likes and commenters, the fresher the hotter.
        Hot = "hot",
    }
}

choices! {
    /// Which posts of a group are listed.
    PostFilter for domain::PostFilter {
        /// All.
        All = "all",
        /// Those that its moderators recommend (精华).
        Excellent = "excellent",
        /// Those that drew many likes and comments.
        Hot = "hot",
    }
}

choices! {
    /// How far back the order `top` goes, by when posts were written.
    PostPeriod for domain::Period {
        /// To the beginning.
        All = "all",
        /// 24 hours.
        Day = "day",
        /// 7 days.
        Week = "week",
        /// 30 days.
        Month = "month",
    }
}

/// A post to be written.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct PostDraft {
    /// One line.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) title: String,
    /// The body, written in `format`. At most 100 000 characters, unless the operator allows another number;
    /// something must be seen of it: markup that shows neither text nor image is `too_short`.
    #[oai(validator(min_length = 1, max_length = 100000))]
    pub(crate) body: String,
    /// How the body is written.
    pub(crate) format: BodyFormat,
}

impl Example for PostDraft {
    fn example() -> Self {
        Self {
            title: "新人必读：本组发帖指南".into(),
            body: "欢迎来到 **Rust 编程**小组！\n\n提问请附上 `rustc` 版本和最小示例。".into(),
            format: BodyFormat::Markdown,
        }
    }
}

/// Changes to a post: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct PostPatch {
    /// One line.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) title: Option<String>,
    /// The body, written in `format`, or in the format that the post has.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 100000))]
    pub(crate) body: Option<String>,
    /// How the body is written; of a body that stays as it is, how it shall be read from now on.
    #[serde(default, deserialize_with = "present")]
    pub(crate) format: Option<BodyFormat>,
}

impl Example for PostPatch {
    fn example() -> Self {
        Self {
            title: Some("Reading group: ownership without tears".into()),
            body: Some("<p>We meet on <strong>Saturday</strong> and read chapter 4 together.</p>".into()),
            format: Some(BodyFormat::Html),
        }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [PostDraft, PostPatch] }

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    #[test]
    fn nothing_of_a_post_can_be_cleared() {
        for field in ["title", "body", "format"] {
            assert!(from_value::<PostPatch>(json!({ field: null })).is_err(), "{field}");
        }
        assert!(from_value::<PostPatch>(json!({})).is_ok());
    }

    #[test]
    fn a_post_says_how_it_is_written() {
        let body = json!({"title": "a", "body": "b"});
        assert!(from_value::<PostDraft>(body).unwrap_err().to_string().contains("format"));
    }
}
