//! Query parameters that narrow a list. One that is empty is as good as absent.

use std::borrow::Cow;

use forum_domain::{error::Flaw, id::MAX_ID};
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromParameter, ParseResult, Type},
};

use crate::{ids::Id, problem::Problem};

/// A text of at most `MAX` characters; how long it really may be, the rules say.
pub(crate) struct Text<const MAX: usize>(Option<String>);

impl<const MAX: usize> Text<MAX> {
    /// The text, unless there is none.
    pub(crate) fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.trim().is_empty())
    }
}

impl<const MAX: usize> Type for Text<MAX> {
    const IS_REQUIRED: bool = false;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "text".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema { max_length: Some(MAX), ..MetaSchema::new("string") }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<const MAX: usize> ParseFromParameter for Text<MAX> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(Some(value.to_owned())))
    }

    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(values: I) -> ParseResult<Self> {
        Ok(Self(values.into_iter().next().map(|value| value.as_ref().to_owned())))
    }
}

/// The id of what a list is narrowed to.
pub(crate) struct IdFilter(Option<String>);

impl IdFilter {
    /// The id as one of a certain thing, unless there is none.
    ///
    /// # Errors
    /// `out_of_range` at `pointer` if no thing can have it.
    pub(crate) fn get<T>(
        &self,
        pointer: &'static str,
        make: impl FnOnce(i64) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let text = self.0.as_deref().unwrap_or_default();
        if text.is_empty() {
            return Ok(None);
        }
        let id = Id::parse_from_parameter(text).ok().and_then(|id| id.of(make));
        id.map(Some).ok_or_else(|| Problem::field(pointer, Flaw::range("out_of_range", 1, MAX_ID)))
    }
}

impl Type for IdFilter {
    const IS_REQUIRED: bool = false;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "id".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        Id::schema_ref()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for IdFilter {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Ok(Self(Some(value.to_owned())))
    }

    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(values: I) -> ParseResult<Self> {
        Ok(Self(values.into_iter().next().map(|value| value.as_ref().to_owned())))
    }
}

/// One of a few values.
pub(crate) struct Choice<T>(pub(crate) Option<T>);

impl<T: Type> Type for Choice<T> {
    const IS_REQUIRED: bool = false;
    type RawValueType = T;
    type RawElementValueType = T;

    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&T> {
        self.0.as_ref()
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a T> + 'a> {
        Box::new(self.0.iter())
    }
}

impl<T: ParseFromParameter> ParseFromParameter for Choice<T> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        if value.is_empty() {
            return Ok(Self(None));
        }
        T::parse_from_parameter(value).map(|one| Self(Some(one))).map_err(ParseError::propagate)
    }

    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(values: I) -> ParseResult<Self> {
        match values.into_iter().next() {
            Some(value) => Self::parse_from_parameter(value.as_ref()),
            None => Ok(Self(None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use forum_domain::id::UserId;

    use super::*;

    #[test]
    fn an_id_that_is_none_narrows_to_nothing_and_is_said_to_be_wrong() {
        let id =
            |text: &str| IdFilter(Some(text.into())).get("/author_id", UserId::new).map_err(|e| e.code());
        assert_eq!(IdFilter(None).get("/author_id", UserId::new).unwrap(), None);
        assert_eq!(id(""), Ok(None));
        assert_eq!(id("42"), Ok(UserId::new(42)));
        for wrong in ["0", "-1", "042", "9007199254740992", "1e3", "a", " 1"] {
            assert_eq!(id(wrong), Err("request.invalid"), "{wrong}");
        }
    }
}
