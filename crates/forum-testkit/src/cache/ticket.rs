//! The promises of [`TicketStore`].

use std::{sync::Arc, time::Duration};

use chrono::DateTime;
use forum_domain::{
    Actor,
    id::{SessionId, UserId},
    session::{Pass, Ticket, TicketPurpose, TicketStore},
};

use super::{in_parallel, ms, must, pause};

fn ticket(purpose: TicketPurpose) -> Ticket {
    let secret = "0123456789abcdef".repeat(3);
    let ticket = Ticket::parse(purpose, &secret[..40]);
    ticket.unwrap_or_else(|| panic!("{secret} is no ticket"))
}

fn pass() -> Pass {
    let actor = Actor { user_id: UserId::stored(7), session_id: SessionId::stored(9_007_199_254_740_991) };
    Pass { actor, expires_at: DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap_or_default() }
}

/// It comes back as it was kept, until it is spent.
pub async fn a_ticket_is_shown_as_often_as_one_likes_and_spent_once(tickets: Arc<dyn TicketStore>) {
    let ticket = ticket(TicketPurpose::Upload);
    assert_eq!(must(tickets.show_ticket(&ticket).await), None);
    must(tickets.keep_ticket(&ticket, &pass(), Duration::from_secs(60)).await);
    for _ in 0..3 {
        assert_eq!(must(tickets.show_ticket(&ticket).await), Some(pass()));
    }
    assert_eq!(must(tickets.spend_ticket(&ticket).await), Some(pass()));
    assert_eq!(must(tickets.spend_ticket(&ticket).await), None);
    assert_eq!(must(tickets.show_ticket(&ticket).await), None);
}

/// The same secret for another purpose is another ticket.
pub async fn a_ticket_is_good_for_its_purpose_only(tickets: Arc<dyn TicketStore>) {
    must(tickets.keep_ticket(&ticket(TicketPurpose::Upload), &pass(), Duration::from_secs(60)).await);
    let other = ticket(TicketPurpose::Stream);
    assert_eq!(must(tickets.show_ticket(&other).await), None);
    assert_eq!(must(tickets.spend_ticket(&other).await), None);
    assert_eq!(must(tickets.show_ticket(&ticket(TicketPurpose::Upload)).await), Some(pass()));
}

/// A ticket does not outlive its time, however often it is shown.
pub async fn a_ticket_dies_when_its_time_is_over(tickets: Arc<dyn TicketStore>) {
    let ticket = ticket(TicketPurpose::Stream);
    must(tickets.keep_ticket(&ticket, &pass(), ms(120)).await);
    must(tickets.show_ticket(&ticket).await);
    pause(180).await;
    assert_eq!(must(tickets.show_ticket(&ticket).await), None);
    assert_eq!(must(tickets.spend_ticket(&ticket).await), None);
}

/// Many present it at once: one gets in.
pub async fn of_parallel_spendings_one_is_answered(tickets: Arc<dyn TicketStore>) {
    must(tickets.keep_ticket(&ticket(TicketPurpose::Stream), &pass(), Duration::from_secs(60)).await);
    let tries = in_parallel(20, |_| {
        let tickets = tickets.clone();
        async move { must(tickets.spend_ticket(&ticket(TicketPurpose::Stream)).await).is_some() }
    });
    assert_eq!(tries.await.into_iter().filter(|spent| *spent).count(), 1);
}
