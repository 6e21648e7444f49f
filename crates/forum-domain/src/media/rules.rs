//! Rules about media: how large they may be, and how texts name them.

use std::borrow::Cow;

use chrono::TimeDelta;

use super::{ImageLimits, MediaKey};
use crate::{clock::Timestamp, policy::Policy};

/// The most pixels of an image.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The most frames of an animation.
pub const MAX_FRAMES: u32 = 200;
/// The most pixels of all frames of an animation together: a second or two of work.
pub const MAX_ANIMATED_PIXELS: u64 = 200_000_000;
/// How wide and high an avatar is at most, in pixels.
pub const AVATAR: u32 = 512;
/// How long an upload may be used nowhere.
pub const ORPHAN_HOURS: i64 = 24;
/// The most different media that are looked for in one text.
pub const IN_TEXT: usize = 500;

/// The path that files are served under.
pub const PATH: &str = "/media/";
/// The query parameter of a signature.
pub const SIGNATURE: &str = "signature";

/// How large an image may be.
#[must_use]
pub const fn limits() -> ImageLimits {
    ImageLimits { pixels: MAX_PIXELS, frames: MAX_FRAMES, animated_pixels: MAX_ANIMATED_PIXELS }
}

/// Whether a file has more bytes than one may have.
#[must_use]
pub const fn too_large(bytes: usize, policy: &Policy) -> bool {
    bytes as u64 > policy.media_max_bytes as u64
}

/// Uploads from before this moment that are used nowhere are swept.
pub(crate) fn orphaned_before(now: Timestamp) -> Timestamp {
    now - TimeDelta::hours(ORPHAN_HOURS)
}

/// The media that a text names by their addresses, each once, at most [`IN_TEXT`], in time linear in its
/// length.
#[must_use]
pub fn keys_in(text: &str) -> Vec<MediaKey> {
    let mut keys = Vec::new();
    for (at, _) in text.match_indices(PATH) {
        let key = text.get(at + PATH.len()..).and_then(MediaKey::at_start_of);
        if let Some(key) = key.filter(|key| !keys.contains(key)) {
            keys.push(key);
        }
        if keys.len() == IN_TEXT {
            break;
        }
    }
    keys
}

/// A text without the signatures of the media that it names: those lapse, the text stays.
///
/// ```
/// use forum_domain::media::rules::unsigned;
///
/// let key = "/media/g7-0af7651916cd43dd8448eb211c80319c.png";
/// assert_eq!(unsigned(&format!("![]({key}?signature=1800000000.a-_Z)")), format!("![]({key})"));
/// assert_eq!(unsigned("/media/?signature=1"), "/media/?signature=1");
/// ```
#[must_use]
pub fn unsigned(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices(PATH) {
        let Some(key) = text.get(at + PATH.len()..).and_then(MediaKey::at_start_of) else { continue };
        let end = at + PATH.len() + key.as_str().len();
        let signature = text.get(end..).and_then(|rest| {
            let value = rest.strip_prefix('?')?.strip_prefix(SIGNATURE)?.strip_prefix('=')?;
            let length =
                value.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"._-".contains(b)).count();
            Some(SIGNATURE.len() + 2 + length)
        });
        if let Some(signature) = signature {
            kept.push_str(text.get(done..end).unwrap_or_default());
            done = end + signature;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(kept)
}
