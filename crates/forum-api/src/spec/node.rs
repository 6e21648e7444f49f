//! JSON as it was written: members keep their order, and none stands twice.
//!
//! `serde_json::Value` sorts members and silently keeps the last of two; a document made from it would list
//! fields by the alphabet and could lose an operation.

use std::fmt;

use indexmap::{IndexMap, map::Entry};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::Number;

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Node>),
    Object(Members),
}

/// The members of an object, in order.
pub(super) type Members = IndexMap<String, Node>;

impl Node {
    /// A string.
    pub(super) fn text(text: &str) -> Self {
        Self::String(text.to_owned())
    }

    /// Its members, if it is an object.
    pub(super) fn members(&mut self) -> Option<&mut Members> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.into()))
    }

    /// A whole number is an integer however it is written: poem-openapi keeps every bound as a float, and the
    /// typed model takes `"maximum": 100.0` for no integer's bound. (2^53 - 1 needs serde_json's
    /// `float_roundtrip`: it reads the last digit wrong otherwise.)
    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            return Ok(Node::Number((value as i64).into()));
        }
        Number::from_f64(value).map(Node::Number).ok_or_else(|| E::custom("a number that JSON does not have"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::text(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Node::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Members::new();
        while let Some((name, value)) = map.next_entry::<String, Node>()? {
            put(&mut members, name, value).map_err(A::Error::custom)?;
        }
        Ok(Node::Object(members))
    }
}

/// Adds a member. Two objects of one name become one: poem-openapi writes a path once for each of the API's
/// parts that has an operation there. Two different values are refused, with the name.
fn put(members: &mut Members, name: String, value: Node) -> Result<(), String> {
    match members.entry(name) {
        Entry::Vacant(entry) => {
            entry.insert(value);
            Ok(())
        }
        Entry::Occupied(mut entry) => {
            let name = entry.key().clone();
            match (entry.get_mut(), value) {
                (Node::Object(first), Node::Object(second)) => second
                    .into_iter()
                    .try_for_each(|(inner, value)| put(first, inner, value))
                    .map_err(|within| format!("{name}: {within}")),
                (first, second) if *first == second => Ok(()),
                _ => Err(format!("{name} stands twice and differs")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(text: &str) -> Node {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn members_keep_their_order() {
        let text = r#"{"zebra":1,"apple":[true,null],"mango":{"b":"二","a":1.5}}"#;
        assert_eq!(serde_json::to_string(&node(text)).unwrap(), text);
    }

    #[test]
    fn whole_floats_are_integers() {
        let text = r#"{"maximum":100.0,"minimum":-1.0,"largest":9007199254740991.0,"half":0.5}"#;
        let expected = r#"{"maximum":100,"minimum":-1,"largest":9007199254740991,"half":0.5}"#;
        assert_eq!(serde_json::to_string(&node(text)).unwrap(), expected);
    }

    #[test]
    fn a_path_written_twice_keeps_the_operations_of_both() {
        let twice = r#"{"paths":{"/a":{"get":{"id":1}},"/a":{"post":{"id":2}}}}"#;
        assert_eq!(node(twice), node(r#"{"paths":{"/a":{"get":{"id":1},"post":{"id":2}}}}"#));
    }

    #[test]
    fn a_member_written_twice_and_differently_is_refused_by_name() {
        let error = serde_json::from_str::<Node>(
            r#"{"responses":{"409":{"description":"a"},"409":{"description":"b"}}}"#,
        )
        .unwrap_err();
        assert!(error.to_string().starts_with("409: description stands twice and differs"), "{error}");
    }
}
