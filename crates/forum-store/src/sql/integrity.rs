//! SQL of the doctor: what must hold, asked of the tables themselves, and putting it right.

mod answers;
mod content;
mod groups;
mod likes;
mod media;
mod questions;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    result::QueryResult,
    sql_query,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    integrity::{Finding, IntegrityRepository, Invariant},
};

use super::{Conn, Outcome, Store, roster};
use crate::types::{At, Moment};

#[async_trait]
impl IntegrityRepository for Store {
    async fn inspect(
        &self,
        invariant: Invariant,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Finding>, PortError> {
        self.snapshot(move |conn| Box::pin(inspect_it(conn, invariant, now, limit))).await
    }

    async fn repair(&self, finding: &Finding, now: DateTime<Utc>) -> Result<bool, PortError> {
        let (invariant, subject) = (finding.invariant, finding.subject);
        self.write(move |conn| Box::pin(repair_it(conn, invariant, subject, now))).await
    }
}

#[derive(QueryableByName)]
struct Breach {
    #[diesel(sql_type = BigInt)]
    subject: i64,
    #[diesel(sql_type = Text)]
    expected: String,
    #[diesel(sql_type = Text)]
    found: String,
}

async fn inspect_it(
    conn: &mut Conn,
    invariant: Invariant,
    now: DateTime<Utc>,
    limit: u32,
) -> QueryResult<Vec<Finding>> {
    let Some(question) = questions::breaches(invariant) else {
        return media::unnoted(conn, limit).await;
    };
    let sql = format!("{question} LIMIT {limit}");
    let breaches: Vec<Breach> = if invariant == Invariant::BannedIsOut {
        sql_query(sql).bind::<Moment, _>(At(now)).load(conn).await?
    } else {
        sql_query(sql).load(conn).await?
    };
    let finding = |Breach { subject, expected, found }| Finding { invariant, subject, expected, found };
    Ok(breaches.into_iter().map(finding).collect())
}

/// Puts one finding right, under the lock that everybody takes who moves what is wrong. A recount is a
/// statement of its own after the lock, so that it sees what the last holder of the lock left.
async fn repair_it(conn: &mut Conn, invariant: Invariant, subject: i64, now: DateTime<Utc>) -> Outcome<bool> {
    match invariant {
        Invariant::InviteUses
        | Invariant::GroupHasOwner
        | Invariant::PostHasBody
        | Invariant::ReplyPlace
        | Invariant::QuestionHasBody
        | Invariant::AnswerHasBody
        | Invariant::EventHandled
        | Invariant::ReportState
        | Invariant::ReportLogged => Ok(false),
        Invariant::MediaUseNoted => media::note(conn, subject).await,
        Invariant::MediaUseOfMedia => media::forget_uses(conn, subject).await,
        Invariant::AvatarIsMedia => media::take_off_avatar(conn, subject, now).await,
        Invariant::CoverIsMedia => media::take_off_cover(conn, subject, now).await,
        Invariant::BannedIsOut => groups::take_out_banned(conn, subject, now).await,
        Invariant::ShownOwner => groups::show_owner(conn, subject).await,
        Invariant::MemberCount => groups::recount_members(conn, subject).await,
        Invariant::PostCount => groups::recount_posts(conn, subject).await,
        Invariant::OnePendingRequest | Invariant::MemberDoesNotWait | Invariant::RequestDecided => {
            groups::repair_request(conn, invariant, subject, now).await
        }
        Invariant::PostDeletedBy => content::clear_post_deleter(conn, subject).await,
        Invariant::CommentDeletedBy => content::clear_comment_deleter(conn, subject).await,
        Invariant::ReplyCount => content::recount_replies(conn, subject).await,
        Invariant::CommentCount => content::recount_comments(conn, subject).await,
        Invariant::LastActivity => content::advance_activity(conn, subject).await,
        Invariant::OwnPostLike => likes::take_back_own_of_post(conn, subject).await,
        Invariant::OwnCommentLike => likes::take_back_own_of_comment(conn, subject).await,
        Invariant::PostLikeCount => likes::recount_of_post(conn, subject).await,
        Invariant::CommentLikeCount => likes::recount_of_comment(conn, subject).await,
        Invariant::LikeQuota => likes::raise_quotas(conn, subject).await,
        Invariant::QuestionDeletedBy => answers::clear_question_deleter(conn, subject).await,
        Invariant::AnswerDeletedBy => answers::clear_deleter(conn, subject).await,
        Invariant::AnswerReplyDeletedBy => answers::clear_reply_deleter(conn, subject).await,
        Invariant::AcceptedAnswer => answers::unaccept_deleted(conn, subject).await,
        Invariant::OwnAnswerLike => answers::take_back_own_like(conn, subject).await,
        Invariant::AnswerLikeCount => answers::recount_likes(conn, subject).await,
        Invariant::AnswerReplyCount => answers::recount_replies(conn, subject).await,
        Invariant::AnswerCount => answers::recount(conn, subject).await,
        Invariant::QuestionActivity => answers::advance_activity(conn, subject).await,
    }
}
