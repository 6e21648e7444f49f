//! Markdown: CommonMark with tables, strikethrough and task lists.

use pulldown_cmark::{Event, Options, Parser, html};

/// Its HTML, not sanitised: HTML within it stays as it is. A task's box is a character, since a form's
/// control has no place in a text.
pub(super) fn html(source: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(source, options).map(|event| match event {
        Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
        event => event,
    });
    let mut html = String::with_capacity(source.len() + source.len() / 2);
    html::push_html(&mut html, events);
    html
}
