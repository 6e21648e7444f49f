//! Tickets: what a browser puts into an address where it cannot send a header.

use std::{fmt::Write as _, time::Duration};

use super::{AuthError, Pass, SessionService, Ticket, TicketPurpose, revocations::Standing, rules};
use crate::{error::PortError, id::SessionId};

impl SessionService {
    /// A ticket that stands for this pass, and for how long.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn issue_ticket(
        &self,
        pass: Pass,
        purpose: TicketPurpose,
    ) -> Result<(Ticket, Duration), AuthError> {
        let mut bytes = [0; 20];
        self.random.fill(&mut bytes);
        let mut secret = String::with_capacity(40);
        for byte in bytes {
            // Writing to a text cannot fail.
            let _ = write!(secret, "{byte:02x}");
        }
        let ticket = Ticket::new(purpose, secret);
        let ttl = rules::ticket_life(purpose);
        self.tickets.keep_ticket(&ticket, &pass, ttl).await?;
        Ok((ticket, ttl))
    }

    /// Whose ticket this is. One for a stream is spent by it.
    ///
    /// # Errors
    /// [`AuthError::InvalidTicket`] also if its session has ended since.
    pub async fn present_ticket(&self, purpose: TicketPurpose, secret: &str) -> Result<Pass, AuthError> {
        let ticket = Ticket::parse(purpose, secret).ok_or(AuthError::InvalidTicket)?;
        let found = match purpose {
            TicketPurpose::Stream => self.tickets.spend_ticket(&ticket).await?,
            TicketPurpose::Upload => self.tickets.show_ticket(&ticket).await?,
        };
        let pass = found.ok_or(AuthError::InvalidTicket)?;
        if self.is_open(pass.actor.session_id).await? { Ok(pass) } else { Err(AuthError::InvalidTicket) }
    }

    /// Whether a session has not ended, as far as this instance knows; it asks the store only while the
    /// revocations could not be polled.
    ///
    /// # Errors
    /// Only a port's.
    pub async fn is_open(&self, id: SessionId) -> Result<bool, PortError> {
        let now = self.clock.now();
        match self.revocations.standing(id, now) {
            Standing::Open => Ok(true),
            Standing::Ended => Ok(false),
            Standing::Unknown => self.sessions.session_is_open(id, now).await,
        }
    }

    /// Whether this instance knows that a session has ended. Costs no I/O.
    #[must_use]
    pub fn has_ended(&self, id: SessionId) -> bool {
        self.revocations.standing(id, self.clock.now()) == Standing::Ended
    }
}
