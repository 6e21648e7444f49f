//! Promises about reading groups.

use std::sync::Arc;

use forum_domain::{
    Actor,
    group::{CategoryCount, GroupDraft, GroupFilter, GroupView, JoinPolicy, Role, Standing, Visibility},
    id::{GroupId, SessionId},
    join::{Decided, Decision, JoinStatus},
    membership::{BanMember, BanSet, MemberPatch, UpdateMember},
    page::PageRequest,
    post::{DeletePost, Mark},
    store::Store,
};

use super::{
    super::stage::{Stage, all, at, page},
    named,
};

fn ids(views: &[GroupView]) -> Vec<GroupId> {
    views.iter().map(|view| view.group.id).collect()
}

/// A view says what the group is to whoever looks, at that moment.
pub async fn a_view_tells_what_the_group_is_to_its_viewer(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (group, owner) = stage.group(JoinPolicy::Approval).await;
    assert_eq!(stage.view(group, None, 1).await.viewer, None);

    let user = stage.user().await;
    let viewer = async |user, seconds| stage.view(group, Some(user), seconds).await.viewer.unwrap();
    let seen = viewer(user, 1).await;
    assert_eq!((seen.role, seen.join_request, seen.can_request_at, seen.banned), (None, None, None, false));
    assert_eq!((seen.muted_until, seen.pending_request_count), (None, None));

    let first = stage.request(group, user, 10).await;
    let seen = viewer(user, 11).await;
    assert_eq!(seen.join_request, Some((first, JoinStatus::Pending)));
    assert_eq!(seen.pending_request_count, None, "only those who decide are told");
    assert_eq!(viewer(owner, 11).await.pending_request_count, Some(1));

    let refuse = Stage::verdict(first, Decision::Refuse, owner, 20);
    assert_eq!(stage.store.decide(refuse).await.unwrap(), Decided::Done);
    let seen = viewer(user, 21).await;
    assert_eq!(seen.join_request, Some((first, JoinStatus::Refused)));
    assert_eq!(seen.can_request_at, Some(at(20)), "when the newest refusal was decided");
    assert_eq!(viewer(owner, 21).await.pending_request_count, Some(0));

    let second = stage.request(group, user, 30).await;
    assert_eq!(viewer(user, 31).await.join_request, Some((second, JoinStatus::Pending)));
    let approve = Stage::verdict(second, Decision::Approve, owner, 40);
    assert_eq!(stage.store.decide(approve).await.unwrap(), Decided::Done);
    let patch = MemberPatch { role: None, muted_until: Some(Some(at(60))) };
    let mute = UpdateMember { group_id: group, user_id: user, patch, by: owner, at: at(50) };
    stage.store.update_member(mute).await.unwrap();
    let seen = viewer(user, 51).await;
    assert_eq!((seen.role, seen.muted_until), (Some(Role::Member), Some(at(60))));
    assert_eq!(seen.join_request, Some((second, JoinStatus::Approved)));

    let until = Some(at(80));
    let ban = BanMember { group_id: group, user_id: user, until, reason: None, by: owner, at: at(70) };
    assert_eq!(stage.store.ban_member(ban).await.unwrap(), BanSet::Done);
    let seen = viewer(user, 71).await;
    assert_eq!((seen.role, seen.muted_until, seen.banned), (None, None, true));
    assert!(!viewer(user, 80).await.banned, "a ban ends when it says");
}

/// Groups come in the order asked for, without those that are gone or never were.
pub async fn groups_are_found_in_the_order_asked_for(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let [a, b, c] = [
        stage.group_of(owner, JoinPolicy::Open).await,
        stage.group_of(owner, JoinPolicy::Open).await,
        stage.group_of(owner, JoinPolicy::Open).await,
    ];
    stage.store.delete_group(b, Some(owner), None, at(1)).await.unwrap();
    let never = GroupId::stored(9_999_999);
    let found = stage.store.find_groups(&[c, never, b, a], Some(owner), at(2)).await.unwrap();
    assert_eq!(ids(&found), [c, a]);
    assert!(found.iter().all(|view| view.viewer.as_ref().unwrap().role == Some(Role::Owner)));
    assert_eq!(stage.store.find_groups(&[], None, at(2)).await.unwrap(), []);
}

/// Newest first, ties by id; what is made while one pages is neither skipped nor doubled.
pub async fn groups_are_listed_newest_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let mut made = Vec::new();
    for seconds in [1, 2, 2, 2, 2, 3] {
        made.push(stage.create(stage.draft(JoinPolicy::Open), owner, at(seconds)).await);
    }
    made.reverse();
    let none = GroupFilter::default();
    let first = stage.store.list_groups(&none, page(2, None), None, at(9)).await.unwrap();
    assert_eq!(ids(&first.items), made[..2]);
    stage.create(stage.draft(JoinPolicy::Open), owner, at(4)).await;
    let rest = stage.store.list_groups(&none, page(4, first.next), None, at(9)).await.unwrap();
    assert_eq!(ids(&rest.items), made[2..]);
    assert_eq!(rest.next, None, "no page follows the last item");
}

/// A filter's text is part of a name, literally and whatever the case; a category is a category.
pub async fn a_filter_is_literal(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let names = ["100% Rust", "100 crabs", "snake_case", "snakeXcase", r"back\slash", "编程之美", "it's"];
    for name in names {
        stage.create(named(&stage, name), owner, at(0)).await;
    }
    let other = GroupDraft { category: "生活兴趣".into(), ..named(&stage, "rust cooking") };
    stage.create(other, owner, at(1)).await;

    let named_so = async |category: Option<&str>, text: &str| {
        let filter = GroupFilter { category: category.map(Into::into), text: Some(text.into()) };
        let listed = all(|page| stage.store.list_groups(&filter, page, None, at(2))).await;
        let ranked = stage.store.rank_groups(&filter, at(0), 100).await.unwrap();
        assert_eq!(listed.len(), ranked.len(), "list and ranking differ for {text:?}");
        let mut names: Vec<_> = listed.into_iter().map(|view| view.group.name.as_str().to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(named_so(None, "0%").await, ["100% Rust"]);
    assert_eq!(named_so(None, "%").await, ["100% Rust"]);
    assert_eq!(named_so(None, "e_c").await, ["snake_case"]);
    assert_eq!(named_so(None, r"k\s").await, [r"back\slash"]);
    assert_eq!(named_so(None, "T'S").await, ["it's"]);
    assert_eq!(named_so(None, "rUST").await, ["100% Rust", "rust cooking"]);
    assert_eq!(named_so(None, "程之").await, ["编程之美"]);
    assert_eq!(named_so(Some("生活兴趣"), "rust").await, ["rust cooking"]);
    assert!(named_so(None, "nothing").await.is_empty());
}

/// The ranking goes by members, then by posts since then, then by age; deleted groups are not in it.
pub async fn a_ranking_goes_by_members_then_posts_then_age(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let old = stage.create(stage.draft(JoinPolicy::Open), owner, at(3)).await;
    let young = stage.create(stage.draft(JoinPolicy::Open), owner, at(9)).await;
    let big = stage.create(stage.draft(JoinPolicy::Open), owner, at(20)).await;
    let gone = stage.create(stage.draft(JoinPolicy::Open), owner, at(1)).await;
    stage.member(big, Role::Member).await;
    stage.store.delete_group(gone, None, None, at(30)).await.unwrap();
    let none = GroupFilter::default();
    assert_eq!(stage.store.rank_groups(&none, at(0), 10).await.unwrap(), [big, old, young]);
    assert_eq!(stage.store.rank_groups(&none, at(0), 2).await.unwrap(), [big, old]);

    let pinned = stage.post(young, owner, 40).await;
    assert!(stage.store.mark_post(pinned, Mark::Pinned, true, owner, at(9)).await.unwrap());
    let gone = stage.post(young, owner, 50).await;
    stage.post(young, owner, 60).await;
    stage.post(old, owner, 45).await;
    let ranked = async |since| stage.store.rank_groups(&none, at(since), 10).await.unwrap();
    assert_eq!(ranked(0).await, [big, young, old], "more posts");
    assert_eq!(ranked(40).await, [big, young, old]);
    let delete = DeletePost { id: gone, by: owner, if_version: None, at: at(61) };
    stage.store.delete_post(delete).await.unwrap();
    assert_eq!(ranked(40).await, [big, young, old], "a pinned one counts, and one of that moment");
    assert_eq!(
        ranked(41).await,
        [big, old, young],
        "as many, so the older group; deleted posts do not count"
    );
    assert_eq!(ranked(61).await, [big, old, young]);
}

/// A user's groups, last joined first, as somebody else sees them.
pub async fn groups_of_a_member_are_listed_last_joined_first(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let (user, owner) = (stage.user().await, stage.user().await);
    let mut joined = Vec::new();
    for seconds in [10, 20, 20, 20, 30] {
        let group = stage.group_of(owner, JoinPolicy::Open).await;
        stage.assign(group, user, Role::Member, at(seconds)).await;
        joined.push(group);
    }
    stage.group_of(owner, JoinPolicy::Open).await;
    stage.assign(joined[1], user, Role::Moderator, at(40)).await;
    joined.reverse();

    let actor = Actor { user_id: owner, session_id: SessionId::stored(1) };
    let listed = all(|page| stage.store.list_groups_of(user, None, page, actor, at(50))).await;
    assert_eq!(ids(&listed), joined);
    assert!(listed.iter().all(|view| view.viewer.as_ref().unwrap().role == Some(Role::Owner)));
    let page = PageRequest::first();
    let moderated =
        stage.store.list_groups_of(user, Some(Role::Moderator), page, actor, at(50)).await.unwrap();
    assert_eq!(ids(&moderated.items), [joined[3]]);
    stage.store.delete_group(joined[0], None, None, at(60)).await.unwrap();
    let left = all(|page| stage.store.list_groups_of(user, None, page, actor, at(70))).await;
    assert_eq!(ids(&left), joined[1..]);
}

/// Categories count the groups that are there.
pub async fn categories_count_the_groups_that_are_there(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let owner = stage.user().await;
    let cooking = GroupDraft { category: "生活兴趣".into(), ..stage.draft(JoinPolicy::Open) };
    stage.create(cooking, owner, at(0)).await;
    let kept = stage.group_of(owner, JoinPolicy::Open).await;
    let gone = stage.group_of(owner, JoinPolicy::Open).await;
    assert_ne!(kept, gone);
    stage.store.delete_group(gone, None, None, at(1)).await.unwrap();
    let mut counts = stage.store.count_categories().await.unwrap();
    counts.sort_by(|one, other| one.name.cmp(&other.name));
    let counted = |name: &str| CategoryCount { name: name.into(), group_count: 1 };
    assert_eq!(counts, [counted("生活兴趣"), counted("程序设计")]);
}

/// A standing is what the rules need to know, in one read.
pub async fn a_standing_tells_what_the_rules_need(store: Arc<dyn Store>) {
    let stage = Stage::new(store);
    let draft = GroupDraft { visibility: Visibility::Public, ..stage.draft(JoinPolicy::Invite) };
    let owner = stage.user().await;
    let group = stage.create(draft, owner, at(0)).await;
    let stands = async |user, seconds| stage.store.standing(group, user, at(seconds)).await.unwrap().unwrap();
    let outside = Standing {
        visibility: Visibility::Public,
        join_policy: JoinPolicy::Invite,
        role: None,
        muted_until: None,
        banned: false,
    };
    assert_eq!(stands(None, 1).await, outside);
    assert_eq!(stands(Some(owner), 1).await, Standing { role: Some(Role::Owner), ..outside.clone() });

    let user = stage.member(group, Role::Member).await;
    let patch = MemberPatch { role: None, muted_until: Some(Some(at(60))) };
    let mute = UpdateMember { group_id: group, user_id: user, patch, by: owner, at: at(2) };
    stage.store.update_member(mute).await.unwrap();
    let muted = Standing { role: Some(Role::Member), muted_until: Some(at(60)), ..outside.clone() };
    assert_eq!(stands(Some(user), 3).await, muted);
    let until = Some(at(9));
    let ban = BanMember { group_id: group, user_id: user, until, reason: None, by: owner, at: at(4) };
    stage.store.ban_member(ban).await.unwrap();
    assert_eq!(stands(Some(user), 5).await, Standing { banned: true, ..outside.clone() });
    assert_eq!(stands(Some(user), 9).await, outside);

    stage.store.delete_group(group, None, None, at(10)).await.unwrap();
    assert_eq!(stage.store.standing(group, Some(owner), at(11)).await.unwrap(), None);
}
