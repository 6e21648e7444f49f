//! A mock of every port, and the services over them.

use std::sync::Arc;

use super::{CountingRandom, Listener, Log, TestClock, at};
use crate::{
    account::{
        AccountService, MockAccountRepository, MockDeletionRepository, MockExportRepository,
        MockPasswordHasher,
    },
    answer::{AnswerService, MockAnswerRepository},
    answer_reply::{AnswerReplyService, MockAnswerReplyRepository},
    clock::Random,
    code::{CodeService, MockCodeStore, MockSmsSender},
    comment::{CommentService, MockCommentRepository},
    content::{MockRenderer, Rendered},
    group::{GroupService, MockGroupRepository, Standing},
    hook::Hooks,
    idempotency::{IdempotencyService, MockIdempotencyRepository},
    invite::{InviteService, MockInviteRepository},
    join::{JoinService, MockJoinRepository},
    like::{LikeService, MockLikeRepository},
    limit::{Allowance, MockLimiter},
    media::MockMediaStorage,
    membership::{MembershipService, MockMembershipRepository},
    moderation::{AdminService, MockModerationRepository, ModerationService, WordFilter},
    policy::Policy,
    post::{MockPostRepository, PostService},
    question::{MockQuestionRepository, QuestionService},
    ranking::{MockRankingStore, RankingService},
    session::{
        MockAccessTokens, MockRefreshTokens, MockSessionRepository, MockTicketStore, Revocations,
        SessionService,
    },
};

/// A mock of every port. None expects a call, so that a call that no rule asks for fails the test.
#[derive(Default)]
pub(crate) struct Ports {
    pub(crate) accounts: MockAccountRepository,
    pub(crate) deletions: MockDeletionRepository,
    pub(crate) exports: MockExportRepository,
    pub(crate) storage: MockMediaStorage,
    pub(crate) sessions: MockSessionRepository,
    pub(crate) codes: MockCodeStore,
    pub(crate) sms: MockSmsSender,
    pub(crate) hasher: MockPasswordHasher,
    pub(crate) access: MockAccessTokens,
    pub(crate) refresh: MockRefreshTokens,
    pub(crate) limiter: MockLimiter,
    pub(crate) tickets: MockTicketStore,
    pub(crate) groups: MockGroupRepository,
    pub(crate) members: MockMembershipRepository,
    pub(crate) joins: MockJoinRepository,
    pub(crate) invites: MockInviteRepository,
    pub(crate) posts: MockPostRepository,
    pub(crate) comments: MockCommentRepository,
    pub(crate) likes: MockLikeRepository,
    pub(crate) questions: MockQuestionRepository,
    pub(crate) answers: MockAnswerRepository,
    pub(crate) answer_replies: MockAnswerReplyRepository,
    pub(crate) moderation: MockModerationRepository,
    pub(crate) renderer: MockRenderer,
    pub(crate) hooks: Hooks,
    pub(crate) words: WordFilter,
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

    /// One hook more, see [`Listener`].
    pub(crate) fn listener(mut self, name: &'static str, log: &Log, veto: bool) -> Self {
        self.hooks.add(Arc::new(Listener { name, log: log.clone(), veto }));
        self
    }

    /// The HTML of `x` is `<x>` in its format, such as `<markdown x>`; that of `![]` shows nothing.
    pub(crate) fn rendering(mut self) -> Self {
        self.renderer.expect_render().returning(|format, source| {
            Ok(Rendered {
                html: format!("<{} {source}>", format.as_str()),
                excerpt: source.to_owned(),
                blank: source == "![]",
                policy: 9,
            })
        });
        self
    }

    /// No ranking was kept yet, and those that are made are.
    pub(crate) fn unranked(mut self) -> Self {
        self.rankings.expect_latest().returning(|_| Ok(None));
        self.rankings.expect_keep().returning(|_, _, _| Ok(()));
        self
    }

    /// The services over these ports, at [`at`]`(0)`.
    pub(crate) fn services(self) -> Services {
        let clock = Arc::new(TestClock::at(at(0)));
        let random: Arc<dyn Random> = Arc::new(CountingRandom::from(122_999));
        let (policy, limited) = (Arc::new(self.policy), !self.unlimited);
        let accounts = Arc::new(self.accounts);
        let hasher = Arc::new(self.hasher);
        let limiter = Arc::new(self.limiter);
        let groups = Arc::new(self.groups);
        let posts = Arc::new(self.posts);
        let questions = Arc::new(self.questions);
        let answers = Arc::new(self.answers);
        let renderer = Arc::new(self.renderer);
        let words = Arc::new(self.words);
        let moderation = Arc::new(self.moderation);
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
            tickets: Arc::new(self.tickets),
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
            moderation: ModerationService {
                moderation: moderation.clone(),
                accounts: accounts.clone(),
                groups: groups.clone(),
                sessions: sessions.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            admin: AdminService {
                moderation,
                accounts: accounts.clone(),
                sessions: sessions.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            questions: QuestionService {
                questions: questions.clone(),
                answers: answers.clone(),
                accounts: accounts.clone(),
                renderer: renderer.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            answers: AnswerService {
                answers: answers.clone(),
                questions,
                accounts: accounts.clone(),
                renderer: renderer.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            answer_replies: AnswerReplyService {
                replies: Arc::new(self.answer_replies),
                answers,
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            accounts: AccountService {
                accounts,
                deletions: Arc::new(self.deletions),
                exports: Arc::new(self.exports),
                storage: Arc::new(self.storage),
                sessions: sessions.clone(),
                codes: codes.clone(),
                hasher,
                words: words.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            sessions,
            codes,
            groups: GroupService {
                groups: groups.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            posts: PostService {
                posts: posts.clone(),
                groups: groups.clone(),
                renderer,
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            comments: CommentService {
                comments: Arc::new(self.comments),
                posts,
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            likes: LikeService {
                likes: Arc::new(self.likes),
                hooks: self.hooks,
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
    pub(crate) posts: PostService,
    pub(crate) comments: CommentService,
    pub(crate) likes: LikeService,
    pub(crate) questions: QuestionService,
    pub(crate) answers: AnswerService,
    pub(crate) answer_replies: AnswerReplyService,
    pub(crate) moderation: ModerationService,
    pub(crate) admin: AdminService,
    pub(crate) rankings: Arc<RankingService>,
    pub(crate) idempotency: IdempotencyService,
    pub(crate) clock: Arc<TestClock>,
}
