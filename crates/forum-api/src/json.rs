//! JSON bodies: straight through serde into the DTO, strictly, and every refusal with a pointer.
//!
//! Nothing is coerced: a number is no text, an array no object. What is no JSON at all is 400, what is
//! JSON but not what the operation takes is 422 and says where.

use forum_domain::error::Flaw;
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::de::{DeserializeOwned, Error as _};
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};

use crate::{answer::JSON, idempotent, problem::Problem, well_formed::WellFormed};

/// The longest body, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// A body that must be there.
pub(crate) struct Body<T> {
    /// What it says.
    pub(crate) value: T,
    /// Hash of its bytes; computed only where an idempotency key wants it.
    pub(crate) hash: [u8; 32],
}

/// A body in which every field is optional, and which may be missing as well.
pub(crate) struct MaybeBody<T>(pub(crate) Body<T>);

impl<'a, T: DeserializeOwned + Type> ApiExtractor<'a> for Body<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(meta::<T>(true))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = read(request, body).await?;
        if !is_json(request) {
            return Err(Problem::unsupported_media_type().into());
        }
        Ok(Self { value: parse(&bytes)?, hash: hash(request, &bytes) })
    }
}

impl<'a, T: DeserializeOwned + Type + Default> ApiExtractor<'a> for MaybeBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(meta::<T>(false))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let bytes = read(request, body).await?;
        let hash = hash(request, &bytes);
        let value = if bytes.is_empty() {
            T::default()
        } else if is_json(request) {
            parse(&bytes)?
        } else {
            return Err(Problem::unsupported_media_type().into());
        };
        Ok(Self(Body { value, hash }))
    }
}

fn meta<T: Type>(required: bool) -> MetaRequest {
    let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
    MetaRequest { description: None, content, required }
}

/// Reads the body, but never more of it than it may have, whatever its length is said to be.
async fn read(request: &Request, body: &mut RequestBody) -> Result<Vec<u8>, Problem> {
    let told = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if told.and_then(|told| told.parse::<u64>().ok()).is_some_and(|told| told > MAX_BYTES as u64) {
        return Err(Problem::too_large());
    }
    let body = body.take().map_err(|error| Problem::defect(error.to_string()))?;
    match body.into_bytes_limit(MAX_BYTES).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(poem::error::ReadBodyError::PayloadTooLarge) => Err(Problem::too_large()),
        // The connection broke in the middle: nobody is left to read this.
        Err(_) => Err(Problem::malformed()),
    }
}

/// `application/json`, in UTF-8 as all JSON is.
fn is_json(request: &Request) -> bool {
    let mut types = request.headers().get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case(JSON)
        && parts.all(|parameter| {
            let (name, charset) = parameter.split_once('=').unwrap_or((parameter, ""));
            !name.trim().eq_ignore_ascii_case("charset")
                || charset.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

fn hash(request: &Request, bytes: &[u8]) -> [u8; 32] {
    let wanted = request.headers().contains_key(idempotent::HEADER);
    if wanted { Sha256::digest(bytes).into() } else { [0; 32] }
}

/// Reads a DTO.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // An array of values in the fields' order would do for serde, but is none of our shapes.
    let object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let parsed = if object { T::deserialize(tracked) } else { Err(serde_json::Error::custom("")) };
    let error = match parsed {
        Ok(value) if json.end().is_ok() => return Ok(value),
        Ok(_) => return Err(Problem::malformed()),
        Err(error) => error,
    };
    if serde_json::from_slice::<WellFormed>(bytes).is_err() {
        return Err(Problem::malformed());
    }
    let (pointer, flaw) =
        if object { explain(&track.path(), &error.to_string()) } else { (String::new(), Flaw::new("type")) };
    Err(Problem::field(pointer, flaw))
}

/// What serde says, as a field's flaw. Its messages are all that tells one error from another; the table in
/// the tests holds them fast.
fn explain(path: &Path, message: &str) -> (String, Flaw) {
    if let Some(rest) = message.strip_prefix("missing field `") {
        let name = rest.split('`').next();
        return (pointer(path, name), Flaw::new("required"));
    }
    let code = if message.starts_with("unknown field") {
        "unknown_field"
    } else if message.starts_with("invalid type: null") {
        "null"
    } else if message.starts_with("unknown variant") {
        "not_allowed"
    } else if message.starts_with("invalid value: string") {
        "malformed"
    } else if message.starts_with("invalid value") || message.starts_with("number out of range") {
        "out_of_range"
    } else {
        "type"
    };
    (pointer(path, None), Flaw::new(code))
}

/// The longest name that is told back.
const NAME_MAX: usize = 100;

fn pointer(path: &Path, last: Option<&str>) -> String {
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    let escape = |name: String| {
        let name: String = name.chars().take(NAME_MAX).collect();
        format!("/{}", name.replace('~', "~0").replace('/', "~1"))
    };
    segments.chain(last.map(str::to_owned)).map(escape).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::fields::{Patch, present};

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Dto {
        name: String,
        count: i64,
        #[serde(default, deserialize_with = "present")]
        word: Option<String>,
        #[serde(default)]
        note: Patch<String>,
    }

    fn refusal(body: &str) -> (u16, String) {
        let problem = parse::<Dto>(body.as_bytes()).unwrap_err();
        let body: serde_json::Value =
            serde_json::from_str(&problem.body("", crate::language::Language::English, "1")).unwrap();
        let error = &body["errors"][0];
        let text =
            format!("{} {}", error["pointer"].as_str().unwrap_or("-"), error["code"].as_str().unwrap_or("-"));
        (problem.status().as_u16(), text)
    }

    #[test]
    fn what_is_no_json_is_400() {
        let deep = format!(r#"{{"name": {}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
        for body in [
            "",
            " ",
            "{",
            "nul",
            r#"{"name": "a", "count": 1"#,
            r#"{"name": "a", "count": 1} x"#,
            r#"{"name": "a", "count": 1,}"#,
            r#"{"name": 1, "#,
            r#"{'name': 'a'}"#,
            r#"{"name": "a", "count": 1, "name": "b"}"#,
            r#"{"name": "a", "count": 1, "x": {"y": 1, "y": 2}}"#,
            r#"{"name": "\ud800", "count": 1}"#,
            r#"{"name": "\udc00\ud800", "count": 1}"#,
            r#"{"name": "a", "count": NaN}"#,
            "{\"name\": \"\u{1}\", \"count\": 1}",
            &deep,
            &"[".repeat(100_000),
        ] {
            assert_eq!(refusal(body), (400, "- -".into()), "{:.80}", body);
        }
        assert_eq!(parse::<Dto>(b"{\"name\": \"\xFF\", \"count\": 1}").unwrap_err().status(), 400);
    }

    #[test]
    fn what_is_json_of_another_shape_is_422_and_says_where() {
        for (body, expected) in [
            ("[]", " type"),
            (r#"["a", 1]"#, " type"),
            ("null", " type"),
            ("\"a\"", " type"),
            ("{}", "/name required"),
            (r#"{"name": "a"}"#, "/count required"),
            (r#"{"name": 1, "count": 1}"#, "/name type"),
            (r#"{"name": true, "count": 1}"#, "/name type"),
            (r#"{"name": ["a"], "count": 1}"#, "/name type"),
            (r#"{"name": {"a": 1}, "count": 1}"#, "/name type"),
            (r#"{"name": null, "count": 1}"#, "/name null"),
            (r#"{"name": "a", "count": "1"}"#, "/count type"),
            (r#"{"name": "a", "count": 1.5}"#, "/count type"),
            (r#"{"name": "a", "count": 1e3}"#, "/count type"),
            (r#"{"name": "a", "count": 9223372036854775808}"#, "/count out_of_range"),
            (r#"{"name": "a", "count": null}"#, "/count null"),
            (r#"{"name": "a", "count": 1, "word": null}"#, "/word null"),
            (r#"{"name": "a", "count": 1, "note": 1}"#, "/note type"),
            (r#"{"name": "a", "count": 1, "role": "admin"}"#, "/role unknown_field"),
            (r#"{"name": "a", "count": 1, "a/b~`, ": 1}"#, "/a~1b~0`,  unknown_field"),
        ] {
            assert_eq!(refusal(body), (422, expected.into()), "{body}");
        }
    }

    #[test]
    fn what_fits_is_read_as_it_stands() {
        let dto = parse::<Dto>(br#" {"name": "\u0000\ud83d\ude00", "count": -1, "note": null} "#).unwrap();
        assert_eq!((dto.name.as_str(), dto.count, dto.word), ("\0😀", -1, None));
        assert_eq!(dto.note, Patch::Null);
        assert_eq!(parse::<Dto>(br#"{"name": "", "count": 0}"#).unwrap().note, Patch::Absent);
    }

    #[test]
    fn only_json_in_utf_8_is_taken_for_json() {
        for (sent, expected) in [
            (Some("application/json"), true),
            (Some("Application/JSON; charset=UTF-8"), true),
            (Some("application/json;charset=\"utf-8\""), true),
            (Some("application/json; charset=gbk"), false),
            (Some("application/jsonx"), false),
            (Some("text/plain"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some(""), false),
            (None, false),
        ] {
            let mut request = Request::builder();
            if let Some(sent) = sent {
                request = request.header(header::CONTENT_TYPE, sent);
            }
            assert_eq!(is_json(&request.finish()), expected, "{sent:?}");
        }
    }

    #[tokio::test]
    async fn a_body_over_one_mebibyte_is_not_read_to_its_end() {
        let mut body =
            RequestBody::new(poem::Body::from_bytes_stream(futures_util::stream::repeat_with(|| {
                Ok::<_, std::io::Error>(vec![b' '; 65_536])
            })));
        assert_eq!(read(&Request::default(), &mut body).await.unwrap_err().status(), 413);
        let told = Request::builder().header(header::CONTENT_LENGTH, MAX_BYTES + 1).finish();
        assert_eq!(read(&told, &mut RequestBody::default()).await.unwrap_err().status(), 413);
    }
}
