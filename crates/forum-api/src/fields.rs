//! What the fields of DTOs are made of, where poem-openapi's own types are too lenient.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use forum_domain::clock::Timestamp;
use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, Unexpected},
};
use serde_json::Value;

/// A field of a merge patch that can be cleared: absent leaves it as it is, `null` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Patch<T> {
    /// Not there.
    #[default]
    Absent,
    /// `null`.
    Null,
    /// A value.
    Value(T),
}

impl<T> Patch<T> {
    /// As the domain has it: `None` leaves it, `Some(None)` clears it.
    pub(crate) fn as_ref(&self) -> Option<Option<&T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }

    /// Its value, where absent and `null` are the same.
    pub(crate) fn value(&self) -> Option<&T> {
        self.as_ref().flatten()
    }
}

impl Patch<String> {
    /// As [`Patch::as_ref`].
    pub(crate) fn as_str(&self) -> Option<Option<&str>> {
        self.as_ref().map(|text| text.map(String::as_str))
    }

    /// As [`Patch::value`].
    pub(crate) fn text(&self) -> Option<&str> {
        self.value().map(String::as_str)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: Type> Type for Patch<T> {
    const IS_REQUIRED: bool = false;
    type RawValueType = T::RawValueType;
    type RawElementValueType = T::RawElementValueType;

    fn name() -> Cow<'static, str> {
        format!("nullable_{}", T::name()).into()
    }

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref().merge(MetaSchema { nullable: true, ..MetaSchema::ANY })
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self::RawValueType> {
        self.value().and_then(T::as_raw_value)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
        match self {
            Self::Value(value) => value.raw_element_iter(),
            _ => Box::new(std::iter::empty()),
        }
    }
}

impl<T: ToJSON> ToJSON for Patch<T> {
    fn to_json(&self) -> Option<Value> {
        match self {
            Self::Absent => None,
            Self::Null => Some(Value::Null),
            Self::Value(value) => value.to_json(),
        }
    }
}

impl<T: ParseFromJSON> ParseFromJSON for Patch<T> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            None => Ok(Self::Absent),
            Some(Value::Null) => Ok(Self::Null),
            value => T::parse_from_json(value).map(Self::Value).map_err(ParseError::propagate),
        }
    }
}

/// Reads a field that may be absent but, being there, is not `null`.
///
/// # Errors
/// The field's.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A moment: RFC 3339, answered in UTC with the suffix `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Moment(pub(crate) Timestamp);

impl Moment {
    /// Some day in the year 2026, for examples.
    pub(crate) fn example(day: u32, hour: u32) -> Self {
        let seconds = 1_772_323_200 + i64::from(day) * 86_400 + i64::from(hour) * 3_600;
        Self(DateTime::from_timestamp(seconds, 0).unwrap_or_default())
    }

    fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
        // What both databases can keep, in the precision in which they keep it.
        (1970..=9999).contains(&moment.year()).then(|| Self(moment.trunc_subsecs(6)))
    }
}

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::invalid_value(Unexpected::Str(&text), &"a moment in RFC 3339");
        Self::parse(&text).ok_or_else(wrong)
    }
}

impl Type for Moment {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_date-time".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            max_length: Some(40),
            ..MetaSchema::new_with_format("string", "date-time")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Moment {
    fn to_json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}

impl ParseFromJSON for Moment {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        value.as_str().and_then(Self::parse).ok_or_else(|| ParseError::expected_type(value))
    }
}

/// Makes the API's name for an enum of the domain: its schema, and how it is read and written.
///
/// `for` goes both ways; `into` only towards the domain, where the API takes fewer values than it knows.
/// serde's own would also take `{"open": null}` for `"open"`.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident for $domain:path { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $crate::fields::choices! {
            $(#[$doc])* $name into $domain { $($(#[$vdoc])* $variant = $text,)+ }
        }

        impl From<$domain> for $name {
            fn from(one: $domain) -> Self {
                match one { $(<$domain>::$variant => Self::$variant,)+ }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident into $domain:path { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum)]
        pub(crate) enum $name {
            $($(#[$vdoc])* #[oai(rename = $text)] $variant,)+
        }

        impl $name {
            /// As it is written.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match String::deserialize(deserializer)?.as_str() {
                    $($text => Ok(Self::$variant),)+
                    other => Err(serde::de::Error::unknown_variant(other, &[$($text),+])),
                }
            }
        }

        impl From<$name> for $domain {
            fn from(one: $name) -> Self {
                match one { $($name::$variant => Self::$variant,)+ }
            }
        }
    };
}
pub(crate) use choices;

/// Tests that DTOs are what their schemas say: a request is read from its example and takes no other field,
/// an answer is written as its example.
#[cfg(test)]
macro_rules! assert_examples {
    (requests [$($request:ty),+]) => {
        mod request_examples {
            use super::*;
            use poem_openapi::types::{Example, ToJSON};
            use serde_json::{Value, from_value, json};

            #[test]
            fn requests_are_read_from_their_examples_and_nothing_else() {
                let examples: &[(Value, fn(Value) -> bool)] = &[$((
                    <$request>::example().to_json().unwrap(),
                    |value| from_value::<$request>(value).is_ok(),
                )),+];
                for (example, reads) in examples {
                    assert!(reads(example.clone()), "{example}");
                    let mut more = example.clone();
                    more["created_at"] = json!("2026-01-01T00:00:00Z");
                    assert!(!reads(more), "{example} with another field");
                }
            }
        }
    };
    (answers [$($answer:ty),+]) => {
        mod answer_examples {
            use super::*;
            use poem_openapi::types::{Example, ToJSON};
            use serde_json::to_value;

            #[test]
            fn answers_are_written_as_their_examples() {
                $(assert_eq!(to_value(<$answer>::example()).ok(), <$answer>::example().to_json());)+
            }
        }
    };
}
#[cfg(test)]
pub(crate) use assert_examples;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_from_any_offset_and_written_in_utc() {
        let read = |text: &str| serde_json::from_value::<Moment>(Value::from(text)).ok();
        let written = |text: &str| read(text).map(|moment| serde_json::to_string(&moment).unwrap());
        assert_eq!(written("2026-05-01T16:00:00+08:00").as_deref(), Some("\"2026-05-01T08:00:00Z\""));
        assert_eq!(
            written("2026-05-01T08:00:00.123456789Z").as_deref(),
            Some("\"2026-05-01T08:00:00.123456Z\"")
        );
        for wrong in
            ["", "2026-05-01", "2026-05-01T08:00:00", "+12026-05-01T08:00:00Z", "1969-12-31T00:00:00Z"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
