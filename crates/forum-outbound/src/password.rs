//! Passwords: argon2id for every new hash, and what MxForum left behind for old ones.
//!
//! A hash costs tens of milliseconds of a core and megabytes of memory, so only so many are computed at
//! a time, away from the async workers, and only so many callers wait for their turn.

use std::{num::NonZero, sync::Arc};

use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHash, PasswordHasher as _, PasswordVerifier as _,
    Version,
};
use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use forum_domain::{
    Policy,
    account::{Password, PasswordHasher, Verdict},
    error::PortError,
};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// How many callers may wait for their turn by default: the last of them waits about two seconds per
/// core at 30 ms a hash.
pub const WAITING_ROOM: usize = 64;

// What a stored hash may ask for: beyond these it is no hash that anybody made in good faith, and
// verifying it would be an attack on ourselves.
const MOST_MEMORY_KIB: u32 = 1 << 20;
const MOST_PASSES: u32 = 100;
const MOST_LANES: u32 = 16;
const MOST_PBKDF2_ROUNDS: u32 = 10_000_000;
const MOST_BCRYPT_COST: u32 = 16;

/// How many hashes are computed at a time by default: one core is left for everything else.
#[must_use]
pub fn default_permits() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1)
}

/// Why there is no hasher.
#[derive(Debug, thiserror::Error)]
#[error("argon2 does not accept the policy's parameters: {0}")]
pub struct ParametersError(String);

/// Hashes and verifies passwords.
pub struct Hasher {
    work: Arc<Work>,
    /// Taken by who computes.
    permits: Arc<Semaphore>,
    /// Taken by who computes or waits.
    places: Arc<Semaphore>,
}

struct Work {
    argon2: Argon2<'static>,
    /// A hash of today's parameters that is nobody's.
    dummy: String,
}

/// A stored hash that no password can be checked against.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Corrupt(&'static str);

impl Hasher {
    /// A hasher by the policy's parameters that computes `permits` hashes at a time, while `waiting_room`
    /// callers wait.
    ///
    /// # Errors
    /// [`ParametersError`].
    pub fn new(policy: &Policy, permits: usize, waiting_room: usize) -> Result<Self, ParametersError> {
        let params = Params::new(
            policy.argon2_memory_kib,
            policy.argon2_iterations,
            policy.argon2_parallelism,
            Some(Params::DEFAULT_OUTPUT_LEN),
        )
        .map_err(|error| ParametersError(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        // Written, not computed: a start should not take a hash's time and memory. No password is known
        // whose hash is all zeros, and whoever found one would still log in as nobody.
        let dummy = format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            policy.argon2_memory_kib,
            policy.argon2_iterations,
            policy.argon2_parallelism,
            STANDARD_NO_PAD.encode([0; 16]),
            STANDARD_NO_PAD.encode([0; Params::DEFAULT_OUTPUT_LEN]),
        );
        let permits = permits.max(1);
        Ok(Self {
            work: Arc::new(Work { argon2, dummy }),
            permits: Arc::new(Semaphore::new(permits)),
            places: Arc::new(Semaphore::new(permits.saturating_add(waiting_room))),
        })
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Work) -> T + Send + 'static,
    ) -> Result<T, PortError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| PortError::Busy)?;
        let permit = self.permits.clone().acquire_owned().await.map_err(PortError::broken)?;
        let shared = self.work.clone();
        let computed = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also if the one who asked for it is gone.
            let _held = (place, permit);
            work(&shared)
        });
        computed.await.map_err(PortError::broken)
    }
}

#[async_trait]
impl PasswordHasher for Hasher {
    async fn hash(&self, password: &Password) -> Result<String, PortError> {
        let password = password.clone();
        let hashed = self.compute(move |work| work.argon2.hash_password(password.expose().as_bytes()));
        hashed.await?.map(|hash| hash.to_string()).map_err(|error| PortError::broken(error.to_string()))
    }

    async fn verify<'a>(&self, password: &Password, hash: Option<&'a str>) -> Result<Verdict, PortError> {
        let (password, hash) = (password.clone(), hash.map(str::to_owned));
        self.compute(move |work| match hash {
            Some(hash) => work.verdict(password.expose().as_bytes(), &hash),
            None => work.nobody(password.expose().as_bytes()),
        })
        .await
    }
}

impl Work {
    fn verdict(&self, password: &[u8], hash: &str) -> Verdict {
        let verdict = if let Some(rest) = hash.strip_prefix("pbkdf2:sha256:") {
            werkzeug(password, rest).map(|right| (right, true))
        } else if hash.starts_with("$2") {
            bcrypt(password, hash).map(|right| (right, true))
        } else {
            self.argon2(password, hash)
        };
        match verdict {
            Ok((true, false)) => Verdict::Right,
            Ok((true, true)) => Verdict::RightButOld,
            Ok((false, _)) => Verdict::Wrong,
            Err(corrupt) => {
                tracing::error!(%corrupt, "a stored password hash cannot be verified");
                self.nobody(password)
            }
        }
    }

    /// As much work as a real hash, for nothing.
    fn nobody(&self, password: &[u8]) -> Verdict {
        // Whatever comes of it: nobody may log in as nobody.
        let _ = self.argon2(password, &self.dummy);
        Verdict::Wrong
    }

    /// Whether it is the password, and whether the hash is of other parameters than today's.
    fn argon2(&self, password: &[u8], hash: &str) -> Result<(bool, bool), Corrupt> {
        let hash = PasswordHash::new(hash).map_err(|_| Corrupt("no PHC string"))?;
        let params = Params::try_from(&hash).map_err(|_| Corrupt("no argon2 parameters"))?;
        let today = self.argon2.params();
        if params.m_cost() > MOST_MEMORY_KIB.max(today.m_cost())
            || params.t_cost() > MOST_PASSES.max(today.t_cost())
            || params.p_cost() > MOST_LANES.max(today.p_cost())
        {
            return Err(Corrupt("argon2 parameters beyond reason"));
        }
        let as_today = hash.algorithm == ARGON2ID_IDENT
            && hash.version == Some(Version::V0x13.into())
            && (params.m_cost(), params.t_cost(), params.p_cost())
                == (today.m_cost(), today.t_cost(), today.p_cost());
        match self.argon2.verify_password(password, &hash) {
            Ok(()) => Ok((true, !as_today)),
            Err(argon2::password_hash::Error::PasswordInvalid)
                if hash.salt.is_some() && hash.hash.is_some() =>
            {
                Ok((false, !as_today))
            }
            Err(_) => Err(Corrupt("no argon2 hash")),
        }
    }
}

/// Werkzeug's `pbkdf2:sha256:<rounds>$<salt>$<hex>`, its head taken off. The salt is its own text.
fn werkzeug(password: &[u8], rest: &str) -> Result<bool, Corrupt> {
    let mut parts = rest.split('$');
    let (Some(rounds), Some(salt), Some(expected), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Corrupt("no pbkdf2:sha256:rounds$salt$hash"));
    };
    let rounds: u32 = rounds.parse().map_err(|_| Corrupt("pbkdf2 rounds that are no number"))?;
    if !(1..=MOST_PBKDF2_ROUNDS).contains(&rounds) {
        return Err(Corrupt("pbkdf2 rounds beyond reason"));
    }
    if expected.len() != 64 || !expected.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Corrupt("no SHA-256 in hex"));
    }
    let computed: [u8; 32] = pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(password, salt.as_bytes(), rounds);
    let computed: String = computed.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(computed.as_bytes().ct_eq(expected.to_ascii_lowercase().as_bytes()).into())
}

fn bcrypt(password: &[u8], hash: &str) -> Result<bool, Corrupt> {
    let corrupt = |_| Corrupt("no bcrypt hash");
    let cost = hash.parse::<bcrypt::HashParts>().map_err(corrupt)?.get_cost();
    if cost > MOST_BCRYPT_COST {
        return Err(Corrupt("bcrypt cost beyond reason"));
    }
    // bcrypt itself never saw more than 72 bytes.
    bcrypt::verify(password, hash).map_err(corrupt)
}
