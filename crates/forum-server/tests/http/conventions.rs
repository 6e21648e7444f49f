//! What is the same everywhere: problems, languages, conditional requests, CORS, HEAD and OPTIONS, health.

use serde_json::{Value, json};

use crate::support::{Forum, both};

both! {
    async fn whatever_goes_wrong_is_a_problem(forum: Forum) {
        let client = &forum.client;
        client.get("/nothing/here").await.refused(404, "request.not_found");
        client.get("/api/v2/groups").await.refused(404, "request.not_found");
        client.request("POST", "/").send().await.refused(404, "request.not_found");
        let wrong = client.request("PUT", "/groups").send().await;
        wrong.refused(405, "request.method_not_allowed");
        assert_eq!(wrong.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
        client.request("TRACE", "/groups").send().await.refused(405, "request.method_not_allowed");
        for (body, kind, status, code) in [
            ("{", "application/json", 400, "request.malformed"),
            ("", "application/json", 400, "request.malformed"),
            ("{} {}", "application/json", 400, "request.malformed"),
            ("[]", "application/json", 422, "request.invalid"),
            ("{}", "text/plain", 415, "request.unsupported_media_type"),
            ("{}", "application/json; charset=gbk", 415, "request.unsupported_media_type"),
            ("a=b", "application/x-www-form-urlencoded", 415, "request.unsupported_media_type"),
        ] {
            let request = client.request("POST", "/auth/login").text(body, kind);
            request.send().await.refused(status, code);
        }
        // The code is explained where the type says.
        let problem = client.get("/nothing").await;
        assert_eq!(problem["request_id"].as_str(), problem.header("x-request-id"));
        let page = problem["type"].as_str().unwrap().strip_prefix("http://forum.test").unwrap().to_owned();
        client.get(&page).await.is(200);
        client.get("/problems/no.such_code").await.is(404);
    }

    async fn texts_are_in_the_askers_language_and_codes_in_none(forum: Forum) {
        let titled = async |language: &str| {
            let answer = forum.client.request("GET", "/me").header("accept-language", language).send().await;
            answer.refused(401, "auth.required");
            (answer.header("content-language").unwrap().to_owned(), answer["title"].as_str().unwrap().to_owned())
        };
        let (chinese, english) = (titled("zh-CN,en;q=0.5").await, titled("en-GB, zh;q=0.1").await);
        assert_eq!((chinese.0.as_str(), english.0.as_str()), ("zh-CN", "en"));
        assert!(chinese.1.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)) && english.1.is_ascii());
        titled("xx;q=zzz,,;").await;
    }

    async fn a_request_keeps_its_id(forum: Forum) {
        let sent = forum.client.request("GET", "/groups").header("x-request-id", "abc-123").send().await;
        assert_eq!(sent.header("x-request-id"), Some("abc-123"));
        let bad = forum.client.request("GET", "/groups").header("x-request-id", &"x".repeat(200)).send().await;
        assert_ne!(bad.header("x-request-id").unwrap().len(), 200);
    }

    async fn what_one_has_already_is_not_sent_again(forum: Forum) {
        let user = forum.user("甲").await;
        let group = forum.group(&user, "一组", json!({})).await;
        for path in ["/me".to_owned(), format!("/groups/{group}")] {
            let seen = user.get(&path).await;
            let etag = seen.header("etag").unwrap().to_owned();
            assert!(etag.starts_with('"'), "strong: {etag}");
            for known in [etag.clone(), format!("\"other\", {etag}"), "*".into(), format!("W/{etag}")] {
                let again = user.request("GET", &path).header("if-none-match", &known).send().await;
                assert_eq!((again.status, again.text.as_str()), (304, ""), "{known}");
                assert_eq!(again.header("etag"), Some(etag.as_str()));
            }
            user.request("GET", &path).header("if-none-match", "\"other\"").send().await.is(200);
        }
        user.request("PATCH", "/me").json(&json!({"bio": "一"})).header("if-match", "\"0-x\"").send().await
            .refused(412, "request.precondition_failed");
        let etag = user.get("/me").await.header("etag").unwrap().to_owned();
        user.request("PATCH", "/me").json(&json!({"bio": "一"})).header("if-match", &etag).send().await.is(200);
        // Who looks decides what is kept where.
        let path = format!("/groups/{group}");
        assert_eq!(user.get(&path).await.header("cache-control"), Some("private, no-cache"));
        let vary = user.get(&path).await.header("vary").unwrap().to_lowercase();
        assert!(["authorization", "tsessionid", "accept-language"].iter().all(|name| vary.contains(name)), "{vary}");
        assert_eq!(user.get("/me").await.header("cache-control"), Some("no-store"));
    }

    async fn head_is_get_without_a_body_and_options_tells_what_there_is(forum: Forum) {
        let user = forum.user("甲").await;
        let group = forum.group(&user, "一组", json!({})).await;
        for path in [format!("/groups/{group}"), "/groups".into(), "/livez".into(), "/groups/999999".into()] {
            let (get, head) = (user.get(&path).await, user.request("HEAD", &path).send().await);
            assert_eq!((head.status, head.text.as_str()), (get.status, ""));
            assert_eq!(head.header("etag"), get.header("etag"));
            assert_eq!(head.header("content-type"), get.header("content-type"));
        }
        let options = forum.client.request("OPTIONS", &format!("/groups/{group}")).send().await;
        assert_eq!(options.is(204).header("allow"), Some("DELETE, GET, HEAD, OPTIONS, PATCH"));
    }

    async fn sec_43_only_listed_origins_are_let_in(forum: Forum, with [("cors_origins", "https://good.com,https://other.example")]) {
        let asked = |origin: &'static [u8]| forum.client.request("GET", "/groups").raw_header("origin", origin).send();
        let good = asked(b"https://good.com").await;
        assert_eq!(good.is(200).header("access-control-allow-origin"), Some("https://good.com"));
        assert!(good.header("access-control-expose-headers").unwrap().contains("ETag"));
        assert!(good.header("vary").unwrap().contains("Origin"));
        assert_eq!(good.header("access-control-allow-credentials"), None);
        for bad in [&b"null"[..], b"https://good.com.evil", b"https://evil.com", b"http://good.com",
                    "https://góod.com".as_bytes(), b"\xFF\xFE", b"*", b""] {
            let answer = asked(bad).await;
            assert_eq!(answer.is(200).header("access-control-allow-origin"), None, "{bad:?}");
        }
        let preflight = |origin: &'static str| {
            forum.client.request("OPTIONS", "/groups").header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "authorization,content-type,idempotency-key").send()
        };
        let good = preflight("https://good.com").await;
        assert!(good.is(204).header("access-control-allow-headers").unwrap().contains("Idempotency-Key"));
        assert!(good.header("access-control-allow-methods").unwrap().contains("PATCH"));
        assert_eq!(preflight("https://evil.com").await.header("access-control-allow-origin"), None);
        // In development, pages of the same machine.
        let local = forum.client.request("GET", "/groups").header("origin", "http://localhost:5173").send().await;
        assert_eq!(local.header("access-control-allow-origin"), Some("http://localhost:5173"));
    }

    async fn sec_47_what_is_no_id_is_nothing(forum: Forum) {
        let user = forum.user("甲").await;
        for id in ["0", "-1", "9223372036854775808", "9007199254740992", "1e3", "1.0", "%31%00", "一", "０", " 1", "+1"] {
            for path in [format!("/groups/{id}"), format!("/join-requests/{id}"), format!("/groups/{id}/members")] {
                let answer = user.get(&path).await;
                assert!(matches!(answer.status, 400 | 404 | 422), "{path}: {answer:?}");
            }
            let answer = user.delete(&format!("/auth/sessions/{id}")).await;
            assert!(matches!(answer.status, 400 | 404 | 422), "{id}: {answer:?}");
        }
    }

    async fn health_and_the_document_are_there(forum: Forum) {
        assert_eq!(forum.client.get("/livez").await.is(200)["status"], "ok");
        let ready = forum.client.get("/readyz").await;
        assert_eq!(ready.is(200)["checks"], json!({"accepting": "ok", "cache": "ok", "database": "ok"}));
        for path in ["/openapi.json", "/openapi-3.1.json"] {
            let document = forum.client.get(path).await;
            assert!(document.is(200)["paths"].as_object().unwrap().len() > 20);
        }
        // The docs page asks nobody else for anything.
        let docs = forum.client.get("/docs").await;
        assert!(docs.is(200).header("content-type").unwrap().starts_with("text/html"));
        assert!(!docs.text.contains("src=\"http") && !docs.text.contains("href=\"http"), "{}", docs.text);
        assert_ne!(docs.header("content-security-policy"), None);
        assert_eq!(forum.client.get("/metrics").await.status, 404);
    }

    async fn every_operation_of_the_document_is_served(forum: Forum) {
        let document = forum.client.get("/openapi.json").await.json;
        let mut operations = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                    continue;
                }
                operations += 1;
                let concrete = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
                let concrete = concrete.collect::<Vec<_>>().join("/");
                let answer = forum.client.request(&method.to_uppercase(), &concrete).send().await;
                let declared = operation["responses"].as_object().unwrap();
                let status = answer.status.to_string();
                let class = format!("{}XX", &status[..1]);
                assert!(declared.contains_key(&status) || declared.contains_key(&class),
                    "{method} {path} answers {status}, which it does not declare: {:?}", declared.keys());
                assert_ne!(answer["code"], Value::from("request.not_found"), "{method} {path}");
                assert_ne!(answer.status, 405, "{method} {path}");
            }
        }
        assert!(operations > 35, "{operations}");
    }
}
