//! SQL of user pages and blocks.

use async_trait::async_trait;
use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, SelectableHelper,
    sql_types::{BigInt, Bool, Nullable, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    account::{Gender, UserCard},
    clock::Timestamp,
    error::PortError,
    id::UserId,
    page::{Page, PageRequest},
    people::{Block, BlockSet, PeopleRepository, Profile, ProfileCounts},
};

use super::{Conn, Outcome, Store, before, rows_for};
use crate::{
    rows::CardRow,
    schema::{blocks, users},
    statement::{ByHand, statement},
    types::{At, Moment, Read},
};

#[async_trait]
impl PeopleRepository for Store {
    async fn find_profile(&self, id: UserId, viewer: Option<UserId>) -> Result<Option<Profile>, PortError> {
        self.read(move |conn| Box::pin(find(conn, id, viewer))).await
    }

    async fn set_block(
        &self,
        user: UserId,
        blocked: UserId,
        on: bool,
        at: Timestamp,
    ) -> Result<BlockSet, PortError> {
        self.write(move |conn| Box::pin(set(conn, user.get(), blocked.get(), on, at))).await
    }

    async fn list_blocks(&self, user: UserId, page: PageRequest) -> Result<Page<Block>, PortError> {
        self.read(move |conn| Box::pin(list(conn, user.get(), page))).await
    }
}

statement! {
    /// `viewer` is zero if nobody is signed in. Who may read what stands in a group, [`super::access`] says.
    FindProfile(viewer: i64 as BigInt, user: i64 as BigInt) -> (
        BigInt, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Nullable<Text>, Moment,
        BigInt, BigInt, BigInt, BigInt, Bool,
    ) = "
        SELECT u.id, u.nickname, u.mobile, u.avatar_key, u.gender, u.bio, u.created_at,
            (SELECT count(*) FROM memberships m JOIN groups g ON g.id = m.group_id
                WHERE m.user_id = u.id AND g.deleted_at IS NULL
                    AND (g.visibility = 'public' OR EXISTS (
                        SELECT 1 FROM memberships h WHERE h.group_id = g.id AND h.user_id = $1))),
            (SELECT count(*) FROM posts p JOIN groups g ON g.id = p.group_id
                WHERE p.author_id = u.id AND p.deleted_at IS NULL AND g.deleted_at IS NULL
                    AND (g.visibility = 'public' OR EXISTS (
                        SELECT 1 FROM memberships h WHERE h.group_id = g.id AND h.user_id = $1))),
            (SELECT count(*) FROM questions q WHERE q.author_id = u.id AND q.deleted_at IS NULL),
            (SELECT count(*) FROM answers a JOIN questions q ON q.id = a.question_id
                WHERE a.author_id = u.id AND a.deleted_at IS NULL AND q.deleted_at IS NULL),
            EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = $1 AND b.blocked_id = u.id)
        FROM users u WHERE u.id = $2";
}

type ProfileRow = (
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Read<Gender>>,
    Option<String>,
    At,
    i64,
    i64,
    i64,
    i64,
    bool,
);

async fn find(conn: &mut Conn, id: UserId, viewer: Option<UserId>) -> QueryResult<Option<Profile>> {
    let find = FindProfile { viewer: viewer.map_or(0, UserId::get), user: id.get() };
    let row: Option<ProfileRow> = ByHand(find).get_result(conn).await.optional()?;
    Ok(row.map(|row| {
        let (id, nickname, mobile, avatar, gender, bio, created_at, ..) = row;
        let (.., groups, posts, questions, answers, blocked) = row;
        let card = UserCard::stored(UserId::stored(id), nickname.as_deref(), mobile.as_deref(), avatar);
        Profile {
            // Nothing personal is left of a deleted account; and nothing is told of one that was not cleared.
            gender: gender.map(|gender| gender.0).filter(|_| !card.deleted),
            bio: bio.filter(|_| !card.deleted),
            card,
            created_at: created_at.0,
            counts: ProfileCounts { groups, posts, questions, answers },
            blocked: viewer.map(|_| blocked),
        }
    }))
}

async fn set(conn: &mut Conn, user: i64, blocked: i64, on: bool, at: Timestamp) -> Outcome<BlockSet> {
    if !on {
        diesel::delete(blocks::table.find((user, blocked))).execute(conn).await?;
        return Ok(BlockSet::Done);
    }
    let there = locked!(
        users::table.filter(users::id.eq(blocked)).filter(users::deleted_at.is_null()).select(users::id)
    );
    if there.first::<i64>(conn).await.optional()?.is_none() {
        return Ok(BlockSet::NoSuchUser);
    }
    diesel::insert_into(blocks::table)
        .values((blocks::user_id.eq(user), blocks::blocked_id.eq(blocked), blocks::created_at.eq(At(at))))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(BlockSet::Done)
}

async fn list(conn: &mut Conn, user: i64, page: PageRequest) -> QueryResult<Page<Block>> {
    let mut list = blocks::table
        .inner_join(users::table)
        .filter(blocks::user_id.eq(user))
        .select((blocks::created_at, CardRow::as_select()))
        .into_boxed();
    if let Some(place) = page.key() {
        list = list.filter(before(blocks::created_at, blocks::blocked_id, place));
    }
    let list = list.order((blocks::created_at.desc(), blocks::blocked_id.desc()));
    let rows: Vec<(At, CardRow)> = rows_for(list, page).load(conn).await?;
    let found = Page::from_surplus(rows, page.limit, |(at, card)| (at.0, card.id));
    Ok(found.map(|(at, card)| Block { user: card.into(), created_at: at.0 }))
}
