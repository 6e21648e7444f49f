//! Errors: what a refusal is called, and what kind it is.
//!
//! Every feature has an enum of its own, made by `errors!` so that its codes
//! stand in [`CODES`]; a code is stable, what HTTP makes of a [`Kind`] is the API's business.

use std::{borrow::Cow, fmt, time::Duration};

#[cfg(test)]
mod tests;

/// What kind of refusal an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Understood, but breaks a rule about values.
    Invalid,
    /// Nobody has proved who he is.
    Unauthenticated,
    /// Known, but may not.
    Forbidden,
    /// Does not exist, or the caller may not know that it does.
    NotFound,
    /// Larger than such a thing may be.
    TooLarge,
    /// Of a kind that is not taken.
    Unsupported,
    /// In conflict with the state of things.
    Conflict,
    /// Was there, and is gone for good.
    Gone,
    /// Changed since the caller last saw it.
    Precondition,
    /// Too often; comes right by waiting.
    Limited,
    /// Something the forum needs does not answer; comes right by itself.
    Unavailable,
    /// A defect of ours.
    Internal,
}

/// An error with a stable code.
pub trait Coded: std::error::Error {
    /// Its kind.
    fn kind(&self) -> Kind;
    /// Its code: stable, never translated, such as `join.cooldown`.
    fn code(&self) -> &'static str;
    /// After how long it may come right, where that is known.
    fn retry_after(&self) -> Option<Duration> {
        None
    }
    /// The fields that are wrong, where it is about fields.
    fn fields(&self) -> &[FieldError] {
        &[]
    }
    /// What to show to whoever is refused, as it is, where the refusal is none of the forum's own and so
    /// has no translation: a hook's veto.
    fn message(&self) -> Option<&str> {
        None
    }
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Where it stands: a JSON pointer into the body (`/name`).
    pub pointer: Cow<'static, str>,
    /// What is wrong with it; stable, one of [`FIELD_CODES`].
    pub code: &'static str,
    /// The least length or value allowed, where that is what is wrong.
    pub min: Option<i64>,
    /// The greatest length or value allowed, where that is what is wrong.
    pub max: Option<i64>,
}

/// What can be wrong with a field.
pub const FIELD_CODES: &[&str] = &[
    "required",
    "type",
    "unknown_field",
    "null",
    "too_short",
    "too_long",
    "out_of_range",
    "not_allowed",
    "malformed",
    "control_characters",
    "common",
    "unknown",
    "refused_words",
];

/// A value that a rule refuses: a [`FieldError`] that does not know its field yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// One of [`FIELD_CODES`].
    pub code: &'static str,
    /// As in [`FieldError::min`].
    pub min: Option<i64>,
    /// As in [`FieldError::max`].
    pub max: Option<i64>,
}

impl Flaw {
    /// A flaw with no numbers.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self { code, min: None, max: None }
    }

    /// A length or value outside `min..=max`.
    #[must_use]
    pub const fn range(code: &'static str, min: i64, max: i64) -> Self {
        Self { code, min: Some(min), max: Some(max) }
    }
}

/// One or more fields are wrong; every wrong field is named, not just the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Vec<FieldError>);

impl Invalid {
    /// One field with one flaw.
    #[must_use]
    pub fn field(pointer: impl Into<Cow<'static, str>>, flaw: Flaw) -> Self {
        Self(vec![FieldError { pointer: pointer.into(), code: flaw.code, min: flaw.min, max: flaw.max }])
    }

    /// A number outside its range.
    #[must_use]
    pub fn range(pointer: impl Into<Cow<'static, str>>, min: i64, max: i64) -> Self {
        Self::field(pointer, Flaw::range("out_of_range", min, max))
    }

    /// These fields and those.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// These fields; `None` if the list is empty.
    #[must_use]
    pub fn all(fields: Vec<FieldError>) -> Option<Self> {
        (!fields.is_empty()).then_some(Self(fields))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid:")?;
        self.0.iter().try_for_each(|field| write!(f, " {} {}", field.pointer, field.code))
    }
}

impl std::error::Error for Invalid {}

impl Coded for Invalid {
    fn kind(&self) -> Kind {
        Kind::Invalid
    }
    fn code(&self) -> &'static str {
        "request.invalid"
    }
    fn fields(&self) -> &[FieldError] {
        &self.0
    }
}

/// Collects the flaws of several fields, so that all are reported at once.
///
/// ```
/// use forum_domain::{error::{Check, Coded}, group::GroupName, text};
///
/// let mut check = Check::default();
/// let name = check.field("/name", GroupName::parse(""));
/// let notice = check.field("/notice", text::optional("好", 2_000));
/// let flaws = check.done((name, notice)).unwrap_err();
/// assert_eq!(flaws.fields()[0].code, "too_short");
/// ```
#[derive(Debug, Default)]
pub struct Check(Vec<FieldError>);

impl Check {
    /// Notes the flaw, if there is one.
    pub fn field<T>(&mut self, pointer: &'static str, parsed: Result<T, Flaw>) -> Option<T> {
        parsed
            .map_err(|flaw| {
                self.0.push(FieldError {
                    pointer: pointer.into(),
                    code: flaw.code,
                    min: flaw.min,
                    max: flaw.max,
                });
            })
            .ok()
    }

    /// The parsed fields if all are there and no flaw was noted, else every flaw.
    ///
    /// # Errors
    /// [`Invalid`] with each flaw noted so far.
    pub fn done<P: Parsed>(self, parsed: P) -> Result<P::Whole, Invalid> {
        match (Invalid::all(self.0), parsed.whole()) {
            (None, Some(whole)) => Ok(whole),
            (Some(invalid), _) => Err(invalid),
            (None, None) => Err(Invalid::field("", Flaw::new("required"))),
        }
    }
}

/// Fields that are there once no flaw was found: tuples of `Option`.
pub trait Parsed {
    /// The tuple without its `Option`s.
    type Whole;
    /// `Some` if each is.
    fn whole(self) -> Option<Self::Whole>;
}

macro_rules! parsed {
    ($($name:ident)+) => {
        impl<$($name),+> Parsed for ($(Option<$name>,)+) {
            type Whole = ($($name,)+);
            #[expect(non_snake_case, reason = "one name serves as type and binding")]
            fn whole(self) -> Option<Self::Whole> {
                let ($($name,)+) = self;
                Some(($($name?,)+))
            }
        }
    };
}
parsed!(A);
parsed!(A B);
parsed!(A B C);
parsed!(A B C D);
parsed!(A B C D E);
parsed!(A B C D E F);
parsed!(A B C D E F G);

/// A port could not do its work. What it was about is unknown to the caller of a write:
/// it happened once or not at all.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// It does not answer, or answered too late.
    #[error("unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It has more to do than it may queue.
    #[error("busy")]
    Busy,
    /// It answered something that must not be: a defect of ours.
    #[error("broken: {0}")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl PortError {
    /// It does not answer.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// A defect.
    pub fn broken(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Broken(cause.into())
    }
}

impl Coded for PortError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unavailable(_) | Self::Busy => Kind::Unavailable,
            Self::Broken(_) => Kind::Internal,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "server.unavailable",
            Self::Busy => "server.busy",
            Self::Broken(_) => "server.error",
        }
    }
    fn retry_after(&self) -> Option<Duration> {
        (!matches!(self, Self::Broken(_))).then_some(Duration::from_secs(1))
    }
}

/// Makes a feature's error enum: each variant with its [`Kind`], its code and its text, besides
/// what every feature can meet: wrong fields and a port that fails.
///
/// `Limited` variants carry after how long they come right.
macro_rules! errors {
    (
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$vdoc:meta])* $variant:ident = $kind:ident $code:literal $text:literal,)*
            $(; limited { $($(#[$ldoc:meta])* $limited:ident = $lcode:literal $ltext:literal,)* })?
            $(; from { $($(#[$fdoc:meta])* $from:ident($inner:ty),)* })?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, thiserror::Error)]
        pub enum $name {
            $($(#[$vdoc])* #[error($text)] $variant,)*
            $($($(#[$ldoc])* #[error($ltext)] $limited {
                /// After how long it comes right.
                retry_after: std::time::Duration,
            },)*)?
            $($($(#[$fdoc])* #[error(transparent)] $from(#[from] $inner),)*)?
            /// Fields are wrong.
            #[error(transparent)]
            Invalid(#[from] $crate::error::Invalid),
            /// A port failed.
            #[error(transparent)]
            Port(#[from] $crate::error::PortError),
        }

        impl $name {
            /// The codes that are this feature's own, each with its kind.
            pub const CODES: &[(&str, $crate::error::Kind)] = &[
                $(($code, $crate::error::Kind::$kind),)*
                $($(($lcode, $crate::error::Kind::Limited),)*)?
            ];
        }

        impl $crate::error::Coded for $name {
            fn kind(&self) -> $crate::error::Kind {
                match self {
                    $(Self::$variant => $crate::error::Kind::$kind,)*
                    $($(Self::$limited { .. } => $crate::error::Kind::Limited,)*)?
                    $($(Self::$from(inner) => $crate::error::Coded::kind(inner),)*)?
                    Self::Invalid(inner) => $crate::error::Coded::kind(inner),
                    Self::Port(inner) => $crate::error::Coded::kind(inner),
                }
            }
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                    $($(Self::$limited { .. } => $lcode,)*)?
                    $($(Self::$from(inner) => $crate::error::Coded::code(inner),)*)?
                    Self::Invalid(inner) => $crate::error::Coded::code(inner),
                    Self::Port(inner) => $crate::error::Coded::code(inner),
                }
            }
            fn retry_after(&self) -> Option<std::time::Duration> {
                match self {
                    $($(Self::$limited { retry_after } => Some(*retry_after),)*)?
                    $($(Self::$from(inner) => $crate::error::Coded::retry_after(inner),)*)?
                    Self::Port(inner) => $crate::error::Coded::retry_after(inner),
                    _ => None,
                }
            }
            fn fields(&self) -> &[$crate::error::FieldError] {
                match self {
                    $($(Self::$from(inner) => $crate::error::Coded::fields(inner),)*)?
                    Self::Invalid(inner) => $crate::error::Coded::fields(inner),
                    _ => &[],
                }
            }
            fn message(&self) -> Option<&str> {
                match self {
                    $($(Self::$from(inner) => $crate::error::Coded::message(inner),)*)?
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use errors;

/// The codes that belong to no feature.
const COMMON: &[(&str, Kind)] = &[
    ("request.invalid", Kind::Invalid),
    ("server.unavailable", Kind::Unavailable),
    ("server.busy", Kind::Unavailable),
    ("server.error", Kind::Internal),
];

/// Every code of every feature, for the catalogue of problems.
pub const CODES: &[&[(&str, Kind)]] = &[
    COMMON,
    crate::account::AccountError::CODES,
    crate::code::CodeError::CODES,
    crate::session::AuthError::CODES,
    crate::group::GroupError::CODES,
    crate::group::AccessError::CODES,
    crate::membership::MembershipError::CODES,
    crate::join::JoinError::CODES,
    crate::invite::InviteError::CODES,
    crate::idempotency::IdempotencyError::CODES,
    crate::ranking::RankingError::CODES,
    crate::post::PostError::CODES,
    crate::comment::CommentError::CODES,
    crate::like::LikeError::CODES,
    crate::notification::NotificationError::CODES,
    crate::question::QuestionError::CODES,
    crate::answer::AnswerError::CODES,
    crate::answer_reply::AnswerReplyError::CODES,
    crate::media::MediaError::CODES,
    crate::search::SearchError::CODES,
    crate::people::PeopleError::CODES,
    crate::moderation::ModerationError::CODES,
    crate::moderation::AdminError::CODES,
];
