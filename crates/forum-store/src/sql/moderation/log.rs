//! The moderation log: written with the deed.

use chrono::{DateTime, Utc};
use diesel::result::QueryResult;
use diesel_async::RunQueryDsl;
use forum_domain::{
    id::UserId,
    moderation::{Deed, TargetKind},
};

use super::super::Conn;
use crate::{
    rows::moderation::NewLogRow,
    schema::moderation_log,
    types::{At, Word},
};

/// A deed, with what is always said of it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    row: NewLogRow,
}

impl Line {
    /// `actor` (`None`: an operator) did this.
    pub(crate) fn new(
        actor: Option<UserId>,
        deed: Deed,
        kind: TargetKind,
        target: i64,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            row: NewLogRow {
                group_id: None,
                actor_id: actor.map(UserId::get),
                action: deed.word(),
                target_type: kind.word(),
                target_id: target,
                note: None,
                until: None,
                created_at: At(at),
            },
        }
    }

    /// In this group.
    pub(crate) fn within(mut self, group: i64) -> Self {
        self.row.group_id = Some(group);
        self
    }

    /// Saying this to it.
    pub(crate) fn saying(mut self, note: Option<String>) -> Self {
        self.row.note = note;
        self
    }

    /// For so long.
    pub(crate) fn until(mut self, until: Option<DateTime<Utc>>) -> Self {
        self.row.until = until.map(At);
        self
    }
}

/// Writes a line of the log, as part of the deed's own transaction.
pub(crate) async fn write(conn: &mut Conn, line: Line) -> QueryResult<()> {
    diesel::insert_into(moderation_log::table).values(line.row).execute(conn).await?;
    Ok(())
}
