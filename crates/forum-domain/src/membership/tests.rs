//! Who may do what to whom, and listing, changing, removing, transferring and banning.

use super::*;
use crate::{
    group::Role,
    page::{Page, PageRequest},
    testing::{Ports, actor, at, card, flaws, group_id, refused, standing, user_id},
};

const MEMBER: Role = Role::Member;
const MODERATOR: Role = Role::Moderator;
const OWNER: Role = Role::Owner;
const ROLES: [Role; 3] = [MEMBER, MODERATOR, OWNER];
const WHO: [Option<Role>; 4] = [None, Some(MEMBER), Some(MODERATOR), Some(OWNER)];

#[test]
fn a_role_outranks_those_below_it_and_not_its_like() {
    let table = ROLES.map(|one| ROLES.map(|other| rules::outranks(one, other)));
    assert_eq!(table, [[false, false, false], [true, false, false], [true, true, false]]);
}

#[test]
fn only_owners_give_roles_to_anybody_and_themselves() {
    for new in ROLES {
        let patch = MemberPatch { role: Some(new), muted_until: None };
        for by in WHO {
            for target in ROLES {
                for of_oneself in [false, true] {
                    assert_eq!(
                        rules::may_change(by, of_oneself, target, &patch),
                        by == Some(OWNER),
                        "{by:?} makes {target:?} {new:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn those_who_moderate_mute_and_unmute_those_below_them() {
    for until in [Some(at(1)), None] {
        let patch = MemberPatch { role: None, muted_until: Some(until) };
        let table = WHO.map(|by| ROLES.map(|target| rules::may_change(by, false, target, &patch)));
        assert_eq!(table, [[false; 3], [false; 3], [true, false, false], [true, true, false]]);
        // Nobody ends his own mute.
        assert!(WHO.iter().all(|by| ROLES.iter().all(|of| !rules::may_change(*by, true, *of, &patch))));
    }
}

#[test]
fn a_role_and_a_mute_together_need_both_rights() {
    let both = MemberPatch { role: Some(MEMBER), muted_until: Some(Some(at(1))) };
    let table = WHO.map(|by| ROLES.map(|target| rules::may_change(by, false, target, &both)));
    assert_eq!(table, [[false; 3], [false; 3], [false; 3], [true, true, false]]);
}

#[test]
fn everyone_leaves_owners_remove_all_and_moderators_those_below() {
    let (one, other) = (user_id(1), user_id(2));
    let table = WHO.map(|by| ROLES.map(|target| rules::may_remove(by, one, other, target)));
    assert_eq!(table, [[false; 3], [false; 3], [true, false, false], [true, true, true]]);
    for role in ROLES {
        assert!(rules::may_remove(Some(role), one, one, role));
    }
}

#[test]
fn those_who_moderate_ban_those_below_them_and_strangers_never_themselves() {
    let table = WHO.map(|by| WHO.map(|target| rules::may_ban(by, false, target)));
    assert_eq!(table, [[false; 4], [false; 4], [true, true, false, false], [true, true, true, false]]);
    assert!(WHO.iter().all(|by| WHO.iter().all(|target| !rules::may_ban(*by, true, *target))));
}

fn ports(role: Option<Role>) -> Ports {
    Ports::default().standing(Some(standing(role)))
}

fn member() -> Member {
    Member { user: card(2), role: MEMBER, joined_at: at(-9), muted_until: None }
}

const ROLE: MemberPatch = MemberPatch { role: Some(MODERATOR), muted_until: None };

fn mute(until: i64) -> MemberPatch {
    MemberPatch { role: None, muted_until: Some(Some(at(until))) }
}

#[pollster::test]
async fn members_are_listed_to_whoever_may_read_the_group() {
    let page = PageRequest::first();
    let outsider = ports(None).services().members;
    assert_eq!(refused(outsider.list(Some(actor()), group_id(), None, page).await), "group.not_member");
    assert_eq!(refused(outsider.list(None, group_id(), None, page).await), "auth.required");
    let mut readable = ports(Some(MEMBER));
    readable
        .members
        .expect_list_members()
        .returning(|_, _, _| Ok(Page { items: vec![member()], next: None }));
    let listed = readable.services().members.list(Some(actor()), group_id(), None, page).await.unwrap();
    assert_eq!(listed.items, [member()]);
    let gone = Ports::default().standing(None).services().members;
    assert_eq!(refused(gone.list(Some(actor()), group_id(), None, page).await), "group.not_found");
}

#[pollster::test]
async fn changing_a_member_is_refused_by_what_is_missing() {
    let cases = [
        (None, ROLE, "group.not_member"),
        (Some(MEMBER), ROLE, "group.not_allowed"),
        (Some(MODERATOR), ROLE, "group.not_allowed"),
        (None, mute(60), "group.not_member"),
        (Some(MEMBER), mute(60), "group.not_allowed"),
    ];
    for (role, patch, code) in cases {
        let changed = ports(role).services().members.update(actor(), group_id(), user_id(2), patch).await;
        assert_eq!(refused(changed), code, "{role:?} {patch:?}");
    }
}

#[pollster::test]
async fn how_changing_a_member_ends_is_told() {
    let cases = [
        (mute(60), MemberUpdated::NotAllowed, "member.outranked"),
        (ROLE, MemberUpdated::NotAllowed, "group.not_allowed"),
        (ROLE, MemberUpdated::LastOwner, "group.last_owner"),
        (ROLE, MemberUpdated::NoSuchMember, "member.not_found"),
    ];
    for (patch, outcome, code) in cases {
        let mut ports = ports(Some(OWNER));
        ports.members.expect_update_member().return_once(|_| Ok(outcome));
        let changed = ports.services().members.update(actor(), group_id(), user_id(2), patch).await;
        assert_eq!(refused(changed), code);
    }
}

#[pollster::test]
async fn a_mute_must_end_in_the_future() {
    let members = ports(Some(OWNER)).services().members;
    for past in [0, -1] {
        let changed = members.update(actor(), group_id(), user_id(2), mute(past)).await;
        assert_eq!(flaws(changed), ["/muted_until out_of_range"]);
    }
    let mut ports = ports(Some(MODERATOR));
    ports.members.expect_update_member().times(2).returning(|update| {
        assert_eq!((update.user_id, update.by, update.at), (user_id(2), user_id(1), at(0)));
        Ok(MemberUpdated::Done(member()))
    });
    let members = ports.services().members;
    members.update(actor(), group_id(), user_id(2), mute(1)).await.unwrap();
    let unmute = MemberPatch { role: None, muted_until: Some(None) };
    members.update(actor(), group_id(), user_id(2), unmute).await.unwrap();
}

#[pollster::test]
async fn removing_others_is_for_those_who_moderate_and_leaving_for_everyone() {
    for (role, code) in [(None, "group.not_member"), (Some(MEMBER), "group.not_allowed")] {
        let removed = ports(role).services().members.remove(actor(), group_id(), user_id(2)).await;
        assert_eq!(refused(removed), code);
    }
    for role in ROLES {
        let mut ports = ports(Some(role));
        ports.members.expect_remove_member().times(1).returning(|_, _, _, _| Ok(MemberRemoved::Done));
        ports.services().members.remove(actor(), group_id(), user_id(1)).await.unwrap();
    }
    let stranger = ports(None).services().members;
    assert_eq!(refused(stranger.remove(actor(), group_id(), user_id(1)).await), "member.not_found");
}

#[pollster::test]
async fn how_removing_a_member_ends_is_told() {
    for (outcome, code) in [
        (MemberRemoved::NotAllowed, "member.outranked"),
        (MemberRemoved::LastOwner, "group.last_owner"),
        (MemberRemoved::NoSuchMember, "member.not_found"),
    ] {
        let mut ports = ports(Some(OWNER));
        ports.members.expect_remove_member().returning(move |_, _, _, _| Ok(outcome));
        assert_eq!(refused(ports.services().members.remove(actor(), group_id(), user_id(2)).await), code);
    }
}

#[pollster::test]
async fn owners_hand_a_group_over_to_another_member() {
    for (role, code) in [
        (None, "group.not_member"),
        (Some(MEMBER), "group.not_allowed"),
        (Some(MODERATOR), "group.not_allowed"),
    ] {
        let handed = ports(role).services().members.transfer(actor(), group_id(), user_id(2), None).await;
        assert_eq!(refused(handed), code);
    }
    let to_oneself =
        ports(Some(OWNER)).services().members.transfer(actor(), group_id(), user_id(1), None).await;
    assert_eq!(flaws(to_oneself), ["/user_id not_allowed"]);
    for (outcome, code) in
        [(Transferred::NotAllowed, "group.not_allowed"), (Transferred::NoSuchMember, "member.not_found")]
    {
        let mut ports = ports(Some(OWNER));
        ports.members.expect_transfer_group().returning(move |_| Ok(outcome));
        let handed = ports.services().members.transfer(actor(), group_id(), user_id(2), None).await;
        assert_eq!(refused(handed), code);
    }
}

#[pollster::test]
async fn a_ban_names_every_wrong_field() {
    let reason = "长".repeat(201);
    let members = ports(Some(OWNER)).services().members;
    let banned = members.ban(actor(), group_id(), user_id(2), Some(at(0)), Some(&reason)).await;
    assert_eq!(flaws(banned), ["/reason too_long", "/until out_of_range"]);
}

#[pollster::test]
async fn bans_are_made_lifted_and_seen_by_those_who_moderate() {
    for (role, code) in [(None, "group.not_member"), (Some(MEMBER), "group.not_allowed")] {
        let members = ports(role).services().members;
        assert_eq!(refused(members.ban(actor(), group_id(), user_id(2), None, None).await), code);
        assert_eq!(refused(members.unban(actor(), group_id(), user_id(2)).await), code);
        assert_eq!(refused(members.bans(actor(), group_id(), PageRequest::first()).await), code);
    }
    let mut ports = ports(Some(MODERATOR));
    ports.members.expect_ban_member().times(1).returning(|ban| {
        assert_eq!((ban.until, ban.reason.as_deref(), ban.by), (Some(at(1)), Some("广告"), user_id(1)));
        Ok(BanSet::Done)
    });
    ports.members.expect_unban_member().times(1).returning(|_, _, _, _| Ok(true));
    let members = ports.services().members;
    members.ban(actor(), group_id(), user_id(2), Some(at(1)), Some(" 广告 ")).await.unwrap();
    members.unban(actor(), group_id(), user_id(2)).await.unwrap();
}

#[pollster::test]
async fn how_banning_ends_is_told() {
    for (outcome, code) in
        [(BanSet::NotAllowed, "member.outranked"), (BanSet::NoSuchUser, "account.not_found")]
    {
        let mut ports = ports(Some(MODERATOR));
        ports.members.expect_ban_member().returning(move |_| Ok(outcome));
        let banned = ports.services().members.ban(actor(), group_id(), user_id(2), None, None).await;
        assert_eq!(refused(banned), code);
    }
    let mut demoted = ports(Some(MODERATOR));
    demoted.members.expect_unban_member().returning(|_, _, _, _| Ok(false));
    let unbanned = demoted.services().members.unban(actor(), group_id(), user_id(2)).await;
    assert_eq!(refused(unbanned), "group.not_allowed");
}

#[pollster::test]
async fn an_operator_gives_roles_but_takes_no_groups_last_owner() {
    for (outcome, code) in
        [(MemberUpdated::LastOwner, "group.last_owner"), (MemberUpdated::NoSuchMember, "member.not_found")]
    {
        let mut ports = Ports::default();
        ports.members.expect_assign_role().return_once(|_, _, _, _| Ok(outcome));
        assert_eq!(refused(ports.services().members.assign(group_id(), user_id(2), MEMBER).await), code);
    }
}
