//! Accounts and numbers, for those who run the site.

use forum_domain::{
    account::{AccountError, AccountSummary, Nickname},
    id::UserId,
    moderation::SiteStats as Stats,
};
use poem_openapi::{
    Object, OpenApi,
    param::{Path, Query},
    types::Example,
};
use serde::{Deserialize, Serialize};

use crate::{
    account::SiteRole,
    answer::{Answer, Changed, Listed, Plain, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    fields::{Moment, Patch, present},
    ids::Id,
    json::Body,
    page::{Cursor, Limit, Scope, list_of},
    params::{Choice, Text},
    problem::refusals,
    tags::Tag,
};

use super::dto::{ModerationLogEntry, ModerationLogList};

refusals! {
    AdminListUsers [SESSION LIST] "admin.required";
    AdminUpdateUser [SESSION BODY] "admin.required" "admin.own_account" "account.not_found";
    AdminGetStats [SESSION] "admin.required";
    AdminListModerationLog [SESSION LIST] "admin.required";
}

/// An account, as those who run the site see it.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct AdminUser {
    /// Its id.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")))]
    id: i64,
    /// The nickname, if one was chosen.
    #[oai(validator(max_length = 64))]
    nickname: Option<String>,
    /// The mobile with the middle hidden: all of it is for its owner alone.
    #[oai(validator(max_length = 32))]
    mobile_masked: String,
    /// What he may do on the whole site.
    role: SiteRole,
    /// Until when the account is suspended.
    suspended_until: Option<Moment>,
    /// Sessions that could still act.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    open_sessions: i64,
    /// When one of them last did.
    last_seen_at: Option<Moment>,
    /// Since when the account is there.
    created_at: Moment,
}

impl From<AccountSummary> for AdminUser {
    fn from(summary: AccountSummary) -> Self {
        let user = summary.user;
        Self {
            id: user.id.get(),
            nickname: user.nickname.as_ref().map(Nickname::as_str).map(str::to_owned),
            mobile_masked: user.mobile.masked(),
            role: user.role.into(),
            suspended_until: user.suspended_until.map(Moment),
            open_sessions: summary.open_sessions,
            last_seen_at: summary.last_seen_at.map(Moment),
            created_at: user.created_at.into(),
        }
    }
}

impl Example for AdminUser {
    fn example() -> Self {
        Self {
            id: 42,
            nickname: Some("林间小鹿".into()),
            mobile_masked: "138****0000".into(),
            role: SiteRole::User,
            suspended_until: None,
            open_sessions: 1,
            last_seen_at: Some(Moment::example(4, 9)),
            created_at: Moment::example(1, 8),
        }
    }
}

list_of! {
    /// A page of accounts, newest first.
    AdminUserList of AdminUser
}

/// Changes to an account: a field that is absent stays as it is.
#[derive(Debug, Object, Deserialize)]
#[serde(deny_unknown_fields)]
#[oai(example, skip_serializing_if_is_none)]
pub(crate) struct AdminUserPatch {
    /// What he may do on the whole site.
    #[serde(default, deserialize_with = "present")]
    role: Option<SiteRole>,
    /// Until when the account is suspended, in the future; `null` lifts that.
    #[serde(default)]
    suspended_until: Patch<Moment>,
}

impl Example for AdminUserPatch {
    fn example() -> Self {
        Self { role: Some(SiteRole::Moderator), suspended_until: Patch::Absent }
    }
}

/// The site in numbers.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct SiteStats {
    /// Accounts.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    users: i64,
    /// Of them, those of the last 24 hours.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    new_users: i64,
    /// Of them, those that are suspended now.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    suspended_users: i64,
    /// Groups.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    groups: i64,
    /// Visible posts.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    posts: i64,
    /// Reports that nobody has resolved.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    open_reports: i64,
}

impl From<Stats> for SiteStats {
    fn from(stats: Stats) -> Self {
        Self {
            users: stats.users,
            new_users: stats.new_users,
            suspended_users: stats.suspended_users,
            groups: stats.groups,
            posts: stats.posts,
            open_reports: stats.open_reports,
        }
    }
}

impl Example for SiteStats {
    fn example() -> Self {
        Self { users: 1_024, new_users: 7, suspended_users: 1, groups: 32, posts: 4_096, open_reports: 3 }
    }
}

/// The endpoints of those who run the site.
pub(crate) struct AdminApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Admin")]
impl AdminApi {
    /// Accounts
    ///
    /// Newest first, for admins.
    #[oai(path = "/admin/users", method = "get", operation_id = "adminListUsers")]
    async fn users(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Part of a nickname, or a whole mobile.
        q: Query<Text<100>>,
        /// Only those of this role.
        role: Query<Choice<SiteRole>>,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<AdminUserList, Listed>, AdminListUsers> {
        let (text, role) = (q.get(), role.0.0);
        let scope =
            Scope::new("adminListUsers", &[text.unwrap_or_default(), role.map_or("", SiteRole::as_str)]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().admin.users(actor, text, role.map(Into::into), page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(AdminUser::from).collect();
        Ok(Reply::new(Rendered::of(200, &AdminUserList { items, next_cursor })?))
    }

    /// Change an account
    ///
    /// Its role on the site, and whether it is suspended, which ends every session within 5 seconds. For
    /// admins, and not with their own account.
    #[oai(path = "/admin/users/:user_id", method = "patch", operation_id = "adminUpdateUser")]
    async fn update(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// The user's id.
        user_id: Path<Id>,
        body: Body<AdminUserPatch>,
    ) -> Answer<Reply<AdminUser, Changed>, AdminUpdateUser> {
        let id = user_id.of(UserId::new).ok_or(AccountError::NotFound)?;
        let role = body.value.role.map(Into::into);
        let until = body.value.suspended_until.as_ref().map(|until| until.map(|moment| moment.0));
        let summary = call.forum().admin.update_user(actor, id, role, until).await?;
        let version = summary.user.version;
        Ok(Reply::new(Rendered::tagged(200, &AdminUser::from(summary), version)?))
    }

    /// The site in numbers
    ///
    /// For admins.
    #[oai(path = "/admin/stats", method = "get", operation_id = "adminGetStats")]
    async fn stats(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
    ) -> Answer<Reply<SiteStats, Plain>, AdminGetStats> {
        let stats = call.forum().admin.stats(actor).await?;
        Ok(Reply::new(Rendered::of(200, &SiteStats::from(stats))?))
    }

    /// The site's moderation log
    ///
    /// What those who moderate did in every group and on the whole site, newest first. For admins.
    #[oai(path = "/admin/moderation-log", method = "get", operation_id = "adminListModerationLog")]
    async fn log(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// At most so many items.
        limit: Query<Limit>,
        /// Where the page before stopped: its `next_cursor`.
        cursor: Query<Cursor>,
    ) -> Answer<Reply<ModerationLogList, Listed>, AdminListModerationLog> {
        let scope = Scope::new("adminListModerationLog", &[]);
        let page = scope.page(&call, &limit, &cursor)?;
        let page = call.forum().admin.log(actor, page).await?;
        let next_cursor = scope.cursor(&call, page.next);
        let items = page.items.into_iter().map(|entry| ModerationLogEntry::of(entry, &call)).collect();
        Ok(Reply::new(Rendered::of(200, &ModerationLogList { items, next_cursor })?))
    }
}

#[cfg(test)]
crate::fields::assert_examples! { requests [AdminUserPatch] }

#[cfg(test)]
crate::fields::assert_examples! { answers [AdminUser, AdminUserList, SiteStats] }
