//! The addresses of files. One that is for the members of a group is signed, and lapses.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use forum_domain::{
    clock::Timestamp,
    id::GroupId,
    media::{
        MediaKey,
        rules::{PATH, SIGNATURE},
    },
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Signatures lapse at the end of such a stretch of time, in seconds, and are good for one to two of them: so
/// an address stays the same for a while, and caches can keep what it names.
const STRETCH: i64 = 1_800;

/// Signs addresses, and tells its own signatures.
pub(crate) struct Signer<'a> {
    /// What it signs with: the same on every instance.
    pub(crate) key: &'a [u8; 32],
    /// When.
    pub(crate) now: Timestamp,
}

impl Signer<'_> {
    /// What follows on a key in an address: nothing, if its file is for everybody.
    pub(crate) fn query(&self, key: &MediaKey) -> String {
        if key.members_of().is_none() {
            return String::new();
        }
        let expires = (self.now.timestamp().div_euclid(STRETCH) + 2) * STRETCH;
        let seal = self.mac(key, expires).finalize().into_bytes();
        format!("?{SIGNATURE}={expires}.{}", URL_SAFE_NO_PAD.encode(seal))
    }

    /// For how many seconds more a signature is good; `None` if it is none, or lapsed.
    pub(crate) fn left(&self, key: &MediaKey, signature: &str) -> Option<i64> {
        let (expires, seal) = signature.split_once('.')?;
        // One spelling of a number, so that one address has one signature.
        let expires = expires.parse().ok().filter(|number: &i64| number.to_string() == expires)?;
        let seal = URL_SAFE_NO_PAD.decode(seal).ok()?;
        self.mac(key, expires).verify_slice(&seal).ok()?;
        let left = expires - self.now.timestamp();
        (left > 0).then_some(left)
    }

    fn mac(&self, key: &MediaKey, expires: i64) -> Hmac<Sha256> {
        // HMAC takes keys of any length: the error of its type does not occur.
        let mac = Hmac::<Sha256>::new_from_slice(self.key).unwrap_or_else(|_| Hmac::new(&Default::default()));
        mac.chain_update(key.as_str()).chain_update(b"\n").chain_update(expires.to_be_bytes())
    }

    /// HTML as the sanitiser leaves it, with the addresses of files signed that are for the members of this
    /// group, in which it stands. Whoever reads it may read the group.
    ///
    /// Another group's are left: a text must not open what its reader may not see. So are addresses of other
    /// hosts: none of them must learn a signature.
    pub(crate) fn html(&self, html: String, group: GroupId, public_url: &str) -> String {
        let mut signed = String::new();
        let mut done = 0;
        for (at, _) in html.match_indices(PATH) {
            let Some(before) = html.get(..at) else { continue };
            let host = before.strip_suffix(public_url).unwrap_or(before);
            if !host.ends_with("=\"") {
                continue;
            }
            let Some(key) = html.get(at + PATH.len()..).and_then(MediaKey::at_start_of) else { continue };
            let end = at + PATH.len() + key.as_str().len();
            if key.members_of() != Some(group) || !html.get(end..).is_some_and(|rest| rest.starts_with('"')) {
                continue;
            }
            signed.push_str(html.get(done..end).unwrap_or_default());
            signed.push_str(&self.query(&key));
            done = end;
        }
        if done == 0 {
            return html;
        }
        signed.push_str(html.get(done..).unwrap_or_default());
        signed
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    const URL: &str = "https://forum.example";

    fn signer(seconds: i64) -> Signer<'static> {
        Signer {
            key: &[7; 32],
            now: DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::seconds(seconds),
        }
    }

    fn key(text: &str) -> MediaKey {
        MediaKey::parse(text).unwrap()
    }

    fn of_group() -> MediaKey {
        key("g7-0af7651916cd43dd8448eb211c80319c.png")
    }

    fn signature(seconds: i64) -> String {
        signer(seconds).query(&of_group()).strip_prefix("?signature=").unwrap().to_owned()
    }

    #[test]
    fn a_signature_is_good_for_half_an_hour_to_an_hour_and_for_one_file() {
        for made in [0, 1, 1_799, 1_800, 1_801, 123_456] {
            let signature = signature(made);
            let left = signer(made).left(&of_group(), &signature).unwrap();
            assert!((1_800..=3_600).contains(&left), "{left}");
            assert_eq!(signer(made + left - 1).left(&of_group(), &signature), Some(1));
            assert_eq!(signer(made + left).left(&of_group(), &signature), None);
            assert_eq!(signer(made).left(&key("g8-0af7651916cd43dd8448eb211c80319c.png"), &signature), None);
        }
        assert_eq!(signature(0), signature(1_799), "an address stays the same for a while");
    }

    #[test]
    fn nothing_else_is_a_signature() {
        let good = signature(0);
        let (expires, seal) = good.split_once('.').unwrap();
        let later = expires.parse::<i64>().unwrap() + 1;
        for bad in [
            String::new(),
            ".".into(),
            expires.into(),
            format!("{expires}."),
            format!("{later}.{seal}"),
            format!("+{expires}.{seal}"),
            format!("0{expires}.{seal}"),
            format!("{expires}.{}", &seal[1..]),
            format!("{good}="),
        ] {
            assert_eq!(signer(0).left(&of_group(), &bad), None, "{bad}");
        }
        assert!(signer(0).left(&of_group(), &good).is_some());
    }

    #[test]
    fn what_is_for_everybody_needs_none() {
        assert_eq!(signer(0).query(&key("0af7651916cd43dd8448eb211c80319c.png")), "");
    }

    #[test]
    fn html_is_signed_where_it_shows_files_of_its_own_group() {
        let (group, query) = (GroupId::new(7).unwrap(), signer(0).query(&of_group()));
        let sign = |html: &str| signer(0).html(html.into(), group, URL);
        let key = of_group();
        for src in [format!("/media/{key}"), format!("{URL}/media/{key}")] {
            let html = |src: &str| format!("<p>é<img src=\"{src}\" alt=\"x\"></p><a href=\"{src}\">x</a>");
            assert_eq!(sign(&html(&src)), html(&format!("{src}{query}")));
        }
        for left in [
            "<p>nothing</p>".to_owned(),
            format!("<p>/media/{key}</p>"),
            format!("<img src=\"https://evil.example/media/{key}\">"),
            format!("<img src=\"https://evil.example/?{URL}/media/{key}\">"),
            format!("<img src=\"/media/{key}x\">"),
            format!("<img src=\"/media/{key}?x\">"),
            "<img src=\"/media/0af7651916cd43dd8448eb211c80319c.png\">".to_owned(),
            "<img src=\"/media/g8-0af7651916cd43dd8448eb211c80319c.png\">".to_owned(),
            "<img src=\"/media/".to_owned(),
        ] {
            assert_eq!(sign(&left), left);
        }
    }
}
