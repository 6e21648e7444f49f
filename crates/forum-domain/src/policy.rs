//! Every number that a rule uses, with its default; an operator sets each as `FORUM_POLICY__<NAME>`.

use chrono_tz::Tz;

use crate::{account, id::MAX_ID};

/// The numbers of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Digits of an SMS code, 4 to 8.
    pub code_length: u32,
    /// How long a code lives, in seconds.
    pub code_ttl_seconds: u32,
    /// Wrong tries that burn a code.
    pub code_max_attempts: u32,
    /// How long to wait before a number gets another code for the same purpose, in seconds.
    pub code_resend_seconds: u32,
    /// Codes a number gets in 24 hours.
    pub codes_per_mobile_per_day: u32,
    /// Codes an address may ask for in an hour.
    pub codes_per_ip_per_hour: u32,
    /// Codes the whole site sends in 24 hours: the SMS budget.
    pub codes_per_day: u32,
    /// Countries whose mobiles may register, as ISO 3166 codes; the first is the default region.
    pub allowed_countries: Vec<String>,
    /// Least length of a password, in characters.
    pub password_min: u32,
    /// Life of an access token, in seconds.
    pub access_token_seconds: u32,
    /// Life of a session since its last refresh, in days.
    pub refresh_token_days: u32,
    /// How long after a rotation the old refresh token still gets the same successor, in seconds.
    pub refresh_grace_seconds: u32,
    /// Failed log-ins, per account and per address, before the next has to wait.
    pub login_free_attempts: u32,
    /// The longest a log-in has to wait, in seconds; the wait doubles from one second up to it.
    pub login_max_delay_seconds: u32,
    /// How long after a refusal the same group cannot be asked again, in hours.
    pub join_cooldown_hours: u32,
    /// After how many days an undecided join request expires.
    pub join_request_expiry_days: u32,
    /// Invites of one group that may be open at a time.
    pub invites_per_group: u32,
    /// Likes a user may give in a day.
    pub likes_per_day: u32,
    /// Likes a user may give in a day to content of one author.
    pub likes_per_author_per_day: u32,
    /// Where a day begins and ends, as an IANA time zone.
    pub day_timezone: Tz,
    /// Greatest length of a comment or reply, in characters.
    pub comment_max: u32,
    /// Greatest length of a post's body as it is written, in characters.
    pub body_max: u32,
    /// Greatest length of an answer as it is written, in characters.
    pub answer_max: u32,
    /// Images that a question may have.
    pub question_images_max: u32,
    /// Bytes of an uploaded file at most.
    pub media_max_bytes: u32,
    /// Bytes that all uploads of a user may take together.
    pub media_quota_bytes: u64,
    /// Argon2id memory, in KiB.
    pub argon2_memory_kib: u32,
    /// Argon2id passes.
    pub argon2_iterations: u32,
    /// Argon2id lanes.
    pub argon2_parallelism: u32,
    /// How old a ranking may be before a request makes a new one, in seconds.
    pub hot_refresh_seconds: u32,
    /// How long a report's author is muted, if nobody says, in days.
    pub report_mute_days: u32,
    /// How long a report's author is suspended, if nobody says, in days.
    pub report_suspend_days: u32,
    /// Streams of notifications that a user may have open at one instance.
    pub streams_per_user: u32,
    /// Group categories, in the order shown.
    pub group_categories: Vec<String>,
    /// Categories of questions, in the order shown.
    pub question_categories: Vec<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            code_length: 6,
            code_ttl_seconds: 600,
            code_max_attempts: 5,
            code_resend_seconds: 60,
            codes_per_mobile_per_day: 5,
            codes_per_ip_per_hour: 10,
            codes_per_day: 10_000,
            allowed_countries: vec!["CN".into()],
            password_min: 8,
            access_token_seconds: 900,
            refresh_token_days: 30,
            refresh_grace_seconds: 10,
            login_free_attempts: 5,
            login_max_delay_seconds: 900,
            join_cooldown_hours: 24,
            join_request_expiry_days: 30,
            invites_per_group: 100,
            likes_per_day: 50,
            likes_per_author_per_day: 10,
            day_timezone: Tz::Asia__Shanghai,
            comment_max: 1_000,
            body_max: 100_000,
            answer_max: 20_000,
            question_images_max: 9,
            media_max_bytes: 10 << 20,
            media_quota_bytes: 1 << 30,
            argon2_memory_kib: 19_456,
            argon2_iterations: 2,
            argon2_parallelism: 1,
            hot_refresh_seconds: 60,
            report_mute_days: 7,
            report_suspend_days: 30,
            streams_per_user: 10,
            group_categories: ["教育同盟", "同城交易", "程序设计", "生活兴趣"].map(String::from).into(),
            question_categories: ["技术问答", "技术分享"].map(String::from).into(),
        }
    }
}

impl Policy {
    /// Checks the numbers against what the rules allow at all.
    ///
    /// # Errors
    /// The name of the first number out of bounds, and why.
    pub fn check(&self) -> Result<(), String> {
        let bounds = [
            ("code_length", self.code_length, 4, 8),
            ("code_ttl_seconds", self.code_ttl_seconds, 30, 600),
            ("code_max_attempts", self.code_max_attempts, 1, 20),
            ("code_resend_seconds", self.code_resend_seconds, 1, 3_600),
            ("codes_per_mobile_per_day", self.codes_per_mobile_per_day, 1, 1_000),
            ("codes_per_ip_per_hour", self.codes_per_ip_per_hour, 1, 1_000_000),
            ("codes_per_day", self.codes_per_day, 1, 100_000_000),
            ("password_min", self.password_min, 8, 64),
            ("access_token_seconds", self.access_token_seconds, 10, 86_400),
            ("refresh_token_days", self.refresh_token_days, 1, 365),
            ("refresh_grace_seconds", self.refresh_grace_seconds, 0, 60),
            ("login_free_attempts", self.login_free_attempts, 1, 100),
            ("login_max_delay_seconds", self.login_max_delay_seconds, 1, 86_400),
            ("join_cooldown_hours", self.join_cooldown_hours, 0, 8_760),
            ("join_request_expiry_days", self.join_request_expiry_days, 1, 3_650),
            ("invites_per_group", self.invites_per_group, 1, 10_000),
            ("likes_per_day", self.likes_per_day, 1, 1_000_000),
            ("likes_per_author_per_day", self.likes_per_author_per_day, 1, 1_000_000),
            ("comment_max", self.comment_max, 1, 10_000),
            ("body_max", self.body_max, 1, 300_000),
            ("answer_max", self.answer_max, 1, 100_000),
            ("question_images_max", self.question_images_max, 0, 50),
            ("media_max_bytes", self.media_max_bytes, 1_024, 100 << 20),
            ("argon2_memory_kib", self.argon2_memory_kib, 8, 1_048_576),
            ("argon2_iterations", self.argon2_iterations, 1, 100),
            ("argon2_parallelism", self.argon2_parallelism, 1, 16),
            ("hot_refresh_seconds", self.hot_refresh_seconds, 1, 1_800),
            ("report_mute_days", self.report_mute_days, 1, 3_650),
            ("report_suspend_days", self.report_suspend_days, 1, 3_650),
            ("streams_per_user", self.streams_per_user, 1, 1_000),
        ];
        for (name, value, min, max) in bounds {
            if !(min..=max).contains(&value) {
                return Err(format!("policy {name} is {value}, allowed is {min} to {max}"));
            }
        }
        if self.media_quota_bytes > MAX_ID as u64 {
            return Err(format!(
                "policy media_quota_bytes is {}, allowed is at most {MAX_ID}",
                self.media_quota_bytes
            ));
        }
        // What argon2 itself asks for: eight blocks a lane.
        if self.argon2_memory_kib < 8 * self.argon2_parallelism {
            return Err("policy argon2_memory_kib is less than 8 for each of argon2_parallelism".into());
        }
        if self.allowed_countries.is_empty() {
            return Err("policy allowed_countries is empty: nobody could register".into());
        }
        if let Some(unknown) = self.allowed_countries.iter().find(|code| !account::rules::is_country(code)) {
            return Err(format!("policy allowed_countries has {unknown:?}, which is no ISO 3166 code"));
        }
        let categories = [
            ("group_categories", &self.group_categories, "group"),
            ("question_categories", &self.question_categories, "question"),
        ];
        for (key, names, what) in categories {
            if names.is_empty() {
                return Err(format!("{key} is empty: no {what} could be created"));
            }
            // A category is found by its trimmed name.
            if let Some(name) = names.iter().find(|name| name.is_empty() || name.trim() != *name) {
                return Err(format!("{key} has {name:?}: empty, or with white space around it"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Policy)) -> Result<(), String> {
        let mut policy = Policy::default();
        change(&mut policy);
        policy.check()
    }

    #[test]
    fn the_defaults_are_those_of_the_rules() {
        let policy = Policy::default();
        assert_eq!(policy.check(), Ok(()));
        assert_eq!((policy.code_length, policy.code_ttl_seconds, policy.code_max_attempts), (6, 600, 5));
        let quotas = (policy.codes_per_mobile_per_day, policy.codes_per_ip_per_hour, policy.codes_per_day);
        assert_eq!((policy.code_resend_seconds, quotas), (60, (5, 10, 10_000)));
        assert_eq!(
            (policy.allowed_countries.as_slice(), policy.password_min),
            (["CN".to_owned()].as_slice(), 8)
        );
        assert_eq!((policy.access_token_seconds, policy.refresh_token_days), (900, 30));
        assert_eq!((policy.join_cooldown_hours, policy.join_request_expiry_days), (24, 30));
        let argon2 = (policy.argon2_memory_kib, policy.argon2_iterations, policy.argon2_parallelism);
        assert_eq!((argon2, policy.hot_refresh_seconds), ((19_456, 2, 1), 60));
        assert_eq!((policy.report_mute_days, policy.report_suspend_days), (7, 30));
        assert_eq!((policy.likes_per_day, policy.likes_per_author_per_day), (50, 10));
        assert_eq!(
            (policy.day_timezone.name(), policy.comment_max, policy.body_max),
            ("Asia/Shanghai", 1_000, 100_000)
        );
        assert_eq!((policy.answer_max, policy.question_images_max), (20_000, 9));
        assert_eq!(policy.question_categories, ["技术问答", "技术分享"]);
        assert_eq!(policy.group_categories, ["教育同盟", "同城交易", "程序设计", "生活兴趣"]);
    }

    #[test]
    fn each_number_has_its_bounds() {
        type Field = fn(&mut Policy) -> &mut u32;
        let fields: [(Field, u32, u32); 29] = [
            (|p| &mut p.code_length, 4, 8),
            (|p| &mut p.code_ttl_seconds, 30, 600),
            (|p| &mut p.code_max_attempts, 1, 20),
            (|p| &mut p.code_resend_seconds, 1, 3_600),
            (|p| &mut p.codes_per_mobile_per_day, 1, 1_000),
            (|p| &mut p.codes_per_ip_per_hour, 1, 1_000_000),
            (|p| &mut p.codes_per_day, 1, 100_000_000),
            (|p| &mut p.password_min, 8, 64),
            (|p| &mut p.access_token_seconds, 10, 86_400),
            (|p| &mut p.refresh_token_days, 1, 365),
            (|p| &mut p.refresh_grace_seconds, 0, 60),
            (|p| &mut p.login_free_attempts, 1, 100),
            (|p| &mut p.login_max_delay_seconds, 1, 86_400),
            (|p| &mut p.join_cooldown_hours, 0, 8_760),
            (|p| &mut p.join_request_expiry_days, 1, 3_650),
            (|p| &mut p.invites_per_group, 1, 10_000),
            (|p| &mut p.likes_per_day, 1, 1_000_000),
            (|p| &mut p.likes_per_author_per_day, 1, 1_000_000),
            (|p| &mut p.comment_max, 1, 10_000),
            (|p| &mut p.body_max, 1, 300_000),
            (|p| &mut p.answer_max, 1, 100_000),
            (|p| &mut p.question_images_max, 0, 50),
            (|p| &mut p.argon2_memory_kib, 8, 1_048_576),
            (|p| &mut p.argon2_iterations, 1, 100),
            (|p| &mut p.argon2_parallelism, 1, 16),
            (|p| &mut p.hot_refresh_seconds, 1, 1_800),
            (|p| &mut p.report_mute_days, 1, 3_650),
            (|p| &mut p.report_suspend_days, 1, 3_650),
            (|p| &mut p.streams_per_user, 1, 1_000),
        ];
        for (index, (field, min, max)) in fields.into_iter().enumerate() {
            for fine in [min, max] {
                assert_eq!(check(|policy| *field(policy) = fine), Ok(()), "field {index} at {fine}");
            }
            for bad in [min.checked_sub(1), Some(max + 1), Some(u32::MAX)].into_iter().flatten() {
                let refusal = check(|policy| *field(policy) = bad).unwrap_err();
                assert!(refusal.contains(&format!("is {bad}, allowed is {min} to {max}")), "{refusal}");
            }
        }
    }

    #[test]
    fn argon2_gets_the_memory_that_its_lanes_need() {
        let lanes =
            |memory| check(|policy| (policy.argon2_memory_kib, policy.argon2_parallelism) = (memory, 4));
        assert_eq!(lanes(32), Ok(()));
        assert!(lanes(31).unwrap_err().contains("argon2_memory_kib"));
    }

    #[test]
    fn countries_are_known_ones_and_at_least_one() {
        for bad in [vec![], vec!["cn"], vec!["CN", "XX"], vec!["CN", ""], vec!["China"]] {
            let refusal =
                check(|policy| policy.allowed_countries = bad.iter().map(|c| (*c).into()).collect());
            assert!(refusal.unwrap_err().contains("allowed_countries"), "{bad:?}");
        }
        assert_eq!(check(|policy| policy.allowed_countries = vec!["CN".into(), "HK".into()]), Ok(()));
    }

    #[test]
    fn every_category_can_be_chosen() {
        for bad in [vec![], vec!["程序设计", ""], vec![" 程序设计"]] {
            let refusal = check(|policy| policy.group_categories = bad.iter().map(|c| (*c).into()).collect());
            assert!(refusal.unwrap_err().contains("group_categories"), "{bad:?}");
            let refusal =
                check(|policy| policy.question_categories = bad.iter().map(|c| (*c).into()).collect());
            assert!(refusal.unwrap_err().contains("question_categories"), "{bad:?}");
        }
    }
}
