//! Rules about mobiles, passwords and nicknames.

use std::{collections::HashSet, sync::LazyLock};

use phonenumber::{Mode, Type, country};
use unicode_normalization::UnicodeNormalization;

use crate::{error::Flaw, policy::Policy};

use super::Password;

/// The passwords that people try first: the list that Django ships (see `common_passwords.md`).
static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether this is the ISO 3166 code of a country whose numbers we know.
pub(crate) fn is_country(code: &str) -> bool {
    code.parse::<country::Id>().is_ok()
}

pub(super) fn mobile(text: &str, policy: &Policy) -> Result<String, Flaw> {
    let malformed = Flaw::new("malformed");
    // Longer than any spelling of a number: refused before it is parsed.
    if text.len() > 64 {
        return Err(malformed);
    }
    let text: String = text.nfkc().collect();
    let text = text.trim();
    if !text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')')) {
        return Err(malformed);
    }
    let region = policy.allowed_countries.first().and_then(|code| code.parse::<country::Id>().ok());
    let number = phonenumber::parse(region, text).map_err(|_| malformed)?;
    // A number that is not valid is of no type.
    let kind = number.number_type(&phonenumber::metadata::DATABASE);
    if !matches!(kind, Type::Mobile | Type::FixedLineOrMobile) {
        return Err(malformed);
    }
    let home = number.country().id().map(|id| id.as_ref().to_owned());
    if !home.is_some_and(|home| policy.allowed_countries.contains(&home)) {
        return Err(Flaw::new("not_allowed"));
    }
    Ok(number.format().mode(Mode::E164).to_string())
}

/// The national number with all but its first three and last four digits hidden. A country code of
/// another length than China's leaves fewer digits visible, never more.
pub(super) fn masked(e164: &str) -> String {
    let national = e164.strip_prefix("+86").unwrap_or_else(|| e164.trim_start_matches('+'));
    let digits: Vec<char> = national.chars().collect();
    match digits.as_slice() {
        [a, b, c, .., w, x, y, z] if digits.len() >= 10 => format!("{a}{b}{c}****{w}{x}{y}{z}"),
        [.., y, z] => format!("****{y}{z}"),
        _ => "****".into(),
    }
}

/// Whether a nickname would be read as a mobile number, its own or another's: eleven digits that
/// start with 1, however they are grouped.
pub(super) fn reads_as_mobile(name: &str) -> bool {
    let digits: Vec<u32> = name.chars().filter_map(|c| c.to_digit(10)).collect();
    digits.windows(11).any(|run| run.first() == Some(&1))
}

pub(super) fn password(text: &str, policy: &Policy) -> Result<(), Flaw> {
    let bounds = |code| Flaw::range(code, i64::from(policy.password_min), Password::MAX as i64);
    // Bytes bound characters: 8 KiB are refused without being looked at.
    if text.len() > Password::MAX * 4 || text.chars().count() > Password::MAX {
        return Err(bounds("too_long"));
    }
    if text.chars().count() < policy.password_min as usize {
        return Err(bounds("too_short"));
    }
    if text.contains('\0') {
        return Err(Flaw::new("control_characters"));
    }
    if COMMON.contains(text.to_lowercase().as_str()) || text.chars().all(|c| text.starts_with(c)) {
        return Err(Flaw::new("common"));
    }
    Ok(())
}

pub(super) fn claimed_password(text: &str) -> Result<(), Flaw> {
    let bounds = |code| Flaw::range(code, 1, Password::MAX as i64);
    if text.is_empty() {
        return Err(bounds("too_short"));
    }
    if text.len() > Password::MAX * 4 || text.chars().count() > Password::MAX {
        return Err(bounds("too_long"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Mobile, Nickname, UserCard};
    use crate::testing::{user, user_id};

    fn parsed(text: &str, policy: &Policy) -> Result<String, &'static str> {
        Mobile::parse(text, policy).map(|mobile| mobile.as_str().to_owned()).map_err(|flaw| flaw.code)
    }

    fn countries(codes: &[&str]) -> Policy {
        Policy { allowed_countries: codes.iter().map(|code| (*code).into()).collect(), ..Policy::default() }
    }

    #[test]
    fn every_spelling_of_a_mobile_is_one_number() {
        for text in [
            "13800000000",
            "+8613800000000",
            "８６１３８００００００００",
            "＋８６ １３８ ００００ ００００",
            "+86 138-0000-0000",
            "(+86) 138 0000 0000",
            "0086 13800000000",
            "\u{3000}138 0000\u{A0}0000 ",
        ] {
            assert_eq!(parsed(text, &Policy::default()).as_deref(), Ok("+8613800000000"), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_mobile_is_malformed() {
        for text in [
            "",
            " ",
            "+",
            "110",
            "1380000000",
            "138000000000",
            "12300000000",
            "010 1234 5678",
            "+86 10 1234 5678",
            "400 800 1234",
            "138x0000000",
            "13800000000;ext=1",
            "13800000000\0",
            "138\n00000000",
            "'; DROP TABLE users; --",
        ] {
            assert_eq!(parsed(text, &Policy::default()), Err("malformed"), "{text:?}");
        }
    }

    #[test]
    fn an_absurdly_long_mobile_is_refused_unread() {
        assert_eq!(parsed(&format!("{}13800000000", " ".repeat(64)), &Policy::default()), Err("malformed"));
        assert_eq!(parsed(&"1".repeat(1 << 20), &Policy::default()), Err("malformed"));
    }

    #[test]
    fn mobiles_of_other_countries_need_to_be_listed() {
        for text in ["+85291234567", "+14155552671", "+447400123456"] {
            assert_eq!(parsed(text, &Policy::default()), Err("not_allowed"), "{text}");
        }
        let policy = countries(&["CN", "HK"]);
        assert_eq!(parsed("+852 9123 4567", &policy).as_deref(), Ok("+85291234567"));
        assert_eq!(parsed("+14155552671", &policy), Err("not_allowed"));
        // One calling code, several countries.
        assert_eq!(parsed("+1 604 250 1234", &countries(&["US"])), Err("not_allowed"));
    }

    #[test]
    fn national_numbers_are_of_the_first_country_listed() {
        let policy = countries(&["HK", "CN"]);
        assert_eq!(parsed("9123 4567", &policy).as_deref(), Ok("+85291234567"));
        assert_eq!(parsed("9123 4567", &countries(&["CN", "HK"])), Err("malformed"));
    }

    #[test]
    fn a_masked_mobile_hides_at_least_four_digits() {
        for (e164, shown) in [
            ("+8613800000000", "138****0000"),
            ("+8613812345678", "138****5678"),
            ("+85291234567", "852****4567"),
            ("+4512345678", "451****5678"),
            ("+290123456", "****56"),
            ("+1", "****"),
            ("", "****"),
        ] {
            assert_eq!(masked(e164), shown);
        }
    }

    #[test]
    fn neither_debug_nor_a_card_shows_a_mobile() {
        let user = user();
        assert_eq!(format!("{:?}", user.mobile), "Mobile(138****0000)");
        assert!(!format!("{user:?}").contains("13800000000"));
        assert_eq!(user.card().nickname, "138****0000");
    }

    #[test]
    fn a_card_is_named_by_the_nickname_the_masked_mobile_or_the_deletion() {
        let card = |nickname, mobile| UserCard::stored(user_id(1), nickname, mobile, Some("key".into()));
        assert_eq!(card(Some("小王"), Some("+8613800000000")).nickname, "小王");
        assert_eq!(card(None, Some("+8613800000000")).nickname, "138****0000");
        let deleted = card(Some("小王"), None);
        assert!(deleted.deleted && deleted.nickname != "小王" && deleted.avatar_key.is_none());
    }

    #[test]
    fn nicknames_are_brought_to_one_form() {
        let nickname = |text: &str| Nickname::parse(text).map(|name| name.as_str().to_owned());
        assert_eq!(nickname(" Ａｄａ　①号 "), Ok("Ada 1号".into()));
        assert_eq!(nickname(&"好".repeat(32)), Ok("好".repeat(32)));
        assert_eq!(nickname(&"好".repeat(33)), Err(Flaw::range("too_long", 1, 32)));
        assert_eq!(nickname("\u{3000}").unwrap_err().code, "too_short");
    }

    #[test]
    fn nicknames_hide_and_deceive_with_nothing() {
        for bad in ["a\u{200B}da", "\u{202E}ada", "a\u{2066}b", "ada\u{0007}", "a\nb", "a\0", "\u{2800}"] {
            assert_eq!(Nickname::parse(bad).unwrap_err().code, "control_characters", "{bad:?}");
        }
    }

    #[test]
    fn nicknames_that_look_alike_share_a_skeleton() {
        let skeleton = |text| Nickname::parse(text).unwrap().skeleton();
        for (one, other) in [("admin", "ADMIN"), ("admin", "аdmin"), ("Adrnin", "Admin"), ("A d a", "ada")] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert_ne!(skeleton("ada"), skeleton("eda"));
    }

    #[test]
    fn nicknames_that_read_as_a_mobile_are_refused() {
        for bad in [
            "13800000000",
            "我是138 0000 0000",
            "1-3-8-0-0-0-0-0-0-0-0",
            "１３８００００００００",
            "+8613800000000",
        ] {
            assert_eq!(Nickname::parse(bad).unwrap_err().code, "not_allowed", "{bad}");
        }
        for fine in ["138****0000", "1380000000", "23800000000", "老王2024"] {
            assert!(Nickname::parse(fine).is_ok(), "{fine}");
        }
    }

    #[test]
    fn chosen_passwords_keep_to_their_bounds() {
        let policy = Policy::default();
        let choose = |text: &str| Password::choose(text, &policy).map(|chosen| chosen.expose().to_owned());
        assert_eq!(choose("a1b2c3d"), Err(Flaw::range("too_short", 8, 128)));
        assert_eq!(choose("密码也要八个字呀"), Ok("密码也要八个字呀".into()));
        assert_eq!(choose(&"ab".repeat(64)), Ok("ab".repeat(64)));
        assert_eq!(choose(&"好坏".repeat(64)), Ok("好坏".repeat(64)));
        assert_eq!(choose(&format!("{}c", "ab".repeat(64))), Err(Flaw::range("too_long", 8, 128)));
        assert_eq!(choose(&"x".repeat(8 << 10)).unwrap_err().code, "too_long");
    }

    #[test]
    fn passwords_are_neither_trimmed_nor_cut_nor_normalised() {
        let policy = Policy::default();
        let choose = |text: &str| Password::choose(text, &policy).unwrap();
        let hundred = "abcde".repeat(20);
        assert_ne!(choose(&format!("{}x", &hundred[..99])), choose(&format!("{}y", &hundred[..99])));
        assert_eq!(choose(" ｐass word ").expose(), " ｐass word ");
    }

    #[test]
    fn passwords_that_many_have_are_refused_in_any_case() {
        for common in ["password", "PassWord", "12345678", "iloveyou1", "aaaaaaaa", "啊啊啊啊啊啊啊啊"]
        {
            assert_eq!(Password::choose(common, &Policy::default()).unwrap_err().code, "common", "{common}");
        }
    }

    #[test]
    fn a_nul_is_no_part_of_a_password() {
        let flaw = Password::choose("abcdefg\0h", &Policy::default()).unwrap_err();
        assert_eq!(flaw.code, "control_characters");
    }

    #[test]
    fn a_claimed_password_is_refused_only_if_none_could_be_it() {
        assert_eq!(Password::claim("").unwrap_err().code, "too_short");
        assert_eq!(Password::claim(&"x".repeat(129)).unwrap_err().code, "too_long");
        assert_eq!(Password::claim(&"x".repeat(8 << 10)).unwrap_err().code, "too_long");
        for old in ["1", "password", "a b"] {
            assert_eq!(Password::claim(old).unwrap().expose(), old);
        }
    }

    #[test]
    fn debug_shows_no_password() {
        assert_eq!(format!("{:?}", Password::claim("secret").unwrap()), "Password(…)");
    }
}
