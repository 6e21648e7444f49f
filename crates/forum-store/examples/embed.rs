//! A forum inside another program: the domain and the SQLite store alone, with a clock and randomness
//! of the program's own. Two accounts, a group, a request to join it, and its approval; then a post that a
//! hook of the program's vetoes, and one that it hears of.
//!
//! ```console
//! cargo run -p forum-store --example embed
//! ```

use std::{
    error::Error,
    fs::File,
    io::Read,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use forum_domain::{
    Actor, Coded, Forum, Policy,
    account::{AccountRepository, Mobile, Nickname, Register, Registered},
    actor::Origin,
    clock::{Clock, Random, Timestamp},
    content::Format,
    group::GroupInput,
    hook::{Fact, Hook, Intent, Veto},
    id::SessionId,
    join::Decision,
    post::PostInput,
    session::NewSession,
};
use forum_store::{Options, migrations, open};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::temp_dir().join(format!("forum-embed-{}", std::process::id()));
    let told = run(&directory).await;
    std::fs::remove_dir_all(&directory)?;
    told?.iter().for_each(|line| println!("{line}"));
    Ok(())
}

/// Does it all in a database under this directory, and tells what happened.
pub(crate) async fn run(directory: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let url = format!("sqlite:{}", directory.join("forum.db").display());
    migrations::migrate(&url).await?;
    let store = open(&url, Options::default()).await?;
    let rules = Arc::new(HouseRules::default());
    let forum = Forum::builder(store, Arc::new(WallClock), Arc::new(Urandom)).hook(rules.clone()).build()?;
    let mut told = Vec::new();

    // A program with users of its own has proved who they are: it registers them directly, without
    // SMS codes.
    let ada = register(&forum, "13800000001", "Ada").await?;
    let lin = register(&forum, "13800000002", "林").await?;

    let input = GroupInput {
        name: "Rust 编程",
        category: "程序设计",
        description: "For those who like their errors early.",
        notice: None,
        cover_media_id: None,
        join_policy: None,
        visibility: None,
    };
    let group = forum.groups.create(ada, input, None).await?;
    let view = forum.groups.get(group, Some(lin)).await?;
    told.push(format!("{} made {:?}", view.owner.nickname, view.group.name.as_str()));

    let request = forum.joins.request(lin, group, "I would like to learn", None).await?;
    let pending = forum.joins.get(ada, request).await?;
    told.push(format!("{} asks: {:?} ({})", pending.user.nickname, pending.reason, pending.status.as_str()));
    let meddling = forum.joins.decide(lin, request, Decision::Approve, None, None).await;
    told.push(format!("who asks does not decide: {}", meddling.err().ok_or("it was allowed")?));

    forum.joins.decide(ada, request, Decision::Approve, Some("Welcome!"), None).await?;
    let decided = forum.joins.get(lin, request).await?;
    let view = forum.groups.get(group, Some(lin)).await?;
    told.push(format!(
        "{}: {:?}; the group has {} members",
        decided.status.as_str(),
        decided.reply.unwrap_or_default(),
        view.group.member_count
    ));

    // Without a renderer, plain text can be posted.
    let body = "两轮，几乎全新。";
    let selling = PostInput { title: "出售自行车", body, format: Format::Plain };
    let vetoed = forum.posts.create(lin, group, selling, None).await.err().ok_or("it was posted")?;
    told.push(format!("{}: {}", vetoed.code(), vetoed.message().unwrap_or_default()));
    let asking = PostInput { title: "自行车怎么修？", ..selling };
    let post =
        forum.posts.get(Some(ada), forum.posts.create(lin, group, asking, None).await?).await?.view.post;
    told.push(format!("{} wrote {:?}: {}", post.author.nickname, post.title.as_str(), post.excerpt));
    told.append(&mut rules.heard.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(told)
}

/// Nobody sells here; and the program wants to know of every new post.
#[derive(Default)]
struct HouseRules {
    heard: Mutex<Vec<String>>,
}

#[async_trait]
impl Hook for HouseRules {
    async fn before(&self, _: Actor, intent: &Intent<'_>) -> Result<(), Veto> {
        match intent {
            Intent::Post { draft, .. } if draft.title.as_str().contains("出售") => {
                Err(Veto::new("house.no_selling", "这里不是市场"))
            }
            _ => Ok(()),
        }
    }

    async fn after(&self, _: Actor, fact: &Fact<'_>) {
        if let Fact::Posted { draft, .. } = fact {
            let line = format!("the hook heard of {:?}", draft.title.as_str());
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }
}

async fn register(forum: &Forum, mobile: &str, nickname: &str) -> Result<Actor, Box<dyn Error>> {
    let mut number = [0; 8];
    Urandom.fill(&mut number);
    let session_id = SessionId::stored((i64::from_le_bytes(number) >> 12).abs() + 1);
    let at = forum.clock.now();
    let flawed = |flaw: forum_domain::error::Flaw| flaw.code;
    let register = Register {
        mobile: Mobile::parse(mobile, &Policy::default()).map_err(flawed)?,
        password_hash: "not for logging in".into(),
        nickname: Some(Nickname::parse(nickname).map_err(flawed)?),
        session: NewSession {
            id: session_id,
            refresh_hash: [0; 32],
            origin: Origin::new([127, 0, 0, 1].into(), Some("embed")),
            expires_at: at,
        },
        review: None,
        at,
    };
    match AccountRepository::register(forum.store.as_ref(), register).await? {
        Registered::Created(user) => Ok(Actor { user_id: user.id, session_id }),
        refused => Err(format!("{refused:?}").into()),
    }
}

/// The time of day, cut to microseconds.
struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the program's clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_timestamp_micros(i64::try_from(since.as_micros()).unwrap_or(0)).unwrap_or_default()
    }
}

/// The system's randomness.
struct Urandom;

impl Random for Urandom {
    #[expect(clippy::expect_used, reason = "a program without randomness must not go on")]
    fn fill(&self, bytes: &mut [u8]) {
        File::open("/dev/urandom").and_then(|mut source| source.read_exact(bytes)).expect("/dev/urandom");
    }
}
