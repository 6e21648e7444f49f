//! How media are refused.

use super::Unfit;
use crate::{account::AccountError, error::errors, group::AccessError};

errors! {
    /// Why something about media was refused.
    pub enum MediaError {
        /// There is no such media, or it is not the caller's.
        NoSuchMedia = NotFound "media.not_found" "no such media",
        /// The file has more bytes than one may have.
        TooLarge = TooLarge "media.too_large" "the file is larger than one may be",
        /// The file is no image of a format that is taken, or something else besides.
        Unsupported = Unsupported "media.unsupported" "no image of a format that is taken",
        /// It says that it is an image, but cannot be read as one.
        Damaged = Invalid "media.damaged" "the image cannot be read",
        /// The image has more pixels than one may have.
        TooManyPixels = Invalid "media.too_many_pixels" "the image has too many pixels",
        /// The animation has more frames than one may have.
        TooManyFrames = Invalid "media.too_many_frames" "the animation has too many frames",
        /// The user's uploads would take more room than he has.
        QuotaExceeded = Conflict "media.quota_exceeded" "no room is left for more uploads",
        /// The media changed since the caller last saw it.
        Changed = Precondition "request.precondition_failed" "changed since it was last seen",
        ; from {
            /// Not for the caller.
            Access(AccessError),
            /// The account is gone.
            Account(AccountError),
        }
    }
}

impl From<Unfit> for MediaError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Unsupported => Self::Unsupported,
            Unfit::Damaged => Self::Damaged,
            Unfit::TooManyPixels => Self::TooManyPixels,
            Unfit::TooManyFrames => Self::TooManyFrames,
        }
    }
}
