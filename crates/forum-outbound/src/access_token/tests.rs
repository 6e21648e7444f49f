//! Forged tokens, each as a thief would make it, and honest ones.

use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use super::*;
use crate::random::SystemRandom;

const ISSUER: &str = "https://forum.example";
const AUDIENCE: &str = "forum";
/// 2027-01-15.
const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn keys() -> SigningKeys {
    SigningKeys::generate(&SystemRandom)
}

fn tokens(keys: &SigningKeys) -> Tokens {
    Tokens::new(keys, ISSUER, AUDIENCE, Arc::new(SystemRandom)).unwrap()
}

fn claims() -> Claims {
    Claims {
        user_id: UserId::new(42).unwrap(),
        session_id: SessionId::new((1 << 53) - 1).unwrap(),
        issued_at: at(NOW),
        expires_at: at(NOW + 900),
    }
}

fn header(tokens: &Tokens) -> Value {
    json!({"alg": "EdDSA", "typ": "at+jwt", "kid": tokens.public_keys[0].key_id})
}

fn body() -> Value {
    json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "42", "sid": 77, "jti": "a", "iat": NOW, "exp": NOW + 900,
    })
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token of exactly this text, signed with the right key.
fn sign_text(key: &SigningKey, header: &str, body: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(body));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).to_bytes());
    format!("{message}.{signature}")
}

fn sign(key: &SigningKey, header: &Value, body: &Value) -> String {
    sign_text(key, &header.to_string(), &body.to_string())
}

fn with(json: &Value, field: &str, value: Value) -> Value {
    let mut json = json.clone();
    json[field] = value;
    json
}

fn without(json: &Value, field: &str) -> Value {
    let mut json = json.clone();
    json.as_object_mut().unwrap().remove(field);
    json
}

#[test]
fn a_token_says_what_it_was_issued_with() {
    let tokens = tokens(&keys());
    let token = tokens.issue(&claims()).unwrap();
    // Twice: verified, and remembered.
    for _ in 0..2 {
        assert_eq!(tokens.verify(&token, at(NOW + 1)), Some(claims()));
    }
    assert_ne!(token, tokens.issue(&claims()).unwrap(), "no two are the same");
}

#[test]
fn others_find_every_claim_where_they_expect_it() {
    let tokens = tokens(&keys());
    let token = tokens.issue(&claims()).unwrap();
    let parts: Vec<&str> = token.split('.').collect();
    let read =
        |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    assert_eq!(read(parts[0]), header(&tokens));
    let said = read(parts[1]);
    let expected = with(&with(&body(), "sid", json!((1i64 << 53) - 1)), "jti", said["jti"].clone());
    assert_eq!(said, expected);
}

#[test]
fn a_token_ends_with_its_last_second_also_once_it_is_remembered() {
    let tokens = tokens(&keys());
    let token = tokens.issue(&claims()).unwrap();
    assert!(tokens.verify(&token, at(NOW + 899)).is_some());
    assert!(tokens.verify(&token, at(NOW + 900)).is_none());
    assert!(tokens.verify(&token, at(NOW + 899)).is_some());
}

#[test]
fn the_clock_of_the_issuer_may_be_a_minute_ahead_and_no_more() {
    let tokens = tokens(&keys());
    let token = tokens.issue(&claims()).unwrap();
    assert!(tokens.verify(&token, at(NOW - 60)).is_some());
    assert!(tokens.verify(&token, at(NOW - 61)).is_none());
}

#[test]
fn while_keys_rotate_both_are_valid_and_the_first_signs() {
    let (old, new) = (keys(), keys());
    let both = SigningKeys::parse(&(new.to_pem().unwrap() + &old.to_pem().unwrap())).unwrap();
    let (before, during, after) = (tokens(&old), tokens(&both), tokens(&new));
    let (of_old, of_both) = (before.issue(&claims()).unwrap(), during.issue(&claims()).unwrap());
    assert!(during.verify(&of_old, at(NOW)).is_some() && during.verify(&of_both, at(NOW)).is_some());
    assert!(after.verify(&of_both, at(NOW)).is_some());
    assert!(after.verify(&of_old, at(NOW)).is_none(), "its key was taken away");
    assert_eq!(during.public_keys(), [after.public_keys(), before.public_keys()].concat());
}

#[test]
fn a_token_of_another_issuer_or_for_another_audience_is_not_ours() {
    let keys = keys();
    let ours = tokens(&keys);
    for (issuer, audience) in [("https://other.example", AUDIENCE), (ISSUER, "shop"), ("", "")] {
        let other = Tokens::new(&keys, issuer, audience, Arc::new(SystemRandom)).unwrap();
        assert!(ours.verify(&other.issue(&claims()).unwrap(), at(NOW)).is_none(), "{issuer} {audience}");
    }
}

#[test]
fn the_tokens_of_the_tests_below_would_be_valid_but_for_their_one_flaw() {
    let keys = keys();
    let tokens = tokens(&keys);
    let token = sign(&keys.keys()[0], &header(&tokens), &body());
    assert!(tokens.verify(&token, at(NOW)).is_some());
}

#[test]
fn forged_headers_and_signatures_are_refused() {
    let keys = keys();
    let tokens = tokens(&keys);
    let key = &keys.keys()[0];
    let (header, body) = (header(&tokens), body());
    let honest = sign(key, &header, &body);
    let (message, signature) = honest.rsplit_once('.').unwrap();
    let mine = SigningKey::from_bytes(&[7; 32]);
    let my_x = URL_SAFE_NO_PAD.encode(mine.verifying_key().to_bytes());
    let my_jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": my_x});

    let mut forged: Vec<(String, String)> = Vec::new();
    for alg in ["none", "None", "NONE", "NoNe", "nOnE", ""] {
        let unsigned = format!("{}.{}", part(&with(&header, "alg", json!(alg))), part(&body));
        forged.push((format!("alg {alg}"), format!("{unsigned}.")));
        forged.push((format!("alg {alg}, old signature"), format!("{unsigned}.{signature}")));
    }
    // The public key as the secret of an HMAC: as bytes, as base64url, as PEM.
    let public = tokens.public_keys[0].ed25519;
    let pem = {
        use ed25519_dalek::pkcs8::EncodePublicKey;
        key.verifying_key().to_public_key_pem(Default::default()).unwrap()
    };
    let encoded = URL_SAFE_NO_PAD.encode(public);
    for secret in [&public[..], encoded.as_bytes(), pem.as_bytes(), b""] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = tokens.header.clone();
            header.alg = algorithm;
            let token = jsonwebtoken::encode(&header, &body, &EncodingKey::from_secret(secret)).unwrap();
            forged.push((format!("{algorithm:?}"), token));
        }
    }
    for alg in ["HS256", "ES256", "RS256", "eddsa", "EdDSA ", "Ed25519", "Ed448"] {
        forged.push((format!("says {alg}"), sign(key, &with(&header, "alg", json!(alg)), &body)));
    }
    for (field, value) in [
        ("jwk", my_jwk.clone()),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["AAAA"])),
        ("crit", json!(["exp"])),
        ("zip", json!("DEF")),
        ("b64", json!(false)),
    ] {
        // With his key and no kid, with his key under our kid, and even with ours.
        let brought = with(&header, field, value);
        forged.push((format!("{field}, no kid"), sign(&mine, &without(&brought, "kid"), &body)));
        forged.push((format!("{field}, our kid"), sign(&mine, &brought, &body)));
        forged.push((format!("{field}, our key"), sign(key, &brought, &body)));
    }
    for kid in [
        json!(""),
        json!("../../../../dev/null"),
        json!("..\\..\\secrets"),
        json!("' OR '1'='1"),
        json!("x' UNION SELECT 'key'; --"),
        json!("|whoami"),
        json!("\u{0}"),
        json!(null),
        json!(0),
        json!({}),
        json!([tokens.public_keys[0].key_id]),
        json!(key_id(&mine.verifying_key().to_bytes())),
    ] {
        for signer in [&mine, key] {
            forged.push((format!("kid {kid}"), sign(signer, &with(&header, "kid", kid.clone()), &body)));
        }
    }
    for field in ["alg", "typ", "kid"] {
        forged.push((format!("no {field}"), sign(key, &without(&header, field), &body)));
    }
    for typ in [json!("JWT"), json!("AT+JWT "), json!("refresh"), json!(1), json!(null)] {
        forged.push((format!("typ {typ}"), sign(key, &with(&header, "typ", typ), &body)));
    }
    let tampered = format!("{}.{}.{signature}", part(&header), part(&with(&body, "sub", json!("1"))));
    forged.push(("tampered payload".into(), tampered));
    forged.push(("another's signature".into(), sign(&mine, &header, &body)));
    forged.push(("no signature".into(), format!("{message}.")));
    forged.push(("two parts".into(), message.into()));
    forged.push(("four parts".into(), format!("{honest}.AA")));
    forged.push(("cut signature".into(), honest[..honest.len() - 4].into()));
    forged.push(("zero signature".into(), format!("{message}.{}", URL_SAFE_NO_PAD.encode([0; 64]))));
    forged.push(("longer signature".into(), format!("{honest}AAAA")));
    forged.push(("white space".into(), format!(" {honest}")));
    forged.push(("padding".into(), format!("{honest}==")));
    forged.push(("nothing".into(), String::new()));
    forged.push(("dots".into(), "..".into()));
    forged.push(("Chinese".into(), "论.坛.好".into()));
    forged.push(("a megabyte".into(), "A".repeat(1 << 20)));
    let twice = format!("{{\"alg\":\"none\",{}", &header.to_string()[1..]);
    forged.push(("alg twice".into(), sign_text(key, &twice, &body.to_string())));

    for (what, token) in forged {
        assert_eq!(tokens.verify(&token, at(NOW)), None, "{what}");
    }
}

#[test]
fn each_claim_is_required_and_of_its_type() {
    let keys = keys();
    let tokens = tokens(&keys);
    let (header, body) = (header(&tokens), body());
    let verify = |body: &str| tokens.verify(&sign_text(&keys.keys()[0], &header.to_string(), body), at(NOW));

    for claim in ["iss", "aud", "sub", "sid", "jti", "iat", "exp"] {
        assert_eq!(verify(&without(&body, claim).to_string()), None, "no {claim}");
        let wrong = [json!(null), json!(true), json!({}), json!([]), json!([body[claim].clone()]), json!("")];
        for wrong in wrong.into_iter().filter(|wrong| claim != "jti" || *wrong != json!("")) {
            assert_eq!(verify(&with(&body, claim, wrong.clone()).to_string()), None, "{claim} {wrong}");
        }
        let twice = format!("{{\"{claim}\":{},{}", body[claim], &body.to_string()[1..]);
        assert_eq!(verify(&twice), None, "{claim} twice");
    }
    for (claim, text) in [
        ("exp", "\"1800000900\""),
        ("exp", "1800000900.0"),
        ("exp", "1.8000009e9"),
        ("exp", "-1"),
        ("exp", "0"),
        ("exp", "9223372036854775807"),
        ("exp", "9223372036854775808"),
        ("exp", "18446744073709551616"),
        ("exp", "1e400"),
        ("exp", "NaN"),
        ("exp", "1799999999"),
        ("iat", "\"1800000000\""),
        ("iat", "-1"),
        ("iat", "1800000000.5"),
        ("iat", "1800000901"),
        ("iat", "9223372036854775808"),
        ("sub", "42"),
        ("sub", "\"0\""),
        ("sub", "\"-42\""),
        ("sub", "\"+42\""),
        ("sub", "\"042\""),
        ("sub", "\" 42\""),
        ("sub", "\"4e1\""),
        ("sub", "\"９\""),
        ("sub", "\"9007199254740992\""),
        ("sub", "\"42' OR 1=1\""),
        ("sid", "\"77\""),
        ("sid", "0"),
        ("sid", "-77"),
        ("sid", "77.0"),
        ("sid", "9007199254740992"),
        ("aud", "[\"forum\"]"),
        ("aud", "[\"shop\",\"forum\"]"),
        ("iss", "\"https://forum.example/\""),
        ("jti", "7"),
        ("role", "\"admin\""),
    ] {
        let marked = with(&body, claim, json!("MARK")).to_string();
        assert_eq!(verify(&marked.replace("\"MARK\"", text)), None, "{claim}: {text}");
    }
    for text in ["", "null", "[]", "\"\"", "{", "{}"] {
        assert_eq!(verify(text), None, "body {text}");
    }
}
