//! What the suites of groups play on: people, groups, and the recount at the end.

pub(super) mod comment;
mod post;
pub(super) mod question;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use forum_domain::{
    account::Registered,
    clock::Timestamp,
    error::PortError,
    group::{
        CreateGroup, GroupCreated, GroupDraft, GroupFilter, GroupName, GroupPatch, GroupUpdated, GroupView,
        JoinPolicy, Role, UpdateGroup, Visibility,
    },
    id::{GroupId, JoinRequestId, UserId},
    idempotency::{Begun, Claim, ClaimKey, Claimed},
    integrity::Invariant,
    invite::{CreateInvite, InviteCreated, InviteToken},
    join::{Decide, Decision, JoinRequest, JoinStatus, RequestToJoin, Requested},
    membership::{BanMember, BanSet, Member, MemberUpdated},
    page::{Page, PageRequest, Position},
    store::Store,
};
use tokio::{sync::Barrier, task::JoinSet};

use crate::build;
pub(super) use crate::build::at;

/// How many callers race.
pub(super) const CALLERS: usize = 50;

/// A page of this size, from here.
pub(super) fn page(limit: u32, after: Option<Position>) -> PageRequest {
    PageRequest::new(limit, after).unwrap()
}

/// Runs every call on a task of its own, all let go at one moment, and gathers the answers in no order.
pub(super) async fn race<T, F>(calls: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T, PortError>> + Send + 'static,
{
    let calls: Vec<F> = calls.into_iter().collect();
    let start = Arc::new(Barrier::new(calls.len()));
    let mut tasks = JoinSet::new();
    for call in calls {
        let start = Arc::clone(&start);
        tasks.spawn(async move {
            start.wait().await;
            call.await
        });
    }
    tasks.join_all().await.into_iter().map(Result::unwrap).collect()
}

/// How many of these are that.
pub(super) fn count<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().filter(|each| *each == one).count()
}

/// Every item of a list, read in pages of three, so that each long list also proves its paging.
pub(super) async fn all<T, F>(list: impl Fn(PageRequest) -> F) -> Vec<T>
where
    F: Future<Output = Result<Page<T>, PortError>>,
{
    let mut items = Vec::new();
    let mut after = None;
    loop {
        let found = list(page(3, after)).await.unwrap();
        assert!(found.items.len() <= 3, "a page has more items than were asked for");
        items.extend(found.items);
        match found.next {
            None => return items,
            next => after = next,
        }
    }
}

/// A store and the people and groups put into it.
#[derive(Clone)]
pub(super) struct Stage {
    /// The store.
    pub(super) store: Arc<dyn Store>,
    made: Arc<AtomicI64>,
}

impl Stage {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, made: Arc::new(AtomicI64::new(0)) }
    }

    fn number(&self) -> i64 {
        self.made.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A new account, called `user` and a number.
    pub(super) async fn user(&self) -> UserId {
        let number = self.number();
        let register = build::register_as(number, &format!("user {number}")).unwrap();
        match self.store.register(register).await.unwrap() {
            Registered::Created(user) => user.id,
            refused => panic!("{refused:?}"),
        }
    }

    /// Some new accounts.
    pub(super) async fn users(&self, count: usize) -> Vec<UserId> {
        let mut users = Vec::new();
        for _ in 0..count {
            users.push(self.user().await);
        }
        users
    }

    /// What a new group would be: with a name of its own, and of this policy.
    pub(super) fn draft(&self, join_policy: JoinPolicy) -> GroupDraft {
        GroupDraft {
            name: GroupName::parse(&format!("group {}", self.number())).unwrap(),
            category: "程序设计".into(),
            description: "what it is about".into(),
            notice: Some("what to know".into()),
            cover: None,
            join_policy,
            visibility: Visibility::Members,
        }
    }

    /// A new group of this user's.
    pub(super) async fn group_of(&self, owner: UserId, join_policy: JoinPolicy) -> GroupId {
        self.create(self.draft(join_policy), owner, at(0)).await
    }

    /// A new group and its owner.
    pub(super) async fn group(&self, join_policy: JoinPolicy) -> (GroupId, UserId) {
        let owner = self.user().await;
        (self.group_of(owner, join_policy).await, owner)
    }

    /// A group of this draft.
    pub(super) async fn create(&self, draft: GroupDraft, owner: UserId, at: Timestamp) -> GroupId {
        let create = CreateGroup { draft, owner, review: None, at, claim: None };
        match self.store.create_group(create).await.unwrap() {
            GroupCreated::Done(id) => id,
            refused => panic!("{refused:?}"),
        }
    }

    /// Gives a user a role in a group, as an operator does.
    pub(super) async fn assign(&self, group: GroupId, user: UserId, role: Role, at: Timestamp) {
        let assigned = self.store.assign_role(group, user, role, at).await.unwrap();
        assert!(matches!(assigned, MemberUpdated::Done(_)), "{assigned:?}");
    }

    /// A new account that is a member of this role, since second one.
    pub(super) async fn member(&self, group: GroupId, role: Role) -> UserId {
        let user = self.user().await;
        self.assign(group, user, role, at(1)).await;
        user
    }

    /// Changes a group's join policy.
    pub(super) async fn set_policy(&self, group: GroupId, by: UserId, policy: JoinPolicy, when: Timestamp) {
        let patch = GroupPatch { join_policy: Some(policy), ..GroupPatch::default() };
        let update = UpdateGroup { id: group, patch, by, if_version: None, review: None, at: when };
        assert_eq!(self.store.update_group(update).await.unwrap(), GroupUpdated::Done);
    }

    /// A user's wish to join at second `seconds`: nothing of his before stands in the way but by its state.
    pub(super) fn wish(group_id: GroupId, user_id: UserId, seconds: i64) -> RequestToJoin {
        RequestToJoin {
            group_id,
            user_id,
            reason: "let me in".into(),
            cooldown_since: at(seconds),
            expired_since: at(-1_000),
            at: at(seconds),
            claim: None,
        }
    }

    /// A request that is there from second `seconds` on.
    pub(super) async fn request(&self, group: GroupId, user: UserId, seconds: i64) -> JoinRequestId {
        match self.store.request_to_join(Self::wish(group, user, seconds)).await.unwrap() {
            Requested::Done(id) => id,
            refused => panic!("{refused:?}"),
        }
    }

    /// A decision at second `seconds`.
    pub(super) fn verdict(id: JoinRequestId, decision: Decision, by: UserId, seconds: i64) -> Decide {
        let reply = Some(format!("{decision:?}"));
        Decide { id, decision, reply, by, expired_since: at(-1_000), at: at(seconds), claim: None }
    }

    /// A request as its maker sees it.
    pub(super) async fn seen(&self, id: JoinRequestId, by: UserId) -> JoinRequest {
        self.store.find_join_request(id, by).await.unwrap().unwrap()
    }

    /// The only request that this user ever made.
    pub(super) async fn only_request_of(&self, user: UserId) -> JoinRequest {
        let mut all = self.store.list_join_requests_of(user, None, PageRequest::first()).await.unwrap().items;
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Bans somebody for good, at second `seconds`.
    pub(super) async fn ban(&self, group_id: GroupId, user_id: UserId, by: UserId, seconds: i64) {
        let ban = BanMember { group_id, user_id, until: None, reason: None, by, at: at(seconds) };
        assert_eq!(self.store.ban_member(ban).await.unwrap(), BanSet::Done);
    }

    /// An invite to be made at second zero, good for a thousand.
    pub(super) fn invitation(&self, group_id: GroupId, by: UserId, max_uses: i32) -> CreateInvite {
        CreateInvite {
            token: InviteToken::parse(&format!("{:032x}", self.number())).unwrap(),
            group_id,
            max_uses,
            expires_at: at(1_000),
            by,
            at_most: 1_000,
            at: at(0),
            claim: None,
        }
    }

    /// An invite for so many.
    pub(super) async fn invite(&self, group: GroupId, by: UserId, max_uses: i32) -> InviteToken {
        match self.store.create_invite(self.invitation(group, by, max_uses)).await.unwrap() {
            InviteCreated::Done(invite) => invite.token,
            refused => panic!("{refused:?}"),
        }
    }

    /// The key's row in the request for it: the same key each time.
    fn key(user_id: UserId) -> ClaimKey {
        ClaimKey {
            user_id,
            operation: "stage",
            key: "key".into(),
            fingerprint: [1; 32],
            abandoned_since: at(-60),
            forgotten_since: at(-86_400),
            at: at(0),
        }
    }

    /// The one key that a user claims on the stage, fresh.
    pub(super) async fn claim(&self, user: UserId) -> Claim {
        match self.store.claim_key(Self::key(user)).await.unwrap() {
            Claimed::Begun(Begun::Fresh(claim)) => claim,
            other => panic!("{other:?}"),
        }
    }

    /// A claim of his key that a later one has voided.
    pub(super) async fn void_claim(&self, user: UserId) -> Claim {
        let claim = self.claim(user).await;
        let later = ClaimKey { abandoned_since: at(60), at: at(120), ..Self::key(user) };
        let again = self.store.claim_key(later).await.unwrap();
        assert!(matches!(again, Claimed::Begun(Begun::Fresh(fresh)) if fresh != claim), "{again:?}");
        claim
    }

    /// The fact that stands under a user's key; `None` if it was claimed and nothing happened.
    pub(super) async fn fact(&self, user: UserId) -> Option<i64> {
        match self.store.claim_key(Self::key(user)).await.unwrap() {
            Claimed::Begun(Begun::Happened { fact, .. }) => Some(fact),
            Claimed::InFlight => None,
            other => panic!("{other:?}"),
        }
    }

    /// A group as this user sees it at second `seconds`.
    pub(super) async fn view(&self, group: GroupId, viewer: Option<UserId>, seconds: i64) -> GroupView {
        self.store.find_group(group, viewer, at(seconds)).await.unwrap().unwrap()
    }

    /// A member's role.
    pub(super) async fn role(&self, group: GroupId, user: UserId) -> Option<Role> {
        self.store.standing(group, Some(user), at(0)).await.unwrap().unwrap().role
    }

    /// Whom a group shows as its owner.
    pub(super) async fn shown_owner(&self, group: GroupId) -> UserId {
        self.view(group, None, 0).await.owner.id
    }

    /// Its members, as listed.
    pub(super) async fn members(&self, group: GroupId) -> Vec<Member> {
        all(|page| self.store.list_members(group, None, page)).await
    }

    /// Their ids.
    pub(super) async fn member_ids(&self, group: GroupId) -> Vec<UserId> {
        self.members(group).await.into_iter().map(|member| member.user.id).collect()
    }

    /// A group's requests that stand so.
    pub(super) async fn requests(&self, group: GroupId, status: JoinStatus) -> Vec<JoinRequest> {
        all(|page| self.store.list_join_requests(group, Some(status), page)).await
    }

    /// That the doctor finds nothing, and that each group counts the members it lists.
    pub(super) async fn is_sound(&self, now: Timestamp) {
        for invariant in Invariant::ALL {
            assert_eq!(self.store.inspect(invariant, now, 100).await.unwrap(), [], "{invariant:?}");
        }
        let none = GroupFilter::default();
        for view in all(|page| self.store.list_groups(&none, page, None, now)).await {
            let listed = self.member_ids(view.group.id).await;
            assert_eq!(
                view.group.member_count,
                i64::try_from(listed.len()).unwrap(),
                "{:?}",
                view.group.name
            );
            let waiting = self.requests(view.group.id, JoinStatus::Pending).await;
            assert!(waiting.iter().all(|request| !listed.contains(&request.user.id)), "a member waits");
        }
    }
}
