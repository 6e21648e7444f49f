//! Where values come from: `forum.toml`, the environment, flags. Later ones win.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

use super::{Problem, keys};

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Provenance {
    /// Nowhere: it is the default.
    Default,
    /// In this file.
    File(PathBuf),
    /// By this variable.
    Environment(String),
    /// On the command line.
    Flag,
}

impl fmt::Display for Provenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => path.display().fmt(f),
            Self::Environment(variable) => f.write_str(variable),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// A value as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, a number, a switch; or a list with commas, if its key is one.
    Text(String),
    /// A list that was written as one.
    List(Vec<String>),
}

impl Value {
    /// The items of a list.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            Self::Text(text) => {
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
            }
            Self::List(items) => items.clone(),
        }
    }

    /// The text, unless it was written as a list.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::List(_) => None,
        }
    }
}

/// A value and where it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) value: Value,
    pub(super) from: Provenance,
}

/// Variables that begin with `FORUM_` and are no keys: they name the file, or are for tests.
fn is_other_business(variable: &str) -> bool {
    matches!(variable, "FORUM_CONFIG" | "FORUM_BIN") || variable.starts_with("FORUM_TEST_")
}

/// All that was set, each key once: the last layer's.
pub(super) type Layers = BTreeMap<&'static str, Raw>;

/// Adds what a file sets.
pub(super) fn add_file(layers: &mut Layers, path: &Path, problems: &mut Vec<Problem>) {
    let fail = |what: String| Problem::new(path.display().to_string(), what);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => return problems.push(fail(format!("cannot be read: {error}"))),
    };
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        // The message alone: the excerpt that goes with it could show a secret.
        Err(error) => {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            return problems.push(fail(format!("is not TOML, line {line}: {}", error.message())));
        }
    };
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) if name == "policy" => {
                for (name, value) in inner {
                    add_entry(layers, path, format!("policy.{name}"), value, problems);
                }
            }
            value => add_entry(layers, path, name, value, problems),
        }
    }
}

fn add_entry(
    layers: &mut Layers,
    path: &Path,
    name: String,
    value: toml::Value,
    problems: &mut Vec<Problem>,
) {
    let from = Provenance::File(path.to_owned());
    let shown = format!("{name} in {}", path.display());
    let value = match value {
        toml::Value::Array(items) => items.into_iter().map(scalar).collect::<Option<_>>().map(Value::List),
        value => scalar(value).map(Value::Text),
    };
    match value {
        Some(value) => add(layers, &name, shown, value, from, problems),
        None if keys::find(&name).is_some() => {
            problems.push(Problem::new(shown, "must be a text, a number, true, false or a list of texts"));
        }
        None => problems.push(unknown(shown, &name)),
    }
}

fn scalar(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(if flag { "on" } else { "off" }.to_owned()),
        _ => None,
    }
}

/// Adds what the environment sets. An empty variable counts as not set, as compose files write it.
pub(super) fn add_environment(
    layers: &mut Layers,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    problems: &mut Vec<Problem>,
) {
    let mut others = Vec::new();
    for (variable, value) in environment {
        if let (Some(alias), Some(value)) = (alias(&variable), value.to_str()) {
            others.push((alias, value.to_owned()));
            continue;
        }
        let Some(variable) = variable.to_str().filter(|variable| !is_other_business(variable)) else {
            continue;
        };
        let Some(name) = keys::of_variable(variable) else { continue };
        match value.to_str() {
            Some("") => {}
            Some(text) => {
                let from = Provenance::Environment(variable.to_owned());
                add(layers, &name, variable.to_owned(), Value::Text(text.to_owned()), from, problems);
            }
            None => problems.push(Problem::new(variable, "is not UTF-8")),
        }
    }
    // What is set for programs in general counts where nothing is set for this one.
    for ((variable, name), text) in others {
        let from = Provenance::Environment(variable.to_owned());
        if !text.is_empty() && !layers.contains_key(name) {
            layers.insert(name, Raw { value: Value::Text(text), from });
        }
    }
}

/// The name that others know one of our keys by, and ours.
fn alias(variable: &OsString) -> Option<(&'static str, &'static str)> {
    keys::ALIASES.iter().find(|(known, _)| variable == known).copied()
}

/// Adds what flags set: pairs of a key's name and its value.
pub(super) fn add_flags(layers: &mut Layers, flags: &[(String, String)], problems: &mut Vec<Problem>) {
    for (name, text) in flags {
        let value = Value::Text(text.clone());
        add(layers, name, format!("--set {name}"), value, Provenance::Flag, problems);
    }
}

fn add(
    layers: &mut Layers,
    name: &str,
    shown: String,
    value: Value,
    from: Provenance,
    problems: &mut Vec<Problem>,
) {
    match keys::find(name) {
        Some(key) => {
            layers.insert(key.name, Raw { value, from });
        }
        None => problems.push(unknown(shown, name)),
    }
}

fn unknown(shown: String, name: &str) -> Problem {
    // What the operator typed decides in which spelling he is answered.
    let variable = shown.starts_with("FORUM_");
    let near = keys::nearest(name).map(|near| if variable { keys::variable(near) } else { near.to_owned() });
    let what = match near {
        Some(near) => format!("there is no such key; did you mean {near}?"),
        None => String::from("there is no such key; `forum check-config` prints all of them"),
    };
    Problem::new(shown, what)
}
