//! What was found, as it is by now, for whoever may see it.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, SelectableHelper};
use diesel_async::RunQueryDsl;
use forum_domain::{
    clock::Timestamp,
    id::UserId,
    search::{Body, Found, SearchKind},
};

use super::super::{Conn, among, post};
use crate::{
    rows::{CardRow, group::GroupCardRow},
    schema::{groups, post_bodies, posts, question_bodies, questions, users},
    types::At,
};

/// Those of these that are there for `viewer`, in their order.
pub(super) async fn read(
    conn: &mut Conn,
    kind: SearchKind,
    viewer: Option<UserId>,
    now: Timestamp,
    ids: Vec<i64>,
) -> QueryResult<Vec<Found>> {
    let found = match kind {
        SearchKind::Post => read_posts(conn, viewer, &ids).await?,
        SearchKind::Question => read_questions(conn, &ids).await?,
        SearchKind::Group => read_groups(conn, &ids).await?,
        SearchKind::User => read_users(conn, now, &ids).await?,
    };
    let mut found: HashMap<i64, Found> = found.into_iter().map(|one| (one.id, one)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

async fn read_posts(conn: &mut Conn, viewer: Option<UserId>, ids: &[i64]) -> QueryResult<Vec<Found>> {
    let wanted = among(posts::id, ids);
    let columns = (
        (posts::id, posts::title, posts::created_at),
        GroupCardRow::as_select(),
        CardRow::as_select(),
        post_bodies::html,
    );
    type Row = ((i64, String, At), GroupCardRow, CardRow, String);
    let rows: Vec<Row> = match viewer {
        None => {
            let posts = post::view::for_all().inner_join(post_bodies::table);
            posts.filter(wanted).select(columns).load(conn).await?
        }
        Some(user) => {
            let posts = post::view::for_him(user.get()).inner_join(post_bodies::table);
            posts.filter(wanted).select(columns).load(conn).await?
        }
    };
    let found = rows.into_iter().map(|((id, title, created_at), group, author, html)| Found {
        id,
        title,
        title_is_searched: true,
        body: Body::Html(html),
        group: Some(group.into()),
        author: Some(author.into()),
        created_at: created_at.0,
    });
    Ok(found.collect())
}

async fn read_questions(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<Found>> {
    type Row = ((i64, String, At), CardRow, String);
    let rows: Vec<Row> = questions::table
        .inner_join(users::table)
        .inner_join(question_bodies::table)
        .filter(among(questions::id, ids))
        .filter(questions::deleted_at.is_null())
        .select((
            (questions::id, questions::title, questions::created_at),
            CardRow::as_select(),
            question_bodies::html,
        ))
        .load(conn)
        .await?;
    let found = rows.into_iter().map(|((id, title, created_at), author, html)| Found {
        id,
        title,
        title_is_searched: true,
        body: Body::Html(html),
        group: None,
        author: Some(author.into()),
        created_at: created_at.0,
    });
    Ok(found.collect())
}

async fn read_groups(conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<Found>> {
    let rows = groups::table
        .filter(among(groups::id, ids))
        .filter(groups::deleted_at.is_null())
        .select((groups::id, groups::name, groups::description, groups::created_at))
        .load::<(i64, String, String, At)>(conn)
        .await?;
    let found = rows.into_iter().map(|(id, title, description, created_at)| Found {
        id,
        title,
        title_is_searched: true,
        body: Body::Plain(description),
        group: None,
        author: None,
        created_at: created_at.0,
    });
    Ok(found.collect())
}

async fn read_users(conn: &mut Conn, now: Timestamp, ids: &[i64]) -> QueryResult<Vec<Found>> {
    let rows = users::table
        .filter(among(users::id, ids))
        .filter(users::deleted_at.is_null())
        .filter(users::suspended_until.is_null().or(users::suspended_until.le(Some(At(now)))))
        .select((CardRow::as_select(), users::nickname.is_not_null(), users::bio, users::created_at))
        .load::<(CardRow, bool, Option<String>, At)>(conn)
        .await?;
    let found = rows.into_iter().map(|(card, named, bio, created_at)| {
        let card = forum_domain::account::UserCard::from(card);
        Found {
            id: card.id.get(),
            title: card.nickname,
            title_is_searched: named,
            body: Body::Plain(bio.unwrap_or_default()),
            group: None,
            author: None,
            created_at: created_at.0,
        }
    });
    Ok(found.collect())
}
