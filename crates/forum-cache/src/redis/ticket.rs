//! Tickets in Redis: one string each, whose it is and until when his access token is valid.

use std::{sync::LazyLock, time::Duration};

use async_trait::async_trait;
use chrono::DateTime;
use forum_domain::{
    Actor,
    error::PortError,
    id::{SessionId, UserId},
    session::{Pass, Ticket, TicketPurpose, TicketStore},
};
use redis::Script;

use super::{Cache, milliseconds};

/// `GETDEL`, which servers before 6.2 do not have.
static SPEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local kept = redis.call('GET', KEYS[1])
        if kept then redis.call('DEL', KEYS[1]) end
        return kept",
    )
});

#[async_trait]
impl TicketStore for Cache {
    async fn keep_ticket(&self, ticket: &Ticket, pass: &Pass, ttl: Duration) -> Result<(), PortError> {
        let mut set = redis::cmd("SET");
        set.arg(self.ticket_key(ticket)).arg(pack(pass)).arg("PX").arg(milliseconds(ttl));
        self.connection.command(&set).await
    }

    async fn show_ticket(&self, ticket: &Ticket) -> Result<Option<Pass>, PortError> {
        let kept: Option<String> =
            self.connection.command(redis::cmd("GET").arg(self.ticket_key(ticket))).await?;
        kept.map(|packed| unpack(&packed)).transpose()
    }

    async fn spend_ticket(&self, ticket: &Ticket) -> Result<Option<Pass>, PortError> {
        let kept: Option<String> = self.connection.script(&SPEND.key(self.ticket_key(ticket))).await?;
        kept.map(|packed| unpack(&packed)).transpose()
    }
}

impl Cache {
    fn ticket_key(&self, ticket: &Ticket) -> String {
        let purpose = match ticket.purpose {
            TicketPurpose::Stream => "stream",
            TicketPurpose::Upload => "upload",
        };
        self.key("ticket", &format!("{purpose}:{}", ticket.expose()))
    }
}

/// The user, the session, and the moment in microseconds.
fn pack(pass: &Pass) -> String {
    let Pass { actor, expires_at } = pass;
    format!("{}:{}:{}", actor.user_id, actor.session_id, expires_at.timestamp_micros())
}

fn unpack(packed: &str) -> Result<Pass, PortError> {
    let read = || {
        let mut numbers = packed.split(':').map(|number| number.parse::<i64>().ok());
        let user_id = UserId::new(numbers.next()??)?;
        let session_id = SessionId::new(numbers.next()??)?;
        let expires_at = DateTime::from_timestamp_micros(numbers.next()??)?;
        Some(Pass { actor: Actor { user_id, session_id }, expires_at })
    };
    read().ok_or_else(|| PortError::broken("a ticket in Redis is not as it was packed"))
}
