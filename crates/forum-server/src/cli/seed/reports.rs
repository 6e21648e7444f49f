//! The reports, of every kind of thing and for every reason: some wait, the others were resolved, by the owner
//! of the group or by whoever runs the site.

use forum_domain::{
    id::ReportId,
    moderation::{
        Action, CreateReport, Reason, ReportCreated, ResolveReport, Resolved, Target, TargetKind, rules,
    },
};

use super::{
    Seeder,
    answers::{Answer, Reply},
    comments::Comment,
    dice::{DAY, Dice, HOUR, MINUTE, Moment},
    groups::{Crowd, Group},
    people::{Person, Public},
    posts::Post,
    progress::Stage,
    questions::Question,
};
use crate::cli::Failure;

/// In turn, so that with the turns of [`REASONS`] and [`FATES`] everything meets everything.
const KINDS: [TargetKind; 11] = [
    TargetKind::Post,
    TargetKind::Comment,
    TargetKind::Question,
    TargetKind::Post,
    TargetKind::Answer,
    TargetKind::Comment,
    TargetKind::User,
    TargetKind::Post,
    TargetKind::AnswerReply,
    TargetKind::Comment,
    TargetKind::Group,
];
const REASONS: [Reason; 6] =
    [Reason::Spam, Reason::Abuse, Reason::OffTopic, Reason::Illegal, Reason::Sexual, Reason::Other];
/// What is done, if it can be done about such a thing; nothing so far of those that wait.
const FATES: [Option<Action>; 10] = [
    None,
    Some(Action::Dismiss),
    None,
    Some(Action::Remove),
    Some(Action::Mute),
    None,
    Some(Action::Dismiss),
    Some(Action::Ban),
    Some(Action::Remove),
    Some(Action::Suspend),
];

/// All that can be reported.
pub(super) struct History<'a> {
    pub(super) people: &'a [Person],
    pub(super) groups: &'a [Group],
    pub(super) posts: &'a [Post],
    pub(super) comments: &'a [Comment],
    pub(super) questions: &'a [Question],
    pub(super) answers: &'a [Answer],
    pub(super) replies: &'a [Reply],
}

/// Something that is reported.
struct Aim {
    target: Target,
    group: Option<usize>,
    author: Option<usize>,
    since: Moment,
    /// When something last happened to it.
    last: Moment,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Reported {
    pub(super) reports: usize,
    /// Memberships that ended.
    pub(super) ended: usize,
}

/// Makes the reports, and resolves those that somebody resolved.
pub(super) async fn report(seeder: &Seeder, history: &History<'_>) -> Result<Reported, Failure> {
    let mut dice = seeder.dice(23);
    let wanted = 40 + history.posts.len() / 200;
    let stage = Stage::start("reports", wanted);
    let court = Court {
        seeder,
        history,
        public: Public::new(history.people)?,
        crowd: Crowd::new(history.groups, history.people)?,
    };
    let mut made = Reported::default();
    for number in 0..wanted {
        let kind = KINDS[number % KINDS.len()];
        let fate = FATES[number % FATES.len()].map(|action| {
            let applies = rules::applies(action, kind) && kind != TargetKind::Group;
            if applies { action } else { Action::Dismiss }
        });
        let reason = REASONS[number % REASONS.len()];
        let Some((id, aim, moment)) = court.accuse(kind, reason, fate, &mut dice).await? else { continue };
        made.reports += 1;
        if let Some(action) = fate {
            made.ended += usize::from(court.judge(id, &aim, action, moment, &mut dice).await?);
        }
        stage.step();
    }
    stage.end();
    Ok(made)
}

/// Where reports are made and resolved.
struct Court<'a> {
    seeder: &'a Seeder,
    history: &'a History<'a>,
    public: Public,
    crowd: Crowd,
}

impl Court<'_> {
    /// Somebody reports something of this kind. What was deleted meanwhile, or he cannot read any more, or has
    /// reported before, he does not: he finds something else.
    async fn accuse(
        &self,
        kind: TargetKind,
        reason: Reason,
        fate: Option<Action>,
        dice: &mut Dice,
    ) -> Result<Option<(ReportId, Aim, Moment)>, Failure> {
        let people = self.history.people;
        for _ in 0..20 {
            let Some(aim) = self.aim(kind, dice) else { return Ok(None) };
            // Who is kept from something does nothing more, and to what is removed nothing more happens.
            let from = match fate {
                None | Some(Action::Dismiss) => aim.since,
                Some(Action::Remove) => aim.last,
                Some(_) => aim.last.max(aim.author.map_or(0, |author| people[author].last_seen)),
            };
            let moment = dice.after(from, self.seeder.end - HOUR);
            let reporter = match aim.group {
                Some(group) => self.crowd.member(self.history.groups, group, moment, dice),
                None => self.public.somebody(people, moment, dice),
            };
            if aim.author == Some(reporter) || moment < from {
                continue;
            }
            let topic = people[reporter].topic;
            let create = CreateReport {
                target: aim.target,
                reporter: people[reporter].id,
                reason,
                detail: (reason == Reason::Other || dice.percent(60))
                    .then(|| self.seeder.languages.say("report", topic, dice)),
                at: self.seeder.at(moment),
                claim: None,
            };
            match self.seeder.store.create_report(create).await? {
                ReportCreated::Done(id) => return Ok(Some((id, aim, moment))),
                ReportCreated::AlreadyReported | ReportCreated::NoSuchTarget => {}
            }
        }
        Ok(None)
    }

    /// Something of this kind, if there is any.
    fn aim(&self, kind: TargetKind, dice: &mut Dice) -> Option<Aim> {
        let History { people, groups, posts, comments, questions, answers, replies } = self.history;
        let (id, group, author, since, last) = match kind {
            TargetKind::Post => {
                let post = posts.get(dice.index(posts.len()))?;
                (post.id.get(), Some(post.group), Some(post.author), post.since, post.last)
            }
            TargetKind::Comment => {
                let comment = comments.get(dice.index(comments.len()))?;
                let group = posts[comment.post].group;
                (comment.id.get(), Some(group), Some(comment.author), comment.since, comment.last)
            }
            TargetKind::Question => {
                let question = questions.get(dice.index(questions.len()))?;
                (question.id.get(), None, Some(question.author), question.since, question.last)
            }
            TargetKind::Answer => {
                let answer = answers.get(dice.index(answers.len()))?;
                (answer.id.get(), None, Some(answer.author), answer.since, answer.last)
            }
            TargetKind::AnswerReply => {
                let reply = replies.get(dice.index(replies.len()))?;
                (reply.id.get(), None, Some(reply.author), reply.since, reply.last)
            }
            TargetKind::Group => {
                let number = dice.index(groups.len());
                let group = groups.get(number)?;
                (group.id.get(), Some(number), None, group.since, group.since)
            }
            TargetKind::User => {
                let number = dice.index(people.len());
                let person = people.get(number)?;
                (person.id.get(), None, Some(number), person.since, person.last_seen)
            }
        };
        Some(Aim { target: Target { kind, id }, group, author, since, last })
    }

    /// Somebody who may resolve it does so. If what is wanted cannot be done to whom it concerns, it is
    /// dismissed, and if nobody stands above him, it waits. Whether a membership ended.
    async fn judge(
        &self,
        id: ReportId,
        aim: &Aim,
        action: Action,
        reported: Moment,
        dice: &mut Dice,
    ) -> Result<bool, Failure> {
        let (seeder, people) = (self.seeder, self.history.people);
        let admin = people[0].id;
        let owner = aim.group.filter(|_| rules::is_for_groups(aim.target.kind));
        let owner = owner.map_or(admin, |group| people[self.history.groups[group].owner()].id);
        let moment = dice.after(reported, seeder.end - HOUR);
        let (at, topic) = (seeder.at(moment), people[aim.author.unwrap_or(0)].topic);
        let note = dice.percent(60).then(|| seeder.languages.say("verdict", topic, dice));
        let is_member = self.is_member(aim).await?;
        for (action, by) in [(action, owner), (action, admin), (Action::Dismiss, admin)] {
            let until = match action {
                // Everybody can sign in once the history ends.
                Action::Suspend => Some(seeder.at((moment + 3 * DAY).min(seeder.end - MINUTE))),
                _ => rules::lasts_until(action, &seeder.policy, at),
            };
            let note = note.clone();
            let resolve = ResolveReport { id, action, note, until, by: Some(by), at, claim: None };
            match seeder.store.resolve_report(resolve).await? {
                Resolved::Done { .. } => return Ok(action == Action::Ban && is_member),
                // Of the same thing another was resolved before.
                Resolved::AlreadyResolved => return Ok(false),
                Resolved::NoSuchReport
                | Resolved::NotAllowed
                | Resolved::Outranked
                | Resolved::NoSuchMember
                | Resolved::LastOwner
                | Resolved::Gone => {}
            }
        }
        Ok(false)
    }

    /// Whether the author is in the group still.
    async fn is_member(&self, aim: &Aim) -> Result<bool, Failure> {
        let (Some(group), Some(author)) = (aim.group, aim.author) else { return Ok(false) };
        let (group, author) = (self.history.groups[group].id, self.history.people[author].id);
        let standing = self.seeder.store.standing(group, Some(author), self.seeder.until).await?;
        Ok(standing.is_some_and(|standing| standing.role.is_some()))
    }
}
