//! What [`AccountRepository`](forum_domain::account::AccountRepository) promises.

use std::sync::Arc;

use forum_domain::{
    account::{
        ChangeMobile, Gender, MobileChanged, Nickname, PasswordSet, ProfilePatch, Register, Registered,
        SetPassword, SiteRole, Suspended, UpdateProfile, Updated, User,
    },
    id::{SessionId, UserId},
    page::PageRequest,
    session::{OpenSession, Opened},
    store::Store,
};

use super::stage::{CALLERS, all, count, race};
use crate::build::{at, mobile, register, register_as, session};

async fn created(store: &Arc<dyn Store>, register: Register) -> User {
    match store.register(register).await.unwrap() {
        Registered::Created(user) => *user,
        refused => panic!("{refused:?}"),
    }
}

async fn user(store: &Arc<dyn Store>, number: i64) -> User {
    created(store, register(number)).await
}

async fn open(store: &Arc<dyn Store>, user_id: UserId, id: i64, if_credentials: i64) -> Opened {
    let open = OpenSession { user_id, session: session(id), if_credentials, at: at(1) };
    store.open_session(open).await.unwrap()
}

async fn version(store: &Arc<dyn Store>, id: UserId) -> i64 {
    store.credentials(id).await.unwrap().unwrap().version
}

async fn open_ids(store: &Arc<dyn Store>, id: UserId) -> Vec<i64> {
    let mut ids: Vec<i64> =
        store.list_sessions(id, at(2)).await.unwrap().into_iter().map(|open| open.id.get()).collect();
    ids.sort_unstable();
    ids
}

fn change(user_id: UserId, patch: ProfilePatch) -> UpdateProfile {
    UpdateProfile { user_id, patch, if_version: None, review: None, at: at(5) }
}

fn renamed(name: &str) -> ProfilePatch {
    ProfilePatch { nickname: Some(Nickname::parse(name).unwrap()), ..ProfilePatch::default() }
}

fn numbers(ids: &[SessionId]) -> Vec<i64> {
    let mut numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    numbers.sort_unstable();
    numbers
}

/// A new account is found by id and by mobile as it was registered, and is signed in.
pub async fn a_registered_account_is_found_and_signed_in(store: Arc<dyn Store>) {
    let user = created(&store, register_as(1, "Ｒｕｓｔ 编程").unwrap()).await;
    assert_eq!((user.mobile.clone(), user.role, user.suspended_until), (mobile(1), SiteRole::User, None));
    assert_eq!(user.nickname.as_ref().map(Nickname::as_str), Some("Rust 编程"));
    assert_eq!((user.created_at, user.gender), (at(0), None));

    assert_eq!(store.find_user(user.id).await.unwrap().as_ref(), Some(&user));
    assert_eq!(store.find_user_by_mobile(&mobile(1)).await.unwrap().as_ref(), Some(&user));
    assert_eq!(store.find_user_by_mobile(&mobile(2)).await.unwrap(), None);
    let credentials = store.credentials_by_mobile(&mobile(1)).await.unwrap().unwrap();
    assert_eq!(credentials.password_hash.as_deref(), Some("$hash 1"));
    assert_eq!(Some(credentials), store.credentials(user.id).await.unwrap());
    assert_eq!(open_ids(&store, user.id).await, [1]);
}

/// Of many registrations of one mobile at once, one makes an account and a session.
pub async fn of_parallel_registrations_of_one_mobile_one_is_created(store: Arc<dyn Store>) {
    let outcomes = race((1..=CALLERS as i64).map(|number| {
        let (store, register) = (Arc::clone(&store), Register { mobile: mobile(7), ..register(number) });
        async move { store.register(register).await }
    }))
    .await;
    let winners: Vec<_> =
        outcomes.iter().filter(|outcome| matches!(outcome, Registered::Created(_))).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(count(&outcomes, &Registered::MobileTaken), CALLERS - 1);

    let everybody = all(|page| store.list_users(None, None, page, at(2))).await;
    assert_eq!(everybody.len(), 1);
    assert_eq!(everybody[0].open_sessions, 1);
}

/// Of many registrations with nicknames that look alike, one makes an account.
pub async fn of_parallel_registrations_of_nicknames_that_look_alike_one_is_created(store: Arc<dyn Store>) {
    let spellings = ["paypal", "PayPal", "pаypаl", "ｐａｙｐａｌ", "pay pal"];
    let outcomes = race((1..=CALLERS).map(|number| {
        let store = Arc::clone(&store);
        let register = register_as(number as i64, spellings[number % spellings.len()]).unwrap();
        async move { store.register(register).await }
    }))
    .await;
    assert_eq!(count(&outcomes, &Registered::NicknameTaken), CALLERS - 1);
    assert_eq!(all(|page| store.list_users(None, None, page, at(2))).await.len(), 1);
    assert!(store.nickname_taken(&Nickname::parse("PAYPAL").unwrap()).await.unwrap());
    assert!(!store.nickname_taken(&Nickname::parse("paypal2").unwrap()).await.unwrap());
}

/// A refused registration leaves neither an account nor a session: mobile and session id are free.
pub async fn a_refused_registration_writes_nothing(store: Arc<dyn Store>) {
    created(&store, register_as(1, "one").unwrap()).await;
    let refused = store.register(register_as(2, "ONE").unwrap()).await.unwrap();
    assert_eq!(refused, Registered::NicknameTaken);
    assert_eq!(store.find_user_by_mobile(&mobile(2)).await.unwrap(), None);
    assert!(!store.session_is_open(SessionId::stored(2), at(1)).await.unwrap());
    // Both taken: the mobile is what counts.
    let both = Register { mobile: mobile(1), ..register_as(2, "one").unwrap() };
    assert_eq!(store.register(both).await.unwrap(), Registered::MobileTaken);
    created(&store, register(2)).await;
}

/// A patch changes what it names, clears what it clears, leaves the rest, and moves the version.
pub async fn a_profile_changes_where_its_patch_says_so(store: Arc<dyn Store>) {
    let before = user(&store, 1).await;
    let patch = ProfilePatch {
        nickname: Some(Nickname::parse("甲").unwrap()),
        gender: Some(Some(Gender::Female)),
        address: Some(Some("某路一号".into())),
        bio: Some(Some("line\nline".into())),
    };
    let Updated::Done(full) = store.update_profile(change(before.id, patch)).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!((full.gender, full.bio.as_deref()), (Some(Gender::Female), Some("line\nline")));
    assert!(full.version > before.version);

    let patch = ProfilePatch { gender: Some(None), ..ProfilePatch::default() };
    let Updated::Done(cleared) = store.update_profile(change(before.id, patch)).await.unwrap() else {
        panic!("refused")
    };
    assert_eq!(cleared, User { gender: None, version: cleared.version, ..full.clone() });
    assert!(cleared.version > full.version);
    assert_eq!(store.find_user(before.id).await.unwrap(), Some(cleared));

    let nobody = change(UserId::stored(999), renamed("乙"));
    assert_eq!(store.update_profile(nobody).await.unwrap(), Updated::NoSuchUser);
}

/// Of many changes that each expect the version they saw, one is made.
pub async fn of_parallel_changes_to_one_version_one_is_done(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let outcomes = race((0..CALLERS).map(|number| {
        let patch = ProfilePatch { bio: Some(Some(format!("bio {number}"))), ..ProfilePatch::default() };
        let update = UpdateProfile { if_version: Some(user.version), ..change(user.id, patch) };
        let store = Arc::clone(&store);
        async move { store.update_profile(update).await }
    }))
    .await;
    assert_eq!(count(&outcomes, &Updated::Changed), CALLERS - 1);
    let now = store.find_user(user.id).await.unwrap().unwrap();
    assert_eq!(now.version, user.version + 1);
    assert!(outcomes.contains(&Updated::Done(now)));
}

/// A nickname that looks like another's is refused and nothing is written; one's own in another
/// spelling is fine.
pub async fn a_profile_cannot_take_the_nickname_of_another(store: Arc<dyn Store>) {
    created(&store, register_as(1, "one").unwrap()).await;
    let two = created(&store, register_as(2, "two").unwrap()).await;
    let mut patch = renamed("ONE");
    patch.bio = Some(Some("lost".into()));
    assert_eq!(store.update_profile(change(two.id, patch)).await.unwrap(), Updated::NicknameTaken);
    assert_eq!(store.find_user(two.id).await.unwrap(), Some(two.clone()));
    let own = store.update_profile(change(two.id, renamed("TWO"))).await.unwrap();
    assert!(matches!(own, Updated::Done(user) if user.nickname.as_ref().unwrap().as_str() == "TWO"));
}

/// A new password ends every session but the one kept, and a log-in that was checked against the old
/// one opens none.
pub async fn a_new_password_ends_the_other_sessions(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let old = version(&store, user.id).await;
    for id in 2..=4 {
        assert!(matches!(open(&store, user.id, id, old).await, Opened::Done(_)));
    }
    let set = |if_credentials, keep| SetPassword {
        user_id: user.id,
        password_hash: "$new".into(),
        if_credentials,
        keep,
        at: at(3),
    };
    let done = store.set_password(set(Some(old), Some(SessionId::stored(2)))).await.unwrap();
    let PasswordSet::Done { ended } = done else { panic!("{done:?}") };
    assert_eq!(numbers(&ended), [1, 3, 4]);
    assert_eq!(open_ids(&store, user.id).await, [2]);

    assert_eq!(open(&store, user.id, 5, old).await, Opened::Changed);
    assert_eq!(store.set_password(set(Some(old), None)).await.unwrap(), PasswordSet::Changed);
    assert_eq!(open_ids(&store, user.id).await, [2]);
    let credentials = store.credentials(user.id).await.unwrap().unwrap();
    assert_eq!(credentials.password_hash.as_deref(), Some("$new"));

    // A reset by SMS asks for no version and keeps no session.
    let done = store.set_password(set(None, None)).await.unwrap();
    assert_eq!(done, PasswordSet::Done { ended: vec![SessionId::stored(2)] });
    let nobody = SetPassword { user_id: UserId::stored(999), ..set(None, None) };
    assert_eq!(store.set_password(nobody).await.unwrap(), PasswordSet::NoSuchUser);
}

/// A log-in and a change of password at once: no session that was opened against the old password
/// outlives it.
pub async fn a_password_change_leaves_no_session_that_was_opened_beside_it(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let old = version(&store, user.id).await;
    let outcomes = race((1..=CALLERS as i64).map(|number| {
        let (store, user_id) = (Arc::clone(&store), user.id);
        async move {
            if number == 25 {
                let password_hash = "$new".into();
                let set = SetPassword { user_id, password_hash, if_credentials: None, keep: None, at: at(3) };
                return store.set_password(set).await.map(|_| None);
            }
            let open =
                OpenSession { user_id, session: session(100 + number), if_credentials: old, at: at(1) };
            store.open_session(open).await.map(Some)
        }
    }))
    .await;
    assert_eq!(outcomes.iter().flatten().count(), CALLERS - 1);
    assert_eq!(open_ids(&store, user.id).await, [0; 0]);
}

/// A better hash of the same password replaces the old one only while that is there, and ends nothing.
pub async fn a_better_hash_replaces_only_the_one_it_was_made_from(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let before = store.credentials(user.id).await.unwrap().unwrap();
    store.upgrade_hash(user.id, "$other", "$lost").await.unwrap();
    assert_eq!(store.credentials(user.id).await.unwrap().unwrap(), before);
    store.upgrade_hash(user.id, "$hash 1", "$better").await.unwrap();
    let after = store.credentials(user.id).await.unwrap().unwrap();
    assert_eq!((after.password_hash.as_deref(), after.version), (Some("$better"), before.version));
    assert_eq!(open_ids(&store, user.id).await, [1]);
}

/// A new mobile replaces the old one, which is free then, and ends the other sessions.
pub async fn a_new_mobile_replaces_the_old_one(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let old = version(&store, user.id).await;
    open(&store, user.id, 2, old).await;
    let moved = |mobile_number, if_credentials| ChangeMobile {
        user_id: user.id,
        mobile: mobile(mobile_number),
        if_credentials,
        keep: SessionId::stored(2),
        at: at(3),
    };
    let done = store.change_mobile(moved(5, old)).await.unwrap();
    let MobileChanged::Done(now, ended) = done else { panic!("{done:?}") };
    assert_eq!((now.mobile.clone(), numbers(&ended)), (mobile(5), vec![1]));
    assert!(now.version > user.version);
    assert_eq!(store.find_user_by_mobile(&mobile(1)).await.unwrap(), None);
    assert_eq!(store.change_mobile(moved(6, old)).await.unwrap(), MobileChanged::Changed);
    created(&store, Register { session: session(11), ..register(1) }).await;
    let current = version(&store, user.id).await;
    assert_eq!(store.change_mobile(moved(1, current)).await.unwrap(), MobileChanged::MobileTaken);
    assert_eq!(store.find_user(user.id).await.unwrap(), Some(now));
    assert_eq!(version(&store, user.id).await, current);
}

/// Of many accounts that want one mobile, one gets it.
pub async fn of_parallel_changes_to_one_mobile_one_is_done(store: Arc<dyn Store>) {
    let mut changes = Vec::new();
    for number in 1..=CALLERS as i64 {
        let user = user(&store, number).await;
        let if_credentials = version(&store, user.id).await;
        let keep = SessionId::stored(number);
        changes.push(ChangeMobile { user_id: user.id, mobile: mobile(999), if_credentials, keep, at: at(3) });
    }
    let outcomes = race(changes.into_iter().map(|change| {
        let store = Arc::clone(&store);
        async move { store.change_mobile(change).await }
    }))
    .await;
    assert_eq!(count(&outcomes, &MobileChanged::MobileTaken), CALLERS - 1);
    assert!(store.find_user_by_mobile(&mobile(999)).await.unwrap().is_some());
}

/// A suspension ends every session and lets none open until it is over or lifted.
pub async fn a_suspension_ends_sessions_and_opens_none(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    let credentials = version(&store, user.id).await;
    let done = store.suspend(user.id, Some(at(100)), at(1)).await.unwrap();
    assert_eq!(done, Suspended::Done { ended: vec![SessionId::stored(1)] });
    assert_eq!(store.find_user(user.id).await.unwrap().unwrap().suspended_until, Some(at(100)));
    assert_eq!(open(&store, user.id, 2, credentials).await, Opened::Suspended);
    // Who does not know the password does not learn of it.
    assert_eq!(open(&store, user.id, 2, credentials + 1).await, Opened::Changed);

    let after =
        OpenSession { user_id: user.id, session: session(3), if_credentials: credentials, at: at(100) };
    assert!(matches!(store.open_session(after).await.unwrap(), Opened::Done(_)));
    let lifted = store.suspend(user.id, None, at(2)).await.unwrap();
    assert_eq!(lifted, Suspended::Done { ended: vec![] });
    assert!(matches!(open(&store, user.id, 4, credentials).await, Opened::Done(_)));
    assert_eq!(store.suspend(UserId::stored(999), None, at(2)).await.unwrap(), Suspended::NoSuchUser);
}

/// A role on the site is what it was set to last.
pub async fn a_site_role_is_set(store: Arc<dyn Store>) {
    let user = user(&store, 1).await;
    assert!(store.set_site_role(user.id, SiteRole::Admin, at(1)).await.unwrap());
    assert_eq!(store.find_user(user.id).await.unwrap().unwrap().role, SiteRole::Admin);
    assert!(!store.set_site_role(UserId::stored(999), SiteRole::Admin, at(1)).await.unwrap());
}

/// An operator's list: newest first, by a part of a nickname in any case, by a whole mobile, by role,
/// with what is open.
pub async fn accounts_are_listed_newest_first_and_searched(store: Arc<dyn Store>) {
    let names = ["Élan", "50%_off", "élan vital", "else"];
    let mut ids = Vec::new();
    for (number, name) in (1_i64..).zip(names) {
        // Two of each moment: the id breaks the tie.
        let register = Register { at: at(number / 2), ..register_as(number, name).unwrap() };
        ids.push(created(&store, register).await.id);
    }
    let listed = async |text: Option<&str>, role| -> Vec<UserId> {
        let text = text.map(String::from);
        all(|page| store.list_users(text.clone(), role, page, at(2)))
            .await
            .into_iter()
            .map(|summary| summary.user.id)
            .collect()
    };
    assert_eq!(listed(None, None).await, [ids[3], ids[2], ids[1], ids[0]]);
    assert_eq!(listed(Some("ÉLAN"), None).await, [ids[2], ids[0]]);
    assert_eq!(listed(Some("%_"), None).await, [ids[1]]);
    assert_eq!(listed(Some("_lan"), None).await, []);
    assert_eq!(listed(Some(mobile(4).as_str()), None).await, [ids[3]]);
    assert_eq!(listed(Some("+86138"), None).await, []);
    assert_eq!(listed(Some("e\0lse"), None).await, []);
    store.set_site_role(ids[1], SiteRole::Moderator, at(3)).await.unwrap();
    assert_eq!(listed(None, Some(SiteRole::Moderator)).await, [ids[1]]);

    let credentials = version(&store, ids[0]).await;
    open(&store, ids[0], 50, credentials).await;
    let page = store.list_users(Some("vital".into()), None, PageRequest::first(), at(2)).await.unwrap();
    assert_eq!((page.items[0].open_sessions, page.items[0].last_seen_at), (1, Some(at(1))));
    let page = store.list_users(Some(mobile(1).as_str().into()), None, PageRequest::first(), at(2)).await;
    let summary = &page.unwrap().items[0];
    assert_eq!((summary.open_sessions, summary.newest_session), (2, Some(SessionId::stored(50))));
}
