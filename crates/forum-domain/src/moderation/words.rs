//! The word filter: words that are refused, and words that somebody who moderates shall look at.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};
use unicode_normalization::UnicodeNormalization;

use crate::{
    content::Content,
    error::{FieldError, Flaw, Invalid},
    text,
};

/// How many of the words that a text has are named to those who moderate.
const NAMED: usize = 5;

/// Finds unwanted words, in time linear in the text, however many words there are: wherever they stand, in
/// any case and width, and with invisible characters in between.
#[derive(Debug, Clone, Default)]
pub struct WordFilter {
    refused: Option<AhoCorasick>,
    reviewed: Option<(AhoCorasick, Vec<String>)>,
}

impl WordFilter {
    /// A filter that refuses texts with one of `refuse`, and has looked at those with one of `review`. Words
    /// that show nothing are left out: every text has them.
    ///
    /// # Errors
    /// More words than the automaton can hold.
    pub fn new(refuse: &[String], review: &[String]) -> Result<Self, String> {
        let refused = automaton(&folded_words(refuse))?;
        let words: Vec<String> = review.iter().filter(|word| !wanted(word).is_empty()).cloned().collect();
        let reviewed = automaton(&folded_words(review))?.map(|found| (found, words));
        Ok(Self { refused, reviewed })
    }

    /// That a text, as typed, has no word that is refused.
    ///
    /// # Errors
    /// `refused_words`.
    pub fn check(&self, text: &str) -> Result<(), Flaw> {
        match &self.refused {
            Some(words) if words.is_match(&folded(text)) => Err(Flaw::new("refused_words")),
            _ => Ok(()),
        }
    }

    /// That none of these texts has a word that is refused; each stands in its field.
    ///
    /// # Errors
    /// `refused_words` at each field that has one.
    pub fn check_fields(&self, fields: &[(&'static str, Option<&str>)]) -> Result<(), Invalid> {
        let flaws = fields.iter().filter_map(|(pointer, text)| {
            let flaw = self.check((*text)?).err()?;
            Some(FieldError { pointer: (*pointer).into(), code: flaw.code, min: None, max: None })
        });
        Invalid::all(flaws.collect()).map_or(Ok(()), Err)
    }

    /// That neither a title nor a body has a word that is refused; names those that shall be looked at.
    ///
    /// # Errors
    /// `refused_words` at `/title` and `/body`.
    pub(crate) fn weigh(
        &self,
        title: Option<&str>,
        content: Option<&Content>,
    ) -> Result<Option<String>, Invalid> {
        let source = content.map(|content| content.source.as_str());
        // Markup may part a word, and an address may hold one: so both what is shown and what was typed.
        let shown = content.map(|content| text_of(&content.rendered.html));
        let shown = shown.as_deref();
        self.check_fields(&[("/title", title), ("/body", source)])?;
        self.check_fields(&[("/body", shown)])?;
        Ok(self.review(&[title, source, shown]))
    }

    /// Those of the words to be looked at that one of these texts has, the first few of them; `None` if none has any.
    #[must_use]
    pub fn review(&self, texts: &[Option<&str>]) -> Option<String> {
        let (automaton, words) = self.reviewed.as_ref()?;
        let mut met: Vec<&str> = Vec::new();
        for text in texts.iter().copied().flatten() {
            let text = folded(text);
            for found in automaton.find_iter(&text) {
                let Some(word) = words.get(found.pattern().as_usize()) else { continue };
                if !met.contains(&word.as_str()) {
                    met.push(word);
                }
                if met.len() == NAMED {
                    break;
                }
            }
        }
        (!met.is_empty()).then(|| met.join(", ").chars().take(500).collect())
    }
}

fn folded_words(words: &[String]) -> Vec<String> {
    words.iter().map(|word| wanted(word)).filter(|word| !word.is_empty()).collect()
}

fn wanted(word: &str) -> String {
    folded(word).trim().to_owned()
}

fn automaton(words: &[String]) -> Result<Option<AhoCorasick>, String> {
    if words.is_empty() {
        return Ok(None);
    }
    // Not the DFA, whose size is that of all words times the alphabet.
    let built = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(words);
    built.map(Some).map_err(|error: BuildError| error.to_string())
}

/// What of a text is compared: one width, one case, nothing invisible.
fn folded(text: &str) -> String {
    let seen = text.nfkc().filter_map(|c| match c {
        c if c.is_whitespace() => Some(' '),
        c => text::visible(c).then_some(c),
    });
    seen.flat_map(char::to_lowercase).collect()
}

/// The text of HTML that came out of the sanitiser: its tags away, so that none can part a word, its
/// entities read. What is no markup stays as it is.
#[must_use]
fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, after) = rest.split_at(at);
        text.push_str(before);
        let length = if after.starts_with('<') { tag(after) } else { entity(after, &mut text) };
        let (taken, left) = after.split_at(length);
        // Blocks and line breaks part words, inline tags do not.
        let name = taken.trim_start_matches(['<', '/']);
        if taken.starts_with('<') && BLOCKS.iter().any(|block| name.starts_with(block)) {
            text.push('\n');
        }
        rest = left;
    }
    text.push_str(rest);
    text
}

/// How the tags begin that part words.
const BLOCKS: [&str; 12] = ["p>", "p ", "br", "div", "li", "h1", "h2", "h3", "tr", "td", "th", "blockquote"];

/// How long a tag is; an attribute's value may hold a `>`.
fn tag(html: &str) -> usize {
    let mut quoted = false;
    for (at, c) in html.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    html.len()
}

/// Reads one of the few entities that serialised HTML has; how long it is.
fn entity(html: &str, text: &mut String) -> usize {
    const ENTITIES: [(&str, char); 5] =
        [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", ' ')];
    for (name, meant) in ENTITIES {
        if html.starts_with(name) {
            text.push(meant);
            return name.len();
        }
    }
    text.push('&');
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(refuse: &[&str], review: &[&str]) -> WordFilter {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        WordFilter::new(&owned(refuse), &owned(review)).unwrap()
    }

    #[test]
    fn words_are_found_in_every_disguise() {
        let filter = filter(&["赌博", "Casino"], &[]);
        for text in [
            "来赌博吧",
            "赌\u{200B}博",
            "ＣＡＳＩＮＯ",
            "my caSINo!",
            "cas\u{00AD}ino",
            "赌\u{FEFF}\u{2060}博",
        ] {
            assert_eq!(filter.check(text).unwrap_err().code, "refused_words", "{text:?}");
        }
        for text in ["", "赌气", "博赌", "cas ino", "casin"] {
            assert!(filter.check(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn what_shall_be_looked_at_is_named_as_it_was_configured() {
        let filter = filter(&[], &["\u{200B}", "微信", "QQ"]);
        assert_eq!(filter.review(&[Some("加我ｑｑ"), None, Some("或微信、QQ")]).as_deref(), Some("QQ, 微信"));
        assert_eq!(filter.review(&[Some("什么也没有"), Some(""), None]), None);
        assert!(filter.check("微信").is_ok());
    }

    #[test]
    fn no_words_find_nothing() {
        for none in [WordFilter::default(), filter(&["", " \u{200B}"], &[])] {
            assert!(none.check("anything at all").is_ok());
            assert_eq!(none.review(&[Some("anything at all")]), None);
        }
    }

    #[test]
    fn sec_32_many_words_and_a_long_text_take_linear_time() {
        let words: Vec<String> = (0..20_000).map(|n| format!("{}{n}", "a".repeat(30))).collect();
        let filter = WordFilter::new(&words, &words).unwrap();
        let time = |length: usize| {
            let text = "a".repeat(length);
            let start = std::time::Instant::now();
            assert!(filter.check(&text).is_ok() && filter.review(&[Some(&text)]).is_none());
            start.elapsed()
        };
        time(100_000);
        let (short, long) = (time(100_000), time(1_000_000));
        assert!(long < short * 60, "{short:?} for 100 000 characters, {long:?} for 1 000 000");
    }

    #[test]
    fn tags_part_no_words_and_blocks_do() {
        assert_eq!(text_of("<p>赌<b title=\"a>b\">博</b> &amp; &lt;x&gt;</p>"), "\n赌博 & <x>\n");
        assert_eq!(text_of("a<br>b & c &unknown; <"), "a\nb & c &unknown; ");
        assert_eq!(text_of(""), "");
    }
}
