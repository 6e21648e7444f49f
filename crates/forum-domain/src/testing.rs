//! What the unit tests share: a clock that stands still, randomness that counts, a user, and mocks of
//! every port from which the services are made.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::DateTime;

use crate::{
    account::{
        AccountService, Credentials, Mobile, MockAccountRepository, MockPasswordHasher, SiteRole, User,
        UserCard,
    },
    actor::{Actor, Origin},
    clock::{Clock, Random, Timestamp},
    code::{Code, CodeService, IssuedCode, MockCodeStore, MockSmsSender},
    error::{Coded, PortError},
    group::{
        Capabilities, Group, GroupName, GroupService, GroupView, GroupViewer, JoinPolicy,
        MockGroupRepository, Role, Standing, Visibility,
    },
    id::{GroupId, JoinRequestId, SessionId, UserId},
    idempotency::{IdempotencyService, MockIdempotencyRepository},
    invite::{InviteService, MockInviteRepository},
    join::{JoinRequest, JoinService, JoinStatus, MockJoinRepository},
    limit::{Allowance, MockLimiter},
    membership::{MembershipService, MockMembershipRepository},
    policy::Policy,
    ranking::{MockRankingStore, RankingService},
    session::{
        MockAccessTokens, MockRefreshTokens, MockSessionRepository, Presented, Revocations, SessionService,
    },
};

pub(crate) const MOBILE: &str = "+8613800000000";
pub(crate) const PASSWORD: &str = "a horse, a battery";

/// A moment, in seconds from an arbitrary one.
pub(crate) fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A clock that stands still until it is set.
pub(crate) struct TestClock(Mutex<Timestamp>);

impl TestClock {
    pub(crate) fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap() = now;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Gives out the numbers that follow on the first, each as eight bytes.
pub(crate) struct CountingRandom(AtomicU64);

impl CountingRandom {
    pub(crate) fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }
}

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    }
}

pub(crate) fn user_id(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

pub(crate) fn group_id() -> GroupId {
    GroupId::new(5).unwrap()
}

pub(crate) fn session_id(number: i64) -> SessionId {
    SessionId::new(number).unwrap()
}

/// User 1 in session 11.
pub(crate) fn actor() -> Actor {
    Actor { user_id: user_id(1), session_id: session_id(11) }
}

pub(crate) fn origin() -> Origin {
    Origin::new([192, 0, 2, 1].into(), Some("test"))
}

pub(crate) fn mobile() -> Mobile {
    Mobile::stored(MOBILE.into())
}

/// User 1.
pub(crate) fn user() -> User {
    User {
        id: user_id(1),
        mobile: mobile(),
        nickname: None,
        avatar_key: None,
        gender: None,
        address: None,
        bio: None,
        role: SiteRole::User,
        suspended_until: None,
        created_at: at(-1_000),
        version: 3,
    }
}

pub(crate) fn credentials() -> Credentials {
    Credentials { user_id: user_id(1), password_hash: Some("secret hash".into()), version: 7 }
}

pub(crate) fn card(number: i64) -> UserCard {
    UserCard::stored(user_id(number), Some("somebody"), Some(MOBILE), None)
}

pub(crate) fn issued(code: &str) -> IssuedCode {
    IssuedCode { code: Code::parse(code).unwrap(), ttl: Duration::from_secs(321), attempts: 2 }
}

pub(crate) fn presented() -> Presented {
    Presented {
        session_id: session_id(11),
        generation: 4,
        hash: [4; 32],
        successor: "fifth token".into(),
        successor_hash: [5; 32],
    }
}

pub(crate) fn standing(role: Option<Role>) -> Standing {
    Standing {
        visibility: Visibility::Members,
        join_policy: JoinPolicy::Approval,
        role,
        muted_until: None,
        banned: false,
    }
}

pub(crate) fn viewer(role: Option<Role>) -> GroupViewer {
    GroupViewer {
        role,
        join_request: None,
        can_request_at: None,
        muted_until: None,
        banned: false,
        pending_request_count: None,
        can: Capabilities::default(),
    }
}

/// A group by approval, as this viewer sees it.
pub(crate) fn view(viewer: Option<GroupViewer>) -> GroupView {
    GroupView {
        group: Group {
            id: group_id(),
            name: GroupName::parse("Rust").unwrap(),
            category: "程序设计".into(),
            description: String::new(),
            notice: None,
            cover_key: None,
            join_policy: JoinPolicy::Approval,
            visibility: Visibility::Members,
            member_count: 1,
            post_count: 0,
            created_at: at(-100),
            edited_at: None,
            version: 1,
        },
        owner: card(9),
        viewer,
    }
}

/// Join request 8, made by this user.
pub(crate) fn join_request(by: i64, status: JoinStatus) -> JoinRequest {
    JoinRequest {
        id: JoinRequestId::new(8).unwrap(),
        group_id: group_id(),
        user: card(by),
        reason: "我想加入".into(),
        status,
        reply: None,
        decided_by: None,
        created_at: at(-50),
        decided_at: None,
    }
}

/// A port's answer when it does not answer.
pub(crate) fn down() -> PortError {
    PortError::unavailable("down")
}

/// The code of the refusal that this must be.
pub(crate) fn refused<T: std::fmt::Debug, E: Coded>(result: Result<T, E>) -> &'static str {
    result.unwrap_err().code()
}

/// The wrong fields of the refusal that this must be, each as `/pointer code`.
pub(crate) fn flaws<T: std::fmt::Debug, E: Coded>(result: Result<T, E>) -> Vec<String> {
    let error = result.unwrap_err();
    error.fields().iter().map(|field| format!("{} {}", field.pointer, field.code)).collect()
}

/// A mock of every port. None expects a call, so that a call that no rule asks for fails the test.
#[derive(Default)]
pub(crate) struct Ports {
    pub(crate) accounts: MockAccountRepository,
    pub(crate) sessions: MockSessionRepository,
    pub(crate) codes: MockCodeStore,
    pub(crate) sms: MockSmsSender,
    pub(crate) hasher: MockPasswordHasher,
    pub(crate) access: MockAccessTokens,
    pub(crate) refresh: MockRefreshTokens,
    pub(crate) limiter: MockLimiter,
    pub(crate) groups: MockGroupRepository,
    pub(crate) members: MockMembershipRepository,
    pub(crate) joins: MockJoinRepository,
    pub(crate) invites: MockInviteRepository,
    pub(crate) rankings: MockRankingStore,
    pub(crate) keys: MockIdempotencyRepository,
    pub(crate) policy: Policy,
    pub(crate) unlimited: bool,
}

impl Ports {
    /// No try has to wait, and none that succeeded stays counted.
    pub(crate) fn patient(mut self) -> Self {
        self.limiter.expect_attempt().returning(|_| Ok(Allowance::Granted));
        self.limiter.expect_forget().returning(|_| Ok(()));
        self.limiter.expect_take_back().returning(|_| Ok(()));
        self
    }

    /// Tokens are `access for <user> in <session>` and `first token of <session>`.
    pub(crate) fn signing(mut self) -> Self {
        self.access
            .expect_issue()
            .returning(|claims| Ok(format!("access for {} in {}", claims.user_id, claims.session_id)));
        self.refresh.expect_first().returning(|id| (format!("first token of {id}"), [1; 32]));
        self
    }

    /// The actor's standing in the group is this, whenever it is asked for.
    pub(crate) fn standing(mut self, found: Option<Standing>) -> Self {
        self.groups.expect_standing().returning(move |_, _, _| Ok(found.clone()));
        self
    }

    /// The services over these ports, at [`at`]`(0)`.
    pub(crate) fn services(self) -> Services {
        let clock = Arc::new(TestClock(Mutex::new(at(0))));
        let random: Arc<dyn Random> = Arc::new(CountingRandom::from(122_999));
        let (policy, limited) = (Arc::new(self.policy), !self.unlimited);
        let accounts = Arc::new(self.accounts);
        let hasher = Arc::new(self.hasher);
        let limiter = Arc::new(self.limiter);
        let groups = Arc::new(self.groups);
        let codes = Arc::new(CodeService::new(
            Arc::new(self.codes),
            limiter.clone(),
            Arc::new(self.sms),
            random.clone(),
            policy.clone(),
            limited,
        ));
        let sessions = Arc::new(SessionService {
            accounts: accounts.clone(),
            sessions: Arc::new(self.sessions),
            codes: codes.clone(),
            hasher: hasher.clone(),
            access_tokens: Arc::new(self.access),
            refresh_tokens: Arc::new(self.refresh),
            limiter,
            revocations: Revocations::default(),
            clock: clock.clone(),
            random: random.clone(),
            policy: policy.clone(),
            limited,
        });
        let rankings = Arc::new(RankingService {
            rankings: Arc::new(self.rankings),
            clock: clock.clone(),
            policy: policy.clone(),
        });
        Services {
            accounts: AccountService {
                accounts,
                sessions: sessions.clone(),
                codes: codes.clone(),
                hasher,
                clock: clock.clone(),
                policy: policy.clone(),
            },
            sessions,
            codes,
            groups: GroupService {
                groups: groups.clone(),
                rankings: rankings.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            rankings,
            members: MembershipService {
                groups: groups.clone(),
                members: Arc::new(self.members),
                clock: clock.clone(),
            },
            joins: JoinService {
                groups: groups.clone(),
                joins: Arc::new(self.joins),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            invites: InviteService {
                groups,
                invites: Arc::new(self.invites),
                clock: clock.clone(),
                random,
                policy,
            },
            idempotency: IdempotencyService { keys: Arc::new(self.keys), clock: clock.clone() },
            clock,
        }
    }
}

/// What [`Ports::services`] makes.
pub(crate) struct Services {
    pub(crate) accounts: AccountService,
    pub(crate) sessions: Arc<SessionService>,
    pub(crate) codes: Arc<CodeService>,
    pub(crate) groups: GroupService,
    pub(crate) members: MembershipService,
    pub(crate) joins: JoinService,
    pub(crate) invites: InviteService,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) idempotency: IdempotencyService,
    pub(crate) clock: Arc<TestClock>,
}
