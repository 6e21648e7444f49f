//! Reading reports and the log, with what their targets say, deleted or not.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl,
    SelectableHelper, result::QueryResult,
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    content::rules::excerpt,
    id::GroupId,
    moderation::{LogEntry, Report, ReportFilter, Target, TargetCard, TargetKind},
    page::{Page, PageRequest},
};

use super::super::{Conn, among, before, surplus};
use crate::{
    rows::{
        CardRow,
        moderation::{self, LogRow, ReportRow, WholeRow},
    },
    schema::{answer_replies, answers, comments, groups, moderation_log, posts, questions, reports, users},
    types::Word,
};

diesel::alias! {
    const REPORTERS: Alias<Reporters> = users as reporters;
    const AUTHORS: Alias<Authors> = users as authors;
    const RESOLVERS: Alias<Resolvers> = users as resolvers;
}

/// Reports with the cards of everybody in them.
macro_rules! whole {
    (|$reports:ident| $narrowed:expr) => {{
        let $reports = reports::table
            .left_join(REPORTERS.on(REPORTERS.field(users::id).nullable().eq(reports::reporter_id)))
            .left_join(AUTHORS.on(AUTHORS.field(users::id).nullable().eq(reports::author_id)))
            .left_join(RESOLVERS.on(RESOLVERS.field(users::id).nullable().eq(reports::resolved_by)))
            .select((
                ReportRow::as_select(),
                REPORTERS.fields(CardRow::COLUMNS).nullable(),
                AUTHORS.fields(CardRow::COLUMNS).nullable(),
                RESOLVERS.fields(CardRow::COLUMNS).nullable(),
            ));
        $narrowed
    }};
}

pub(super) async fn find(conn: &mut Conn, id: i64) -> QueryResult<Option<Report>> {
    let rows: Vec<WholeRow> = whole!(|all| all.filter(reports::id.eq(id))).load(conn).await?;
    Ok(with_targets(conn, rows).await?.pop())
}

pub(super) async fn list(
    conn: &mut Conn,
    filter: ReportFilter,
    page: PageRequest,
) -> QueryResult<Page<Report>> {
    let mut list = whole!(|all| all.into_boxed());
    if let Some(group) = filter.group_id {
        list = list.filter(reports::group_id.eq(group.get()));
    }
    if let Some(status) = filter.status {
        list = list.filter(reports::status.eq(status.word()));
    }
    if filter.for_groups {
        let post = reports::target_type.eq(TargetKind::Post.word());
        list = list.filter(post.or(reports::target_type.eq(TargetKind::Comment.word())));
    }
    if let Some(place) = page.key() {
        list = list.filter(before(reports::created_at, reports::id, place));
    }
    let rows: Vec<WholeRow> =
        list.order((reports::created_at.desc(), reports::id.desc())).limit(surplus(page)).load(conn).await?;
    let found = with_targets(conn, rows).await?;
    Ok(Page::from_surplus(found, page.limit, |report: &Report| (report.created_at, report.id.get())))
}

async fn with_targets(conn: &mut Conn, rows: Vec<WholeRow>) -> QueryResult<Vec<Report>> {
    let targets: Vec<Target> = rows.iter().map(|(row, ..)| row.target()).collect();
    let mut cards = cards(conn, &targets).await?;
    let whole = |row: WholeRow| {
        let card = card_of(&mut cards, row.0.target());
        moderation::report(row, card)
    };
    Ok(rows.into_iter().map(whole).collect())
}

pub(super) async fn log(
    conn: &mut Conn,
    group: Option<GroupId>,
    page: PageRequest,
) -> QueryResult<Page<LogEntry>> {
    let mut list = moderation_log::table.left_join(users::table).into_boxed();
    if let Some(group) = group {
        list = list.filter(moderation_log::group_id.eq(group.get()));
    }
    if let Some(place) = page.key() {
        list = list.filter(before(moderation_log::created_at, moderation_log::id, place));
    }
    let rows: Vec<(LogRow, Option<CardRow>)> = list
        .order((moderation_log::created_at.desc(), moderation_log::id.desc()))
        .limit(surplus(page))
        .select((LogRow::as_select(), Option::<CardRow>::as_select()))
        .load(conn)
        .await?;
    let targets: Vec<Target> = rows.iter().map(|(row, _)| row.target()).collect();
    let mut cards = cards(conn, &targets).await?;
    let entry = |row: (LogRow, Option<CardRow>)| {
        let card = card_of(&mut cards, row.0.target());
        moderation::entry(row, card)
    };
    let found = rows.into_iter().map(entry).collect();
    Ok(Page::from_surplus(found, page.limit, |entry: &LogEntry| (entry.created_at, entry.id)))
}

/// What targets say: title and excerpt.
type Cards = HashMap<Target, (Option<String>, Option<String>)>;

fn card_of(cards: &mut Cards, target: Target) -> TargetCard {
    let (title, excerpt) = cards.get(&target).cloned().unwrap_or_default();
    TargetCard { target, title, excerpt }
}

/// An empty text says nothing: what was erased has none.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| excerpt(text))
}

async fn cards(conn: &mut Conn, targets: &[Target]) -> QueryResult<Cards> {
    let of = |kind| -> Vec<i64> {
        targets.iter().filter(|target| target.kind == kind).map(|target| target.id).collect()
    };
    let mut cards = Cards::new();
    let ids = of(TargetKind::Post);
    if !ids.is_empty() {
        let rows: Vec<(i64, String, String)> = posts::table
            .filter(among(posts::id, &ids))
            .select((posts::id, posts::title, posts::excerpt))
            .load(conn)
            .await?;
        for (id, title, text) in rows {
            cards.insert(Target { kind: TargetKind::Post, id }, (said(&title), said(&text)));
        }
    }
    let ids = of(TargetKind::Comment);
    if !ids.is_empty() {
        let rows: Vec<(i64, String, String)> = comments::table
            .inner_join(posts::table)
            .filter(among(comments::id, &ids))
            .select((comments::id, posts::title, comments::body))
            .load(conn)
            .await?;
        for (id, title, text) in rows {
            cards.insert(Target { kind: TargetKind::Comment, id }, (said(&title), said(&text)));
        }
    }
    cards.extend(
        cards_of_questions(conn, [TargetKind::Question, TargetKind::Answer, TargetKind::AnswerReply].map(of))
            .await?,
    );
    let ids = of(TargetKind::Group);
    if !ids.is_empty() {
        let rows: Vec<(i64, String, String)> = groups::table
            .filter(among(groups::id, &ids))
            .select((groups::id, groups::name, groups::description))
            .load(conn)
            .await?;
        for (id, title, text) in rows {
            cards.insert(Target { kind: TargetKind::Group, id }, (said(&title), said(&text)));
        }
    }
    let ids = of(TargetKind::User);
    if !ids.is_empty() {
        let rows: Vec<(i64, Option<String>, Option<String>)> = users::table
            .filter(among(users::id, &ids))
            .select((users::id, users::nickname, users::bio))
            .load(conn)
            .await?;
        for (id, title, text) in rows {
            cards.insert(Target { kind: TargetKind::User, id }, (title, text.as_deref().and_then(said)));
        }
    }
    Ok(cards)
}

/// What questions, answers and replies to these say.
async fn cards_of_questions(
    conn: &mut Conn,
    [asked, answered, replied]: [Vec<i64>; 3],
) -> QueryResult<Cards> {
    type Rows = Vec<(i64, String, String)>;
    let mut cards = Cards::new();
    let mut add = |kind, rows: Rows| {
        for (id, title, text) in rows {
            cards.insert(Target { kind, id }, (said(&title), said(&text)));
        }
    };
    if !asked.is_empty() {
        let rows: Rows = questions::table
            .filter(among(questions::id, &asked))
            .select((questions::id, questions::title, questions::excerpt))
            .load(conn)
            .await?;
        add(TargetKind::Question, rows);
    }
    if !answered.is_empty() {
        let rows: Rows = answers::table
            .inner_join(questions::table)
            .filter(among(answers::id, &answered))
            .select((answers::id, questions::title, answers::excerpt))
            .load(conn)
            .await?;
        add(TargetKind::Answer, rows);
    }
    if !replied.is_empty() {
        let rows: Rows = answer_replies::table
            .inner_join(answers::table.inner_join(questions::table))
            .filter(among(answer_replies::id, &replied))
            .select((answer_replies::id, questions::title, answer_replies::body))
            .load(conn)
            .await?;
        add(TargetKind::AnswerReply, rows);
    }
    Ok(cards)
}
