//! Whether the database answers.

use async_trait::async_trait;
use diesel::{QueryResult, sql_types::Integer};
use diesel_async::RunQueryDsl;
use forum_domain::{error::PortError, store::Health};

use super::{Conn, Store};

#[async_trait]
impl Health for Store {
    async fn ping(&self) -> Result<(), PortError> {
        self.read(|conn| Box::pin(ask(conn))).await
    }
}

async fn ask(conn: &mut Conn) -> QueryResult<()> {
    diesel::select(diesel::IntoSql::into_sql::<Integer>(1)).get_result::<i32>(conn).await.map(|_| ())
}
