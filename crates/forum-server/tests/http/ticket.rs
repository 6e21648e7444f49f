//! Tickets: what stands for a token in an address.

use serde_json::json;

use crate::support::{Answer, Backend, Forum, PASSWORD, User, both, form};

async fn ticket(user: &User, purpose: &str) -> Answer {
    let made = user.client.request("POST", "/auth/tickets").token(&user.access);
    made.json(&json!({"purpose": purpose})).send().await
}

/// An upload with nothing but a ticket.
async fn upload(user: &User, ticket: &str) -> Answer {
    user.client.request("POST", &format!("/media?ticket={ticket}")).upload(form::PNG, None).send().await
}

both! {
    async fn a_ticket_says_how_long_it_is_good(forum: Forum) {
        let user = forum.user("甲").await;
        for (purpose, seconds) in [("stream", 60), ("upload", 1_800)] {
            let made = ticket(&user, purpose).await;
            assert_eq!(made.is(201)["expires_in"], seconds);
            assert_eq!(made["ticket"].as_str().unwrap().len(), 40);
            assert_eq!(made.header("cache-control"), Some("no-store"));
            assert_ne!(ticket(&user, purpose).await["ticket"], made["ticket"]);
        }
        ticket(&user, "everything").await.invalid(&[("/purpose", "not_allowed")]);
        user.post("/auth/tickets", &json!({})).await.is(422);
        forum.client.post("/auth/tickets", &json!({"purpose": "stream"})).await.refused(401, "auth.required");
    }

    async fn a_ticket_for_uploads_stands_for_the_token_as_often_as_one_likes(forum: Forum) {
        let user = forum.user("甲").await;
        let made = ticket(&user, "upload").await;
        let ticket_for = made.is(201)["ticket"].as_str().unwrap().to_owned();
        for _ in 0..2 {
            let uploaded = upload(&user, &ticket_for).await;
            user.get(uploaded.is(201).header("location").unwrap()).await.is(200);
        }
        // It opens nothing else, and none but its own kind opens this.
        forum.client.get(&format!("/me?ticket={ticket_for}")).await.refused(401, "auth.required");
        let other = ticket(&user, "stream").await;
        upload(&user, other["ticket"].as_str().unwrap()).await.refused(401, "auth.invalid_ticket");
        for bad in ["x", &"0".repeat(40), &user.access] {
            upload(&user, bad).await.refused(401, "auth.invalid_ticket");
        }
        upload(&user, "").await.refused(401, "auth.required");
        // A token that is not valid is not made good by a ticket.
        let both = forum.client.request("POST", &format!("/media?ticket={ticket_for}")).token("x");
        both.upload(form::PNG, None).send().await.refused(401, "auth.invalid_token");
    }

    async fn sec_16_a_ticket_dies_with_its_session(forum: Forum) {
        let user = forum.user("甲").await;
        let other = user.log_in(PASSWORD).await;
        let made = ticket(&other, "upload").await;
        let dead = made.is(201)["ticket"].as_str().unwrap();
        upload(&user, dead).await.is(201);
        other.request("POST", "/auth/logout").send().await.is(204);
        upload(&user, dead).await.refused(401, "auth.invalid_ticket");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_of_one_instance_is_good_at_another() {
    let one = Forum::start(Backend::Shared, &[]).await;
    let other = one.another(&[]).await;
    let user = one.user("甲").await;
    let made = ticket(&user, "upload").await;
    upload(&user.at(&other.client), made.is(201)["ticket"].as_str().unwrap()).await.is(201);
}
