//! Texts that people type: trimmed, measured in characters, free of what hides or deceives.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton as confusable_skeleton;

use crate::error::Flaw;

/// Text trimmed of Unicode white space, `min..=max` characters long (Unicode scalar values), with
/// no control characters but line breaks and tabs, and, unless it may be empty, something in it that can
/// be seen.
///
/// # Errors
/// `too_short`, `too_long`, `control_characters`.
pub fn block(text: &str, min: usize, max: usize) -> Result<String, Flaw> {
    let text = measured(text, min, max)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Flaw::new("control_characters"));
    }
    shown(text, min, max)
}

/// One line of text: as [`block`], and with no line breaks, tabs, bidirectional or invisible characters.
///
/// # Errors
/// As [`block`].
pub fn line(text: &str, min: usize, max: usize) -> Result<String, Flaw> {
    let text = measured(text, min, max)?;
    if text.chars().any(deceives) {
        return Err(Flaw::new("control_characters"));
    }
    shown(text, min, max)
}

/// A name: a [`line()`] brought to NFKC, so that full-width and ligature spellings are one, with
/// something in it that can be seen.
///
/// # Errors
/// As [`block`], the length counted after normalising.
pub fn name(text: &str, min: usize, max: usize) -> Result<String, Flaw> {
    // The cheap bound first: normalising can only be asked of what is not absurd.
    measured(text, 0, max.saturating_mul(4))?;
    let name = line(&text.nfkc().collect::<String>(), min, max)?;
    if min > 0 && skeleton(&name).is_empty() {
        return Err(Flaw::new("control_characters"));
    }
    Ok(name)
}

/// A [`block`] that may be empty, which is the same as none.
///
/// # Errors
/// As [`block`].
pub fn optional(text: &str, max: usize) -> Result<Option<String>, Flaw> {
    block(text, 0, max).map(|text| (!text.is_empty()).then_some(text))
}

/// What two names share if a person may take one for the other: case folded, confusable
/// characters brought together (UTS 39), white space removed.
///
/// A capital may look like another letter than its small form does (`I` like `l`, the Cyrillic `Т`
/// like `T`), so neither folding first nor last would do: `PayPaI` meets `paypal`, and `вася` meets `Вася`.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let folded: String = name
        .nfkc()
        // Variation selectors choose how an emoji looks; they make no other name of it.
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{FE00}'..='\u{FE0F}'))
        .flat_map(|c| latin_look(c).unwrap_or(c).to_lowercase())
        .collect();
    confusable_skeleton(&folded)
        .flat_map(char::to_lowercase)
        // Since `I` is both: the capital of the one and the image of the other.
        .map(|c| if c == 'i' { 'l' } else { c })
        .collect()
}

/// The ASCII letter or digit that a foreign letter looks like, itself or else as a capital.
fn latin_look(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    let looks_like = |c: char| only(confusable_skeleton(c.encode_utf8(&mut [0; 4])));
    let ascii = |c: &char| c.is_ascii_alphanumeric();
    looks_like(c).filter(ascii).or_else(|| only(c.to_uppercase()).and_then(looks_like).filter(ascii))
}

fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    chars.next().filter(|_| chars.next().is_none())
}

fn measured(text: &str, min: usize, max: usize) -> Result<&str, Flaw> {
    let text = text.trim();
    let bound = |code| Flaw::range(code, wide(min), wide(max));
    // Bytes bound characters, so an absurd text is refused without being counted.
    if text.len() > max.saturating_mul(4) || text.chars().count() > max {
        return Err(bound("too_long"));
    }
    if text.chars().count() < min {
        return Err(bound("too_short"));
    }
    Ok(text)
}

/// A text that shows nothing is as good as none.
fn shown(text: &str, min: usize, max: usize) -> Result<String, Flaw> {
    if min > 0 && !text.chars().any(visible) {
        return Err(Flaw::range("too_short", wide(min), wide(max)));
    }
    Ok(text.to_owned())
}

fn wide(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Whether a character can be seen by itself. A text with none that can is blank.
#[must_use]
pub fn visible(c: char) -> bool {
    !c.is_whitespace() && !deceives(c) && !matches!(c, '\u{FE00}'..='\u{FE0F}')
}

/// Control, bidirectional and invisible characters: what a name must not hide.
fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_characters_after_trimming() {
        assert_eq!(line("\u{3000}你好 ", 1, 2), Ok("你好".into()));
        assert_eq!(line("   ", 1, 9).unwrap_err().code, "too_short");
        assert_eq!(line("abc", 1, 2).unwrap_err(), Flaw::range("too_long", 1, 2));
    }

    #[test]
    fn lines_refuse_what_hides() {
        for bad in ["a\0b", "a\nb", "a\u{200B}b", "\u{202E}abc", "a\u{FEFF}b"] {
            assert_eq!(line(bad, 1, 9).unwrap_err().code, "control_characters", "{bad:?}");
        }
        assert_eq!(block("a\nb\tc", 1, 9), Ok("a\nb\tc".into()));
        assert_eq!(block("a\0b", 1, 9).unwrap_err().code, "control_characters");
    }

    #[test]
    fn names_that_look_alike_share_a_skeleton() {
        for (one, other) in
            [("Admin", "ａｄｍｉｎ"), ("paypal", "pаypаl"), ("Rust 编程", "rust编程"), ("ⅣA", "iva")]
        {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("甲"), skeleton("乙"));
    }

    #[test]
    fn capitals_that_look_like_other_letters_share_a_skeleton() {
        for (one, other) in [
            ("PayPaI", "paypal"),
            ("AIice", "alice"),
            ("ТОМ", "tom"),
            ("Βob", "bob"),
            ("вася", "ВАСЯ"),
            ("Adrnin", "ADMIN"),
            ("l0ve", "IOVE"),
            ("ΑΒΓ", "αβγ"),
            ("é", "E\u{301}"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        for (one, other) in [("tom", "tim"), ("编程", "编织"), ("ada1", "ada2"), ("вася", "маша")]
        {
            assert_ne!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    #[test]
    fn names_are_normalised_before_they_are_measured() {
        assert_eq!(name(" ｆｕｌｌ\u{3000}ﬁ ", 1, 7), Ok("full fi".into()));
        // One character that normalises to many.
        assert_eq!(name("\u{FDFA}", 1, 10).unwrap_err().code, "too_long");
        assert_eq!(name(&"x".repeat(1 << 20), 1, 10).unwrap_err().code, "too_long");
    }

    #[test]
    fn a_name_shows_something() {
        for bad in ["\u{2800}", "\u{3164}"] {
            assert_eq!(name(bad, 1, 9).unwrap_err().code, "control_characters", "{bad:?}");
        }
        for bad in ["\u{FE0F}", "\u{FE00}\u{FE01}"] {
            assert_eq!(name(bad, 1, 9).unwrap_err().code, "too_short", "{bad:?}");
        }
        assert_eq!(name("❤\u{FE0F}", 1, 9), Ok("❤\u{FE0F}".into()));
    }

    #[test]
    fn a_text_that_shows_nothing_is_as_good_as_none() {
        for blank in ["\u{200B}", "\u{FEFF}\n\u{2800}", "\u{FE0F}"] {
            assert_eq!(block(blank, 1, 9).unwrap_err(), Flaw::range("too_short", 1, 9), "{blank:?}");
            assert_eq!(block(blank, 0, 9).as_deref(), Ok(blank));
        }
        assert_eq!(line("\u{FE0F}", 1, 9).unwrap_err().code, "too_short");
        assert_eq!(block("\u{200B}好", 1, 9), Ok("\u{200B}好".into()));
    }

    #[test]
    fn an_empty_optional_text_is_none() {
        assert_eq!(optional(" \n", 9), Ok(None));
        assert_eq!(optional(" 好 ", 9), Ok(Some("好".into())));
        assert_eq!(optional("好好", 1).unwrap_err(), Flaw::range("too_long", 0, 1));
    }
}
