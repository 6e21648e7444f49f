//! SQL of join requests.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, OptionalExtension,
    QueryDsl, SelectableHelper,
    dsl::{IntoBoxed, auto_type, exists},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    event::{Event, Subject, Verb},
    group::{JoinPolicy, Role},
    id::{GroupId, JoinRequestId, UserId},
    join::{
        Decide, Decided, Decision as Verdict, JoinRepository, JoinRequest, JoinStatus, RequestToJoin,
        Requested, Withdrawn,
    },
    page::{Page, PageRequest},
};

use super::{Backend, Conn, Outcome, Store, before, idempotency::mark, outbox, roster};
use crate::{
    rows::{
        CardRow,
        join::{self, Decision, JoinRequestRow, NewJoinRequestRow, RequestState},
    },
    schema::{groups, join_requests, memberships, users},
    types::{At, Pending, Word},
};

diesel::alias!(users as deciders: Deciders);

/// The most requests that expire in one transaction.
const EXPIRE_AT_ONCE: i64 = 1_000;

#[async_trait]
impl JoinRepository for Store {
    async fn request_to_join(&self, request: RequestToJoin) -> Result<Requested, PortError> {
        self.write(move |conn| Box::pin(request_it(conn, request))).await
    }

    async fn decide(&self, decide: Decide) -> Result<Decided, PortError> {
        self.write(move |conn| Box::pin(decide_it(conn, decide))).await
    }

    async fn withdraw(
        &self,
        id: JoinRequestId,
        user_id: UserId,
        at: DateTime<Utc>,
    ) -> Result<Withdrawn, PortError> {
        self.write(move |conn| Box::pin(withdraw_it(conn, id.get(), user_id.get(), at))).await
    }

    async fn find_join_request(
        &self,
        id: JoinRequestId,
        viewer: UserId,
    ) -> Result<Option<JoinRequest>, PortError> {
        self.read(move |conn| Box::pin(find(conn, id.get(), viewer.get()))).await
    }

    async fn list_join_requests(
        &self,
        group_id: GroupId,
        status: Option<JoinStatus>,
        page: PageRequest,
    ) -> Result<Page<JoinRequest>, PortError> {
        self.read(move |conn| {
            let list = requests().into_boxed().filter(join_requests::group_id.eq(group_id.get()));
            Box::pin(newest_first(conn, list, status, page))
        })
        .await
    }

    async fn list_join_requests_of(
        &self,
        user_id: UserId,
        status: Option<JoinStatus>,
        page: PageRequest,
    ) -> Result<Page<JoinRequest>, PortError> {
        self.read(move |conn| {
            let list = requests().into_boxed().filter(join_requests::user_id.eq(user_id.get()));
            Box::pin(newest_first(conn, list, status, page))
        })
        .await
    }

    async fn expire_join_requests(
        &self,
        expired_since: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<u64, PortError> {
        self.write(move |conn| Box::pin(expire(conn, expired_since, at))).await
    }
}

/// Requests, with who asks and who decided.
#[auto_type]
fn requests() -> _ {
    let decided: diesel::dsl::Eq<
        diesel::dsl::Nullable<diesel::query_source::AliasedField<Deciders, users::id>>,
        join_requests::decided_by,
    > = deciders.field(users::id).nullable().eq(join_requests::decided_by);
    join_requests::table.inner_join(users::table).left_join(deciders.on(decided))
}

/// A list of them in the making.
type Requests = IntoBoxed<'static, requests, Backend>;

async fn find(conn: &mut Conn, id: i64, viewer: i64) -> QueryResult<Option<JoinRequest>> {
    let moderates = groups::table
        .inner_join(memberships::table)
        .filter(groups::id.eq(join_requests::group_id))
        .filter(groups::deleted_at.is_null())
        .filter(memberships::user_id.eq(viewer))
        .filter(memberships::role.ne(Role::Member.word()));
    let row: Option<(JoinRequestRow, CardRow, Option<CardRow>)> = requests()
        .filter(join_requests::id.eq(id))
        .filter(join_requests::user_id.eq(viewer).or(exists(moderates)))
        .select((
            JoinRequestRow::as_select(),
            CardRow::as_select(),
            deciders.fields(CardRow::COLUMNS).nullable(),
        ))
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(join::join_request))
}

async fn newest_first(
    conn: &mut Conn,
    mut list: Requests,
    status: Option<JoinStatus>,
    page: PageRequest,
) -> QueryResult<Page<JoinRequest>> {
    if let Some(status) = status {
        list = list.filter(join_requests::status.eq(status.word()));
    }
    if let Some(place) = page.key() {
        list = list.filter(before(join_requests::created_at, join_requests::id, place));
    }
    let rows: Vec<(JoinRequestRow, CardRow, Option<CardRow>)> = list
        .order((join_requests::created_at.desc(), join_requests::id.desc()))
        .limit(super::surplus(page))
        .select((
            JoinRequestRow::as_select(),
            CardRow::as_select(),
            deciders.fields(CardRow::COLUMNS).nullable(),
        ))
        .load(conn)
        .await?;
    let found = rows.into_iter().map(join::join_request).collect();
    Ok(Page::from_surplus(found, page.limit, |request: &JoinRequest| (request.created_at, request.id.get())))
}

async fn request_it(conn: &mut Conn, request: RequestToJoin) -> Outcome<Requested> {
    let (group_id, user_id, at) = (request.group_id.get(), request.user_id.get(), request.at);
    let Some(group) = roster::lock_group(conn, group_id).await? else { return Ok(Requested::NoSuchGroup) };
    if roster::role_of(conn, group_id, user_id).await?.is_some() {
        return Ok(Requested::AlreadyMember);
    }
    if roster::is_banned(conn, group_id, user_id, at).await? {
        return Ok(Requested::Banned);
    }
    let his = join_requests::table
        .filter(join_requests::group_id.eq(group_id))
        .filter(join_requests::user_id.eq(user_id));
    let waits_since: Option<At> = his
        .filter(join_requests::status.eq(Pending))
        .select(join_requests::created_at)
        .first(conn)
        .await
        .optional()?;
    if waits_since.is_some_and(|since| since.0 >= request.expired_since) {
        return Ok(Requested::AlreadyPending);
    }
    let status = match group.join_policy.0 {
        JoinPolicy::Invite => return Ok(Requested::InviteOnly),
        JoinPolicy::Open => JoinStatus::Approved,
        JoinPolicy::Approval => {
            let refused = his
                .filter(join_requests::status.eq(JoinStatus::Refused.word()))
                .filter(join_requests::decided_at.gt(Some(At(request.cooldown_since))));
            if diesel::select(exists(refused)).get_result(conn).await? {
                return Ok(Requested::Cooldown);
            }
            JoinStatus::Pending
        }
    };
    if waits_since.is_some() {
        let expired = Decision::without_reply(JoinStatus::Expired, None, at);
        roster::settle_pending_of(conn, group_id, user_id, expired, at).await?;
    }
    let waits = status == JoinStatus::Pending;
    let row = NewJoinRequestRow {
        group_id,
        user_id,
        reason: request.reason,
        status: status.word(),
        created_at: At(at),
        decided_at: (!waits).then_some(At(at)),
    };
    let id: i64 = diesel::insert_into(join_requests::table)
        .values(row)
        .returning(join_requests::id)
        .get_result(conn)
        .await?;
    let (subject, user) = (Subject::JoinRequest(JoinRequestId::stored(id)), Some(request.user_id));
    outbox::record(conn, Event { verb: Verb::Created, subject, user }, at).await?;
    if !waits {
        roster::admit(conn, group_id, user_id, Role::Member, at).await?;
    }
    mark(conn, request.claim, id).await?;
    Ok(Requested::Done(JoinRequestId::stored(id)))
}

async fn decide_it(conn: &mut Conn, decide: Decide) -> Outcome<Decided> {
    let one = join_requests::table.find(decide.id.get()).select(RequestState::as_select());
    let Some(group_id) = one.first::<RequestState>(conn).await.optional()?.map(|state| state.group_id) else {
        return Ok(Decided::NotFound);
    };
    if roster::lock_group(conn, group_id).await?.is_none()
        || !roster::moderates(conn, group_id, decide.by).await?
    {
        return Ok(Decided::NotFound);
    }
    // Read again: it may have been decided while the lock was waited for.
    let state = one.first::<RequestState>(conn).await?;
    if state.status.0 != JoinStatus::Pending || state.created_at.0 < decide.expired_since {
        return Ok(Decided::AlreadyDecided);
    }
    let approves = decide.decision == Verdict::Approve;
    if approves && roster::is_banned(conn, group_id, state.user_id, decide.at).await? {
        return Ok(Decided::Banned);
    }
    let status = if approves { JoinStatus::Approved } else { JoinStatus::Refused };
    let decision =
        Decision { reply: decide.reply, ..Decision::without_reply(status, Some(decide.by), decide.at) };
    let pending = join_requests::table.find(state.id).filter(join_requests::status.eq(Pending));
    // Taking it back and expiring do without the group's lock.
    if diesel::update(pending).set(decision).execute(conn).await? == 0 {
        return Ok(Decided::AlreadyDecided);
    }
    let subject = Subject::JoinRequest(decide.id);
    let event = Event { verb: Verb::Decided, subject, user: Some(decide.by) };
    outbox::record(conn, event, decide.at).await?;
    if approves {
        roster::admit(conn, group_id, state.user_id, Role::Member, decide.at).await?;
    }
    mark(conn, decide.claim, state.id).await?;
    Ok(Decided::Done)
}

async fn withdraw_it(conn: &mut Conn, id: i64, user: i64, at: DateTime<Utc>) -> Outcome<Withdrawn> {
    let his = join_requests::table.filter(join_requests::id.eq(id)).filter(join_requests::user_id.eq(user));
    let withdrawn = diesel::update(his.filter(join_requests::status.eq(Pending)))
        .set(Decision::without_reply(JoinStatus::Withdrawn, None, at))
        .execute(conn)
        .await?;
    if withdrawn == 1 {
        let (subject, user) = (Subject::JoinRequest(JoinRequestId::stored(id)), Some(UserId::stored(user)));
        outbox::record(conn, Event { verb: Verb::Decided, subject, user }, at).await?;
        return Ok(Withdrawn::Done);
    }
    let is_there: bool = diesel::select(exists(his)).get_result(conn).await?;
    Ok(if is_there { Withdrawn::AlreadyDecided } else { Withdrawn::NotFound })
}

async fn expire(conn: &mut Conn, expired_since: DateTime<Utc>, at: DateTime<Utc>) -> Outcome<u64> {
    let oldest: Vec<i64> = join_requests::table
        .filter(join_requests::status.eq(Pending))
        .filter(join_requests::created_at.lt(At(expired_since)))
        .order((join_requests::created_at, join_requests::id))
        .limit(EXPIRE_AT_ONCE)
        .select(join_requests::id)
        .load(conn)
        .await?;
    let pending = join_requests::table
        .filter(join_requests::id.eq_any(oldest))
        .filter(join_requests::status.eq(Pending));
    // Several rows are locked by ascending id, as everywhere.
    let locked: Vec<i64> =
        locked!(pending.clone().order(join_requests::id).select(join_requests::id)).load(conn).await?;
    if locked.is_empty() {
        return Ok(0);
    }
    let expired = Decision::without_reply(JoinStatus::Expired, None, at);
    let done = diesel::update(pending).set(expired).execute(conn).await?;
    roster::decided(conn, locked, None, at).await?;
    Ok(done as u64)
}
