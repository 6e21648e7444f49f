//! What rows hold, and what the domain makes of them.

pub(crate) mod account;
pub(crate) mod answer;
pub(crate) mod answer_reply;
pub(crate) mod comment;
pub(crate) mod group;
pub(crate) mod idempotency;
pub(crate) mod invite;
pub(crate) mod join;
pub(crate) mod like;
pub(crate) mod media;
pub(crate) mod membership;
pub(crate) mod moderation;
pub(crate) mod notification;
pub(crate) mod post;
pub(crate) mod question;
pub(crate) mod session;

pub(crate) use account::{CardRow, UserRow};
