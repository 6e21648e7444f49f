//! The promises of [`FanOut`].

use std::{sync::Arc, time::Duration};

use forum_domain::{
    id::UserId,
    notification::{FanOut, Told},
};
use tokio::time::timeout;

use super::{must, pause};

/// How long a word may take on its way.
const SOON: Duration = Duration::from_secs(5);

/// Whether somebody hears of this user, or that he missed something, which is as good.
async fn hears_of(told: &mut dyn Told, user: UserId) -> bool {
    let hears = async {
        while let Some(users) = told.next().await {
            if users.contains(&user) {
                break;
            }
        }
    };
    timeout(SOON, hears).await.is_ok()
}

/// Everybody who listens in the process is told, each of everything.
pub async fn everybody_who_listens_is_told(fan_out: Arc<dyn FanOut>) {
    let mut listeners = [fan_out.listen(), fan_out.listen()];
    let users = [UserId::stored(1), UserId::stored(9_007_199_254_740_991)];
    must(fan_out.tell(&users).await);
    for told in &mut listeners {
        assert!(hears_of(told.as_mut(), users[0]).await);
        must(fan_out.tell(&users[1..]).await);
        assert!(hears_of(told.as_mut(), users[1]).await);
    }
}

/// Nobody need listen, and nobody hears what was said before he did.
pub async fn what_nobody_hears_is_no_failure(fan_out: Arc<dyn FanOut>) {
    must(fan_out.tell(&[UserId::stored(1)]).await);
    must(fan_out.tell(&[]).await);
    pause(50).await;
    let mut told = fan_out.listen();
    must(fan_out.tell(&[UserId::stored(2)]).await);
    assert!(hears_of(told.as_mut(), UserId::stored(2)).await);
}
