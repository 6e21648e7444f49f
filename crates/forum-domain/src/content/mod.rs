//! What people write: its format, its source, and the HTML that is served of it.

mod model;
mod ports;
pub mod rules;
mod written;

pub use model::{Content, Format, Rendered, Source};
#[cfg(any(test, feature = "mock"))]
pub use ports::MockRenderer;
pub use ports::Renderer;
pub(crate) use written::written;
