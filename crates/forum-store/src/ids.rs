//! Rows with any of some ids: in one bound parameter, so that the statement is the same however many
//! they are, and stays prepared on both databases.

use diesel::{
    expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    sql_types::{Array, BigInt, Bool, Text},
    sqlite::Sqlite,
};

/// Rows whose id is one of these.
pub(crate) fn among<C>(column: C, ids: &[i64]) -> Among<C> {
    let listed: Vec<String> = ids.iter().map(i64::to_string).collect();
    Among { column, ids: ids.to_vec(), json: format!("[{}]", listed.join(",")) }
}

/// A column that is one of some ids.
#[derive(Debug, Clone)]
pub(crate) struct Among<C> {
    column: C,
    /// As PostgreSQL takes them.
    ids: Vec<i64>,
    /// As SQLite takes them.
    json: String,
}

// The ids are bound, so statements that differ only in them are one.
impl<C: QueryId> QueryId for Among<C> {
    type QueryId = Among<C::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: Expression> Expression for Among<C> {
    type SqlType = Bool;
}

impl<C, GB> ValidGrouping<GB> for Among<C> {
    type IsAggregate = is_aggregate::Never;
}

impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for Among<C> {}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Among<C> {}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY (");
        out.push_bind_param::<Array<BigInt>, _>(&self.ids)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT value FROM json_each(");
        out.push_bind_param::<Text, _>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}
