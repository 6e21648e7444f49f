//! Uploads, avatars, covers, and the files: who gets which, and what is never taken.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use crate::support::{Answer, Client, Community, Forum, PASSWORD, Request, User, at_once, both, form};

/// A picture of this format.
fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 128]));
    DynamicImage::from(image).write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn post_media(user: &User) -> Request {
    user.request("POST", "/media")
}

async fn upload(user: &User, group: Option<i64>) -> Answer {
    let made = post_media(user).upload(form::PNG, group).send().await;
    made.is(201);
    made
}

/// The path and query of a file's address.
fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://forum.test").unwrap().to_owned()
}

async fn file(client: &Client, path: &str) -> Answer {
    client.at("GET", path).send().await
}

/// The files below the data directory.
fn files(forum: &Forum) -> Vec<String> {
    let mut files = Vec::new();
    let mut waiting = vec![forum.data().join("media")];
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                waiting.push(entry.path());
            } else {
                files.push(entry.file_name().into_string().unwrap());
            }
        }
    }
    files
}

both! {
    async fn an_upload_is_served_as_it_was_written_anew(forum: Forum) {
        let user = forum.user("图主").await;
        for (format, kind) in [(ImageFormat::Png, "image/png"), (ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::WebP, "image/webp")] {
            let made = post_media(&user).upload(&picture(format, 40, 30), None).send().await;
            assert_eq!((made.is(201)["content_type"].as_str(), made["width"].as_i64(), made["height"].as_i64()), (Some(kind), Some(40), Some(30)));
            let again = user.get(made.header("location").unwrap()).await;
            assert_eq!(again.is(200).json, made.json);
            let known = user.request("GET", made.header("location").unwrap()).header("if-none-match", again.header("etag").unwrap());
            known.send().await.is(304);
            // Nobody is signed in.
            let served = file(&forum.client, &path(&made["url"])).await;
            served.is(200);
            assert_eq!(served.header("content-type"), Some(kind));
            assert_eq!(served.bytes.len() as i64, made["byte_size"].as_i64().unwrap());
            assert_eq!(image::load_from_memory(&served.bytes).unwrap().width(), 40);
        }
        let listed = user.get("/me/media?limit=2").await;
        assert_eq!(listed.is(200).items().len(), 2);
        let rest = user.get(&format!("/me/media?limit=2&cursor={}", listed["next_cursor"].as_str().unwrap())).await;
        assert_eq!(rest.is(200).items().len(), 1);
    }

    async fn sec_35_a_file_is_served_so_that_no_browser_runs_it(forum: Forum) {
        let user = forum.user("图主").await;
        let path = path(&upload(&user, None).await["url"]);
        let served = file(&forum.client, &path).await;
        assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
        assert!(served.header("content-security-policy").unwrap().contains("sandbox"));
        assert_eq!(served.header("content-disposition"), Some("inline; filename=\"image.png\""));
        assert_eq!(served.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let tag = served.header("etag").unwrap().to_owned();
        let known = forum.client.at("GET", &path).header("if-none-match", &format!("\"x\", {tag}")).send().await;
        assert!(known.is(304).bytes.is_empty());
        let head = forum.client.at("HEAD", &path).send().await;
        assert_eq!(head.is(200).header("content-length"), Some(served.bytes.len().to_string().as_str()));
        let part = forum.client.at("GET", &path).header("range", "bytes=1-3").send().await;
        assert_eq!(part.is(206).bytes, b"PNG");
        assert_eq!(part.header("content-range"), Some(format!("bytes 1-3/{}", served.bytes.len()).as_str()));
        let last = forum.client.at("GET", &path).header("range", "bytes=-8").send().await;
        assert_eq!(last.is(206).bytes, served.bytes[served.bytes.len() - 8..]);
        forum.client.at("POST", &path).send().await.refused(405, "request.method_not_allowed");
    }

    async fn a_large_file_is_served_whole_and_in_parts(forum: Forum) {
        let user = forum.user("图主").await;
        // Noise, so that it is no smaller than it looks.
        let mut seed = 1_u32;
        let noise = RgbImage::from_fn(1_200, 900, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb([(seed >> 24) as u8, (seed >> 16) as u8, (seed >> 8) as u8])
        });
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(noise).write_to(&mut bytes, ImageFormat::Png).unwrap();
        let made = post_media(&user).upload(&bytes.into_inner(), None).send().await;
        let size = made.is(201)["byte_size"].as_u64().unwrap() as usize;
        assert!(size > 2 << 20, "{size}");
        let path = path(&made["url"]);
        let whole = file(&forum.client, &path).await;
        assert_eq!(whole.is(200).bytes.len(), size);
        image::load_from_memory(&whole.bytes).unwrap();
        let from = size - (2 << 20);
        let part = forum.client.at("GET", &path).header("range", &format!("bytes={from}-")).send().await;
        assert!(part.is(206).bytes == whole.bytes[from..]);
    }

    async fn sec_33_what_is_no_image_is_refused_by_its_content_and_leaves_no_file(forum: Forum) {
        let user = forum.user("图主").await;
        let polyglot = [form::PNG, b"<script>alert(1)</script>"].concat();
        for file in [
            b"".as_slice(), b"hello", b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"<!doctype html><script>alert(1)</script>", b"GIF89a/*<script>alert(1)</script>*/", &polyglot,
        ] {
            // Whatever its name and type say.
            post_media(&user).upload(file, None).send().await.refused(415, "media.unsupported");
            user.request("PUT", "/me/avatar").upload(file, None).send().await.refused(415, "media.unsupported");
        }
        post_media(&user).upload(&form::PNG[..40], None).send().await.refused(422, "media.damaged");
        assert_eq!(files(&forum), Vec::<String>::new());
    }

    async fn sec_34_limits_are_those_of_the_head(forum: Forum) {
        let user = forum.user("图主").await;
        let mut huge = form::PNG[..33].to_vec();
        huge[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
        huge[29..33].copy_from_slice(&[0xEA, 0x41, 0x3E, 0x15]);
        let refused = post_media(&user).upload(&huge, None).send().await;
        assert!(matches!(refused["code"].as_str(), Some("media.too_many_pixels" | "media.damaged")), "{refused:?}");
        refused.is(422);
    }

    async fn sec_45_an_upload_is_read_no_further_than_it_may_go(forum: Forum, with [("policy.media_max_bytes", "20000")]) {
        let user = forum.user("图主").await;
        post_media(&user).upload(&vec![0; 20_001], None).send().await.refused(413, "media.too_large");
        post_media(&user).upload(&vec![0; 200_000], None).send().await.refused(413, "media.too_large");
        let many: Vec<_> = (0..1_000).map(|_| ("group_id", None, b"".as_slice())).collect();
        let refused = post_media(&user).form(&many).send().await;
        assert!(matches!(refused.status, 413 | 422), "{refused:?}");
        let many: Vec<_> = (0..1_000).map(|_| ("", None, b"".as_slice())).collect();
        assert!(matches!(post_media(&user).form(&many).send().await.status, 413 | 422));
        // Other bodies keep their own cap.
        let long = json!({"bio": "长".repeat(400_000)});
        user.patch("/me", &long).await.refused(413, "request.too_large");
        assert_eq!(files(&forum), Vec::<String>::new());
    }

    async fn a_form_that_is_wrong_is_told_what_is_wrong(forum: Forum) {
        let user = forum.user("图主").await;
        let png = form::PNG;
        post_media(&user).json(&json!({})).send().await.refused(415, "request.unsupported_media_type");
        post_media(&user).send().await.refused(415, "request.unsupported_media_type");
        post_media(&user).form(&[]).send().await.invalid(&[("/file", "required")]);
        post_media(&user).form(&[("file", None, png), ("name", None, b"x")]).send().await.invalid(&[("/name", "unknown_field")]);
        post_media(&user).form(&[("file", None, png), ("file", None, png)]).send().await.invalid(&[("/file", "unknown_field")]);
        for group in [b"0".as_slice(), b"-1", b"x", b"1e3", b"9007199254740992"] {
            post_media(&user).form(&[("file", None, png), ("group_id", None, group)]).send().await.invalid(&[("/group_id", "out_of_range")]);
        }
        // A form's empty field is one that was left out.
        let empty = post_media(&user).form(&[("file", None, png), ("group_id", None, b"")]).send().await;
        user.delete(&format!("/media/{}", empty.is(201)["id"])).await.is(204);
        post_media(&user).upload(png, Some(9_999_999)).send().await.refused(404, "group.not_found");
        user.request("PUT", "/me/avatar").upload(png, Some(1)).send().await.invalid(&[("/group_id", "unknown_field")]);
        let cut = form::body(&[("file", Some("a.png"), png)]);
        post_media(&user).typed(cut[..cut.len() - 20].to_vec(), &form::kind()).send().await.refused(400, "request.malformed");
        post_media(&user).typed(b"\xFF\0".to_vec(), &form::kind()).send().await.refused(400, "request.malformed");
        forum.client.request("POST", "/media").upload(png, None).send().await.refused(401, "auth.required");
        assert_eq!(files(&forum), Vec::<String>::new());
    }

    async fn an_upload_happens_once_under_its_key(forum: Forum) {
        let user = forum.user("图主").await;
        let send = |file: Vec<u8>| post_media(&user).header("idempotency-key", "k").upload(&file, None).send();
        let first = send(form::PNG.to_vec()).await;
        let again = send(form::PNG.to_vec()).await;
        assert_eq!(first.is(201).json, again.is(201).json);
        send(picture(ImageFormat::Png, 2, 2)).await.refused(422, "idempotency.mismatch");
        assert_eq!(user.get("/me/media").await.items().len(), 1);
        assert_eq!(files(&forum).len(), 1);
    }

    async fn sec_36_no_spelling_leads_out_of_the_files(forum: Forum) {
        let user = forum.user("图主").await;
        let good = path(&upload(&user, None).await["url"]);
        let name = good.strip_prefix("/media/").unwrap();
        for bad in [
            "..", ".", "..%2f..%2fforum.db", "%2e%2e%2fforum.db", "..%5cforum.db", "%2fetc%2fpasswd", "unfinished",
            &format!("..%2fmedia%2f{name}"), &format!("{name}%00"), &format!("{name}%20"), &name.to_uppercase(),
            &format!("{name}.html"), &format!("{}/{}/{name}", &name[..2], &name[2..4]), &format!("{}%2f{}%2f{name}", &name[..2], &name[2..4]),
            "g1-", "g1-0af7651916cd43dd8448eb211c80319c.png", "0af7651916cd43dd8448eb211c80319c.png", "%25", "",
        ] {
            let answer = file(&forum.client, &format!("/media/{bad}")).await;
            assert_eq!(answer.status, 404, "{bad}: {answer:?}");
        }
        file(&forum.client, &good).await.is(200);
    }

    async fn sec_37_a_quota_holds_against_uploads_at_once_and_is_given_back(forum: Forum, with [("policy.media_quota_bytes", "700")]) {
        let user = forum.user("图主").await;
        let size = upload(&user, None).await["byte_size"].as_u64().unwrap();
        let room = usize::try_from(700 / size).unwrap();
        let mut done = 1;
        for _ in 0..4 {
            for answer in at_once(4, |_| post_media(&user).upload(form::PNG, None).send()).await {
                match answer.status {
                    201 => done += 1,
                    _ => { answer.refused(409, "media.quota_exceeded"); }
                }
            }
        }
        assert_eq!((done, files(&forum).len()), (room, room), "what was refused left no file");
        let id = user.get("/me/media").await.ids()[0];
        user.delete(&format!("/media/{id}")).await.is(204);
        upload(&user, None).await;
    }

    async fn deleted_media_are_gone_everywhere(forum: Forum) {
        let user = forum.user("图主").await;
        let made = upload(&user, None).await;
        let (id, url) = (made["id"].as_i64().unwrap(), path(&made["url"]));
        let group = forum.group(&user, "有图的", json!({"cover_media_id": id})).await;
        let card = user.get(&format!("/groups/{group}")).await;
        assert_eq!(card["cover_url"], made["url"]);
        let other = forum.user("别人").await;
        other.get(&format!("/media/{id}")).await.refused(404, "media.not_found");
        other.delete(&format!("/media/{id}")).await.refused(404, "media.not_found");
        user.request("DELETE", &format!("/media/{id}")).header("if-match", "\"v9-00\"").send().await.refused(412, "request.precondition_failed");
        user.delete(&format!("/media/{id}")).await.is(204);
        user.delete(&format!("/media/{id}")).await.refused(404, "media.not_found");
        user.get(&format!("/media/{id}")).await.refused(404, "media.not_found");
        file(&forum.client, &url).await.refused(404, "media.not_found");
        let tag = format!("\"{}\"", url.strip_prefix("/media/").unwrap());
        forum.client.at("GET", &url).header("if-none-match", &tag).send().await.is(404);
        assert_eq!(user.get(&format!("/groups/{group}")).await["cover_url"], Value::Null);
        assert_eq!(files(&forum), Vec::<String>::new());
    }

    async fn a_cover_is_ones_own_upload_for_everybody(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let group = format!("/groups/{}", place.id);
        let cover = |id: i64| json!({"cover_media_id": id});
        let others = upload(&place.member, None).await["id"].as_i64().unwrap();
        let hidden = upload(&place.owner, Some(place.id)).await["id"].as_i64().unwrap();
        for wrong in [others, hidden] {
            place.owner.patch(&group, &cover(wrong)).await.refused(422, "group.no_such_media");
        }
        let own = upload(&place.owner, None).await;
        let set = place.owner.patch(&group, &cover(own["id"].as_i64().unwrap())).await;
        assert_eq!(set.is(200)["cover_url"], own["url"]);
        let seen = forum.client.get(&group).await;
        file(&forum.client, &path(&seen["cover_url"])).await.is(200);
        let cleared = place.owner.patch(&group, &json!({"cover_media_id": null})).await;
        assert_eq!(cleared.is(200)["cover_url"], Value::Null);
    }

    async fn an_avatar_is_a_square_and_the_one_before_goes(forum: Forum) {
        let user = forum.user("图主").await;
        let avatar = |file: Vec<u8>| user.request("PUT", "/me/avatar").upload(&file, None).send();
        let first = avatar(picture(ImageFormat::Jpeg, 900, 600)).await;
        let url = path(&first.is(200)["avatar_url"]);
        let served = image::load_from_memory(&file(&forum.client, &url).await.is(200).bytes).unwrap();
        assert_eq!((served.width(), served.height()), (512, 512));
        assert_eq!(user.get("/me").await["avatar_url"], first["avatar_url"]);
        let second = avatar(form::PNG.to_vec()).await;
        assert_ne!(second.is(200)["avatar_url"], first["avatar_url"]);
        file(&forum.client, &url).await.is(404);
        let group = forum.group(&user, "头像组", json!({})).await;
        let card = forum.client.get(&format!("/groups/{group}")).await;
        assert_eq!(card["owner"]["avatar_url"], second["avatar_url"]);
        for _ in 0..2 {
            let none = user.delete("/me/avatar").await;
            assert_eq!(none.is(200)["avatar_url"], Value::Null);
        }
        assert_eq!(files(&forum), Vec::<String>::new());
    }

    async fn sec_25_media_for_members_open_by_a_signature_alone(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let outsider = forum.user("外人").await;
        let refused = post_media(&outsider).upload(form::PNG, Some(place.id)).send().await;
        refused.refused(403, "group.not_member");
        let made = upload(&place.author, Some(place.id)).await;
        let signed = path(&made["url"]);
        let (bare, signature) = signed.split_once("?signature=").unwrap();
        let served = file(&forum.client, &signed).await;
        assert!(served.is(200).header("cache-control").unwrap().starts_with("private, max-age="));
        // A session is no signature, a member's neither.
        for user in [&place.author, &outsider] {
            forum.client.at("GET", bare).token(&user.access).send().await.refused(404, "media.not_found");
        }
        let (expires, seal) = signature.split_once('.').unwrap();
        let later = expires.parse::<i64>().unwrap() + 3_600;
        for bad in ["", "1", &format!("{later}.{seal}"), &format!("{expires}.{}", seal.to_lowercase()), &format!("{expires}.")] {
            file(&forum.client, &format!("{bare}?signature={bad}")).await.refused(404, "media.not_found");
        }
        // Another file's signature is none.
        let other = path(&upload(&place.author, Some(place.id)).await["url"]);
        let (other, _) = other.split_once('?').unwrap();
        file(&forum.client, &format!("{other}?signature={signature}")).await.refused(404, "media.not_found");

        // A text keeps the address without its signature, and shows it with one to who may read the text.
        let url = made["url"].as_str().unwrap();
        for (format, body) in [("html", format!("<p><img src=\"{url}\"></p>")), ("markdown", format!("![图]({url})"))] {
            let body = json!({"title": "图", "body": body, "format": format});
            let post = place.author.post(&place.posts(), &body).await;
            assert!(!post.is(201)["body"].as_str().unwrap().contains("signature"), "{post:?}");
            let id = post["id"].as_i64().unwrap();
            let seen = place.member.get(&format!("/posts/{id}")).await;
            let html = seen["body_html"].as_str().unwrap();
            let src = html.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(src.contains("?signature="), "{html}");
            file(&forum.client, &path(&src.into())).await.is(200);
            place.author.patch(&format!("/posts/{id}"), &json!({"body": "换掉"})).await.is(200);
            let before = place.author.get(&format!("/posts/{id}/revisions")).await;
            assert!(before.items()[0]["body_html"].as_str().unwrap().contains("?signature="), "{before:?}");
        }
    }

    async fn sec_25_no_text_elsewhere_opens_what_is_for_members(forum: Forum) {
        let place = Community::of(&forum, "members").await;
        let url = upload(&place.author, Some(place.id)).await["url"].as_str().unwrap().to_owned();
        // Somebody who has kept the address shows it in a group of his own.
        let thief = forum.user("外人").await;
        let own = forum.group(&thief, "偷图组", json!({"visibility": "public"})).await;
        let body = json!({"title": "图", "body": format!("<img src=\"{url}\">"), "format": "html"});
        let post = thief.post(&format!("/groups/{own}/posts"), &body).await;
        let html = post.is(201)["body_html"].as_str().unwrap();
        assert!(html.contains("/media/g") && !html.contains("signature"), "{html}");
    }

    async fn what_is_used_nowhere_is_swept_after_a_day(forum: Forum) {
        let user = forum.user("图主").await;
        let group = forum.group(&user, "有图的", json!({})).await;
        let [unused, posted] = [upload(&user, None).await, upload(&user, None).await];
        let body = json!({"title": "图", "body": format!("<img src=\"{}\">", posted["url"].as_str().unwrap()), "format": "html"});
        user.post(&format!("/groups/{group}/posts"), &body).await.is(201);
        let media = &forum.inside.media;
        assert_eq!(media.sweep().await.unwrap(), 0, "it may be used yet");
        let later = forum.inside.clock.now() + chrono::TimeDelta::days(1);
        let swept = forum.inside.store.sweep_media(later).await.unwrap();
        assert_eq!(swept.iter().map(|key| format!("/media/{key}")).collect::<Vec<_>>(), [path(&unused["url"])]);
        file(&forum.client, &path(&posted["url"])).await.is(200);
    }

    async fn what_questions_and_answers_show_is_not_swept(forum: Forum) {
        let user = forum.user("图主").await;
        let mut made = Vec::new();
        for _ in 0..4 {
            made.push(upload(&user, None).await);
        }
        let [unused, image, asked, answered] = &made[..] else { panic!("four") };
        let showing = |one: &Answer| format!("![图]({})", one["url"].as_str().unwrap());
        let body = json!({
            "category": "技术问答", "title": "图", "body": showing(asked), "format": "markdown",
            "image_media_ids": [image["id"]],
        });
        let question = user.post("/questions", &body).await;
        assert_eq!(question.is(201)["image_urls"], json!([image["url"]]));
        let answers = format!("/questions/{}/answers", question["id"]);
        user.post(&answers, &json!({"body": showing(answered), "format": "markdown"})).await.is(201);
        let later = forum.inside.clock.now() + chrono::TimeDelta::days(1);
        let swept = forum.inside.store.sweep_media(later).await.unwrap();
        assert_eq!(swept.iter().map(|key| format!("/media/{key}")).collect::<Vec<_>>(), [path(&unused["url"])]);
        for one in [image, asked, answered] {
            file(&forum.client, &path(&one["url"])).await.is(200);
        }
    }

    async fn an_account_that_goes_takes_its_files_along_or_leaves_what_is_shown(forum: Forum) {
        for (content, left) in [("keep", 1), ("erase", 1)] {
            let user = forum.user(if content == "keep" { "留图的" } else { "删图的" }).await;
            let group = forum.group(&user, content, json!({"visibility": "public"})).await;
            let shown = upload(&user, None).await;
            upload(&user, None).await;
            user.request("PUT", "/me/avatar").upload(form::PNG, None).send().await.is(200);
            let body = json!({"title": "图", "body": format!("<img src=\"{}\">", shown["url"].as_str().unwrap()), "format": "html"});
            user.post(&format!("/groups/{group}/posts"), &body).await.is(201);
            user.post("/me/deletion", &json!({"password": PASSWORD, "content": content})).await.is(204);
            let url = path(&shown["url"]);
            assert_eq!(file(&forum.client, &url).await.status, if content == "keep" { 200 } else { 404 });
            // Of the first account the image of its post.
            assert_eq!(files(&forum).len(), left, "{:?}", files(&forum));
            let rows = forum.inside.store.media_after(None, 100).await.unwrap();
            assert_eq!(rows.len(), left);
        }
    }

    async fn uploads_of_one_user_at_once_are_few(forum: Forum) {
        let user = forum.user("图主").await;
        let big = picture(ImageFormat::Png, 1_500, 1_500);
        let answers = at_once(12, |_| post_media(&user).upload(&big, None).send()).await;
        assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 503)), "{answers:?}");
        assert!(answers.iter().any(|answer| answer.status == 201));
        // What was held is given back.
        upload(&user, None).await;
    }
}
