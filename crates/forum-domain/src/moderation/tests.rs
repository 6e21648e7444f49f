//! Who is asked what, and what the rules make of it.

use super::{
    Action, Reason, Report, ReportCreated, ReportStatus, Resolution, Resolved, Target, TargetCard,
    TargetKind, rules,
};
use crate::{
    account::SiteRole,
    group::Role,
    id::ReportId,
    policy::Policy,
    testing::{Ports, actor, at, group_id, refused, standing, user},
};

const KINDS: [TargetKind; 7] = [
    TargetKind::Post,
    TargetKind::Comment,
    TargetKind::Question,
    TargetKind::Answer,
    TargetKind::AnswerReply,
    TargetKind::Group,
    TargetKind::User,
];

fn report(kind: TargetKind) -> Report {
    Report {
        id: ReportId::stored(1),
        target: TargetCard {
            target: Target { kind, id: 7 },
            title: Some("题".into()),
            excerpt: Some("文".into()),
        },
        group_id: Some(group_id()),
        author: None,
        reporter: Some(user().card()),
        reason: Reason::Spam,
        detail: None,
        status: ReportStatus::Open,
        action: None,
        note: Some("内部".into()),
        resolved_by: Some(user().card()),
        created_at: at(0),
        resolved_at: None,
    }
}

fn site(role: SiteRole) -> Ports {
    let mut ports = Ports::default();
    ports.accounts.expect_find_user().returning(move |_| Ok(Some(crate::account::User { role, ..user() })));
    ports
}

fn resolution(action: Action) -> Resolution<'static> {
    Resolution { action, note: None, until: None }
}

#[test]
fn what_can_be_done_depends_on_what_it_is_about() {
    let can = |action| KINDS.map(|kind| rules::applies(action, kind));
    assert_eq!(can(Action::Dismiss), [true; 7]);
    assert_eq!(can(Action::Remove), [true, true, true, true, true, true, false]);
    assert_eq!(can(Action::Mute), [true, true, false, false, false, false, false]);
    assert_eq!(can(Action::Ban), can(Action::Mute));
    assert_eq!(can(Action::Suspend), [true, true, true, true, true, false, true]);
}

#[test]
fn whoever_suspends_stands_above() {
    use SiteRole::{Admin, Moderator, User};
    let may = |by| [User, Moderator, Admin].map(|of| rules::may_suspend(by, of));
    assert_eq!(may(User), [false; 3]);
    assert_eq!(may(Moderator), [true, false, false]);
    assert_eq!(may(Admin), [true, true, false]);
}

#[test]
fn mutes_and_suspensions_end_and_bans_need_not() {
    let days = |action| {
        rules::lasts_until(action, &Policy::default(), at(0)).map(|until| (until - at(0)).num_days())
    };
    assert_eq!([Action::Mute, Action::Suspend, Action::Ban].map(days), [Some(7), Some(30), None]);
}

#[pollster::test]
async fn a_report_is_refused_before_it_is_written() {
    let services = Ports::default().services();
    let target = Target::new(TargetKind::Post, 7);
    let long = "长".repeat(501);
    let said = services.moderation.report(actor(), target, Reason::Spam, Some(&long), None).await;
    assert_eq!(refused(said), "request.invalid");
    let nothing = Target::new(TargetKind::Post, 0);
    let said = services.moderation.report(actor(), nothing, Reason::Spam, None, None).await;
    assert_eq!(refused(said), "report.target_not_found");
    let mut ports = Ports::default();
    ports.moderation.expect_create_report().returning(|_| Ok(ReportCreated::AlreadyReported));
    let said = ports.services().moderation.report(actor(), target, Reason::Spam, None, None).await;
    assert_eq!(refused(said), "report.already_reported");
}

#[pollster::test]
async fn who_made_a_report_sees_nothing_that_is_for_moderators() {
    let mut ports = site(SiteRole::User).standing(Some(standing(Some(Role::Member))));
    ports.moderation.expect_find_report().returning(|_| Ok(Some(report(TargetKind::Post))));
    let seen = ports.services().moderation.get(actor(), ReportId::stored(1)).await.unwrap();
    assert_eq!(
        (seen.target.title, seen.target.excerpt, seen.note, seen.resolved_by),
        (None, None, None, None)
    );
}

#[pollster::test]
async fn groups_resolve_what_is_theirs_and_the_site_the_rest() {
    for (kind, site_role, role, code) in [
        (TargetKind::Post, SiteRole::User, Some(Role::Moderator), None),
        (TargetKind::Comment, SiteRole::User, Some(Role::Owner), None),
        (TargetKind::Group, SiteRole::User, Some(Role::Owner), Some("report.not_allowed")),
        (TargetKind::User, SiteRole::User, Some(Role::Owner), Some("report.not_allowed")),
        (TargetKind::Post, SiteRole::User, Some(Role::Member), Some("report.not_allowed")),
        (TargetKind::User, SiteRole::Moderator, None, None),
        (TargetKind::Group, SiteRole::Admin, None, None),
    ] {
        let mut ports = site(site_role).standing(Some(standing(role)));
        ports.moderation.expect_find_report().returning(move |_| Ok(Some(report(kind))));
        ports.moderation.expect_resolve_report().returning(|_| Ok(Resolved::Done { ended: Vec::new() }));
        let id = ReportId::stored(1);
        let done = ports.services().moderation.resolve(actor(), id, resolution(Action::Dismiss), None).await;
        match code {
            None => assert!(done.is_ok(), "{kind:?} by {site_role:?}, {role:?}"),
            Some(code) => assert_eq!(refused(done), code, "{kind:?} by {site_role:?}, {role:?}"),
        }
    }
}

#[pollster::test]
async fn what_makes_no_sense_is_not_done() {
    let past = Resolution { until: Some(at(0)), ..resolution(Action::Ban) };
    let dated = Resolution { until: Some(at(9)), ..resolution(Action::Remove) };
    for (kind, said) in [
        (TargetKind::User, resolution(Action::Remove)),
        (TargetKind::Group, resolution(Action::Ban)),
        (TargetKind::Post, past),
        (TargetKind::Post, dated),
    ] {
        let mut ports = site(SiteRole::Admin);
        ports.moderation.expect_find_report().returning(move |_| Ok(Some(report(kind))));
        let id = ReportId::stored(1);
        assert_eq!(
            refused(ports.services().moderation.resolve(actor(), id, said, None).await),
            "request.invalid"
        );
    }
}

#[pollster::test]
async fn only_admins_run_the_site_and_none_his_own_account() {
    for role in [SiteRole::User, SiteRole::Moderator] {
        let admin = site(role).services().admin;
        assert_eq!(refused(admin.stats(actor()).await), "admin.required");
        let own = admin.update_user(actor(), actor().user_id, None, None).await;
        assert_eq!(refused(own), "admin.required");
    }
    let admin = site(SiteRole::Admin).services().admin;
    let own = admin.update_user(actor(), actor().user_id, Some(SiteRole::User), None).await;
    assert_eq!(refused(own), "admin.own_account");
}
