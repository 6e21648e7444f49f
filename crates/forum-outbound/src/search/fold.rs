//! Texts, folded: what differs only in case, width or other compatibility forms becomes the same.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// A folded text, and where its parts came from.
pub(super) struct Folded {
    /// The folded text.
    pub(super) text: String,
    /// Where each character as people see it (a grapheme) begins: in the folded text and in the original;
    /// ends with the ends of both.
    places: Vec<(usize, usize)>,
}

impl Folded {
    /// Folds a text, grapheme by grapheme, in time linear in it.
    pub(super) fn of(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut places = Vec::new();
        for (at, grapheme) in original.grapheme_indices(true) {
            places.push((text.len(), at));
            match grapheme.as_bytes() {
                [ascii] => text.push(char::from(ascii.to_ascii_lowercase())),
                _ => text.extend(
                    grapheme
                        .nfkc()
                        .filter(|c| !invisible(*c))
                        .flat_map(char::to_lowercase)
                        .filter(|c| !invisible(*c)),
                ),
            }
        }
        places.push((text.len(), original.len()));
        Self { text, places }
    }

    /// What of the original a part of the folded text came from: whole graphemes.
    pub(super) fn origin(&self, folded: Range<usize>) -> Range<usize> {
        // The last grapheme that begins no later than the part.
        let first = self.places.partition_point(|(at, _)| *at <= folded.start).saturating_sub(1);
        // The first that begins no earlier than its end.
        let end = self.places.partition_point(|(at, _)| *at < folded.end);
        let original = |place: usize| self.places.get(place).map_or(0, |(_, at)| *at);
        original(first)..original(end)
    }
}

/// What nobody sees, and what only chooses how a character looks: a word with it is the word without it.
const fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}
