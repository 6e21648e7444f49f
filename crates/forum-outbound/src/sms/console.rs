//! SMS for development: on the console, and kept for `GET /dev/sms`.

use std::{
    collections::VecDeque,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use forum_domain::{
    account::Mobile,
    clock::{Clock, Timestamp},
    code::{Code, Purpose, SmsSender},
    error::PortError,
};

/// How many are kept.
const KEPT: usize = 200;

/// A code that was "sent".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentSms {
    /// To whom.
    pub mobile: Mobile,
    /// For what.
    pub purpose: Purpose,
    /// The code.
    pub code: Code,
    /// When.
    pub sent_at: Timestamp,
}

/// Writes codes to standard output, never to the log, and keeps the newest 200.
pub struct ConsoleSms {
    clock: Arc<dyn Clock>,
    sent: Mutex<VecDeque<SentSms>>,
    console: Mutex<Box<dyn Write + Send>>,
}

impl ConsoleSms {
    /// A sender that has sent nothing yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self::with_console(clock, Box::new(std::io::stdout()))
    }

    /// As [`ConsoleSms::new`], with another console.
    #[must_use]
    pub fn with_console(clock: Arc<dyn Clock>, console: Box<dyn Write + Send>) -> Self {
        Self { clock, sent: Mutex::default(), console: Mutex::new(console) }
    }

    /// What was sent, to this mobile or to any, newest first.
    #[must_use]
    pub fn recent(&self, mobile: Option<&Mobile>) -> Vec<SentSms> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().rev().filter(|sms| mobile.is_none_or(|mobile| sms.mobile == *mobile)).cloned().collect()
    }
}

#[async_trait]
impl SmsSender for ConsoleSms {
    async fn send(&self, mobile: &Mobile, purpose: Purpose, code: &Code) -> Result<(), PortError> {
        let sms = SentSms { mobile: mobile.clone(), purpose, code: code.clone(), sent_at: self.clock.now() };
        {
            let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            if sent.len() == KEPT {
                sent.pop_front();
            }
            sent.push_back(sms);
        }
        // A console that is gone is no reason to refuse: the code is kept.
        let mut console = self.console.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(console, "SMS to {} ({}): {}", mobile.as_str(), purpose.as_str(), code.expose());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::clock::SystemClock;

    fn console() -> (ConsoleSms, std::io::PipeReader) {
        let (reader, writer) = std::io::pipe().unwrap();
        (ConsoleSms::with_console(Arc::new(SystemClock), Box::new(writer)), reader)
    }

    async fn send(console: &ConsoleSms, mobile: &str, code: &str) {
        let mobile = Mobile::stored(mobile.into());
        console.send(&mobile, Purpose::Login, &Code::parse(code).unwrap()).await.unwrap();
    }

    fn codes(sent: &[SentSms]) -> Vec<&str> {
        sent.iter().map(|sms| sms.code.expose()).collect()
    }

    #[tokio::test]
    async fn what_was_sent_is_found_newest_first_and_by_mobile() {
        let (console, _reader) = console();
        send(&console, "+8613800000000", "111111").await;
        send(&console, "+8613800000001", "222222").await;
        send(&console, "+8613800000000", "333333").await;
        assert_eq!(codes(&console.recent(None)), ["333333", "222222", "111111"]);
        let mine = console.recent(Some(&Mobile::stored("+8613800000000".into())));
        assert_eq!(codes(&mine), ["333333", "111111"]);
        assert!(mine[0].sent_at >= mine[1].sent_at);
        assert_eq!(console.recent(Some(&Mobile::stored("+8613800000009".into()))), []);
    }

    #[tokio::test]
    async fn a_code_stands_on_a_line_of_the_console() {
        let (console, mut reader) = console();
        send(&console, "+8613800000000", "111111").await;
        drop(console);
        let mut said = String::new();
        reader.read_to_string(&mut said).unwrap();
        assert_eq!(said, "SMS to +8613800000000 (login): 111111\n");
    }

    #[tokio::test]
    async fn a_console_that_is_gone_keeps_the_code_all_the_same() {
        let (console, reader) = console();
        drop(reader);
        send(&console, "+8613800000000", "111111").await;
        assert_eq!(codes(&console.recent(None)), ["111111"]);
    }

    #[tokio::test]
    async fn only_the_newest_two_hundred_are_kept() {
        let (console, _reader) = console();
        for number in 0..250 {
            send(&console, "+8613800000000", &format!("{number:06}")).await;
        }
        let kept = console.recent(None);
        assert_eq!((kept.len(), kept[0].code.expose(), kept[199].code.expose()), (200, "000249", "000050"));
    }
}
