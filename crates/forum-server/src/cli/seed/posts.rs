//! The posts: who writes where and when, and how much each will draw.

use std::sync::Arc;

use forum_domain::{
    content::{Content, Format, Renderer, Source},
    id::{PostId, UserId},
    post::{CreatePost, PostCreated, PostDraft, Title},
};

use super::{
    Seeder, body,
    dice::{HOUR, MINUTE, Moment, Weights},
    groups::{Crowd, Group},
    lane::Lane,
    people::Person,
    progress::Stage,
};
use crate::cli::Failure;

/// A post.
pub(super) struct Post {
    pub(super) id: PostId,
    /// By its place among the groups.
    pub(super) group: usize,
    /// By his place among the people.
    pub(super) author: usize,
    pub(super) since: Moment,
    /// When something last happened to it or under it, so far.
    pub(super) last: Moment,
    /// How much it draws.
    pub(super) heat: u64,
}

/// Writes the posts, in the order of the history.
pub(super) async fn write(
    seeder: &Seeder,
    people: &mut [Person],
    groups: &[Group],
) -> Result<Vec<Post>, Failure> {
    let mut posts = plan(seeder, people, groups)?;
    let mut dice = seeder.dice(5);
    let mut stage = Stage::start("posts", posts.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(posts.len());
    for post in &posts {
        let topic = groups[post.group].topic;
        let title = title(&seeder.languages.say("title", topic, &mut dice))?;
        let format = body::format(&mut dice);
        let body = body::body(&seeder.languages, topic, format, &mut dice);
        let content = content(seeder, format, &body).await?;
        let create = CreatePost {
            group_id: groups[post.group].id,
            author: people[post.author].id,
            draft: PostDraft { title, content },
            review: None,
            at: seeder.at(post.since),
            claim: None,
        };
        let store = Arc::clone(&seeder.store);
        ids.extend(lane.begin(async move { store.create_post(create).await }).await?.map(id_of).transpose()?);
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        ids.push(id_of(answer)?);
    }
    stage.end();
    for (post, id) in posts.iter_mut().zip(ids) {
        post.id = id;
        people[post.author].last_seen = post.since.max(people[post.author].last_seen);
    }
    Ok(posts)
}

fn plan(seeder: &Seeder, people: &[Person], groups: &[Group]) -> Result<Vec<Post>, Failure> {
    let mut dice = seeder.dice(4);
    let crowd = Crowd::new(groups, people)?;
    let busy = Weights::new(groups.iter().map(|group| group.members.len() as u64))?;
    let mut posts: Vec<Post> = (0..seeder.sizes.posts)
        .map(|_| {
            let group = dice.weighed(&busy);
            let since = dice.growing(groups[group].since + MINUTE, seeder.end - HOUR);
            let author = crowd.member(groups, group, since, &mut dice);
            Post { id: PostId::stored(0), group, author, since, last: since, heat: dice.heat() }
        })
        .collect();
    posts.sort_by_key(|post| post.since);
    Ok(posts)
}

/// A text as a title.
fn title(text: &str) -> Result<Title, Failure> {
    Title::parse(text).map_err(|flaw| format!("title {text:?}: {}", flaw.code).into())
}

/// A text as the content of a post.
pub(super) async fn content(seeder: &Seeder, format: Format, text: &str) -> Result<Content, Failure> {
    let source = Source::parse(text, seeder.policy.body_max)
        .map_err(|flaw| format!("policy body_max is too small for the texts: {}", flaw.code))?;
    let rendered = seeder.renderer.render(format, source.as_str()).await?;
    Ok(Content { format, source, rendered })
}

fn id_of(answer: PostCreated) -> Result<PostId, Failure> {
    match answer {
        PostCreated::Done(id) => Ok(id),
        refused => Err(format!("a post: {refused:?}").into()),
    }
}

impl Post {
    /// Its author.
    pub(super) fn author_id(&self, people: &[Person]) -> UserId {
        people[self.author].id
    }

    /// Something happens to it.
    pub(super) fn happened(&mut self, moment: Moment) {
        self.last = self.last.max(moment);
    }
}
