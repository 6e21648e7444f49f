//! What may stand in HTML that is served: the elements, their attributes, and the values of these.
//!
//! What authors of forums need is kept: headings, lists, tables, quotes, code with its language, images,
//! links, and the few styles that carry meaning, which rich-text editors and Markdown tables can only say as
//! `style`: alignment, indent of Chinese paragraphs, underline and line-through. Colours, fonts and sizes
//! are the page's: they deceive (white on white), and they fail in a dark theme. Identifiers, names and
//! other classes are the page's as well: an author's would take the place of what its scripts look for.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use ammonia::{Builder, UrlRelative};
use url::Url;

/// The version of the policy. Raised whenever the same source would give other HTML than before: by a
/// change of this module, of how Markdown or plain text becomes HTML, or by an upgrade of a library that
/// sanitises or renders. Texts that are there are brought up to it by `forum admin resanitise`, so
/// the CHANGELOG says that it was raised.
pub const POLICY: i32 = 1;

/// What links say of themselves: the forum does not vouch for them.
const REL: &str = "nofollow ugc noopener";

/// The elements that may stand, each with the attributes that it may bear. Elements that format a phrase
/// bear none (but a language of `code`).
const ELEMENTS: &[(&[&str], &[&str])] = &[
    (&["a"], &["href", "title"]),
    (&["img"], &["src", "alt", "title", "width", "height"]),
    (&["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section"], &["align", "dir", "style"]),
    (&["span"], &["dir", "style"]),
    (&["code"], &["class"]),
    (&["abbr"], &["title"]),
    (&["ul"], &["dir"]),
    (&["ol"], &["dir", "start", "type"]),
    (&["li"], &["dir", "style", "value"]),
    (&["table"], &["align", "dir", "width"]),
    (&["tr"], &["align", "valign"]),
    (&["td", "th"], &["align", "colspan", "dir", "height", "rowspan", "style", "valign", "width"]),
    (&["col", "colgroup"], &["span", "width"]),
    (
        &[
            "article",
            "aside",
            "b",
            "bdi",
            "big",
            "br",
            "caption",
            "center",
            "cite",
            "dd",
            "del",
            "details",
            "dfn",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "footer",
            "header",
            "hr",
            "i",
            "ins",
            "kbd",
            "mark",
            "pre",
            "q",
            "rp",
            "rt",
            "ruby",
            "s",
            "samp",
            "small",
            "strike",
            "strong",
            "sub",
            "summary",
            "sup",
            "tbody",
            "tfoot",
            "thead",
            "tt",
            "u",
            "var",
            "wbr",
        ],
        &[],
    ),
];

/// The elements whose content goes with them: it is not what anybody wrote to be read.
pub(super) const DROPPED: &[&str] =
    &["iframe", "noembed", "noframes", "noscript", "script", "style", "title"];

/// Every declaration of style that may stand, as it is written.
const STYLES: &[(&str, &[&str])] = &[
    ("text-align", &["left", "center", "right", "justify"]),
    ("text-decoration", &["underline", "line-through"]),
    ("text-indent", &["2em"]),
];

/// An element that may stand, with the attributes that it may bear.
pub(super) fn element(name: &[u8]) -> Option<(&'static str, &'static [&'static str])> {
    ELEMENTS.iter().find_map(|(names, attributes)| {
        let known = names.iter().find(|known| known.as_bytes() == name)?;
        Some((*known, *attributes))
    })
}

/// The sanitiser of this policy.
pub(super) fn sanitiser() -> Builder<'static> {
    let elements =
        || ELEMENTS.iter().flat_map(|(names, attributes)| names.iter().map(move |n| (*n, *attributes)));
    let mut builder = Builder::new();
    builder
        .tags(elements().map(|(name, _)| name).collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .generic_attributes(HashSet::new())
        .tag_attributes(
            elements()
                .map(|(name, attributes)| (name, attributes.iter().copied().collect::<HashSet<_>>()))
                .collect::<HashMap<_, _>>(),
        )
        .set_tag_attribute_value("img", "loading", "lazy")
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::Custom(Box::new(relative)))
        .link_rel(Some(REL))
        .attribute_filter(attribute);
    builder
}

/// The value that an attribute keeps, if it may stay. That an address is of a scheme that may stand has been
/// seen to before.
fn attribute<'a>(element: &str, name: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let one_of = |known: &[&str]| known.iter().any(|known| value.eq_ignore_ascii_case(known));
    match (element, name) {
        ("img", "src") => {
            Url::parse(value).map_or(true, |url| url.scheme() != "mailto").then_some(value.into())
        }
        (_, "class") => language(value).map(Into::into),
        (_, "style") => style(value).map(Into::into),
        (_, "width" | "height") => size(value).map(Into::into),
        (_, "colspan" | "rowspan" | "span") => {
            value.parse::<u8>().is_ok_and(|n| (1..=100).contains(&n)).then_some(value.into())
        }
        (_, "start" | "value") => value.parse::<i32>().is_ok().then_some(value.into()),
        (_, "type") => matches!(value, "1" | "a" | "A" | "i" | "I").then_some(value.into()),
        (_, "align") => one_of(STYLES[0].1).then_some(value.into()),
        (_, "valign") => one_of(&["top", "middle", "bottom", "baseline"]).then_some(value.into()),
        (_, "dir") => one_of(&["ltr", "rtl", "auto"]).then_some(value.into()),
        _ => Some(value.into()),
    }
}

/// An address without a scheme: a path of this site stays, another host is asked by https, and what would
/// mean another thing on every page goes.
fn relative(address: &str) -> Option<Cow<'_, str>> {
    // As a browser reads it: `/\a.cn` and a tab between two slashes lead to another host, too.
    let page = Url::parse("https://page.invalid/").ok()?;
    let read = page.join(address).ok()?;
    if read.host() != page.host() {
        return Some(String::from(read).into());
    }
    address.starts_with('/').then_some(address.into())
}

/// The first class that names a language, for highlighting: `language-rust`.
fn language(classes: &str) -> Option<&str> {
    classes.split_ascii_whitespace().find(|class| {
        class.strip_prefix("language-").is_some_and(|name| {
            (1..=32).contains(&name.len())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'#' | b'-' | b'.' | b'_'))
        })
    })
}

/// Pixels or a percentage, of at most four digits.
fn size(value: &str) -> Option<&str> {
    let value = value.trim();
    let value = value.strip_suffix("px").unwrap_or(value);
    let digits = value.strip_suffix('%').unwrap_or(value);
    ((1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(value)
}

/// What of a style may stand, in the words of [`STYLES`]. This reads no CSS: what is not literally in that
/// table goes.
fn style(value: &str) -> Option<String> {
    let declared: Vec<(&str, &str)> = value
        .split(';')
        .filter_map(|declaration| declaration.split_once(':'))
        .map(|(property, value)| (property.trim(), value.trim()))
        .collect();
    let kept: Vec<String> = STYLES
        .iter()
        .filter_map(|(property, known)| {
            // The last counts, as in CSS.
            let (_, value) = declared.iter().rfind(|(name, _)| name.eq_ignore_ascii_case(property))?;
            let value = known.iter().find(|known| value.eq_ignore_ascii_case(known))?;
            Some(format!("{property}:{value}"))
        })
        .collect();
    (!kept.is_empty()).then(|| kept.join(";"))
}
