//! What accounts look like in the API.

use forum_domain::account::{self as domain, User};
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    context::Call,
    fields::{Moment, Patch, choices, present},
};

choices! {
    /// What a user says of his gender.
    Gender for domain::Gender {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither.
        Other = "other",
    }
}

choices! {
    /// What becomes of what an account wrote.
    Legacy for domain::Legacy {
        /// It stays under "deleted user", with the account's likes.
        Keep = "keep",
        /// Posts, comments, replies, their histories and the likes go too.
        Erase = "erase",
    }
}

choices! {
    /// What a user may do on the whole site.
    SiteRole for domain::SiteRole {
        /// Nothing special.
        User = "user",
        /// Moderates everywhere.
        Moderator = "moderator",
        /// Runs the site.
        Admin = "admin",
    }
}

/// What others see of a user beside what he writes.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UserCard {
    /// His id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) id: i64,
    /// His nickname, or his masked mobile if he chose none.
    #[oai(validator(max_length = 64))]
    pub(crate) nickname: String,
    /// The address of his avatar.
    #[oai(validator(max_length = 2000))]
    pub(crate) avatar_url: Option<String>,
    /// The account was deleted; `nickname` then says only that.
    pub(crate) deleted: bool,
}

impl UserCard {
    pub(crate) fn of(card: domain::UserCard, call: &Call) -> Self {
        Self {
            id: card.id.get(),
            nickname: card.nickname,
            avatar_url: call.media_url(card.avatar_key.as_deref()),
            deleted: card.deleted,
        }
    }
}

impl Example for UserCard {
    fn example() -> Self {
        Self { id: 42, nickname: "林间小鹿".into(), avatar_url: None, deleted: false }
    }
}

/// A user's own account.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct Me {
    /// His id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    pub(crate) id: i64,
    /// He chose a nickname; if not, `nickname` is his masked mobile.
    pub(crate) nickname_set: bool,
    /// His mobile with the middle hidden.
    #[oai(validator(max_length = 32))]
    pub(crate) mobile_masked: String,
    /// As others see him.
    #[oai(validator(max_length = 64))]
    pub(crate) nickname: String,
    /// The address of his avatar.
    #[oai(validator(max_length = 2000))]
    pub(crate) avatar_url: Option<String>,
    /// His gender, if he told it.
    pub(crate) gender: Option<Gender>,
    /// His address, if he told it.
    #[oai(validator(max_length = 200))]
    pub(crate) address: Option<String>,
    /// What he says of himself.
    #[oai(validator(max_length = 500))]
    pub(crate) bio: Option<String>,
    /// What he may do on the whole site.
    pub(crate) role: SiteRole,
    /// Since when he has the account.
    pub(crate) created_at: Moment,
}

impl Me {
    pub(crate) fn of(user: User, call: &Call) -> Self {
        Self {
            id: user.id.get(),
            nickname_set: user.nickname.is_some(),
            mobile_masked: user.mobile.masked(),
            nickname: user.card().nickname,
            avatar_url: call.media_url(user.avatar_key.as_deref()),
            gender: user.gender.map(Gender::from),
            address: user.address,
            bio: user.bio,
            role: user.role.into(),
            created_at: user.created_at.into(),
        }
    }
}

impl Example for Me {
    fn example() -> Self {
        Self {
            id: 42,
            nickname_set: true,
            mobile_masked: "138****0000".into(),
            nickname: "林间小鹿".into(),
            avatar_url: None,
            gender: Some(Gender::Female),
            address: Some("浙江省杭州市西湖区".into()),
            bio: Some("喜欢徒步和写代码。".into()),
            role: SiteRole::User,
            created_at: Moment::example(1, 8),
        }
    }
}

/// What somebody registers with.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct Registration {
    /// His mobile, as people write it.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub(crate) mobile: String,
    /// The code that was sent to it with the purpose `register`.
    #[oai(validator(min_length = 4, max_length = 64))]
    pub(crate) code: String,
    /// The password he chooses.
    #[oai(validator(min_length = 8, max_length = 128))]
    pub(crate) password: String,
    /// The nickname he chooses; without one he is shown by his masked mobile.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 32))]
    pub(crate) nickname: Option<String>,
}

impl Example for Registration {
    fn example() -> Self {
        Self {
            mobile: "13800000000".into(),
            code: "482913".into(),
            password: "春江花月夜-1024".into(),
            nickname: Some("林间小鹿".into()),
        }
    }
}

/// A new password, by SMS code.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct PasswordReset {
    /// The account's mobile, as people write it.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub(crate) mobile: String,
    /// The code that was sent to it with the purpose `reset_password`.
    #[oai(validator(min_length = 4, max_length = 64))]
    pub(crate) code: String,
    /// The new password.
    #[oai(validator(min_length = 8, max_length = 128))]
    pub(crate) new_password: String,
}

impl Example for PasswordReset {
    fn example() -> Self {
        Self {
            mobile: "13800000000".into(), code: "482913".into(), new_password: "海上生明月-2048".into()
        }
    }
}

/// A farewell.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct AccountDeletion {
    /// The password that the account has.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub(crate) password: String,
    /// What becomes of what the account wrote.
    pub(crate) content: Legacy,
}

impl Example for AccountDeletion {
    fn example() -> Self {
        Self { password: "春江花月夜-1024".into(), content: Legacy::Keep }
    }
}

/// A new password, by the current one.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct PasswordChange {
    /// The password that the account has.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub(crate) current_password: String,
    /// The one that it shall have.
    #[oai(validator(min_length = 8, max_length = 128))]
    pub(crate) new_password: String,
}

impl Example for PasswordChange {
    fn example() -> Self {
        Self { current_password: "春江花月夜-1024".into(), new_password: "海上生明月-2048".into() }
    }
}

/// Another mobile for the account.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example)]
pub(crate) struct MobileChange {
    /// The new mobile, as people write it.
    #[oai(validator(min_length = 1, max_length = 64))]
    pub(crate) mobile: String,
    /// The code that was sent to it with the purpose `change_mobile`.
    #[oai(validator(min_length = 4, max_length = 64))]
    pub(crate) code: String,
    /// The account's password.
    #[oai(validator(min_length = 1, max_length = 128))]
    pub(crate) password: String,
}

impl Example for MobileChange {
    fn example() -> Self {
        Self { mobile: "13900000000".into(), code: "482913".into(), password: "春江花月夜-1024".into() }
    }
}

/// Changes to one's account: a field that is absent stays as it is, `null` clears it.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct MePatch {
    /// A nickname that nobody has and none looks like.
    #[serde(default, deserialize_with = "present")]
    #[oai(validator(min_length = 1, max_length = 32))]
    pub(crate) nickname: Option<String>,
    /// Gender.
    #[serde(default)]
    pub(crate) gender: Patch<Gender>,
    /// Address.
    #[serde(default)]
    #[oai(validator(max_length = 200))]
    pub(crate) address: Patch<String>,
    /// Something about oneself.
    #[serde(default)]
    #[oai(validator(max_length = 500))]
    pub(crate) bio: Patch<String>,
}

impl Example for MePatch {
    fn example() -> Self {
        Self {
            nickname: Some("山间明月".into()),
            gender: Patch::Absent,
            address: Patch::Null,
            bio: Patch::Value("喜欢徒步和写代码。".into()),
        }
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [Registration, PasswordReset, PasswordChange, MobileChange, MePatch] }

#[cfg(test)]
crate::fields::assert_examples! { answers [UserCard, Me] }
