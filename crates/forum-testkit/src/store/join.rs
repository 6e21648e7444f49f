//! What [`JoinRepository`](forum_domain::join::JoinRepository) promises.

use std::sync::Arc;

use forum_domain::{
    group::{JoinPolicy, Role},
    id::{GroupId, JoinRequestId, UserId},
    join::{Decide, Decided, Decision, JoinStatus, RequestToJoin, Requested, Withdrawn},
    membership::{BanMember, MemberPatch, UpdateMember},
    page::PageRequest,
    store::Store,
};

use super::stage::{CALLERS, Stage, all, at, count, race};

fn is_done(requested: &Requested) -> bool {
    matches!(requested, Requested::Done(_))
}

/// A request waits for those who decide, with its reason.
pub async fn a_request_waits(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let claim = Some(stage.claim(user).await);
    let wish = RequestToJoin { claim, ..Stage::wish(group, user, 10) };
    let Requested::Done(id) = stage.store.request_to_join(wish).await.unwrap() else { panic!("not made") };
    assert_eq!(stage.fact(user).await, Some(id.get()));

    let request = stage.seen(id, user).await;
    assert_eq!((request.id, request.group_id, request.user.id), (id, group, user));
    assert_eq!((request.reason.as_str(), request.status), ("let me in", JoinStatus::Pending));
    assert_eq!((request.reply, request.decided_by, request.decided_at), (None, None, None));
    assert_eq!(request.created_at, at(10));
    assert_eq!(stage.member_ids(group).await, [owner]);
    let again = stage.store.request_to_join(Stage::wish(group, user, 11)).await.unwrap();
    assert_eq!(again, Requested::AlreadyPending);
    assert_eq!(stage.requests(group, JoinStatus::Pending).await.len(), 1);
    stage.is_sound(at(20)).await;
}

/// An open group lets in at once, and keeps the request as approved by nobody.
pub async fn an_open_group_lets_in_at_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.group(JoinPolicy::Open).await;
    let user = stage.user().await;
    let id = stage.request(group, user, 10).await;
    let request = stage.seen(id, user).await;
    assert_eq!((request.status, request.decided_at), (JoinStatus::Approved, Some(at(10))));
    assert_eq!(request.decided_by, None, "the group's policy decided");
    let member = stage.members(group).await.remove(1);
    assert_eq!((member.user.id, member.role, member.joined_at), (user, Role::Member, at(10)));
    assert_eq!(stage.view(group, None, 11).await.group.member_count, 2);
    let again = stage.store.request_to_join(Stage::wish(group, user, 11)).await.unwrap();
    assert_eq!(again, Requested::AlreadyMember);
    stage.is_sound(at(20)).await;
}

/// Who may not ask is told why, and neither a request nor a key's fact is written.
pub async fn a_wish_that_may_not_be_is_refused(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let (closed, _) = stage.group(JoinPolicy::Invite).await;
    let (user, banned) = (stage.user().await, stage.user().await);
    stage.ban(group, banned, owner, 5).await;
    let nowhere = GroupId::stored(9_999_999);
    let claim = Some(stage.claim(user).await);
    let ask = async |group, user, claim| {
        let wish = RequestToJoin { claim, ..Stage::wish(group, user, 10) };
        stage.store.request_to_join(wish).await.unwrap()
    };
    assert_eq!(ask(nowhere, user, claim).await, Requested::NoSuchGroup);
    assert_eq!(ask(closed, user, claim).await, Requested::InviteOnly);
    assert_eq!(ask(group, banned, None).await, Requested::Banned);
    assert_eq!(ask(group, owner, None).await, Requested::AlreadyMember);
    assert_eq!(stage.fact(user).await, None, "a refusal marked the key");
    for user in [user, banned, owner] {
        let made = stage.store.list_join_requests_of(user, None, PageRequest::first()).await.unwrap();
        assert_eq!(made.items, []);
    }
    let (free, other) = stage.group(JoinPolicy::Open).await;
    let void = RequestToJoin { claim: Some(stage.void_claim(other).await), ..Stage::wish(free, user, 10) };
    assert!(stage.store.request_to_join(void).await.is_err(), "a voided claim made a fact");
    assert_eq!(stage.member_ids(free).await, [other]);
    stage.is_sound(at(20)).await;
}

/// After a refusal one waits, to the microsecond; what else ended a request makes nobody wait.
pub async fn a_refusal_makes_one_wait(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let ask = async |seconds, since| {
        let wish = RequestToJoin { cooldown_since: at(since), ..Stage::wish(group, user, seconds) };
        stage.store.request_to_join(wish).await.unwrap()
    };
    let id = stage.request(group, user, 10).await;
    stage.store.decide(Stage::verdict(id, Decision::Refuse, owner, 20)).await.unwrap();
    assert_eq!(ask(40, 19).await, Requested::Cooldown);
    let Requested::Done(second) = ask(41, 20).await else { panic!("the wait was over") };
    stage.store.withdraw(second, user, at(42)).await.unwrap();
    assert!(is_done(&ask(43, 21).await), "taking a request back makes nobody wait");
    let history = stage.store.list_join_requests_of(user, None, PageRequest::first()).await.unwrap().items;
    let stands: Vec<_> = history.iter().map(|request| request.status).collect();
    assert_eq!(stands, [JoinStatus::Pending, JoinStatus::Withdrawn, JoinStatus::Refused]);
}

/// A refusal makes nobody wait who needs nobody's decision: an open group lets in at once.
pub async fn a_refusal_does_not_close_an_open_group(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    stage.request(group, user, 10).await;
    stage.set_policy(group, owner, JoinPolicy::Invite, at(20)).await;
    stage.set_policy(group, owner, JoinPolicy::Open, at(21)).await;
    let wish = RequestToJoin { cooldown_since: at(0), ..Stage::wish(group, user, 22) };
    assert!(is_done(&stage.store.request_to_join(wish).await.unwrap()));
    assert_eq!(stage.role(group, user).await, Some(Role::Member));
}

/// A request that waited too long stands in nobody's way, and can no longer be decided.
pub async fn an_expired_request_makes_way_for_a_new_one(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let old = stage.request(group, user, 10).await;
    let ask = async |seconds, since| {
        let wish = RequestToJoin { expired_since: at(since), ..Stage::wish(group, user, seconds) };
        stage.store.request_to_join(wish).await.unwrap()
    };
    assert_eq!(ask(20, 10).await, Requested::AlreadyPending, "it waits since then, not since before");
    let Requested::Done(new) = ask(21, 11).await else { panic!("the old one had expired") };
    let expired = stage.seen(old, user).await;
    assert_eq!((expired.status, expired.decided_at), (JoinStatus::Expired, Some(at(21))));
    assert_eq!(stage.seen(new, user).await.status, JoinStatus::Pending);

    let late = Decide { expired_since: at(22), ..Stage::verdict(new, Decision::Approve, owner, 30) };
    assert_eq!(stage.store.decide(late).await.unwrap(), Decided::AlreadyDecided);
    assert_eq!(stage.member_ids(group).await, [owner]);
    stage.is_sound(at(40)).await;
}

/// Approving lets in, refusing does not; either is said once, with a reply and by whom.
pub async fn a_request_is_decided_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let (wanted, unwanted) = (stage.user().await, stage.user().await);
    let (yes, no) = (stage.request(group, wanted, 10).await, stage.request(group, unwanted, 10).await);
    let decide = async |decide| stage.store.decide(decide).await.unwrap();

    let claim = Some(stage.claim(moderator).await);
    let approve = Decide { claim, ..Stage::verdict(yes, Decision::Approve, moderator, 20) };
    assert_eq!(decide(approve).await, Decided::Done);
    assert_eq!(stage.fact(moderator).await, Some(yes.get()));
    let request = stage.seen(yes, wanted).await;
    assert_eq!((request.status, request.decided_at), (JoinStatus::Approved, Some(at(20))));
    assert_eq!((request.decided_by.unwrap().id, request.reply.as_deref()), (moderator, Some("Approve")));
    assert_eq!(stage.role(group, wanted).await, Some(Role::Member));
    let member = stage.members(group).await.remove(2);
    assert_eq!((member.user.id, member.joined_at), (wanted, at(20)));

    assert_eq!(decide(Stage::verdict(no, Decision::Refuse, owner, 21)).await, Decided::Done);
    assert_eq!(stage.seen(no, unwanted).await.status, JoinStatus::Refused);
    let claim = Some(stage.claim(owner).await);
    for id in [yes, no] {
        let again = Decide { claim, ..Stage::verdict(id, Decision::Refuse, owner, 22) };
        assert_eq!(decide(again).await, Decided::AlreadyDecided);
    }
    assert_eq!(stage.fact(owner).await, None, "a refusal marked the key");
    assert_eq!(stage.seen(yes, wanted).await.status, JoinStatus::Approved);
    assert_eq!(stage.view(group, None, 30).await.group.member_count, 3);
    stage.is_sound(at(30)).await;
}

/// Only those who moderate the request's group decide it, as of this moment; to others it is not there.
pub async fn only_those_who_moderate_decide(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let (_, stranger) = stage.group(JoinPolicy::Approval).await;
    let (member, moderator) =
        (stage.member(group, Role::Member).await, stage.member(group, Role::Moderator).await);
    let user = stage.user().await;
    let id = stage.request(group, user, 10).await;
    stage.assign(group, moderator, Role::Member, at(15)).await;
    for by in [stranger, member, moderator, user] {
        let decided = stage.store.decide(Stage::verdict(id, Decision::Approve, by, 20)).await.unwrap();
        assert_eq!(decided, Decided::NotFound);
        let seen = stage.store.find_join_request(id, by).await.unwrap();
        assert_eq!(seen.is_some(), by == user);
    }
    assert!(stage.store.find_join_request(id, owner).await.unwrap().is_some());
    let never = JoinRequestId::stored(9_999_999);
    let decided = stage.store.decide(Stage::verdict(never, Decision::Approve, owner, 20)).await.unwrap();
    assert_eq!(decided, Decided::NotFound);
    assert_eq!(stage.store.find_join_request(never, owner).await.unwrap(), None);
    assert_eq!(stage.seen(id, user).await.status, JoinStatus::Pending);
}

/// Who is banned now is not let in, even by a decider whose clock is behind the asker's.
pub async fn nobody_who_is_banned_is_approved(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let until = Some(at(50));
    let ban = BanMember { group_id: group, user_id: user, until, reason: None, by: owner, at: at(5) };
    stage.store.ban_member(ban).await.unwrap();
    let id = stage.request(group, user, 50).await;
    let behind = stage.store.decide(Stage::verdict(id, Decision::Approve, owner, 49)).await.unwrap();
    assert_eq!(behind, Decided::Banned);
    assert_eq!(stage.seen(id, user).await.status, JoinStatus::Pending, "a refusal wrote something");
    let on_time = stage.store.decide(Stage::verdict(id, Decision::Approve, owner, 51)).await.unwrap();
    assert_eq!(on_time, Decided::Done);
    stage.is_sound(at(52)).await;
}

/// A request is taken back by who made it, while it waits.
pub async fn a_request_is_taken_back_by_its_maker(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let id = stage.request(group, user, 10).await;
    let withdraw = async |id, user| stage.store.withdraw(id, user, at(20)).await.unwrap();
    assert_eq!(withdraw(id, owner).await, Withdrawn::NotFound);
    assert_eq!(withdraw(JoinRequestId::stored(9_999_999), user).await, Withdrawn::NotFound);
    assert_eq!(withdraw(id, user).await, Withdrawn::Done);
    let request = stage.seen(id, user).await;
    assert_eq!((request.status, request.decided_at), (JoinStatus::Withdrawn, Some(at(20))));
    assert_eq!(withdraw(id, user).await, Withdrawn::AlreadyDecided);
    let decided = stage.store.decide(Stage::verdict(id, Decision::Approve, owner, 21)).await.unwrap();
    assert_eq!(decided, Decided::AlreadyDecided);
    stage.is_sound(at(30)).await;
}

/// Requests are listed newest first, of a group or of a user, by where they stand.
pub async fn requests_are_listed_newest_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let user = stage.user().await;
    let mut made = Vec::new();
    for seconds in [10, 20, 20, 20] {
        let other = stage.user().await;
        made.push(stage.request(group, other, seconds).await);
    }
    made.push(stage.request(group, user, 30).await);
    stage.store.decide(Stage::verdict(made[1], Decision::Refuse, owner, 40)).await.unwrap();
    let (elsewhere, _) = stage.group(JoinPolicy::Approval).await;
    let other = stage.request(elsewhere, user, 35).await;

    let ids = |requests: Vec<forum_domain::join::JoinRequest>| -> Vec<_> {
        requests.into_iter().map(|request| request.id).collect()
    };
    let everything = ids(all(|page| stage.store.list_join_requests(group, None, page)).await);
    assert_eq!(everything, [made[4], made[3], made[2], made[1], made[0]]);
    assert_eq!(ids(stage.requests(group, JoinStatus::Pending).await), [made[4], made[3], made[2], made[0]]);
    let mine = ids(all(|page| stage.store.list_join_requests_of(user, None, page)).await);
    assert_eq!(mine, [other, made[4]]);
    let refused = Some(JoinStatus::Refused);
    assert_eq!(all(|page| stage.store.list_join_requests_of(user, refused, page)).await, []);
}

/// Requests that waited too long expire, and only they.
pub async fn requests_that_waited_too_long_expire(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let users = stage.users(4).await;
    let mut made = Vec::new();
    for (user, seconds) in users.iter().zip([10, 11, 20, 21]) {
        made.push(stage.request(group, *user, seconds).await);
    }
    stage.store.decide(Stage::verdict(made[0], Decision::Refuse, owner, 15)).await.unwrap();
    assert_eq!(stage.store.expire_join_requests(at(20), at(30)).await.unwrap(), 1);
    assert_eq!(stage.store.expire_join_requests(at(20), at(31)).await.unwrap(), 0);
    let stands = async |n: usize| stage.seen(made[n], users[n]).await.status;
    assert_eq!((stands(0).await, stands(1).await), (JoinStatus::Refused, JoinStatus::Expired));
    assert_eq!((stands(2).await, stands(3).await), (JoinStatus::Pending, JoinStatus::Pending));
    assert_eq!(stage.seen(made[1], users[1]).await.decided_at, Some(at(30)));
    stage.is_sound(at(40)).await;
}

/// Of many who join an open group at once, each is in, and counted once.
pub async fn everyone_who_joins_at_once_is_counted(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let users = stage.users(CALLERS).await;
    let calls = users.iter().map(|user| {
        let (store, wish) = (Arc::clone(&stage.store), Stage::wish(group, *user, 10));
        async move { store.request_to_join(wish).await }
    });
    let answers = race(calls).await;
    assert!(answers.iter().all(is_done), "{answers:?}");
    let mut members = stage.member_ids(group).await;
    members.sort();
    assert_eq!(members, [&[owner], &users[..]].concat());
    assert_eq!(stage.view(group, None, 11).await.group.member_count, 51);
    stage.is_sound(at(11)).await;
}

/// Of many requests of one user at once, one is there: for a group that waits, and for an open one.
pub async fn one_of_many_requests_at_once_is_made(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    for (policy, refusal, members) in [
        (JoinPolicy::Approval, Requested::AlreadyPending, 1),
        (JoinPolicy::Open, Requested::AlreadyMember, 2),
    ] {
        let (group, _) = stage.group(policy).await;
        let user = stage.user().await;
        let calls = (0..CALLERS).map(|_| {
            let (store, wish) = (Arc::clone(&stage.store), Stage::wish(group, user, 10));
            async move { store.request_to_join(wish).await }
        });
        let answers = race(calls).await;
        assert_eq!(answers.iter().filter(|answer| is_done(answer)).count(), 1, "{answers:?}");
        assert_eq!(count(&answers, &refusal), CALLERS - 1, "{answers:?}");
        stage.only_request_of(user).await;
        assert_eq!(stage.view(group, None, 11).await.group.member_count, members);
    }
    stage.is_sound(at(11)).await;
}

/// Of approvals and refusals at once, one counts, and the membership is what it said.
pub async fn one_of_many_deciders_decides(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, _) = stage.group(JoinPolicy::Approval).await;
    let mut deciders: Vec<UserId> = Vec::new();
    for _ in 0..CALLERS {
        deciders.push(stage.member(group, Role::Moderator).await);
    }
    for _ in 0..4 {
        let user = stage.user().await;
        let id = stage.request(group, user, 10).await;
        let calls = deciders.iter().enumerate().map(|(n, by)| {
            let decision = if n % 2 == 0 { Decision::Approve } else { Decision::Refuse };
            let (store, decide) = (Arc::clone(&stage.store), Stage::verdict(id, decision, *by, 20));
            let by = *by;
            async move { Ok((store.decide(decide).await?, by)) }
        });
        let answers = race(calls).await;
        let winners: Vec<_> = answers.iter().filter(|(answer, _)| *answer == Decided::Done).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        let losers = answers.iter().filter(|(answer, _)| *answer == Decided::AlreadyDecided).count();
        assert_eq!(losers, CALLERS - 1, "{answers:?}");

        let request = stage.seen(id, user).await;
        assert_eq!(request.decided_by.unwrap().id, winners[0].1, "not who was told that he decided");
        assert_eq!(request.reply.unwrap() == "Approve", request.status == JoinStatus::Approved);
        let is_in = stage.role(group, user).await.is_some();
        assert_eq!(is_in, request.status == JoinStatus::Approved);
    }
    stage.is_sound(at(30)).await;
}

/// Taken back, expired and approved at once, a request ends in one of them, at whatever moment of the
/// approval the other comes.
pub async fn a_request_ends_in_one_way(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    for round in 0..4 {
        let mut asked = Vec::new();
        for _ in 0..12 {
            let (group, user) = (stage.group_of(owner, JoinPolicy::Approval).await, stage.user().await);
            asked.push((group, user, stage.request(group, user, 10).await));
        }
        let calls = asked.iter().enumerate().flat_map(|(n, asked)| [(n, *asked, true), (n, *asked, false)]);
        let calls = calls.map(|(n, (_, user, id), approves)| {
            let store = Arc::clone(&stage.store);
            async move {
                if approves {
                    let approve = Stage::verdict(id, Decision::Approve, owner, 20);
                    return Ok(u64::from(store.decide(approve).await? == Decided::Done));
                }
                // Each comes a little later than the one before.
                for _ in 0..n {
                    store.find_join_request(id, user).await?;
                }
                if n == 11 && round % 2 == 1 {
                    return store.expire_join_requests(at(11), at(20)).await;
                }
                Ok(u64::from(store.withdraw(id, user, at(20)).await? == Withdrawn::Done))
            }
        });
        assert_eq!(race(calls).await.into_iter().sum::<u64>(), 12, "each request ends once");
        for (group, user, id) in asked {
            let is_in = stage.role(group, user).await.is_some();
            assert_eq!(is_in, stage.seen(id, user).await.status == JoinStatus::Approved);
        }
    }
    stage.is_sound(at(30)).await;
}

/// A moderator who is demoted while he decides either decided before or decides nothing.
pub async fn a_demoted_moderator_decides_nothing(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    let moderator = stage.member(group, Role::Moderator).await;
    let mut requests = Vec::new();
    for user in stage.users(20).await {
        requests.push(stage.request(group, user, 10).await);
    }
    let calls = (0..=requests.len()).map(|n| {
        let store = Arc::clone(&stage.store);
        let request = requests.get(n).copied();
        async move {
            let Some(id) = request else {
                let patch = MemberPatch { role: Some(Role::Member), muted_until: None };
                let demote =
                    UpdateMember { group_id: group, user_id: moderator, patch, by: owner, at: at(20) };
                return store.update_member(demote).await.map(|_| None);
            };
            store.decide(Stage::verdict(id, Decision::Approve, moderator, 20)).await.map(Some)
        }
    });
    let answers = race(calls).await;
    let (done, gone) = (count(&answers, &Some(Decided::Done)), count(&answers, &Some(Decided::NotFound)));
    assert_eq!(done + gone, 20, "{answers:?}");
    assert_eq!(stage.requests(group, JoinStatus::Approved).await.len(), done);
    assert_eq!(stage.member_ids(group).await.len(), done + 2);
    stage.is_sound(at(30)).await;
}
