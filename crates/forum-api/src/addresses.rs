//! Which addresses there are, and which methods each takes: for `Allow`, which poem's router does not tell.

use poem::http::Method;
use poem_openapi::OpenApi;

/// The addresses of a server.
pub(crate) struct Addresses(Vec<(Vec<Segment>, Vec<Method>)>);

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Any,
}

impl Addresses {
    /// Those of an API, and others that are only read.
    pub(crate) fn of<A: OpenApi>(read_only: &[&str]) -> Self {
        let mut all = Vec::new();
        for path in A::meta().into_iter().flat_map(|api| api.paths) {
            let methods = path.operations.into_iter().map(|operation| operation.method).collect();
            add(&mut all, segments(&path.path), methods);
        }
        for path in read_only {
            add(&mut all, segments(path), vec![Method::GET]);
        }
        Self(all)
    }

    /// The methods that this path takes, as in `Allow`; `None` if nothing is there.
    pub(crate) fn allow(&self, path: &str) -> Option<String> {
        let asked: Vec<&str> = path.split('/').collect();
        // The address with the most literal segments is the one that the router takes.
        let fitting = self.0.iter().filter_map(|(segments, methods)| {
            let literal = fit(segments, &asked)?;
            Some((literal, methods))
        });
        let (_, methods) = fitting.max_by_key(|(literal, _)| *literal)?;
        let mut names: Vec<&str> = methods.iter().map(Method::as_str).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.sort_unstable();
        Some(names.join(", "))
    }
}

fn add(all: &mut Vec<(Vec<Segment>, Vec<Method>)>, segments: Vec<Segment>, methods: Vec<Method>) {
    match all.iter_mut().find(|(known, _)| *known == segments) {
        Some((_, known)) => known.extend(methods),
        None => all.push((segments, methods)),
    }
}

fn segments(path: &str) -> Vec<Segment> {
    let segment = |part: &str| {
        let variable = part.starts_with('{') || part.starts_with(':');
        if variable { Segment::Any } else { Segment::Literal(part.to_owned()) }
    };
    path.split('/').map(segment).collect()
}

/// How many segments fit literally, if all fit.
fn fit(segments: &[Segment], asked: &[&str]) -> Option<usize> {
    if segments.len() != asked.len() {
        return None;
    }
    let mut literal = 0;
    for (segment, asked) in segments.iter().zip(asked) {
        match segment {
            Segment::Literal(name) if name == asked => literal += 1,
            Segment::Any if !asked.is_empty() => {}
            _ => return None,
        }
    }
    Some(literal)
}
