//! What there is one of for each kind of notification: how many are unread, and whether they are wanted.

use forum_domain::notification as domain;
use poem_openapi::{Object, types::Example};
use serde::{Deserialize, Serialize};

use crate::fields::choices;

choices! {
    /// What a notification is about.
    NotificationKind for domain::Kind {
        /// Somebody commented on the reader's post.
        PostCommented = "post_commented",
        /// Somebody replied under his comment, or answered him there.
        CommentReplied = "comment_replied",
        /// Some like his post.
        PostLiked = "post_liked",
        /// Some like his comment or reply.
        CommentLiked = "comment_liked",
        /// Some like his answer.
        AnswerLiked = "answer_liked",
        /// Somebody answered his question.
        QuestionAnswered = "question_answered",
        /// Somebody replied to his answer.
        AnswerReplied = "answer_replied",
        /// His answer was accepted.
        AnswerAccepted = "answer_accepted",
        /// Somebody named him, as `@nickname`.
        Mentioned = "mentioned",
        /// Somebody asks to be let into a group where he decides.
        JoinRequested = "join_requested",
        /// He was let into a group.
        JoinApproved = "join_approved",
        /// He was not let into a group.
        JoinRefused = "join_refused",
        /// He has another role in a group.
        RoleChanged = "role_changed",
        /// A moderator removed what he had written.
        ContentRemoved = "content_removed",
        /// The site says something.
        System = "system",
    }
}

/// How many notifications of each kind are unread.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct UnreadByKind {
    /// Of comments on one's posts.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    post_commented: i64,
    /// Of replies to one's comments.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    comment_replied: i64,
    /// Of likes of one's posts.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    post_liked: i64,
    /// Of likes of one's comments.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    comment_liked: i64,
    /// Of likes of one's answers.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    answer_liked: i64,
    /// Of answers to one's questions.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    question_answered: i64,
    /// Of replies to one's answers.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    answer_replied: i64,
    /// Of one's accepted answers.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    answer_accepted: i64,
    /// Of mentions.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    mentioned: i64,
    /// Of requests that one decides.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    join_requested: i64,
    /// Of approved requests.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    join_approved: i64,
    /// Of refused requests.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    join_refused: i64,
    /// Of changed roles.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    role_changed: i64,
    /// Of removed content.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    content_removed: i64,
    /// Of what the site says.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    system: i64,
}

impl From<&domain::Unread> for UnreadByKind {
    fn from(unread: &domain::Unread) -> Self {
        let of = |kind| unread.by_kind.iter().find(|(one, _)| *one == kind).map_or(0, |(_, count)| *count);
        Self {
            post_commented: of(domain::Kind::PostCommented),
            comment_replied: of(domain::Kind::CommentReplied),
            post_liked: of(domain::Kind::PostLiked),
            comment_liked: of(domain::Kind::CommentLiked),
            answer_liked: of(domain::Kind::AnswerLiked),
            question_answered: of(domain::Kind::QuestionAnswered),
            answer_replied: of(domain::Kind::AnswerReplied),
            answer_accepted: of(domain::Kind::AnswerAccepted),
            mentioned: of(domain::Kind::Mentioned),
            join_requested: of(domain::Kind::JoinRequested),
            join_approved: of(domain::Kind::JoinApproved),
            join_refused: of(domain::Kind::JoinRefused),
            role_changed: of(domain::Kind::RoleChanged),
            content_removed: of(domain::Kind::ContentRemoved),
            system: of(domain::Kind::System),
        }
    }
}

impl Example for UnreadByKind {
    fn example() -> Self {
        let by_kind = vec![(domain::Kind::PostCommented, 2), (domain::Kind::PostLiked, 1)];
        Self::from(&domain::Unread { by_kind })
    }
}

/// Has every kind as a switch: in what is answered, and in what is sent, which knows no other field.
macro_rules! switches {
    ($($(#[$doc:meta])* $field:ident: $kind:ident,)+) => {
        /// Which kinds of notifications are wanted.
        #[derive(Debug, Object, Serialize)]
        #[oai(example)]
        pub(crate) struct NotificationPreferences {
            $($(#[$doc])* $field: bool,)+
        }

        /// Which kinds of notifications shall be wanted: every kind is named. What was told before stays.
        #[derive(Debug, Object, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[oai(example)]
        pub(crate) struct NotificationSwitches {
            $($(#[$doc])* $field: bool,)+
        }

        impl From<domain::Preferences> for NotificationPreferences {
            fn from(preferences: domain::Preferences) -> Self {
                let wants = |kind| !preferences.muted.contains(&kind);
                Self { $($field: wants(domain::Kind::$kind),)+ }
            }
        }

        impl From<&NotificationSwitches> for domain::Preferences {
            fn from(switches: &NotificationSwitches) -> Self {
                let kinds = [$((domain::Kind::$kind, switches.$field),)+];
                let muted = kinds.into_iter().filter(|(_, wanted)| !wanted).map(|(kind, _)| kind).collect();
                Self { muted }
            }
        }

        impl Example for NotificationSwitches {
            fn example() -> Self {
                let NotificationPreferences { $($field,)+ } = Example::example();
                Self { $($field,)+ }
            }
        }
    };
}

switches! {
    /// Of comments on one's posts.
    post_commented: PostCommented,
    /// Of replies to one's comments.
    comment_replied: CommentReplied,
    /// Of likes of one's posts.
    post_liked: PostLiked,
    /// Of likes of one's comments.
    comment_liked: CommentLiked,
    /// Of likes of one's answers.
    answer_liked: AnswerLiked,
    /// Of answers to one's questions.
    question_answered: QuestionAnswered,
    /// Of replies to one's answers.
    answer_replied: AnswerReplied,
    /// Of one's accepted answers.
    answer_accepted: AnswerAccepted,
    /// Of mentions.
    mentioned: Mentioned,
    /// Of requests that one decides.
    join_requested: JoinRequested,
    /// Of approved requests.
    join_approved: JoinApproved,
    /// Of refused requests.
    join_refused: JoinRefused,
    /// Of changed roles.
    role_changed: RoleChanged,
    /// Of removed content.
    content_removed: ContentRemoved,
    /// Of what the site says.
    system: System,
}

impl Example for NotificationPreferences {
    fn example() -> Self {
        Self::from(domain::Preferences { muted: vec![domain::Kind::PostLiked] })
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [NotificationSwitches] }

#[cfg(test)]
crate::fields::assert_examples! { answers [UnreadByKind, NotificationPreferences] }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_own_switch() {
        for kind in domain::Kind::ALL {
            let muted = domain::Preferences { muted: vec![kind] };
            let shown = serde_json::to_value(NotificationPreferences::from(muted.clone())).unwrap();
            let sent: NotificationSwitches = serde_json::from_value(shown).unwrap();
            assert_eq!(domain::Preferences::from(&sent), muted);
        }
    }
}
