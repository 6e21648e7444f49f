//! Showing what was searched for.

use std::{collections::HashSet, ops::Range};

use forum_domain::search::{Part, Passage, Query};

use super::{
    Words,
    fold::Folded,
    pieces::{self, Piece},
    text_of,
};

/// How many characters a passage has.
const LENGTH: usize = 160;
/// How many of them stand before what was searched for.
const BEFORE: usize = 40;

/// A query, as texts are asked for it.
pub(super) struct Sought {
    words: HashSet<String>,
    /// Runs and single characters.
    runs: Vec<String>,
}

impl Sought {
    pub(super) fn new(query: &Query) -> Self {
        let mut sought = Self { words: HashSet::new(), runs: Vec::new() };
        for part in &query.parts {
            match part {
                Part::Word(word) => {
                    sought.words.insert(word.clone());
                }
                Part::Run(run) => sought.runs.push(run.clone()),
                Part::Character(one) => sought.runs.push(one.to_string()),
            }
        }
        sought
    }
}

impl Words {
    pub(super) fn passage(&self, sought: &Sought, passage: &Passage) -> String {
        let body = text_of(&passage.body);
        let in_body = self.places(sought, &body);
        if in_body.is_empty()
            && let Some(title) = &passage.title
        {
            let in_title = self.places(sought, title);
            if !in_title.is_empty() || body.trim().is_empty() {
                return marked(title, &in_title);
            }
        }
        marked(&body, &in_body)
    }

    /// Where in a text stands what is sought: in order, apart from each other.
    fn places(&self, sought: &Sought, text: &str) -> Vec<Range<usize>> {
        let folded = Folded::of(text);
        let mut places = Vec::new();
        for piece in pieces::of(&folded.text) {
            match piece {
                Piece::Word(range) => {
                    if sought.words.contains(&*self.word(&folded.text[range.clone()])) {
                        places.push(range);
                    }
                }
                Piece::Run(range) => {
                    let run = &folded.text[range.clone()];
                    for one in &sought.runs {
                        let here = run.match_indices(one.as_str()).map(|(at, found)| {
                            let start = range.start + at;
                            start..start + found.len()
                        });
                        places.extend(here);
                    }
                }
            }
        }
        places.sort_unstable_by_key(|place| (place.start, place.end));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(places.len());
        for place in places.into_iter().map(|place| folded.origin(place)) {
            match apart.last_mut() {
                Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
                _ => apart.push(place),
            }
        }
        apart
    }
}

/// A passage of a text around the first of these places, on one line, as HTML.
fn marked(text: &str, places: &[Range<usize>]) -> String {
    let first = places.first().map_or(0, |place| place.start);
    let begins = text[..first].char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
    let mut html = String::new();
    if begins > 0 {
        html.push('…');
    }
    let mut places = places.iter().peekable();
    let (mut open, mut gap, mut shown) = (false, false, 0);
    for (offset, c) in text[begins..].char_indices() {
        let at = begins + offset;
        if open && places.peek().is_some_and(|place| place.end <= at) {
            html.push_str("</mark>");
            open = false;
            places.next();
        }
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if shown >= LENGTH {
            close(&mut html, &mut open);
            html.push('…');
            return html;
        }
        if gap && shown > 0 {
            html.push(' ');
        }
        gap = false;
        if !open && places.peek().is_some_and(|place| place.contains(&at)) {
            html.push_str("<mark>");
            open = true;
        }
        escape(c, &mut html);
        shown += 1;
    }
    close(&mut html, &mut open);
    html
}

fn close(html: &mut String, open: &mut bool) {
    if *open {
        html.push_str("</mark>");
        *open = false;
    }
}

fn escape(c: char, html: &mut String) {
    match c {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        _ => html.push(c),
    }
}
