//! SQL of likes. Giving and taking them differs by database: `like.rs` of each back end.

pub(crate) mod standing;

use async_trait::async_trait;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use forum_domain::{
    error::PortError,
    like::{Day, Like, LikeRepository, Liked, Target, Unlike, Unliked},
};

use super::{super::like as hot, Conn, Outcome, Store};

#[async_trait]
impl LikeRepository for Store {
    async fn like(&self, like: Like) -> Result<Liked, PortError> {
        match like.target {
            Target::Post(_) => hot::like::<standing::Posts>(self, like).await,
            Target::Comment(_) => hot::like::<standing::Comments>(self, like).await,
            Target::Answer(_) => hot::like::<standing::Answers>(self, like).await,
        }
    }

    async fn unlike(&self, unlike: Unlike) -> Result<Unliked, PortError> {
        match unlike.target {
            Target::Post(_) => hot::unlike::<standing::Posts>(self, unlike).await,
            Target::Comment(_) => hot::unlike::<standing::Comments>(self, unlike).await,
            Target::Answer(_) => hot::unlike::<standing::Answers>(self, unlike).await,
        }
    }

    async fn prune_quotas(&self, before: Day) -> Result<u64, PortError> {
        self.write(move |conn| Box::pin(prune(conn, before))).await
    }
}

/// The days are over: no like touches these rows any more, so their order does not matter.
async fn prune(conn: &mut Conn, before: Day) -> Outcome<u64> {
    let pruned = diesel::sql_query(
        "DELETE FROM like_quotas WHERE (user_id, day, author_id) IN ( \
             SELECT user_id, day, author_id FROM like_quotas WHERE day < $1 ORDER BY day LIMIT 1000)",
    )
    .bind::<Integer, _>(before.0)
    .execute(conn)
    .await?;
    Ok(pruned as u64)
}
