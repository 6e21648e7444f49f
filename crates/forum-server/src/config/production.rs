//! What the production profile refuses, and what it doubts: each by the name of its variable.

use super::{CacheUrl, Config, DatabaseUrl, Problem, Profile, Sms, keys::variable};

/// The least length of the token secret, in characters.
const SECRET_MIN: usize = 32;

/// A secret with fewer different characters is a placeholder.
const SECRET_VARIETY: usize = 10;

/// Adds what production may not have.
pub(super) fn refuse(config: &Config, problems: &mut Vec<Problem>) {
    let mut refuse = |name: &str, what: &str| problems.push(Problem::new(variable(name), what));
    match &config.token_secret {
        None => refuse("token_secret", "must be set in production, the same on every instance"),
        Some(secret) if secret.expose().chars().count() < SECRET_MIN => {
            refuse("token_secret", "must have at least 32 characters in production");
        }
        Some(secret) if variety(secret.expose()) < SECRET_VARIETY => {
            refuse(
                "token_secret",
                "is a placeholder: take random characters, such as `openssl rand -hex 32` gives",
            );
        }
        Some(_) => {}
    }
    if config.signing_key_files.is_empty() {
        refuse(
            "signing_key_files",
            "must be set in production: `openssl genpkey -algorithm ed25519` makes a key",
        );
    }
    if config.sms == Sms::Console {
        refuse("sms", "must not be console in production: codes would be in the log");
    }
    if matches!(&config.sms, Sms::Yunpian { url: Some(url), .. } if !url.starts_with("https://")) {
        refuse("yunpian_url", "must be an https:// address in production: the key and the codes go there");
    }
    if !config.rate_limit {
        refuse("rate_limit", "must not be off in production");
    }
    if config.dev_endpoints {
        refuse("dev_endpoints", "must not be on in production");
    }
    if !config.public_url.starts_with("https://") {
        refuse("public_url", "must be an https:// address in production");
    }
}

/// What is allowed, but probably not meant.
pub(super) fn doubts(config: &Config) -> Vec<Problem> {
    let mut doubts = Vec::new();
    let mut doubt = |name: &str, what: &str| doubts.push(Problem::new(variable(name), what));
    if config.profile == Profile::Production {
        // Whoever listens for the machine itself only stands behind a proxy, and every client is the proxy.
        if config.listen.ip().is_loopback() && config.trusted_proxies.is_empty() {
            doubt(
                "trusted_proxies",
                "is empty while only this machine can connect: all clients would count as one. \
                 Name the reverse proxy, such as 127.0.0.1",
            );
        }
        if matches!(config.database, DatabaseUrl::Postgres(_)) && config.cache == CacheUrl::Memory {
            doubt("cache_url", "is memory: a second instance would have limits and codes of its own");
        }
    }
    if config.profile == Profile::Development && !config.listen.ip().is_loopback() {
        doubt("profile", "is development while other machines can connect: they can read every code");
    }
    doubts
}

fn variety(text: &str) -> usize {
    text.chars().collect::<std::collections::BTreeSet<_>>().len()
}
