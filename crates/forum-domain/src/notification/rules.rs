//! Rules about notifications: whom a text mentions, and how long they are kept.

use crate::text::skeleton;

/// How many mentions of one text are told.
pub const MENTIONS: usize = 20;

/// The longest name, in characters.
const LONGEST_NAME: usize = 32;

/// How many notifications a resumed stream is sent; with more the client is told to read the list anew.
pub const RESUMED: u32 = 100;

/// How long notifications are kept once they are read, in days.
pub const READ_KEPT_DAYS: i64 = 90;

/// How long any is kept, in days.
pub const KEPT_DAYS: i64 = 365;

/// How many users are told at a time what the site says.
pub const ANNOUNCED_AT_ONCE: u32 = 500;

/// The skeletons of the names that each mention of a text may mean, the longest first: `@` and a name,
/// followed by white space, punctuation or the end. A name may have either in it, so where it ends only
/// a look at the names there are can tell. The text is HTML; tags end a name.
#[must_use]
pub fn mentions(html: &str) -> Vec<Vec<String>> {
    let text: Vec<char> = visible_text(html).chars().collect();
    let mut found = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, c)| matches!(c, '@' | '＠')) {
        let rest: Vec<char> =
            text.iter().skip(at + 1).take_while(|c| !matches!(c, '\n' | '@' | '＠')).copied().collect();
        let ends = (1..=rest.len().min(LONGEST_NAME)).rev();
        let ended = ends.filter(|end| rest.get(*end).is_none_or(|next| separates(*next)));
        let mut names: Vec<String> = Vec::new();
        for end in ended {
            let name: String = rest.iter().take(end).collect();
            let skeleton = skeleton(name.trim());
            if !skeleton.is_empty() && !names.contains(&skeleton) {
                names.push(skeleton);
            }
        }
        if !names.is_empty() && !found.contains(&names) {
            found.push(names);
        }
        if found.len() == MENTIONS {
            break;
        }
    }
    found
}

/// White space or punctuation: whatever is neither a letter, a digit nor a mark of one.
fn separates(c: char) -> bool {
    !(c.is_alphanumeric() || c == '_')
}

/// What HTML shows, its blocks as lines. What is sanitised is well-formed, so this needs no parser.
fn visible_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let end = if from.starts_with('<') { '>' } else { ';' };
        let Some(close) = from.find(end) else { break };
        let (inside, after) = from.split_at(close + 1);
        match inside {
            "&amp;" => text.push('&'),
            "&lt;" => text.push('<'),
            "&gt;" => text.push('>'),
            "&quot;" => text.push('"'),
            "&#39;" => text.push('\''),
            "&nbsp;" => text.push(' '),
            _ => text.push('\n'),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}
