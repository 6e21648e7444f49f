//! SQL of accounts.

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl,
    QueryResult, SelectableHelper, TextExpressionMethods, dsl::exists,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::{
        AccountRepository, AccountSummary, ChangeMobile, Credentials, Mobile, MobileChanged, Nickname,
        PasswordSet, Register, Registered, SetPassword, SiteRole, Suspended, UpdateProfile, Updated, User,
    },
    clock::Timestamp,
    error::PortError,
    event::{Event, Subject, Verb},
    id::{SessionId, UserId},
    moderation::{Deed, TargetKind},
    page::{Page, PageRequest},
};

use super::{
    Conn, Outcome, Stop, Store, before, folded_pattern,
    moderation::{
        self,
        log::{self, Line},
    },
    outbox, session, speakable,
};
use crate::{
    rows::{
        UserRow,
        account::{CredentialsRow, NewUserRow, ProfileChange},
        moderation::Place,
        session::NewSessionRow,
    },
    schema::{sessions, users},
    types::{At, Word},
};

#[async_trait]
impl AccountRepository for Store {
    async fn register(&self, register: Register) -> Result<Registered, PortError> {
        self.write(move |conn| Box::pin(insert(conn, register))).await
    }

    async fn find_user(&self, id: UserId) -> Result<Option<User>, PortError> {
        self.read(move |conn| Box::pin(find(conn, id))).await
    }

    async fn find_user_by_mobile(&self, mobile: &Mobile) -> Result<Option<User>, PortError> {
        let mobile = speakable(mobile.as_str());
        self.read(move |conn| Box::pin(find_by_mobile(conn, mobile))).await
    }

    async fn credentials_by_mobile(&self, mobile: &Mobile) -> Result<Option<Credentials>, PortError> {
        let mobile = speakable(mobile.as_str());
        self.read(move |conn| Box::pin(find_credentials_by_mobile(conn, mobile))).await
    }

    async fn credentials(&self, id: UserId) -> Result<Option<Credentials>, PortError> {
        self.read(move |conn| Box::pin(find_credentials(conn, id))).await
    }

    async fn nickname_taken(&self, nickname: &Nickname) -> Result<bool, PortError> {
        let skeleton = nickname.skeleton();
        self.read(move |conn| Box::pin(is_taken(conn, skeleton))).await
    }

    async fn update_profile(&self, update: UpdateProfile) -> Result<Updated, PortError> {
        self.write(move |conn| Box::pin(change_profile(conn, update))).await
    }

    async fn set_password(&self, set: SetPassword) -> Result<PasswordSet, PortError> {
        self.write(move |conn| Box::pin(replace_password(conn, set))).await
    }

    async fn upgrade_hash<'a>(&self, id: UserId, old: &'a str, new: &'a str) -> Result<(), PortError> {
        let (old, new) = (old.to_owned(), new.to_owned());
        self.write(move |conn| Box::pin(replace_hash(conn, id, old, new))).await
    }

    async fn change_mobile(&self, change: ChangeMobile) -> Result<MobileChanged, PortError> {
        self.write(move |conn| Box::pin(replace_mobile(conn, change))).await
    }

    async fn suspend(
        &self,
        id: UserId,
        until: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Suspended, PortError> {
        self.write(move |conn| Box::pin(set_suspension(conn, id, until, at))).await
    }

    async fn set_site_role(&self, id: UserId, role: SiteRole, at: Timestamp) -> Result<bool, PortError> {
        self.write(move |conn| Box::pin(set_role(conn, id, role, at))).await
    }

    async fn list_users(
        &self,
        text: Option<String>,
        role: Option<SiteRole>,
        page: PageRequest,
        now: Timestamp,
    ) -> Result<Page<AccountSummary>, PortError> {
        self.read(move |conn| Box::pin(list(conn, text, role, page, now))).await
    }
}

async fn insert(conn: &mut Conn, register: Register) -> Outcome<Registered> {
    let row = NewUserRow::new(&register);
    let created = diesel::insert_into(users::table)
        .values(&row)
        .on_conflict_do_nothing()
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    let Some(created) = created else {
        let mobile_taken = diesel::select(exists(users::table.filter(users::mobile.eq(&row.mobile))))
            .get_result::<bool>(conn)
            .await?;
        return Ok(if mobile_taken { Registered::MobileTaken } else { Registered::NicknameTaken });
    };
    let user = User::from(created);
    look_at(conn, register.review, user.id, register.at).await?;
    diesel::insert_into(sessions::table)
        .values(NewSessionRow::new(register.session, user.id, register.at))
        .execute(conn)
        .await?;
    happened(conn, Verb::Created, user.id, register.at).await?;
    Ok(Registered::Created(Box::new(user)))
}

/// Records what a user did with his account.
pub(super) async fn happened(conn: &mut Conn, verb: Verb, user: UserId, at: Timestamp) -> QueryResult<()> {
    outbox::record(conn, Event { verb, subject: Subject::User(user), user: Some(user) }, at).await
}

pub(super) async fn find(conn: &mut Conn, id: UserId) -> QueryResult<Option<User>> {
    let row = users::table
        .filter(users::id.eq(id.get()))
        .filter(users::deleted_at.is_null())
        .select(UserRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(User::from))
}

async fn find_by_mobile(conn: &mut Conn, mobile: String) -> QueryResult<Option<User>> {
    let row = users::table
        .filter(users::mobile.eq(mobile))
        .filter(users::deleted_at.is_null())
        .select(UserRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(User::from))
}

async fn find_credentials_by_mobile(conn: &mut Conn, mobile: String) -> QueryResult<Option<Credentials>> {
    let row = users::table
        .filter(users::mobile.eq(mobile))
        .filter(users::deleted_at.is_null())
        .select(CredentialsRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Credentials::from))
}

async fn find_credentials(conn: &mut Conn, id: UserId) -> QueryResult<Option<Credentials>> {
    let row = users::table
        .filter(users::id.eq(id.get()))
        .filter(users::deleted_at.is_null())
        .select(CredentialsRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(Credentials::from))
}

async fn is_taken(conn: &mut Conn, skeleton: String) -> QueryResult<bool> {
    diesel::select(exists(users::table.filter(users::nickname_skeleton.eq(skeleton)))).get_result(conn).await
}

/// The account's row, locked until the transaction ends: what is decided on it stays true.
pub(super) async fn lock(conn: &mut Conn, id: UserId) -> QueryResult<Option<(User, i64)>> {
    let row = locked!(
        users::table
            .filter(users::id.eq(id.get()))
            .filter(users::deleted_at.is_null())
            .select((UserRow::as_select(), users::credentials_version))
    )
    .first::<(UserRow, i64)>(conn)
    .await
    .optional()?;
    Ok(row.map(|(user, credentials)| (user.into(), credentials)))
}

async fn change_profile(conn: &mut Conn, update: UpdateProfile) -> Outcome<Updated> {
    let Some((user, _)) = lock(conn, update.user_id).await? else { return Ok(Updated::NoSuchUser) };
    if update.if_version.is_some_and(|version| version != user.version) {
        return Ok(Updated::Changed);
    }
    let row = diesel::update(users::table.find(update.user_id.get()))
        .set((
            ProfileChange::from(update.patch),
            users::version.eq(users::version + 1),
            users::edited_at.eq(At(update.at)),
        ))
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await
        .map_err(|error| Stop::if_taken(error, "users", "nickname_skeleton", Updated::NicknameTaken))?;
    happened(conn, Verb::Edited, update.user_id, update.at).await?;
    look_at(conn, update.review, update.user_id, update.at).await?;
    Ok(Updated::Done(row.into()))
}

/// Puts what the word filter met in a profile into the queue.
async fn look_at(conn: &mut Conn, words: Option<String>, id: UserId, at: Timestamp) -> QueryResult<()> {
    let place = Place { group_id: None, author_id: Some(id.get()) };
    moderation::review(conn, words, (TargetKind::User, id.get()), place, at).await
}

async fn replace_password(conn: &mut Conn, set: SetPassword) -> Outcome<PasswordSet> {
    let Some((_, credentials)) = lock(conn, set.user_id).await? else { return Ok(PasswordSet::NoSuchUser) };
    if set.if_credentials.is_some_and(|version| version != credentials) {
        return Ok(PasswordSet::Changed);
    }
    diesel::update(users::table.find(set.user_id.get()))
        .set((
            users::password_hash.eq(set.password_hash),
            users::credentials_version.eq(users::credentials_version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(PasswordSet::Done { ended: session::end_all_but(conn, set.user_id, set.keep).await? })
}

async fn replace_hash(conn: &mut Conn, id: UserId, old: String, new: String) -> Outcome<()> {
    diesel::update(users::table)
        .filter(users::id.eq(id.get()))
        .filter(users::password_hash.eq(old))
        .set(users::password_hash.eq(new))
        .execute(conn)
        .await?;
    Ok(())
}

async fn replace_mobile(conn: &mut Conn, change: ChangeMobile) -> Outcome<MobileChanged> {
    let Some((_, credentials)) = lock(conn, change.user_id).await? else {
        return Ok(MobileChanged::NoSuchUser);
    };
    if credentials != change.if_credentials {
        return Ok(MobileChanged::Changed);
    }
    let row = diesel::update(users::table.find(change.user_id.get()))
        .set((
            users::mobile.eq(change.mobile.as_str()),
            users::credentials_version.eq(users::credentials_version + 1),
            users::version.eq(users::version + 1),
            users::edited_at.eq(At(change.at)),
        ))
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await
        .map_err(|error| Stop::if_taken(error, "users", "mobile", MobileChanged::MobileTaken))?;
    let ended = session::end_all_but(conn, change.user_id, Some(change.keep)).await?;
    happened(conn, Verb::Edited, change.user_id, change.at).await?;
    Ok(MobileChanged::Done(row.into(), ended))
}

async fn set_suspension(
    conn: &mut Conn,
    id: UserId,
    until: Option<Timestamp>,
    at: Timestamp,
) -> Outcome<Suspended> {
    let found = diesel::update(users::table)
        .filter(users::id.eq(id.get()))
        .filter(users::deleted_at.is_null())
        .set(users::suspended_until.eq(until.map(At)))
        .execute(conn)
        .await?;
    if found == 0 {
        return Ok(Suspended::NoSuchUser);
    }
    let deed = if until.is_some() { Deed::Suspend } else { Deed::Unsuspend };
    let line = Line::new(None, deed, TargetKind::User, id.get(), at);
    log::write(conn, line.until(until)).await?;
    // One that is over already is none, and ends nothing.
    let ended = match until {
        Some(until) if until > at => session::end_all_but(conn, id, None).await?,
        _ => Vec::new(),
    };
    Ok(Suspended::Done { ended })
}

async fn set_role(conn: &mut Conn, id: UserId, role: SiteRole, at: Timestamp) -> Outcome<bool> {
    let found = give_role(conn, id, role, at).await?;
    if found {
        let line = Line::new(None, Deed::ChangeSiteRole, TargetKind::User, id.get(), at);
        log::write(conn, line.saying(Some(role.word().into()))).await?;
    }
    Ok(found)
}

/// Gives an account a role on the site. Whether there is such an account.
pub(super) async fn give_role(
    conn: &mut Conn,
    id: UserId,
    role: SiteRole,
    at: Timestamp,
) -> QueryResult<bool> {
    let found = diesel::update(users::table)
        .filter(users::id.eq(id.get()))
        .filter(users::deleted_at.is_null())
        .set((
            users::role.eq(role.word()),
            users::version.eq(users::version + 1),
            users::edited_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    if found == 1 {
        happened(conn, Verb::Edited, id, at).await?;
    }
    Ok(found == 1)
}

async fn list(
    conn: &mut Conn,
    text: Option<String>,
    role: Option<SiteRole>,
    page: PageRequest,
    now: Timestamp,
) -> QueryResult<Page<AccountSummary>> {
    let mut query =
        users::table.filter(users::deleted_at.is_null()).select(UserRow::as_select()).into_boxed();
    if let Some(text) = text {
        let like = users::nickname_folded.like(folded_pattern(&text)).escape('\\');
        query = query.filter(like.or(users::mobile.eq(speakable(&text))));
    }
    if let Some(role) = role {
        query = query.filter(users::role.eq(role.word()));
    }
    if let Some(place) = page.key() {
        query = query.filter(before(users::created_at, users::id, place));
    }
    let rows: Vec<User> = query
        .order((users::created_at.desc(), users::id.desc()))
        .limit(i64::from(page.limit) + 1)
        .load(conn)
        .await?
        .into_iter()
        .map(UserRow::into)
        .collect();
    let found = Page::from_surplus(rows, page.limit, |user: &User| (user.created_at, user.id.get()));
    let mut open = open_sessions(conn, found.items.iter().map(|user| user.id.get()).collect(), now).await?;
    Ok(found.map(|user| {
        let sessions = open.remove(&user.id.get()).unwrap_or_default();
        let newest = sessions.as_slice().first().copied();
        AccountSummary {
            user,
            open_sessions: i64::try_from(sessions.len()).unwrap_or(i64::MAX),
            last_seen_at: newest.map(|(seen, _)| seen),
            newest_session: newest.map(|(_, id)| id),
        }
    }))
}

/// The open sessions of each of these users, last seen first.
async fn open_sessions(
    conn: &mut Conn,
    users: Vec<i64>,
    now: Timestamp,
) -> QueryResult<HashMap<i64, Vec<(Timestamp, SessionId)>>> {
    let rows = sessions::table
        .filter(sessions::user_id.eq_any(users))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(At(now)))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .select((sessions::user_id, sessions::last_seen_at, sessions::id))
        .load::<(i64, At, i64)>(conn)
        .await?;
    let mut open = HashMap::<_, Vec<_>>::new();
    for (user, seen, id) in rows {
        open.entry(user).or_default().push((seen.0, SessionId::stored(id)));
    }
    Ok(open)
}
