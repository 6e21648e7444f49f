//! What media ask of the world: to read and write images, and to keep files.

use async_trait::async_trait;

use super::{Cleaned, MediaKey, Piece, Stored, Unfit};
use crate::error::PortError;

/// How large an image may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageLimits {
    /// Pixels of a frame, and of a canvas.
    pub pixels: u64,
    /// Frames of an animation.
    pub frames: u32,
    /// Pixels of all frames together.
    pub animated_pixels: u64,
}

/// What an image becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// What it is, in its format, an animation with its frames.
    Whole,
    /// The square in its middle, at most so many pixels wide; of an animation the first frame.
    Square(u32),
}

/// Reads and writes images.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ImageCodec: Send + Sync {
    /// Reads an image and writes it anew.
    ///
    /// What it is, the file itself MUST say, never its name. Its headers MUST be read and held against the
    /// limits before memory is taken in proportion to what they say, and all frames MUST be decoded before
    /// the image counts as one. The new file MUST hold nothing but the image as it is seen (turned as its
    /// metadata said): no metadata, no comments, nothing before or after it. A file that another program
    /// could take for a page, a script or an archive MUST be refused. The work MUST NOT hold up other tasks.
    async fn clean(
        &self,
        bytes: Vec<u8>,
        limits: ImageLimits,
        fit: Fit,
    ) -> Result<Result<Cleaned, Unfit>, PortError>;
}

/// Keeps files.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MediaStorage: Send + Sync {
    /// Keeps a file under a name that no other has. When it answers, the file MUST be there whole and
    /// outlive a crash; if it fails or is given up, nothing MUST be read under that name, ever.
    async fn put(&self, key: &MediaKey, bytes: Vec<u8>) -> Result<(), PortError>;

    /// The part of a file that begins after `from` bytes, at most `most` of them (none is as good a question
    /// as any); `None` if there is no such file.
    async fn read(&self, key: &MediaKey, from: u64, most: u64) -> Result<Option<Piece>, PortError>;

    /// Removes a file. That there is none is no error.
    async fn remove(&self, key: &MediaKey) -> Result<(), PortError>;

    /// The files whose [`MediaKey::digits`] begin with this byte; of files that are no media of ours none.
    async fn list(&self, shard: u8) -> Result<Vec<Stored>, PortError>;

    /// Removes what writes that were broken off have left, but nothing that is being written. How many.
    async fn tidy(&self) -> Result<u64, PortError>;
}
