//! Access tokens: JWTs signed with Ed25519, which other services can verify with the published keys.
//!
//! Only what [`Tokens::issue`] writes is accepted: its header has exactly `alg`, `typ` and `kid`, its body
//! exactly the claims below, each of its type. What a token says about how it wants to be verified
//! (`jwk`, `jku`, `x5u`, another algorithm) makes it no token of ours.

#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use ed25519_dalek::pkcs8::EncodePrivateKey;
use forum_domain::{
    clock::{Random, Timestamp},
    error::PortError,
    id::{SessionId, UserId},
    session::{AccessTokens, Claims, PublicKey},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::keys::{KeyError, SigningKeys, key_id};

/// What kind of JWT it is (RFC 9068), so that no other that these keys may ever sign passes for one.
const TYPE: &str = "at+jwt";

/// Far more than a token of ours has; what is longer is not looked at.
const LONGEST: usize = 2_048;

/// How many verified tokens are remembered: some 8 MiB when full.
const REMEMBERED: u64 = 32_768;

/// How far ahead the clock of the instance that issued a token may be.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Signs and verifies the access tokens of one issuer.
pub struct Tokens {
    issuer: String,
    audience: String,
    header: Header,
    signing_key: EncodingKey,
    verifying_keys: HashMap<String, DecodingKey>,
    public_keys: Vec<PublicKey>,
    validation: Validation,
    /// What was verified once, by the hash of the token. Times are checked at each use.
    verified: moka::sync::Cache<[u8; 32], Claims>,
    random: Arc<dyn Random>,
}

/// The header of a token of ours, and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OurHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// The claims of a token of ours, and nothing else. Times are seconds since 1970.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    iss: String,
    aud: String,
    /// The user's id, in decimal.
    sub: String,
    /// The session's id, as in the list of sessions.
    sid: i64,
    /// Drawn anew for each token, so that no two are the same.
    jti: String,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// Tokens of this issuer for this audience. The first key signs; all verify.
    ///
    /// # Errors
    /// [`KeyError::Pem`] if a key cannot be encoded.
    pub fn new(
        keys: &SigningKeys,
        issuer: &str,
        audience: &str,
        random: Arc<dyn Random>,
    ) -> Result<Self, KeyError> {
        let first = keys.keys().first().ok_or(KeyError::NoSigningKey)?;
        let pkcs8 = first.to_pkcs8_der().map_err(KeyError::Pem)?;
        let public_keys: Vec<PublicKey> = keys
            .keys()
            .iter()
            .map(|key| key.verifying_key().to_bytes())
            .map(|ed25519| PublicKey { key_id: key_id(&ed25519), ed25519 })
            .collect();
        let verifying_keys = public_keys
            .iter()
            .map(|key| (key.key_id.clone(), DecodingKey::from_ed_der(&key.ed25519)))
            .collect();

        // Chosen here, since features that others turn on would leave the library without a choice.
        // Refused if there is one already, which is as good.
        let _ = jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER.install_default();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.into());
        header.kid = public_keys.first().map(|key| key.key_id.clone());
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library asks the system for the time; we are told it.
        validation.validate_exp = false;

        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            header,
            signing_key: EncodingKey::from_ed_der(pkcs8.as_bytes()),
            verifying_keys,
            public_keys,
            validation,
            verified: moka::sync::Cache::new(REMEMBERED),
            random,
        })
    }

    /// What the token says, if it is ours, whatever the time.
    fn read(&self, token: &str) -> Option<Claims> {
        let (header, _) = token.split_once('.')?;
        let header: OurHeader = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != "EdDSA" || header.typ != TYPE {
            return None;
        }
        let key = self.verifying_keys.get(&header.kid)?;
        let body: Body = jsonwebtoken::decode(token, key, &self.validation).ok()?.claims;

        let user: i64 = body.sub.parse().ok()?;
        let claims = Claims {
            user_id: UserId::new(user).filter(|id| id.to_string() == body.sub)?,
            session_id: SessionId::new(body.sid)?,
            issued_at: moment(body.iat)?,
            expires_at: moment(body.exp)?,
        };
        (claims.issued_at <= claims.expires_at).then_some(claims)
    }
}

impl AccessTokens for Tokens {
    fn issue(&self, claims: &Claims) -> Result<String, PortError> {
        let mut jti = [0; 16];
        self.random.fill(&mut jti);
        let body = Body {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            sub: claims.user_id.to_string(),
            sid: claims.session_id.get(),
            jti: URL_SAFE_NO_PAD.encode(jti),
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
        };
        jsonwebtoken::encode(&self.header, &body, &self.signing_key).map_err(PortError::broken)
    }

    fn verify(&self, token: &str, now: Timestamp) -> Option<Claims> {
        if token.len() > LONGEST {
            return None;
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        let claims = match self.verified.get(&hash) {
            Some(claims) => claims,
            None => {
                let claims = self.read(token)?;
                self.verified.insert(hash, claims);
                claims
            }
        };
        (now < claims.expires_at && claims.issued_at <= now + LEEWAY).then_some(claims)
    }

    fn public_keys(&self) -> Vec<PublicKey> {
        self.public_keys.clone()
    }
}

fn moment(seconds: i64) -> Option<Timestamp> {
    DateTime::from_timestamp(seconds, 0).filter(|_| seconds >= 0)
}
