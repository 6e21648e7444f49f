//! Tickets in the process.

use std::time::Duration;

use async_trait::async_trait;
use forum_domain::{
    error::PortError,
    session::{Pass, Ticket, TicketStore},
};

use super::Cache;

#[async_trait]
impl TicketStore for Cache {
    async fn keep_ticket(&self, ticket: &Ticket, pass: &Pass, ttl: Duration) -> Result<(), PortError> {
        self.tickets.lock().put(ticket.clone(), *pass, ttl);
        Ok(())
    }

    async fn show_ticket(&self, ticket: &Ticket) -> Result<Option<Pass>, PortError> {
        Ok(self.tickets.lock().get(ticket).map(|(pass, _)| pass))
    }

    async fn spend_ticket(&self, ticket: &Ticket) -> Result<Option<Pass>, PortError> {
        let tickets = self.tickets.lock();
        let found = tickets.get(ticket).map(|(pass, _)| pass);
        tickets.remove(ticket);
        Ok(found)
    }
}
