//! Ids as they stand in paths.

use std::borrow::Cow;

use forum_domain::id::MAX_ID;
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseFromParameter, ParseResult, Type},
};

/// An id in a path. Whatever is no id is read as one that nothing has: there is no such thing, and that
/// is what the asker is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id(Option<i64>);

impl Id {
    /// The id as one of a certain thing; `None` if no such thing can have it.
    pub(crate) fn of<T>(self, make: impl FnOnce(i64) -> Option<T>) -> Option<T> {
        self.0.and_then(make)
    }
}

impl Type for Id {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "id".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            minimum: Some(1.0),
            maximum: Some(MAX_ID as f64),
            ..MetaSchema::new_with_format("integer", "int64")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Id {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        // One spelling of a number only: `+1` and `01` would be other addresses of the same thing.
        let plain = value.bytes().all(|b| b.is_ascii_digit()) && !value.starts_with('0');
        Ok(Self(if plain { value.parse().ok() } else { None }))
    }
}

/// A secret in a path.
#[derive(Debug, Clone)]
pub(crate) struct Token(pub(crate) String);

impl Type for Token {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "token".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            min_length: Some(1),
            max_length: Some(64),
            ..MetaSchema::new("string")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Token {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use forum_domain::id::GroupId;

    use super::*;

    #[test]
    fn what_is_no_id_is_nothings() {
        for (text, expected) in [
            ("1", Some(1)),
            ("9007199254740991", Some(MAX_ID)),
            ("9007199254740992", None),
            ("9223372036854775808", None),
            ("0", None),
            ("-1", None),
            ("+1", None),
            ("01", None),
            ("1e3", None),
            ("1.0", None),
            ("", None),
            ("１", None),
            ("a", None),
        ] {
            let id = Id::parse_from_parameter(text).unwrap().of(GroupId::new).map(GroupId::get);
            assert_eq!(id, expected, "{text}");
        }
    }
}
