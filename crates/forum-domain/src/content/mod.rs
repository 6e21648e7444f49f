//! What people write: its format, its source, and the HTML that is served of it.

mod model;
mod ports;
mod repository;
mod resanitise;
pub mod rules;
mod written;

pub use model::{Content, Format, Rendered, Source};
pub use ports::Renderer;
pub use repository::ContentRepository;
pub use resanitise::{ContentService, Outdated, Renewed, Resanitised, Shelf, TextKey};
pub(crate) use written::written;
#[cfg(any(test, feature = "mock"))]
pub use {ports::MockRenderer, repository::MockContentRepository};
