//! Whether a text is JSON at all: what tells a request that cannot be read (400) from one that says something
//! else than it should (422).

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};

/// Any JSON that is well formed, has no key twice and is not absurdly deep (serde_json stops at 128).
pub(crate) struct WellFormed;

impl<'de> Deserialize<'de> for WellFormed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Walk;
        impl<'de> Visitor<'de> for Walk {
            type Value = WellFormed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_bool<E>(self, _: bool) -> Result<WellFormed, E> {
                Ok(WellFormed)
            }
            fn visit_i64<E>(self, _: i64) -> Result<WellFormed, E> {
                Ok(WellFormed)
            }
            fn visit_u64<E>(self, _: u64) -> Result<WellFormed, E> {
                Ok(WellFormed)
            }
            fn visit_f64<E>(self, _: f64) -> Result<WellFormed, E> {
                Ok(WellFormed)
            }
            fn visit_str<E>(self, _: &str) -> Result<WellFormed, E> {
                Ok(WellFormed)
            }
            fn visit_unit<E>(self) -> Result<WellFormed, E> {
                Ok(WellFormed)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<WellFormed, A::Error> {
                while items.next_element::<WellFormed>()?.is_some() {}
                Ok(WellFormed)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<WellFormed, A::Error> {
                let mut seen = HashSet::new();
                while let Some(key) = entries.next_key::<String>()? {
                    if !seen.insert(key) {
                        return Err(A::Error::custom("a key stands there twice"));
                    }
                    entries.next_value::<WellFormed>()?;
                }
                Ok(WellFormed)
            }
        }
        deserializer.deserialize_any(Walk)
    }
}
