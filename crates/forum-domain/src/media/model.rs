//! What media are made of.

use std::fmt;

use crate::{
    clock::Timestamp,
    id::{GroupId, MediaId, UserId},
};

/// A format of images that is taken, and kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl ImageFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpeg, Self::Gif, Self::Webp];

    /// Its media type, as in the API and in the database.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }

    /// How its files' names end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }
}

/// The name of a file: `0af7651916cd43dd8448eb211c80319c.png`, or, if it is for the members of a group,
/// `g7-` before it.
///
/// The name says all that serving the file asks: its format, and whether an address needs a signature. It
/// cannot be guessed, and no other text is one, so that none leads out of where files are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MediaKey {
    text: String,
    members_of: Option<GroupId>,
    format: ImageFormat,
}

/// Hexadecimal digits of a key that cannot be guessed.
const DIGITS: usize = 32;

impl MediaKey {
    /// A new name of these random bytes, for everybody or for the members of this group.
    #[must_use]
    pub fn new(random: [u8; DIGITS / 2], format: ImageFormat, members_of: Option<GroupId>) -> Self {
        let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let group = members_of.map(|group| format!("g{group}-")).unwrap_or_default();
        Self { text: format!("{group}{digits}.{}", format.extension()), members_of, format }
    }

    /// The name that this text is; `None` if it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::at_start_of(text).filter(|key| key.text.len() == text.len())
    }

    /// The name that a text begins with, if it does and the next character would not belong to it.
    #[must_use]
    pub fn at_start_of(text: &str) -> Option<Self> {
        let (members_of, rest) = match text.strip_prefix('g') {
            Some(rest) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let (number, rest) = rest.split_at(digits);
                // One way to write a number, so that one file has one name.
                let group =
                    number.parse().ok().and_then(GroupId::new).filter(|_| !number.starts_with('0'))?;
                (Some(group), rest.strip_prefix('-')?)
            }
            None => (None, text),
        };
        let hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
        let (digits, rest) = rest.split_at_checked(DIGITS)?;
        let rest = rest.strip_prefix('.').filter(|_| digits.bytes().all(|byte| hex(&byte)))?;
        let format = ImageFormat::ALL.into_iter().find(|format| rest.starts_with(format.extension()))?;
        let rest = rest.get(format.extension().len()..)?;
        if rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '.' | '-' | '_' | '%')) {
            return None;
        }
        let text = text.get(..text.len() - rest.len())?.to_owned();
        Some(Self { text, members_of, format })
    }

    /// As it stands in an address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// For the members of which group the file is; `None` if it is for everybody.
    #[must_use]
    pub const fn members_of(&self) -> Option<GroupId> {
        self.members_of
    }

    /// What the file is.
    #[must_use]
    pub const fn format(&self) -> ImageFormat {
        self.format
    }

    /// The digits of it that are random: where files are spread over directories, they are spread by these.
    #[must_use]
    pub fn digits(&self) -> &str {
        let end = self.text.len() - self.format.extension().len() - 1;
        self.text.get(end - DIGITS..end).unwrap_or_default()
    }
}

impl fmt::Display for MediaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An image that was uploaded. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Its id.
    pub id: MediaId,
    /// The name of its file.
    pub key: MediaKey,
    /// Who uploaded it.
    pub owner_id: UserId,
    /// For which group it was uploaded, if it was for one.
    pub group_id: Option<GroupId>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Bytes of its file.
    pub byte_size: u64,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// An image as it is kept: written anew, with nothing in it but the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub format: ImageFormat,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no image of a format that is taken, or another program would take it for something else.
    Unsupported,
    /// It begins as an image, and does not go on as one.
    Damaged,
    /// It has more pixels than the limits allow.
    TooManyPixels,
    /// It has more frames than they allow.
    TooManyFrames,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the whole file.
    pub total: u64,
    /// The part.
    pub bytes: Vec<u8>,
}

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub key: MediaKey,
    /// Since when.
    pub stored_at: Timestamp,
}
