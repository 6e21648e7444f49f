//! What happens to what was written: edits, marks and deletions; and to those who wrote: mutes and bans.

use std::{fmt::Debug, sync::Arc};

use forum_domain::{
    comment::{CommentDeleted, CommentUpdated, DeleteComment, UpdateComment},
    membership::{BanMember, BanSet, MemberPatch, MemberRemoved, MemberUpdated, UpdateMember},
    post::{DeletePost, Mark, PostDeleted, PostPatch, PostRestored, PostUpdated, UpdatePost},
};

use super::{
    Seeder, body,
    comments::{self, Comment},
    dice::{DAY, Dice, HOUR},
    groups::{Group, Membership},
    lane::Lane,
    people::Person,
    posts::{self, Post},
};
use crate::cli::Failure;

/// Does it all: edits first, since who was muted edits nothing, and what is deleted is so after everything
/// else that happens to it. How many memberships ended.
pub(super) async fn keep(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &mut [Post],
    comments: &mut [Comment],
) -> Result<usize, Failure> {
    let mut dice = seeder.dice(10);
    edit_posts(seeder, people, groups, posts, &mut dice).await?;
    edit_comments(seeder, people, groups, posts, comments, &mut dice).await?;
    let upkeep = Upkeep { seeder, people, groups, posts, comments };
    upkeep.mark(&mut dice).await?;
    upkeep.delete_comments(&mut dice).await?;
    upkeep.delete_posts(&mut dice).await?;
    upkeep.discipline(&mut dice).await
}

/// That a write, if its answer is there, came to be.
pub(super) fn done<T: PartialEq + Debug>(answer: Option<T>, fine: &T) -> Result<(), Failure> {
    match answer {
        Some(answer) if answer != *fine => Err(format!("the upkeep: {answer:?}").into()),
        _ => Ok(()),
    }
}

/// One in twenty adds something.
async fn edit_posts(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &mut [Post],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for post in posts {
        if !dice.percent(5) {
            continue;
        }
        let author = people[post.author].id;
        let found = seeder.store.find_post(post.id, Some(author)).await?.ok_or("a post is gone")?;
        let addition = seeder.languages.say("addition", groups[post.group].topic, dice);
        let format = found.view.post.format;
        let text = body::with_addition(found.source.as_str(), addition, format);
        let content = posts::content(seeder, format, &text, seeder.policy.body_max).await?;
        let moment = dice.after(post.since, seeder.end);
        post.happened(moment);
        let patch = PostPatch { title: None, content: Some(content) };
        let update = UpdatePost {
            id: post.id,
            patch,
            by: author,
            if_version: None,
            review: None,
            at: seeder.at(moment),
        };
        let store = Arc::clone(&seeder.store);
        done(lane.begin(async move { store.update_post(update).await }).await?, &PostUpdated::Done)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &PostUpdated::Done)?;
    }
    Ok(())
}

/// Three in a hundred say something else.
async fn edit_comments(
    seeder: &Seeder,
    people: &[Person],
    groups: &[Group],
    posts: &[Post],
    comments: &mut [Comment],
    dice: &mut Dice,
) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for comment in comments {
        if !dice.percent(3) {
            continue;
        }
        let topic = groups[posts[comment.post].group].topic;
        let body = comments::body(seeder, "comment", topic, dice)?;
        let moment = dice.after(comment.since, seeder.end);
        comment.happened(moment);
        let (id, by, at) = (comment.id, people[comment.author].id, seeder.at(moment));
        let update = UpdateComment { id, body, by, if_version: None, review: None, at };
        let store = Arc::clone(&seeder.store);
        done(lane.begin(async move { store.update_comment(update).await }).await?, &CommentUpdated::Done)?;
    }
    while let Some(answer) = lane.answer().await? {
        done(Some(answer), &CommentUpdated::Done)?;
    }
    Ok(())
}

/// What those who moderate do.
struct Upkeep<'a> {
    seeder: &'a Seeder,
    people: &'a [Person],
    groups: &'a [Group],
    posts: &'a [Post],
    comments: &'a [Comment],
}

impl Upkeep<'_> {
    /// Pins a few posts of each group, recommends some, and locks some.
    async fn mark(&self, dice: &mut Dice) -> Result<(), Failure> {
        let mut pins = vec![0; self.groups.len()];
        let mut lane = Lane::new(self.seeder.free_width);
        for post in self.posts {
            let pinned = pins[post.group] < 2 && dice.percent(5);
            pins[post.group] += usize::from(pinned);
            let excellent = dice.percent(if post.heat > 10_000 { 20 } else { 2 });
            let marks =
                [(Mark::Pinned, pinned), (Mark::Excellent, excellent), (Mark::Locked, dice.percent(1))];
            for (mark, _) in marks.into_iter().filter(|(_, set)| *set) {
                let (id, by, at) = (post.id, self.owner(post.group), self.seeder.at(post.since));
                let store = Arc::clone(&self.seeder.store);
                done(lane.begin(async move { store.mark_post(id, mark, true, by, at).await }).await?, &true)?;
            }
        }
        while let Some(answer) = lane.answer().await? {
            done(Some(answer), &true)?;
        }
        Ok(())
    }

    fn owner(&self, group: usize) -> forum_domain::id::UserId {
        self.people[self.groups[group].owner()].id
    }

    /// Three in a hundred, half of them by whoever wrote them.
    async fn delete_comments(&self, dice: &mut Dice) -> Result<(), Failure> {
        let mut lane = Lane::new(self.seeder.free_width);
        for comment in self.comments {
            if !dice.percent(3) {
                continue;
            }
            let own = dice.percent(50);
            let by =
                if own { self.people[comment.author].id } else { self.owner(self.posts[comment.post].group) };
            let at = self.seeder.at(dice.after(comment.last, self.seeder.end));
            let delete = DeleteComment { id: comment.id, by, if_version: None, at };
            let store = Arc::clone(&self.seeder.store);
            done(
                lane.begin(async move { store.delete_comment(delete).await }).await?,
                &CommentDeleted::Done,
            )?;
        }
        while let Some(answer) = lane.answer().await? {
            done(Some(answer), &CommentDeleted::Done)?;
        }
        Ok(())
    }

    /// Two in a hundred; one in ten of these comes back.
    async fn delete_posts(&self, dice: &mut Dice) -> Result<(), Failure> {
        let mut lane = Lane::new(self.seeder.free_width);
        let mut back = Vec::new();
        for post in self.posts {
            if !dice.percent(2) {
                continue;
            }
            let own = dice.percent(50);
            let by = if own { post.author_id(self.people) } else { self.owner(post.group) };
            let moment = dice.after(post.last, self.seeder.end);
            if dice.percent(10) {
                back.push((post, dice.after(moment, self.seeder.end)));
            }
            let delete = DeletePost { id: post.id, by, if_version: None, at: self.seeder.at(moment) };
            let store = Arc::clone(&self.seeder.store);
            done(lane.begin(async move { store.delete_post(delete).await }).await?, &PostDeleted::Done)?;
        }
        while let Some(answer) = lane.answer().await? {
            done(Some(answer), &PostDeleted::Done)?;
        }
        for (post, moment) in back {
            let at = self.seeder.at(moment);
            let restored = self.seeder.store.restore_post(post.id, self.owner(post.group), at).await?;
            done(Some(restored), &PostRestored::Done)?;
        }
        Ok(())
    }

    /// Mutes, bans and farewells of plain members, after everything else that they did.
    /// How many memberships that ended.
    async fn discipline(&self, dice: &mut Dice) -> Result<usize, Failure> {
        let mut ended = 0;
        for (number, group) in self.groups.iter().enumerate() {
            let mut banned = false;
            for member in group.members.iter().filter(|member| !member.staff) {
                match dice.below(100) {
                    0 => self.mute(number, *member, dice).await?,
                    1 => {
                        self.leave(number, *member).await?;
                        ended += 1;
                    }
                    2..5 if !banned => {
                        self.ban(number, *member, dice).await?;
                        banned = true;
                        ended += 1;
                    }
                    _ => {}
                }
            }
        }
        Ok(ended)
    }

    /// When somebody is dealt with: after he was last seen.
    fn at(&self, member: Membership, dice: &mut Dice) -> forum_domain::clock::Timestamp {
        self.seeder.at(dice.after(self.people[member.person].last_seen, self.seeder.end))
    }

    async fn mute(&self, group: usize, member: Membership, dice: &mut Dice) -> Result<(), Failure> {
        let end = self.seeder.end + dice.between(HOUR, 14 * DAY);
        let patch = MemberPatch { role: None, muted_until: Some(Some(self.seeder.at(end))) };
        let update = UpdateMember {
            group_id: self.groups[group].id,
            user_id: self.people[member.person].id,
            patch,
            by: self.owner(group),
            at: self.at(member, dice),
        };
        match self.seeder.store.update_member(update).await? {
            MemberUpdated::Done(_) => Ok(()),
            refused => Err(format!("a mute: {refused:?}").into()),
        }
    }

    async fn ban(&self, group: usize, member: Membership, dice: &mut Dice) -> Result<(), Failure> {
        let for_good = dice.percent(50);
        let until = (!for_good).then(|| self.seeder.at(self.seeder.end + dice.between(DAY, 30 * DAY)));
        let ban = BanMember {
            group_id: self.groups[group].id,
            user_id: self.people[member.person].id,
            until,
            reason: Some(self.seeder.languages.say("ban", self.groups[group].topic, dice)),
            by: self.owner(group),
            at: self.at(member, dice),
        };
        done(Some(self.seeder.store.ban_member(ban).await?), &BanSet::Done)
    }

    async fn leave(&self, group: usize, member: Membership) -> Result<(), Failure> {
        let (group, user, at) = (self.groups[group].id, self.people[member.person].id, self.seeder.until);
        let left = self.seeder.store.remove_member(group, user, user, at).await?;
        done(Some(left), &MemberRemoved::Done)
    }
}
