//! Who may read what stands in a group, and who may write there: the SQL that posts, comments and likes
//! share.
//!
//! A read says it in its one statement, in either of two shapes:
//!
//! ```text
//! // nobody is signed in
//! ….inner_join(groups::table).filter(access::open_to_all())
//! // somebody is
//! ….inner_join(groups::table)
//!     .left_join(memberships::table.on(access::his(user)))
//!     .filter(access::open_to_him())
//! ```
//!
//! A write asks for the [`standing`] of whoever writes.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, NullableExpressionMethods,
    dsl::{IsNotNull, Nullable, auto_type},
};
use forum_domain::group::{Standing, Visibility};

pub(crate) use super::group::standing;
use crate::{
    schema::{groups, memberships},
    types::Public,
};

/// That everyone may read what stands in the group of the outer query.
#[auto_type]
pub(crate) fn open_to_all() -> _ {
    groups::deleted_at.is_null().and(groups::visibility.eq(Public))
}

/// That whoever's membership is left-joined by [`his`] may read what stands in the group of the outer query.
#[auto_type]
pub(crate) fn open_to_him() -> _ {
    let is_member: IsNotNull<Nullable<memberships::user_id>> = memberships::user_id.nullable().is_not_null();
    groups::deleted_at.is_null().and(groups::visibility.eq(Public).or(is_member))
}

/// On what to left-join the membership of `user` in the group of the outer query.
#[auto_type]
pub(crate) fn his(user: i64) -> _ {
    memberships::group_id.eq(groups::id).and(memberships::user_id.eq(user))
}

/// Whether a user of this standing may read what stands in the group.
pub(crate) fn may_read(standing: &Standing) -> bool {
    standing.visibility == Visibility::Public || standing.role.is_some()
}
