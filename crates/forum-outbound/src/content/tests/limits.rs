//! Sources that are made to overwhelm a renderer.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::*;

/// The most characters that a body may have by default.
const BODY: usize = 100_000;

fn body(piece: &str) -> String {
    piece.repeat(BODY / piece.len())
}

/// Renders on a thread of a small stack, and returns how long it took.
fn timed(format: Format, source: &str) -> (String, Duration) {
    thread::scope(|scope| {
        let work = || {
            let begin = Instant::now();
            (RENDERER.render(format, source).html, begin.elapsed())
        };
        let thread = thread::Builder::new().stack_size(192 << 10).spawn_scoped(scope, work).unwrap();
        thread.join().unwrap()
    })
}

#[test]
fn deep_nesting_is_made_shallow_and_keeps_its_text() {
    for tag in ["div", "b", "ul><li", "blockquote", "table><td", "span", "svg", "x-y", "ruby><rt"] {
        let source = format!("{}x{}", format!("<{tag}>").repeat(10_000), "</b></div>".repeat(10_000));
        let (html, _) = timed(Html, &source);
        assert_eq!(depth(&tidy::tidy(&source)), depth(&html).min(tidy::DEPTH), "{tag}");
        // Rows and their bodies, which a parser adds, come on top.
        assert!(depth(&html) <= 2 * tidy::DEPTH, "{tag}");
        assert_eq!(tokens::Seen::of(&html).text.trim(), "x", "{tag}");
    }
    let quotes = timed(Markdown, &format!("{}x", ">".repeat(5_000))).0;
    assert_eq!((depth(&quotes), tokens::Seen::of(&quotes).text.trim()), (tidy::DEPTH, "x"));
    // Of still more, no more than the text.
    assert_eq!(timed(Markdown, &format!("{}x", ">".repeat(10_000))).0, "<p>x</p>");
    let list: String = (0..400).map(|level| format!("{}- x\n", " ".repeat(2 * level))).collect();
    assert!(depth(&timed(Markdown, &list).0) <= tidy::DEPTH);
}

#[test]
fn the_time_and_the_html_of_the_worst_bodies_are_bounded() {
    let many = |piece: fn(usize) -> String| (0..BODY).map(piece).scan(0, within_body).collect::<String>();
    let hostile: Vec<(Format, String)> = vec![
        // Each element searches all that are open.
        (Html, body("<div>")),
        (Html, format!("{}{}", "<i>".repeat(BODY / 7), "</b>".repeat(BODY / 7))),
        // Formatting that is opened again in each paragraph and row.
        (Html, format!("{}{}", "<b><code class=language-x>".repeat(50), body("</p><p>x"))),
        (Html, format!("<table>{}{}", many(|n| format!("<code class=language-{n}>")), body("<tr>x"))),
        (Html, body("<b><p><i></b>x</p>")),
        // Attributes that are compared with all before them.
        (Html, format!("<a {}>", many(|n| format!("{n:x} ")))),
        // What does not end, and what would stand before the table.
        (Html, body("<")),
        (Html, body("<a b='")),
        (Html, body("<!--")),
        (Html, format!("<table>{}", body("<br>"))),
        (Html, format!("<pre>{}", body("\n"))),
        (Markdown, body(">")),
        (Markdown, body("[")),
        (Markdown, body("![](")),
        (Markdown, body("*")),
        (Markdown, body("*a ")),
        (Markdown, body("- ")),
        (Markdown, body("<!-- ")),
        // Cells that Markdown fills in, and an address that many links repeat.
        (Markdown, format!("{}\n{}\n{}", "a|".repeat(1000), "-|".repeat(1000), body("x\n"))),
        (Markdown, format!("[a]: /{}\n\n{}", "x".repeat(BODY / 4), body("[a]"))),
    ];
    for (format, source) in &hostile {
        let (html, took) = timed(*format, source);
        let start: String = source.chars().take(40).collect();
        assert!(html.len() <= most(source), "{start:?}: {} bytes", html.len());
        // Tenths of a second when optimised, seconds when not; what is not bounded takes far longer, or the
        // machine's memory.
        assert!(took < Duration::from_secs(20), "{start:?}: {took:?}");
    }
}

#[test]
fn what_would_be_too_large_is_served_as_its_text() {
    let table = format!("{}\n{}\n{}", "a|".repeat(1000), "-|".repeat(1000), "x\n".repeat(2000));
    let html = html(Markdown, &table);
    assert!(html.starts_with("<p>a<br>a<br>"), "{}", &html[..40]);
}

fn within_body(length: &mut usize, piece: String) -> Option<String> {
    *length += piece.len();
    (*length <= BODY).then_some(piece)
}

/// How deep the elements of well-nested HTML nest.
fn depth(html: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        if tag.starts_with('/') {
            open -= 1;
        } else if !["br", "hr", "img", "wbr", "col>"].iter().any(|void| tag.starts_with(void)) {
            open += 1;
            deepest = deepest.max(open);
        }
    }
    deepest
}
