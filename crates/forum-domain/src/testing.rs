//! What the unit tests share: a clock that stands still, randomness that counts, users, groups and what
//! is written in them, a hook that listens, and mocks of every port from which the services are made.

mod hooks;
mod ports;
mod written;

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::DateTime;

pub(crate) use self::{
    hooks::{Listener, Log},
    ports::{Ports, Services},
    written::{
        answer_id, answer_view, comment_id, comment_view, post_detail, post_id, post_view, question_detail,
        question_id, question_view,
    },
};
use crate::{
    account::{Credentials, Mobile, SiteRole, User, UserCard},
    actor::{Actor, Origin},
    clock::{Clock, Random, Timestamp},
    code::{Code, IssuedCode},
    error::{Coded, PortError},
    group::{Capabilities, Group, GroupName, GroupView, GroupViewer, JoinPolicy, Role, Standing, Visibility},
    id::{GroupId, JoinRequestId, SessionId, UserId},
    join::{JoinRequest, JoinStatus},
    session::Presented,
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
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

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
