//! Makes of any HTML one that is quick to parse: well nested, not deep, of known elements only.
//!
//! A parser by the standard repairs what is badly nested, and its repairs can be made to cost a thousand
//! times what they repair: an element searches all that are open, and unclosed formatting is repeated in
//! every paragraph and row that follows. So the tokens are nested here first, by those rules of the standard
//! that well-meant HTML relies on, and the parser finds nothing to repair. This is no sanitiser: that one
//! comes after it, and trusts it in nothing.

use html5gum::emitters::callback::CallbackEvent;

use super::{
    policy::{DROPPED, element},
    tokens,
};

/// How deep elements may nest. The tags of deeper ones go, their content stays.
pub(super) const DEPTH: usize = 100;

const VOID: &[&str] = &["br", "col", "hr", "img", "wbr"];
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
/// What ends an open paragraph.
const BLOCKS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
];
/// What ends no item of a list that is open around it, and lets no item within end one.
const ITEM_STOPS: &[&str] = &[
    "article",
    "aside",
    "blockquote",
    "caption",
    "center",
    "dd",
    "details",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "li",
    "ol",
    "pre",
    "section",
    "summary",
    "table",
    "td",
    "th",
    "ul",
];
/// Nothing within these closes what is open around them.
const WALLS: &[&str] = &["caption", "table", "td", "th"];
/// What holds parts of a table, and no text.
const FRAMES: &[&str] = &["colgroup", "table", "tbody", "tfoot", "thead", "tr"];

/// HTML that means the same, well nested. Takes time linear in its length.
pub(super) fn tidy(html: &str) -> String {
    let mut tidier = Tidier { html: String::with_capacity(html.len()), ..Tidier::default() };
    tokens::each(html, |event| tidier.take(event));
    tidier.close_to(0);
    tidier.html
}

#[derive(Default)]
struct Tidier {
    html: String,
    /// The elements that are open, outermost first.
    open: Vec<&'static str>,
    /// The tag that is being read, if it may stand.
    tag: Option<Tag>,
    /// The element whose content is being dropped.
    dropping: Option<&'static str>,
}

struct Tag {
    name: &'static str,
    may_bear: &'static [&'static str],
    attributes: Vec<(&'static str, String)>,
    /// Whether the last attribute that was read is one of these.
    bears: bool,
}

impl Tidier {
    fn take(&mut self, event: CallbackEvent<'_>) {
        match event {
            CallbackEvent::EndTag { name }
                if self.dropping.is_some_and(|dropping| dropping.as_bytes() == name) =>
            {
                self.dropping = None;
            }
            _ if self.dropping.is_some() => {}
            CallbackEvent::OpenStartTag { name } => {
                self.dropping = DROPPED.iter().copied().find(|dropped| dropped.as_bytes() == name);
                self.tag = element(name).map(|(name, may_bear)| Tag {
                    name,
                    may_bear,
                    attributes: Vec::new(),
                    bears: false,
                });
            }
            CallbackEvent::AttributeName { name } => self.tag.iter_mut().for_each(|tag| tag.name(name)),
            CallbackEvent::AttributeValue { value } => self.tag.iter_mut().for_each(|tag| tag.value(value)),
            CallbackEvent::CloseStartTag { .. } => {
                if let Some(tag) = self.tag.take() {
                    self.start(&tag);
                }
            }
            CallbackEvent::EndTag { name } => {
                if let Some((name, _)) = element(name) {
                    self.end(name);
                }
            }
            CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value)),
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = tag.name;
        let frame: Option<&[&str]> = match name {
            "td" | "th" => Some(&["tr", "tbody", "tfoot", "thead", "table"]),
            "tr" => Some(&["tbody", "tfoot", "thead", "table"]),
            "col" => Some(&["colgroup", "table"]),
            "caption" | "colgroup" | "tbody" | "tfoot" | "thead" => Some(&["table"]),
            _ => None,
        };
        if let Some(frame) = frame {
            let Some(frame) = self.within(frame, &[]) else { return };
            self.close_to(frame + 1);
        } else {
            self.leave_frame();
            self.close_implied(name);
        }
        let void = VOID.contains(&name);
        // A table that stands has room for its cells, so that nothing ever stands between them.
        let room = if name == "table" { DEPTH - 4 } else { DEPTH };
        if !void && self.open.len() >= room {
            return;
        }
        self.html.push('<');
        self.html.push_str(name);
        for (name, value) in &tag.attributes {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            self.escaped(value);
            self.html.push('"');
        }
        self.html.push('>');
        if !void {
            self.open.push(name);
        }
    }

    /// Closes what a start tag ends without an end tag of its own.
    fn close_implied(&mut self, name: &str) {
        let item: &[&str] = match name {
            "li" => &["li"],
            "dd" | "dt" => &["dd", "dt"],
            _ => &[],
        };
        if let Some(at) = self.within(item, ITEM_STOPS) {
            self.close_to(at);
        }
        if BLOCKS.contains(&name)
            && let Some(at) = self.within(&["p"], WALLS)
        {
            self.close_to(at);
        }
        let sibling: &[&str] = match name {
            "rp" | "rt" => &["rp", "rt"],
            _ if HEADINGS.contains(&name) => HEADINGS,
            _ => &[],
        };
        if self.open.last().is_some_and(|open| sibling.contains(open)) {
            self.close_to(self.open.len() - 1);
        }
        if name == "a"
            && let Some(at) = self.within(&["a"], WALLS)
        {
            self.close_to(at);
        }
    }

    fn end(&mut self, name: &'static str) {
        let stops: &[&str] = match name {
            "table" => &[],
            "caption" | "colgroup" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr" => &["table"],
            "li" => &["caption", "ol", "table", "td", "th", "ul"],
            _ => WALLS,
        };
        if let Some(at) = self.within(&[name], stops) {
            self.close_to(at);
        }
    }

    fn text(&mut self, text: &str) {
        // A parser takes one line break from the beginning of `pre`, each time that it reads it.
        let text = if self.html.ends_with("<pre>") { text.trim_start_matches(['\n', '\r']) } else { text };
        if !text.trim().is_empty() {
            self.leave_frame();
        }
        self.escaped(text);
    }

    /// Opens a cell if what comes would stand between cells.
    fn leave_frame(&mut self) {
        if self.open.last() == Some(&"colgroup") {
            self.close_to(self.open.len() - 1);
        }
        if self.open.last().is_some_and(|open| FRAMES.contains(open)) {
            self.html.push_str("<td>");
            self.open.push("td");
        }
    }

    /// Where the innermost of these is open, unless one of `stops` is open within it.
    fn within(&self, names: &[&str], stops: &[&str]) -> Option<usize> {
        let innermost = self.open.iter().rposition(|open| names.contains(open) || stops.contains(open))?;
        names.contains(&self.open[innermost]).then_some(innermost)
    }

    /// Closes all but the outermost `length` elements.
    fn close_to(&mut self, length: usize) {
        for name in self.open.drain(length..).rev() {
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                '\0' => {}
                _ => self.html.push(c),
            }
        }
    }
}

impl Tag {
    fn name(&mut self, name: &[u8]) {
        let known = self.may_bear.iter().copied().find(|known| known.as_bytes() == name);
        // The first of two counts.
        let known = known.filter(|known| self.attributes.iter().all(|(name, _)| name != known));
        self.bears = known.is_some();
        self.attributes.extend(known.map(|name| (name, String::new())));
    }

    fn value(&mut self, value: &[u8]) {
        if self.bears
            && let Some((_, own)) = self.attributes.last_mut()
        {
            own.push_str(&String::from_utf8_lossy(value));
        }
    }
}
