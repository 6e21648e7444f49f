//! Where a list goes on: `(time, id) < (…, …)`, which both databases use as an index condition; where
//! pinned items come first, `(pinned, time, id) < (…, …, …)`.

use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use diesel::{
    backend::Backend,
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType},
};

use crate::types::{At, Moment};

/// Items that come after this place in a list sorted by `time DESC, id DESC`.
pub(crate) const fn before<T, I>(time: T, id: I, place: (DateTime<Utc>, i64)) -> Keyset<T, I, Less> {
    Keyset { time, id, place: Place(At(place.0), place.1), sign: PhantomData }
}

/// Items that come after this place in a list sorted by `time ASC, id ASC`.
pub(crate) const fn after<T, I>(time: T, id: I, place: (DateTime<Utc>, i64)) -> Keyset<T, I, Greater> {
    Keyset { time, id, place: Place(At(place.0), place.1), sign: PhantomData }
}

/// A comparison of two columns with a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyset<T, I, S> {
    time: T,
    id: I,
    place: Place,
    sign: PhantomData<S>,
}

// The place is bound, so statements that differ only in it are one.
impl<T: QueryId, I: QueryId, S: QueryId> QueryId for Keyset<T, I, S> {
    type QueryId = Keyset<T::QueryId, I::QueryId, S::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        T::HAS_STATIC_QUERY_ID && I::HAS_STATIC_QUERY_ID && S::HAS_STATIC_QUERY_ID;
}

/// Which comparison it is.
pub(crate) trait Sign {
    /// Its SQL.
    const SQL: &'static str;
}

/// `<`
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Less;

/// `>`
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Greater;

impl Sign for Less {
    const SQL: &'static str = ") < (";
}

impl Sign for Greater {
    const SQL: &'static str = ") > (";
}

#[derive(Debug, Clone, Copy)]
struct Place(At, i64);

impl<T: Expression, I: Expression, S> Expression for Keyset<T, I, S> {
    type SqlType = Bool;
}

impl<T, I, S, GB> ValidGrouping<GB> for Keyset<T, I, S> {
    type IsAggregate = is_aggregate::Never;
}

impl<T, I, S, QS> SelectableExpression<QS> for Keyset<T, I, S>
where
    T: SelectableExpression<QS>,
    I: SelectableExpression<QS>,
{
}

impl<T, I, S, QS> AppearsOnTable<QS> for Keyset<T, I, S>
where
    T: AppearsOnTable<QS>,
    I: AppearsOnTable<QS>,
{
}

impl<T, I, S, DB> QueryFragment<DB> for Keyset<T, I, S>
where
    DB: Backend + HasSqlType<Moment>,
    T: QueryFragment<DB>,
    I: QueryFragment<DB>,
    S: Sign,
    At: ToSql<Moment, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.time.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(S::SQL);
        out.push_bind_param::<Moment, _>(&self.place.0)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.place.1)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Items that come after this place in a list sorted by `pinned DESC, time DESC, id DESC`.
pub(crate) const fn before_pinned<P, T, I>(
    pinned: P,
    time: T,
    id: I,
    place: (bool, DateTime<Utc>, i64),
) -> PinnedKeyset<P, T, I> {
    PinnedKeyset { pinned, time, id, place: (place.0, At(place.1), place.2) }
}

/// A comparison of three columns with a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PinnedKeyset<P, T, I> {
    pinned: P,
    time: T,
    id: I,
    place: (bool, At, i64),
}

// The place is bound, so statements that differ only in it are one.
impl<P: QueryId, T: QueryId, I: QueryId> QueryId for PinnedKeyset<P, T, I> {
    type QueryId = PinnedKeyset<P::QueryId, T::QueryId, I::QueryId>;
    const HAS_STATIC_QUERY_ID: bool =
        P::HAS_STATIC_QUERY_ID && T::HAS_STATIC_QUERY_ID && I::HAS_STATIC_QUERY_ID;
}

impl<P: Expression, T: Expression, I: Expression> Expression for PinnedKeyset<P, T, I> {
    type SqlType = Bool;
}

impl<P, T, I, GB> ValidGrouping<GB> for PinnedKeyset<P, T, I> {
    type IsAggregate = is_aggregate::Never;
}

impl<P, T, I, QS> SelectableExpression<QS> for PinnedKeyset<P, T, I>
where
    P: SelectableExpression<QS>,
    T: SelectableExpression<QS>,
    I: SelectableExpression<QS>,
{
}

impl<P, T, I, QS> AppearsOnTable<QS> for PinnedKeyset<P, T, I>
where
    P: AppearsOnTable<QS>,
    T: AppearsOnTable<QS>,
    I: AppearsOnTable<QS>,
{
}

impl<P, T, I, DB> QueryFragment<DB> for PinnedKeyset<P, T, I>
where
    DB: Backend + HasSqlType<Bool> + HasSqlType<Moment>,
    P: QueryFragment<DB>,
    T: QueryFragment<DB>,
    I: QueryFragment<DB>,
    bool: ToSql<Bool, DB>,
    At: ToSql<Moment, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.pinned.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.time.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(Less::SQL);
        out.push_bind_param::<Bool, _>(&self.place.0)?;
        out.push_sql(", ");
        out.push_bind_param::<Moment, _>(&self.place.1)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.place.2)?;
        out.push_sql(")");
        Ok(())
    }
}
