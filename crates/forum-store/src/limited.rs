//! `LIMIT` as a literal.
//!
//! The plans of prepared statements are made once for all parameters. For `LIMIT $1` PostgreSQL then
//! plans a tenth of all rows there are, and joins whole tables for a page of twenty.

use diesel::{
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::QueryResult,
};
use forum_domain::page::{MAX_LIMIT, PageRequest};

/// How many rows are read for a page: one more than it holds tells that there is more. Few sizes, so
/// that statements stay few: a page smaller than its size leaves the rest unused.
const SIZES: [(u32, &str); 3] = [(20, " LIMIT 21"), (50, " LIMIT 51"), (MAX_LIMIT, " LIMIT 101")];

const _: () = assert!(MAX_LIMIT == 100, "the last of the sizes");

/// The first rows of a query that has no `LIMIT`, as many as [`Page::from_surplus`] needs at least.
///
/// [`Page::from_surplus`]: forum_domain::page::Page::from_surplus
pub(crate) fn rows_for<Q>(query: Q, page: PageRequest) -> Limited<Q> {
    let size = SIZES.iter().find(|(limit, _)| page.limit <= *limit);
    Limited { query, limit: size.map_or(SIZES[2].1, |(_, sql)| sql) }
}

/// A query with a literal limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited<Q> {
    query: Q,
    limit: &'static str,
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    // Several limits are of one type: the statement's text tells them apart.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(self.limit);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use diesel::{ExpressionMethods, QueryDsl, debug_query, sqlite::Sqlite};

    use super::*;
    use crate::schema::posts;

    #[test]
    fn every_page_gets_more_rows_than_it_holds() {
        for (limit, rows) in [(1, 21), (20, 21), (21, 51), (50, 51), (51, 101), (100, 101)] {
            let query = posts::table.select(posts::id).order(posts::id.desc());
            let limited = rows_for(query, PageRequest::new(limit, None).unwrap());
            let sql = debug_query::<Sqlite, _>(&limited).to_string();
            assert!(sql.contains(&format!("ORDER BY `posts`.`id` DESC LIMIT {rows} ")), "{sql}");
        }
    }
}
