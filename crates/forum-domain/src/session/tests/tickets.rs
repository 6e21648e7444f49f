//! Tickets: whose they are, for what, and that they die with their session.

use std::time::Duration;

use super::super::*;
use crate::testing::{Ports, actor, at, refused, session_id};

const SECRET: &str = "0123456789abcdef0123456789abcdef01234567";

fn pass() -> Pass {
    Pass { actor: actor(), expires_at: at(890) }
}

#[pollster::test]
async fn a_ticket_is_drawn_at_random_and_kept_for_as_long_as_its_purpose_needs() {
    for (purpose, seconds) in [(TicketPurpose::Stream, 60), (TicketPurpose::Upload, 1_800)] {
        let mut ports = Ports::default();
        ports
            .tickets
            .expect_keep_ticket()
            .withf(move |ticket, kept, ttl| {
                ticket.purpose == purpose && *kept == pass() && *ttl == Duration::from_secs(seconds)
            })
            .times(2)
            .returning(|_, _, _| Ok(()));
        let sessions = ports.services().sessions;
        let (first, life) = sessions.issue_ticket(pass(), purpose).await.unwrap();
        let (second, _) = sessions.issue_ticket(pass(), purpose).await.unwrap();
        assert_eq!(life.as_secs(), seconds);
        assert_ne!(first, second);
        assert_eq!(Ticket::parse(purpose, first.expose()), Some(first));
    }
}

#[pollster::test]
async fn a_stream_spends_its_ticket_and_an_upload_does_not() {
    let mut ports = Ports::default();
    ports.sessions.expect_session_is_open().returning(|_, _| Ok(true));
    ports.tickets.expect_spend_ticket().times(1).returning(|_| Ok(Some(pass())));
    ports.tickets.expect_show_ticket().times(1).returning(|_| Ok(Some(pass())));
    let sessions = ports.services().sessions;
    for purpose in [TicketPurpose::Stream, TicketPurpose::Upload] {
        assert_eq!(sessions.present_ticket(purpose, SECRET).await.unwrap(), pass());
    }
}

#[pollster::test]
async fn what_can_be_no_ticket_asks_nobody_and_an_unknown_one_is_refused() {
    let mut ports = Ports::default();
    ports.tickets.expect_spend_ticket().times(1).returning(|_| Ok(None));
    let sessions = ports.services().sessions;
    for secret in ["", "x", &SECRET.to_uppercase(), &format!("{SECRET}0"), "\u{0}"] {
        let shown = sessions.present_ticket(TicketPurpose::Stream, secret).await;
        assert_eq!(refused(shown), "auth.invalid_ticket");
    }
    let unknown = sessions.present_ticket(TicketPurpose::Stream, SECRET).await;
    assert_eq!(refused(unknown), "auth.invalid_ticket");
}

#[pollster::test]
async fn a_ticket_dies_with_its_session() {
    let mut ports = Ports::default();
    ports.tickets.expect_show_ticket().returning(|_| Ok(Some(pass())));
    ports.sessions.expect_revocations().returning(|_| Ok(Vec::new()));
    ports.sessions.expect_end_session().returning(|_, _, _| Ok(Ended::Done));
    let sessions = ports.services().sessions;
    sessions.poll_revocations().await.unwrap();
    sessions.present_ticket(TicketPurpose::Upload, SECRET).await.unwrap();
    sessions.log_out(actor()).await.unwrap();
    assert!(sessions.has_ended(actor().session_id) && !sessions.has_ended(session_id(12)));
    let shown = sessions.present_ticket(TicketPurpose::Upload, SECRET).await;
    assert_eq!(refused(shown), "auth.invalid_ticket");
}

#[test]
fn a_ticket_is_in_no_log() {
    let ticket = Ticket::parse(TicketPurpose::Upload, SECRET).unwrap();
    assert!(!format!("{ticket:?}").contains("0123"));
}
