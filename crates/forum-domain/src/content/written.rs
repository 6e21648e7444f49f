//! From a source to what is stored of it.

use super::{Content, Format, Renderer, Source};
use crate::error::{Flaw, Invalid, PortError};

/// Renders a source that may have `max` characters. The inner error: markup that shows nothing is as
/// good as no text, at `/body`.
pub(crate) async fn written(
    renderer: &dyn Renderer,
    format: Format,
    source: Source,
    max: u32,
) -> Result<Result<Content, Invalid>, PortError> {
    let rendered = renderer.render(format, source.as_str()).await?;
    if rendered.blank {
        return Ok(Err(Invalid::field("/body", Flaw::range("too_short", 1, max.into()))));
    }
    Ok(Ok(Content { format, source, rendered }))
}
