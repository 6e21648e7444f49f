//! SQL of searching: reading what entries are made of and what was found. How words are kept and found
//! differs by database: `search.rs` of each back end.

mod found;
pub(crate) mod kind;
mod source;

use async_trait::async_trait;
use diesel::{ExpressionMethods, QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    search::{Entry, Find, Found, SearchKind, SearchRepository, Source},
};

use super::{super::search as words, Conn, Outcome, Store};
use crate::{
    schema::search_documents,
    statement::{ByHand, statement},
};
use diesel::sql_types::{BigInt, Integer};

use kind::{Groups, Kind, Posts, Questions, Users};

/// Calls a function for the kind of subject that is meant.
macro_rules! of_kind {
    ($kind:expr, $($function:ident)::+, $($argument:expr),*) => {
        match $kind {
            SearchKind::Post => $($function)::+::<Posts>($($argument),*).await,
            SearchKind::Question => $($function)::+::<Questions>($($argument),*).await,
            SearchKind::Group => $($function)::+::<Groups>($($argument),*).await,
            SearchKind::User => $($function)::+::<Users>($($argument),*).await,
        }
    };
}

#[async_trait]
impl SearchRepository for Store {
    async fn search_sources(&self, kind: SearchKind, ids: &[i64]) -> Result<Vec<Source>, PortError> {
        let ids = ids.to_vec();
        self.read(move |conn| Box::pin(source::read(conn, kind, ids))).await
    }

    async fn put_entries(
        &self,
        kind: SearchKind,
        ids: &[i64],
        entries: Vec<Entry>,
    ) -> Result<Vec<i64>, PortError> {
        let ids = ids.to_vec();
        self.write(move |conn| Box::pin(put(conn, kind, ids, entries))).await
    }

    async fn out_of_step(
        &self,
        kind: SearchKind,
        scheme: i32,
        after: i64,
        limit: u32,
    ) -> Result<Vec<i64>, PortError> {
        self.read(move |conn| Box::pin(strays(conn, kind, scheme, after, limit))).await
    }

    async fn astray(
        &self,
        kind: SearchKind,
        scheme: i32,
        after: i64,
        limit: u32,
    ) -> Result<Vec<i64>, PortError> {
        self.read(move |conn| Box::pin(settled_strays(conn, kind, scheme, after, limit))).await
    }

    async fn outdate_entries(&self) -> Result<(), PortError> {
        self.write(move |conn| Box::pin(outdate(conn))).await
    }

    async fn rank_found(&self, find: &Find, limit: u32) -> Result<Vec<i64>, PortError> {
        if find.query.parts.is_empty() {
            return Ok(Vec::new());
        }
        let find = find.clone();
        let ranked =
            self.read(move |conn| Box::pin(async move { of_kind!(find.kind, words::rank, conn, &find) }));
        let mut ids: Vec<i64> = ranked.await?;
        ids.truncate(limit as usize);
        Ok(ids)
    }

    async fn find_found(&self, find: &Find, ids: &[i64]) -> Result<Vec<Found>, PortError> {
        let (kind, viewer, now, ids) = (find.kind, find.viewer, find.now, ids.to_vec());
        self.read(move |conn| Box::pin(found::read(conn, kind, viewer, now, ids))).await
    }
}

/// The subjects' rows are locked first, so that nobody changes or deletes them before the entries are there.
async fn put(conn: &mut Conn, kind: SearchKind, ids: Vec<i64>, entries: Vec<Entry>) -> Outcome<Vec<i64>> {
    let there = source::lock(conn, kind, &ids).await?;
    let (mut right, mut gone, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    let mut entries: std::collections::HashMap<i64, Entry> =
        entries.into_iter().map(|entry| (entry.id, entry)).collect();
    for id in ids {
        match (there.get(&id), entries.remove(&id)) {
            (None, _) => gone.push(id),
            (Some(version), Some(entry)) if entry.version == *version => right.push(entry),
            (Some(_), _) => changed.push(id),
        }
    }
    if !gone.is_empty() {
        diesel::delete(search_documents::table)
            .filter(search_documents::kind.eq(kind.as_str()))
            .filter(super::among(search_documents::subject_id, &gone))
            .execute(conn)
            .await?;
        of_kind!(kind, words::remove, conn, &gone)?;
    }
    if !right.is_empty() {
        of_kind!(kind, words::write, conn, &right)?;
    }
    Ok(changed)
}

async fn outdate(conn: &mut Conn) -> Outcome<()> {
    diesel::update(search_documents::table).set(search_documents::scheme.eq(0)).execute(conn).await?;
    Ok(())
}

async fn strays(
    conn: &mut Conn,
    kind: SearchKind,
    scheme: i32,
    after: i64,
    limit: u32,
) -> QueryResult<Vec<i64>> {
    of_kind!(kind, strays_of, conn, scheme, after, limit)
}

async fn settled_strays(
    conn: &mut Conn,
    kind: SearchKind,
    scheme: i32,
    after: i64,
    limit: u32,
) -> QueryResult<Vec<i64>> {
    of_kind!(kind, settled_strays_of, conn, scheme, after, limit)
}

statement! {
    /// See [`kind::STRAYS`]; those of which no event waits.
    SettledStrays<K: Kind>(after: i64 as BigInt, scheme: i32 as Integer, limit: i64 as BigInt)
        -> BigInt = &K::texts().settled_strays;

    /// See [`kind::STRAYS`].
    Strays<K: Kind>(after: i64 as BigInt, scheme: i32 as Integer, limit: i64 as BigInt)
        -> BigInt = &K::texts().strays;
}

async fn strays_of<K: Kind>(conn: &mut Conn, scheme: i32, after: i64, limit: u32) -> QueryResult<Vec<i64>> {
    let strays = Strays { after, scheme, limit: i64::from(limit), kind: std::marker::PhantomData::<K> };
    ByHand(strays).load(conn).await
}

async fn settled_strays_of<K: Kind>(
    conn: &mut Conn,
    scheme: i32,
    after: i64,
    limit: u32,
) -> QueryResult<Vec<i64>> {
    let limit = i64::from(limit);
    let strays = SettledStrays { after, scheme, limit, kind: std::marker::PhantomData::<K> };
    ByHand(strays).load(conn).await
}
