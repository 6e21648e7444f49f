//! Identifiers: one type per thing, so that a group's id is never taken for a user's.

use std::fmt;

/// The largest id that a JSON number carries exactly in every client (2^53 - 1).
pub const MAX_ID: i64 = (1 << 53) - 1;

/// What has an id of its own type.
pub trait Id: Copy + Send {
    /// The id of a row that is already stored: nothing is checked.
    fn stored(number: i64) -> Self;
    /// Its number.
    fn get(self) -> i64;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(i64);

        impl $name {
            /// The id with this number; `None` outside `1..=`[`MAX_ID`].
            #[must_use]
            pub const fn new(number: i64) -> Option<Self> {
                if number >= 1 && number <= MAX_ID { Some(Self(number)) } else { None }
            }

            /// The id of a row that is already stored. Adapters only: nothing is checked.
            #[must_use]
            pub const fn stored(number: i64) -> Self {
                Self(number)
            }

            /// Its number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl Id for $name {
            fn stored(number: i64) -> Self {
                Self(number)
            }
            fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A user's id.
    UserId;
    /// A device session's id: random, so that a refresh token can name it before it is stored.
    SessionId;
    /// A group's id.
    GroupId;
    /// A join request's id.
    JoinRequestId;
    /// A post's id.
    PostId;
    /// A comment's or a reply's id.
    CommentId;
    /// A question's id.
    QuestionId;
    /// An answer's id.
    AnswerId;
    /// The id of a reply to an answer.
    AnswerReplyId;
    /// A notification's id.
    NotificationId;
    /// An uploaded file's id.
    MediaId;
    /// A report's id.
    ReportId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_every_client_can_count_to() {
        for fine in [1, MAX_ID] {
            assert_eq!(UserId::new(fine).map(UserId::get), Some(fine));
        }
        for bad in [0, -1, MAX_ID + 1, i64::MAX, i64::MIN] {
            assert_eq!(UserId::new(bad), None, "{bad}");
        }
    }
}
