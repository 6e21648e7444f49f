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
    pictures::{self, Pictures},
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

/// Writes the posts, in the order of the history. They, and how many images they show.
pub(super) async fn write(
    seeder: &Seeder,
    people: &mut [Person],
    groups: &[Group],
) -> Result<(Vec<Post>, usize), Failure> {
    let mut posts = plan(seeder, people, groups)?;
    let mut dice = seeder.dice(5);
    let stage = Stage::start("posts", posts.len());
    let mut pictures = Pictures::for_posts(seeder, posts.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(posts.len());
    for (number, post) in posts.iter().enumerate() {
        let group = &groups[post.group];
        let title = title(&seeder.languages.say("title", group.topic, &mut dice))?;
        let mut format = body::format(&mut dice);
        let picture = if pictures.belongs_to(number) {
            format = pictures::shown_by(format);
            Some(pictures.upload(people[post.author].id, Some(group), seeder.at(post.since)).await?)
        } else {
            None
        };
        let mut body = body::body(&seeder.languages, &body::TELLING, group.topic, format, &mut dice);
        if let Some(picture) = picture {
            body = body::with_picture(&body, &pictures::address(&picture), format);
        }
        let content = content(seeder, format, &body, seeder.policy.body_max).await?;
        let create = CreatePost {
            group_id: group.id,
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
        people[post.author].seen(post.since);
    }
    Ok((posts, pictures.kept))
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

/// A text as content that may have so many characters.
pub(super) async fn content(
    seeder: &Seeder,
    format: Format,
    text: &str,
    most: u32,
) -> Result<Content, Failure> {
    let source = Source::parse(text, most).map_err(|flaw| {
        format!("policy body_max or answer_max, {most}, is too small for the texts: {}", flaw.code)
    })?;
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
