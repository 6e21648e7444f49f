//! Who asks for what: one formula for every generator of load, so that the forum and its yardsticks do
//! the same work.

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) group: i64,
    pub(super) post: i64,
    pub(super) comment: i64,
}

/// The ids of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    pub(super) user: i64,
    pub(super) target: Target,
}

/// In which order users and targets meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Each client's users take turns, request by request.
    Turns,
    /// Each user takes every target once before the next user's turn: a fact that can be only once is
    /// never asked for twice.
    Once,
    /// The user at a place goes with the target at that place.
    Pairs,
}

/// Odd, so that its multiples visit every place among a power of two of them, and large, so that
/// neighbours in time are none in the tables.
pub(super) const STRIDE: u64 = 2_654_435_761;
/// How far the clients stand from each other among the targets.
pub(super) const APART: u64 = 61;

/// Users and targets, and how they are drawn.
#[derive(Debug, Clone)]
pub(super) struct Draw {
    pub(super) order: Order,
    pub(super) users: Vec<i64>,
    /// A power of two of them.
    pub(super) targets: Vec<Target>,
}

impl Draw {
    /// Keeps as many of the targets (and of the users that go with them) as make a power of two.
    pub(super) fn new(order: Order, users: &[i64], targets: &[Target]) -> Self {
        let kept = 1 << targets.len().max(1).ilog2();
        let users = if order == Order::Pairs { &users[..kept.min(users.len())] } else { users };
        Self { order, users: users.to_vec(), targets: targets[..kept.min(targets.len())].to_vec() }
    }

    /// The ids of a client's `number`th request, where so many clients ask. Nothing, if there is nothing
    /// to draw from. `pgbench.rs` has the same formula.
    pub(super) fn ids(&self, client: u64, clients: u64, number: u64) -> Option<Ids> {
        let targets = u64::try_from(self.targets.len()).ok().filter(|count| *count > 0)?;
        let users = u64::try_from(self.users.len()).ok().filter(|count| *count > 0)?;
        let place = (number * STRIDE + client * APART) % targets;
        let user = match self.order {
            Order::Turns => (client + clients * number) % users,
            Order::Once => (client + clients * (number / targets)) % users,
            Order::Pairs => place,
        };
        Some(Ids {
            user: *self.users.get(usize::try_from(user).ok()?)?,
            target: *self.targets.get(usize::try_from(place).ok()?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn targets(count: i64) -> Vec<Target> {
        (0..count).map(|id| Target { group: 0, post: id, comment: id }).collect()
    }

    #[test]
    fn nothing_is_drawn_twice_where_it_can_be_only_once() {
        let draw = Draw::new(Order::Once, &(0..12).collect::<Vec<_>>(), &targets(70));
        assert_eq!(draw.targets.len(), 64);
        let drawn: HashSet<(i64, i64)> = (0..4)
            .flat_map(|client| (0..3 * 64).map(move |number| (client, number)))
            .filter_map(|(client, number)| draw.ids(client, 4, number))
            .map(|ids| (ids.user, ids.target.comment))
            .collect();
        assert_eq!(drawn.len(), 12 * 64);
    }

    #[test]
    fn pairs_stay_together() {
        let users: Vec<i64> = (0..70).map(|id| id + 1_000).collect();
        let draw = Draw::new(Order::Pairs, &users, &targets(70));
        for number in 0..200 {
            let ids = draw.ids(number % 7, 7, number).unwrap();
            assert_eq!(ids.user, ids.target.post + 1_000);
        }
    }
}
