//! The users: when they came, how busy they are, and their profiles.

use std::{collections::HashSet, sync::Arc};

use forum_domain::{
    account::{
        Gender, Mobile, Nickname, ProfilePatch, Register, Registered, SiteRole, UpdateProfile, Updated,
    },
    actor::Origin,
    id::{SessionId, UserId},
    session::NewSession,
};

use super::{
    Seeder,
    dice::{DAY, Dice, MINUTE, Moment, Weights, zipf},
    lane::Lane,
    language::{THEMES, Tongue, Topic},
    progress::Stage,
};
use crate::cli::Failure;

/// How long the founders take to come.
const LAUNCH: Moment = 7 * DAY;

/// Somebody.
pub(super) struct Person {
    pub(super) id: UserId,
    /// Since when he is there.
    pub(super) since: Moment,
    /// How much he does, beside others.
    pub(super) vigour: u64,
    pub(super) topic: Topic,
    /// When he last did something, so far.
    pub(super) last_seen: Moment,
}

/// Who does something where everybody may: the busier, the likelier.
pub(super) struct Public(Weights);

impl Public {
    /// Of all these people.
    pub(super) fn new(people: &[Person]) -> Result<Self, Failure> {
        Ok(Self(Weights::new(people.iter().map(|person| person.vigour))?))
    }

    /// Somebody who was there at a moment, if nobody else the first of all.
    pub(super) fn somebody(&self, people: &[Person], moment: Moment, dice: &mut Dice) -> usize {
        for _ in 0..16 {
            let person = dice.weighed(&self.0);
            if people[person].since < moment {
                return person;
            }
        }
        0
    }
}

impl Person {
    /// He does something.
    pub(super) fn seen(&mut self, moment: Moment) {
        self.last_seen = self.last_seen.max(moment);
    }
}

/// The mobile of the user of this number, the first being 1: `+86 139 0000 0001`.
pub(super) fn mobile(number: usize) -> String {
    format!("+86139{number:08}")
}

/// Registers everybody; the first runs the site.
pub(super) async fn settle(seeder: &Seeder, password_hash: &str) -> Result<Vec<Person>, Failure> {
    let mut dice = seeder.dice(1);
    let mut people = plan(seeder, &mut dice);
    let mut skeletons = HashSet::new();
    let stage = Stage::start("users", people.len());
    let mut lane = Lane::new(seeder.width);
    let mut ids = Vec::with_capacity(people.len());
    for (number, person) in people.iter().enumerate() {
        let nickname = nickname(seeder, person.topic, &mut skeletons, &mut dice)?;
        let at = seeder.at(person.since);
        let mobile = Mobile::parse(&mobile(number + 1), &seeder.policy).map_err(
            |_| "Chinese mobiles may not register by this configuration: see policy.allowed_countries",
        )?;
        // Registering opens a session; this one is over at once, so that nobody is signed in.
        let session = NewSession {
            id: session_id(&mut dice),
            refresh_hash: dice.bytes(),
            origin: Origin { ip: "127.0.0.1".into(), user_agent: Some("forum seed".into()) },
            expires_at: at,
        };
        let register =
            Register { mobile, password_hash: password_hash.into(), nickname, session, review: None, at };
        let store = Arc::clone(&seeder.store);
        let answer = lane.begin(async move { store.register(register).await }).await?;
        ids.extend(answer.map(id_of).transpose()?);
        stage.step();
    }
    while let Some(answer) = lane.answer().await? {
        ids.push(id_of(answer)?);
    }
    stage.end();
    for (person, id) in people.iter_mut().zip(ids) {
        person.id = id;
    }
    let first = people.first().ok_or("there is nobody")?;
    seeder.store.set_site_role(first.id, SiteRole::Admin, seeder.at(first.since)).await?;
    tell_profiles(seeder, &people, &mut dice).await?;
    Ok(people)
}

/// A fifth comes at the beginning, the rest over the whole time. Who is busy does not depend on that, but the
/// first is.
fn plan(seeder: &Seeder, dice: &mut Dice) -> Vec<Person> {
    let count = seeder.sizes.users;
    let mut since: Vec<Moment> = (1..count)
        .map(|n| {
            if n <= count / 5 { dice.between(MINUTE, LAUNCH) } else { dice.between(LAUNCH, seeder.end - DAY) }
        })
        .collect();
    since.sort_unstable();
    let mut vigour: Vec<u64> = zipf(count).collect();
    if let Some((_, others)) = vigour.split_first_mut() {
        dice.shuffle(others);
    }
    std::iter::once(0)
        .chain(since)
        .zip(vigour)
        .map(|(since, vigour)| {
            let tongue = if dice.percent(75) { Tongue::Chinese } else { Tongue::English };
            let topic = Topic { tongue, theme: dice.index(THEMES) };
            // The id is known once he is registered.
            Person { id: UserId::stored(0), since, vigour, topic, last_seen: since }
        })
        .collect()
}

/// A nickname that nobody has; one in ten has none, and is shown by a masked mobile.
fn nickname(
    seeder: &Seeder,
    topic: Topic,
    taken: &mut HashSet<String>,
    dice: &mut Dice,
) -> Result<Option<Nickname>, Failure> {
    if dice.percent(10) {
        return Ok(None);
    }
    let parse =
        |text: &str| Nickname::parse(text).map_err(|flaw| format!("nickname {text:?}: {}", flaw.code));
    for attempt in 0_u64.. {
        let mut text = seeder.languages.say("nickname", topic, dice);
        if attempt > 2 {
            text.push_str(&dice.below(100 << attempt.min(20)).to_string());
        }
        let nickname = parse(&text)?;
        if taken.insert(nickname.skeleton()) {
            return Ok(Some(nickname));
        }
    }
    Ok(None)
}

/// Sessions have ids that were drawn.
fn session_id(dice: &mut Dice) -> SessionId {
    let drawn = dice.below(forum_domain::id::MAX_ID.unsigned_abs()) + 1;
    SessionId::stored(drawn.cast_signed())
}

fn id_of(answer: Registered) -> Result<UserId, Failure> {
    match answer {
        Registered::Created(user) => Ok(user.id),
        Registered::MobileTaken | Registered::NicknameTaken => {
            Err("somebody else registers meanwhile".into())
        }
    }
}

async fn tell_profiles(seeder: &Seeder, people: &[Person], dice: &mut Dice) -> Result<(), Failure> {
    let mut lane = Lane::new(seeder.free_width);
    for person in people {
        if !dice.percent(60) {
            continue;
        }
        let gender = match dice.below(20) {
            0..9 => Some(Gender::Female),
            9..18 => Some(Gender::Male),
            18 => Some(Gender::Other),
            _ => None,
        };
        let mut say = |list| Some(seeder.languages.say(list, person.topic, dice));
        let patch = ProfilePatch {
            nickname: None,
            gender: gender.map(Some),
            address: Some(say("address")),
            bio: Some(say("bio")),
        };
        let at = seeder.at(dice.after(person.since, seeder.end));
        let update = UpdateProfile { user_id: person.id, patch, if_version: None, review: None, at };
        let store = Arc::clone(&seeder.store);
        told(lane.begin(async move { store.update_profile(update).await }).await?)?;
    }
    while let Some(answer) = lane.answer().await? {
        told(Some(answer))?;
    }
    Ok(())
}

fn told(answer: Option<Updated>) -> Result<(), Failure> {
    match answer {
        None | Some(Updated::Done(_)) => Ok(()),
        Some(refused) => Err(format!("a profile: {refused:?}").into()),
    }
}
