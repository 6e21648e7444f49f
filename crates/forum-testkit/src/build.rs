//! What tests put into a store: accounts, sessions, tokens, groups, posts.

use chrono::{DateTime, TimeDelta};
use forum_domain::{
    account::{Mobile, Nickname, Register},
    actor::Origin,
    clock::Timestamp,
    content::{Content, Format, Rendered, Source, rules},
    error::Flaw,
    group::{GroupDraft, GroupName, JoinPolicy, Visibility},
    id::SessionId,
    post::{PostDraft, Title},
    session::{NewSession, Presented, RefreshHash},
};

/// So many seconds after the day on which tests begin.
#[must_use]
pub fn at(seconds: i64) -> Timestamp {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::seconds(seconds)
}

/// A mobile that belongs to this number alone.
#[must_use]
pub fn mobile(number: i64) -> Mobile {
    Mobile::stored(format!("+86138{number:08}"))
}

/// Where tests come from.
#[must_use]
pub fn origin() -> Origin {
    Origin { ip: "192.0.2.1".into(), user_agent: Some("testkit".into()) }
}

/// The hash of a session's token of this generation.
#[must_use]
pub fn refresh_hash(session: SessionId, generation: i64) -> RefreshHash {
    let mut hash = [7; 32];
    let (id, count) = (session.get().to_le_bytes(), generation.to_le_bytes());
    hash.iter_mut().zip(id.into_iter().chain(count)).for_each(|(byte, new)| *byte = new);
    hash
}

/// A session with its first token, good for a million seconds.
#[must_use]
pub fn session(id: i64) -> NewSession {
    let id = SessionId::stored(id);
    NewSession { id, refresh_hash: refresh_hash(id, 0), origin: origin(), expires_at: at(1_000_000) }
}

/// A session's token of this generation, as its holder presents it.
#[must_use]
pub fn presented(id: i64, generation: i64) -> Presented {
    let session_id = SessionId::stored(id);
    Presented {
        session_id,
        generation,
        hash: refresh_hash(session_id, generation),
        successor: format!("token {}", generation + 1),
        successor_hash: refresh_hash(session_id, generation + 1),
    }
}

/// A registration with the mobile and the session of this number, and no nickname.
#[must_use]
pub fn register(number: i64) -> Register {
    Register {
        mobile: mobile(number),
        password_hash: format!("$hash {number}"),
        nickname: None,
        session: session(number),
        review: None,
        at: at(0),
    }
}

/// A registration with a nickname.
///
/// # Errors
/// As [`Nickname::parse`].
pub fn register_as(number: i64, nickname: &str) -> Result<Register, Flaw> {
    Ok(Register { nickname: Some(Nickname::parse(nickname)?), ..register(number) })
}

/// A group that whoever asks waits for.
///
/// # Errors
/// As [`GroupName::parse`].
pub fn draft(name: &str) -> Result<GroupDraft, Flaw> {
    Ok(GroupDraft {
        name: GroupName::parse(name)?,
        category: "程序设计".into(),
        description: "what it is about".into(),
        notice: None,
        cover: None,
        join_policy: JoinPolicy::Approval,
        visibility: Visibility::Public,
    })
}

/// A plain text, rendered.
#[must_use]
pub fn content(text: &str) -> Content {
    let html = rules::plain_html(text);
    let rendered = Rendered { html, excerpt: rules::excerpt(text), blank: text.is_empty(), policy: 1 };
    Content { format: Format::Plain, source: Source::stored(text.into()), rendered }
}

/// A post of this title, with a body that names it.
#[must_use]
pub fn post(title: &str) -> PostDraft {
    PostDraft { title: Title::stored(title.into()), content: content(&format!("the body of {title}")) }
}
