//! sec_20: who may do what, for every operation on groups and what stands in them, in public groups and in
//! those for members.
//!
//! The table names an answer for every role; the operations come from the document, and one that is not in
//! the table, or that the document no longer has, fails.

use std::collections::BTreeSet;

use forum_domain::{
    content::Format,
    group::Role,
    id::GroupId,
    join::Decision,
    membership::MemberPatch,
    moderation::{Reason, Target, TargetKind},
    post::PostInput,
    question::QuestionInput,
};
use serde_json::{Value, json};

use crate::support::{Forum, User, both, form};

/// Whoever may ask, in the order of the table's columns.
const ROLES: [&str; 10] = [
    "anonymous",
    "outsider",
    "pending",
    "refused",
    "banned",
    "muted",
    "member",
    "moderator",
    "owner",
    "admin",
];

/// An operation, and what each role is answered: in a group for members, and in a public one if that differs.
struct Row(&'static str, [u16; 10], Option<[u16; 10]>);

/// Reading what is inside a group for members.
const INSIDE: [u16; 10] = [401, 403, 403, 403, 403, 200, 200, 200, 200, 403];
const EVERYBODY: [u16; 10] = [200; 10];
const DECIDERS: [u16; 10] = [401, 403, 403, 403, 403, 403, 403, 200, 200, 403];
const OWNERS: [u16; 10] = [401, 403, 403, 403, 403, 403, 403, 403, 200, 403];
/// For who has an account.
const ACCOUNTS: [u16; 10] = [401, 200, 200, 200, 200, 200, 200, 200, 200, 200];
/// For members who are not muted, each told why if he may not.
const WRITERS: [u16; 10] = [401, 403, 403, 403, 403, 403, 201, 201, 201, 403];

// Content by its id is not there for who may not see it: in a group for members …

/// … to be read,
const SEEN: [u16; 10] = [404, 404, 404, 404, 404, 200, 200, 200, 200, 404];
/// … to be done something with that whoever reads it may do,
const READERS: [u16; 10] = [401, 404, 404, 404, 404, 200, 200, 200, 200, 404];
/// … to be written under,
const SPEAKERS: [u16; 10] = [401, 404, 404, 404, 404, 403, 201, 201, 201, 404];
/// … to be moderated,
const MODERATORS: [u16; 10] = [401, 404, 404, 404, 404, 403, 403, 200, 200, 404];
/// … to be changed, which is for who wrote it: nobody of these.
const AUTHORS: [u16; 10] = [401, 404, 404, 404, 404, 403, 403, 403, 403, 404];
const AUTHORS_IN_PUBLIC: [u16; 10] = [401, 403, 403, 403, 403, 403, 403, 403, 403, 403];
/// What stands in no group is deleted by who wrote it, nobody of these, and by who moderates the site.
const SITE_MODERATORS: [u16; 10] = [401, 403, 403, 403, 403, 403, 403, 403, 403, 204];
/// What is deleted is there for who may restore it.
const RESTORERS: [u16; 10] = [401, 404, 404, 404, 404, 404, 404, 200, 200, 404];

/// Reports are there for who decides them,
const JUDGES: [u16; 10] = [401, 404, 404, 404, 404, 404, 404, 200, 200, 200];
/// and what was done for those who moderate, in the group or on the site.
const LOG_READERS: [u16; 10] = [401, 403, 403, 403, 403, 403, 403, 200, 200, 200];
const ADMINS: [u16; 10] = [401, 403, 403, 403, 403, 403, 403, 403, 403, 200];

/// The same row with another status for success.
const fn done(mut row: [u16; 10], status: u16) -> [u16; 10] {
    let mut at = 0;
    while at < row.len() {
        if row[at] == 200 {
            row[at] = status;
        }
        at += 1;
    }
    row
}

const TABLE: &[Row] = &[
    Row("listGroupCategories", EVERYBODY, None),
    Row("listGroups", EVERYBODY, None),
    Row("createGroup", [401, 201, 201, 201, 201, 201, 201, 201, 201, 201], None),
    Row("getGroup", EVERYBODY, None),
    Row("updateGroup", OWNERS, None),
    Row("deleteGroup", done(OWNERS, 204), None),
    Row("requestToJoin", [401, 201, 409, 409, 403, 409, 409, 409, 409, 201], None),
    Row("listJoinRequests", DECIDERS, None),
    // Another's request: to those who do not decide it, it does not exist.
    Row("getJoinRequest", [401, 404, 404, 404, 404, 404, 404, 200, 200, 404], None),
    Row("approveJoinRequest", [401, 404, 404, 404, 404, 404, 404, 200, 200, 404], None),
    Row("refuseJoinRequest", [401, 404, 404, 404, 404, 404, 404, 200, 200, 404], None),
    Row("withdrawJoinRequest", [401, 404, 404, 404, 404, 404, 404, 403, 403, 404], None),
    Row("listMembers", INSIDE, Some(EVERYBODY)),
    // A plain member is muted.
    Row("updateMember", DECIDERS, None),
    Row("removeMember", done(DECIDERS, 204), None),
    Row("transferGroup", OWNERS, None),
    Row("banMember", done(DECIDERS, 204), None),
    Row("unbanMember", done(DECIDERS, 204), None),
    Row("listBans", DECIDERS, None),
    Row("createInvite", done(DECIDERS, 201), None),
    Row("listInvites", DECIDERS, None),
    Row("revokeInvite", done(DECIDERS, 204), None),
    Row("previewInvite", EVERYBODY, None),
    Row("acceptInvite", [401, 200, 200, 200, 403, 200, 200, 200, 200, 200], None),
    Row("listGroupPosts", INSIDE, Some(EVERYBODY)),
    Row("createPost", WRITERS, None),
    Row("listPosts", EVERYBODY, None),
    Row("listFeed", ACCOUNTS, None),
    Row("listMyBookmarks", ACCOUNTS, None),
    Row("getPost", SEEN, Some(EVERYBODY)),
    Row("updatePost", AUTHORS, Some(AUTHORS_IN_PUBLIC)),
    Row("deletePost", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("restorePost", RESTORERS, None),
    Row("listPostRevisions", MODERATORS, Some(DECIDERS)),
    Row("likePost", READERS, Some(ACCOUNTS)),
    Row("unlikePost", READERS, Some(ACCOUNTS)),
    Row("pinPost", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("unpinPost", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("markExcellent", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("unmarkExcellent", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("lockPost", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("unlockPost", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("bookmarkPost", done(READERS, 204), Some(done(ACCOUNTS, 204))),
    // To forget always works.
    Row("unbookmarkPost", done(ACCOUNTS, 204), None),
    Row("listComments", SEEN, Some(EVERYBODY)),
    Row("createComment", SPEAKERS, Some(WRITERS)),
    Row("getComment", SEEN, Some(EVERYBODY)),
    Row("updateComment", AUTHORS, Some(AUTHORS_IN_PUBLIC)),
    Row("deleteComment", done(MODERATORS, 204), Some(done(DECIDERS, 204))),
    Row("listReplies", SEEN, Some(EVERYBODY)),
    Row("createReply", SPEAKERS, Some(WRITERS)),
    Row("likeComment", READERS, Some(ACCOUNTS)),
    Row("unlikeComment", READERS, Some(ACCOUNTS)),
    // Questions stand in no group.
    Row("listQuestionCategories", EVERYBODY, None),
    Row("listQuestions", EVERYBODY, None),
    Row("createQuestion", done(ACCOUNTS, 201), None),
    Row("getQuestion", EVERYBODY, None),
    Row("updateQuestion", AUTHORS_IN_PUBLIC, None),
    Row("deleteQuestion", SITE_MODERATORS, None),
    Row("acceptAnswer", AUTHORS_IN_PUBLIC, None),
    Row("unacceptAnswer", AUTHORS_IN_PUBLIC, None),
    Row("listAnswers", EVERYBODY, None),
    Row("createAnswer", done(ACCOUNTS, 201), None),
    Row("getAnswer", EVERYBODY, None),
    Row("updateAnswer", AUTHORS_IN_PUBLIC, None),
    Row("deleteAnswer", SITE_MODERATORS, None),
    Row("likeAnswer", ACCOUNTS, None),
    Row("unlikeAnswer", ACCOUNTS, None),
    Row("listAnswerReplies", EVERYBODY, None),
    Row("createAnswerReply", done(ACCOUNTS, 201), None),
    Row("getAnswerReply", EVERYBODY, None),
    Row("updateAnswerReply", AUTHORS_IN_PUBLIC, None),
    Row("deleteAnswerReply", SITE_MODERATORS, None),
    // For the group.
    Row("uploadMedia", WRITERS, None),
    // Another's upload: whoever may see its file has its address.
    Row("getMedia", [401, 404, 404, 404, 404, 404, 404, 404, 404, 404], None),
    Row("listMyMedia", ACCOUNTS, None),
    Row("deleteMedia", [401, 404, 404, 404, 404, 404, 404, 404, 404, 404], None),
    Row("search", EVERYBODY, None),
    Row("getUser", EVERYBODY, None),
    Row("listUserGroups", EVERYBODY, None),
    Row("listUserPosts", EVERYBODY, None),
    Row("blockUser", done(ACCOUNTS, 204), None),
    Row("unblockUser", done(ACCOUNTS, 204), None),
    Row("listBlocks", ACCOUNTS, None),
    // A post of the target's.
    Row("createReport", done(READERS, 201), Some(done(ACCOUNTS, 201))),
    Row("getReport", JUDGES, None),
    Row("listReports", LOG_READERS, None),
    Row("resolveReport", JUDGES, None),
    Row("listModerationLog", LOG_READERS, None),
    Row("adminListUsers", ADMINS, None),
    Row("adminUpdateUser", ADMINS, None),
    Row("adminGetStats", ADMINS, None),
    Row("adminListModerationLog", ADMINS, None),
];

/// What changes nothing about what anybody may do next.
const HARMLESS: &[&str] = &[
    "createGroup",
    "createPost",
    "likePost",
    "unlikePost",
    "pinPost",
    "unpinPost",
    "markExcellent",
    "unmarkExcellent",
    "unlockPost",
    "bookmarkPost",
    "unbookmarkPost",
    "createComment",
    "createReply",
    "likeComment",
    "unlikeComment",
    "createQuestion",
    "createAnswer",
    "likeAnswer",
    "unlikeAnswer",
    "createAnswerReply",
    "uploadMedia",
    "blockUser",
    "unblockUser",
];

/// Operations of accounts that lead to what stands in groups, or to other people.
const OF_ACCOUNTS: &[&str] = &[
    "listMyBookmarks",
    "search",
    "getUser",
    "listUserGroups",
    "listUserPosts",
    "blockUser",
    "unblockUser",
    "listBlocks",
    "createReport",
    "adminUpdateUser",
];

/// Everybody who asks, and whom it is about.
struct Cast {
    users: Vec<User>,
    /// A plain member whom things are done to.
    target: User,
    /// Somebody who waits.
    waiting: User,
}

/// A group in which everybody has his role.
struct Stage {
    group: i64,
    request: i64,
    invite: String,
    /// What the target wrote.
    post: i64,
    comment: i64,
    /// What he asked, answered, and replied to that.
    question: i64,
    answer: i64,
    answer_reply: i64,
    /// And what was deleted of it.
    deleted: i64,
    /// What he uploaded.
    media: i64,
    /// A report of the comment by somebody who waits.
    report: i64,
}

impl Cast {
    async fn of(forum: &Forum) -> Self {
        let mut users = Vec::new();
        for role in &ROLES[1..] {
            users.push(forum.user(role).await);
        }
        let admin = users.last().unwrap().actor().user_id;
        forum.inside.accounts.set_site_role(admin, forum_domain::account::SiteRole::Admin).await.unwrap();
        Self { users, target: forum.user("target").await, waiting: forum.user("waiting").await }
    }

    fn user(&self, role: &str) -> &User {
        &self.users[ROLES.iter().position(|name| *name == role).unwrap() - 1]
    }

    /// Sets the stage by the rules themselves, not over HTTP: it is set often.
    async fn set(&self, forum: &Forum, number: usize, visibility: &str) -> Stage {
        let owner = self.user("owner");
        let group = forum.group(owner, &format!("第{number}组"), json!({"visibility": visibility})).await;
        let id = GroupId::new(group).unwrap();
        let (inside, owning) = (&forum.inside, owner.actor());
        for (user, role) in [
            (self.user("muted"), Role::Member),
            (self.user("member"), Role::Member),
            (self.user("moderator"), Role::Moderator),
            (&self.target, Role::Member),
        ] {
            inside.members.assign(id, user.actor().user_id, role).await.unwrap();
        }
        let later = inside.clock.now() + chrono::TimeDelta::days(1);
        let mute = MemberPatch { role: None, muted_until: Some(Some(later)) };
        inside.members.update(owning, id, self.user("muted").actor().user_id, mute).await.unwrap();
        inside.joins.request(self.user("pending").actor(), id, "让我进", None).await.unwrap();
        let refused = inside.joins.request(self.user("refused").actor(), id, "让我进", None).await.unwrap();
        inside.joins.decide(owning, refused, Decision::Refuse, None, None).await.unwrap();
        inside.members.ban(owning, id, self.user("banned").actor().user_id, None, None).await.unwrap();
        let request = inside.joins.request(self.waiting.actor(), id, "让我进", None).await.unwrap();
        let invite = inside.invites.create(owning, id, 100, later, None).await.unwrap();
        let (author, input) =
            (self.target.actor(), PostInput { title: "题", body: "文", format: Format::Plain });
        let post = inside.posts.create(author, id, input, None).await.unwrap();
        let deleted = inside.posts.create(author, id, input, None).await.unwrap();
        inside.posts.delete(author, deleted, None).await.unwrap();
        let comment = inside.comments.create(author, post, "说", None).await.unwrap().comment.id;
        let asked = QuestionInput {
            category: "技术问答",
            title: "题",
            body: "文",
            format: Format::Plain,
            images: &[],
        };
        let question = inside.questions.create(author, asked, None).await.unwrap();
        let answer = inside.answers.create(author, question, "答", Format::Plain, None).await.unwrap();
        let answer_reply = inside.answer_replies.create(author, answer, "说", None, None).await.unwrap();
        let media = inside.media.upload(author, Some(id), form::PNG.to_vec(), None).await.unwrap();
        let target = Target::new(TargetKind::Comment, comment.get());
        let reporter = self.target.actor();
        let report = inside.moderation.report(reporter, target, Reason::Spam, None, None).await.unwrap();
        Stage {
            report: report.get(),
            group,
            request: request.get(),
            invite: invite.token.as_str().to_owned(),
            post: post.get(),
            comment: comment.get(),
            question: question.get(),
            answer: answer.get(),
            answer_reply: answer_reply.get(),
            deleted: deleted.get(),
            media: media.id.get(),
        }
    }
}

/// The body of a call that would succeed for whoever may.
fn body(operation: &str, cast: &Cast, stage: &Stage, number: usize, forum: &Forum) -> Option<Value> {
    let later = (forum.inside.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
    Some(match operation {
        "createGroup" => json!({"name": format!("新{number}"), "category": "程序设计", "description": ""}),
        "updateGroup" => json!({"notice": "通知"}),
        "requestToJoin" => json!({"reason": "让我进"}),
        "approveJoinRequest" | "refuseJoinRequest" | "banMember" => json!({}),
        "updateMember" => json!({"muted_until": later}),
        "transferGroup" => json!({"user_id": cast.target.id}),
        "createInvite" => json!({"max_uses": 1, "expires_at": later}),
        "createPost" => json!({"title": "题", "body": "文", "format": "plain"}),
        "updatePost" => json!({"title": "别题"}),
        "createComment" | "createReply" | "updateComment" => json!({"body": "说"}),
        "createQuestion" => json!({"category": "技术问答", "title": "题", "body": "文", "format": "plain"}),
        "updateQuestion" => json!({"title": "别题"}),
        "acceptAnswer" => json!({"answer_id": stage.answer}),
        "createAnswer" => json!({"body": "答", "format": "plain"}),
        "updateAnswer" | "createAnswerReply" | "updateAnswerReply" => json!({"body": "说"}),
        "createReport" => json!({"target_type": "post", "target_id": stage.post, "reason": "spam"}),
        "resolveReport" => json!({"action": "dismiss"}),
        "adminUpdateUser" => json!({"suspended_until": null}),
        _ => return None,
    })
}

both! {
    async fn sec_20_every_role_gets_what_the_table_says_of_every_operation(forum: Forum) {
        let document = forum.client.get("/openapi.json").await.json;
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                let about = ["groups", "posts", "comments", "questions", "media", "moderation", "admin"].map(|tag| json!([tag])).contains(&operation["tags"]);
                if about || OF_ACCOUNTS.contains(&id.as_str()) {
                    operations.push((id, method.to_uppercase(), path.clone()));
                }
            }
        }
        let in_document: BTreeSet<&str> = operations.iter().map(|(id, ..)| id.as_str()).collect();
        let in_table: BTreeSet<&str> = TABLE.iter().map(|row| row.0).collect();
        assert_eq!(in_document, in_table, "each operation has its row");

        let cast = Cast::of(&forum).await;
        let mut number = 0;
        let mut wrong = Vec::new();
        for visibility in ["members", "public"] {
            let mut stage = cast.set(&forum, number, visibility).await;
            for (id, method, path) in &operations {
                let row = TABLE.iter().find(|row| row.0 == id).unwrap();
                let expected = row.2.filter(|_| visibility == "public").unwrap_or(row.1);
                for (role, expected) in ROLES.iter().zip(expected) {
                    number += 1;
                    let path = path
                        .replace("{group_id}", &stage.group.to_string())
                        .replace("{request_id}", &stage.request.to_string())
                        .replace("{user_id}", &cast.target.id.to_string())
                        .replace("{token}", &stage.invite)
                        .replace("{post_id}", &(if id == "restorePost" { stage.deleted } else { stage.post }).to_string())
                        .replace("{comment_id}", &stage.comment.to_string())
                        .replace("{question_id}", &stage.question.to_string())
                        .replace("{answer_id}", &stage.answer.to_string())
                        .replace("{reply_id}", &stage.answer_reply.to_string())
                        .replace("{media_id}", &stage.media.to_string())
                        .replace("{report_id}", &stage.report.to_string())
                        .replace("/search", "/search?q=rust");
                    let path = if id == "listReports" { format!("{path}?group_id={}", stage.group) } else { path };
                    let mut request = forum.client.request(method, &path);
                    if *role != "anonymous" {
                        request = request.token(&cast.user(role).access);
                    }
                    if let Some(body) = body(id, &cast, &stage, number, &forum) {
                        request = request.json(&body);
                    }
                    if id == "uploadMedia" {
                        request = request.upload(form::PNG, Some(stage.group));
                    }
                    let answer = request.send().await;
                    if answer.status != expected {
                        wrong.push(format!("{id} by {role} in {visibility}: {} {}, expected {expected}",
                            answer.status, answer["code"]));
                    }
                    // What was done is undone by a new stage; what was refused has changed nothing.
                    if answer.status < 300 && method != "GET" && !HARMLESS.contains(&id.as_str()) {
                        stage = cast.set(&forum, number, visibility).await;
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        forum.is_sound().await;
    }

    async fn sec_20_what_needs_an_account_is_refused_to_who_has_none(forum: Forum) {
        let document = forum.client.get("/openapi.json").await.json;
        let mut refused = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Some(security) = operation["security"].as_array() else { continue };
                let anonymous = security.is_empty() || security.iter().any(|one| one == &json!({}));
                let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
                let answer = forum.client.request(&method.to_uppercase(), &path.join("/")).send().await;
                if anonymous {
                    assert_ne!(answer["code"], "auth.required", "{method} {path:?}");
                } else {
                    answer.refused(401, "auth.required");
                    refused += 1;
                }
            }
        }
        assert!(refused > 25, "{refused}");
    }
}
