//! The comments and replies: what draws them, and who answers whom.

use std::sync::Arc;

use forum_domain::{
    comment::{CommentBody, CommentCreated, CreateComment, CreateReply, ReplyCreated},
    id::CommentId,
};

use super::{
    Seeder,
    dice::{Dice, MINUTE, Moment, Weights},
    groups::{Crowd, Group},
    lane::Lane,
    language::Topic,
    people::Person,
    posts::Post,
    progress::Stage,
};
use crate::cli::Failure;

/// A comment or a reply.
pub(super) struct Comment {
    pub(super) id: CommentId,
    /// By its place among the posts.
    pub(super) post: usize,
    /// What it replies to, by its place among the comments.
    replies_to: Option<usize>,
    /// The comment that it stands under, if it is a reply.
    pub(super) parent: Option<usize>,
    pub(super) author: usize,
    pub(super) since: Moment,
    /// When something last happened to it or under it, so far.
    pub(super) last: Moment,
}

/// Writes them, in the order of the history.
pub(super) async fn write(
    seeder: &Seeder,
    people: &mut [Person],
    groups: &[Group],
    posts: &mut [Post],
) -> Result<Vec<Comment>, Failure> {
    let mut comments = plan(seeder, people, groups, posts)?;
    let mut dice = seeder.dice(7);
    let stage = Stage::start("comments", comments.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids: Vec<CommentId> = Vec::with_capacity(comments.len());
    for comment in &comments {
        let topic = groups[posts[comment.post].group].topic;
        let list = if comment.replies_to.is_some() { "reply" } else { "comment" };
        let body = body(seeder, list, topic, &mut dice)?;
        let (author, at) = (people[comment.author].id, seeder.at(comment.since));
        let store = Arc::clone(&seeder.store);
        let answer = match comment.replies_to {
            None => {
                let post_id = posts[comment.post].id;
                let create = CreateComment { post_id, author, body, review: None, at, claim: None };
                lane.begin(async move { Ok(commented(store.create_comment(create).await?)) }).await?
            }
            Some(target) => {
                // What it replies to must have its id.
                while ids.len() <= target {
                    ids.push(lane.answer().await?.ok_or("a reply came before its comment")??);
                }
                let names = dice.percent(30);
                let reply_to = names.then(|| people[comments[target].author].id);
                let create = CreateReply {
                    comment_id: ids[target],
                    author,
                    body,
                    reply_to,
                    review: None,
                    at,
                    claim: None,
                };
                lane.begin(async move { Ok(replied(store.create_reply(create).await?)) }).await?
            }
        };
        ids.extend(answer.transpose()?);
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        ids.push(answer?);
    }
    stage.end();
    for (number, id) in ids.into_iter().enumerate() {
        comments[number].id = id;
        let Comment { post, parent, author, since, .. } = comments[number];
        posts[post].happened(since);
        people[author].seen(since);
        if let Some(parent) = parent {
            comments[parent].happened(since);
        }
    }
    Ok(comments)
}

fn plan(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &[Post],
) -> Result<Vec<Comment>, Failure> {
    if posts.is_empty() {
        return Ok(Vec::new());
    }
    let mut dice = seeder.dice(6);
    let crowd = Crowd::new(groups, people)?;
    let drawn = Weights::new(posts.iter().map(|post| post.heat))?;
    let mut comments: Vec<Comment> = (0..seeder.sizes.comments)
        .map(|_| {
            let post = dice.weighed(&drawn);
            let Post { group, author, since, .. } = posts[post];
            let since = dice.after(since, seeder.end - 10 * MINUTE);
            let own = dice.percent(15);
            let author = if own { author } else { crowd.member(groups, group, since, &mut dice) };
            let id = CommentId::stored(0);
            Comment { id, post, replies_to: None, parent: None, author, since, last: since }
        })
        .collect();
    comments.sort_by_key(|comment| comment.since);
    answer_each_other(&mut comments, posts.len(), &mut dice);
    Ok(comments)
}

/// Makes replies of some: to one of the last that were written under the same post.
fn answer_each_other(comments: &mut [Comment], posts: usize, dice: &mut Dice) {
    let mut under: Vec<Vec<usize>> = vec![Vec::new(); posts];
    for number in 0..comments.len() {
        let there = &mut under[comments[number].post];
        if !there.is_empty() && dice.percent(40) {
            let back = 1 + dice.index(there.len().min(12));
            let target = there[there.len() - back];
            comments[number].replies_to = Some(target);
            comments[number].parent = comments[target].parent.or(Some(target));
        }
        there.push(number);
    }
}

/// Something that somebody says.
pub(super) fn body(
    seeder: &Seeder,
    list: &str,
    topic: Topic,
    dice: &mut Dice,
) -> Result<CommentBody, Failure> {
    let mut text = seeder.languages.say(list, topic, dice);
    if list == "comment" && dice.percent(25) {
        text = format!("{text}{}{}", topic.gap(), seeder.languages.say("sentence", topic, dice));
    }
    CommentBody::parse(&text, seeder.policy.comment_max)
        .map_err(|flaw| format!("policy comment_max is too small for the texts: {}", flaw.code).into())
}

fn commented(answer: CommentCreated) -> Result<CommentId, Failure> {
    match answer {
        CommentCreated::Done(view) => Ok(view.comment.id),
        refused => Err(format!("a comment: {refused:?}").into()),
    }
}

fn replied(answer: ReplyCreated) -> Result<CommentId, Failure> {
    match answer {
        ReplyCreated::Done(view) => Ok(view.comment.id),
        refused => Err(format!("a reply: {refused:?}").into()),
    }
}

impl Comment {
    /// Something happens to it.
    pub(super) fn happened(&mut self, moment: Moment) {
        self.last = self.last.max(moment);
    }
}
