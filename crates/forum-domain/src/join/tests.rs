//! Asking to join, deciding, withdrawing and expiring.

use super::*;
use crate::{
    group::Role,
    id::JoinRequestId,
    page::{Page, PageRequest},
    policy::Policy,
    testing::{Ports, actor, at, flaws, group_id, join_request, refused, standing, user_id},
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

fn id() -> JoinRequestId {
    join_request(1, JoinStatus::Pending).id
}

#[test]
fn a_refusal_stands_in_the_way_for_as_long_as_it_is_said_to() {
    let policy = Policy { join_cooldown_hours: 5, ..Policy::default() };
    assert_eq!(rules::cooldown_end(at(0), &policy), at(5 * HOUR));
    // Decided at this moment it stands in the way no longer: its end is now.
    assert_eq!(rules::cooldown_end(rules::cooldown_since(at(0), &policy), &policy), at(0));
    assert_eq!(rules::expired_since(at(0), &policy), at(-30 * DAY));
}

#[test]
fn a_request_changes_its_version_once() {
    let versions = JoinStatus::ALL.map(|status| join_request(1, status).version());
    assert_eq!(versions, [1, 2, 2, 2, 2]);
}

#[pollster::test]
async fn asking_carries_the_rules_moments_to_the_store() {
    let mut ports = Ports::default();
    ports.joins.expect_request_to_join().times(1).returning(|request| {
        assert_eq!((request.user_id, request.group_id, request.at), (user_id(1), group_id(), at(0)));
        assert_eq!(request.reason, "我想加入");
        assert_eq!((request.cooldown_since, request.expired_since), (at(-DAY), at(-30 * DAY)));
        Ok(Requested::Done(id()))
    });
    let asked = ports.services().joins.request(actor(), group_id(), "\u{3000}我想加入 ", None).await;
    assert_eq!(asked.unwrap(), id());
}

#[pollster::test]
async fn a_reason_is_1_to_200_characters() {
    let mut ports = Ports::default();
    ports.joins.expect_request_to_join().times(2).returning(|_| Ok(Requested::Done(id())));
    let joins = ports.services().joins;
    for (reason, flaw) in [
        ("", Some("/reason too_short")),
        (" \n\u{3000}", Some("/reason too_short")),
        ("因", None),
        (&"因".repeat(200), None),
        (&"因".repeat(201), Some("/reason too_long")),
        ("a\0b", Some("/reason control_characters")),
    ] {
        let asked = joins.request(actor(), group_id(), reason, None).await;
        match flaw {
            None => drop(asked.unwrap()),
            Some(flaw) => assert_eq!(flaws(asked), [flaw]),
        }
    }
}

#[pollster::test]
async fn how_asking_ends_is_told() {
    for (outcome, code) in [
        (Requested::AlreadyMember, "join.already_member"),
        (Requested::AlreadyPending, "join.already_pending"),
        (Requested::Cooldown, "join.cooldown"),
        (Requested::InviteOnly, "join.invite_only"),
        (Requested::Banned, "group.banned"),
        (Requested::NoSuchGroup, "group.not_found"),
    ] {
        let mut ports = Ports::default();
        ports.joins.expect_request_to_join().returning(move |_| Ok(outcome));
        assert_eq!(refused(ports.services().joins.request(actor(), group_id(), "因", None).await), code);
    }
}

#[pollster::test]
async fn a_decision_says_who_what_and_why() {
    for (decision, typed, reply) in [
        (Decision::Approve, None, None),
        (Decision::Refuse, Some("  "), None),
        (Decision::Refuse, Some(" 人满 "), Some("人满")),
    ] {
        let mut ports = Ports::default();
        ports.joins.expect_decide().times(1).returning(move |decide| {
            assert_eq!((decide.decision, decide.reply.as_deref()), (decision, reply));
            assert_eq!((decide.by, decide.expired_since), (user_id(1), at(-30 * DAY)));
            Ok(Decided::Done)
        });
        ports.services().joins.decide(actor(), id(), decision, typed, None).await.unwrap();
    }
}

#[pollster::test]
async fn a_reply_has_at_most_200_characters() {
    let joins = Ports::default().services().joins;
    let decided = joins.decide(actor(), id(), Decision::Refuse, Some(&"人".repeat(201)), None).await;
    assert_eq!(flaws(decided), ["/reply too_long"]);
}

async fn decide(outcome: Decided, seen: Option<JoinRequest>) -> Result<(), JoinError> {
    let mut ports = Ports::default();
    ports.joins.expect_decide().returning(move |_| Ok(outcome));
    ports.joins.expect_find_join_request().returning(move |_, _| Ok(seen.clone()));
    ports.services().joins.decide(actor(), id(), Decision::Approve, None, None).await
}

#[pollster::test]
async fn a_second_decider_gets_a_conflict() {
    assert_eq!(refused(decide(Decided::AlreadyDecided, None).await), "join.already_decided");
}

#[pollster::test]
async fn a_ban_that_came_first_decided_the_request() {
    assert_eq!(refused(decide(Decided::Banned, None).await), "join.already_decided");
}

#[pollster::test]
async fn to_who_may_not_know_of_it_a_request_is_not_there() {
    assert_eq!(refused(decide(Decided::NotFound, None).await), "join.not_found");
}

#[pollster::test]
async fn nobody_decides_his_own_request() {
    let own = join_request(1, JoinStatus::Pending);
    assert_eq!(refused(decide(Decided::NotFound, Some(own)).await), "group.not_allowed");
}

async fn withdraw(
    seen: Option<JoinRequest>,
    outcome: Option<Withdrawn>,
    if_version: Option<i64>,
) -> Result<(), JoinError> {
    let mut ports = Ports::default();
    ports.joins.expect_find_join_request().returning(move |_, _| Ok(seen.clone()));
    if let Some(outcome) = outcome {
        ports.joins.expect_withdraw().times(1).returning(move |_, _, _| Ok(outcome));
    }
    ports.services().joins.withdraw(actor(), id(), if_version).await
}

#[pollster::test]
async fn a_pending_request_of_ones_own_is_withdrawn() {
    let pending = || Some(join_request(1, JoinStatus::Pending));
    withdraw(pending(), Some(Withdrawn::Done), None).await.unwrap();
    withdraw(pending(), Some(Withdrawn::Done), Some(1)).await.unwrap();
    let late = withdraw(pending(), Some(Withdrawn::AlreadyDecided), Some(1)).await;
    assert_eq!(refused(late), "join.already_decided");
}

#[pollster::test]
async fn withdrawing_again_changes_nothing() {
    withdraw(Some(join_request(1, JoinStatus::Withdrawn)), None, None).await.unwrap();
}

#[pollster::test]
async fn a_decided_request_is_not_withdrawn() {
    for status in [JoinStatus::Approved, JoinStatus::Refused, JoinStatus::Expired] {
        let late = withdraw(Some(join_request(1, status)), Some(Withdrawn::AlreadyDecided), None).await;
        assert_eq!(refused(late), "join.already_decided");
        // Who says which version he saw learns that it changed.
        let seen_before = withdraw(Some(join_request(1, status)), None, Some(1)).await;
        assert_eq!(refused(seen_before), "request.precondition_failed");
    }
}

#[pollster::test]
async fn only_who_asked_withdraws() {
    assert_eq!(refused(withdraw(None, None, None).await), "join.not_found");
    let anothers = Some(join_request(2, JoinStatus::Pending));
    assert_eq!(refused(withdraw(anothers, None, None).await), "group.not_allowed");
}

#[pollster::test]
async fn a_groups_requests_are_listed_to_those_who_moderate_it() {
    let page = PageRequest::first();
    for (found, code) in [
        (None, "group.not_found"),
        (Some(standing(None)), "group.not_member"),
        (Some(standing(Some(Role::Member))), "group.not_allowed"),
    ] {
        let joins = Ports::default().standing(found).services().joins;
        assert_eq!(refused(joins.list(actor(), group_id(), None, page).await), code);
    }
    for role in [Role::Moderator, Role::Owner] {
        let mut ports = Ports::default().standing(Some(standing(Some(role))));
        ports
            .joins
            .expect_list_join_requests()
            .times(1)
            .returning(|_, _, _| Ok(Page { items: Vec::new(), next: None }));
        ports.services().joins.list(actor(), group_id(), None, page).await.unwrap();
    }
}

#[pollster::test]
async fn what_waits_longer_than_the_policy_says_expires() {
    let mut ports =
        Ports { policy: Policy { join_request_expiry_days: 2, ..Policy::default() }, ..Ports::default() };
    ports
        .joins
        .expect_expire_join_requests()
        .withf(|since, now| (*since, *now) == (at(-2 * DAY), at(0)))
        .returning(|_, _| Ok(4));
    assert_eq!(ports.services().joins.expire().await.unwrap(), 4);
}
