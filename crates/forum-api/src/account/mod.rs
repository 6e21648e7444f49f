//! Registering, and what a user does with his own account.

mod dto;
mod export;

pub(crate) use dto::{Gender, Me, SiteRole, UserCard};

use forum_domain::account::Registration as Registering;
use poem_openapi::OpenApi;

use crate::{
    answer::{Answer, Changed, Done, Exported, MadeOnce, Read, Rendered, Reply},
    auth::SignedIn,
    context::Call,
    etag::{IfMatch, IfNoneMatch},
    json::Body,
    problem::refusals,
    session::Session,
    tags::Tag,
};

use self::export::PersonalData;
use dto::{AccountDeletion, MePatch, MobileChange, PasswordChange, PasswordReset, Registration};

refusals! {
    Register [BODY] "auth.invalid_code" "account.mobile_taken" "account.nickname_taken";
    ResetPassword [BODY] "auth.invalid_code" "account.not_found";
    GetMe [SESSION] "account.not_found";
    UpdateMe [SESSION BODY MATCH] "account.not_found" "account.nickname_taken";
    ChangePassword [SESSION BODY] "account.not_found" "account.wrong_password" "auth.too_many_attempts";
    ChangeMobile [SESSION BODY] "account.not_found" "account.wrong_password" "auth.too_many_attempts"
        "auth.invalid_code" "account.mobile_taken";
    ExportMe [SESSION] "account.not_found";
    DeleteMe [SESSION BODY] "account.not_found" "account.wrong_password" "auth.too_many_attempts"
        "group.last_owner";
}

/// The endpoints of accounts.
pub(crate) struct AccountApi;

#[OpenApi(prefix_path = "/api/v1", tag = "Tag::Accounts")]
impl AccountApi {
    /// Register
    ///
    /// Opens an account for a mobile, by a code sent to it, and signs in. Everything is checked before the
    /// code is spent, but that the mobile is free: only who holds it learns that it has an account.
    #[oai(path = "/auth/register", method = "post", operation_id = "register")]
    async fn register(
        &self,
        call: Call,
        body: Body<Registration>,
    ) -> Answer<Reply<Session, MadeOnce>, Register> {
        let registration = Registering {
            mobile: &body.value.mobile,
            code: &body.value.code,
            password: &body.value.password,
            nickname: body.value.nickname.as_deref(),
        };
        let tokens = call.forum().accounts.register(registration, &call.origin).await?;
        Ok(Reply::new(Rendered::of(201, &Session::of(tokens, &call))?))
    }

    /// Set a new password by SMS code
    ///
    /// Ends every session of the account.
    #[oai(path = "/auth/password/reset", method = "post", operation_id = "resetPassword")]
    async fn reset_password(&self, call: Call, body: Body<PasswordReset>) -> Answer<Done, ResetPassword> {
        let PasswordReset { mobile, code, new_password } = &body.value;
        call.forum().accounts.reset_password(mobile, code, new_password).await?;
        Ok(Done)
    }

    /// One's own account
    ///
    /// What only its owner sees of an account.
    #[oai(path = "/me", method = "get", operation_id = "getMe")]
    async fn get_me(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Tags of answers that the caller has already.
        #[oai(name = "If-None-Match")]
        known: IfNoneMatch,
    ) -> Answer<Reply<Me, Read>, GetMe> {
        let user = call.forum().accounts.me(actor).await?;
        let version = user.version;
        Ok(Reply::unless(Rendered::tagged(200, &Me::of(user, &call), version)?, &known))
    }

    /// Change one's account
    ///
    /// A merge patch: a field that is absent stays as it is, `null` clears gender, address or bio.
    #[oai(path = "/me", method = "patch", operation_id = "updateMe")]
    async fn update_me(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        /// Only if the account's content is still of this version.
        #[oai(name = "If-Match")]
        seen: IfMatch,
        body: Body<MePatch>,
    ) -> Answer<Reply<Me, Changed>, UpdateMe> {
        let patch = &body.value;
        let gender = patch.gender.as_ref().map(|gender| gender.map(|gender: &Gender| (*gender).into()));
        let (address, bio) = (patch.address.as_str(), patch.bio.as_str());
        let nickname = patch.nickname.as_deref();
        let accounts = &call.forum().accounts;
        let user = accounts.update_profile(actor, nickname, gender, address, bio, seen.version()).await?;
        let version = user.version;
        Ok(Reply::new(Rendered::tagged(200, &Me::of(user, &call), version)?))
    }

    /// Change one's password
    ///
    /// Needs the current one. The calling session lives on, all others end.
    #[oai(path = "/me/password", method = "put", operation_id = "changePassword")]
    async fn change_password(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        body: Body<PasswordChange>,
    ) -> Answer<Done, ChangePassword> {
        let PasswordChange { current_password, new_password } = &body.value;
        call.forum().accounts.change_password(actor, current_password, new_password, &call.origin).await?;
        Ok(Done)
    }

    /// Change one's mobile
    ///
    /// Needs the password, and a code sent to the new mobile. The calling session lives on, all others end.
    #[oai(path = "/me/mobile", method = "put", operation_id = "changeMobile")]
    async fn change_mobile(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        body: Body<MobileChange>,
    ) -> Answer<Reply<Me, Changed>, ChangeMobile> {
        let MobileChange { mobile, code, password } = &body.value;
        let accounts = &call.forum().accounts;
        let user = accounts.change_mobile(actor, mobile, code, password, &call.origin).await?;
        let version = user.version;
        Ok(Reply::new(Rendered::tagged(200, &Me::of(user, &call), version)?))
    }

    /// One's data
    ///
    /// Everything that the forum keeps of the caller, as one document of one moment: what he told of himself,
    /// wrote (earlier versions and deleted texts too), likes, remembers, and where he signed in.
    #[oai(path = "/me/export", method = "get", operation_id = "exportMe")]
    async fn export_me(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
    ) -> Answer<Reply<PersonalData, Exported>, ExportMe> {
        let export = call.forum().accounts.export(actor).await?;
        Ok(Reply::new(Rendered::of(200, &PersonalData::of(export, &call))?))
    }

    /// Delete one's account
    ///
    /// Needs the password. The account is gone, signed out everywhere, and out of its groups when this
    /// answers; a group in which nobody else is goes with it. Its mobile and nickname are free again. Nothing
    /// personal stays; what it wrote stays or goes as asked, of accounts that wrote very much within minutes.
    /// It cannot be undone. Who is the last owner of a group with other members makes somebody else one first.
    #[oai(path = "/me/deletion", method = "post", operation_id = "deleteMe")]
    async fn delete_me(
        &self,
        call: Call,
        SignedIn(actor): SignedIn,
        body: Body<AccountDeletion>,
    ) -> Answer<Done, DeleteMe> {
        let AccountDeletion { password, content } = &body.value;
        call.forum().accounts.delete(actor, password, (*content).into(), &call.origin).await?;
        Ok(Done)
    }
}
