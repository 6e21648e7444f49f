//! sec_21: content of a group for members is invisible to everybody else, by every path.
//!
//! The table has a line for every operation of the document: what it answers to somebody with no account and
//! to somebody who is in no group, when it is asked about what stands in such a group. Whatever the answer, it
//! holds nothing of that content. An operation that is not in the table, or that the document no longer has,
//! fails.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::support::{Answer, Community, Forum, User, both, eventually, form};

/// What an operation answers about content that is not for the caller.
#[derive(Debug, Clone, Copy)]
enum Line {
    /// It leads to no content: whatever it answers, none is in it.
    Elsewhere,
    /// A list that leaves the content out: for everybody, or for who is signed in.
    Filtered(u16),
    /// What stands in the group is asked for by the group: who is no member is told that he is none.
    Closed,
    /// To be done to a group or in it: an account is needed, then membership.
    ClosedWriting,
    /// Content by its id, to be read: there is none.
    Hidden,
    /// Content by its id, where an account is needed: then there is none.
    HiddenWriting,
    /// To forget what one never had always works, and tells nothing.
    Forgotten,
}
use Line::{Closed, ClosedWriting, Elsewhere, Filtered, Forgotten, Hidden, HiddenWriting};

const TABLE: &[(&str, Line)] = &[
    ("sendCode", Elsewhere),
    ("register", Elsewhere),
    ("login", Elsewhere),
    ("loginWithCode", Elsewhere),
    ("refreshSession", Elsewhere),
    ("logout", Elsewhere),
    ("resetPassword", Elsewhere),
    ("listSessions", Elsewhere),
    ("revokeSession", Elsewhere),
    ("revokeOtherSessions", Elsewhere),
    ("createTicket", Elsewhere),
    ("getJwks", Elsewhere),
    ("getMe", Elsewhere),
    ("updateMe", Elsewhere),
    ("changePassword", Elsewhere),
    ("changeMobile", Elsewhere),
    ("deleteMe", Elsewhere),
    ("exportMe", Elsewhere),
    ("listMyGroups", Filtered(401)),
    ("listMyJoinRequests", Elsewhere),
    ("listMyBookmarks", Filtered(401)),
    ("listGroupCategories", Elsewhere),
    // Groups' cards are for everybody.
    ("listGroups", Elsewhere),
    ("createGroup", Elsewhere),
    ("getGroup", Elsewhere),
    ("updateGroup", ClosedWriting),
    ("deleteGroup", ClosedWriting),
    ("requestToJoin", Elsewhere),
    ("listJoinRequests", ClosedWriting),
    ("getJoinRequest", Elsewhere),
    ("approveJoinRequest", Elsewhere),
    ("refuseJoinRequest", Elsewhere),
    ("withdrawJoinRequest", Elsewhere),
    ("listMembers", Closed),
    ("updateMember", ClosedWriting),
    ("removeMember", ClosedWriting),
    ("transferGroup", ClosedWriting),
    ("banMember", ClosedWriting),
    ("unbanMember", ClosedWriting),
    ("listBans", ClosedWriting),
    ("createInvite", ClosedWriting),
    ("listInvites", ClosedWriting),
    ("revokeInvite", Elsewhere),
    ("previewInvite", Elsewhere),
    // Who accepts is in, and the answer is still no more than the group's card.
    ("acceptInvite", Elsewhere),
    ("listGroupPosts", Closed),
    ("createPost", ClosedWriting),
    ("listPosts", Filtered(200)),
    ("listFeed", Filtered(401)),
    ("getPost", Hidden),
    ("updatePost", HiddenWriting),
    ("deletePost", HiddenWriting),
    ("restorePost", HiddenWriting),
    ("listPostRevisions", HiddenWriting),
    ("likePost", HiddenWriting),
    ("unlikePost", HiddenWriting),
    ("pinPost", HiddenWriting),
    ("unpinPost", HiddenWriting),
    ("markExcellent", HiddenWriting),
    ("unmarkExcellent", HiddenWriting),
    ("lockPost", HiddenWriting),
    ("unlockPost", HiddenWriting),
    ("bookmarkPost", HiddenWriting),
    ("unbookmarkPost", Forgotten),
    ("listComments", Hidden),
    ("createComment", HiddenWriting),
    ("getComment", Hidden),
    ("updateComment", HiddenWriting),
    ("deleteComment", HiddenWriting),
    ("listReplies", Hidden),
    ("createReply", HiddenWriting),
    ("listNotifications", Filtered(401)),
    ("getUnreadCount", Filtered(401)),
    ("markNotificationsRead", Elsewhere),
    // It tells what the list tells, and never ends: a test of its own listens.
    ("streamNotifications", Elsewhere),
    ("getNotificationPreferences", Elsewhere),
    ("setNotificationPreferences", Elsewhere),
    ("search", Filtered(200)),
    ("getUser", Elsewhere),
    ("listUserGroups", Elsewhere),
    ("listUserPosts", Filtered(200)),
    ("blockUser", Elsewhere),
    ("unblockUser", Elsewhere),
    ("listBlocks", Elsewhere),
    ("likeComment", HiddenWriting),
    ("unlikeComment", HiddenWriting),
    // Questions stand in no group.
    ("listQuestionCategories", Elsewhere),
    ("listQuestions", Elsewhere),
    ("createQuestion", Elsewhere),
    ("getQuestion", Elsewhere),
    ("updateQuestion", Elsewhere),
    ("deleteQuestion", Elsewhere),
    ("acceptAnswer", Elsewhere),
    ("unacceptAnswer", Elsewhere),
    ("listAnswers", Elsewhere),
    ("createAnswer", Elsewhere),
    ("getAnswer", Elsewhere),
    ("updateAnswer", Elsewhere),
    ("deleteAnswer", Elsewhere),
    ("likeAnswer", Elsewhere),
    ("unlikeAnswer", Elsewhere),
    ("listAnswerReplies", Elsewhere),
    ("createAnswerReply", Elsewhere),
    ("getAnswerReply", Elsewhere),
    ("updateAnswerReply", Elsewhere),
    ("deleteAnswerReply", Elsewhere),
    ("listUserQuestions", Elsewhere),
    ("listUserAnswers", Elsewhere),
    ("uploadMedia", ClosedWriting),
    ("getMedia", HiddenWriting),
    ("listMyMedia", Filtered(401)),
    ("deleteMedia", HiddenWriting),
    ("setAvatar", Elsewhere),
    ("deleteAvatar", Elsewhere),
    ("createReport", HiddenWriting),
    ("getReport", HiddenWriting),
    ("listReports", ClosedWriting),
    ("resolveReport", HiddenWriting),
    ("listModerationLog", ClosedWriting),
    ("adminListUsers", ClosedWriting),
    ("adminUpdateUser", ClosedWriting),
    ("adminGetStats", ClosedWriting),
    ("adminListModerationLog", ClosedWriting),
];

/// What never ends cannot be read to the end.
const STREAM: &str = "streamNotifications";

/// What is written inside, and must be seen nowhere else.
const SECRETS: [&str; 6] = ["机密题", "机密旧题", "机密正文", "机密评论", "机密回复", "机密旧评"];

/// What all of them have in common (机密), as it stands in an address.
const SEARCHED: &str = "%E6%9C%BA%E5%AF%86";

/// A group for members with everything in it that can be written.
struct Vault {
    group: Community,
    post: i64,
    comment: i64,
    reply: i64,
    invite: String,
    request: i64,
    /// An image for members, which the post shows.
    media: i64,
    key: String,
    report: i64,
}

impl Vault {
    async fn of(forum: &Forum) -> Self {
        let group = Community::of(forum, "members").await;
        // Ids of groups, posts and comments are told apart.
        for number in 0..20 {
            group.author.write_post(group.id, &format!("机密题其{number}")).await;
        }
        let media = group.author.request("POST", "/media").upload(form::PNG, Some(group.id)).send().await;
        let url = media.is(201)["url"].as_str().unwrap();
        let key = url.rsplit_once('/').unwrap().1.split_once('?').unwrap().0.to_owned();
        let html = format!("<p>机密正文<img src=\"{url}\"></p>");
        let media = media["id"].as_i64().unwrap();
        let body = json!({"title": "机密旧题", "body": html, "format": "html"});
        let post = group.author.post(&group.posts(), &body).await.is(201)["id"].as_i64().unwrap();
        group.author.patch(&format!("/posts/{post}"), &json!({"title": "机密题"})).await.is(200);
        let comment = group.member.write_comment(post, "机密旧评").await;
        group.member.patch(&format!("/comments/{comment}"), &json!({"body": "机密评论"})).await.is(200);
        let reply = group.author.write_reply(comment, "机密回复").await;
        for path in [format!("/posts/{post}/like"), format!("/comments/{comment}/like")] {
            group.owner.call("PUT", &path).await.is(200);
        }
        for mark in ["pin", "excellent"] {
            group.owner.call("PUT", &format!("/posts/{post}/{mark}")).await.is(204);
        }
        group.owner.call("PUT", &format!("/posts/{post}/bookmark")).await.is(204);
        let later = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
        let invite = json!({"max_uses": 100, "expires_at": later});
        let invite = group.owner.post(&format!("/groups/{}/invites", group.id), &invite).await;
        let invite = invite.is(201)["token"].as_str().unwrap().to_owned();
        let request = forum.user("等待").await.ask(group.id).await;
        let report =
            json!({"target_type": "post", "target_id": post, "reason": "other", "detail": "机密评论"});
        let report = group.member.post("/reports", &report).await.is(201)["id"].as_i64().unwrap();
        // Whoever searches finds all of it that he may see.
        forum.inside.search.reindex(false, |_| ()).await.unwrap();
        Self { group, post, comment, reply, invite, request, media, key, report }
    }

    /// That nothing of it is in an answer.
    fn is_not_in(&self, answer: &Answer, asked: &str) {
        for secret in SECRETS {
            assert!(!answer.text.contains(secret), "{asked} tells {secret}: {answer:?}");
        }
        assert!(!answer.text.contains(&self.key), "{asked} tells an address: {answer:?}");
        assert!(!self.named_in(&answer.json), "{asked} names what is hidden: {answer:?}");
    }

    /// Whether something in an answer is one of its posts or comments.
    fn named_in(&self, value: &Value) -> bool {
        match value {
            Value::Array(items) => items.iter().any(|item| self.named_in(item)),
            Value::Object(fields) => {
                let is = |field: &str, ids: &[i64]| {
                    fields.get(field).and_then(Value::as_i64).is_some_and(|id| ids.contains(&id))
                };
                let said = [self.comment, self.reply];
                (fields.contains_key("excerpt") && is("id", &[self.post]))
                    || (fields.contains_key("parent_id") && is("id", &said))
                    || is("post_id", &[self.post])
                    || is("comment_id", &said)
                    || is("parent_id", &said)
                    || fields.values().any(|value| self.named_in(value))
            }
            _ => false,
        }
    }

    /// A path of the document, about this.
    fn path(&self, path: &str, comment: i64) -> String {
        path.replace("{group_id}", &self.group.id.to_string())
            .replace("{post_id}", &self.post.to_string())
            .replace("{comment_id}", &comment.to_string())
            // Who wrote the post, and is nobody to whom anything is done.
            .replace("/users/{user_id}", &format!("/users/{}", self.group.author.id))
            .replace("{user_id}", &self.group.member.id.to_string())
            .replace("/search", &format!("/search?q={SEARCHED}"))
            .replace("{request_id}", &self.request.to_string())
            .replace("{media_id}", &self.media.to_string())
            .replace("{report_id}", &self.report.to_string())
            .replace("{session_id}", "1")
            .replace("{question_id}", "1")
            .replace("{answer_id}", "1")
            .replace("{reply_id}", "1")
            .replace("{token}", &self.invite)
    }

    /// What it looks like from inside.
    async fn seen_inside(&self) -> Vec<Value> {
        let mut seen = Vec::new();
        for path in [
            self.group.posts(),
            format!("/posts/{}", self.post),
            format!("/posts/{}/revisions", self.post),
            format!("/posts/{}/comments", self.post),
            format!("/comments/{}", self.comment),
            format!("/comments/{}/replies", self.comment),
            format!("/users/{}/posts", self.group.author.id),
            format!("/search?q={SEARCHED}"),
        ] {
            let answer = self.group.owner.get(&path).await;
            // What is looked for elsewhere is found here.
            assert!(SECRETS.iter().any(|secret| answer.text.contains(secret)), "{answer:?}");
            let nameless = path.ends_with("/revisions") || path.starts_with("/search");
            assert!(nameless || self.named_in(&answer.is(200).json), "{answer:?}");
            let mut json = answer.json;
            // Names the ranking that this look made.
            json.as_object_mut().unwrap().remove("next_cursor");
            seen.push(json);
        }
        seen
    }
}

/// What is sent: the document's own example, or what would be done if it could.
fn body(operation: &str, example: &Value, vault: &Vault, comment: i64) -> Option<Value> {
    match operation {
        "createReport" => {
            let (kind, id) =
                if comment == vault.comment { ("post", vault.post) } else { ("comment", comment) };
            Some(json!({"target_type": kind, "target_id": id, "reason": "spam"}))
        }
        "createComment" | "createReply" | "updateComment" => Some(json!({"body": "外人的话"})),
        "createPost" => Some(json!({"title": "外人的题", "body": "外人的话", "format": "plain"})),
        "updatePost" => Some(json!({"title": "外人的题"})),
        _ => (!example.is_null()).then(|| example.clone()),
    }
}

both! {
    async fn sec_21_content_for_members_is_invisible_by_every_path(forum: Forum) {
        let vault = Vault::of(&forum).await;
        let before = vault.seen_inside().await;
        let document = forum.client.get("/openapi.json").await.json;
        let schemas = &document["components"]["schemas"];
        let mut in_document = BTreeSet::new();
        let mut wrong = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                in_document.insert(id.to_owned());
                let Some((_, line)) = TABLE.iter().find(|(known, _)| *known == id) else { continue };
                if id == STREAM {
                    continue;
                }
                let example = operation.pointer("/requestBody/content/application~1json/schema/$ref")
                    .and_then(Value::as_str)
                    .map_or(&Value::Null, |schema| &schemas[schema.rsplit('/').next().unwrap()]["example"]);
                // Somebody new each time: some of this ends sessions, or lets in.
                let outsider = forum.user(&format!("外人{id}")).await;
                for comment in [vault.comment, vault.reply] {
                    for user in [None, Some(&outsider)] {
                        // With what he could know if he had seen it, and with what matches everything.
                        for header in [None, Some("if-none-match"), Some("if-match")] {
                            let path = vault.path(path, comment);
                            let mut request = forum.client.request(&method.to_uppercase(), &path);
                            if let Some(user) = user {
                                request = request.token(&user.access);
                            }
                            if let Some(header) = header {
                                request = request.header(header, "*");
                            }
                            if let Some(body) = body(id, example, &vault, comment) {
                                request = request.json(&body);
                            }
                            if id == "uploadMedia" {
                                request = request.upload(form::PNG, Some(vault.group.id));
                            }
                            let answer = request.send().await;
                            let asked = format!("{id} by {}", if user.is_some() { "an outsider" } else { "nobody" });
                            vault.is_not_in(&answer, &asked);
                            let expected = match (line, user) {
                                (Elsewhere, _) => None,
                                (Filtered(status), None) => Some(*status),
                                (Filtered(_), Some(_)) => Some(200),
                                (Closed | ClosedWriting | HiddenWriting | Forgotten, None) => Some(401),
                                (Closed | ClosedWriting, Some(_)) => Some(403),
                                (Hidden, _) | (HiddenWriting, Some(_)) => Some(404),
                                (Forgotten, Some(_)) => Some(204),
                            };
                            // A list is an answer that one may have already.
                            let same = expected == Some(200) && answer.status == 304;
                            if expected.is_some_and(|expected| expected != answer.status) && !same {
                                wrong.push(format!("{asked}: {} {}, expected {expected:?}", answer.status, answer["code"]));
                            }
                        }
                    }
                }
            }
        }
        let in_table: BTreeSet<String> = TABLE.iter().map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(in_document, in_table, "each operation has its line");
        wrong.dedup();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(vault.seen_inside().await, before, "nobody outside changed anything");
        forum.is_sound().await;
    }

    async fn sec_21_every_order_and_filter_of_a_list_leaves_it_out(forum: Forum) {
        let vault = Vault::of(&forum).await;
        let (group, outsider) = (&vault.group, forum.user("外人").await);
        for query in ["sort=new", "sort=active", "sort=hot", "sort=top", "limit=100"] {
            // Asked from inside first, so that whatever is kept of a list is there.
            group.owner.get(&format!("/posts?{query}")).await.is(200);
            group.owner.get(&format!("/feed?{}", query.replace("top", "new"))).await.is(200);
            group.owner.get(&format!("{}?{query}", group.posts())).await.is(200);
            for user in [Some(&outsider), None] {
                let get = |path: String| match user {
                    Some(user) => user.request("GET", &path).send(),
                    None => forum.client.request("GET", &path).send(),
                };
                vault.is_not_in(get(format!("/posts?{query}")).await.is(200), query);
                for filter in ["filter=all", "filter=excellent", "filter=hot", "period=week", &format!("author_id={}", group.author.id)] {
                    let answer = get(format!("{}?{query}&{filter}", group.posts())).await;
                    answer.refused(if user.is_some() { 403 } else { 401 }, if user.is_some() { "group.not_member" } else { "auth.required" });
                    vault.is_not_in(&answer, filter);
                }
                for sort in ["new", "old", "hot"] {
                    let answer = get(format!("/posts/{}/comments?sort={sort}", vault.post)).await;
                    vault.is_not_in(answer.refused(404, "post.not_found"), sort);
                }
            }
            vault.is_not_in(outsider.get(&format!("/feed?{}", query.replace("top", "new"))).await.is(200), query);
        }
    }

    async fn sec_21_who_is_in_no_longer_sees_no_more_whatever_he_kept(forum: Forum) {
        let vault = Vault::of(&forum).await;
        let group = &vault.group;
        let one = group.newcomer(&forum, "将去的").await;
        let two = group.newcomer(&forum, "将逐的").await;
        let mut kept: Vec<(User, Vec<String>)> = Vec::new();
        let document = forum.client.get("/openapi.json").await.json;
        // One's own words are one's own in the export.
        let reads = document["paths"].as_object().unwrap().iter().filter(|(path, methods)| {
            methods["get"].is_object() && *path != "/api/v1/me/export" && methods["get"]["operationId"] != STREAM
        });
        let reads: Vec<String> = reads.map(|(path, _)| vault.path(path, vault.comment)).collect();
        for (user, name) in [(one, "将去的"), (two, "将逐的")] {
            user.call("PUT", &format!("/posts/{}/bookmark", vault.post)).await.is(204);
            user.call("PUT", &format!("/posts/{}/like", vault.post)).await.is(200);
            let own = user.write_comment(vault.post, "自己的话").await;
            let mut nexts = vec![
                "/me/bookmarks".to_owned(), "/feed".to_owned(), "/posts".to_owned(), format!("/posts/{}", vault.post),
                format!("/comments/{own}"), format!("/comments/{}/replies", vault.comment),
            ];
            for list in ["/feed?sort=active", "/feed?sort=new", "/feed?sort=hot", &format!("{}?sort=new", group.posts()),
                         &format!("{}?sort=hot", group.posts()), &format!("/posts/{}/comments?sort=hot", vault.post),
                         &format!("/posts/{}/comments?sort=new", vault.post)] {
                let page = user.get(&format!("{list}&limit=1")).await;
                let next = page.is(200)["next_cursor"].as_str().map(str::to_owned);
                nexts.extend(next.map(|next| format!("{list}&limit=1&cursor={next}")));
            }
            assert!(nexts.len() > 11, "{nexts:?}");
            let report = json!({"target_type": "post", "target_id": vault.post, "reason": "spam"});
            let report = user.post("/reports", &report).await.is(201)["id"].as_i64().unwrap();
            nexts.push(format!("/reports/{report}"));
            // What was said to him and named him is told as long as he is in.
            group.author.write_reply(own, "机密回复").await;
            group.author.write_comment(vault.post, &format!("@{name} 机密评论")).await;
            eventually(Duration::from_secs(10), || async {
                let told = user.get("/me/notifications").await;
                told.is(200).items().len() == 2 && told.text.contains("机密回复") && told.text.contains("机密评论")
            }).await;
            nexts.extend(reads.iter().cloned());
            kept.push((user, nexts));
        }
        group.leaves(&kept[0].0).await;
        group.ban(&forum, &kept[1].0).await;
        for (user, nexts) in &kept {
            for next in nexts {
                let answer = user.get(next).await;
                vault.is_not_in(&answer, next);
                assert!(answer.status < 500, "{next}: {answer:?}");
                assert!(!answer.text.contains("自己的话") && !answer.text.contains("机密"), "{next}: {answer:?}");
            }
            user.call("DELETE", &format!("/posts/{}/like", vault.post)).await.refused(404, "post.not_found");
        }
        forum.is_sound().await;
    }

    async fn sec_21_a_group_that_closes_takes_its_posts_along(forum: Forum) {
        let place = Community::of(&forum, "public").await;
        let mut posts = Vec::new();
        for number in 0..3 {
            posts.push(place.author.write_post(place.id, &format!("机密第{number}帖")).await);
        }
        let comment = place.member.write_comment(posts[0], "机密评论").await;
        let reader = forum.user("读者").await;
        reader.call("PUT", &format!("/posts/{}/bookmark", posts[0])).await.is(204);
        let mut nexts = Vec::new();
        for sort in ["new", "active", "hot", "top"] {
            let page = reader.get(&format!("/posts?sort={sort}&limit=1")).await;
            nexts.push(format!("/posts?sort={sort}&limit=1&cursor={}", page.is(200)["next_cursor"].as_str().unwrap()));
        }
        let etag = reader.get(&format!("/posts/{}", posts[0])).await.header("etag").unwrap().to_owned();
        place.owner.patch(&format!("/groups/{}", place.id), &json!({"visibility": "members"})).await.is(200);
        for next in nexts.iter().map(String::as_str).chain(["/posts", "/posts?sort=hot", "/me/bookmarks"]) {
            let page = reader.get(next).await;
            assert_eq!(page.is(200).items().len(), 0, "{next}");
        }
        let again = reader.request("GET", &format!("/posts/{}", posts[0])).header("if-none-match", &etag).send().await;
        again.refused(404, "post.not_found");
        reader.get(&format!("/comments/{comment}")).await.refused(404, "comment.not_found");
        // To its members nothing has changed.
        assert_eq!(place.member.get(&place.posts()).await.items().len(), 3);
        place.owner.patch(&format!("/groups/{}", place.id), &json!({"visibility": "public"})).await.is(200);
        assert_eq!(reader.get("/me/bookmarks").await.ids(), [posts[0]]);
    }
}
