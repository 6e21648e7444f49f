//! Statements about security that belong to no feature alone.

use std::time::Duration;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Answer, Forum, PASSWORD, User, both, logged, next_mobile};

/// Sends bytes as they are and reads all that comes back.
async fn raw(forum: &Forum, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(forum.client.address).await.unwrap();
    // The server may answer and close before it has read everything.
    stream.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
    read.expect("the server did not close").ok();
    String::from_utf8_lossy(&answer).into_owned()
}

/// A token with these claims, signed by the forum's own key, or by another.
fn token(forum: &Forum, header: &Header, claims: &Value) -> String {
    let pem = std::fs::read_to_string(forum.data().join("secrets/signing.pem")).unwrap();
    let key: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = EncodingKey::from_ed_der(&STANDARD.decode(key).unwrap());
    jsonwebtoken::encode(header, claims, &key).unwrap()
}

fn decoded(token: &str, part: usize) -> Value {
    let part = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

async fn is_no_token(forum: &Forum, token: &str) {
    let answer =
        forum.client.request("GET", "/me").raw_header("authorization", format!("Bearer {token}").as_bytes());
    answer.send().await.refused(401, "auth.invalid_token");
}

both! {
    async fn sec_12_a_token_that_wants_to_be_verified_otherwise_is_none(forum: Forum) {
        let user = forum.user("甲").await;
        let (header, claims) = (decoded(&user.access, 0), decoded(&user.access, 1));
        let parts: Vec<&str> = user.access.split('.').collect();
        for alg in ["none", "NoNe", "NONE", ""] {
            let mut header = header.clone();
            header["alg"] = json!(alg);
            is_no_token(&forum, &format!("{}.{}.", encoded(&header), parts[1])).await;
            is_no_token(&forum, &format!("{}.{}.{}", encoded(&header), parts[1], parts[2])).await;
        }
        // HS256 with the public key as the secret.
        let keys = forum.client.get("/.well-known/jwks.json").await;
        let public = keys["keys"][0]["x"].as_str().unwrap().to_owned();
        for secret in [public.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(&public).unwrap()] {
            let mut hs = Header::new(Algorithm::HS256);
            hs.kid = Some(header["kid"].as_str().unwrap().to_owned());
            hs.typ = Some(header["typ"].as_str().unwrap().to_owned());
            let forged = jsonwebtoken::encode(&hs, &claims, &EncodingKey::from_secret(&secret)).unwrap();
            is_no_token(&forum, &forged).await;
        }
        let mut other = claims.clone();
        other["sub"] = json!((user.id + 1).to_string());
        is_no_token(&forum, &format!("{}.{}.{}", parts[0], encoded(&other), parts[2])).await;
        for (name, value) in [
            ("kid", json!("../../etc/passwd")), ("kid", json!("' OR 1=1 --")), ("kid", json!("unknown")),
            ("kid", json!(7)), ("jku", json!("http://127.0.0.1:1/jwks")), ("x5u", json!("http://127.0.0.1:1")),
            ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": public})), ("crit", json!(["exp"])),
        ] {
            let mut header = header.clone();
            header[name] = value;
            is_no_token(&forum, &format!("{}.{}.{}", encoded(&header), parts[1], parts[2])).await;
        }
        for nonsense in ["a", "a.b", "a.b.c", "a.b.c.d", "....", "%00", &"x".repeat(5_000)] {
            is_no_token(&forum, nonsense).await;
        }
    }

    async fn sec_13_every_claim_is_required_and_of_its_type(forum: Forum) {
        let user = forum.user("甲").await;
        let (kid, claims) = (decoded(&user.access, 0)["kid"].clone(), decoded(&user.access, 1));
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(kid.as_str().unwrap().to_owned());
        header.typ = Some(decoded(&user.access, 0)["typ"].as_str().unwrap().to_owned());
        let with = |name: &str, value: Option<Value>| {
            let mut claims = claims.clone();
            match value {
                Some(value) => claims[name] = value,
                None => {
                    claims.as_object_mut().unwrap().remove(name);
                }
            }
            claims
        };
        let me = |claims: &Value| {
            forum.client.request("GET", "/me").token(&token(&forum, &header, claims)).send()
        };
        me(&claims).await.is(200);
        for name in claims.as_object().unwrap().keys() {
            me(&with(name, None)).await.refused(401, "auth.invalid_token");
            for wrong in [json!(null), json!([]), json!({}), json!(true), json!(-1), json!(1.5), json!(9_223_372_036_854_775_808_u64)] {
                me(&with(name, Some(wrong.clone()))).await.refused(401, "auth.invalid_token");
            }
        }
        let now = forum.inside.clock.now().timestamp();
        for (name, wrong) in [
            ("exp", json!((now + 900).to_string())), ("exp", json!(now - 61)), ("exp", json!(0)),
            ("iat", json!(now + 300)), ("iss", json!("http://evil.test")), ("aud", json!("other")),
            ("sub", json!("0")), ("sub", json!("-1")), ("sub", json!("1e0")), ("sub", json!("9223372036854775808")),
            ("sub", json!(user.id)), ("sid", json!(claims["sid"].to_string())),
        ] {
            me(&with(name, Some(wrong))).await.refused(401, "auth.invalid_token");
        }
    }

    async fn sec_05_sec_06_codes_are_sent_only_so_often(forum: Forum, with [
        ("rate_limit", "on"), ("policy.codes_per_mobile_per_day", "3"), ("policy.codes_per_ip_per_hour", "5"),
    ]) {
        let mobile = next_mobile();
        let send = async |mobile: &str, purpose: &str| {
            forum.client.post("/auth/codes", &json!({"mobile": mobile, "purpose": purpose})).await
        };
        send(&mobile, "register").await.is(202);
        let again = send(&mobile, "register").await;
        again.refused(429, "code.too_many");
        let wait: u64 = again.header("retry-after").unwrap().parse().unwrap();
        assert!((50..=60).contains(&wait), "{wait}");
        // sec_06: another spelling is no other number.
        for spelling in [format!("+86{mobile}"), format!("+86 {mobile}"), format!("86{mobile}").replacen("86", "+86 ", 1)] {
            send(&spelling, "register").await.refused(429, "code.too_many");
        }
        send(&mobile, "login").await.is(202);
        send(&mobile, "reset_password").await.is(202);
        let day = send(&mobile, "change_mobile").await;
        day.refused(429, "code.too_many");
        assert!(day.header("retry-after").unwrap().parse::<u64>().unwrap() > 80_000);
        assert_eq!(forum.client.get(&format!("/dev/sms?mobile={mobile}")).await.items().len(), 3, "none was sent beyond");
        // The address has two left, whatever the numbers.
        send(&next_mobile(), "register").await.is(202);
        send(&next_mobile(), "register").await.is(202);
        send(&next_mobile(), "register").await.refused(429, "code.too_many");
        // A number that is none costs nothing.
        send("12345", "register").await.invalid(&[("/mobile", "malformed")]);
    }

    async fn sec_08_guessing_passwords_is_slowed_and_the_owner_is_not_locked_out(forum: Forum, with [("rate_limit", "on")]) {
        let user = forum.user("甲").await;
        let login = |password: &str| json!({"mobile": user.mobile, "password": password});
        let mut throttled = None;
        for _ in 0..20 {
            let answer = forum.client.post("/auth/login", &login("a wrong one")).await;
            match answer.status {
                401 => {}
                _ => {
                    answer.refused(429, "auth.too_many_attempts");
                    throttled = Some(answer);
                    break;
                }
            }
        }
        let throttled = throttled.expect("nothing slowed the guessing down");
        assert!(throttled.header("retry-after").is_some());
        // Also the right password waits, but a code does not.
        forum.client.post("/auth/login", &login(PASSWORD)).await.refused(429, "auth.too_many_attempts");
        let code = user.code_for(&user.mobile, "login").await;
        forum.client.post("/auth/login/code", &json!({"mobile": user.mobile, "code": code})).await.is(200);
        // Another account is not in the way of this one.
        let other = forum.user("乙").await;
        other.log_in(PASSWORD).await;
    }

    async fn sec_44_nobody_chooses_the_address_he_is_counted_by(forum: Forum, with [
        ("rate_limit", "on"), ("policy.codes_per_ip_per_hour", "3"),
    ]) {
        let mut refused = 0;
        for number in 0..30 {
            let body = json!({"mobile": next_mobile(), "purpose": "register"});
            let answer = forum.client.request("POST", "/auth/codes").json(&body)
                .header("x-forwarded-for", &format!("203.0.113.{number}"))
                .header("x-real-ip", &format!("203.0.113.{number}"))
                .header("forwarded", &format!("for=203.0.113.{number}"))
                .send().await;
            refused += usize::from(answer.status == 429);
        }
        assert_eq!(refused, 27);
    }

    async fn sec_44_behind_a_trusted_proxy_each_client_is_counted(forum: Forum, with [
        ("rate_limit", "on"), ("policy.codes_per_ip_per_hour", "2"), ("trusted_proxies", "127.0.0.1"),
    ]) {
        let send = async |forwarded: &str| {
            let body = json!({"mobile": next_mobile(), "purpose": "register"});
            forum.client.request("POST", "/auth/codes").json(&body).header("x-forwarded-for", forwarded).send().await.status
        };
        // What stands left of the client is what he wrote himself.
        assert_eq!([send("1.1.1.1, 203.0.113.1").await, send("2.2.2.2, 203.0.113.1").await, send("203.0.113.1").await],
            [202, 202, 429]);
        assert_eq!(send("203.0.113.2").await, 202);
        // A /64 is one client.
        assert_eq!([send("2001:db8::1").await, send("2001:db8::2").await, send("2001:db8::3").await], [202, 202, 429]);
    }

    async fn sec_29_bytes_that_are_no_text_are_refused_everywhere(forum: Forum) {
        let user = forum.user("甲").await;
        let group = forum.group(&user, "一组", json!({})).await;
        for body in [
            &b"{\"nickname\": \"a\xFFb\"}"[..],
            b"{\"nickname\": \"\xED\xA0\x80\"}",
            br#"{"nickname": "\ud800"}"#,
            br#"{"nickname": "\udc00\ud800"}"#,
            b"\xFE\xFF\x00{",
            b"{\"nickname\": \"\0\"}",
        ] {
            user.request("PATCH", "/me").bytes(body).send().await.refused(400, "request.malformed");
        }
        for text in ["a\0b", "\0"] {
            for field in ["nickname", "address", "bio"] {
                user.patch("/me", &json!({field: text})).await.refused(422, "request.invalid");
            }
            for field in ["name", "description", "notice", "category"] {
                user.patch(&format!("/groups/{group}"), &json!({field: text})).await.refused(422, "request.invalid");
            }
            let reason = json!({"reason": text});
            user.post(&format!("/groups/{group}/join-requests"), &reason).await.refused(422, "request.invalid");
            let login = json!({"mobile": text, "password": text});
            forum.client.post("/auth/login", &login).await;
            user.put("/me/password", &json!({"current_password": PASSWORD, "new_password": format!("一个好密码 2026{text}")})).await
                .invalid(&[("/new_password", "control_characters")]);
        }
        for query in ["q=%00", "q=a%00b", "category=%00", "cursor=%00", "limit=%00", "sort=%00"] {
            let answer = forum.client.get(&format!("/groups?{query}")).await;
            assert!(matches!(answer.status, 400 | 422), "{query}: {answer:?}");
        }
        for path in ["/groups?q=%FF", "/groups/%FF", "/groups/%ED%A0%80", "/%C0%AF", "/invites/%00", "/groups/%00", "/dev/sms?mobile=%00"] {
            let answer = forum.client.get(path).await;
            assert!(matches!(answer.status, 400 | 404 | 422), "{path}: {answer:?}");
        }
        for name in ["user-agent", "accept-language", "if-none-match", "x-request-id", "tsessionid", "origin", "x-forwarded-for"] {
            let answer = forum.client.request("GET", &format!("/groups/{group}")).raw_header(name, b"\xFF\xFE\x80").send().await;
            assert!(answer.status < 500, "{name}: {answer:?}");
        }
    }

    async fn sec_31_what_means_something_to_a_database_means_itself(forum: Forum) {
        let user = forum.user("'; DROP TABLE users; --").await;
        assert_eq!(user.get("/me").await["nickname"], "'; DROP TABLE users; --");
        for name in ["a%b_c", "\\", "x' OR 'x'='x", "$1", "{{7*7}}", "%s%n", "a\"b"] {
            let id = forum.group(&user, name, json!({"notice": name})).await;
            let group = user.get(&format!("/groups/{id}")).await;
            assert_eq!([&group["name"], &group["notice"]], [name, name]);
            let query: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
            assert_eq!(forum.client.get(&format!("/groups?q={query}")).await.each("/id"), [json!(id)], "{name}");
        }
    }

    async fn sec_45_bodies_have_bounds(forum: Forum) {
        let big = format!("{{\"mobile\": \"{}\"}}", "1".repeat(1 << 20));
        forum.client.request("POST", "/auth/login").bytes(big.clone()).send().await.refused(413, "request.too_large");
        // Chunked bodies tell no length.
        let head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut request = head.to_vec();
        for _ in 0..40 {
            request.extend_from_slice(b"8000\r\n");
            request.extend_from_slice(&[b'1'; 0x8000]);
            request.extend_from_slice(b"\r\n");
        }
        request.extend_from_slice(b"0\r\n\r\n");
        let answer = raw(&forum, &request).await;
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("request.too_large"), "{answer}");
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
            forum.client.request("POST", "/auth/login").bytes(deep.clone()).send().await.refused(400, "request.malformed");
            let inside = format!("{{\"mobile\": {deep}}}");
            forum.client.request("POST", "/auth/login").bytes(inside).send().await.refused(400, "request.malformed");
        }
        let doubled = br#"{"mobile": "13800000000", "mobile": "13800000001", "password": "x"}"#;
        forum.client.request("POST", "/auth/login").bytes(doubled.to_vec()).send().await.refused(400, "request.malformed");
    }

    async fn sec_48_no_field_takes_a_value_of_another_type(forum: Forum) {
        let user = forum.user("甲").await;
        let document = forum.client.get("/openapi.json").await.json;
        let mut tried = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") else { continue };
                let schema = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
                let schema = &document["components"]["schemas"][schema];
                let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
                let path = path.join("/");
                for (field, about) in schema["properties"].as_object().unwrap() {
                    let mut wrong = vec![json!({}), json!([["x"]])];
                    if about["type"] != "array" {
                        wrong.push(json!([]));
                    }
                    if about["nullable"] != true {
                        wrong.push(Value::Null);
                    }
                    match about["type"].as_str() {
                        Some("integer") => wrong.extend([json!("1"), json!(1.5), json!(true)]),
                        Some("boolean") => wrong.extend([json!(1), json!("true")]),
                        _ => wrong.extend([json!(1), json!(true)]),
                    }
                    for value in wrong {
                        let mut body = schema["example"].clone();
                        body[field] = value.clone();
                        let answer = user.request(&method.to_uppercase(), &path).json(&body).send().await;
                        answer.refused(422, "request.invalid");
                        let pointer = answer["errors"][0]["pointer"].as_str().unwrap();
                        assert!(pointer.starts_with(&format!("/{field}")), "{method} {path} {field}={value}: {answer:?}");
                        tried += 1;
                    }
                }
            }
        }
        assert!(tried > 100, "{tried}");
    }

    async fn sec_42_reading_changes_nothing(forum: Forum) {
        let owner = forum.user("组长").await;
        let group = forum.group(&owner, "一组", json!({})).await;
        let user = forum.user("甲").await;
        let request = user.ask(group).await;
        for path in [format!("/join-requests/{request}/approve"), "/auth/logout".into(), format!("/groups/{group}/transfer")] {
            owner.get(&path).await.refused(405, "request.method_not_allowed");
            owner.request("HEAD", &path).send().await.is(405);
        }
        assert_eq!(user.get(&format!("/join-requests/{request}")).await["status"], "pending");
    }

    async fn sec_50_no_answer_tells_how_it_is_made(forum: Forum) {
        let user = forum.user("甲").await;
        let mut answers: Vec<Answer> = Vec::new();
        for path in ["/groups?cursor=x", "/groups/999", "/groups/x", "/nothing", "/me?x=%zz", "/groups?limit=x"] {
            answers.push(user.get(path).await);
        }
        for body in ["{", "{\"name\": 1}", "[]", "null", "{\"name\": \"x\", \"category\": \"无\"}"] {
            answers.push(user.request("POST", "/groups").bytes(body).send().await);
        }
        for answer in &answers {
            let text = answer.text.to_lowercase();
            for told in ["select ", "insert ", "sqlite", "postgres", "diesel", "serde", "poem", ".rs", "panick", "backtrace",
                         "expected ", "forum_", "struct", "line 1", "column"] {
                assert!(!text.contains(told), "{told:?} in {answer:?}");
            }
        }
    }

    async fn sec_18_sec_51_logs_hold_no_secret(forum: Forum) {
        let secret = "zzz-口令-只此一处-9173";
        let mobile = next_mobile();
        let user = User::register(&forum.client, &mobile, Some("被查的人")).await;
        let change = json!({"current_password": PASSWORD, "new_password": secret});
        user.put("/me/password", &change).await.is(204);
        let user = user.log_in(secret).await;
        forum.client.post("/auth/login", &json!({"mobile": mobile, "password": format!("{secret}-wrong")})).await.is(401);
        let code = user.code_for(&mobile, "login").await;
        forum.client.post("/auth/login/code", &json!({"mobile": mobile, "code": "999999"})).await;
        forum.client.post("/auth/refresh", &json!({"refresh_token": user.refresh})).await.is(200);
        forum.client.request("GET", "/me").token(&format!("{}x", user.access)).send().await.is(401);
        forum.client.get(&format!("/groups?q={mobile}")).await.is(200);
        forum.client.get(&format!("/users/{mobile}")).await;
        forum.client.request("GET", "/groups").header("user-agent", "a\u{85}b").send().await;
        let group = forum.group(&user, "被查的组", json!({})).await;
        let expires_at = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
        let invite = user.post(&format!("/groups/{group}/invites"), &json!({"max_uses": 1, "expires_at": expires_at})).await;
        let invite = invite.is(201)["token"].as_str().unwrap().to_owned();
        forum.client.get(&format!("/invites/{invite}")).await.is(200);

        let logs = logged();
        for planted in [&mobile, secret, "-wrong", &user.access, &user.refresh, &invite, user.access.rsplit('.').next().unwrap()] {
            assert!(!logs.contains(planted), "{planted} is in the log");
        }
        // A code is too short to be looked for as such: no field may be it.
        assert!(!logs.contains(&format!("\"{code}\"")) && !logs.contains(&format!("={code}")));
        // What is there is one object a line, and tells enough.
        let line = logs.lines().rev().find(|line| line.contains("\"answered\"")).unwrap();
        let line: Value = serde_json::from_str(line).unwrap();
        for field in ["timestamp", "level", "request_id", "method", "path", "status", "duration_ms"] {
            assert!(!line[field].is_null(), "{field} in {line}");
        }
        assert!(logs.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    }

    async fn sec_52_nobody_sees_the_mobile_of_another(forum: Forum) {
        let (owner, user) = (forum.user("组长").await, User::register(&forum.client, &next_mobile(), None).await);
        let group = forum.group(&owner, "一组", json!({"visibility": "public"})).await;
        let request = user.ask(group).await;
        owner.post(&format!("/join-requests/{request}/approve"), &json!({})).await.is(200);
        let banned = User::register(&forum.client, &next_mobile(), None).await;
        owner.put(&format!("/groups/{group}/bans/{}", banned.id), &json!({})).await.is(204);
        let mut texts = Vec::new();
        for path in ["/groups".into(), format!("/groups/{group}"), format!("/groups/{group}/members"),
                     format!("/groups/{group}/bans"), format!("/groups/{group}/join-requests"),
                     format!("/join-requests/{request}"), "/me".into(), "/me/groups".into(), "/auth/sessions".into()] {
            texts.push(owner.get(&path).await.is(200).text.clone());
            texts.push(user.get(&path).await.text.clone());
        }
        let masked = format!("{}****{}", &user.mobile[..3], &user.mobile[7..]);
        assert!(texts.iter().any(|text| text.contains(&masked)), "the default name is the masked mobile");
        for text in texts {
            let runs = text.split(|c: char| !c.is_ascii_digit());
            let mobiles = runs.filter(|run| run.len() == 11 && run.starts_with('1')).collect::<Vec<_>>();
            assert!(mobiles.is_empty(), "{mobiles:?} in {text}");
            for one in [&owner, &user, &banned] {
                assert!(!text.contains(&one.mobile), "{text}");
            }
        }
    }

    async fn sec_53_behind_tls_browsers_are_told_to_stay_there(forum: Forum, with [("public_url", "https://forum.test")]) {
        let answer = forum.client.get("/groups").await;
        assert!(answer.header("strict-transport-security").unwrap().starts_with("max-age="));
        assert_eq!(answer.header("server"), None);
    }

    async fn requests_are_limited_and_told_how_many_are_left(forum: Forum, with [("rate_limit", "on")]) {
        let answer = forum.client.get("/groups").await;
        assert!(answer.header("ratelimit").unwrap().starts_with("\"default\";r="));
        assert!(answer.header("ratelimit-policy").is_some());
        let mut limited = None;
        for _ in 0..200 {
            let client = forum.client.clone();
            let answers = crate::support::at_once(32, move |_| {
                let client = client.clone();
                async move { client.get("/groups/categories").await }
            })
            .await;
            limited = answers.into_iter().find(|answer| answer.status == 429);
            if limited.is_some() {
                break;
            }
        }
        limited.expect("somebody asks for ever").refused(429, "rate.limited");
        // Whoever watches over the process is not turned away.
        forum.client.get("/livez").await.is(200);
    }
}
