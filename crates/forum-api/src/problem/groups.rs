//! Codes that many operations share, by what an operation takes.

/// What any operation can refuse with.
pub(crate) const ALWAYS: &[&str] =
    &["request.malformed", "rate.limited", "server.error", "server.unavailable", "server.busy"];
/// Where nobody need be signed in, but a token that is sent must be valid.
pub(crate) const TOKEN: &[&str] = &["auth.invalid_token"];
/// Where somebody must be signed in.
pub(crate) const SESSION: &[&str] = &["auth.required", "auth.invalid_token"];
/// Where a ticket stands for the token.
pub(crate) const TICKET: &[&str] = &["auth.invalid_ticket"];
/// Where there is a body.
pub(crate) const BODY: &[&str] = &["request.too_large", "request.unsupported_media_type", "request.invalid"];
/// Where there is a list.
pub(crate) const LIST: &[&str] = &["cursor.invalid", "request.invalid"];
/// Where an idempotency key is taken.
pub(crate) const KEY: &[&str] = &["idempotency.invalid_key", "idempotency.mismatch", "idempotency.in_flight"];
/// Where `If-Match` is taken.
pub(crate) const MATCH: &[&str] = &["request.precondition_failed"];
/// Where hooks have a say.
pub(crate) const HOOK: &[&str] = &["hook.vetoed"];
/// Where a file is uploaded.
pub(crate) const FILE: &[&str] = &[
    "media.too_large",
    "media.unsupported",
    "media.damaged",
    "media.too_many_pixels",
    "media.too_many_frames",
    "media.quota_exceeded",
];
/// Where something is written in a group.
pub(crate) const WRITE: &[&str] = &["group.not_member", "group.banned", "group.muted"];
