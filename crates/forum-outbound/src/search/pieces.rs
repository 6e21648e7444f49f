//! What a folded text is made of: words, and runs of scripts that put no spaces between words.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

/// The most characters of a word: what is longer counts as its beginning.
const WORD: usize = 64;

/// A piece of a folded text; all else parts pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Letters, digits and marks.
    Word(Range<usize>),
    /// Characters of scripts without spaces.
    Run(Range<usize>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Run,
    Parting,
}

/// The pieces of a folded text, in their order.
pub(super) fn of(folded: &str) -> impl Iterator<Item = Piece> {
    let mut characters = folded.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, c) = characters.next()?;
            // A mark with no letter before it is none of a word.
            let class = if is_combining_mark(c) { Class::Parting } else { class(c) };
            if class == Class::Parting {
                continue;
            }
            let mut end = start + c.len_utf8();
            while let Some((_, next)) = characters.next_if(|(_, c)| continues(class, *c)) {
                end += next.len_utf8();
            }
            let range = start..end;
            return Some(if class == Class::Run { Piece::Run(range) } else { Piece::Word(range) });
        }
    })
}

fn continues(piece: Class, c: char) -> bool {
    if is_combining_mark(c) { piece == Class::Word } else { class(c) == piece }
}

fn class(c: char) -> Class {
    match c {
        _ if !c.is_alphanumeric() => Class::Parting,
        // Han: 々 and 〇, the ideographs with their extensions; kana, bopomofo, hangul.
        '々'
        | '〇'
        | '\u{3021}'..='\u{3029}'
        | '\u{3038}'..='\u{303C}'
        | '\u{3041}'..='\u{3096}'
        | '\u{309D}'..='\u{309F}'
        | '\u{30A1}'..='\u{30FA}'
        | '\u{30FC}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}'
        | '\u{3131}'..='\u{318E}'
        | '\u{31A0}'..='\u{31BF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{A960}'..='\u{A97C}'
        | '\u{AC00}'..='\u{D7FB}'
        | '\u{1100}'..='\u{11FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{1B000}'..='\u{1B16F}'
        | '\u{20000}'..='\u{3FFFD}' => Class::Run,
        _ => Class::Word,
    }
}

/// The beginning of a word, as long as words may be.
pub(super) fn bounded(word: &str) -> &str {
    match word.char_indices().nth(WORD) {
        Some((end, _)) => &word[..end],
        None => word,
    }
}

/// Each two neighbours of a run.
pub(super) fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let starts = run.char_indices().map(|(at, _)| at);
    let ends = run.char_indices().skip(1).map(|(at, c)| at + c.len_utf8());
    starts.zip(ends).map(|(start, end)| &run[start..end])
}

/// The last character of a run.
pub(super) fn last(run: &str) -> &str {
    run.char_indices().next_back().map_or("", |(at, _)| &run[at..])
}
