//! The forum: one service per feature over one set of ports.

use std::sync::Arc;

use crate::{
    account::{AccountService, PasswordHasher},
    answer::AnswerService,
    answer_reply::AnswerReplyService,
    clock::{Clock, Random},
    code::{CodeService, CodeStore, SmsSender},
    comment::CommentService,
    content::{ContentService, Renderer},
    error::PortError,
    event::{Consumer, Dispatcher},
    group::GroupService,
    hook::{Hook, Hooks},
    idempotency::IdempotencyService,
    invite::InviteService,
    join::JoinService,
    like::LikeService,
    limit::Limiter,
    media::{ImageCodec, MediaService, MediaStorage},
    membership::MembershipService,
    moderation::{AdminService, ModerationService, WordFilter},
    notification::{FanOut, NotificationService, Notifier},
    people::PeopleService,
    policy::Policy,
    post::PostService,
    question::QuestionService,
    ranking::{RankingService, RankingStore},
    search::{Analyser, SearchService},
    session::{AccessTokens, RefreshTokens, Revocations, SessionService, TicketStore},
    store::{Cache, Store},
};

mod unconfigured;

use unconfigured::Unconfigured;

/// A community forum.
pub struct Forum {
    /// Registering, profile, password and mobile.
    pub accounts: AccountService,
    /// Signing in and out.
    pub sessions: Arc<SessionService>,
    /// SMS codes.
    pub codes: Arc<CodeService>,
    /// Groups.
    pub groups: GroupService,
    /// Their members.
    pub members: MembershipService,
    /// Asking to join them.
    pub joins: JoinService,
    /// Links that let in without asking.
    pub invites: InviteService,
    /// Posts in groups.
    pub posts: PostService,
    /// Comments and replies under them.
    pub comments: CommentService,
    /// Questions.
    pub questions: QuestionService,
    /// Answers to them.
    pub answers: AnswerService,
    /// Replies under answers.
    pub answer_replies: AnswerReplyService,
    /// What is served of texts that were written.
    pub content: ContentService,
    /// Likes of all of these.
    pub likes: LikeService,
    /// What users are told.
    pub notifications: NotificationService,
    /// What follows facts, handed to whoever handles it.
    pub events: Dispatcher,
    /// Uploaded images.
    pub media: MediaService,
    /// User pages and blocks.
    pub people: PeopleService,
    /// Finding things by their words.
    pub search: Arc<SearchService>,
    /// Reports, and the log of what those who moderate did.
    pub moderation: ModerationService,
    /// The site, for its admins.
    pub admin: AdminService,
    /// POSTs that are sent again.
    pub idempotency: IdempotencyService,
    /// The database itself, for what no rule is about: health and the doctor.
    pub store: Arc<dyn Store>,
    /// The numbers of the rules.
    pub policy: Arc<Policy>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

impl Forum {
    /// A forum in this store. Time and randomness are asked of `clock` and `random`; what is not set
    /// besides is unavailable: a forum without an SMS sender sends no codes, but has groups.
    pub fn builder(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Builder {
        let none = Arc::new(Unconfigured);
        Builder {
            store,
            clock,
            random,
            policy: Policy::default(),
            codes: none.clone(),
            limiter: none.clone(),
            rankings: none.clone(),
            tickets: none.clone(),
            sms: none.clone(),
            renderer: none.clone(),
            fan_out: none.clone(),
            codec: none.clone(),
            storage: none.clone(),
            analyser: None,
            hooks: Hooks::default(),
            consumers: Vec::new(),
            words: WordFilter::default(),
            hasher: none.clone(),
            access_tokens: none.clone(),
            refresh_tokens: none,
            limited: true,
        }
    }
}

/// Puts a [`Forum`] together.
#[must_use]
pub struct Builder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    policy: Policy,
    codes: Arc<dyn CodeStore>,
    limiter: Arc<dyn Limiter>,
    rankings: Arc<dyn RankingStore>,
    tickets: Arc<dyn TicketStore>,
    sms: Arc<dyn SmsSender>,
    renderer: Arc<dyn Renderer>,
    fan_out: Arc<dyn FanOut>,
    codec: Arc<dyn ImageCodec>,
    storage: Arc<dyn MediaStorage>,
    analyser: Option<Arc<dyn Analyser>>,
    hooks: Hooks,
    consumers: Vec<Arc<dyn Consumer>>,
    words: WordFilter,
    hasher: Arc<dyn PasswordHasher>,
    access_tokens: Arc<dyn AccessTokens>,
    refresh_tokens: Arc<dyn RefreshTokens>,
    limited: bool,
}

impl Builder {
    /// Other numbers than the defaults.
    pub fn policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// What is kept outside the store, and may be lost: codes, limits, rankings and tickets; and how
    /// processes tell each other whose notifications changed.
    pub fn cache(self, cache: Arc<dyn Cache>) -> Self {
        let (codes, limiter, rankings) = (cache.clone(), cache.clone(), cache.clone());
        Self { codes, limiter, rankings, tickets: cache.clone(), fan_out: cache, ..self }
    }

    /// The way to mobiles.
    pub fn sms(self, sms: Arc<dyn SmsSender>) -> Self {
        Self { sms, ..self }
    }

    /// What makes HTML of what people write. Without one only plain text can be posted.
    pub fn renderer(self, renderer: Arc<dyn Renderer>) -> Self {
        Self { renderer, ..self }
    }

    /// What reads and writes images, and where their files are kept. Without it nothing can be uploaded.
    pub fn media(self, codec: Arc<dyn ImageCodec>, storage: Arc<dyn MediaStorage>) -> Self {
        Self { codec, storage, ..self }
    }

    /// What makes words of texts. Without one nothing can be searched.
    pub fn analyser(self, analyser: Arc<dyn Analyser>) -> Self {
        Self { analyser: Some(analyser), ..self }
    }

    /// One more hook: it is asked before things happen, after those that were set before it, and told of
    /// them afterwards.
    pub fn hook(mut self, hook: Arc<dyn Hook>) -> Self {
        self.hooks.add(hook);
        self
    }

    /// Another way than the cache by which processes tell each other whose notifications changed. Without either
    /// nobody is told, and who listens looks for himself.
    pub fn fan_out(self, fan_out: Arc<dyn FanOut>) -> Self {
        Self { fan_out, ..self }
    }

    /// One more consumer of events, besides the forum's own.
    pub fn consumer(mut self, consumer: Arc<dyn Consumer>) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Words that are not wanted in what people write.
    pub fn words(self, words: WordFilter) -> Self {
        Self { words, ..self }
    }

    /// What hashes passwords.
    pub fn hasher(self, hasher: Arc<dyn PasswordHasher>) -> Self {
        Self { hasher, ..self }
    }

    /// What signs tokens.
    pub fn tokens(self, access: Arc<dyn AccessTokens>, refresh: Arc<dyn RefreshTokens>) -> Self {
        Self { access_tokens: access, refresh_tokens: refresh, ..self }
    }

    /// Whether codes and log-ins are limited. Off only in development.
    pub fn limited(self, limited: bool) -> Self {
        Self { limited, ..self }
    }

    /// The forum.
    ///
    /// # Errors
    /// What [`Policy::check`] says.
    pub fn build(self) -> Result<Forum, String> {
        self.policy.check()?;
        let (policy, words) = (Arc::new(self.policy), Arc::new(self.words));
        let (store, clock, random) = (self.store, self.clock, self.random);
        let codes = Arc::new(CodeService::new(
            self.codes,
            self.limiter.clone(),
            self.sms,
            random.clone(),
            policy.clone(),
            self.limited,
        ));
        let sessions = Arc::new(SessionService {
            accounts: store.clone(),
            sessions: store.clone(),
            codes: codes.clone(),
            hasher: self.hasher.clone(),
            access_tokens: self.access_tokens,
            refresh_tokens: self.refresh_tokens,
            limiter: self.limiter,
            tickets: self.tickets,
            revocations: Revocations::default(),
            clock: clock.clone(),
            random: random.clone(),
            policy: policy.clone(),
            limited: self.limited,
        });
        let rankings = Arc::new(RankingService {
            rankings: self.rankings,
            clock: clock.clone(),
            policy: policy.clone(),
        });
        let follows = self.analyser.is_some();
        let search = Arc::new(SearchService {
            search: store.clone(),
            analyser: self.analyser.unwrap_or_else(|| Arc::new(Unconfigured)),
            rankings: rankings.clone(),
            clock: clock.clone(),
        });
        // A forum that cannot search has no index to keep in step.
        let searched = follows.then(|| search.clone() as Arc<dyn Consumer>);
        let notifier = Notifier { notifications: store.clone(), fan_out: self.fan_out.clone() };
        let mut consumers: Vec<Arc<dyn Consumer>> = vec![Arc::new(notifier)];
        consumers.extend(searched.into_iter().chain(self.consumers));
        Ok(Forum {
            accounts: AccountService {
                accounts: store.clone(),
                deletions: store.clone(),
                exports: store.clone(),
                storage: self.storage.clone(),
                sessions: sessions.clone(),
                codes: codes.clone(),
                hasher: self.hasher,
                words: words.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            moderation: ModerationService {
                moderation: store.clone(),
                accounts: store.clone(),
                groups: store.clone(),
                sessions: sessions.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            admin: AdminService {
                moderation: store.clone(),
                accounts: store.clone(),
                sessions: sessions.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            sessions,
            codes,
            groups: GroupService {
                groups: store.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            members: MembershipService {
                groups: store.clone(),
                members: store.clone(),
                clock: clock.clone(),
            },
            joins: JoinService {
                groups: store.clone(),
                joins: store.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            invites: InviteService {
                groups: store.clone(),
                invites: store.clone(),
                clock: clock.clone(),
                random: random.clone(),
                policy: policy.clone(),
            },
            posts: PostService {
                posts: store.clone(),
                groups: store.clone(),
                renderer: self.renderer.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            comments: CommentService {
                comments: store.clone(),
                posts: store.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            questions: QuestionService {
                questions: store.clone(),
                answers: store.clone(),
                accounts: store.clone(),
                renderer: self.renderer.clone(),
                rankings: rankings.clone(),
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            answers: AnswerService {
                answers: store.clone(),
                questions: store.clone(),
                accounts: store.clone(),
                renderer: self.renderer.clone(),
                rankings,
                words: words.clone(),
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            answer_replies: AnswerReplyService {
                replies: store.clone(),
                answers: store.clone(),
                words,
                hooks: self.hooks.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            content: ContentService { texts: store.clone(), renderer: self.renderer },
            likes: LikeService {
                likes: store.clone(),
                hooks: self.hooks,
                clock: clock.clone(),
                policy: policy.clone(),
            },
            notifications: NotificationService {
                notifications: store.clone(),
                fan_out: self.fan_out,
                clock: clock.clone(),
                random: random.clone(),
            },
            events: Dispatcher { events: store.clone(), consumers },
            media: MediaService {
                media: store.clone(),
                groups: store.clone(),
                storage: self.storage,
                codec: self.codec,
                clock: clock.clone(),
                random,
                policy: policy.clone(),
            },
            people: PeopleService {
                people: store.clone(),
                groups: store.clone(),
                posts: store.clone(),
                clock: clock.clone(),
                policy: policy.clone(),
            },
            search,
            idempotency: IdempotencyService { keys: store.clone(), clock: clock.clone() },
            store,
            policy,
            clock,
        })
    }
}

/// A port that nobody set does not answer.
fn not_set() -> PortError {
    PortError::unavailable("this port of the forum was not configured")
}
