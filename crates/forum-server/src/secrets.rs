//! The secrets that tokens and cursors are made with: those that are configured, or, in development, those
//! that were made at the first start and are kept in the data directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use forum_domain::clock::Random;
use forum_outbound::{
    keys::{KeyError, SealKey, SigningKeys},
    random::SystemRandom,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Config;

/// What the forum keeps secret.
pub struct Secrets {
    /// Signs access tokens.
    pub signing: SigningKeys,
    /// Seals refresh tokens.
    pub seal: SealKey,
    /// Seals cursors.
    pub cursor_key: [u8; 32],
    /// Signs the addresses of files.
    pub media_key: [u8; 32],
}

/// Why there are no secrets. Never tells one.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// A file or directory.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Secrets {
    /// The configured secrets; what is not configured is made, and kept in `secrets/` in the data directory
    /// for its owner alone. (Production has both configured, or does not start.)
    ///
    /// # Errors
    /// A file that cannot be read, written or understood.
    pub fn load(config: &Config) -> Result<Self, SecretsError> {
        let directory = config.data_dir.join("secrets");
        let signing = if config.signing_key_files.is_empty() {
            private(&directory)?;
            SigningKeys::load_or_generate(&directory.join("signing.pem"), &SystemRandom)?
        } else {
            SigningKeys::parse(&together(&config.signing_key_files)?)?
        };
        let secret = match &config.token_secret {
            Some(secret) => secret.expose().to_owned(),
            None => {
                private(&directory)?;
                SealKey::load_or_generate(&directory.join("token.secret"), &SystemRandom)?.to_text()
            }
        };
        Ok(Self {
            signing,
            seal: SealKey::parse(&URL_SAFE_NO_PAD.encode(derive(&secret, "refresh tokens")))?,
            cursor_key: derive(&secret, "cursors"),
            media_key: derive(&secret, "addresses of media"),
        })
    }
}

/// A password that nobody guesses and somebody can read out: 20 of 32 letters and digits, 100 bits.
pub fn password() -> String {
    // Without those that are taken for others: 0 and O, 1 and l and I.
    const LETTERS: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
    let mut bytes = [0; 20];
    SystemRandom.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// A key for one purpose, so that what one seals says nothing about the other.
fn derive(secret: &str, purpose: &str) -> [u8; 32] {
    // HMAC takes keys of any length: the error of its type does not occur.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(purpose).finalize().into_bytes().into())
        .unwrap_or_default()
}

fn together(files: &[PathBuf]) -> Result<String, SecretsError> {
    let texts: Result<Vec<String>, _> = files
        .iter()
        .map(|path| {
            fs::read_to_string(path).map_err(|source| SecretsError::File { path: path.clone(), source })
        })
        .collect();
    Ok(texts?.join("\n"))
}

/// A directory that only its owner may enter.
fn private(directory: &Path) -> Result<(), SecretsError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|source| SecretsError::File { path: directory.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Secret, Sources};

    fn config(directory: &Path) -> Config {
        let flags = vec![("data_dir".to_owned(), directory.display().to_string())];
        config::load(&Sources { flags, ..Sources::default() }).unwrap().config
    }

    #[test]
    fn secrets_are_made_once_and_kept_for_their_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let config = config(directory.path());
        let (first, second) = (Secrets::load(&config).unwrap(), Secrets::load(&config).unwrap());
        assert_eq!(first.cursor_key, second.cursor_key);
        assert_eq!(first.signing.to_pem().unwrap(), second.signing.to_pem().unwrap());
        assert_ne!(
            first.seal.to_text(),
            URL_SAFE_NO_PAD.encode(first.cursor_key),
            "one key for each purpose"
        );
        #[cfg(unix)]
        for name in ["secrets", "secrets/signing.pem", "secrets/token.secret"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name}");
        }
    }

    #[test]
    fn configured_secrets_are_the_same_on_every_machine_and_leave_no_file() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = here.path().join("key.pem");
        fs::write(&key, SigningKeys::generate(&SystemRandom).to_pem().unwrap()).unwrap();
        let load = |directory: &Path| {
            let mut config = config(directory);
            config.signing_key_files = vec![key.clone()];
            config.token_secret = Some(Secret::new("a secret of two machines, 32 characters".into()));
            Secrets::load(&config).unwrap()
        };
        let (one, other) = (load(here.path()), load(there.path()));
        assert_eq!(one.seal.to_text(), other.seal.to_text());
        assert_eq!(one.cursor_key, other.cursor_key);
        assert!(!there.path().join("secrets").exists());
    }

    #[test]
    fn passwords_for_users_are_long_and_never_the_same() {
        let (one, other) = (password(), password());
        assert_eq!(one.len(), 20);
        assert_ne!(one, other);
    }
}
