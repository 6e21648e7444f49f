//! Making HTML of what people write.

use async_trait::async_trait;

use super::{Format, Rendered};
use crate::error::PortError;

/// Renders and sanitises.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Renderer: Send + Sync {
    /// The newest version of the sanitising policy. Goes up whenever a source would become other HTML than
    /// before: what an older one rendered is to be rendered anew.
    fn policy(&self) -> i32;

    /// The HTML and the excerpt of a source, by the newest version of the sanitising policy.
    ///
    /// The HTML MUST be safe in a page of any origin, whatever the source says: no script, no handler,
    /// no style but a fixed few that align, indent and underline, no form, no frame, no name that a page's
    /// scripts could take for their own, no address but of `http`, `https` (for links `mailto`) or a path of
    /// this site. Rendering its own HTML again as [`Format::Html`] MUST give the same HTML. A source of any
    /// shape is rendered, in time linear in its length; none is refused, though of one that is made to
    /// overwhelm a reader no more than its text may be served.
    async fn render(&self, format: Format, source: &str) -> Result<Rendered, PortError>;
}
