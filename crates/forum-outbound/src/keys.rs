//! The secrets that tokens are made with: read from a setting or a file, or made anew.
//!
//! Signing keys are PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes them; several blocks one
//! after the other are several keys. The seal key is 32 bytes in base64url. Neither is ever shown.

use std::{
    fmt,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding},
};
use forum_domain::clock::Random;
use sha2::{Digest, Sha256};

/// Why there is no key. Never tells a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text has no PEM block of a private key.
    #[error("no signing key: expected one or more PEM blocks that begin with -----BEGIN PRIVATE KEY-----")]
    NoSigningKey,
    /// This block, counted from one, is no Ed25519 private key.
    #[error("block {0} is no Ed25519 private key in PKCS#8 (openssl genpkey -algorithm ed25519 makes one)")]
    NotEd25519(usize),
    /// The same key twice.
    #[error("block {0} is a key that stands before it already")]
    Repeated(usize),
    /// The text is no seal key.
    #[error("the seal key must be 32 bytes in base64url (43 characters)")]
    NotASealKey,
    /// A key cannot be written as PEM.
    #[error("the key cannot be written as PEM")]
    Pem(#[source] ed25519_dalek::pkcs8::Error),
    /// The file cannot be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What the file holds is wrong.
    #[error("{path}: {source}", path = path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        source: Box<KeyError>,
    },
}

/// The Ed25519 keys of access tokens: the first signs, each verifies, so that tokens of the one before
/// stay valid while a new one takes over.
pub struct SigningKeys(Vec<SigningKey>);

impl SigningKeys {
    /// One new key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut secret = [0; 32];
        random.fill(&mut secret);
        Self(vec![SigningKey::from_bytes(&secret)])
    }

    /// The keys of one or more PEM blocks. Line ends may be written as `\n`, since a setting often
    /// holds one line.
    ///
    /// # Errors
    /// [`KeyError`] naming the block.
    pub fn parse(pem: &str) -> Result<Self, KeyError> {
        const BEGIN: &str = "-----BEGIN ";
        const END: &str = "-----END PRIVATE KEY-----";
        let pem = pem.replace("\\n", "\n");
        let mut keys: Vec<SigningKey> = Vec::new();
        for block in pem.split(BEGIN).skip(1) {
            let number = keys.len() + 1;
            let end = block.find(END).ok_or(KeyError::NotEd25519(number))? + END.len();
            let block = format!("{BEGIN}{}", &block[..end]);
            let key = SigningKey::from_pkcs8_pem(&block).map_err(|_| KeyError::NotEd25519(number))?;
            if keys.contains(&key) {
                return Err(KeyError::Repeated(number));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeyError::NoSigningKey) } else { Ok(Self(keys)) }
    }

    /// The keys of a file; if there is none, a new key, kept there for its owner alone. Of several
    /// processes that start at once, all get the same.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Content`].
    pub fn load_or_generate(path: &Path, random: &dyn Random) -> Result<Self, KeyError> {
        load_or_create(path, Self::parse, || Self::generate(random).to_pem())
    }

    /// As [`SigningKeys::parse`] reads it.
    ///
    /// # Errors
    /// [`KeyError::Pem`].
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let blocks = self.0.iter().map(|key| key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()));
        blocks.collect::<Result<_, _>>().map_err(KeyError::Pem)
    }

    pub(crate) fn keys(&self) -> &[SigningKey] {
        &self.0
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| key_id(&key.verifying_key().to_bytes()))).finish()
    }
}

/// The id of an Ed25519 public key: its thumbprint by RFC 7638 and RFC 8037, the same wherever it is.
pub(crate) fn key_id(public_key: &[u8; 32]) -> String {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(canonical))
}

/// The key that refresh tokens are sealed and continued with. Changing it ends every session.
pub struct SealKey([u8; 32]);

impl SealKey {
    /// A new key.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut key = [0; 32];
        random.fill(&mut key);
        Self(key)
    }

    /// The key written as base64url.
    ///
    /// # Errors
    /// [`KeyError::NotASealKey`], also for one that is shorter or longer.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('='));
        bytes.ok().and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(KeyError::NotASealKey)
    }

    /// As [`SigningKeys::load_or_generate`].
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Content`].
    pub fn load_or_generate(path: &Path, random: &dyn Random) -> Result<Self, KeyError> {
        load_or_create(path, Self::parse, || Ok(Self::generate(random).to_text()))
    }

    /// As [`SealKey::parse`] reads it.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

fn load_or_create<K>(
    path: &Path,
    parse: impl FnOnce(&str) -> Result<K, KeyError>,
    generate: impl FnOnce() -> Result<String, KeyError>,
) -> Result<K, KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            create(path, &generate()?).map_err(failed)?;
            // Read back: another process may have been the first.
            std::fs::read_to_string(path).map_err(failed)?
        }
        Err(error) => return Err(failed(error)),
    };
    warn_if_others_may_read(path);
    parse(&text).map_err(|source| KeyError::Content { path: path.to_owned(), source: Box::new(source) })
}

/// Writes a file for its owner alone, whole or not at all; one that is there already stays.
fn create(path: &Path, content: &str) -> std::io::Result<()> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Temporary files are made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    writeln!(file, "{}", content.trim_end())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

#[cfg(unix)]
fn warn_if_others_may_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if std::fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others may read this file of secrets: chmod 600");
    }
}

#[cfg(not(unix))]
fn warn_if_others_may_read(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn ids(keys: &SigningKeys) -> Vec<String> {
        keys.0.iter().map(|key| key_id(&key.verifying_key().to_bytes())).collect()
    }

    #[test]
    fn a_key_id_is_the_thumbprint_of_the_standard() {
        // RFC 8037, appendix A.3.
        let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        assert_eq!(key_id(&x.try_into().unwrap()), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn keys_come_back_from_their_pem_in_order() {
        let (new, old) = (SigningKeys::generate(&SystemRandom), SigningKeys::generate(&SystemRandom));
        let pem =
            format!("# the new one\n{}\nthe old one:\r\n{}", new.to_pem().unwrap(), old.to_pem().unwrap());
        let both = SigningKeys::parse(&pem).unwrap();
        assert_eq!(ids(&both), [ids(&new), ids(&old)].concat());
        assert_eq!(ids(&SigningKeys::parse(&both.to_pem().unwrap()).unwrap()), ids(&both));
        assert_eq!(ids(&SigningKeys::parse(&new.to_pem().unwrap().replace('\n', "\\n")).unwrap()), ids(&new));
    }

    #[test]
    fn what_openssl_writes_is_read() {
        // `openssl genpkey -algorithm ed25519`, and `openssl pkey -pubout` of it.
        let pem = "-----BEGIN PRIVATE KEY-----\n\
                   MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
                   -----END PRIVATE KEY-----\n";
        let keys = SigningKeys::parse(pem).unwrap();
        // The example of RFC 8037, appendix A.1, whose public key is that of A.2.
        assert_eq!(ids(&keys), ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]);
    }

    #[test]
    fn wrong_keys_are_told_apart_and_never_repeated() {
        let one = SigningKeys::generate(&SystemRandom).to_pem().unwrap();
        let secret = one.lines().nth(1).unwrap().to_owned();
        let broken = one.replace(&secret, &secret[1..]);
        for (pem, expected) in [
            (String::new(), "no signing key"),
            ("hunter2".into(), "no signing key"),
            (broken, "block 1 "),
            (format!("{one}{one}"), "block 2 is a key that stands before"),
            (format!("{one}-----BEGIN PRIVATE KEY-----\nAAAA"), "block 2 is no"),
            (one.replace("PRIVATE KEY", "PUBLIC KEY"), "block 1 "),
        ] {
            let error = SigningKeys::parse(&pem).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!format!("{error:?}").contains(&secret[8..]));
        }
        for text in ["", "hunter2", &"A".repeat(42), &"A".repeat(44), &"!".repeat(43)] {
            assert!(matches!(SealKey::parse(text), Err(KeyError::NotASealKey)), "{text}");
        }
    }

    #[test]
    fn a_secret_is_made_once_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let (signing, seal) = (directory.path().join("signing.pem"), directory.path().join("seal.key"));
        let first = SigningKeys::load_or_generate(&signing, &SystemRandom).unwrap();
        let second = SigningKeys::load_or_generate(&signing, &SystemRandom).unwrap();
        assert_eq!(ids(&first), ids(&second));
        let first = SealKey::load_or_generate(&seal, &SystemRandom).unwrap();
        assert_eq!(first.0, SealKey::load_or_generate(&seal, &SystemRandom).unwrap().0);
        #[cfg(unix)]
        for path in [&signing, &seal] {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "no temporary file is left");
    }

    #[test]
    fn of_many_who_start_at_once_all_get_the_same_key() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("seal.key");
        let keys: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..16)
                .map(|_| scope.spawn(|| SealKey::load_or_generate(&path, &SystemRandom).unwrap().0))
                .collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }

    #[test]
    fn a_file_that_holds_no_key_is_an_error_that_names_it_and_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("seal.key");
        std::fs::write(&path, "hunter2").unwrap();
        let error = SealKey::load_or_generate(&path, &SystemRandom).unwrap_err().to_string();
        assert!(error.contains("seal.key") && !error.contains("hunter2"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "hunter2");
        let nowhere = directory.path().join("nowhere/seal.key");
        assert!(matches!(SealKey::load_or_generate(&nowhere, &SystemRandom), Err(KeyError::File { .. })));
    }
}
