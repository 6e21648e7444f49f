//! SQL of invites.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper,
    dsl::{IntoBoxed, auto_type},
    result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    group::Role,
    id::{GroupId, UserId},
    idempotency::Claim,
    invite::{Accepted, CreateInvite, Invite, InviteCreated, InviteRepository, InviteToken},
    join::JoinStatus,
    page::{Page, PageRequest},
};

use super::{Backend, Conn, Outcome, Stop, Store, before, idempotency::mark, roster};
use crate::{
    rows::{
        CardRow,
        invite::{InviteRow, InviteState, NewInviteRow, invite},
        join::Decision,
    },
    schema::{groups, invites, users},
    types::At,
};

/// An invite's row, its group's name, its maker's card.
type Row = (InviteRow, String, CardRow);

#[async_trait]
impl InviteRepository for Store {
    async fn create_invite(&self, create: CreateInvite) -> Result<InviteCreated, PortError> {
        self.write(move |conn| Box::pin(create_it(conn, create))).await
    }

    async fn list_invites(
        &self,
        group_id: GroupId,
        page: PageRequest,
        now: DateTime<Utc>,
    ) -> Result<Page<Invite>, PortError> {
        let rows = self.read(move |conn| Box::pin(list(conn, group_id.get(), page, now))).await?;
        let items: Result<Vec<Invite>, PortError> = rows.items.into_iter().map(invite).collect();
        Ok(Page { items: items?, next: rows.next })
    }

    async fn find_invite(&self, token: &InviteToken) -> Result<Option<Invite>, PortError> {
        let token = token.as_str().to_owned();
        let row = self.read(move |conn| {
            Box::pin(first(conn, standing().into_boxed().filter(invites::token.eq(token))))
        });
        row.await?.map(invite).transpose()
    }

    async fn find_invite_by_id(&self, id: i64) -> Result<Option<Invite>, PortError> {
        let row =
            self.read(move |conn| Box::pin(first(conn, standing().into_boxed().filter(invites::id.eq(id)))));
        row.await?.map(invite).transpose()
    }

    async fn accept_invite(
        &self,
        token: &InviteToken,
        user_id: UserId,
        at: DateTime<Utc>,
        claim: Option<Claim>,
    ) -> Result<Accepted, PortError> {
        let token = token.as_str().to_owned();
        self.write(move |conn| Box::pin(accept(conn, token, user_id.get(), at, claim))).await
    }

    async fn revoke_invite(&self, token: &InviteToken, at: DateTime<Utc>) -> Result<(), PortError> {
        let token = token.as_str().to_owned();
        self.write(move |conn| Box::pin(revoke(conn, token, at))).await
    }
}

/// The invites that were not revoked, into groups that are there.
#[auto_type]
fn standing() -> _ {
    invites::table
        .inner_join(groups::table)
        .inner_join(users::table)
        .filter(invites::revoked_at.is_null())
        .filter(groups::deleted_at.is_null())
}

/// Some of them, in the making.
type Invites = IntoBoxed<'static, standing, Backend>;

async fn first(conn: &mut Conn, some: Invites) -> QueryResult<Option<Row>> {
    some.select((InviteRow::as_select(), groups::name, CardRow::as_select())).first(conn).await.optional()
}

async fn list(conn: &mut Conn, group: i64, page: PageRequest, now: DateTime<Utc>) -> QueryResult<Page<Row>> {
    let mut list = standing()
        .into_boxed()
        .filter(invites::group_id.eq(group))
        .filter(invites::expires_at.gt(At(now)))
        .filter(invites::used.lt(invites::max_uses));
    if let Some(place) = page.key() {
        list = list.filter(before(invites::created_at, invites::id, place));
    }
    let rows = list
        .order((invites::created_at.desc(), invites::id.desc()))
        .limit(super::surplus(page))
        .select((InviteRow::as_select(), groups::name, CardRow::as_select()))
        .load(conn)
        .await?;
    Ok(Page::from_surplus(rows, page.limit, |(row, ..): &Row| (row.created_at.0, row.id)))
}

async fn create_it(conn: &mut Conn, create: CreateInvite) -> Outcome<InviteCreated> {
    let group = create.group_id.get();
    if roster::lock_group(conn, group).await?.is_none() || !roster::moderates(conn, group, create.by).await? {
        return Ok(InviteCreated::NotAllowed);
    }
    let open: i64 = invites::table
        .filter(invites::group_id.eq(group))
        .filter(invites::revoked_at.is_null())
        .filter(invites::expires_at.gt(At(create.at)))
        .filter(invites::used.lt(invites::max_uses))
        .count()
        .get_result(conn)
        .await?;
    if open >= i64::from(create.at_most) {
        return Ok(InviteCreated::TooMany);
    }
    let id: i64 = diesel::insert_into(invites::table)
        .values(NewInviteRow::from(&create))
        .returning(invites::id)
        .get_result(conn)
        .await?;
    mark(conn, create.claim, id).await?;
    let made = first(conn, standing().into_boxed().filter(invites::id.eq(id))).await?;
    let made = made.ok_or(diesel::result::Error::NotFound)?;
    invite(made).map(InviteCreated::Done).map_err(Stop::Port)
}

async fn accept(
    conn: &mut Conn,
    token: String,
    user: i64,
    at: DateTime<Utc>,
    claim: Option<Claim>,
) -> Outcome<Accepted> {
    let one = invites::table.filter(invites::token.eq(token)).select(InviteState::as_select());
    let Some(found) = one.clone().first::<InviteState>(conn).await.optional()? else {
        return Ok(Accepted::NotFound);
    };
    let group = found.group_id;
    if found.revoked_at.is_some() || roster::lock_group(conn, group).await?.is_none() {
        return Ok(Accepted::NotFound);
    }
    let group_id = GroupId::stored(group);
    if roster::role_of(conn, group, user).await?.is_some() {
        return Ok(Accepted::AlreadyMember(group_id));
    }
    if roster::is_banned(conn, group, user, at).await? {
        return Ok(Accepted::Banned);
    }
    if found.expires_at.0 <= at {
        return Ok(Accepted::Expired);
    }
    let usable = invites::table
        .find(found.id)
        .filter(invites::revoked_at.is_null())
        .filter(invites::used.lt(invites::max_uses));
    if diesel::update(usable).set(invites::used.eq(invites::used + 1)).execute(conn).await? == 0 {
        // Revoking does without the group's lock, so which of the two it was is read again.
        let now = one.first::<InviteState>(conn).await?;
        return Ok(if now.revoked_at.is_some() { Accepted::NotFound } else { Accepted::UsedUp });
    }
    roster::admit(conn, group, user, Role::Member, at).await?;
    let maker = UserId::stored(found.created_by);
    let approved = Decision::without_reply(JoinStatus::Approved, Some(maker), at);
    roster::settle_pending_of(conn, group, user, approved, at).await?;
    mark(conn, claim, group).await?;
    Ok(Accepted::Done(group_id))
}

async fn revoke(conn: &mut Conn, token: String, at: DateTime<Utc>) -> Outcome<()> {
    let standing = invites::table.filter(invites::token.eq(token)).filter(invites::revoked_at.is_null());
    diesel::update(standing).set(invites::revoked_at.eq(Some(At(at)))).execute(conn).await?;
    Ok(())
}
