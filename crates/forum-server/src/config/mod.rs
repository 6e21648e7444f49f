//! Configuration: defaults, `forum.toml`, `FORUM_*` variables and flags, in this order, the last one winning.
//!
//! `keys` is the list of what there is, `layers` reads what was set, `parse` says what is allowed,
//! `production` what only development may have, `report` prints it all. `load` finds every mistake,
//! not just the first, and its messages never repeat a value, which may be a secret.

mod build;
mod keys;
mod layers;
mod parse;
mod policy;
mod production;
mod report;
mod secret;

use std::{ffi::OsString, fmt, net::SocketAddr, path::PathBuf};

use forum_domain::Policy;
use ipnet::IpNet;

pub use build::reached_at;
pub use layers::Provenance;
pub use report::Entry;
pub use secret::Secret;

/// What the process is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// For whoever writes a front end, or tries the forum.
    Development,
    /// For the public: see `production`.
    Production,
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file of our own.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as a URL with its password.
    Postgres(String),
}

/// Where codes, limits and rankings are.
#[derive(Clone, PartialEq, Eq)]
pub enum CacheUrl {
    /// In the process.
    Memory,
    /// On a Redis server, as a URL with its password.
    Redis(String),
}

/// Where files of media are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaPlace {
    /// A directory of our own.
    Directory(PathBuf),
    /// A bucket that speaks S3.
    Bucket {
        /// Its name.
        bucket: String,
        /// What the names in it begin with; may be empty.
        prefix: String,
    },
}

impl MediaPlace {
    /// As it may be printed.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Directory(path) => format!("file:{}", path.display()),
            Self::Bucket { bucket, prefix } => format!("s3://{bucket}/{prefix}"),
        }
    }
}

/// How a bucket is reached, and with which key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct S3Access {
    /// Where the service is; `None` for Amazon's own.
    pub endpoint: Option<String>,
    /// The region; `None` for the default.
    pub region: Option<String>,
    /// The key's name.
    pub access_key_id: Option<String>,
    /// The key.
    pub secret_access_key: Option<Secret>,
    /// What comes with a key that is lent.
    pub session_token: Option<Secret>,
}

/// Who delivers SMS codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sms {
    /// Nobody: codes are printed.
    Console,
    /// Yunpian.
    Yunpian {
        /// Key of the account.
        apikey: Secret,
        /// In front of each message.
        signature: String,
        /// Where `single_send` is; `None` for Yunpian's own.
        url: Option<String>,
    },
}

/// Words of a filter, and where they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The words.
    pub words: Vec<String>,
    /// The file they were read from.
    pub file: Option<PathBuf>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For programs, one object a line.
    Json,
}

/// Everything that is configured.
#[derive(Debug, Clone)]
pub struct Config {
    /// What the process is to be.
    pub profile: Profile,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where clients reach it, with no slash at its end.
    pub public_url: String,
    /// Where its files are.
    pub data_dir: PathBuf,
    /// Its database.
    pub database: DatabaseUrl,
    /// Its cache.
    pub cache: CacheUrl,
    /// Prefix of every Redis key; `None` for an id that the database keeps.
    pub cache_prefix: Option<String>,
    /// Who delivers codes.
    pub sms: Sms,
    /// Where uploaded files are.
    pub media: MediaPlace,
    /// How they are reached, if they are in a bucket.
    pub media_s3: S3Access,
    /// Whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// The numbers of the rules.
    pub policy: Policy,
    /// Words that nobody may write.
    pub word_filter_refuse: Words,
    /// Words that moderators shall look at.
    pub word_filter_review: Words,
    /// Whether requests, log-ins and codes are limited.
    pub rate_limit: bool,
    /// Whether `/dev/sms` is there.
    pub dev_endpoints: bool,
    /// Ed25519 keys, the signing one first; none: one is generated in the data directory.
    pub signing_key_files: Vec<PathBuf>,
    /// Seals refresh tokens and cursors; `None`: one is generated in the data directory.
    pub token_secret: Option<Secret>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is logged, as tracing's directives.
    pub log_level: String,
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl DatabaseUrl {
    /// As it may be printed.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => parse::without_password(url),
        }
    }
}

impl fmt::Debug for CacheUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl CacheUrl {
    /// As it may be printed.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Memory => String::from("memory:"),
            Self::Redis(url) => parse::without_password(url),
        }
    }
}

/// What is wrong with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key as the operator knows it: a variable, a name in a file, a flag.
    pub key: String,
    /// What is wrong, or allowed. Never the value.
    pub what: String,
}

impl Problem {
    fn new(key: impl Into<String>, what: impl Into<String>) -> Self {
        Self { key: key.into(), what: what.into() }
    }
}

/// The configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Everything that is wrong with it.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {}: {}", problem.key, problem.what))
    }
}

impl std::error::Error for ConfigError {}

/// Where values may come from.
#[derive(Debug, Default)]
pub struct Sources {
    /// The file that `--config` or `FORUM_CONFIG` names: it must be there. Without it `forum.toml` in the
    /// working directory is read, if there is one.
    pub file: Option<PathBuf>,
    /// The variables; those that are not ours are ignored.
    pub environment: Vec<(OsString, OsString)>,
    /// What flags set: a key's name and its value.
    pub flags: Vec<(String, String)>,
}

/// A configuration, and where each value came from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// Every key with its value, fit to be printed.
    pub entries: Vec<Entry>,
    /// What is allowed, but probably not meant.
    pub warnings: Vec<Problem>,
}

/// Reads the configuration.
///
/// # Errors
/// Every key that is unknown, that has a value it may not have, or that the profile refuses.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let mut problems = Vec::new();
    let mut layers = layers::Layers::new();
    let default_file = PathBuf::from("forum.toml");
    if let Some(file) = sources.file.as_ref().or(default_file.is_file().then_some(&default_file)) {
        layers::add_file(&mut layers, file, &mut problems);
    }
    layers::add_environment(&mut layers, sources.environment.iter().cloned(), &mut problems);
    layers::add_flags(&mut layers, &sources.flags, &mut problems);

    let config = build::config(&layers, &mut problems);
    if config.profile == Profile::Production {
        production::refuse(&config, &mut problems);
    }
    if !problems.is_empty() {
        return Err(ConfigError { problems });
    }
    let entries = report::entries(&config, &layers);
    let warnings = production::doubts(&config);
    Ok(Loaded { config, entries, warnings })
}

#[cfg(test)]
mod tests;
