//! HTML as tokens, and what they say to a reader.

use std::convert::Infallible;

use forum_domain::text;
use html5gum::{
    Span, Tokenizer,
    emitters::callback::{CallbackEmitter, CallbackEvent},
};

/// The elements that stand within a line. Any other parts the words around it.
const PHRASES: &[&[u8]] = &[
    b"a", b"abbr", b"b", b"bdi", b"big", b"cite", b"code", b"del", b"dfn", b"em", b"i", b"img", b"ins",
    b"kbd", b"mark", b"q", b"rp", b"rt", b"ruby", b"s", b"samp", b"small", b"span", b"strike", b"strong",
    b"sub", b"sup", b"tt", b"u", b"var", b"wbr",
];

/// Tells each token of some HTML, in time linear in its length.
pub(super) fn each(html: &str, mut told: impl FnMut(CallbackEvent<'_>)) {
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
        told(event);
        None
    });
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).for_each(drop);
}

/// What a reader sees of HTML that holds nothing but known elements.
#[derive(Default)]
pub(crate) struct Seen {
    /// The text; a line each where elements part it.
    pub(crate) text: String,
    /// Whether there is an image.
    pub(super) image: bool,
}

impl Seen {
    pub(crate) fn of(html: &str) -> Self {
        let mut seen = Self::default();
        let mut in_image = false;
        each(html, |event| match event {
            CallbackEvent::OpenStartTag { name } => {
                in_image = name == b"img";
                seen.part(name);
            }
            // One without an address shows nothing.
            CallbackEvent::AttributeName { name } => seen.image |= in_image && name == b"src",
            CallbackEvent::EndTag { name } => seen.part(name),
            CallbackEvent::String { value } => seen.text.push_str(&String::from_utf8_lossy(value)),
            _ => {}
        });
        seen
    }

    fn part(&mut self, element: &[u8]) {
        if !PHRASES.contains(&element) && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    pub(super) fn nothing(&self) -> bool {
        !self.image && !self.text.chars().any(text::visible)
    }
}
