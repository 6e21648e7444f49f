//! Logs: one line for each thing that happened, on the standard error, for people or for programs.
//!
//! What a client sent can never break out of its line: control characters are escaped in both formats.

use std::{
    fmt::{self, Write},
    io::{self, IsTerminal, stderr},
};

use tracing::field::Field;
use tracing_subscriber::{
    Layer, Registry,
    field::MakeExt,
    filter::Targets,
    fmt::{
        MakeWriter,
        format::{self, Writer},
        layer,
    },
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::{Config, LogFormat};

/// Starts logging to the standard error. Does nothing if something logs already, as in tests.
pub fn start(config: &Config) {
    // What cannot be parsed was refused when the configuration was read.
    let level = config.log_level.parse().unwrap_or_else(|_| Targets::new());
    let colours = stderr().is_terminal();
    let logs = lines(config.log_format, stderr, colours).with_filter(level);
    tracing_subscriber::registry().with(logs).try_init().ok();
}

/// A layer that writes events in this format.
pub fn lines<W>(format: LogFormat, writer: W, colours: bool) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    match format {
        LogFormat::Json => layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(WithoutC1(writer))
            .boxed(),
        LogFormat::Pretty => layer()
            .fmt_fields(format::debug_fn(field).delimited(" "))
            .with_ansi(colours)
            .with_writer(writer)
            .boxed(),
    }
}

/// Makes writers that escape what JSON leaves as it is, though terminals may obey it: DEL and the C1 controls.
struct WithoutC1<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for WithoutC1<M> {
    type Writer = WithoutC1<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        WithoutC1(self.0.make_writer())
    }
}

impl<W: io::Write> io::Write for WithoutC1<W> {
    // An event comes in one piece.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut escaped = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, '\u{7F}'..='\u{9F}') {
                // Writing to a text cannot fail.
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            } else {
                escaped.push(c);
            }
        }
        self.0.write_all(escaped.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// One field of an event, on one line whatever is in it.
fn field(writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    if field.name() != "message" {
        write!(writer, "{}=", field.name())?;
    }
    write!(Escaping(writer), "{value:?}")
}

/// Writes control characters as `\n`, `\u{1b}` and the like.
struct Escaping<'a, 'w>(&'a mut Writer<'w>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(char::is_control) {
            let plain = part.trim_end_matches(char::is_control);
            self.0.write_str(plain)?;
            part.chars()
                .filter(|c| c.is_control())
                .try_for_each(|c| write!(self.0, "{}", c.escape_default()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat) -> String {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let logs = lines(format, move || writer.clone(), false);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(logs), || {
            let evil = "a\nINFO forged\r\u{1b}[31m\u{9b}b";
            tracing::info!(display = %evil, text = evil, "message {evil}");
        });
        let bytes = buffer.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn sec_51_an_event_is_one_line_whatever_is_in_it() {
        for format in [LogFormat::Json, LogFormat::Pretty] {
            let logged = logged(format);
            let line = logged.strip_suffix('\n').unwrap();
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            assert!(line.contains("INFO forged"), "{line:?}");
        }
        let json: serde_json::Value = serde_json::from_str(&logged(LogFormat::Json)).unwrap();
        assert_eq!(json["level"], "INFO");
        assert_eq!(json["text"], "a\nINFO forged\r\u{1b}[31m\u{9b}b");
    }
}
