//! Makes a [`Config`] of what was set, and of defaults for what was not.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use forum_domain::Policy;

use super::{
    CacheUrl, Config, DatabaseUrl, LogFormat, MediaPlace, Problem, Profile, Provenance, S3Access, Secret,
    Sms, Words, keys,
    layers::{Layers, Raw},
    parse, policy,
};

/// Reads values and collects what is wrong with them.
struct Reader<'a> {
    layers: &'a Layers,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    /// The value, `None` if it is not set or wrong.
    fn one<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> parse::Parsed<T>) -> Option<T> {
        let raw = self.layers.get(name)?;
        let parsed = raw.value.text().ok_or("one value, not a list".to_owned()).and_then(parse);
        parsed.map_err(|allowed| self.problems.push(refused(name, raw, &allowed))).ok()
    }

    /// The items of a list, `None` if it is not set or one of them is wrong.
    fn list<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> parse::Parsed<T>) -> Option<Vec<T>> {
        let raw = self.layers.get(name)?;
        let parsed: parse::Parsed<Vec<T>> = raw.value.items().iter().map(|item| parse(item)).collect();
        parsed.map_err(|allowed| self.problems.push(refused(name, raw, &allowed))).ok()
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        self.one(name, |text| Ok(text.to_owned()))
    }
}

/// The key in the spelling of whoever set it, and what is allowed.
fn refused(name: &str, raw: &Raw, allowed: &str) -> Problem {
    let key = match &raw.from {
        Provenance::Environment(variable) => variable.clone(),
        Provenance::File(path) => format!("{name} in {}", path.display()),
        Provenance::Flag | Provenance::Default => format!("--set {name}"),
    };
    Problem::new(key, format!("allowed is {allowed}"))
}

/// The configuration. What is wrong goes to `problems`, its default standing in so that the rest is read too.
pub(super) fn config(layers: &Layers, problems: &mut Vec<Problem>) -> Config {
    let mut read = Reader { layers, problems };
    let profile = read.one("profile", parse::profile).unwrap_or(Profile::Development);
    let development = profile == Profile::Development;
    let listen = read.one("listen", parse::listen).unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8888)));
    let data_dir = read.one("data_dir", |text| Ok(PathBuf::from(text))).unwrap_or_else(|| "data".into());
    let sms = sms(&mut read);
    let console = sms == Sms::Console;
    let media = read
        .one("media_url", parse::media_url)
        .unwrap_or_else(|| MediaPlace::Directory(data_dir.join("media")));
    let media_s3 = s3(&mut read, &media);
    Config {
        profile,
        listen,
        public_url: read.one("public_url", parse::public_url).unwrap_or_else(|| reached_at(listen)),
        database: read
            .one("database_url", parse::database_url)
            .unwrap_or_else(|| DatabaseUrl::Sqlite(data_dir.join("forum.db"))),
        cache: read.one("cache_url", parse::cache_url).unwrap_or(CacheUrl::Memory),
        cache_prefix: read.one("cache_prefix", parse::cache_prefix),
        sms,
        media,
        media_s3,
        cors_origins: read.list("cors_origins", parse::origin).unwrap_or_default(),
        trusted_proxies: read.list("trusted_proxies", parse::proxy).unwrap_or_default(),
        policy: numbers(&mut read),
        word_filter_refuse: words(&mut read, "word_filter_refuse"),
        word_filter_review: words(&mut read, "word_filter_review"),
        rate_limit: read.one("rate_limit", parse::switch).unwrap_or(true),
        dev_endpoints: read.one("dev_endpoints", parse::switch).unwrap_or(development && console),
        signing_key_files: read.list("signing_key_files", |text| Ok(text.into())).unwrap_or_default(),
        token_secret: read.text("token_secret").map(Secret::new),
        log_format: read.one("log_format", parse::log_format).unwrap_or(if development {
            LogFormat::Pretty
        } else {
            LogFormat::Json
        }),
        log_level: read.one("log_level", parse::log_level).unwrap_or_else(|| "info".into()),
        data_dir,
    }
}

fn s3(read: &mut Reader<'_>, media: &MediaPlace) -> S3Access {
    let access = S3Access {
        endpoint: read.one("media_s3_endpoint", parse::endpoint),
        region: read.text("media_s3_region"),
        access_key_id: read.text("media_s3_access_key_id"),
        secret_access_key: read.text("media_s3_secret_access_key").map(Secret::new),
        session_token: read.text("media_s3_session_token").map(Secret::new),
    };
    if matches!(media, MediaPlace::Bucket { .. }) {
        for (name, missing) in [
            ("media_s3_access_key_id", access.access_key_id.is_none()),
            ("media_s3_secret_access_key", access.secret_access_key.is_none()),
        ] {
            if missing {
                read.problems
                    .push(Problem::new(keys::variable(name), "must be set for FORUM_MEDIA_URL=s3://…"));
            }
        }
    }
    access
}

fn sms(read: &mut Reader<'_>) -> Sms {
    let apikey = read.text("yunpian_apikey").map(Secret::new);
    let signature = read.text("yunpian_signature");
    let url = read.one("yunpian_url", parse::endpoint);
    let name = read.text("sms").unwrap_or_else(|| "console".into());
    match name.as_str() {
        "console" => Sms::Console,
        "yunpian" => {
            for (name, missing) in
                [("yunpian_apikey", apikey.is_none()), ("yunpian_signature", signature.is_none())]
            {
                if missing {
                    read.problems
                        .push(Problem::new(keys::variable(name), "must be set for FORUM_SMS=yunpian"));
                }
            }
            let apikey = apikey.unwrap_or_else(|| Secret::new(String::new()));
            Sms::Yunpian { apikey, signature: signature.unwrap_or_default(), url }
        }
        _ => {
            if let Some(raw) = read.layers.get("sms") {
                read.problems.push(refused("sms", raw, "console or yunpian"));
            }
            Sms::Console
        }
    }
}

/// The words of a filter: as a list, or one on each line of a file.
fn words(read: &mut Reader<'_>, name: &'static str) -> Words {
    let listed = read.list(name, |word| Ok(word.trim().to_owned())).unwrap_or_default();
    let file = match listed.as_slice() {
        [one] => one.strip_prefix("file:").map(PathBuf::from),
        _ => None,
    };
    let Some(path) = file else { return Words { words: listed, file: None } };
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            // A line that begins with # is a comment.
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            Words { words: lines.map(str::to_owned).collect(), file: Some(path) }
        }
        Err(error) => {
            read.problems.push(Problem::new(keys::variable(name), format!("cannot be read: {error}")));
            Words::default()
        }
    }
}

fn numbers(read: &mut Reader<'_>) -> Policy {
    let mut numbers = Policy::default();
    for name in policy::names() {
        if let Some(raw) = read.layers.get(name)
            && let Err(allowed) = policy::set(&mut numbers, name, &raw.value.items())
        {
            read.problems.push(refused(name, raw, &allowed));
        }
    }
    if let Some(categories) = read.list("group_categories", |name| Ok(name.trim().to_owned())) {
        numbers.group_categories = categories;
    }
    if let Some(categories) = read.list("question_categories", |name| Ok(name.trim().to_owned())) {
        numbers.question_categories = categories;
    }
    if let Err(what) = numbers.check() {
        read.problems.push(Problem::new("FORUM_POLICY__…", what));
    }
    numbers
}

/// Where a forum that listens here is reached from the same machine.
#[must_use]
pub fn reached_at(listen: SocketAddr) -> String {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
    };
    format!("http://{}", SocketAddr::new(ip, listen.port()))
}
