//! What is wrong with a field, in words.

use forum_domain::error::FieldError;

use super::{Text, text};
use crate::language::Language;

/// A code's words: with the bounds that it can name, and without.
struct Words {
    code: &'static str,
    bounded: Text,
    plain: Text,
}

/// Words that name no bounds.
const fn words(code: &'static str, chinese: &'static str, english: &'static str) -> Words {
    Words { code, bounded: text(chinese, english), plain: text(chinese, english) }
}

const WORDS: &[Words] = &[
    words("required", "此项必填。", "This is required."),
    words("type", "类型不正确。", "This is of the wrong type."),
    words("unknown_field", "没有这个字段。", "There is no such field."),
    words("null", "此项不能为 null。", "This cannot be null."),
    Words {
        code: "too_short",
        bounded: text("至少需要 {min} 个字符。", "This needs at least {min} characters."),
        plain: text("内容过短。", "This is too short."),
    },
    Words {
        code: "too_long",
        bounded: text("最多 {max} 个字符。", "This may have at most {max} characters."),
        plain: text("内容过长。", "This is too long."),
    },
    Words {
        code: "out_of_range",
        bounded: text("须在 {min} 到 {max} 之间。", "This must be from {min} to {max}."),
        plain: text("超出了允许的范围。", "This is outside the range that is allowed."),
    },
    words("not_allowed", "不允许使用这个值。", "This value is not allowed."),
    words("malformed", "格式不正确。", "This is not in the right form."),
    words(
        "control_characters",
        "含有不允许的控制字符或不可见字符。",
        "This has control or invisible characters.",
    ),
    words("common", "这个密码过于常见，请换一个。", "This password is too common: choose another."),
    words("refused_words", "含有本站不允许的词语。", "This has words that are not allowed here."),
    words("unknown", "所指的内容不存在。", "What this names does not exist."),
];

/// What is wrong with a field, in a sentence that can stand beside it.
#[must_use]
pub fn field_text(field: &FieldError, language: Language) -> String {
    let Some(words) = WORDS.iter().find(|words| words.code == field.code) else {
        return field.code.to_owned();
    };
    let bounded = words.bounded.of(language);
    let put = |text: String, name: &str, bound: Option<i64>| match bound {
        Some(bound) => Some(text.replace(name, &bound.to_string())),
        None => (!text.contains(name)).then_some(text),
    };
    put(bounded.to_owned(), "{min}", field.min)
        .and_then(|text| put(text, "{max}", field.max))
        .unwrap_or_else(|| words.plain.of(language).to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn said(code: &'static str, min: Option<i64>, max: Option<i64>) -> [String; 2] {
        Language::ALL
            .map(|language| field_text(&FieldError { pointer: "/name".into(), code, min, max }, language))
    }

    #[test]
    fn every_code_has_words_and_no_words_are_left_over() {
        let codes: BTreeSet<&str> = forum_domain::error::FIELD_CODES.iter().copied().collect();
        let known: BTreeSet<&str> = WORDS.iter().map(|words| words.code).collect();
        assert_eq!(known, codes);
        assert_eq!(known.len(), WORDS.len(), "words stand twice");
    }

    #[test]
    fn bounds_are_named_where_they_are_known() {
        assert_eq!(
            said("too_long", Some(1), Some(32)),
            ["最多 32 个字符。", "This may have at most 32 characters."]
        );
        assert_eq!(
            said("out_of_range", Some(1), Some(100)),
            ["须在 1 到 100 之间。", "This must be from 1 to 100."]
        );
    }

    #[test]
    fn no_placeholder_is_ever_shown() {
        for code in forum_domain::error::FIELD_CODES {
            for (min, max) in [(None, None), (Some(1), None), (None, Some(2)), (Some(1), Some(2))] {
                for text in said(code, min, max) {
                    assert!(!text.contains(['{', '}']) && text != *code, "{code} {min:?} {max:?}: {text}");
                }
            }
        }
        assert_eq!(said("out_of_range", None, None)[1], "This is outside the range that is allowed.");
    }
}
