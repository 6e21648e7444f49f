//! Somebody who is signed in.

use forum_domain::{
    Actor,
    id::{SessionId, UserId},
};
use serde_json::{Value, json};

use super::{Answer, Client, Request};

/// The password of everybody.
pub(crate) const PASSWORD: &str = "正确的 horse battery";

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) mobile: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) client: Client,
}

impl User {
    /// Opens an account as a front end does: if the forum is too busy, again with another code, since the
    /// first may be spent.
    pub(crate) async fn register(client: &Client, mobile: &str, nickname: Option<&str>) -> Self {
        let mut session = Self::try_register(client, mobile, nickname).await;
        for _ in 0..3 {
            if session.status != 503 {
                break;
            }
            session = Self::try_register(client, mobile, nickname).await;
        }
        Self::of(client, mobile, session.is(201))
    }

    async fn try_register(client: &Client, mobile: &str, nickname: Option<&str>) -> Answer {
        client.post_patiently("/auth/codes", &json!({"mobile": mobile, "purpose": "register"})).await.is(202);
        let code = client.code(mobile).await;
        let mut body = json!({"mobile": mobile, "code": code, "password": PASSWORD});
        if let Some(nickname) = nickname {
            body["nickname"] = nickname.into();
        }
        client.post("/auth/register", &body).await
    }

    /// Signs in by password.
    pub(crate) async fn log_in(&self, password: &str) -> Self {
        let session =
            self.client.post("/auth/login", &json!({"mobile": self.mobile, "password": password})).await;
        Self::of(&self.client, &self.mobile, session.is(200))
    }

    /// Whose session it is.
    pub(crate) fn of(client: &Client, mobile: &str, session: &Answer) -> Self {
        let text = |field: &str| session[field].as_str().unwrap().to_owned();
        Self {
            id: session["user"]["id"].as_i64().unwrap(),
            mobile: mobile.to_owned(),
            access: text("access_token"),
            refresh: text("refresh_token"),
            client: client.clone(),
        }
    }

    /// The same session at another instance.
    pub(crate) fn at(&self, client: &Client) -> Self {
        Self { client: client.clone(), ..self.clone() }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        self.client.request(method, path).token(&self.access)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send().await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.request("POST", path).json(body).send().await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.request("PATCH", path).json(body).send().await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.request("PUT", path).json(body).send().await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.request("DELETE", path).send().await
    }

    /// Asks to join a group and gives the request's id.
    pub(crate) async fn ask(&self, group: i64) -> i64 {
        let asked =
            self.post(&format!("/groups/{group}/join-requests"), &json!({"reason": "想一起学习"})).await;
        asked.is(201)["id"].as_i64().unwrap()
    }

    /// Asks to join a group and is let in by its owner.
    pub(crate) async fn join(&self, group: i64, owner: &Self) {
        let request = self.ask(group).await;
        owner.post(&format!("/join-requests/{request}/approve"), &json!({})).await.is(200);
    }

    /// A code that was sent to this user for this purpose.
    pub(crate) async fn code_for(&self, mobile: &str, purpose: &str) -> String {
        self.client
            .post_patiently("/auth/codes", &json!({"mobile": mobile, "purpose": purpose}))
            .await
            .is(202);
        self.client.code(mobile).await
    }

    /// Posts plain text in a group and gives the post's id.
    pub(crate) async fn write_post(&self, group: i64, title: &str) -> i64 {
        let body = json!({"title": title, "body": format!("{title}：正文"), "format": "plain"});
        let made = self.post(&format!("/groups/{group}/posts"), &body).await;
        made.is(201)["id"].as_i64().unwrap()
    }

    /// Asks in plain text and gives the question's id.
    pub(crate) async fn ask_question(&self, title: &str) -> i64 {
        let body = json!({"category": "技术问答", "title": title, "body": format!("{title}：正文"), "format": "plain"});
        self.post("/questions", &body).await.is(201)["id"].as_i64().unwrap()
    }

    /// Answers a question in plain text and gives the answer's id.
    pub(crate) async fn write_answer(&self, question: i64, body: &str) -> i64 {
        let body = json!({"body": body, "format": "plain"});
        let made = self.post(&format!("/questions/{question}/answers"), &body).await;
        made.is(201)["id"].as_i64().unwrap()
    }

    /// Comments on a post and gives the comment's id.
    pub(crate) async fn write_comment(&self, post: i64, body: &str) -> i64 {
        let made = self.post(&format!("/posts/{post}/comments"), &json!({"body": body})).await;
        made.is(201)["id"].as_i64().unwrap()
    }

    /// Replies to a comment and gives the reply's id.
    pub(crate) async fn write_reply(&self, comment: i64, body: &str) -> i64 {
        let made = self.post(&format!("/comments/{comment}/replies"), &json!({"body": body})).await;
        made.is(201)["id"].as_i64().unwrap()
    }

    /// A call with no body, such as those that like, pin and bookmark.
    pub(crate) async fn call(&self, method: &str, path: &str) -> Answer {
        self.request(method, path).send().await
    }

    /// Himself, as the rules know him.
    pub(crate) fn actor(&self) -> Actor {
        Actor { user_id: UserId::new(self.id).unwrap(), session_id: SessionId::stored(1) }
    }

    /// Himself, as others are shown him under this name.
    pub(crate) fn card(&self, nickname: &str) -> Value {
        json!({"id": self.id, "nickname": nickname, "avatar_url": null, "deleted": false})
    }
}
