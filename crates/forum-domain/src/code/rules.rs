//! Rules about codes.

use std::time::Duration;

use unicode_normalization::UnicodeNormalization;

use super::{Code, CodeKey};
use crate::{
    clock::{Random, below},
    limit::Quota,
    policy::Policy,
};

/// How far apart the days of the limits are.
const DAY: Duration = Duration::from_secs(24 * 3_600);

pub(super) fn digits(text: &str) -> Option<String> {
    if text.len() > 64 {
        return None;
    }
    let digits: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
    ((4..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// A new code, every one equally likely.
#[must_use]
pub fn draw(random: &dyn Random, length: u32) -> Code {
    let number = below(random, 10u64.pow(length));
    Code::of_digits(format!("{number:0width$}", width = length as usize))
}

/// What sending one code takes from: the pause, the mobile's day, the address's hour, the site's day.
#[must_use]
pub fn quotas(key: &CodeKey, ip: &str, policy: &Policy) -> Vec<Quota> {
    let mobile = key.mobile.as_str();
    let seconds = |seconds: u32| Duration::from_secs(seconds.into());
    vec![
        Quota {
            key: format!("sms:pause:{}:{mobile}", key.purpose.as_str()),
            limit: 1,
            window: seconds(policy.code_resend_seconds),
        },
        Quota { key: format!("sms:day:{mobile}"), limit: policy.codes_per_mobile_per_day, window: DAY },
        Quota {
            key: format!("sms:ip:{ip}"),
            limit: policy.codes_per_ip_per_hour,
            window: Duration::from_secs(3_600),
        },
        Quota { key: "sms:site".into(), limit: policy.codes_per_day, window: DAY },
    ]
}
