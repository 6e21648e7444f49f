//! Room for uploads in memory: what all uploads that are under way may take together, and how many one user
//! may have under way.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use forum_domain::{error::PortError, id::UserId};

use crate::problem::Problem;

/// Bytes of all files that are being received or decoded.
const BYTES: u64 = 512 << 20;
/// Uploads of one user.
const PER_USER: usize = 4;

/// The room of a process.
#[derive(Default, Clone)]
pub(crate) struct Room(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    bytes: u64,
    users: HashMap<Option<UserId>, usize>,
}

/// Room that an upload has taken, until it goes.
pub(crate) struct Held {
    room: Room,
    user: Option<UserId>,
    bytes: u64,
}

impl Room {
    /// Room for one more upload of this user's.
    pub(super) fn enter(&self, user: Option<UserId>) -> Result<Held, Problem> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let under_way = taken.users.entry(user).or_default();
        if *under_way >= PER_USER {
            return Err(PortError::Busy.into());
        }
        *under_way += 1;
        Ok(Held { room: self.clone(), user, bytes: 0 })
    }
}

impl Held {
    /// Room for so many more bytes.
    pub(super) fn grow(&mut self, bytes: u64) -> Result<(), Problem> {
        let mut taken = self.room.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.bytes + bytes > BYTES {
            return Err(PortError::Busy.into());
        }
        taken.bytes += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut taken = self.room.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.bytes -= self.bytes;
        if let Some(under_way) = taken.users.get_mut(&self.user) {
            *under_way -= 1;
            if *under_way == 0 {
                taken.users.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_given_back() {
        let room = Room::default();
        let user = UserId::new(1);
        let mut held: Vec<Held> = (0..PER_USER).map(|_| room.enter(user).unwrap()).collect();
        assert_eq!(room.enter(user).err().map(|busy| busy.code()), Some("server.busy"));
        assert!(room.enter(UserId::new(2)).is_ok(), "each user has his own");
        held[0].grow(BYTES).unwrap();
        assert_eq!(held[1].grow(1).unwrap_err().code(), "server.busy");
        held.clear();
        room.enter(user).unwrap().grow(BYTES).unwrap();
        let taken = room.0.lock().unwrap();
        assert_eq!((taken.bytes, taken.users.len()), (0, 0));
    }
}
