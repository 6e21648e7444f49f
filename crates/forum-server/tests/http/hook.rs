//! An embedder's hooks: what they veto does not happen, and what happens they hear of.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use forum_domain::{
    Actor,
    hook::{Fact, Hook, Intent, Veto},
};
use serde_json::json;

use crate::support::{Backend, Community, Forum};

/// Nobody sells here; all else is noted.
#[derive(Default)]
struct House(Mutex<Vec<String>>);

#[async_trait]
impl Hook for House {
    async fn before(&self, _: Actor, intent: &Intent<'_>) -> Result<(), Veto> {
        let sells = match intent {
            Intent::Post { draft, .. } => draft.title.as_str().contains("出售"),
            Intent::EditPost { patch, .. } => {
                patch.title.as_ref().is_some_and(|title| title.as_str().contains("出售"))
            }
            Intent::Comment { body, .. } | Intent::Reply { body, .. } | Intent::EditComment { body, .. } => {
                body.as_str().contains("出售")
            }
            _ => false,
        };
        if sells { Err(Veto::new("house.no_selling", "这里不是市场")) } else { Ok(()) }
    }

    async fn after(&self, actor: Actor, fact: &Fact<'_>) {
        let told = match fact {
            Fact::Posted { draft, .. } => format!("posted {}", draft.title.as_str()),
            Fact::PostEdited { .. } => "post edited".into(),
            Fact::PostDeleted { .. } => "post deleted".into(),
            Fact::PostRestored { .. } => "post restored".into(),
            Fact::Commented { view } => {
                format!("said {}", view.comment.said.as_ref().map_or("", |said| said.body.as_str()))
            }
            Fact::CommentEdited { .. } => "comment edited".into(),
            Fact::CommentDeleted { .. } => "comment deleted".into(),
            Fact::Liked { .. } => "liked".into(),
            Fact::Unliked { .. } => "unliked".into(),
            _ => "something else".into(),
        };
        self.0.lock().unwrap().push(format!("{}: {told}", actor.user_id.get()));
    }
}

/// What the house does, and what it hears of.
async fn a_hook_vetoes_and_hears(backend: Backend) {
    let house = Arc::new(House::default());
    let forum = Forum::start_with_hooks(backend, &[], vec![house.clone()]).await;
    let place = Community::of(&forum, "public").await;
    let draft = |title: &str| json!({"title": title, "body": "文", "format": "plain"});
    let vetoed = place.author.post(&place.posts(), &draft("出售旧书")).await;
    vetoed.refused(403, "house.no_selling");
    assert!(vetoed.text.contains("这里不是市场"), "{vetoed:?}");
    assert_eq!(forum.client.get(&place.posts()).await.items().len(), 0);

    let post = place.author.write_post(place.id, "送书").await;
    let comment = place.member.write_comment(post, "谢谢").await;
    let reply = place.author.write_reply(comment, "不谢").await;
    for (method, path, body) in [
        ("PATCH", format!("/posts/{post}"), json!({"title": "出售"})),
        ("POST", format!("/posts/{post}/comments"), json!({"body": "出售"})),
        ("POST", format!("/comments/{comment}/replies"), json!({"body": "出售"})),
        ("PATCH", format!("/comments/{reply}"), json!({"body": "出售"})),
    ] {
        place.author.request(method, &path).json(&body).send().await.refused(403, "house.no_selling");
    }
    assert_eq!(forum.client.get(&format!("/posts/{post}")).await["comment_count"], 2);

    place.author.patch(&format!("/posts/{post}"), &json!({"title": "送旧书"})).await.is(200);
    // What changes nothing is no news.
    place.author.patch(&format!("/posts/{post}"), &json!({"title": "送旧书"})).await.is(200);
    place.author.patch(&format!("/comments/{reply}"), &json!({"body": "不客气"})).await.is(200);
    for method in ["PUT", "PUT", "DELETE", "DELETE"] {
        place.member.call(method, &format!("/posts/{post}/like")).await.is(200);
    }
    place.author.delete(&format!("/comments/{reply}")).await.is(204);
    place.author.delete(&format!("/posts/{post}")).await.is(204);
    for _ in 0..2 {
        place.owner.call("POST", &format!("/posts/{post}/restore")).await.is(200);
    }
    let (author, member, owner) = (place.author.id, place.member.id, place.owner.id);
    assert_eq!(
        *house.0.lock().unwrap(),
        [
            format!("{author}: posted 送书"),
            format!("{member}: said 谢谢"),
            format!("{author}: said 不谢"),
            format!("{author}: post edited"),
            format!("{author}: comment edited"),
            format!("{member}: liked"),
            format!("{member}: unliked"),
            format!("{author}: comment deleted"),
            format!("{author}: post deleted"),
            format!("{owner}: post restored"),
        ]
    );
    forum.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hook_vetoes_and_hears_on_sqlite_and_memory() {
    a_hook_vetoes_and_hears(Backend::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hook_vetoes_and_hears_on_postgres_and_redis() {
    a_hook_vetoes_and_hears(Backend::Shared).await;
}
