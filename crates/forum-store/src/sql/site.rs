//! What users are on the site: who reads and who moderates what stands in no group.

use diesel::{OptionalExtension, QueryDsl, result::QueryResult};
use diesel_async::RunQueryDsl;
use forum_domain::{account::SiteRole, id::UserId, question::rules};

use super::Conn;
use crate::{schema::users, types::Read};

// The viewer, and whom somebody answers, in queries that meet authors too.
diesel::alias! {
    pub(super) const VIEWERS: Alias<Viewers> = users as viewers;
    pub(super) const RECIPIENTS: Alias<Recipients> = users as recipients;
}

/// The site role of whoever looks, as an expression: `NULL` if nobody is signed in, since nobody has the id
/// zero.
macro_rules! role_of {
    ($viewer:expr) => {
        VIEWERS.filter(VIEWERS.field(users::id).eq($viewer)).select(VIEWERS.field(users::role)).single_value()
    };
}
pub(super) use role_of;

/// His id, or that of nobody.
pub(super) fn id_of(viewer: Option<UserId>) -> i64 {
    viewer.map_or(0, UserId::get)
}

/// Whether he moderates the site, as of this statement.
pub(super) async fn moderates(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    let role: Option<Read<SiteRole>> =
        users::table.find(user.get()).select(users::role).first(conn).await.optional()?;
    Ok(role.is_some_and(|role| rules::moderates(role.0)))
}
