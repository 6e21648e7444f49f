//! Refresh tokens: opaque to whoever holds them, yet each names its session and generation under a seal,
//! and leads to exactly one successor.
//!
//! `fr1_` and base64url of session id (8 bytes), generation (8), secret (32) and seal (16). The store
//! keeps only the hash of the secret; who reads the store cannot make a token, and who steals the seal
//! key cannot either, since the secrets of first tokens are drawn.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use forum_domain::{
    clock::Random,
    id::SessionId,
    session::{Presented, RefreshHash, RefreshTokens},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::keys::{KeyError, SealKey};

/// What a token begins with, so that people and secret scanners know one when they see it. The number
/// is that of the format.
const MARK: &str = "fr1_";

const SEALED: usize = 8 + 8 + 32;
const SEAL: usize = 16;

/// Makes and reads refresh tokens under one seal key.
pub struct Tokens {
    mac: Hmac<Sha256>,
    random: Arc<dyn Random>,
}

struct Token {
    session_id: SessionId,
    generation: i64,
    secret: [u8; 32],
}

impl Tokens {
    /// Tokens under this key; the secrets of first tokens are drawn from `random`.
    ///
    /// # Errors
    /// None that is known: the library's type has one.
    pub fn new(key: &SealKey, random: Arc<dyn Random>) -> Result<Self, KeyError> {
        let mac = Hmac::new_from_slice(key.bytes()).map_err(|_| KeyError::NotASealKey)?;
        Ok(Self { mac, random })
    }

    fn mac(&self, purpose: &[u8; 4], token: &[u8; SEALED]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(purpose).chain_update(token)
    }

    fn write(&self, token: &Token) -> String {
        let sealed = token.bytes();
        let seal = self.mac(b"seal", &sealed).finalize().into_bytes();
        format!("{MARK}{}", URL_SAFE_NO_PAD.encode([&sealed[..], &seal[..SEAL]].concat()))
    }

    fn parse(&self, text: &str) -> Option<Token> {
        let text = text.strip_prefix(MARK)?;
        let mut bytes = [0; SEALED + SEAL];
        // A text of any other length is no token, and costs nothing.
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (sealed, seal) = bytes[..length].split_first_chunk::<SEALED>()?;
        if seal.len() != SEAL {
            return None;
        }
        // In constant time.
        self.mac(b"seal", sealed).verify_truncated_left(seal).ok()?;
        Token::of_bytes(sealed)
    }
}

impl Token {
    fn bytes(&self) -> [u8; SEALED] {
        let mut bytes = [0; SEALED];
        bytes[..8].copy_from_slice(&self.session_id.get().to_be_bytes());
        bytes[8..16].copy_from_slice(&self.generation.to_be_bytes());
        bytes[16..].copy_from_slice(&self.secret);
        bytes
    }

    fn of_bytes(bytes: &[u8; SEALED]) -> Option<Self> {
        let (session_id, rest) = bytes.split_first_chunk()?;
        let (generation, secret) = rest.split_first_chunk()?;
        Some(Self {
            session_id: SessionId::new(i64::from_be_bytes(*session_id))?,
            generation: i64::from_be_bytes(*generation),
            secret: secret.try_into().ok()?,
        })
    }

    fn hash(&self) -> RefreshHash {
        Sha256::digest(self.secret).into()
    }
}

impl RefreshTokens for Tokens {
    fn first(&self, session_id: SessionId) -> (String, RefreshHash) {
        let mut secret = [0; 32];
        self.random.fill(&mut secret);
        let token = Token { session_id, generation: 0, secret };
        (self.write(&token), token.hash())
    }

    fn read(&self, token: &str) -> Option<Presented> {
        let token = self.parse(token)?;
        let successor = Token {
            session_id: token.session_id,
            generation: token.generation.checked_add(1)?,
            secret: self.mac(b"next", &token.bytes()).finalize().into_bytes().into(),
        };
        Some(Presented {
            session_id: token.session_id,
            generation: token.generation,
            hash: token.hash(),
            successor: self.write(&successor),
            successor_hash: successor.hash(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn tokens() -> Tokens {
        Tokens::new(&SealKey::generate(&SystemRandom), Arc::new(SystemRandom)).unwrap()
    }

    fn session() -> SessionId {
        SessionId::new(7_000_000_000_000_001).unwrap()
    }

    #[test]
    fn a_token_is_read_as_it_was_made_and_leads_to_one_successor() {
        let tokens = tokens();
        let (mut token, mut hash) = tokens.first(session());
        for generation in 0..5 {
            let presented = tokens.read(&token).unwrap();
            assert_eq!((presented.session_id, presented.generation), (session(), generation));
            assert_eq!(presented.hash, hash);
            assert_eq!(tokens.read(&token).unwrap(), presented, "the same at every call");
            assert_ne!(presented.successor_hash, hash);
            (token, hash) = (presented.successor, presented.successor_hash);
        }
    }

    #[test]
    fn first_tokens_of_one_session_differ() {
        let tokens = tokens();
        assert_ne!(tokens.first(session()), tokens.first(session()));
    }

    #[test]
    fn the_hash_is_of_the_secret_which_the_text_alone_holds() {
        let (token, hash) = tokens().first(session());
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix("fr1_").unwrap()).unwrap();
        assert_eq!(<[u8; 32]>::from(Sha256::digest(&bytes[16..48])), hash);
    }

    #[test]
    fn a_token_changed_at_any_place_is_not_ours() {
        let tokens = tokens();
        let (token, _) = tokens.first(session());
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(tokens.read(std::str::from_utf8(&changed).unwrap()), None, "at {place}");
        }
    }

    #[test]
    fn what_is_no_token_is_not_ours() {
        let tokens = tokens();
        let (token, _) = tokens.first(session());
        let others = [
            String::new(),
            "fr1_".into(),
            token[4..].into(),
            token[..token.len() - 1].into(),
            format!("{token}A"),
            format!("{token}=="),
            format!(" {token}"),
            token.replace("fr1_", "fr2_"),
            "fr1_".repeat(100_000),
            "fr1_刷新".into(),
            "eyJhbGciOiJFZERTQSJ9.e30.AA".into(),
        ];
        for other in others {
            assert_eq!(tokens.read(&other), None, "{}", other.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn a_token_under_another_key_is_not_ours() {
        let (token, _) = tokens().first(session());
        assert_eq!(tokens().read(&token), None);
    }

    #[test]
    fn a_successor_cannot_be_made_without_the_key() {
        // Two keys, one secret: what follows differs.
        let (one, two) = (tokens(), tokens());
        let token = Token { session_id: session(), generation: 0, secret: [7; 32] };
        let next = |tokens: &Tokens| tokens.read(&tokens.write(&token)).unwrap().successor_hash;
        assert_ne!(next(&one), next(&two));
    }
}
