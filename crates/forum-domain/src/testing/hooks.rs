//! A hook that listens, and the order in which things happened.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::{
    actor::Actor,
    hook::{Fact, Hook, Intent, Veto},
};

/// What happened, in its order: each note as whoever made it wrote it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, note: impl Into<String>) {
        self.0.lock().unwrap().push(note.into());
    }

    /// The notes so far, which are forgotten.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A hook that notes what it is asked and told, as `<name> before|after <what>`, and says no if it is to.
pub(crate) struct Listener {
    pub(crate) name: &'static str,
    pub(crate) log: Log,
    pub(crate) veto: bool,
}

impl Listener {
    fn note(&self, when: &str, what: &str) {
        // What stands before the fields is the variant's name.
        let what = what.split(' ').next().unwrap();
        self.log.note(format!("{} {when} {what}", self.name));
    }
}

#[async_trait]
impl Hook for Listener {
    async fn before(&self, actor: Actor, intent: &Intent<'_>) -> Result<(), Veto> {
        assert_eq!(actor, super::actor());
        self.note("before", &format!("{intent:?}"));
        if self.veto { Err(Veto::new("house.no", "家规")) } else { Ok(()) }
    }

    async fn after(&self, actor: Actor, fact: &Fact<'_>) {
        assert_eq!(actor, super::actor());
        self.note("after", &format!("{fact:?}"));
    }
}
