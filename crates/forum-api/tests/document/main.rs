//! The rules of the document: what front-end teams may count on, held against the document as it is served.
//!
//! Each test gathers every finding and names its place, so that one run tells all that is to be done.

mod drift;
mod reading;
mod topics;

use std::collections::{BTreeMap, BTreeSet};

use forum_api::spec::Version;
use serde_json::{Map, Value};

use crate::reading::{
    Operation, bodies, document, has_text, items, members, none, operations, resolved, schemas,
    written_schemas,
};

#[test]
fn every_operation_has_a_name_of_its_own_one_tag_and_words() {
    let document = document(Version::V3_0);
    let tags: BTreeMap<&str, bool> = items(&document["tags"])
        .iter()
        .map(|tag| (tag["name"].as_str().unwrap(), has_text(&tag["description"])))
        .collect();
    let mut findings: Vec<String> = tags
        .iter()
        .filter(|(_, described)| !**described)
        .map(|(tag, _)| format!("{tag}: no description"))
        .collect();
    let mut names = BTreeSet::new();
    for Operation { place, value } in operations(&document) {
        let name = value["operationId"].as_str().unwrap_or_default();
        let camel = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_alphanumeric());
        if !camel {
            findings.push(format!("{place}: operationId {name:?} is not lowerCamel"));
        }
        if !names.insert(name.to_owned()) {
            findings.push(format!("{place}: operationId {name} stands twice"));
        }
        match items(&value["tags"]) {
            [tag] if tag.as_str().is_some_and(|tag| tags.contains_key(tag)) => {}
            other => findings.push(format!("{place}: tags {other:?}")),
        }
        for words in ["summary", "description"] {
            if !has_text(&value[words]) {
                findings.push(format!("{place}: no {words}"));
            }
        }
        for parameter in items(&value["parameters"]) {
            if !has_text(&parameter["description"]) {
                findings.push(format!("{place}: parameter {} has no description", parameter["name"]));
            }
        }
        for (status, answer) in members(&value["responses"]) {
            for (name, header) in members(&resolved(&document, answer)["headers"]) {
                if !has_text(&header["description"]) {
                    findings.push(format!("{place} {status}: header {name} has no description"));
                }
            }
        }
    }
    none(findings);
}

#[test]
fn every_operation_says_who_may_call_and_how_it_refuses() {
    let document = document(Version::V3_0);
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    let mut findings = Vec::new();
    for Operation { place, value } in operations(&document) {
        let Some(security) = value["security"].as_array() else {
            findings.push(format!("{place}: no security"));
            continue;
        };
        let unknown = security.iter().flat_map(members).filter(|(scheme, _)| !schemes.contains_key(*scheme));
        findings.extend(unknown.map(|(scheme, _)| format!("{place}: unknown scheme {scheme}")));
        let responses = value["responses"].as_object().unwrap();
        if !security.is_empty() && !responses.contains_key("401") {
            findings.push(format!("{place}: takes a token and never answers 401"));
        }
        if responses.contains_key("default") {
            findings.push(format!("{place}: a default answer"));
        }
        if value.get("requestBody").is_some() {
            let missing =
                ["400", "413", "415", "422"].into_iter().filter(|status| !responses.contains_key(*status));
            findings
                .extend(missing.map(|status| format!("{place}: takes a body and never answers {status}")));
        }
        if !responses.keys().any(|status| status.starts_with('2')) {
            findings.push(format!("{place}: no success"));
        }
        for (status, answer) in responses {
            let content = &resolved(&document, answer)["content"];
            let kinds: Vec<&str> = members(content).map(|(kind, _)| kind.as_str()).collect();
            let refusal = status.starts_with(['4', '5']);
            if refusal != (kinds == ["application/problem+json"]) {
                findings.push(format!("{place} {status}: {kinds:?}"));
            }
        }
    }
    none(findings);
}

#[test]
fn every_body_is_a_named_schema_with_an_example() {
    let document = document(Version::V3_0);
    let mut findings = Vec::new();
    for (place, kind, schema) in bodies(&document) {
        let multipart = kind.starts_with("multipart/");
        match schema["$ref"].as_str().and_then(|one| one.strip_prefix("#/components/schemas/")) {
            Some(name) if schemas(&document)[name].get("example").is_some() || multipart => {}
            // One of several: each has its own.
            Some(name) if !items(&schemas(&document)[name]["oneOf"]).is_empty() => {
                let each = items(&schemas(&document)[name]["oneOf"]).iter();
                let bare = each.filter(|one| resolved(&document, one).get("example").is_none());
                findings.extend(bare.map(|one| format!("{name}: {one} without an example")));
            }
            Some(name) => findings.push(format!("{name}: a body without an example")),
            None => findings.push(format!("{place}: {kind} is written in place")),
        }
        if kind.starts_with("application/json") && kind != "application/json" {
            findings.push(format!("{place}: {kind}"));
        }
    }
    none(findings);
}

#[test]
fn no_object_and_no_enum_is_nameless() {
    let document = document(Version::V3_0);
    let nameless = written_schemas(&document).into_iter().filter(|(place, schema)| {
        let named = schemas(&document).contains_key(place);
        let anonymous = schema.get("properties").is_some() || schema.get("enum").is_some();
        !named && anonymous
    });
    none(nameless.map(|(place, _)| place));
}

#[test]
fn schemas_and_fields_are_described() {
    let document = document(Version::V3_0);
    let mut findings = Vec::new();
    for (name, schema) in schemas(&document) {
        if !has_text(&schema["description"]) {
            findings.push(name.clone());
        }
        let fields = members(&schema["properties"]).filter(|(_, field)| !has_text(&field["description"]));
        findings.extend(fields.map(|(field, _)| format!("{name}.{field}")));
    }
    none(findings);
}

#[test]
fn everything_has_bounds() {
    let document = document(Version::V3_0);
    let mut findings = Vec::new();
    for (place, schema) in written_schemas(&document) {
        let need: &[&str] = match schema["type"].as_str() {
            _ if schema.get("allOf").is_some() => &[],
            Some("string") if schema.get("enum").is_some() || schema["format"] == "binary" => &[],
            Some("string") => &["maxLength"],
            Some("array") => &["maxItems", "items"],
            Some("integer") => &["format", "minimum", "maximum"],
            Some("number") => &["minimum", "maximum"],
            _ => &[],
        };
        let missing = need.iter().filter(|keyword| schema.get(**keyword).is_none());
        findings.extend(missing.map(|keyword| format!("{place}: no {keyword}")));
        if schema["type"] == "integer" && !matches!(schema["format"].as_str(), Some("int32" | "int64")) {
            findings.push(format!("{place}: format {}", schema["format"]));
        }
    }
    none(findings);
}

#[test]
fn requests_are_closed_and_answers_whole() {
    let document = document(Version::V3_0);
    let (mut requests, mut answers) = (BTreeSet::new(), BTreeSet::new());
    for (place, kind, schema) in bodies(&document) {
        let name =
            schema["$ref"].as_str().and_then(|one| one.rsplit('/').next()).unwrap_or_default().to_owned();
        if place.ends_with(" request") {
            requests.insert(name);
        } else if kind != "text/event-stream" {
            answers.insert(name);
        }
    }
    let mut findings = Vec::new();
    for name in &requests {
        if schemas(&document)[name]["additionalProperties"] != false {
            findings.push(format!("{name}: takes unknown fields"));
        }
    }
    findings.extend(requests.intersection(&answers).map(|name| format!("{name}: goes both ways")));
    for name in answers.difference(&requests) {
        let schema = &schemas(&document)[name];
        let required: BTreeSet<&str> = items(&schema["required"]).iter().filter_map(Value::as_str).collect();
        let missing = members(&schema["properties"]).filter(|(field, _)| !required.contains(field.as_str()));
        findings.extend(missing.map(|(field, _)| format!("{name}.{field}: may be missing")));
    }
    none(findings);
}

/// Held against the copy in 3.1, whose schemas are JSON Schema, by a validator that is not ours.
#[test]
fn every_example_is_what_its_schema_says() {
    let document = document(Version::V3_1);
    let mut findings = Vec::new();
    let mut checked = 0;
    for (name, schema) in schemas(&document) {
        let mut root = document.clone();
        root["$ref"] = Value::from(format!("#/components/schemas/{name}"));
        let validator =
            jsonschema::draft202012::options().should_validate_formats(true).build(&root).unwrap();
        for example in items(&schema["examples"]) {
            checked += 1;
            findings.extend(
                validator
                    .iter_errors(example)
                    .map(|error| format!("{name}{}: {error}", error.instance_path())),
            );
        }
    }
    assert!(checked > 20, "only {checked} examples");
    none(findings);
}

/// A document that says `null` in 3.0 says it in 3.1, and nothing else differs in what is required.
#[test]
fn both_versions_say_the_same() {
    let (old, new) = (document(Version::V3_0), document(Version::V3_1));
    let mut findings = Vec::new();
    for ((place, old), (same, new)) in schemas(&old).iter().zip(schemas(&new)) {
        assert_eq!(place, same);
        if old["required"] != new["required"] {
            findings.push(format!("{place}: required"));
        }
        for ((name, old), (_, new)) in members(&old["properties"]).zip(members(&new["properties"])) {
            let null = Value::from("null");
            let may = items(&new["type"]).contains(&null)
                || ["anyOf", "oneOf"]
                    .iter()
                    .any(|one| items(&new[*one]).iter().any(|part| part["type"] == null));
            if may != (old["nullable"] == true) {
                findings.push(format!("{place}.{name}: null"));
            }
        }
    }
    assert_eq!(old["paths"].as_object().map(Map::len), new["paths"].as_object().map(Map::len));
    none(findings);
}
