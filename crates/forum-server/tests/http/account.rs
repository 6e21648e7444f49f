//! Registering, profile, password and mobile.

use serde_json::json;

use crate::support::{Forum, PASSWORD, User, both, next_mobile};

both! {
    async fn registering_opens_an_account_and_its_first_session(forum: Forum) {
        let mobile = next_mobile();
        let sent = forum.client.post("/auth/codes", &json!({"mobile": mobile, "purpose": "register"})).await;
        assert_eq!(sent.is(202).json, json!({"expires_in": 600, "resend_after": 60}));
        let code = forum.client.code(&mobile).await;
        let body = json!({"mobile": mobile, "code": code, "password": PASSWORD});
        let session = forum.client.post("/auth/register", &body).await;
        session.is(201);
        assert_eq!(session.header("cache-control"), Some("no-store"));
        assert_eq!(session["token_type"], "Bearer");
        assert_eq!(session["expires_in"], 900);
        let masked = format!("{}****{}", &mobile[..3], &mobile[7..]);
        let me = User::of(&forum.client, &mobile, &session).get("/me").await;
        assert_eq!(me.is(200).json, session["user"]);
        let created_at = me["created_at"].as_str().unwrap();
        assert!(created_at.ends_with('Z') && created_at.contains('T'), "{created_at}");
        assert_eq!(me.json, json!({
            "id": session["user"]["id"], "nickname_set": false, "mobile_masked": masked, "nickname": masked,
            "avatar_url": null, "gender": null, "address": null, "bio": null, "role": "user",
            "created_at": created_at,
        }));
    }

    async fn every_wrong_field_of_a_registration_is_named_and_costs_no_code(forum: Forum) {
        let mobile = next_mobile();
        forum.client.post("/auth/codes", &json!({"mobile": mobile, "purpose": "register"})).await.is(202);
        let code = forum.client.code(&mobile).await;
        let with = |fields: serde_json::Value| {
            let mut body = json!({"mobile": mobile, "code": code, "password": PASSWORD, "nickname": "小明"});
            for (name, value) in fields.as_object().unwrap() {
                body[name] = value.clone();
            }
            body
        };
        for (fields, wrong) in [
            (json!({"mobile": "123", "code": "x", "password": "short", "nickname": ""}), &[
                ("/mobile", "malformed"), ("/code", "malformed"), ("/password", "too_short"),
                ("/nickname", "too_short"),
            ][..]),
            (json!({"password": "password1"}), &[("/password", "common")]),
            (json!({"password": "密".repeat(129)}), &[("/password", "too_long")]),
            (json!({"mobile": "+12025550123"}), &[("/mobile", "not_allowed")]),
            (json!({"mobile": "+85291234567"}), &[("/mobile", "not_allowed")]),
            (json!({"nickname": "我的13800000000"}), &[("/nickname", "not_allowed")]),
            (json!({"role": "admin"}), &[("/role", "unknown_field")]),
            (json!({"nickname": null}), &[("/nickname", "null")]),
            (json!({"password": 12_345_678}), &[("/password", "type")]),
        ] {
            forum.client.post("/auth/register", &with(fields)).await.invalid(wrong);
        }
        forum.client.post("/auth/register", &json!({})).await.refused(422, "request.invalid");
        // After all these the code is as good as new.
        forum.client.post("/auth/register", &with(json!({}))).await.is(201);
    }

    async fn a_mobile_and_a_nickname_have_one_account(forum: Forum) {
        let taken = forum.user("百灵鸟").await;
        let code = taken.code_for(&taken.mobile, "register").await;
        let body = json!({"mobile": taken.mobile, "code": code, "password": PASSWORD});
        forum.client.post("/auth/register", &body).await.refused(409, "account.mobile_taken");
        // Whoever does not hold the mobile does not learn that it has an account.
        let body = json!({"mobile": taken.mobile, "code": "000000", "password": PASSWORD});
        forum.client.post("/auth/register", &body).await.refused(422, "auth.invalid_code");

        let mobile = next_mobile();
        let code = taken.code_for(&mobile, "register").await;
        let body = json!({"mobile": mobile, "code": code, "password": PASSWORD, "nickname": "百灵鸟"});
        forum.client.post("/auth/register", &body).await.refused(409, "account.nickname_taken");
        let body = json!({"mobile": mobile, "code": code, "password": PASSWORD, "nickname": "画眉鸟"});
        forum.client.post("/auth/register", &body).await.is(201);
    }

    async fn all_spellings_of_a_mobile_are_one(forum: Forum) {
        let user = forum.user("甲").await;
        let local = &user.mobile;
        let wide: String = local.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        for spelling in [format!("+86{local}"), format!("+86 {} {}", &local[..3], &local[3..]), wide] {
            let body = json!({"mobile": spelling, "password": PASSWORD});
            forum.client.post("/auth/login", &body).await.is(200);
        }
    }

    async fn a_profile_is_changed_by_merge_patch(forum: Forum) {
        let user = forum.user("甲").await;
        let patch = json!({"nickname": "  乙  ", "gender": "female", "address": "杭州", "bio": "  喜欢徒步\n和写代码 "});
        let me = user.patch("/me", &patch).await;
        me.is(200);
        assert_eq!(
            [&me["nickname"], &me["gender"], &me["address"], &me["bio"]],
            [&json!("乙"), &json!("female"), &json!("杭州"), &json!("喜欢徒步\n和写代码")]
        );
        assert_eq!(me["nickname_set"], true);
        let me = user.patch("/me", &json!({"gender": null, "bio": null})).await;
        assert_eq!([&me["gender"], &me["bio"], &me["address"]], [&json!(null), &json!(null), &json!("杭州")]);
        assert_eq!(user.patch("/me", &json!({})).await.is(200)["nickname"], "乙");

        user.patch("/me", &json!({"nickname": null})).await.invalid(&[("/nickname", "null")]);
        user.patch("/me", &json!({"gender": "x"})).await.refused(422, "request.invalid");
        user.patch("/me", &json!({"address": "地".repeat(201), "bio": "字".repeat(501)})).await
            .invalid(&[("/address", "too_long"), ("/bio", "too_long")]);
        user.patch("/me", &json!({"address": "址".repeat(200), "bio": "字".repeat(500)})).await.is(200);
        let other = forum.user("丙").await;
        other.patch("/me", &json!({"nickname": "乙"})).await.refused(409, "account.nickname_taken");
        // What one has oneself is not taken.
        user.patch("/me", &json!({"nickname": "乙"})).await.is(200);
    }

    async fn sec_26_nobody_gives_himself_what_only_the_server_gives(forum: Forum) {
        let user = forum.user("甲").await;
        for field in ["role", "id", "created_at", "mobile", "suspended_until", "version", "nickname_set"] {
            let pointer = format!("/{field}");
            user.patch("/me", &json!({field: "admin"})).await.invalid(&[(&pointer, "unknown_field")]);
        }
        let group = json!({"name": "一", "category": "程序设计", "description": ""});
        for field in ["id", "owner", "owner_id", "member_count", "post_count", "created_at", "role", "viewer"] {
            let mut body = group.clone();
            body[field] = json!(1);
            let pointer = format!("/{field}");
            user.post("/groups", &body).await.invalid(&[(&pointer, "unknown_field")]);
        }
        assert_eq!(user.get("/me").await["role"], "user");
    }

    async fn sec_11_a_new_password_needs_the_old_one_and_ends_the_other_sessions(forum: Forum) {
        let user = forum.user("甲").await;
        let other = user.log_in(PASSWORD).await;
        let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
        user.put("/me/password", &change("not the one", "一个新的好密码 2026")).await
            .refused(403, "account.wrong_password");
        user.put("/me/password", &change(PASSWORD, "short")).await
            .invalid(&[("/new_password", "too_short")]);
        other.get("/me").await.is(200);
        user.put("/me/password", &change(PASSWORD, "一个新的好密码 2026")).await.is(204);
        user.get("/me").await.is(200);
        other.get("/me").await.refused(401, "auth.invalid_token");
        forum.client.post("/auth/refresh", &json!({"refresh_token": other.refresh})).await
            .refused(401, "auth.invalid_refresh_token");
        forum.client.post("/auth/refresh", &json!({"refresh_token": user.refresh})).await.is(200);
        let login = |password: &str| json!({"mobile": user.mobile, "password": password});
        forum.client.post("/auth/login", &login(PASSWORD)).await.refused(401, "auth.invalid_credentials");
        forum.client.post("/auth/login", &login("一个新的好密码 2026")).await.is(200);
    }

    async fn a_password_is_reset_by_code_and_every_session_ends(forum: Forum) {
        let user = forum.user("甲").await;
        let code = user.code_for(&user.mobile, "reset_password").await;
        let body = |code: &str, password: &str| json!({"mobile": user.mobile, "code": code, "new_password": password});
        forum.client.post("/auth/password/reset", &body(&code, "12345678")).await
            .invalid(&[("/new_password", "common")]);
        forum.client.post("/auth/password/reset", &body(&code, "一个新的好密码 2026")).await.is(204);
        user.get("/me").await.refused(401, "auth.invalid_token");
        user.log_in("一个新的好密码 2026").await.get("/me").await.is(200);
        // Whoever holds a mobile without an account may know that it has none.
        let stranger = next_mobile();
        let code = user.code_for(&stranger, "reset_password").await;
        let body = json!({"mobile": stranger, "code": code, "new_password": "一个新的好密码 2026"});
        forum.client.post("/auth/password/reset", &body).await.refused(404, "account.not_found");
    }

    async fn sec_11_a_new_mobile_needs_the_password_and_a_code_sent_to_it(forum: Forum) {
        let (user, other) = (forum.user("甲").await, forum.user("乙").await);
        let elsewhere = user.log_in(PASSWORD).await;
        let mobile = next_mobile();
        let code = user.code_for(&mobile, "change_mobile").await;
        let body = |mobile: &str, code: &str, password: &str| json!({"mobile": mobile, "code": code, "password": password});
        user.put("/me/mobile", &body(&mobile, &code, "not the one")).await.refused(403, "account.wrong_password");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        user.put("/me/mobile", &body(&mobile, wrong, PASSWORD)).await.refused(422, "auth.invalid_code");
        let me = user.put("/me/mobile", &body(&mobile, &code, PASSWORD)).await;
        assert_eq!(me.is(200)["mobile_masked"], format!("{}****{}", &mobile[..3], &mobile[7..]));
        user.get("/me").await.is(200);
        elsewhere.get("/me").await.refused(401, "auth.invalid_token");
        let login = |mobile: &str| json!({"mobile": mobile, "password": PASSWORD});
        forum.client.post("/auth/login", &login(&user.mobile)).await.refused(401, "auth.invalid_credentials");
        forum.client.post("/auth/login", &login(&mobile)).await.is(200);
        // The old mobile is free, another's is not.
        let code = user.code_for(&other.mobile, "change_mobile").await;
        user.put("/me/mobile", &body(&other.mobile, &code, PASSWORD)).await.refused(409, "account.mobile_taken");
        User::register(&forum.client, &user.mobile, None).await;
    }

    async fn sec_01_sec_04_a_code_works_once_and_only_for_its_purpose_and_mobile(forum: Forum) {
        let user = forum.user("甲").await;
        let other = forum.user("乙").await;
        let login = |mobile: &str, code: &str| json!({"mobile": mobile, "code": code});
        let code = user.code_for(&user.mobile, "login").await;
        assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        // sec_04: not another's, not for something else.
        forum.client.post("/auth/login/code", &login(&other.mobile, &code)).await.refused(422, "auth.invalid_code");
        let reset = json!({"mobile": user.mobile, "code": code, "new_password": "一个新的好密码 2026"});
        forum.client.post("/auth/password/reset", &reset).await.refused(422, "auth.invalid_code");
        forum.client.post("/auth/login/code", &login(&user.mobile, &code)).await.is(200);
        forum.client.post("/auth/login/code", &login(&user.mobile, &code)).await.refused(422, "auth.invalid_code");
        // Full-width digits and spaces are how people type.
        let code = user.code_for(&user.mobile, "login").await;
        let typed: String = code.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect();
        forum.client.post("/auth/login/code", &login(&user.mobile, &format!(" {typed} "))).await.is(200);
        // A mobile with no account.
        let stranger = next_mobile();
        let code = user.code_for(&stranger, "login").await;
        forum.client.post("/auth/login/code", &login(&stranger, &code)).await.refused(401, "auth.invalid_credentials");
    }

    async fn sec_02_only_the_newest_code_counts(forum: Forum) {
        let user = forum.user("甲").await;
        let mut codes = vec![user.code_for(&user.mobile, "login").await];
        // Two codes may be equal by chance: three in a row never in a lifetime of tests.
        while codes.len() < 2 || codes.first() == codes.last() {
            codes.push(user.code_for(&user.mobile, "login").await);
        }
        let login = |code: &String| json!({"mobile": user.mobile, "code": code});
        forum.client.post("/auth/login/code", &login(&codes[0])).await.refused(422, "auth.invalid_code");
        forum.client.post("/auth/login/code", &login(codes.last().unwrap())).await.is(200);
    }

    async fn sec_07_known_and_unknown_mobiles_are_answered_alike(forum: Forum) {
        let user = forum.user("甲").await;
        let stranger = next_mobile();
        let mut answers = Vec::new();
        for mobile in [&user.mobile, &stranger] {
            let sent = forum.client.post("/auth/codes", &json!({"mobile": mobile, "purpose": "login"})).await;
            let login = forum.client.post("/auth/login", &json!({"mobile": mobile, "password": "not the one"})).await;
            login.refused(401, "auth.invalid_credentials");
            let code = json!({"mobile": mobile, "code": "000000x"});
            let wrong = forum.client.post("/auth/login/code", &code).await;
            let without = |answer: &crate::support::Answer| {
                let mut json = answer.json.clone();
                json.as_object_mut().unwrap().remove("request_id");
                let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                (answer.status, json, names)
            };
            answers.push([without(&sent), without(&login), without(&wrong)]);
        }
        assert_eq!(answers[0], answers[1]);
    }

    async fn sec_10_long_passwords_are_refused_and_none_is_cut(forum: Forum) {
        let user = forum.user("甲").await;
        let long = "x".repeat(8 * 1024);
        let begun = std::time::Instant::now();
        forum.client.post("/auth/login", &json!({"mobile": user.mobile, "password": long})).await
            .invalid(&[("/password", "too_long")]);
        assert!(begun.elapsed() < std::time::Duration::from_millis(100), "{:?}", begun.elapsed());
        let base: String = "春江花月夜海上生明月".repeat(12).chars().take(99).collect();
        let (one, other) = (format!("{base}一"), format!("{base}二"));
        let change = json!({"current_password": PASSWORD, "new_password": one});
        user.put("/me/password", &change).await.is(204);
        forum.client.post("/auth/login", &json!({"mobile": user.mobile, "password": other})).await
            .refused(401, "auth.invalid_credentials");
        forum.client.post("/auth/login", &json!({"mobile": user.mobile, "password": one})).await.is(200);
        forum.client.post("/auth/login", &json!({"mobile": user.mobile, "password": base})).await
            .refused(401, "auth.invalid_credentials");
    }

    async fn sec_30_names_that_look_alike_are_one_and_hide_nothing(forum: Forum) {
        let user = forum.user("Admin").await;
        let other = forum.user("乙").await;
        for alike in ["admin", "ＡＤＭＩＮ", "Аdmin", "A d m i n"] {
            other.patch("/me", &json!({"nickname": alike})).await.refused(409, "account.nickname_taken");
        }
        for hiding in ["a\u{200B}b", "\u{202E}abc", "a\u{FEFF}b", "a\nb", "a\0b"] {
            other.patch("/me", &json!({"nickname": hiding})).await
                .invalid(&[("/nickname", "control_characters")]);
        }
        assert_eq!(other.patch("/me", &json!({"nickname": "Ｒｕｓｔ"})).await.is(200)["nickname"], "Rust");
        forum.group(&user, "Paypal 小组", json!({})).await;
        let group = json!({"name": "pаypal小组", "category": "程序设计", "description": ""});
        other.post("/groups", &group).await.refused(409, "group.name_taken");
    }

    async fn sec_28_names_and_bios_are_text(forum: Forum) {
        let user = forum.user("甲").await;
        let html = "<script>alert(1)</script> & <b>x</b>";
        let me = user.patch("/me", &json!({"bio": html, "nickname": "<i>我</i>"})).await;
        assert_eq!([&me["bio"], &me["nickname"]], [&json!(html), &json!("<i>我</i>")]);
        let group = forum.group(&user, "<b>组</b>", json!({"notice": html})).await;
        assert_eq!(user.get(&format!("/groups/{group}")).await["notice"], html);
    }
}
