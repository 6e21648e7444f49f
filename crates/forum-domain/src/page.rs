//! Paging: where a list goes on.

use crate::{clock::Timestamp, error::Invalid};

/// How many items a page has when nobody says.
pub const DEFAULT_LIMIT: u32 = 20;
/// The most items a page may have.
pub const MAX_LIMIT: u32 = 100;

/// Where a page stopped, and the next one starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// After the item with this unchanging time and id (lists sorted by what never changes).
    After {
        /// The item's time.
        at: Timestamp,
        /// The item's id, which breaks ties.
        id: i64,
    },
    /// Among the pinned items, which come before all others, after the one with this unchanging time
    /// and id.
    AfterPinned {
        /// The item's time.
        at: Timestamp,
        /// The item's id, which breaks ties.
        id: i64,
    },
    /// From this place of a frozen ranking.
    Rank {
        /// Which generation of the ranking.
        generation: i64,
        /// How many of its items came before.
        offset: u32,
    },
}

/// One page of a list, as asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// At most so many items, `1..=`[`MAX_LIMIT`].
    pub limit: u32,
    /// Where the page before stopped; `None` for the first page.
    pub after: Option<Position>,
}

impl PageRequest {
    /// A page of at most `limit` items.
    ///
    /// # Errors
    /// `out_of_range` at `limit` outside `1..=`[`MAX_LIMIT`].
    pub fn new(limit: u32, after: Option<Position>) -> Result<Self, Invalid> {
        if (1..=MAX_LIMIT).contains(&limit) {
            Ok(Self { limit, after })
        } else {
            Err(Invalid::range("/limit", 1, i64::from(MAX_LIMIT)))
        }
    }

    /// The first page, of the default size.
    #[must_use]
    pub const fn first() -> Self {
        Self { limit: DEFAULT_LIMIT, after: None }
    }

    /// The keyset position of a list whose pinned items come first: whether it is among them, the time
    /// and the id.
    #[must_use]
    pub const fn pinned_key(&self) -> Option<(bool, Timestamp, i64)> {
        match self.after {
            Some(Position::After { at, id }) => Some((false, at, id)),
            Some(Position::AfterPinned { at, id }) => Some((true, at, id)),
            _ => None,
        }
    }

    /// The keyset position, where the list is sorted by what never changes.
    #[must_use]
    pub const fn key(&self) -> Option<(Timestamp, i64)> {
        match self.after {
            Some(Position::After { at, id }) => Some((at, id)),
            _ => None,
        }
    }
}

/// Items and where they go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts; `None` after the last item.
    pub next: Option<Position>,
}

impl<T> Page<T> {
    /// A page from up to `limit + 1` rows, the surplus one telling that there is more.
    ///
    /// `key` names an item's place in the list.
    #[must_use]
    pub fn from_surplus(rows: Vec<T>, limit: u32, key: impl Fn(&T) -> (Timestamp, i64)) -> Self {
        Self::from_placed(rows, limit, |row| {
            let (at, id) = key(row);
            Position::After { at, id }
        })
    }

    /// As [`Self::from_surplus`], for a list whose pinned items come first: `key` names also whether an
    /// item is one of them.
    #[must_use]
    pub fn from_pinned(rows: Vec<T>, limit: u32, key: impl Fn(&T) -> (bool, Timestamp, i64)) -> Self {
        Self::from_placed(rows, limit, |row| match key(row) {
            (true, at, id) => Position::AfterPinned { at, id },
            (false, at, id) => Position::After { at, id },
        })
    }

    fn from_placed(mut rows: Vec<T>, limit: u32, place: impl Fn(&T) -> Position) -> Self {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(place);
        Self { items: rows, next }
    }

    /// The page with each item turned into something else.
    #[must_use]
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::at;

    fn page(ids: std::ops::RangeInclusive<i64>, limit: u32) -> Page<i64> {
        Page::from_surplus(ids.collect(), limit, |id| (at(*id), *id))
    }

    #[test]
    fn a_surplus_row_tells_of_more_and_is_not_shown() {
        let next = Some(Position::After { at: at(3), id: 3 });
        assert_eq!(page(1..=4, 3), Page { items: vec![1, 2, 3], next });
        assert_eq!(page(1..=3, 3), Page { items: vec![1, 2, 3], next: None });
        assert_eq!(Page::<i64>::from_surplus(vec![], 3, |_| (at(0), 0)), Page { items: vec![], next: None });
    }

    #[test]
    fn a_page_has_1_to_100_items() {
        for limit in [1, DEFAULT_LIMIT, 100] {
            assert_eq!(PageRequest::new(limit, None).unwrap().limit, limit);
        }
        for limit in [0, 101, u32::MAX] {
            assert_eq!(crate::testing::flaws(PageRequest::new(limit, None)), ["/limit out_of_range"]);
        }
    }

    #[test]
    fn only_a_keyset_position_is_a_key() {
        let request = |after| PageRequest { after, ..PageRequest::first() };
        assert_eq!(request(Some(Position::After { at: at(5), id: 6 })).key(), Some((at(5), 6)));
        assert_eq!(request(Some(Position::Rank { generation: 5, offset: 6 })).key(), None);
        assert_eq!(request(None).key(), None);
    }

    #[test]
    fn a_page_of_a_list_with_pinned_items_goes_on_among_the_kind_it_stopped_at() {
        let page = |limit| Page::from_pinned(vec![1, 2, 3], limit, |id| (*id < 2, at(*id), *id));
        assert_eq!(page(1), Page { items: vec![1], next: Some(Position::AfterPinned { at: at(1), id: 1 }) });
        assert_eq!(page(2), Page { items: vec![1, 2], next: Some(Position::After { at: at(2), id: 2 }) });
        assert_eq!(page(3), Page { items: vec![1, 2, 3], next: None });
    }

    #[test]
    fn a_pinned_key_tells_pinned_positions_from_others_and_a_plain_key_knows_none() {
        let request = |after| PageRequest { after, ..PageRequest::first() };
        let pinned = request(Some(Position::AfterPinned { at: at(5), id: 6 }));
        assert_eq!((pinned.pinned_key(), pinned.key()), (Some((true, at(5), 6)), None));
        let plain = request(Some(Position::After { at: at(5), id: 6 }));
        assert_eq!(plain.pinned_key(), Some((false, at(5), 6)));
        for none in [None, Some(Position::Rank { generation: 5, offset: 6 })] {
            assert_eq!(request(none).pinned_key(), None);
        }
    }

    #[test]
    fn mapping_keeps_where_the_page_goes_on() {
        let mapped = page(1..=4, 3).map(|id| id * 10);
        assert_eq!((mapped.items, mapped.next), (vec![10, 20, 30], page(1..=4, 3).next));
    }
}
