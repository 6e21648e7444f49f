//! What entries are made of, as it is by now.

use std::collections::HashMap;

use diesel::{ExpressionMethods, QueryDsl, QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::search::{Body, SearchKind, Source};

use super::super::{Conn, among};
use crate::schema::{groups, post_bodies, posts, question_bodies, questions, users};

/// Those that are there.
pub(super) async fn read(conn: &mut Conn, kind: SearchKind, ids: Vec<i64>) -> QueryResult<Vec<Source>> {
    match kind {
        SearchKind::Post => {
            let rows = posts::table
                .inner_join(post_bodies::table)
                .filter(among(posts::id, &ids))
                .filter(posts::deleted_at.is_null())
                .select((posts::id, posts::version, posts::title, post_bodies::html))
                .load::<(i64, i64, String, String)>(conn)
                .await?;
            Ok(sources(rows, Body::Html))
        }
        SearchKind::Question => {
            let rows = questions::table
                .inner_join(question_bodies::table)
                .filter(among(questions::id, &ids))
                .filter(questions::deleted_at.is_null())
                .select((questions::id, questions::version, questions::title, question_bodies::html))
                .load::<(i64, i64, String, String)>(conn)
                .await?;
            Ok(sources(rows, Body::Html))
        }
        SearchKind::Group => {
            let rows = groups::table
                .filter(among(groups::id, &ids))
                .filter(groups::deleted_at.is_null())
                .select((groups::id, groups::version, groups::name, groups::description))
                .load::<(i64, i64, String, String)>(conn)
                .await?;
            Ok(sources(rows, Body::Plain))
        }
        SearchKind::User => {
            let rows = users::table
                .filter(among(users::id, &ids))
                .filter(users::deleted_at.is_null())
                .select((users::id, users::version, users::nickname, users::bio))
                .load::<(i64, i64, Option<String>, Option<String>)>(conn)
                .await?;
            let told = rows.into_iter().map(|(id, version, nickname, bio)| {
                (id, version, nickname.unwrap_or_default(), bio.unwrap_or_default())
            });
            Ok(sources(told, Body::Plain))
        }
    }
}

fn sources(
    rows: impl IntoIterator<Item = (i64, i64, String, String)>,
    body: impl Fn(String) -> Body,
) -> Vec<Source> {
    let source = |(id, version, title, text)| Source { id, version, title, body: body(text) };
    rows.into_iter().map(source).collect()
}

/// Locks those that are there, in the lock order, and tells their versions.
pub(super) async fn lock(conn: &mut Conn, kind: SearchKind, ids: &[i64]) -> QueryResult<HashMap<i64, i64>> {
    macro_rules! versions {
        ($table:ident) => {
            locked!(
                $table::table
                    .filter(among($table::id, ids))
                    .filter($table::deleted_at.is_null())
                    .order($table::id)
                    .select(($table::id, $table::version))
            )
            .load::<(i64, i64)>(conn)
            .await?
        };
    }
    let rows = match kind {
        SearchKind::Post => versions!(posts),
        SearchKind::Question => versions!(questions),
        SearchKind::Group => versions!(groups),
        SearchKind::User => versions!(users),
    };
    Ok(rows.into_iter().collect())
}
