//! What groups look like in requests.

use poem_openapi::{Object, types::Example};
use serde::Deserialize;

use super::dto::{JoinPolicy, Visibility};
use crate::fields::{Patch, present};

/// A group to be made.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct GroupDraft {
    /// A name that no group has and none looks like.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub(crate) name: String,
    /// One of the configured categories.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) category: String,
    /// What it is about.
    #[oai(validator(max_length = 2000))]
    pub(crate) description: String,
    /// What its members should know.
    #[serde(default)]
    #[oai(validator(max_length = 2000))]
    pub(crate) notice: Patch<String>,
    /// An upload of one's own, for its cover.
    #[serde(default)]
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) cover_media_id: Patch<i64>,
    /// How one becomes a member; `approval` if absent.
    #[serde(default, deserialize_with = "present")]
    pub(crate) join_policy: Option<JoinPolicy>,
    /// Who may read its content; `members` if absent.
    #[serde(default, deserialize_with = "present")]
    pub(crate) visibility: Option<Visibility>,
}

impl Example for GroupDraft {
    fn example() -> Self {
        Self {
            name: "Rust 编程".into(),
            category: "程序设计".into(),
            description: "一起学习 Rust，分享项目与经验。".into(),
            notice: Patch::Value("发帖前请先搜索。".into()),
            cover_media_id: Patch::Absent,
            join_policy: Some(JoinPolicy::Approval),
            visibility: Some(Visibility::Members),
        }
    }
}

/// Changes to a group: a field that is absent stays as it is, `null` clears it.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct GroupPatch {
    /// A name that no other group has and none looks like.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 100))]
    pub(crate) name: Option<String>,
    /// One of the configured categories.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 200))]
    pub(crate) category: Option<String>,
    /// What it is about.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(max_length = 2000))]
    pub(crate) description: Option<String>,
    /// What its members should know.
    #[serde(default)]
    #[oai(validator(max_length = 2000))]
    pub(crate) notice: Patch<String>,
    /// An upload of one's own, for its cover.
    #[serde(default)]
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) cover_media_id: Patch<i64>,
    /// How one becomes a member: `open` approves what is pending, `invite` refuses it.
    #[serde(default, deserialize_with = "present")]
    pub(crate) join_policy: Option<JoinPolicy>,
    /// Who may read its content.
    #[serde(default, deserialize_with = "present")]
    pub(crate) visibility: Option<Visibility>,
}

impl Example for GroupPatch {
    fn example() -> Self {
        Self {
            name: None,
            category: None,
            description: Some("一起学习 Rust，每周六线上聚会。".into()),
            notice: Patch::Null,
            cover_media_id: Patch::Absent,
            join_policy: Some(JoinPolicy::Open),
            visibility: None,
        }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [GroupDraft, GroupPatch] }
