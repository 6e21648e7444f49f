//! What posts say, in each of the formats.

use forum_domain::content::Format;

use super::{
    dice::Dice,
    language::{Languages, Topic},
};

/// A piece of a text.
enum Piece<'a> {
    Paragraph(String),
    Heading(String),
    List(Vec<String>),
    Quote(String),
    Code(&'a str),
    /// The address of an image.
    Picture(&'a str),
}

/// A format as posts have them: most by an editor, some plain.
pub(super) fn format(dice: &mut Dice) -> Format {
    match dice.below(100) {
        0..40 => Format::Html,
        40..75 => Format::Markdown,
        _ => Format::Plain,
    }
}

/// How somebody speaks: by which lists he begins and ends, and how much he says between.
pub(super) struct Voice {
    opening: &'static str,
    closing: &'static str,
    /// Fewer further paragraphs than this.
    length: u64,
}

/// Of posts.
pub(super) const TELLING: Voice = Voice { opening: "opening", closing: "closing", length: 5 };
/// Of questions.
pub(super) const ASKING: Voice = Voice { opening: "ask_opening", closing: "ask_closing", length: 4 };
/// Of answers.
pub(super) const ANSWERING: Voice = Voice { opening: "answer_opening", closing: "answer_closing", length: 3 };

/// A body: some paragraphs and, where the format has them, headings, lists, quotes and code.
pub(super) fn body(
    languages: &Languages,
    voice: &Voice,
    topic: Topic,
    format: Format,
    dice: &mut Dice,
) -> String {
    let mut speaker = Speaker { languages, topic, dice, said: Vec::new() };
    let mut pieces = vec![Piece::Paragraph(
        [speaker.say(voice.opening), speaker.sentences(2).join(topic.gap())].join(topic.gap()),
    )];
    for _ in 0..speaker.dice.below(voice.length) {
        match (format, speaker.dice.below(10)) {
            (Format::Plain, _) | (_, 0..5) => {}
            (_, 5..7) => pieces.push(Piece::Heading(speaker.say("heading"))),
            (_, 7..9) => {
                let items = 2 + speaker.dice.index(4);
                pieces.push(Piece::List(speaker.sentences(items)));
                continue;
            }
            _ => match languages.code(topic, speaker.dice) {
                Some(code) => pieces.push(Piece::Code(code)),
                None => pieces.push(Piece::Quote(speaker.say("quote"))),
            },
        }
        let sentences = 2 + speaker.dice.index(4);
        pieces.push(Piece::Paragraph(speaker.sentences(sentences).join(topic.gap())));
    }
    pieces.push(Piece::Paragraph(speaker.say(voice.closing)));
    write(&pieces, format)
}

/// Somebody who seldom says the same again.
struct Speaker<'a> {
    languages: &'a Languages,
    topic: Topic,
    dice: &'a mut Dice,
    said: Vec<String>,
}

impl Speaker<'_> {
    fn say(&mut self, list: &str) -> String {
        let mut text = self.languages.say(list, self.topic, self.dice);
        for _ in 0..6 {
            if !self.said.contains(&text) {
                break;
            }
            text = self.languages.say(list, self.topic, self.dice);
        }
        self.said.push(text.clone());
        text
    }

    fn sentences(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.say("sentence")).collect()
    }
}

/// A body with a paragraph more.
pub(super) fn with_addition(body: &str, addition: String, format: Format) -> String {
    let parted = if format == Format::Html { "\n" } else { "\n\n" };
    format!("{body}{parted}{}", write(&[Piece::Paragraph(addition)], format))
}

/// A body with the image of this address at its end. Plain text shows none.
pub(super) fn with_picture(body: &str, address: &str, format: Format) -> String {
    let parted = if format == Format::Html { "\n" } else { "\n\n" };
    format!("{body}{parted}{}", write(&[Piece::Picture(address)], format))
}

fn write(pieces: &[Piece<'_>], format: Format) -> String {
    let written: Vec<String> = pieces
        .iter()
        .map(|piece| match format {
            Format::Html => html(piece),
            Format::Markdown => markdown(piece),
            Format::Plain => plain(piece),
        })
        .collect();
    written.join(if format == Format::Html { "\n" } else { "\n\n" })
}

fn html(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Paragraph(text) => format!("<p>{}</p>", escaped(text)),
        Piece::Heading(text) => format!("<h2>{}</h2>", escaped(text)),
        Piece::List(items) => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>", escaped(item))).collect();
            format!("<ul>{items}</ul>")
        }
        Piece::Quote(text) => format!("<blockquote><p>{}</p></blockquote>", escaped(text)),
        Piece::Code(text) => format!("<pre><code>{}</code></pre>", escaped(text)),
        Piece::Picture(address) => format!("<p><img src=\"{address}\" alt=\"\"></p>"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn markdown(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Paragraph(text) => text.clone(),
        Piece::Heading(text) => format!("## {text}"),
        Piece::List(items) => items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n"),
        Piece::Quote(text) => format!("> {text}"),
        Piece::Code(text) => format!("```\n{text}\n```"),
        Piece::Picture(address) => format!("![]({address})"),
    }
}

fn plain(piece: &Piece<'_>) -> String {
    match piece {
        Piece::Paragraph(text) | Piece::Heading(text) | Piece::Quote(text) => text.clone(),
        Piece::List(items) => items.join("\n"),
        Piece::Code(text) | Piece::Picture(text) => (*text).to_owned(),
    }
}
