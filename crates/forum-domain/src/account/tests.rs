//! Registering, passwords, mobiles and profiles.

use super::*;
use crate::{
    code::{Consumed, Purpose},
    error::PortError,
    limit::Allowance,
    session::SessionTokens,
    testing::{
        MOBILE, PASSWORD, Ports, Services, actor, at, credentials, down, flaws, issued, mobile, origin,
        refused, session_id, user, user_id,
    },
};

const TYPED: Registration<'_> =
    Registration { mobile: "138 0000 0000", code: "123456", password: PASSWORD, nickname: Some("小王") };

fn ports() -> Ports {
    let mut ports = Ports::default().patient().signing();
    ports.hasher.expect_hash().returning(|password| Ok(format!("hash of {}", password.expose())));
    ports
}

/// The code is right, for this purpose alone.
fn accepting(mut ports: Ports, purpose: Purpose) -> Ports {
    ports.codes.expect_consume().times(1).returning(move |key, code| {
        let right = key.purpose == purpose && key.mobile == mobile() && code.expose() == "123456";
        Ok(if right { Consumed::Right(issued("123456")) } else { Consumed::Wrong })
    });
    ports
}

/// The code that was spent is put back, once and as it was.
fn putting_back(mut ports: Ports, purpose: Purpose) -> Ports {
    ports
        .codes
        .expect_issue()
        .withf(move |key, back| key.purpose == purpose && key.mobile == mobile() && *back == issued("123456"))
        .times(1)
        .returning(|_, _| Ok(()));
    ports
}

fn free_nickname(mut ports: Ports) -> Ports {
    ports.accounts.expect_nickname_taken().returning(|_| Ok(false));
    ports
}

async fn register(services: &Services, typed: Registration<'_>) -> Result<SessionTokens, AccountError> {
    services.accounts.register(typed, &origin()).await
}

#[pollster::test]
async fn registering_opens_the_account_and_its_first_session() {
    let mut ports = free_nickname(accepting(ports(), Purpose::Register));
    ports.accounts.expect_register().times(1).returning(|new| {
        assert_eq!(new.mobile.as_str(), MOBILE);
        assert_eq!(new.password_hash, format!("hash of {PASSWORD}"));
        assert_eq!(new.session.expires_at, at(30 * 86_400));
        assert_eq!(new.session.origin, origin());
        Ok(Registered::Created(Box::new(User { nickname: new.nickname, ..user() })))
    });
    let tokens = register(&ports.services(), TYPED).await.unwrap();
    assert_eq!(tokens.access_token, format!("access for 1 in {}", tokens.session_id));
    assert_eq!(tokens.refresh_token, format!("first token of {}", tokens.session_id));
    assert_eq!(tokens.expires_in, 900);
}

#[pollster::test]
async fn registering_names_every_wrong_field_and_spends_no_code() {
    let typed = Registration { mobile: "1", code: "x", password: "short", nickname: Some("a\0") };
    assert_eq!(
        flaws(register(&Ports::default().services(), typed).await),
        ["/mobile malformed", "/code malformed", "/password too_short", "/nickname control_characters"]
    );
}

#[pollster::test]
async fn a_taken_nickname_costs_no_code() {
    let mut ports = Ports::default();
    ports.accounts.expect_nickname_taken().times(1).returning(|_| Ok(true));
    assert_eq!(refused(register(&ports.services(), TYPED).await), "account.nickname_taken");
}

#[pollster::test]
async fn losing_the_race_for_a_nickname_costs_no_code_either() {
    let mut ports = putting_back(free_nickname(accepting(ports(), Purpose::Register)), Purpose::Register);
    ports.accounts.expect_register().returning(|_| Ok(Registered::NicknameTaken));
    assert_eq!(refused(register(&ports.services(), TYPED).await), "account.nickname_taken");
}

#[pollster::test]
async fn who_has_no_code_does_not_learn_that_a_mobile_is_taken() {
    // Neither the hasher nor the accounts are asked.
    let mut ports = free_nickname(Ports::default());
    ports.codes.expect_consume().returning(|_, _| Ok(Consumed::Wrong));
    assert_eq!(refused(register(&ports.services(), TYPED).await), "auth.invalid_code");
}

#[pollster::test]
async fn a_taken_mobile_is_told_to_its_holder_and_costs_the_code() {
    let mut ports = accepting(ports(), Purpose::Register);
    ports.accounts.expect_register().returning(|_| Ok(Registered::MobileTaken));
    let typed = Registration { nickname: None, ..TYPED };
    assert_eq!(refused(register(&ports.services(), typed).await), "account.mobile_taken");
}

#[pollster::test]
async fn a_code_is_put_back_if_the_store_or_the_hasher_fails() {
    let mut ports_ = putting_back(free_nickname(accepting(ports(), Purpose::Register)), Purpose::Register);
    ports_.accounts.expect_register().returning(|_| Err(down()));
    assert_eq!(refused(register(&ports_.services(), TYPED).await), "server.unavailable");

    let mut busy =
        putting_back(free_nickname(accepting(Ports::default(), Purpose::Register)), Purpose::Register);
    busy.hasher.expect_hash().returning(|_| Err(PortError::Busy));
    assert_eq!(refused(register(&busy.services(), TYPED).await), "server.busy");
}

#[pollster::test]
async fn a_reset_ends_every_session_and_forgets_failed_log_ins() {
    let mut ports = accepting(Ports::default(), Purpose::ResetPassword);
    ports.hasher.expect_hash().returning(|_| Ok("new".into()));
    ports.accounts.expect_credentials_by_mobile().returning(|_| Ok(Some(credentials())));
    ports.accounts.expect_set_password().times(1).returning(|set| {
        assert_eq!((set.user_id, set.password_hash.as_str()), (user_id(1), "new"));
        assert_eq!((set.if_credentials, set.keep), (None, None));
        Ok(PasswordSet::Done { ended: vec![session_id(11)] })
    });
    ports.limiter.expect_forget().withf(|key| key.ends_with(MOBILE)).times(1).returning(|_| Ok(()));
    ports.access.expect_verify().returning(|_, _| {
        Some(crate::session::Claims {
            user_id: user_id(1),
            session_id: session_id(11),
            issued_at: at(-10),
            expires_at: at(890),
        })
    });
    let services = ports.services();
    services.accounts.reset_password(MOBILE, "123456", "a new horse").await.unwrap();
    assert_eq!(refused(services.sessions.authenticate("old token").await), "auth.invalid_token");
}

#[pollster::test]
async fn a_reset_needs_the_code_before_it_looks_for_the_account() {
    let mut ports = Ports::default();
    ports.codes.expect_consume().returning(|_, _| Ok(Consumed::Wrong));
    let reset = ports.services().accounts.reset_password(MOBILE, "123456", "a new horse").await;
    assert_eq!(refused(reset), "auth.invalid_code");
}

#[pollster::test]
async fn a_reset_with_a_bad_password_spends_no_code() {
    let reset = Ports::default().services().accounts.reset_password(MOBILE, "123456", "password").await;
    assert_eq!(flaws(reset), ["/new_password common"]);
}

#[pollster::test]
async fn a_reset_for_nobody_is_told_to_the_mobiles_holder() {
    let mut ports = accepting(Ports::default(), Purpose::ResetPassword);
    ports.accounts.expect_credentials_by_mobile().returning(|_| Ok(None));
    let reset = ports.services().accounts.reset_password(MOBILE, "123456", "a new horse").await;
    assert_eq!(refused(reset), "account.not_found");
}

#[pollster::test]
async fn a_failed_reset_puts_the_code_back() {
    let mut ports = putting_back(accepting(ports(), Purpose::ResetPassword), Purpose::ResetPassword);
    ports.accounts.expect_credentials_by_mobile().returning(|_| Err(down()));
    let reset = ports.services().accounts.reset_password(MOBILE, "123456", "a new horse").await;
    assert_eq!(refused(reset), "server.unavailable");
}

/// The actor's account, whose password is as the verdict says.
fn proving(mut ports: Ports, verdict: Verdict) -> Ports {
    ports.accounts.expect_find_user().returning(|_| Ok(Some(user())));
    ports.accounts.expect_credentials().returning(|_| Ok(Some(credentials())));
    ports
        .hasher
        .expect_verify()
        .withf(|_, hash| *hash == Some("secret hash"))
        .returning(move |_, _| Ok(verdict));
    ports
}

#[pollster::test]
async fn changing_the_password_keeps_only_the_calling_session() {
    let mut ports = proving(ports(), Verdict::Right);
    ports.accounts.expect_set_password().times(1).returning(|set| {
        assert_eq!((set.if_credentials, set.keep), (Some(7), Some(session_id(11))));
        Ok(PasswordSet::Done { ended: vec![session_id(12)] })
    });
    let services = ports.services();
    services.accounts.change_password(actor(), PASSWORD, "a new horse", &origin()).await.unwrap();
}

#[pollster::test]
async fn changing_the_password_needs_the_current_one() {
    let services = proving(ports(), Verdict::Wrong).services();
    let changed = services.accounts.change_password(actor(), "a guess", "a new horse", &origin()).await;
    assert_eq!(refused(changed), "account.wrong_password");
}

#[pollster::test]
async fn a_password_that_changed_meanwhile_is_not_the_current_one() {
    let mut ports = proving(ports(), Verdict::Right);
    ports.accounts.expect_set_password().returning(|_| Ok(PasswordSet::Changed));
    let changed =
        ports.services().accounts.change_password(actor(), PASSWORD, "a new horse", &origin()).await;
    assert_eq!(refused(changed), "account.wrong_password");
}

#[pollster::test]
async fn guessing_the_current_password_is_throttled_like_logging_in() {
    let mut ports = Ports::default();
    ports.accounts.expect_find_user().returning(|_| Ok(Some(user())));
    ports.limiter.expect_attempt().returning(|backoffs| {
        assert_eq!(backoffs[0].key, format!("login:account:{MOBILE}"));
        Ok(Allowance::Wait(std::time::Duration::from_secs(4)))
    });
    let changed =
        ports.services().accounts.change_password(actor(), "a guess", "a new horse", &origin()).await;
    assert_eq!(refused(changed), "auth.too_many_attempts");
}

async fn change_mobile(ports: Ports) -> Result<User, AccountError> {
    ports.services().accounts.change_mobile(actor(), MOBILE, "123456", PASSWORD, &origin()).await
}

#[pollster::test]
async fn a_wrong_password_costs_no_code_when_the_mobile_changes() {
    assert_eq!(refused(change_mobile(proving(ports(), Verdict::Wrong)).await), "account.wrong_password");
}

#[pollster::test]
async fn changing_the_mobile_keeps_only_the_calling_session() {
    let mut ports = accepting(proving(ports(), Verdict::Right), Purpose::ChangeMobile);
    ports.accounts.expect_change_mobile().times(1).returning(|change| {
        assert_eq!((change.if_credentials, change.keep), (7, session_id(11)));
        Ok(MobileChanged::Done(user(), vec![session_id(12)]))
    });
    assert_eq!(change_mobile(ports).await.unwrap(), user());
}

#[pollster::test]
async fn how_changing_the_mobile_ends_is_told() {
    for (outcome, code) in [
        (MobileChanged::MobileTaken, "account.mobile_taken"),
        (MobileChanged::Changed, "account.wrong_password"),
        (MobileChanged::NoSuchUser, "account.not_found"),
    ] {
        let mut ports = accepting(proving(ports(), Verdict::Right), Purpose::ChangeMobile);
        ports.accounts.expect_change_mobile().return_once(|_| Ok(outcome));
        assert_eq!(refused(change_mobile(ports).await), code);
    }
    let mut failing = proving(ports(), Verdict::Right);
    failing = putting_back(accepting(failing, Purpose::ChangeMobile), Purpose::ChangeMobile);
    failing.accounts.expect_change_mobile().returning(|_| Err(down()));
    assert_eq!(refused(change_mobile(failing).await), "server.unavailable");
}

#[pollster::test]
async fn a_profile_patch_tells_leaving_from_clearing() {
    let mut ports = Ports::default();
    ports.accounts.expect_update_profile().times(1).returning(|update| {
        let patch = ProfilePatch { address: Some(None), bio: Some(None), ..ProfilePatch::default() };
        assert_eq!((update.patch, update.if_version), (patch, Some(3)));
        Ok(Updated::Done(user()))
    });
    let accounts = ports.services().accounts;
    accounts.update_profile(actor(), None, None, Some(None), Some(Some("  ")), Some(3)).await.unwrap();
}

#[pollster::test]
async fn a_profile_patch_names_every_wrong_field() {
    let (address, bio) = ("长".repeat(201), "长".repeat(501));
    let accounts = Ports::default().services().accounts;
    let updated =
        accounts.update_profile(actor(), Some(""), None, Some(Some(&address)), Some(Some(&bio)), None).await;
    assert_eq!(flaws(updated), ["/nickname too_short", "/address too_long", "/bio too_long"]);
}

#[pollster::test]
async fn how_a_profile_patch_ends_is_told() {
    for (outcome, code) in [
        (Updated::NicknameTaken, "account.nickname_taken"),
        (Updated::Changed, "request.precondition_failed"),
        (Updated::NoSuchUser, "account.not_found"),
    ] {
        let mut ports = Ports::default();
        ports.accounts.expect_update_profile().return_once(|_| Ok(outcome));
        let updated =
            ports.services().accounts.update_profile(actor(), Some("小王"), None, None, None, None).await;
        assert_eq!(refused(updated), code);
    }
}

#[pollster::test]
async fn operators_find_an_account_by_its_mobile_however_they_type_it() {
    for (typed, asked) in [("138 0000 0000", MOBILE), (" 小王 ", "小王"), ("138", "138")] {
        let mut ports = Ports::default();
        ports
            .accounts
            .expect_list_users()
            .withf(move |text, _, _, _| text.as_deref() == Some(asked))
            .times(1)
            .returning(|_, _, _, _| Ok(crate::page::Page { items: Vec::new(), next: None }));
        let page = crate::page::PageRequest::first();
        ports.services().accounts.list(Some(typed), None, page).await.unwrap();
    }
}

#[test]
fn debug_shows_no_hash() {
    assert!(!format!("{:?}", credentials()).contains("secret hash"));
}
