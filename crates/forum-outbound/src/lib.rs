//! What the forum asks of the world outside its database and cache: the time, randomness, hashes, tokens,
//! SMS, safe HTML, the words of texts, images and their files. Each file is a thin wrapper that makes a
//! library keep a port of `forum-domain`.

pub mod access_token;
pub mod clock;
pub mod content;
pub mod image;
pub mod keys;
pub mod media;
pub mod password;
pub mod random;
pub mod refresh_token;
pub mod search;
pub mod sms;
