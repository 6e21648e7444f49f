//! What every test needs: a forum on either pair of back ends, a client that looks closely, users.

mod client;
mod community;
mod events;
pub(crate) mod form;
mod forum;
mod logs;
mod user;

pub(crate) use client::{Answer, Client, Request};
pub(crate) use community::Community;
pub(crate) use events::Events;
pub(crate) use forum::{Backend, Forum, next_mobile};
pub(crate) use logs::logged;
pub(crate) use user::{PASSWORD, User};

/// Makes two tests of one behaviour: on SQLite and memory, on PostgreSQL and Redis.
macro_rules! both {
    ($($(#[$attribute:meta])* async fn $name:ident($forum:ident: $kind:ty $(, with [$($setting:expr),* $(,)?])?) $body:block)*) => {$(
        $(#[$attribute])*
        async fn $name($forum: $kind) $body

        mod $name {
            const SETTINGS: &[(&str, &str)] = &[$($($setting),*)?];

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite_and_memory() {
                let forum = $crate::support::Forum::start($crate::support::Backend::Embedded, SETTINGS).await;
                super::$name(forum).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres_and_redis() {
                let forum = $crate::support::Forum::start($crate::support::Backend::Shared, SETTINGS).await;
                super::$name(forum).await;
            }
        }
    )*};
}
pub(crate) use both;

/// Runs `count` futures at once and gives their results in order.
pub(crate) async fn at_once<T: Send + 'static, F>(count: usize, make: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(count));
    let mut tasks = Vec::new();
    for number in 0..count {
        let (start, work) = (start.clone(), make(number));
        tasks.push(tokio::spawn(async move {
            start.wait().await;
            work.await
        }));
    }
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// Waits until something holds, but no longer than this.
pub(crate) async fn eventually<F: Future<Output = bool>>(within: std::time::Duration, holds: impl Fn() -> F) {
    let begun = std::time::Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < within, "it still does not hold after {within:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
