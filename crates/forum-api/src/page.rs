//! Lists: `limit` and `cursor`, and where a page goes on.
//!
//! A cursor is opaque to clients: the position, sealed together with the list that it belongs to, so that
//! neither a forged one nor one of another list (or of other filters) is taken.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use forum_domain::{
    error::Flaw,
    page::{DEFAULT_LIMIT, MAX_LIMIT, PageRequest, Position},
};
use hmac::{Hmac, KeyInit, Mac};
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseFromParameter, ParseResult, Type},
};
use sha2::Sha256;

use crate::{context::Call, problem::Problem};

/// How many bytes of the seal a cursor carries.
const SEAL: usize = 16;

/// A list with its filters and sort: what a cursor belongs to.
pub(crate) struct Scope {
    bytes: Vec<u8>,
    /// Its pinned items come first.
    pinned: bool,
}

impl Scope {
    /// The list of an operation with these filters. Each is written with its length, so that different
    /// filters never give the same scope.
    pub(crate) fn new(operation: &'static str, filters: &[&str]) -> Self {
        let mut bytes = Vec::new();
        for part in std::iter::once(&operation).chain(filters) {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Self { bytes, pinned: false }
    }

    /// A list whose pinned items come first: only such a list goes on among its pinned items.
    pub(crate) fn with_pinned(self) -> Self {
        Self { pinned: true, ..self }
    }

    /// The page that is asked for.
    pub(crate) fn page(&self, call: &Call, limit: &Limit, cursor: &Cursor) -> Result<PageRequest, Problem> {
        let after = match &cursor.0 {
            Some(text) => Some(self.open(&call.state.settings.cursor_key, text)?),
            None => None,
        };
        Ok(PageRequest::new(limit.value()?, after)?)
    }

    /// The cursor of the next page.
    pub(crate) fn cursor(&self, call: &Call, next: Option<Position>) -> Option<String> {
        next.map(|position| self.close(&call.state.settings.cursor_key, position))
    }

    fn close(&self, key: &[u8; 32], position: Position) -> String {
        let mut bytes = encode(position);
        let seal = self.mac(key, &bytes).finalize().into_bytes();
        bytes.extend(seal.iter().take(SEAL));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, key: &[u8; 32], text: &str) -> Result<Position, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Problem::invalid_cursor())?;
        let at = bytes.len().checked_sub(SEAL).ok_or_else(Problem::invalid_cursor)?;
        let (position, seal) = bytes.split_at(at);
        // Compared in constant time.
        self.mac(key, position).verify_truncated_left(seal).map_err(|_| Problem::invalid_cursor())?;
        match decode(position) {
            Some(Position::AfterPinned { .. }) if !self.pinned => Err(Problem::invalid_cursor()),
            Some(position) => Ok(position),
            None => Err(Problem::invalid_cursor()),
        }
    }

    fn mac(&self, key: &[u8; 32], position: &[u8]) -> Hmac<Sha256> {
        // A key shorter than a block is padded with zeros: that is HMAC's own rule.
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(key);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(&(self.bytes.len() as u64).to_be_bytes());
        mac.update(&self.bytes);
        mac.update(position);
        mac
    }
}

fn encode(position: Position) -> Vec<u8> {
    match position {
        Position::After { at, id } => {
            [&[0][..], &at.timestamp_micros().to_be_bytes(), &id.to_be_bytes()].concat()
        }
        Position::Rank { generation, offset } => {
            [&[1][..], &generation.to_be_bytes(), &offset.to_be_bytes()].concat()
        }
        Position::AfterPinned { at, id } => {
            [&[2][..], &at.timestamp_micros().to_be_bytes(), &id.to_be_bytes()].concat()
        }
    }
}

fn decode(bytes: &[u8]) -> Option<Position> {
    let number = |from: usize| Some(i64::from_be_bytes(bytes.get(from..from + 8)?.try_into().ok()?));
    match (bytes.first()?, bytes.len()) {
        (0, 17) => Some(Position::After { at: DateTime::from_timestamp_micros(number(1)?)?, id: number(9)? }),
        (1, 13) => {
            let offset = u32::from_be_bytes(bytes.get(9..)?.try_into().ok()?);
            Some(Position::Rank { generation: number(1)?, offset })
        }
        (2, 17) => {
            Some(Position::AfterPinned { at: DateTime::from_timestamp_micros(number(1)?)?, id: number(9)? })
        }
        _ => None,
    }
}

/// `?limit=`, as it came.
pub(crate) struct Limit(Option<String>);

impl Limit {
    fn value(&self) -> Result<u32, Problem> {
        let wrong = || Problem::field("/limit", Flaw::range("out_of_range", 1, i64::from(MAX_LIMIT)));
        match self.0.as_deref() {
            None => Ok(DEFAULT_LIMIT),
            Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        }
    }
}

/// `?cursor=`, as it came.
pub(crate) struct Cursor(Option<String>);

macro_rules! parameter {
    ($name:ident, $schema:expr) => {
        impl Type for $name {
            const IS_REQUIRED: bool = false;
            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new($schema))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(std::iter::once(self))
            }
        }

        impl ParseFromParameter for $name {
            fn parse_from_parameter(value: &str) -> ParseResult<Self> {
                Ok(Self(Some(value.to_owned())))
            }

            fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(
                values: I,
            ) -> ParseResult<Self> {
                Ok(Self(values.into_iter().next().map(|value| value.as_ref().to_owned())))
            }
        }
    };
}

parameter!(
    Limit,
    MetaSchema {
        minimum: Some(1.0),
        maximum: Some(f64::from(MAX_LIMIT)),
        default: Some(DEFAULT_LIMIT.into()),
        ..MetaSchema::new_with_format("integer", "int32")
    }
);
parameter!(Cursor, MetaSchema { max_length: Some(200), ..MetaSchema::new("string") });

/// Makes the body of a page of a list; after `as`, the functions of the item that make its examples.
macro_rules! list_of {
    ($(#[$doc:meta])* $name:ident of $item:ident) => {
        $crate::page::list_of! { $(#[$doc])* $name of $item as example }
    };
    ($(#[$doc:meta])* $name:ident of $item:ident as $($maker:ident)and+) => {
        $(#[$doc])*
        #[derive(Debug, poem_openapi::Object, serde::Serialize)]
        #[oai(example)]
        pub(crate) struct $name {
            /// The items, in the list's order.
            #[oai(validator(max_items = 100))]
            pub(crate) items: Vec<$item>,
            /// For the next page, as `?cursor=`; null after the last item.
            #[oai(validator(max_length = 200))]
            pub(crate) next_cursor: Option<String>,
        }

        impl poem_openapi::types::Example for $name {
            fn example() -> Self {
                Self { items: vec![$($item::$maker()),+], next_cursor: None }
            }
        }
    };
}
pub(crate) use list_of;

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn positions() -> [Position; 2] {
        let at = DateTime::from_timestamp_micros(1_777_000_000_123_456).unwrap();
        [Position::After { at, id: 42 }, Position::Rank { generation: 99, offset: 980 }]
    }

    fn among_pinned() -> Position {
        let at = DateTime::from_timestamp_micros(1_777_000_000_123_456).unwrap();
        Position::AfterPinned { at, id: 42 }
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let scope = Scope::new("listGroups", &["", "new"]);
        for position in positions() {
            assert_eq!(scope.open(&KEY, &scope.close(&KEY, position)).unwrap(), position);
        }
    }

    #[test]
    fn only_a_list_with_pinned_items_goes_on_among_them() {
        let pinned = Scope::new("listGroupPosts", &["7"]).with_pinned();
        for position in positions().into_iter().chain([among_pinned()]) {
            assert_eq!(pinned.open(&KEY, &pinned.close(&KEY, position)).unwrap(), position);
        }
        let plain = Scope::new("listGroupPosts", &["7"]);
        let refused = plain.open(&KEY, &pinned.close(&KEY, among_pinned())).unwrap_err();
        assert_eq!((refused.status().as_u16(), refused.code()), (400, "cursor.invalid"));
    }

    #[test]
    fn a_cursor_of_another_list_key_or_filter_is_refused() {
        let [position, _] = positions();
        let cursor = Scope::new("listGroups", &["ab", "c"]).close(&KEY, position);
        for (operation, filters) in
            [("listMyGroups", ["ab", "c"]), ("listGroups", ["a", "bc"]), ("listGroups", ["", ""])]
        {
            assert_eq!(Scope::new(operation, &filters).open(&KEY, &cursor).unwrap_err().status(), 400);
        }
        let same = Scope::new("listGroups", &["ab", "c"]);
        assert_eq!(same.open(&[8; 32], &cursor).unwrap_err().code(), "cursor.invalid");
        assert!(same.open(&KEY, &cursor).is_ok());
    }

    #[test]
    fn no_changed_cut_or_made_up_cursor_is_taken() {
        let scope = Scope::new("listGroupPosts", &[]).with_pinned();
        let cursor = scope.close(&KEY, among_pinned());
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        for at in 0..bytes.len() {
            let mut forged = bytes.clone();
            forged[at] ^= 1;
            assert!(scope.open(&KEY, &URL_SAFE_NO_PAD.encode(&forged)).is_err(), "byte {at}");
            assert!(scope.open(&KEY, &URL_SAFE_NO_PAD.encode(&bytes[..at])).is_err(), "cut at {at}");
        }
        for made_up in ["", "x", "0", "null", "AAAAAAAAAAAAAAAAAAAAAA", "'; --", "中文", &cursor[1..]] {
            assert!(scope.open(&KEY, made_up).is_err(), "{made_up}");
        }
    }

    #[test]
    fn limits_are_plain_numbers() {
        let limit = |text: &str| Limit(Some(text.into())).value().ok();
        assert_eq!(Limit(None).value().unwrap(), 20);
        assert_eq!(limit("100"), Some(100));
        for wrong in ["+5", "-1", "1e2", "4294967296", "１０", "a"] {
            assert_eq!(limit(wrong), None, "{wrong}");
        }
    }
}
