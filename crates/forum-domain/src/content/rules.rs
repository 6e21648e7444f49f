//! Rules about what people write.

use super::Format;

/// The most characters of an excerpt.
pub const EXCERPT: usize = 200;

impl Format {
    /// Its name, as in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Plain => "plain",
        }
    }
}

/// The HTML of plain text: blank lines part paragraphs, line breaks stay, nothing in it is markup.
///
/// ```
/// use forum_domain::content::rules::plain_html;
///
/// assert_eq!(plain_html("1 < 2\n& so on\n\nend"), "<p>1 &lt; 2<br>&amp; so on</p><p>end</p>");
/// ```
#[must_use]
pub fn plain_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    let mut open = false;
    for line in text.lines().map(str::trim_end) {
        match (line.is_empty(), open) {
            (true, true) => html.push_str("</p>"),
            (true, false) => {}
            (false, true) => html.push_str("<br>"),
            (false, false) => html.push_str("<p>"),
        }
        open = !line.is_empty();
        for c in line.chars() {
            match c {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                _ => html.push(c),
            }
        }
    }
    if open {
        html.push_str("</p>");
    }
    html
}

/// The beginning of a text as one line of at most [`EXCERPT`] characters; `…` stands for what was cut.
#[must_use]
pub fn excerpt(text: &str) -> String {
    let words = text.split_whitespace().enumerate();
    let mut line = words.flat_map(|(n, word)| (n > 0).then_some(' ').into_iter().chain(word.chars()));
    let mut start: String = line.by_ref().take(EXCERPT - 1).collect();
    match (line.next(), line.next()) {
        (None, _) => {}
        (Some(last), None) => start.push(last),
        (Some(_), Some(_)) => {
            start.truncate(start.trim_end().len());
            start.push('…');
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_never_markup() {
        assert_eq!(plain_html("<b>&amp;</b>"), "<p>&lt;b&gt;&amp;amp;&lt;/b&gt;</p>");
        assert_eq!(plain_html(""), "");
    }

    #[test]
    fn blank_lines_part_paragraphs_and_line_breaks_stay() {
        assert_eq!(plain_html("a\r\nb\n \n\n\nc\n"), "<p>a<br>b</p><p>c</p>");
    }

    #[test]
    fn an_excerpt_is_one_line() {
        assert_eq!(excerpt(" 今天\n\n 天气\t好 "), "今天 天气 好");
        assert_eq!(excerpt(" \n "), "");
    }

    #[test]
    fn an_excerpt_is_cut_at_its_length() {
        let whole = "长".repeat(EXCERPT);
        assert_eq!(excerpt(&whole), whole);
        let cut = format!("{}…", "长".repeat(EXCERPT - 1));
        assert_eq!(excerpt(&format!("{whole}!")), cut);
        // A cut that would leave nothing of the next word ends at the word before.
        let before = "b".repeat(EXCERPT - 1);
        assert_eq!(excerpt(&format!("{before} next")), format!("{before}…"));
        for (first, second) in [(1, 300), (197, 5), (198, 5), (199, 1), (200, 1), (150, 49), (150, 50)] {
            let text = format!("{} {}", "a".repeat(first), "b".repeat(second));
            let cut = excerpt(&text);
            let whole = first + 1 + second <= EXCERPT;
            assert!(cut.chars().count() <= EXCERPT, "{first} {second}");
            assert_eq!((cut == text, cut.ends_with('…')), (whole, !whole), "{first} {second}");
        }
    }
}
