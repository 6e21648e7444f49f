//! Text on its way into the database.

/// Text as PostgreSQL can take it: no stored text holds NUL, so what it is replaced by matches none
/// that was meant.
pub(crate) fn speakable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// What a name is searched by: lower case, as the `…_folded` columns hold it.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// A `LIKE` pattern (`ESCAPE '\'`) for a `…_folded` column that has this text somewhere, literally.
pub(crate) fn folded_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in folded(&speakable(text)).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_what_was_typed_literally() {
        assert_eq!(folded_pattern(r"50%_Off\"), r"%50\%\_off\\%");
    }

    #[test]
    fn what_postgresql_cannot_take_matches_nothing() {
        assert_eq!(speakable("a\0b"), "a\u{FFFD}b");
    }
}
