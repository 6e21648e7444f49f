//! SQL of idempotency keys.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, SelectableHelper};
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    idempotency::{Answer, Begun, Claim, ClaimKey, Claimed, IdempotencyRepository},
};

use super::{Conn, Outcome, Stop, Store, speakable};
use crate::{
    rows::idempotency::{KeyRow, NewKeyRow},
    schema::idempotency_keys as keys,
    types::At,
};

#[async_trait]
impl IdempotencyRepository for Store {
    async fn claim_key(&self, claim: ClaimKey) -> Result<Claimed, PortError> {
        self.write(move |conn| Box::pin(claim_it(conn, claim))).await
    }

    async fn answer_key(&self, claim: Claim, answer: Answer) -> Result<(), PortError> {
        self.write(move |conn| Box::pin(answer_it(conn, claim, answer))).await
    }

    async fn release_key(&self, claim: Claim) -> Result<(), PortError> {
        self.write(move |conn| Box::pin(release(conn, claim))).await
    }

    async fn prune_keys(&self, before: DateTime<Utc>) -> Result<u64, PortError> {
        self.write(move |conn| Box::pin(prune(conn, before))).await
    }
}

/// Marks the key of a claim with its fact, in the fact's transaction. Without a claim there is nothing
/// to mark.
///
/// # Errors
/// If the claim is no longer the key's, or its fact happened already: the caller MUST pass this on, so
/// that the fact is rolled back; the port's caller is told `Unavailable` and finds the other's answer
/// when he tries again.
pub(crate) async fn mark<T>(conn: &mut Conn, claim: Option<Claim>, fact: i64) -> Result<(), Stop<T>> {
    let Some(claim) = claim else { return Ok(()) };
    let marked = diesel::update(keys::table)
        .filter(keys::id.eq(claim.id))
        .filter(keys::attempt.eq(claim.attempt))
        .filter(keys::fact.is_null())
        .set(keys::fact.eq(Some(fact)))
        .execute(conn)
        .await?;
    if marked == 1 {
        Ok(())
    } else {
        Err(Stop::Port(PortError::unavailable("the idempotency key was claimed anew meanwhile")))
    }
}

async fn claim_it(conn: &mut Conn, claim: ClaimKey) -> Outcome<Claimed> {
    let key = speakable(&claim.key);
    let fresh = diesel::insert_into(keys::table)
        .values(NewKeyRow::new(&claim, &key))
        .on_conflict_do_nothing()
        .returning(keys::id)
        .get_result::<i64>(conn)
        .await
        .optional()?;
    if let Some(id) = fresh {
        return Ok(Claimed::Begun(Begun::Fresh(Claim { id, attempt: 1 })));
    }
    let found = locked!(
        keys::table
            .filter(keys::user_id.eq(claim.user_id.get()))
            .filter(keys::operation.eq(claim.operation))
            .filter(keys::key.eq(&key))
            .select(KeyRow::as_select())
    )
    .first(conn)
    .await
    .optional()?;
    let Some(row) = found else {
        // Released or pruned between the two statements.
        return Err(Stop::Port(PortError::unavailable("the idempotency key was released just now")));
    };
    let forgotten = row.created_at.0 < claim.forgotten_since;
    if !forgotten && row.fingerprint != claim.fingerprint {
        return Ok(Claimed::Mismatch);
    }
    let abandoned = row.fact.is_none() && row.claimed_at.0 < claim.abandoned_since;
    let mine = Claim { id: row.id, attempt: row.attempt };
    match row.fact {
        _ if forgotten => begin_anew(conn, &claim, row.id, row.attempt + 1).await,
        fact => match (row.answer(), fact) {
            (Some(answer), _) => Ok(Claimed::Begun(Begun::Answered(answer))),
            (None, Some(fact)) => Ok(Claimed::Begun(Begun::Happened { claim: mine, fact })),
            (None, None) if abandoned => begin_anew(conn, &claim, mine.id, mine.attempt + 1).await,
            (None, None) => Ok(Claimed::InFlight),
        },
    }
}

/// Claims a key again that was abandoned or forgotten; the claim before is void from now on.
async fn begin_anew(conn: &mut Conn, claim: &ClaimKey, id: i64, attempt: i64) -> Outcome<Claimed> {
    diesel::update(keys::table.find(id))
        .set((
            keys::attempt.eq(attempt),
            keys::fingerprint.eq(claim.fingerprint.to_vec()),
            keys::claimed_at.eq(At(claim.at)),
            keys::created_at.eq(At(claim.at)),
            keys::fact.eq(None::<i64>),
            keys::status.eq(None::<i32>),
            keys::content_type.eq(None::<String>),
            keys::location.eq(None::<String>),
            keys::body.eq(None::<String>),
        ))
        .execute(conn)
        .await?;
    Ok(Claimed::Begun(Begun::Fresh(Claim { id, attempt })))
}

async fn answer_it(conn: &mut Conn, claim: Claim, answer: Answer) -> Outcome<()> {
    diesel::update(keys::table)
        .filter(keys::id.eq(claim.id))
        .filter(keys::attempt.eq(claim.attempt))
        .filter(keys::status.is_null())
        .set((
            keys::status.eq(Some(i32::from(answer.status))),
            keys::content_type.eq(Some(speakable(&answer.content_type))),
            keys::location.eq(answer.location.as_deref().map(speakable)),
            keys::body.eq(Some(speakable(&answer.body))),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn release(conn: &mut Conn, claim: Claim) -> Outcome<()> {
    diesel::delete(keys::table)
        .filter(keys::id.eq(claim.id))
        .filter(keys::attempt.eq(claim.attempt))
        .filter(keys::fact.is_null())
        .filter(keys::status.is_null())
        .execute(conn)
        .await?;
    Ok(())
}

async fn prune(conn: &mut Conn, before: DateTime<Utc>) -> Outcome<u64> {
    let oldest = keys::table
        .filter(keys::created_at.lt(At(before)))
        .order((keys::created_at, keys::id))
        .limit(1_000)
        .select(keys::id)
        .load::<i64>(conn)
        .await?;
    let pruned = diesel::delete(keys::table)
        .filter(keys::id.eq_any(oldest))
        .filter(keys::created_at.lt(At(before)))
        .execute(conn)
        .await?;
    Ok(pruned as u64)
}
