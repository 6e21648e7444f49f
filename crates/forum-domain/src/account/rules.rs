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
    if !phonenumber::is_valid(&number) {
        return Err(malformed);
    }
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
