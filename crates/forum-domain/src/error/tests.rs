//! Codes, kinds and flaws.

use std::collections::HashMap;

use super::*;
use crate::{
    account::AccountError, code::CodeError, hook::Veto, like::LikeError, post::PostError, session::AuthError,
    testing::down,
};

#[test]
fn a_code_means_one_kind_wherever_it_stands() {
    let mut kinds = HashMap::new();
    for (code, kind) in CODES.iter().copied().flatten() {
        assert_eq!(kinds.entry(*code).or_insert(*kind), kind, "{code}");
    }
}

#[test]
fn codes_are_lower_case_and_say_what_they_are_about() {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    for (code, _) in CODES.iter().copied().flatten() {
        assert!(code.split_once('.').is_some_and(|(noun, what)| word(noun) && word(what)), "{code}");
    }
}

#[test]
fn an_error_inside_another_keeps_its_code_kind_wait_and_fields() {
    let retry_after = Duration::from_secs(7);
    let limited = AccountError::from(AuthError::from(CodeError::TooManyCodes { retry_after }));
    assert_eq!((limited.code(), limited.kind()), ("code.too_many", Kind::Limited));
    assert_eq!(limited.retry_after(), Some(retry_after));
    let invalid = AccountError::from(AuthError::from(Invalid::range("/limit", 1, 100)));
    assert_eq!((invalid.code(), invalid.kind()), ("request.invalid", Kind::Invalid));
    assert_eq!(invalid.fields().len(), 1);
}

#[test]
fn a_hooks_message_is_shown_through_whatever_error_it_stands_in() {
    let vetoed = LikeError::from(PostError::from(Veto::new("house.no_selling", "这里不是市场")));
    assert_eq!((vetoed.code(), vetoed.kind()), ("house.no_selling", Kind::Forbidden));
    assert_eq!(vetoed.message(), Some("这里不是市场"));
    assert_eq!(LikeError::OwnContent.message(), None);
}

#[test]
fn a_port_that_fails_comes_right_by_itself_unless_it_is_broken() {
    let told = |error: PortError| {
        let error = AccountError::from(error);
        (error.code(), error.kind(), error.retry_after())
    };
    let soon = Some(Duration::from_secs(1));
    assert_eq!(told(down()), ("server.unavailable", Kind::Unavailable, soon));
    assert_eq!(told(PortError::Busy), ("server.busy", Kind::Unavailable, soon));
    assert_eq!(told(PortError::broken("a row without id")), ("server.error", Kind::Internal, None));
}

#[test]
fn every_flaw_is_told_with_its_numbers() {
    let mut check = Check::default();
    let one = check.field::<()>("/one", Err(Flaw::range("too_long", 1, 9)));
    let two = check.field("/two", Ok(2));
    let three = check.field::<()>("/three", Err(Flaw::new("malformed")));
    let invalid = check.done((one, two, three)).unwrap_err();
    let told: Vec<_> = invalid.fields().iter().map(|f| (f.pointer.as_ref(), f.code, f.max)).collect();
    assert_eq!(told, [("/one", "too_long", Some(9)), ("/three", "malformed", None)]);
}

#[test]
fn nothing_is_done_while_a_flaw_was_noted() {
    let mut check = Check::default();
    let kept = check.field("/kept", Ok(1));
    check.field::<()>("/aside", Err(Flaw::new("required")));
    check.done((kept,)).unwrap_err();
}
