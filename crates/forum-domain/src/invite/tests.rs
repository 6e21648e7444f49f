//! Making, showing, accepting and revoking invites.

use super::*;
use crate::{
    group::{GroupName, Role},
    testing::{CountingRandom, Ports, actor, at, card, flaws, group_id, refused, standing, user_id},
};

const DAY: i64 = 86_400;

fn invite() -> Invite {
    Invite {
        id: 4,
        token: InviteToken::parse(&"0".repeat(32)).unwrap(),
        group_id: group_id(),
        group_name: GroupName::parse("Rust").unwrap(),
        max_uses: 2,
        used: 1,
        expires_at: at(60),
        created_by: card(9),
        created_at: at(-60),
    }
}

#[test]
fn a_token_is_128_bits_in_hexadecimal() {
    let token = rules::draw(&CountingRandom::from(0x1122_3344_5566_7788));
    assert_eq!(token.as_str(), "88776655443322118977665544332211");
    assert_eq!(InviteToken::parse(token.as_str()), Some(token));
}

#[test]
fn what_is_no_token_of_ours_is_not_looked_up() {
    for text in
        ["", "abc", &"A".repeat(32), &"g".repeat(32), &"0".repeat(33), &"０".repeat(32), "%' OR 1=1 --"]
    {
        assert_eq!(InviteToken::parse(text), None, "{text}");
    }
}

#[test]
fn debug_shows_no_token() {
    assert!(!format!("{:?}", invite()).contains("00000000"));
}

#[test]
fn an_invite_lets_in_1_to_10_000() {
    assert_eq!([1, 10_000].map(rules::uses), [Ok(1), Ok(10_000)]);
    for bad in [0, -1, 10_001, i64::MAX, i64::MIN, 1 << 32 | 5] {
        assert_eq!(rules::uses(bad).unwrap_err().max, Some(10_000), "{bad}");
    }
}

#[test]
fn an_invite_ends_in_the_future_and_within_a_year() {
    for fine in [1, 365 * DAY] {
        assert_eq!(rules::expiry(at(fine), at(0)), Ok(at(fine)));
    }
    for bad in [0, -1, 365 * DAY + 1] {
        assert_eq!(rules::expiry(at(bad), at(0)).unwrap_err().code, "out_of_range");
    }
}

fn ports(role: Role) -> Ports {
    Ports::default().standing(Some(standing(Some(role))))
}

#[pollster::test]
async fn those_who_moderate_make_invites() {
    let mut ports = ports(Role::Moderator);
    ports.invites.expect_create_invite().times(1).returning(|create| {
        assert_eq!((create.max_uses, create.expires_at, create.by), (3, at(DAY), user_id(1)));
        assert_eq!(create.at_most, 100);
        Ok(InviteCreated::Done(invite()))
    });
    ports.services().invites.create(actor(), group_id(), 3, at(DAY), None).await.unwrap();
}

#[pollster::test]
async fn an_invite_to_be_made_names_every_wrong_field() {
    let made = ports(Role::Owner).services().invites.create(actor(), group_id(), 0, at(0), None).await;
    assert_eq!(flaws(made), ["/max_uses out_of_range", "/expires_at out_of_range"]);
}

#[pollster::test]
async fn others_neither_make_nor_see_nor_revoke_invites() {
    for (found, code) in [
        (None, "group.not_found"),
        (Some(standing(None)), "group.not_member"),
        (Some(standing(Some(Role::Member))), "group.not_allowed"),
    ] {
        let mut ports = Ports::default().standing(found);
        ports.invites.expect_find_invite().returning(|_| Ok(Some(invite())));
        let invites = ports.services().invites;
        assert_eq!(refused(invites.create(actor(), group_id(), 1, at(DAY), None).await), code);
        assert_eq!(refused(invites.list(actor(), group_id(), crate::page::PageRequest::first()).await), code);
        assert_eq!(refused(invites.revoke(actor(), invite().token.as_str()).await), code);
    }
}

#[pollster::test]
async fn how_making_an_invite_ends_is_told() {
    for (outcome, code) in
        [(InviteCreated::NotAllowed, "group.not_allowed"), (InviteCreated::TooMany, "invite.too_many")]
    {
        let mut ports = ports(Role::Owner);
        ports.invites.expect_create_invite().return_once(|_| Ok(outcome));
        let made = ports.services().invites.create(actor(), group_id(), 1, at(DAY), None).await;
        assert_eq!(refused(made), code);
    }
}

#[pollster::test]
async fn an_invite_is_shown_again_to_its_maker_alone() {
    for (maker, found) in [(1, true), (2, false)] {
        let mut ports = Ports::default();
        ports
            .invites
            .expect_find_invite_by_id()
            .returning(move |id| Ok((id == 4).then(|| Invite { created_by: card(maker), ..invite() })));
        let invites = ports.services().invites;
        assert_eq!(invites.made(actor(), 4).await.is_ok(), found);
        assert_eq!(refused(invites.made(actor(), 5).await), "invite.not_found");
    }
}

#[pollster::test]
async fn a_preview_shows_only_what_still_lets_in() {
    for (found, code) in [
        (Some(invite()), None),
        (None, Some("invite.not_found")),
        (Some(Invite { expires_at: at(0), ..invite() }), Some("invite.expired")),
        (Some(Invite { used: 2, ..invite() }), Some("invite.used_up")),
    ] {
        let mut ports = Ports::default();
        ports.invites.expect_find_invite().return_once(|_| Ok(found));
        let shown = ports.services().invites.preview(invite().token.as_str()).await;
        match code {
            None => assert_eq!(shown.unwrap(), invite()),
            Some(code) => assert_eq!(refused(shown), code),
        }
    }
}

#[pollster::test]
async fn how_accepting_ends_is_told() {
    for (outcome, code) in [
        (Accepted::Done(group_id()), None),
        (Accepted::AlreadyMember(group_id()), None),
        (Accepted::Banned, Some("group.banned")),
        (Accepted::Expired, Some("invite.expired")),
        (Accepted::UsedUp, Some("invite.used_up")),
        (Accepted::NotFound, Some("invite.not_found")),
    ] {
        let mut ports = Ports::default();
        ports.invites.expect_accept_invite().times(1).returning(move |_, _, _, _| Ok(outcome));
        let accepted = ports.services().invites.accept(actor(), invite().token.as_str(), None).await;
        match code {
            None => assert_eq!(accepted.unwrap(), group_id()),
            Some(code) => assert_eq!(refused(accepted), code),
        }
    }
}

#[pollster::test]
async fn a_token_that_is_none_of_ours_asks_no_store() {
    let invites = Ports::default().services().invites;
    assert_eq!(refused(invites.preview("x").await), "invite.not_found");
    assert_eq!(refused(invites.accept(actor(), "x", None).await), "invite.not_found");
    assert_eq!(refused(invites.revoke(actor(), "x").await), "invite.not_found");
}

#[pollster::test]
async fn those_who_moderate_revoke_invites() {
    let mut ports = ports(Role::Moderator);
    ports.invites.expect_find_invite().returning(|_| Ok(Some(invite())));
    ports.invites.expect_revoke_invite().times(1).returning(|_, _| Ok(()));
    ports.services().invites.revoke(actor(), invite().token.as_str()).await.unwrap();
}
