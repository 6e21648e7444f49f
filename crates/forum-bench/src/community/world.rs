//! Finding one's way in a seeded forum over HTTP, as a front end would: who can sign in, what there is to
//! read, and who may write where.

use std::collections::{HashMap, HashSet};

use anyhow::{Context, Result, ensure};
use hyper::{Method, header::HeaderValue};
use serde_json::{Value, json};

use super::{PASSWORD, draw::Target, mobile};
use crate::client::Connection;

/// Users that ask over HTTP.
const FRONT: usize = 256;
/// Users that the yardsticks act for, so that nobody's likes stand in anybody's way.
const YARD: usize = 256;
/// Users that one caller acts for in process.
const ALONE: usize = 64;
/// Things to read or to like.
const TARGETS: usize = 4_096;
/// Posts to comment on.
const WRITABLE: usize = 1_024;
/// Posts whose comments fill a page.
const BUSY: usize = 256;
/// Items of a page, when nobody says.
const PAGE: usize = 20;

/// What the scenarios draw from.
pub(super) struct World {
    pub(super) front: Vec<i64>,
    pub(super) yard: Vec<i64>,
    pub(super) alone: Vec<i64>,
    /// What those of `front` sign in with.
    pub(super) tokens: HashMap<i64, HeaderValue>,
    /// Posts of public groups.
    pub(super) posts: Vec<Target>,
    /// Public groups with a page of posts.
    pub(super) groups: Vec<Target>,
    /// Posts of public groups with a page of comments.
    pub(super) busy: Vec<Target>,
    /// Users of `front`, and posts at the same places that they may comment on.
    pub(super) writers: (Vec<i64>, Vec<Target>),
    /// Comments in public groups that none of the three wrote.
    pub(super) comments: Vec<Target>,
    /// One more of these.
    pub(super) hot: Target,
}

/// A post as a list shows it.
struct Post {
    id: i64,
    group: i64,
    comments: i64,
}

impl World {
    /// Looks around.
    pub(super) async fn explore(address: &str) -> Result<Self> {
        let mut client = Connection::open(address).await?;
        let client = &mut client;
        let mut users = Vec::with_capacity(FRONT + YARD + ALONE);
        for number in 0..FRONT + YARD + ALONE {
            users.push(log_in(client, &mobile(number)).await?);
        }
        let ours: HashSet<i64> = users.iter().map(|(id, _)| *id).collect();
        let ids: Vec<i64> = users.iter().map(|(id, _)| *id).collect();
        let (front, others) = ids.split_at(FRONT);
        let (yard, alone) = others.split_at(YARD);

        let posts = public_posts(client).await?;
        let mut by_group: HashMap<i64, Vec<&Post>> = HashMap::new();
        for post in &posts {
            by_group.entry(post.group).or_default().push(post);
        }
        let mut groups: Vec<Target> = by_group
            .iter()
            .filter(|(_, posts)| posts.len() >= PAGE)
            .map(|(group, _)| Target { group: *group, post: 0, comment: 0 })
            .collect();
        groups.sort_by_key(|target| target.group);
        let target = |post: &Post| Target { group: post.group, post: post.id, comment: 0 };

        let (busy, mut comments) = comments_of(client, &posts, &ours).await?;
        let hot = comments.pop().context("no comment to like")?;
        let writers = writers(client, &users[..FRONT], &by_group).await?;
        let tokens = users.into_iter().take(FRONT).collect();
        let spread = spread(&posts, TARGETS).into_iter().map(target).collect();
        let world = Self {
            front: front.to_vec(),
            yard: yard.to_vec(),
            alone: alone.to_vec(),
            tokens,
            posts: spread,
            groups,
            busy,
            writers,
            comments,
            hot,
        };
        ensure!(!world.groups.is_empty(), "no public group has a page of posts");
        ensure!(!world.busy.is_empty(), "no post of a public group has a page of comments");
        ensure!(!world.writers.0.is_empty(), "none of the users may comment anywhere");
        eprintln!(
            "forum-bench: {} posts, {} groups, {} posts with {PAGE} comments, {} writers with their posts, \
             {} comments to like",
            world.posts.len(),
            world.groups.len(),
            world.busy.len(),
            world.writers.0.len(),
            world.comments.len()
        );
        Ok(world)
    }
}

/// So many of these, from all over.
fn spread<T>(all: &[T], count: usize) -> Vec<&T> {
    all.iter().step_by((all.len() / count).max(1)).take(count).collect()
}

async fn log_in(client: &mut Connection, mobile: &str) -> Result<(i64, HeaderValue)> {
    let body = json!({ "mobile": mobile, "password": PASSWORD });
    let session = client.call(Method::POST, "/api/v1/auth/login", None, Some(&body)).await?;
    let token = session["access_token"].as_str().context("no token")?;
    Ok((id(&session["user"])?, format!("Bearer {token}").try_into()?))
}

async fn read(client: &mut Connection, path: &str, token: Option<&HeaderValue>) -> Result<Value> {
    let token = token.and_then(|token| token.to_str().ok()?.strip_prefix("Bearer "));
    client.call(Method::GET, path, token, None).await
}

fn id(of: &Value) -> Result<i64> {
    of["id"].as_i64().with_context(|| format!("no id in {of}"))
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["items"].as_array().into_iter().flatten()
}

/// All posts of public groups.
async fn public_posts(client: &mut Connection) -> Result<Vec<Post>> {
    let mut posts = Vec::new();
    let mut path = "/api/v1/posts?limit=100".to_owned();
    loop {
        let page = read(client, &path, None).await?;
        for post in items(&page) {
            let comments = post["comment_count"].as_i64().context("no comment_count")?;
            posts.push(Post { id: id(post)?, group: id(&post["group"])?, comments });
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/posts?limit=100&cursor={cursor}"),
            None => return Ok(posts),
        }
    }
}

/// Posts with a page of comments; comments that none of `ours` wrote. The most discussed posts first.
async fn comments_of(
    client: &mut Connection,
    posts: &[Post],
    ours: &HashSet<i64>,
) -> Result<(Vec<Target>, Vec<Target>)> {
    let mut order: Vec<&Post> = posts.iter().filter(|post| post.comments > 0).collect();
    order.sort_by_key(|post| (-post.comments, post.id));
    let (mut busy, mut liked) = (Vec::new(), Vec::new());
    for post in order {
        let page = read(client, &format!("/api/v1/posts/{}/comments?limit=100", post.id), None).await?;
        let target = Target { group: post.group, post: post.id, comment: 0 };
        if items(&page).count() >= PAGE && busy.len() < BUSY {
            busy.push(target);
        }
        for comment in items(&page) {
            let author = comment["author"]["id"].as_i64();
            if author.is_some_and(|author| !ours.contains(&author)) {
                liked.push(Target { comment: id(comment)?, ..target });
            }
        }
        if liked.len() > TARGETS {
            liked.truncate(TARGETS + 1);
            break;
        }
    }
    Ok((busy, liked))
}

/// Users and posts, in pairs, that may comment there; each user has his turn before anybody's second.
async fn writers(
    client: &mut Connection,
    users: &[(i64, HeaderValue)],
    posts: &HashMap<i64, Vec<&Post>>,
) -> Result<(Vec<i64>, Vec<Target>)> {
    let mut theirs = Vec::new();
    for (user, token) in users {
        let page = read(client, "/api/v1/me/groups?limit=100", Some(token)).await?;
        let groups: Vec<i64> = items(&page).map(id).collect::<Result<_>>()?;
        let open: Vec<&Post> =
            groups.iter().filter_map(|group| posts.get(group)).flatten().copied().collect();
        theirs.push((*user, token, open));
    }
    let (mut writers, mut places) = (Vec::new(), Vec::new());
    let mut taken = HashSet::new();
    for turn in 0..WRITABLE {
        for (number, (user, token, open)) in theirs.iter().enumerate() {
            // Different users start at different places of what may be the same group.
            let start = number * 97 + turn * 13;
            let free = (0..open.len()).filter_map(|step| open.get((start + step) % open.len()));
            let Some(post) = free.take(50).find(|post| !taken.contains(&post.id)) else { continue };
            taken.insert(post.id);
            let seen = read(client, &format!("/api/v1/posts/{}", post.id), Some(token)).await?;
            if seen["viewer"]["can"]["comment"] == true {
                writers.push(*user);
                places.push(Target { group: post.group, post: post.id, comment: 0 });
            }
            if writers.len() == WRITABLE {
                return Ok((writers, places));
            }
        }
    }
    Ok((writers, places))
}
