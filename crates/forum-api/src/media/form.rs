//! Files in `multipart/form-data`: read part by part, and never more than may be, whatever is said of lengths.

use std::borrow::Cow;

use forum_domain::{
    error::{Flaw, Invalid},
    id::{GroupId, MAX_ID},
    media::MediaError,
};
use multer::{Constraints, Multipart, SizeLimit};
use poem::{Request, RequestBody, http::header};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, Object,
    registry::{MetaMediaType, MetaRequest, MetaSchema, MetaSchemaRef, Registry},
    types::{Example, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::room::{Held, Room};
use crate::{context::Call, idempotent, problem::Problem};

/// What a body may have beside its file: the other parts, and the lines between parts.
const AROUND: u64 = 16 << 10;
/// The most parts. More are not counted.
const PARTS: usize = 8;
/// The longest value beside the file, in bytes.
const VALUE: usize = 64;

const MULTIPART: &str = "multipart/form-data";

/// A part that is a file, in the document.
#[derive(Debug)]
struct FilePart;

impl Type for FilePart {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_binary".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for FilePart {
    fn to_json(&self) -> Option<Value> {
        Some("(the bytes of the file)".into())
    }
}

impl ParseFromJSON for FilePart {
    fn parse_from_json(_: Option<Value>) -> ParseResult<Self> {
        Ok(Self)
    }
}

/// An image, and for which group it is.
#[derive(Debug, Object)]
#[oai(example)]
struct MediaUpload {
    /// The image.
    file: FilePart,
    /// The group that it is for: one that the caller may write in.
    #[oai(validator(minimum(value = "1"), maximum(value = "9007199254740991")), skip_serializing_if_is_none)]
    group_id: Option<i64>,
}

/// An image.
#[derive(Debug, Object)]
#[oai(example)]
struct AvatarUpload {
    /// The image.
    file: FilePart,
}

impl Example for MediaUpload {
    fn example() -> Self {
        Self { file: FilePart, group_id: Some(7) }
    }
}

impl Example for AvatarUpload {
    fn example() -> Self {
        Self { file: FilePart }
    }
}

/// A file that was received.
pub(super) struct Form {
    /// Its bytes.
    pub(super) file: Vec<u8>,
    /// A hash of everything that was sent; computed only where an idempotency key wants it.
    pub(super) hash: [u8; 32],
    /// The room that it takes.
    pub(super) room: Held,
}

/// The form of `uploadMedia`.
pub(super) struct MediaForm {
    pub(super) form: Form,
    pub(super) group_id: Option<GroupId>,
}

/// The form of `setAvatar`.
pub(super) struct AvatarForm(pub(super) Form);

macro_rules! form {
    ($name:ident, $schema:ty, $other:expr, $make:expr) => {
        impl<'a> ApiExtractor<'a> for $name {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
            type ParamType = ();
            type ParamRawType = ();

            fn register(registry: &mut Registry) {
                <$schema>::register(registry);
            }

            fn request_meta() -> Option<MetaRequest> {
                let content =
                    vec![MetaMediaType { content_type: MULTIPART, schema: <$schema>::schema_ref() }];
                Some(MetaRequest { description: None, content, required: true })
            }

            async fn from_request(
                request: &'a Request,
                body: &mut RequestBody,
                _options: ExtractParamOptions<()>,
            ) -> poem::Result<Self> {
                let received = receive(request, body, $other).await?;
                let made: Result<Self, Problem> = ($make)(received);
                Ok(made?)
            }
        }
    };
}

form!(MediaForm, MediaUpload, Some("group_id"), |(form, group): (Form, Option<String>)| {
    let group = group.as_deref().map(str::trim).filter(|group| !str::is_empty(group));
    let flaw = Flaw::range("out_of_range", 1, MAX_ID);
    let parsed = group.map(|group| group.parse().ok().and_then(GroupId::new).ok_or(flaw)).transpose();
    Ok(MediaForm { form, group_id: parsed.map_err(|flaw| Invalid::field("/group_id", flaw))? })
});
form!(AvatarForm, AvatarUpload, None, |(form, _)| Ok(AvatarForm(form)));

/// The file of a form, and the value of its `other` field.
async fn receive(
    request: &Request,
    body: &mut RequestBody,
    other: Option<&'static str>,
) -> Result<(Form, Option<String>), Problem> {
    let defect = || Problem::defect("a form came in beside the edge");
    let call = request.data::<Call>().ok_or_else(defect)?;
    let room = request.data::<Room>().ok_or_else(defect)?;
    let most = u64::from(call.forum().policy.media_max_bytes);
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default());
    let boundary = boundary.map_err(|_| Problem::unsupported_media_type())?;
    let told =
        request.headers().get(header::CONTENT_LENGTH).and_then(|told| told.to_str().ok()?.parse().ok());
    if told.is_some_and(|told: u64| told > most + AROUND) {
        return Err(MediaError::TooLarge.into());
    }
    let mut held = room.enter(call.actor().ok().flatten().map(|actor| actor.user_id))?;

    let stream = body.take().map_err(|error| Problem::defect(error.to_string()))?.into_bytes_stream();
    // A part's own limit stands below, where the file's is told from the others'.
    let limit = SizeLimit::new().whole_stream(most + AROUND);
    let mut parts = Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limit));
    let (mut file, mut value) = (None, None);
    let mut count = 0;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        count += 1;
        if count > PARTS {
            return Err(Problem::too_large());
        }
        let name = part.name().map(str::to_owned).unwrap_or_default();
        if name == "file" && file.is_none() {
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(broken)? {
                if (bytes.len() + chunk.len()) as u64 > most {
                    return Err(MediaError::TooLarge.into());
                }
                held.grow(chunk.len() as u64)?;
                bytes.extend_from_slice(&chunk);
            }
            file = Some(bytes);
        } else if other == Some(name.as_str()) && value.is_none() {
            let mut text = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(broken)? {
                if text.len() + chunk.len() > VALUE {
                    return Err(Problem::field(format!("/{name}"), Flaw::range("too_long", 0, VALUE as i64)));
                }
                text.extend_from_slice(&chunk);
            }
            let text = String::from_utf8(text).map_err(|_| Problem::malformed())?;
            value = Some(text);
        } else {
            let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            return Err(Problem::field(pointer, Flaw::new("unknown_field")));
        }
    }
    let file = file.ok_or_else(|| Problem::field("/file", Flaw::new("required")))?;
    let hash = if request.headers().contains_key(idempotent::HEADER) {
        let mut hash = Sha256::new();
        hash.update((file.len() as u64).to_be_bytes());
        hash.update(&file);
        hash.update(value.as_deref().unwrap_or_default());
        hash.finalize().into()
    } else {
        [0; 32]
    };
    Ok((Form { file, hash, room: held }, value))
}

/// Why a form could not be read to its end.
fn broken(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            MediaError::TooLarge.into()
        }
        // Malformed, or the connection broke in the middle: then nobody is left to read this.
        _ => Problem::malformed(),
    }
}
