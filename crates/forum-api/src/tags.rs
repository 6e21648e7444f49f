//! What the operations are sorted by.

use poem_openapi::Tags;

/// What an operation is about.
#[derive(Tags)]
pub(crate) enum Tag {
    /// Registering, signing in and out, and one's own account.
    #[oai(rename = "accounts")]
    Accounts,
    /// Groups, their members, join requests, bans and invites.
    #[oai(rename = "groups")]
    Groups,
    /// Posts in groups: writing, lists and rankings, likes, bookmarks, and what moderators mark.
    #[oai(rename = "posts")]
    Posts,
    /// Comments under posts, replies under comments, and their likes.
    #[oai(rename = "comments")]
    Comments,
    /// What one is told, and what one wants to be told of.
    #[oai(rename = "notifications")]
    Notifications,
    /// Questions, answers to them and which was accepted, replies under answers, and likes of answers.
    #[oai(rename = "questions")]
    Questions,
    /// Uploaded images: for texts, covers and avatars.
    #[oai(rename = "media")]
    Media,
    /// Finding posts, groups and users by their words.
    #[oai(rename = "search")]
    Search,
    /// Reports, their queues, and the log of what those who moderate did.
    #[oai(rename = "moderation")]
    Moderation,
    /// Accounts and numbers, for those who run the site.
    #[oai(rename = "admin")]
    Admin,
}
