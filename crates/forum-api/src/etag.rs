//! Entity tags: `"v3-5f0c…"`, the content version and a hash of the whole answer.
//!
//! A cache compares the whole tag. An editor's `If-Match` compares the version only, so that what others
//! did meanwhile to counters does not fail his edit.

use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef},
};
use sha2::{Digest, Sha256};

use crate::answer::header_schema;

/// The tag of an answer.
pub(crate) fn tag(version: i64, body: &str) -> String {
    let hash = Sha256::digest(body.as_bytes());
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"v{version}-{hash}\"")
}

/// What an `If-Match` asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IfMatch(Option<i64>);

/// A version that nothing has: whoever names only tags that are none of ours has seen nothing that is there.
const NEVER: i64 = -1;

impl IfMatch {
    /// The version that the resource must have; `None` for any.
    ///
    /// Versions only grow, so of several only the greatest can be the resource's: whoever names it has seen it.
    pub(crate) fn version(&self) -> Option<i64> {
        self.0
    }

    fn parse<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut greatest = None;
        for value in values.flat_map(|value| value.split(',')).map(str::trim) {
            if value == "*" {
                return Self(None);
            }
            let seen = version_of(value).unwrap_or(NEVER);
            greatest = Some(greatest.map_or(seen, |before: i64| before.max(seen)));
        }
        Self(greatest)
    }
}

/// The version in a tag; a weak tag never matches strongly.
fn version_of(tag: &str) -> Option<i64> {
    let (version, hash) = tag.strip_prefix("\"v")?.strip_suffix('"')?.split_once('-')?;
    let ours = !hash.is_empty() && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let digits = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
    if ours && digits { version.parse().ok() } else { None }
}

/// What an `If-None-Match` knows already.
#[derive(Debug)]
pub(crate) struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Whether an answer of this tag is known: the weak comparison, since a byte more or less would show.
    pub(crate) fn matches(&self, etag: &str) -> bool {
        self.0.iter().any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
    }
}

fn values<'a>(request: &'a Request, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok())
}

macro_rules! header_parameter {
    ($name:ident, $parse:expr) => {
        impl<'a> ApiExtractor<'a> for $name {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
            type ParamType = String;
            type ParamRawType = String;

            fn param_in() -> Option<MetaParamIn> {
                Some(MetaParamIn::Header)
            }

            fn param_schema_ref() -> Option<MetaSchemaRef> {
                Some(header_schema())
            }

            async fn from_request(
                request: &'a Request,
                _body: &mut RequestBody,
                _options: ExtractParamOptions<String>,
            ) -> poem::Result<Self> {
                Ok($parse(request))
            }
        }
    };
}

header_parameter!(IfMatch, |request| IfMatch::parse(values(request, &header::IF_MATCH)));
header_parameter!(IfNoneMatch, |request| {
    let tags = values(request, &header::IF_NONE_MATCH).flat_map(|value| value.split(','));
    IfNoneMatch(tags.map(|tag| tag.trim().to_owned()).collect())
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_compares_the_content_version_and_nothing_else() {
        for (sent, expected) in [
            (&[][..], None),
            (&["*"], None),
            (&["\"v3-00ff\""], Some(3)),
            (&["\"v3-00ff\", \"v4-00ff\""], Some(4)),
            (&["\"v4-00ff\"", "\"v3-00ff\""], Some(4)),
            (&["W/\"v3-00ff\""], Some(NEVER)),
            (&["\"abc\""], Some(NEVER)),
            (&["\"v+3-00ff\""], Some(NEVER)),
            (&["v3"], Some(NEVER)),
            (&[""], Some(NEVER)),
        ] {
            assert_eq!(IfMatch::parse(sent.iter().copied()).version(), expected, "{sent:?}");
        }
    }

    #[test]
    fn if_none_match_compares_the_whole_tag() {
        let etag = tag(3, "{}");
        assert!(etag.starts_with("\"v3-"), "{etag}");
        assert!(IfNoneMatch(vec![etag.clone()]).matches(&etag));
        assert!(IfNoneMatch(vec![format!("W/{etag}")]).matches(&etag));
        assert!(IfNoneMatch(vec!["*".into()]).matches(&etag));
        assert!(!IfNoneMatch(vec![tag(3, "{ }")]).matches(&etag));
        assert!(!IfNoneMatch(Vec::new()).matches(&etag));
    }
}
