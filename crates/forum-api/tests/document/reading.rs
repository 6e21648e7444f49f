//! Ways to read the document.

use std::collections::BTreeSet;

use forum_api::spec::{Format, Version, render};
use serde_json::{Map, Value};

/// The document in a version.
pub(crate) fn document(version: Version) -> Value {
    let text = forum_api::spec().and_then(|document| render(&document, Format::Json, version));
    let text = text.unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// An operation, with the method and path it is called by.
pub(crate) struct Operation {
    pub(crate) place: String,
    pub(crate) value: Value,
}

pub(crate) fn operations(document: &Value) -> Vec<Operation> {
    const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
    let of_path = |(path, item): (&String, &Value)| {
        let methods = METHODS.into_iter().filter_map(|method| Some((method, item.get(method)?.clone())));
        methods
            .map(|(method, value)| Operation { place: format!("{method} {path}"), value })
            .collect::<Vec<_>>()
    };
    let all: Vec<Operation> = members(&document["paths"]).flat_map(of_path).collect();
    assert!(all.len() > 30, "the document has lost its operations");
    all
}

pub(crate) fn schemas(document: &Value) -> &Map<String, Value> {
    let schemas = document["components"]["schemas"].as_object();
    schemas.unwrap_or_else(|| panic!("the document has no schemas"))
}

/// What a reference within the document means.
pub(crate) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => value,
    }
}

pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

pub(crate) fn has_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// Fails with all findings, one a line.
pub(crate) fn none(findings: impl IntoIterator<Item = String>) {
    let findings: BTreeSet<String> = findings.into_iter().collect();
    let lines: Vec<&str> = findings.iter().map(String::as_str).collect();
    assert!(lines.is_empty(), "{} findings:\n{}", lines.len(), lines.join("\n"));
}

/// Every schema that is written out anywhere, with its place: components, parameters, headers, bodies, and
/// all that is within them.
pub(crate) fn written_schemas(document: &Value) -> Vec<(String, Value)> {
    fn inner(place: &str, schema: &Value, found: &mut Vec<(String, Value)>) {
        if schema.get("$ref").is_some() {
            return;
        }
        found.push((place.to_owned(), schema.clone()));
        for (name, field) in members(&schema["properties"]) {
            inner(&format!("{place}.{name}"), field, found);
        }
        for keyword in ["items", "additionalProperties", "not"] {
            if schema.get(keyword).is_some_and(Value::is_object) {
                inner(&format!("{place}[]"), &schema[keyword], found);
            }
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            items(&schema[keyword])
                .iter()
                .for_each(|part| inner(&format!("{place}({keyword})"), part, found));
        }
    }
    fn outer(place: &str, value: &Value, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    let place = format!("{place}/{name}");
                    match name.as_str() {
                        "schema" => inner(&place, value, found),
                        "schemas" => members(value).for_each(|(name, one)| inner(name, one, found)),
                        "example" | "examples" => {}
                        _ => outer(&place, value, found),
                    }
                }
            }
            Value::Array(list) => {
                let named = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
                list.iter().for_each(|value| outer(&format!("{place}/{}", named(value)), value, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    outer("", document, &mut found);
    found
}

/// The body of each request and answer: place, media type, schema.
pub(crate) fn bodies(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for Operation { place, value } in operations(document) {
        let request = ("request".to_owned(), value["requestBody"].clone());
        let answers = members(&value["responses"]).map(|(status, one)| (status.clone(), one.clone()));
        for (which, body) in answers.chain([request]) {
            for (kind, media) in members(&resolved(document, &body)["content"]) {
                all.push((format!("{place} {which}"), kind.clone(), media["schema"].clone()));
            }
        }
    }
    all
}
