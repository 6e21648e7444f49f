//! What [`ModerationRepository`](forum_domain::moderation::ModerationRepository) promises.

mod asked;

use std::sync::Arc;

use forum_domain::{
    account::SiteRole,
    comment::{CommentCreated, CreateComment},
    group::{JoinPolicy, Role},
    id::{PostId, ReportId, UserId},
    moderation::{
        AccountModerated, Action, CreateReport, Deed, LogEntry, ModerateAccount, Reason, Report,
        ReportCreated, ReportFilter, ReportStatus, ResolveReport, Resolved, Target, TargetKind,
    },
    post::PostDeleted,
    store::Store,
};

pub use asked::*;

use super::stage::{CALLERS, Stage, all, at, count, race};

fn about(kind: TargetKind, id: i64) -> Target {
    Target { kind, id }
}

fn reporting(target: Target, reporter: UserId) -> CreateReport {
    CreateReport { target, reporter, reason: Reason::Spam, detail: Some("d".into()), at: at(10), claim: None }
}

fn deciding(id: ReportId, action: Action, by: UserId, seconds: i64) -> ResolveReport {
    let until = matches!(action, Action::Mute | Action::Suspend).then(|| at(1_000));
    ResolveReport { id, action, note: Some("n".into()), until, by: Some(by), at: at(seconds), claim: None }
}

fn done(resolved: &Resolved) -> bool {
    matches!(resolved, Resolved::Done { .. })
}

async fn report(stage: &Stage, target: Target, reporter: UserId) -> ReportId {
    match stage.store.create_report(reporting(target, reporter)).await.unwrap() {
        ReportCreated::Done(id) => id,
        refused => panic!("{refused:?}"),
    }
}

async fn found(stage: &Stage, id: ReportId) -> Report {
    stage.store.find_report(id).await.unwrap().unwrap()
}

async fn log(stage: &Stage) -> Vec<LogEntry> {
    all(|page| stage.store.list_log(None, page)).await
}

async fn deeds(stage: &Stage) -> Vec<Deed> {
    log(stage).await.into_iter().map(|entry| entry.deed).collect()
}

async fn post(stage: &Stage, group: forum_domain::id::GroupId, author: UserId) -> PostId {
    stage.post(group, author, 1).await
}

/// Whoever can read something reports it, once; to others it is not there.
pub async fn a_report_is_made_once_by_who_can_read(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Open).await;
    let member = stage.member(group, Role::Member).await;
    let stranger = stage.user().await;
    let post = post(&stage, group, owner).await;
    let target = about(TargetKind::Post, post.get());
    let refused = stage.store.create_report(reporting(target, stranger)).await.unwrap();
    assert_eq!(refused, ReportCreated::NoSuchTarget);
    let id = report(&stage, target, member).await;
    let again = stage.store.create_report(reporting(target, member)).await.unwrap();
    assert_eq!(again, ReportCreated::AlreadyReported);
    for nothing in [about(TargetKind::Comment, 99), about(TargetKind::User, 99), about(TargetKind::Group, 99)]
    {
        let refused = stage.store.create_report(reporting(nothing, member)).await.unwrap();
        assert_eq!(refused, ReportCreated::NoSuchTarget, "{nothing:?}");
    }
    let seen = found(&stage, id).await;
    assert_eq!((seen.group_id, seen.status, seen.reason), (Some(group), ReportStatus::Open, Reason::Spam));
    assert_eq!(seen.author.map(|card| card.id), Some(owner));
    assert_eq!(seen.reporter.map(|card| card.id), Some(member));
    assert!(seen.target.title.is_some() && seen.target.excerpt.is_some());
    stage.is_sound(at(20)).await;
}

/// Of many reports at once by one user about one thing, one is made.
pub async fn of_parallel_reports_one_is_made(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let reporter = stage.user().await;
    let post = post(&stage, group, owner).await;
    let calls = (0..CALLERS).map(|_| {
        let store = Arc::clone(&stage.store);
        async move { store.create_report(reporting(about(TargetKind::Post, post.get()), reporter)).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &ReportCreated::AlreadyReported), CALLERS - 1);
    let filter = ReportFilter { group_id: Some(group), ..ReportFilter::default() };
    assert_eq!(all(|page| stage.store.list_reports(filter, page)).await.len(), 1);
}

/// Many who resolve reports of one thing at once, some by removing it: one does, and all are resolved.
pub async fn of_parallel_resolutions_one_is_done(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    let post = post(&stage, group, author).await;
    let target = about(TargetKind::Post, post.get());
    let mut ids = Vec::new();
    for reporter in stage.users(5).await {
        ids.push(report(&stage, target, reporter).await);
    }
    let calls = (0..CALLERS).map(|n| {
        let (store, id) = (Arc::clone(&stage.store), ids[n % ids.len()]);
        let action = [Action::Remove, Action::Dismiss, Action::Mute, Action::Ban][n % 4];
        async move { store.resolve_report(deciding(id, action, owner, 20)).await }
    });
    let answers = race(calls).await;
    assert_eq!(answers.iter().filter(|answer| done(answer)).count(), 1);
    assert_eq!(count(&answers, &Resolved::AlreadyResolved), CALLERS - 1);
    let open = ReportFilter { status: Some(ReportStatus::Open), ..ReportFilter::default() };
    assert_eq!(all(|page| stage.store.list_reports(open, page)).await, []);
    assert_eq!(log(&stage).await.len(), 1);
    stage.is_sound(at(30)).await;
}

/// Removing what its author deletes at the same time counts it out once.
pub async fn what_goes_twice_is_counted_out_once(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    for _ in 0..10 {
        let post = post(&stage, group, author).await;
        let id = report(&stage, about(TargetKind::Post, post.get()), owner).await;
        let delete = forum_domain::post::DeletePost { id: post, by: author, if_version: None, at: at(20) };
        let (one, two) = (Arc::clone(&stage.store), Arc::clone(&stage.store));
        let deleted = tokio::spawn(async move { one.delete_post(delete).await.unwrap() });
        let resolved = tokio::spawn(async move {
            two.resolve_report(deciding(id, Action::Remove, owner, 21)).await.unwrap()
        });
        assert!(done(&resolved.await.unwrap()));
        assert!(matches!(deleted.await.unwrap(), PostDeleted::Done | PostDeleted::NoSuchPost));
    }
    assert_eq!(stage.view(group, None, 30).await.group.post_count, 0);
    stage.is_sound(at(30)).await;
}

/// A comment that is removed leaves the counts of its post and of what it stands under.
pub async fn a_removed_comment_is_counted_out(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let author = stage.member(group, Role::Member).await;
    let post = post(&stage, group, owner).await;
    let comment = stage.comment(post, author, 2).await;
    let reply = stage.reply(comment, author, 3).await;
    let id = report(&stage, about(TargetKind::Comment, reply.get()), owner).await;
    assert!(done(&stage.store.resolve_report(deciding(id, Action::Remove, owner, 20)).await.unwrap()));
    let seen = found(&stage, id).await;
    assert_eq!(
        (seen.status, seen.action, seen.note.as_deref()),
        (ReportStatus::Resolved, Some(Action::Remove), Some("n"))
    );
    assert_eq!((seen.resolved_by.map(|card| card.id), seen.resolved_at), (Some(owner), Some(at(20))));
    assert_eq!(deeds(&stage).await, [Deed::Delete]);
    stage.is_sound(at(30)).await;
}

/// Groups resolve what is theirs, those who moderate the site everything; nobody what he wrote himself, or
/// against who stands above him.
pub async fn a_report_is_resolved_by_who_may(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let (member, moderator) =
        (stage.member(group, Role::Member).await, stage.member(group, Role::Moderator).await);
    let (judge, reporter) = (stage.user().await, stage.user().await);
    assert!(stage.store.set_site_role(judge, SiteRole::Moderator, at(2)).await.unwrap());
    let resolve =
        async |id, action, by| stage.store.resolve_report(deciding(id, action, by, 20)).await.unwrap();

    let by_owner = post(&stage, group, owner).await;
    let id = report(&stage, about(TargetKind::Post, by_owner.get()), reporter).await;
    assert_eq!(resolve(id, Action::Dismiss, member).await, Resolved::NoSuchReport);
    assert_eq!(resolve(id, Action::Dismiss, reporter).await, Resolved::NoSuchReport);
    assert_eq!(resolve(id, Action::Dismiss, owner).await, Resolved::NotAllowed);
    assert_eq!(resolve(id, Action::Mute, moderator).await, Resolved::Outranked);
    assert_eq!(resolve(id, Action::Suspend, moderator).await, Resolved::NotAllowed);
    assert_eq!(resolve(id, Action::Ban, judge).await, Resolved::LastOwner);
    assert_eq!(found(&stage, id).await.status, ReportStatus::Open, "a refusal wrote something");
    assert!(done(&resolve(id, Action::Mute, judge).await));
    assert_eq!(resolve(id, Action::Dismiss, judge).await, Resolved::AlreadyResolved);

    let of_group = report(&stage, about(TargetKind::Group, group.get()), reporter).await;
    assert_eq!(resolve(of_group, Action::Dismiss, owner).await, Resolved::NoSuchReport);
    assert!(done(&resolve(of_group, Action::Remove, judge).await));
    assert_eq!(stage.store.find_group(group, None, at(30)).await.unwrap(), None);

    let of_user = report(&stage, about(TargetKind::User, member.get()), reporter).await;
    let Resolved::Done { ended } = resolve(of_user, Action::Suspend, judge).await else { panic!("he may") };
    assert_eq!(ended.len(), 1);
    let user = stage.store.find_user(member).await.unwrap().unwrap();
    assert_eq!(user.suspended_until, Some(at(1_000)));
    let of_judge = report(&stage, about(TargetKind::User, judge.get()), reporter).await;
    let other = stage.user().await;
    assert!(stage.store.set_site_role(other, SiteRole::Moderator, at(2)).await.unwrap());
    assert_eq!(resolve(of_judge, Action::Suspend, other).await, Resolved::Outranked);
    stage.is_sound(at(40)).await;
}

/// What the word filter met waits in the queue, by nobody, once while it is open.
pub async fn what_the_filter_met_is_queued_with_the_fact(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.public_group().await;
    let post = post(&stage, group, owner).await;
    let write =
        CreateComment { review: Some("word".into()), ..super::stage::comment::commenting(post, owner, 5) };
    let CommentCreated::Done(view) = stage.store.create_comment(write).await.unwrap() else {
        panic!("he may write")
    };
    let queue = async || {
        let filter =
            ReportFilter { group_id: Some(group), status: Some(ReportStatus::Open), for_groups: true };
        all(|page| stage.store.list_reports(filter, page)).await
    };
    let queued = queue().await;
    assert_eq!(queued.len(), 1);
    assert_eq!(queued[0].target.target, about(TargetKind::Comment, view.comment.id.get()));
    assert_eq!((queued[0].reporter.clone(), queued[0].detail.as_deref()), (None, Some("word")));
    let edit = |seconds| forum_domain::comment::UpdateComment {
        id: view.comment.id,
        body: forum_domain::comment::CommentBody::stored(format!("again {seconds}")),
        by: owner,
        if_version: None,
        review: Some("word".into()),
        at: at(seconds),
    };
    stage.store.update_comment(edit(6)).await.unwrap();
    assert_eq!(queue().await.len(), 1, "it waits there already");
    let judge = stage.member(group, Role::Moderator).await;
    let outranked =
        stage.store.resolve_report(deciding(queued[0].id, Action::Dismiss, judge, 20)).await.unwrap();
    assert!(done(&outranked), "who stands above is not harmed by a dismissal: {outranked:?}");
    stage.store.update_comment(edit(21)).await.unwrap();
    assert_eq!(queue().await.len(), 1, "what is said anew is looked at anew");
    stage.is_sound(at(30)).await;
}

/// An admin changes others; one who is no admin any more changes nobody.
pub async fn accounts_are_changed_by_admins(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (admin, other, user) = (stage.user().await, stage.user().await, stage.user().await);
    for id in [admin, other] {
        assert!(stage.store.set_site_role(id, SiteRole::Admin, at(1)).await.unwrap());
    }
    let change = |user_id, role, by| ModerateAccount { user_id, role, suspended_until: None, by, at: at(5) };
    let refused = stage.store.moderate_account(change(admin, Some(SiteRole::User), user)).await.unwrap();
    assert_eq!(refused, AccountModerated::NotAllowed);
    let suspend = ModerateAccount { suspended_until: Some(Some(at(99))), ..change(user, None, admin) };
    let AccountModerated::Done { ended } = stage.store.moderate_account(suspend).await.unwrap() else {
        panic!("an admin may")
    };
    assert_eq!(ended.len(), 1);
    // Two who take each other's role: one is left.
    let calls = [(admin, other), (other, admin)].map(|(by, of)| {
        let (store, change) = (Arc::clone(&stage.store), change(of, Some(SiteRole::User), by));
        async move { store.moderate_account(change).await }
    });
    let answers = race(calls).await;
    assert_eq!(count(&answers, &AccountModerated::NotAllowed), 1, "{answers:?}");
    let stats = stage.store.site_stats(at(0), at(50)).await.unwrap();
    assert_eq!((stats.users, stats.new_users, stats.suspended_users, stats.open_reports), (3, 3, 1, 0));
}
