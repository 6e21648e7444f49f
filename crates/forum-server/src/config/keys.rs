//! Every key that can be configured: its name, whether it is a secret, and what it is for.
//!
//! A key is `name` in `forum.toml` and `FORUM_NAME` in the environment. The policy's keys are made from the
//! policy itself: `[policy] name` and `FORUM_POLICY__NAME`.

use super::policy;

/// What of a value may be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    /// All of it.
    Plain,
    /// All but the password in it.
    Url,
    /// Whether it is set.
    Secret,
}

/// A key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Its name, as in `forum.toml`.
    pub(super) name: &'static str,
    /// What of its value may be printed.
    pub(super) show: Show,
    /// What it is for and what is allowed, in one line.
    pub(super) help: &'static str,
}

const fn key(name: &'static str, help: &'static str) -> Key {
    Key { name, show: Show::Plain, help }
}

/// The keys that are not the policy's, in the order in which they are explained.
pub(super) const KEYS: &[Key] = &[
    key("profile", "development or production; production refuses what only development may have"),
    key("listen", "address and port to listen on"),
    key("public_url", "where clients reach the forum: base of links, issuer of tokens"),
    key("data_dir", "directory of the SQLite file and of generated secrets"),
    Key { show: Show::Url, ..key("database_url", "sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE") },
    Key { show: Show::Url, ..key("cache_url", "memory: or redis://HOST:PORT/DB, rediss:// with TLS") },
    key("cache_prefix", "prefix of every Redis key; without one, an id kept in the database"),
    key("sms", "console or yunpian"),
    Key { show: Show::Secret, ..key("yunpian_apikey", "API key of the Yunpian account") },
    key("yunpian_signature", "signature in front of each Yunpian message, without its brackets"),
    key("yunpian_url", "where the Yunpian gateway is, if not at its own address"),
    key("media_url", "where uploaded files are kept: file:DIRECTORY or s3://BUCKET/PREFIX"),
    key("media_s3_endpoint", "address of the S3 service, if not Amazon's; or AWS_ENDPOINT_URL"),
    key("media_s3_region", "region of the bucket; or AWS_REGION"),
    key("media_s3_access_key_id", "name of the key to the bucket; or AWS_ACCESS_KEY_ID"),
    Key {
        show: Show::Secret,
        ..key("media_s3_secret_access_key", "the key to the bucket; or AWS_SECRET_ACCESS_KEY")
    },
    Key {
        show: Show::Secret,
        ..key("media_s3_session_token", "what comes with a lent key; or AWS_SESSION_TOKEN")
    },
    key("cors_origins", "origins of browsers that may call the API, such as https://forum.example"),
    key("trusted_proxies", "addresses or networks of reverse proxies whose X-Forwarded-For counts"),
    key("group_categories", "categories of groups, in the order shown"),
    key("question_categories", "categories of questions, in the order shown"),
    key("word_filter_refuse", "words that nobody may write, or file:PATH with one on each line"),
    key("word_filter_review", "words that moderators shall look at, or file:PATH with one on each line"),
    key("rate_limit", "on or off; off only in development"),
    key("dev_endpoints", "on or off: GET /dev/sms, which shows codes; on only in development"),
    key("signing_key_files", "Ed25519 private keys in PEM; the first signs, all verify"),
    Key {
        show: Show::Secret,
        ..key("token_secret", "seals refresh tokens and cursors; at least 32 characters")
    },
    key("log_format", "pretty or json"),
    key("log_level", "error, warn, info, debug, trace, or directives such as info,forum_store=debug"),
];

/// What others call some of our keys: these count where ours are not set.
pub(super) const ALIASES: &[(&str, &str)] = &[
    ("AWS_ENDPOINT_URL", "media_s3_endpoint"),
    ("AWS_REGION", "media_s3_region"),
    ("AWS_ACCESS_KEY_ID", "media_s3_access_key_id"),
    ("AWS_SECRET_ACCESS_KEY", "media_s3_secret_access_key"),
    ("AWS_SESSION_TOKEN", "media_s3_session_token"),
];

/// The key of this name, if there is one.
pub(super) fn find(name: &str) -> Option<Key> {
    let plain = KEYS.iter().find(|key| key.name == name).copied();
    plain.or_else(|| policy::name(name).map(|name| key(name, policy::help(name))))
}

/// Every name there is.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().map(|key| key.name).chain(policy::names())
}

/// The name that was probably meant, if one is near.
pub(super) fn nearest(unknown: &str) -> Option<&'static str> {
    names()
        .map(|name| (strsim::damerau_levenshtein(unknown, name), name))
        .min()
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(2))
        .map(|(_, name)| name)
}

/// The variable that sets a key.
pub(super) fn variable(name: &str) -> String {
    format!("FORUM_{}", name.replace('.', "__").to_uppercase())
}

/// The key that a variable sets, whether or not there is one.
pub(super) fn of_variable(variable: &str) -> Option<String> {
    variable.strip_prefix("FORUM_").map(|rest| rest.to_lowercase().replacen("__", ".", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_and_its_variable_name_each_other() {
        for name in names() {
            assert_eq!(of_variable(&variable(name)).as_deref(), Some(name));
            assert!(find(name).is_some());
        }
        assert_eq!(variable("policy.code_length"), "FORUM_POLICY__CODE_LENGTH");
    }

    #[test]
    fn a_slip_of_the_pen_finds_its_key_and_nonsense_none() {
        assert_eq!(nearest("databse_url"), Some("database_url"));
        assert_eq!(nearest("policy.code_lenght"), Some("policy.code_length"));
        assert_eq!(nearest("zzzzzzzzzzzzz"), None);
    }
}
