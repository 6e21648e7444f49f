//! Claiming keys and keeping answers.

use super::*;
use crate::testing::{Ports, actor, at, refused, user_id};

const CLAIM: Claim = Claim { id: 3, attempt: 1 };

fn answer() -> Answer {
    Answer { status: 201, content_type: "application/json".into(), location: None, body: "{}".into() }
}

async fn begin(claimed: Claimed) -> Result<Begun, IdempotencyError> {
    let mut ports = Ports::default();
    ports.keys.expect_claim_key().times(1).return_once(|_| Ok(claimed));
    ports.services().idempotency.begin(actor(), "createGroup", "key", [7; 32]).await
}

#[pollster::test]
async fn a_key_is_the_users_and_the_operations_and_taken_literally() {
    let mut ports = Ports::default();
    ports.keys.expect_claim_key().times(1).returning(|claim| {
        assert_eq!(
            (claim.user_id, claim.operation, claim.key.as_str()),
            (user_id(1), "createGroup", " Key ")
        );
        assert_eq!(claim.fingerprint, [7; 32]);
        Ok(Claimed::Begun(Begun::Fresh(CLAIM)))
    });
    let begun = ports.services().idempotency.begin(actor(), "createGroup", " Key ", [7; 32]).await;
    assert_eq!(begun.unwrap(), Begun::Fresh(CLAIM));
}

#[pollster::test]
async fn a_claim_is_abandoned_after_a_minute_and_a_key_forgotten_after_a_day() {
    let mut ports = Ports::default();
    ports.keys.expect_claim_key().times(1).returning(|claim| {
        assert_eq!((claim.abandoned_since, claim.forgotten_since, claim.at), (at(-60), at(-86_400), at(0)));
        Ok(Claimed::Begun(Begun::Fresh(CLAIM)))
    });
    ports.keys.expect_prune_keys().withf(|before| *before == at(-86_400)).returning(|_| Ok(5));
    let services = ports.services();
    services.idempotency.begin(actor(), "createGroup", "key", [7; 32]).await.unwrap();
    assert_eq!(services.idempotency.prune().await.unwrap(), 5);
}

#[pollster::test]
async fn what_a_key_knows_is_told_as_it_is() {
    for begun in [Begun::Fresh(CLAIM), Begun::Answered(answer()), Begun::Happened { claim: CLAIM, fact: 9 }] {
        assert_eq!(begin(Claimed::Begun(begun.clone())).await.unwrap(), begun);
    }
}

#[pollster::test]
async fn a_key_at_work_conflicts_and_one_used_otherwise_is_invalid() {
    assert_eq!(refused(begin(Claimed::InFlight).await), "idempotency.in_flight");
    assert_eq!(refused(begin(Claimed::Mismatch).await), "idempotency.mismatch");
}

#[pollster::test]
async fn answers_and_releases_name_their_claim() {
    let mut ports = Ports::default();
    ports
        .keys
        .expect_answer_key()
        .withf(|claim, kept| *claim == CLAIM && *kept == answer())
        .times(1)
        .returning(|_, _| Ok(()));
    ports.keys.expect_release_key().withf(|claim| *claim == CLAIM).times(1).returning(|_| Ok(()));
    let keys = ports.services().idempotency;
    keys.finish(CLAIM, answer()).await.unwrap();
    keys.release(CLAIM).await.unwrap();
}
