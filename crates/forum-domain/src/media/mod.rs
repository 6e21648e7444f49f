//! Images that users upload: what is taken, for whom it is, and what becomes of it once nothing shows it.

mod error;
mod model;
mod ports;
mod repository;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::MediaError;
pub use model::{Cleaned, ImageFormat, Media, MediaKey, Piece, Stored, Unfit};
pub use ports::{Fit, ImageCodec, ImageLimits, MediaStorage};
#[cfg(any(test, feature = "mock"))]
pub use ports::{MockImageCodec, MockMediaStorage};
#[cfg(any(test, feature = "mock"))]
pub use repository::MockMediaRepository;
pub use repository::{AvatarSet, CreateMedia, MediaCreated, MediaRepository, NewImage, SetAvatar};
pub use service::MediaService;
