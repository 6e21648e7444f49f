//! Accounts that are deleted, and what is cleared away after them.

mod asked;
mod written;

use async_trait::async_trait;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::{AccountDeleted, DeleteAccount, DeletionRepository, Legacy},
    clock::Timestamp,
    error::PortError,
    event::{Event, Subject, Verb},
    group::Role,
    id::{GroupId, JoinRequestId, UserId},
    join::JoinStatus,
    media::MediaKey,
};

use super::{super::search as words, Conn, Outcome, Store, account, media::uses, outbox, roster, session};
use crate::{
    schema::{
        bans, blocks, bookmarks, departures, groups, idempotency_keys, join_requests, like_quotas,
        memberships, notification_actors, notification_feeds, notification_mutes, notifications, sessions,
        users,
    },
    types::{At, Word},
};

/// How many rows a part clears away at most: few enough that nobody waits for it.
const PART: i64 = 500;

#[async_trait]
impl DeletionRepository for Store {
    async fn delete_account(&self, delete: DeleteAccount) -> Result<AccountDeleted, PortError> {
        self.write(move |conn| Box::pin(delete_it(conn, delete))).await
    }

    async fn departed(&self, limit: u32) -> Result<Vec<UserId>, PortError> {
        self.read(move |conn| Box::pin(departed(conn, limit))).await
    }

    async fn clear_away(&self, user: UserId, at: Timestamp) -> Result<bool, PortError> {
        self.write(move |conn| Box::pin(clear(conn, user, at))).await
    }

    async fn clear_media(&self, user: UserId, at: Timestamp) -> Result<Option<MediaKey>, PortError> {
        self.write(move |conn| Box::pin(uses::clear_one(conn, user, at))).await
    }

    async fn cleared(&self, user: UserId, before: Timestamp) -> Result<(), PortError> {
        self.write(move |conn| Box::pin(forget(conn, user, before))).await
    }
}

async fn delete_it(conn: &mut Conn, delete: DeleteAccount) -> Outcome<AccountDeleted> {
    let (user, at) = (delete.user_id, delete.at);
    let Some((_, credentials)) = account::lock(conn, user).await? else {
        return Ok(AccountDeleted::NoSuchUser);
    };
    if credentials != delete.if_credentials {
        return Ok(AccountDeleted::Changed);
    }
    let own = lock_groups(conn, user).await?;
    let mut alone = Vec::new();
    for &group in &own {
        if roster::role_of(conn, group, user.get()).await? != Some(Role::Owner) {
            continue;
        }
        let members: i64 = groups::table.find(group).select(groups::member_count).first(conn).await?;
        if members == 1 {
            alone.push(group);
        } else if roster::owners(conn, group).await? == 1 {
            return Ok(AccountDeleted::LastOwner);
        }
    }
    withdraw(conn, user, at).await?;
    for &group in &own {
        roster::expel(conn, group, user.get(), at).await?;
    }
    for group in alone {
        close(conn, group, delete.legacy, user, at).await?;
    }
    let ended = session::end_all_but(conn, user, None).await?;
    forget_person(conn, user, at).await?;
    diesel::insert_into(departures::table)
        .values((
            departures::user_id.eq(user.get()),
            departures::erase.eq(delete.legacy == Legacy::Erase),
            departures::created_at.eq(At(at)),
        ))
        .execute(conn)
        .await?;
    let gone = Event { verb: Verb::Deleted, subject: Subject::User(user), user: Some(user) };
    outbox::record(conn, gone, at).await?;
    Ok(AccountDeleted::Done { ended })
}

/// Locks every group that the user is in or waits for; answers those by ascending id.
async fn lock_groups(conn: &mut Conn, user: UserId) -> QueryResult<Vec<i64>> {
    let member = memberships::table.filter(memberships::user_id.eq(user.get()));
    let mut own: Vec<i64> = member.select(memberships::group_id).load(conn).await?;
    let waits = pending(user).select(join_requests::group_id);
    own.extend(waits.load::<i64>(conn).await?);
    own.sort_unstable();
    own.dedup();
    let all = groups::table.filter(groups::id.eq_any(&own)).filter(groups::deleted_at.is_null());
    locked!(all.order(groups::id).select(groups::id)).load(conn).await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn pending(user: UserId) -> _ {
    let user: i64 = user.get();
    let status: &'static str = JoinStatus::Pending.word();
    join_requests::table.filter(join_requests::user_id.eq(user)).filter(join_requests::status.eq(status))
}

async fn withdraw(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<()> {
    let withdrawn: Vec<i64> = diesel::update(pending(user))
        .set((
            join_requests::status.eq(JoinStatus::Withdrawn.word()),
            join_requests::decided_at.eq(Some(At(at))),
        ))
        .returning(join_requests::id)
        .get_results(conn)
        .await?;
    for request in withdrawn {
        let subject = Subject::JoinRequest(JoinRequestId::stored(request));
        outbox::record(conn, Event { verb: Verb::Decided, subject, user: Some(user) }, at).await?;
    }
    Ok(())
}

/// Deletes a group in which nobody is left.
async fn close(conn: &mut Conn, group: i64, legacy: Legacy, user: UserId, at: Timestamp) -> QueryResult<()> {
    diesel::update(groups::table.find(group)).set(groups::deleted_at.eq(Some(At(at)))).execute(conn).await?;
    if legacy == Legacy::Erase {
        diesel::update(groups::table.find(group))
            .set((
                groups::name.eq(""),
                groups::name_skeleton.eq(""),
                groups::name_folded.eq(""),
                groups::description.eq(""),
                groups::notice.eq(None::<String>),
                groups::cover_key.eq(None::<String>),
            ))
            .execute(conn)
            .await?;
    }
    roster::settle_pending(conn, group, JoinStatus::Expired, None, at).await?;
    let subject = Subject::Group(GroupId::stored(group));
    let closed = Event { verb: Verb::Deleted, subject, user: Some(user) };
    outbox::record(conn, closed, at).await
}

/// Empties the account, and what its sessions knew of its devices. The sessions themselves stay until their
/// tokens are over: that they ended is what refuses these.
async fn forget_person(conn: &mut Conn, user: UserId, at: Timestamp) -> QueryResult<()> {
    diesel::update(users::table.find(user.get()))
        .set((
            (
                users::mobile.eq(None::<String>),
                users::nickname.eq(None::<String>),
                users::nickname_skeleton.eq(None::<String>),
                users::nickname_folded.eq(None::<String>),
                users::password_hash.eq(None::<String>),
                users::gender.eq(None::<String>),
                users::address.eq(None::<String>),
                users::bio.eq(None::<String>),
                users::avatar_key.eq(None::<String>),
            ),
            users::role.eq(forum_domain::account::SiteRole::User.word()),
            users::suspended_until.eq(None::<At>),
            users::credentials_version.eq(users::credentials_version + 1),
            users::version.eq(users::version + 1),
            users::deleted_at.eq(Some(At(at))),
        ))
        .execute(conn)
        .await?;
    diesel::update(sessions::table.filter(sessions::user_id.eq(user.get())))
        .set((sessions::user_agent.eq(None::<String>), sessions::ip.eq("0.0.0.0")))
        .execute(conn)
        .await?;
    Ok(())
}

async fn departed(conn: &mut Conn, limit: u32) -> QueryResult<Vec<UserId>> {
    let users: Vec<i64> = departures::table
        .order((departures::created_at, departures::user_id))
        .limit(limit.into())
        .select(departures::user_id)
        .load(conn)
        .await?;
    Ok(users.into_iter().map(UserId::stored).collect())
}

async fn forget(conn: &mut Conn, user: UserId, before: Timestamp) -> Outcome<()> {
    let gone = diesel::delete(departures::table.find(user.get()))
        .filter(departures::created_at.lt(At(before)))
        .execute(conn)
        .await?;
    if gone > 0 {
        words::purge(conn).await?;
    }
    Ok(())
}

/// The first of these that finds something is the part.
async fn clear(conn: &mut Conn, user: UserId, at: Timestamp) -> Outcome<bool> {
    let departure = departures::table.find(user.get()).select(departures::erase);
    let Some(erase) = departure.first::<bool>(conn).await.optional()? else { return Ok(false) };
    if clear_remembered(conn, user.get()).await? {
        return Ok(true);
    }
    Ok(erase && (written::clear(conn, user, at).await? || asked::clear(conn, user, at).await?))
}

/// What the account remembered and what was remembered of it. Nobody else writes these rows any more, so
/// they need no order of locks. Whether there was anything.
async fn clear_remembered(conn: &mut Conn, user: i64) -> QueryResult<bool> {
    let mut gone = 0;
    gone += diesel::delete(bookmarks::table.filter(bookmarks::user_id.eq(user))).execute(conn).await?;
    gone += diesel::delete(like_quotas::table.filter(like_quotas::user_id.eq(user))).execute(conn).await?;
    gone += diesel::delete(blocks::table.filter(blocks::user_id.eq(user))).execute(conn).await?;
    gone += diesel::delete(blocks::table.filter(blocks::blocked_id.eq(user))).execute(conn).await?;
    gone += diesel::delete(bans::table.filter(bans::user_id.eq(user))).execute(conn).await?;
    let keys = idempotency_keys::table.filter(idempotency_keys::user_id.eq(user));
    gone += diesel::delete(keys).execute(conn).await?;
    gone += diesel::update(join_requests::table.filter(join_requests::user_id.eq(user)))
        .filter(join_requests::reason.ne(""))
        .set((join_requests::reason.eq(""), join_requests::reply.eq(None::<String>)))
        .execute(conn)
        .await?;
    gone += forget_notifications(conn, user).await?;
    Ok(gone > 0)
}

/// Some of what he was told, then what he wanted to be told of. His feed goes first and so is held: nobody
/// tells a deleted account anything.
async fn forget_notifications(conn: &mut Conn, user: i64) -> QueryResult<usize> {
    let mut gone = diesel::delete(notification_feeds::table.find(user)).execute(conn).await?;
    let his = notifications::table.filter(notifications::user_id.eq(user));
    let some = his.order(notifications::id).limit(PART).select(notifications::id);
    let some: Vec<i64> = some.load(conn).await?;
    let actors = notification_actors::table.filter(notification_actors::notification_id.eq_any(&some));
    diesel::delete(actors).execute(conn).await?;
    gone +=
        diesel::delete(notifications::table.filter(notifications::id.eq_any(&some))).execute(conn).await?;
    let mutes = notification_mutes::table.filter(notification_mutes::user_id.eq(user));
    gone += diesel::delete(mutes).execute(conn).await?;
    Ok(gone)
}
