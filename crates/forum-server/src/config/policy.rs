//! The policy as keys: `[policy]` in `forum.toml`, `FORUM_POLICY__<NAME>` in the environment.

use forum_domain::Policy;

/// Reads and writes the policy's numbers by their names.
macro_rules! numbers {
    ($($field:ident)+) => {
        const NUMBERS: &[&str] = &[$(concat!("policy.", stringify!($field))),+];

        fn number<'a>(policy: &'a mut Policy, name: &str) -> Option<&'a mut u32> {
            match name {
                $(concat!("policy.", stringify!($field)) => Some(&mut policy.$field),)+
                _ => None,
            }
        }
    };
}

numbers! {
    code_length
    code_ttl_seconds
    code_max_attempts
    code_resend_seconds
    codes_per_mobile_per_day
    codes_per_ip_per_hour
    codes_per_day
    password_min
    access_token_seconds
    refresh_token_days
    refresh_grace_seconds
    login_free_attempts
    login_max_delay_seconds
    join_cooldown_hours
    join_request_expiry_days
    invites_per_group
    likes_per_day
    likes_per_author_per_day
    comment_max
    body_max
    answer_max
    question_images_max
    media_max_bytes
    argon2_memory_kib
    argon2_iterations
    argon2_parallelism
    hot_refresh_seconds
    report_mute_days
    report_suspend_days
    streams_per_user
}

/// The keys of the policy that are no numbers.
const COUNTRIES: &str = "policy.allowed_countries";
const TIMEZONE: &str = "policy.day_timezone";
/// More than the other numbers can be.
const QUOTA: &str = "policy.media_quota_bytes";

/// The names of the policy's keys.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NUMBERS.iter().copied().chain([COUNTRIES, TIMEZONE, QUOTA])
}

/// The name as a constant, if it is one of the policy's.
pub(super) fn name(name: &str) -> Option<&'static str> {
    names().find(|known| *known == name)
}

/// What one of the policy's keys is for.
pub(super) fn help(name: &str) -> &'static str {
    match name {
        COUNTRIES => "countries whose mobiles may register, the first being the default",
        QUOTA => "bytes that all uploads of a user may take together",
        TIMEZONE => "where the day of the like quotas begins and ends, as an IANA time zone",
        _ => "a number of the rules",
    }
}

/// Sets one of the policy's keys.
///
/// # Errors
/// What is allowed.
pub(super) fn set(policy: &mut Policy, name: &str, value: &[String]) -> Result<(), String> {
    if name == COUNTRIES {
        let codes: Vec<String> = value.iter().map(|code| code.to_ascii_uppercase()).collect();
        if codes.iter().any(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err("a comma-separated list of two-letter country codes, such as CN,HK".into());
        }
        policy.allowed_countries = codes;
        return Ok(());
    }
    if name == TIMEZONE {
        let zone = match value {
            [text] => text.parse().ok(),
            _ => None,
        };
        policy.day_timezone = zone.ok_or("an IANA time zone, such as Asia/Shanghai, Europe/Berlin or UTC")?;
        return Ok(());
    }
    if name == QUOTA {
        policy.media_quota_bytes = match value {
            [text] => text.parse().map_err(|_| "a whole number")?,
            _ => return Err("a whole number".into()),
        };
        return Ok(());
    }
    let number = number(policy, name).ok_or("no such key")?;
    *number = match value {
        [text] => text.parse().map_err(|_| "a whole number")?,
        _ => return Err("a whole number".into()),
    };
    Ok(())
}

/// The value of one of the policy's keys, as it would be typed.
pub(super) fn get(policy: &Policy, name: &str) -> String {
    if name == COUNTRIES {
        return policy.allowed_countries.join(",");
    }
    if name == TIMEZONE {
        return policy.day_timezone.name().to_owned();
    }
    if name == QUOTA {
        return policy.media_quota_bytes.to_string();
    }
    number(&mut policy.clone(), name).map(|number| number.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_policy_has_a_key() {
        let fields = format!("{:#?}", Policy::default());
        let fields = fields
            .lines()
            .filter(|line| line.starts_with("    ") && !line.starts_with("     "))
            .filter_map(|line| line.trim().split_once(':'));
        for (field, _) in fields {
            // The categories are an operator's first wish and have keys of their own.
            if !["group_categories", "question_categories"].contains(&field) {
                assert!(name(&format!("policy.{field}")).is_some(), "{field} cannot be configured");
            }
        }
    }

    #[test]
    fn what_is_set_is_what_is_shown() {
        let mut policy = Policy::default();
        for name in NUMBERS {
            set(&mut policy, name, &["12".to_owned()]).unwrap();
            assert_eq!(get(&policy, name), "12", "{name}");
        }
        set(&mut policy, COUNTRIES, &["cn".into(), "HK".into()]).unwrap();
        assert_eq!(get(&policy, COUNTRIES), "CN,HK");
        assert!(set(&mut policy, COUNTRIES, &["China".into()]).is_err());
        set(&mut policy, TIMEZONE, &["America/New_York".into()]).unwrap();
        assert_eq!(get(&policy, TIMEZONE), "America/New_York");
        for bad in [vec!["Asia/Beijing"], vec!["+08:00"], vec!["UTC", "UTC"], vec![]] {
            let bad: Vec<String> = bad.into_iter().map(str::to_owned).collect();
            assert!(set(&mut policy, TIMEZONE, &bad).unwrap_err().contains("IANA"), "{bad:?}");
        }
        assert!(set(&mut policy, "policy.code_length", &["six".into()]).is_err());
        set(&mut policy, QUOTA, &["9007199254740991".into()]).unwrap();
        assert_eq!(get(&policy, QUOTA), "9007199254740991");
        assert!(set(&mut policy, QUOTA, &["-1".into()]).is_err());
    }
}
