//! What the forum asks of the world outside its database and cache: the time, randomness, hashes, tokens,
//! SMS, safe HTML and the words of texts. Each file is a thin wrapper that makes a library keep a port of `forum-domain`.

pub mod access_token;
pub mod clock;
pub mod content;
pub mod keys;
pub mod password;
pub mod random;
pub mod refresh_token;
pub mod search;
pub mod sms;
