//! Reads single values. An error says what is allowed; it never repeats what was typed, which may be a secret.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use tracing_subscriber::filter::Targets;
use url::Url;

use super::{CacheUrl, DatabaseUrl, LogFormat, MediaPlace, Profile};

pub(super) type Parsed<T> = Result<T, String>;

pub(super) fn profile(text: &str) -> Parsed<Profile> {
    match text {
        "development" => Ok(Profile::Development),
        "production" => Ok(Profile::Production),
        _ => Err("development or production".into()),
    }
}

pub(super) fn switch(text: &str) -> Parsed<bool> {
    match text {
        "on" | "true" | "1" => Ok(true),
        "off" | "false" | "0" => Ok(false),
        _ => Err("on or off".into()),
    }
}

pub(super) fn listen(text: &str) -> Parsed<SocketAddr> {
    text.parse().map_err(|_| "an address and a port, such as 127.0.0.1:8888 or [::]:8888".into())
}

pub(super) fn log_format(text: &str) -> Parsed<LogFormat> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("pretty or json".into()),
    }
}

/// Directives of what is logged.
pub(super) fn log_level(text: &str) -> Parsed<String> {
    let allowed = "error, warn, info, debug, trace, or directives such as info,forum_store=debug";
    text.parse::<Targets>().map(|_| text.to_owned()).map_err(|_| allowed.into())
}

/// The base of the forum's own links, with no slash at its end.
pub(super) fn public_url(text: &str) -> Parsed<String> {
    let allowed = "an http:// or https:// address with no query, such as https://forum.example";
    let url = web(text).ok_or(allowed)?;
    if url.query().is_some() || url.fragment().is_some() || has_credentials(&url) {
        return Err(allowed.into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// An address that is called by us.
pub(super) fn endpoint(text: &str) -> Parsed<String> {
    web(text).map(String::from).ok_or_else(|| "an http:// or https:// address".into())
}

/// An origin exactly as browsers send it.
pub(super) fn origin(text: &str) -> Parsed<String> {
    let allowed = "origins such as https://forum.example, with no path and no wildcard";
    let url = web(text).ok_or(allowed)?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && !has_credentials(&url);
    let origin = url.origin().ascii_serialization();
    if bare && !text.contains('*') { Ok(origin) } else { Err(allowed.into()) }
}

/// A reverse proxy's address, or a network of them.
pub(super) fn proxy(text: &str) -> Parsed<IpNet> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let net = net.map_err(|_| "addresses or networks, such as 127.0.0.1 or 10.0.0.0/8")?;
    // Whoever trusts everybody lets everybody choose the address he is counted by.
    if net.prefix_len() == 0 {
        return Err("addresses or networks of your own proxies: the whole internet cannot be trusted".into());
    }
    Ok(net)
}

pub(super) fn database_url(text: &str) -> Parsed<DatabaseUrl> {
    let allowed = "sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE";
    if let Some(path) = text.strip_prefix("sqlite:") {
        // A database in memory would be another one for every connection, and gone at the end.
        let kept = !path.is_empty() && !path.starts_with(":memory:") && !path.contains('?');
        return if kept { Ok(DatabaseUrl::Sqlite(path.into())) } else { Err(allowed.into()) };
    }
    let url = Url::parse(text).map_err(|_| allowed)?;
    match url.scheme() {
        "postgres" | "postgresql" => Ok(DatabaseUrl::Postgres(text.to_owned())),
        _ => Err(allowed.into()),
    }
}

pub(super) fn cache_url(text: &str) -> Parsed<CacheUrl> {
    let allowed = "memory: or redis://HOST:PORT/DB, or rediss:// with TLS";
    if text == "memory:" {
        return Ok(CacheUrl::Memory);
    }
    let url = Url::parse(text).map_err(|_| allowed)?;
    match url.scheme() {
        "redis" | "rediss" if url.has_host() => Ok(CacheUrl::Redis(text.to_owned())),
        _ => Err(allowed.into()),
    }
}

/// Where files of media are kept: a directory, or a bucket and what its names begin with.
pub(super) fn media_url(text: &str) -> Parsed<MediaPlace> {
    let allowed = "file:DIRECTORY or s3://BUCKET/PREFIX";
    if let Some(path) = text.strip_prefix("file:") {
        return if path.is_empty() { Err(allowed.into()) } else { Ok(MediaPlace::Directory(path.into())) };
    }
    let (bucket, prefix) =
        text.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, ""))).ok_or(allowed)?;
    let fit = |part: &str| {
        part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
    };
    let whole = !prefix.split('/').any(|part| matches!(part, "." | ".."));
    if bucket.is_empty() || !fit(bucket) || !fit(prefix) || !whole {
        return Err(allowed.into());
    }
    Ok(MediaPlace::Bucket { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
}

pub(super) fn cache_prefix(text: &str) -> Parsed<String> {
    let fit = (1..=32).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if fit {
        Ok(text.to_owned())
    } else {
        Err("1 to 32 letters, digits, dots, dashes and underscores".into())
    }
}

/// The value with its password hidden, should it be a URL that has one.
pub(super) fn without_password(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return text.to_owned() };
    let hidden = url.password().is_some() && url.set_password(Some("hidden")).is_ok();
    // A password may also stand in the query, as `?password=…`.
    let query = url.query().is_some_and(|query| query.contains("pass"));
    if query {
        url.set_query(Some("hidden"));
    }
    if hidden || query { url.to_string() } else { text.to_owned() }
}

fn web(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_exact_or_refused() {
        assert_eq!(origin("https://Forum.example").as_deref(), Ok("https://forum.example"));
        assert_eq!(origin("http://localhost:3000/").as_deref(), Ok("http://localhost:3000"));
        for bad in ["*", "null", "https://*.example", "https://a.example/x", "a.example", "ftp://a.example"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_can_trust_the_whole_internet() {
        assert!(proxy("0.0.0.0/0").is_err());
        assert!(proxy("::/0").is_err());
        assert_eq!(proxy("10.0.0.1").map(|net| net.to_string()), Ok("10.0.0.1/32".into()));
        assert_eq!(proxy("fd00::/8").map(|net| net.prefix_len()), Ok(8));
    }

    #[test]
    fn passwords_in_urls_are_hidden() {
        assert_eq!(without_password("postgres://u:geheim@h/db"), "postgres://u:hidden@h/db");
        assert!(!without_password("postgres://h/db?user=u&password=geheim").contains("geheim"));
        assert_eq!(without_password("sqlite:data/forum.db"), "sqlite:data/forum.db");
    }

    #[test]
    fn databases_and_caches_are_named_by_urls() {
        assert!(matches!(database_url("sqlite:data/forum.db"), Ok(DatabaseUrl::Sqlite(_))));
        assert!(matches!(database_url("postgres://h/db"), Ok(DatabaseUrl::Postgres(_))));
        for bad in ["", "data/forum.db", "mysql://h/db", "sqlite:", "sqlite::memory:"] {
            assert!(database_url(bad).is_err(), "{bad}");
        }
        assert!(matches!(cache_url("memory:"), Ok(CacheUrl::Memory)));
        assert!(cache_url("memcached://h").is_err());
    }

    #[test]
    fn media_are_kept_in_a_directory_or_a_bucket() {
        assert_eq!(media_url("file:data/media"), Ok(MediaPlace::Directory("data/media".into())));
        for (text, prefix) in [("s3://b", ""), ("s3://b/", ""), ("s3://b/a/c/", "a/c")] {
            let place = MediaPlace::Bucket { bucket: "b".into(), prefix: prefix.into() };
            assert_eq!(media_url(text), Ok(place), "{text}");
        }
        for bad in ["", "data/media", "file:", "s3://", "s3:///a", "s3://b/../c", "s3://b?x=1", "https://b"] {
            assert!(media_url(bad).is_err(), "{bad}");
        }
    }
}
