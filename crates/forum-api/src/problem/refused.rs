//! Refusals in the document: what an operation can refuse with stands beside it and in its document.

use std::{
    collections::{BTreeMap, BTreeSet},
    marker::PhantomData,
    sync::{Mutex, PoisonError},
};

use forum_domain::error::Coded;
use poem_openapi::{
    ApiResponse,
    registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, Registry},
    types::Type,
};

use super::{CONTENT_TYPE, Problem, ProblemDocument, VETOED, status_of};

/// The codes that an operation can refuse with; made by [`refusals`].
pub(crate) trait Refusals: Send + Sync + 'static {
    /// The codes, in groups.
    const CODES: &'static [&'static [&'static str]];
}

/// Makes a type for each operation that knows what it can refuse with: groups of codes by the names of
/// [`groups`](super::groups), then the operation's own.
macro_rules! refusals {
    ($($name:ident [$($group:ident)*] $($code:literal)*;)*) => {
        $(
            pub(crate) struct $name;
            impl $crate::problem::Refusals for $name {
                const CODES: &'static [&'static [&'static str]] =
                    &[$crate::problem::groups::ALWAYS, $($crate::problem::groups::$group,)* &[$($code),*]];
            }
        )*
        #[cfg(test)]
        #[test]
        fn what_operations_refuse_with_is_catalogued() {
            $($crate::problem::assert_known::<$name>();)*
        }
    };
}
pub(crate) use refusals;

#[cfg(test)]
pub(crate) fn assert_known<R: Refusals>() {
    for code in R::CODES.iter().copied().flatten() {
        assert!(status_of(code).is_some(), "{code} is no code");
    }
}

/// A problem that the operation `R` answers with.
pub(crate) struct Refused<R>(Problem, PhantomData<fn() -> R>);

impl<R, E: Coded> From<E> for Refused<R> {
    fn from(error: E) -> Self {
        Problem::from(error).into()
    }
}

impl<R> From<Problem> for Refused<R> {
    fn from(problem: Problem) -> Self {
        Self(problem, PhantomData)
    }
}

impl<R> From<Refused<R>> for poem::Error {
    fn from(refused: Refused<R>) -> Self {
        refused.0.into()
    }
}

impl<R: Refusals> ApiResponse for Refused<R> {
    fn meta() -> MetaResponses {
        let mut by_status = BTreeMap::<u16, Vec<&str>>::new();
        for code in R::CODES.iter().copied().flatten() {
            let Some(status) = status_of(code) else { continue };
            let codes = by_status.entry(status.as_u16()).or_default();
            if !codes.contains(code) {
                codes.push(code);
            }
        }
        let responses = by_status.into_iter().map(|(status, codes)| MetaResponse {
            description: interned(description(&codes)),
            status: Some(status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: CONTENT_TYPE,
                schema: ProblemDocument::schema_ref(),
            }],
            headers: headers(status),
        });
        MetaResponses { responses: responses.collect() }
    }

    fn register(registry: &mut Registry) {
        ProblemDocument::register(registry);
    }
}

fn description(codes: &[&str]) -> String {
    let named = |code: &&str| match *code {
        VETOED => "one of the operator's own (see `hook.vetoed`)".to_owned(),
        code => format!("`{code}`"),
    };
    let codes: Vec<String> = codes.iter().map(named).collect();
    format!("Refused, with the `code` {}.", codes.join(" or "))
}

fn headers(status: u16) -> Vec<MetaHeader> {
    let header = |name: &str, description: &str| MetaHeader {
        name: name.into(),
        description: Some(description.into()),
        required: true,
        deprecated: false,
        schema: crate::answer::header_schema(),
    };
    match status {
        401 => vec![header("WWW-Authenticate", "How to sign in: `Bearer`.")],
        429 | 503 => vec![header("Retry-After", "After how many seconds it may come right.")],
        _ => Vec::new(),
    }
}

/// The registry wants texts that live as long as the program; each is kept once.
fn interned(text: String) -> &'static str {
    static KEPT: Mutex<BTreeSet<&str>> = Mutex::new(BTreeSet::new());
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.get(text.as_str()) {
        Some(same) => same,
        None => {
            let text: &'static str = Box::leak(text.into_boxed_str());
            kept.insert(text);
            text
        }
    }
}
