//! The effective configuration, fit to be printed.

use serde::Serialize;

use super::{
    Config, LogFormat, Profile, Provenance, Sms,
    keys::{self, Show},
    layers::Layers,
    parse, policy,
};

/// One key with its effective value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The variable that sets it.
    pub variable: String,
    /// Its value; of a secret only whether it is set.
    pub value: String,
    /// Where it was set.
    pub from: String,
    /// What it is for.
    pub help: &'static str,
}

/// Every key, in the order in which they are explained.
pub(super) fn entries(config: &Config, layers: &Layers) -> Vec<Entry> {
    keys::names()
        .filter_map(keys::find)
        .map(|key| {
            let value = value(config, key.name);
            Entry {
                variable: keys::variable(key.name),
                value: match key.show {
                    Show::Plain => value,
                    Show::Url => parse::without_password(&value),
                    Show::Secret if value.is_empty() => String::from("(not set)"),
                    Show::Secret => String::from("(hidden)"),
                },
                from: layers.get(key.name).map_or(Provenance::Default, |raw| raw.from.clone()).to_string(),
                help: key.help,
            }
        })
        .collect()
}

fn value(config: &Config, name: &str) -> String {
    let switch = |on: bool| String::from(if on { "on" } else { "off" });
    let exposed = |secret: &Option<super::Secret>| secret.as_ref().map_or("", |s| s.expose()).to_owned();
    let (apikey, signature, url) = match &config.sms {
        Sms::Console => (None, String::new(), String::new()),
        Sms::Yunpian { apikey, signature, url } => {
            (Some(apikey.clone()), signature.clone(), url.clone().unwrap_or_default())
        }
    };
    match name {
        "profile" => match config.profile {
            Profile::Development => "development".into(),
            Profile::Production => "production".into(),
        },
        "listen" => config.listen.to_string(),
        "public_url" => config.public_url.clone(),
        "data_dir" => config.data_dir.display().to_string(),
        "database_url" => config.database.shown(),
        "cache_url" => config.cache.shown(),
        "cache_prefix" => config.cache_prefix.clone().unwrap_or_default(),
        "sms" => if apikey.is_some() { "yunpian" } else { "console" }.into(),
        "yunpian_apikey" => exposed(&apikey),
        "yunpian_signature" => signature,
        "yunpian_url" => url,
        "media_url" => config.media.shown(),
        "media_s3_endpoint" => config.media_s3.endpoint.clone().unwrap_or_default(),
        "media_s3_region" => config.media_s3.region.clone().unwrap_or_default(),
        "media_s3_access_key_id" => config.media_s3.access_key_id.clone().unwrap_or_default(),
        "media_s3_secret_access_key" => exposed(&config.media_s3.secret_access_key),
        "media_s3_session_token" => exposed(&config.media_s3.session_token),
        "cors_origins" => config.cors_origins.join(","),
        "trusted_proxies" => joined(&config.trusted_proxies),
        "group_categories" => config.policy.group_categories.join(","),
        "question_categories" => config.policy.question_categories.join(","),
        "word_filter_refuse" => words(&config.word_filter_refuse),
        "word_filter_review" => words(&config.word_filter_review),
        "rate_limit" => switch(config.rate_limit),
        "dev_endpoints" => switch(config.dev_endpoints),
        "signing_key_files" => joined(config.signing_key_files.iter().map(|path| path.display())),
        "token_secret" => exposed(&config.token_secret),
        "log_format" => match config.log_format {
            LogFormat::Pretty => "pretty".into(),
            LogFormat::Json => "json".into(),
        },
        "log_level" => config.log_level.clone(),
        name => policy::get(&config.policy, name),
    }
}

/// A list that was read from a file is named, not printed.
fn words(words: &super::Words) -> String {
    match &words.file {
        Some(path) => format!("file:{}", path.display()),
        None => words.words.join(","),
    }
}

fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}
