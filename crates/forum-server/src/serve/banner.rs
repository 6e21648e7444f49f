//! What a newcomer reads when the forum is up.

use std::{
    io::{Write, stdout},
    time::Duration,
};

use super::Instance;
use crate::config::Config;

/// Prints where everything is and what to do next. Nobody need read it: a closed output is no failure.
pub(super) fn print(config: &Config, instance: &Instance, took: Duration) {
    let program = std::env::args().next().unwrap_or_else(|| "forum".into());
    let _ = stdout().write_all(text(config, instance, took, &program).as_bytes());
    let _ = stdout().flush();
}

fn text(config: &Config, instance: &Instance, took: Duration, program: &str) -> String {
    let (url, address) = (instance.public_url(), instance.address());
    let mut text = format!(
        "\nforum {version} is ready, after {took} ms: {url}\n  \
           listens   http://{address}\n  \
           docs      {url}/docs\n  \
           database  {database}\n  \
           cache     {cache}\n  \
           files     {files}\n",
        version = env!("CARGO_PKG_VERSION"),
        took = took.as_millis(),
        database = config.database.shown(),
        cache = config.cache.shown(),
        files = config.media.shown(),
    );
    if config.dev_endpoints {
        text += &format!(
            "\nA first account (in development, codes are printed here and shown at /dev/sms):\n  \
               curl {url}/api/v1/auth/codes --json '{{\"mobile\": \"13800000000\", \"purpose\": \"register\"}}'\n  \
               curl '{url}/dev/sms?mobile=13800000000'\n  \
               curl {url}/api/v1/auth/register --json \
               '{{\"mobile\": \"13800000000\", \"code\": \"CODE\", \"password\": \"一个好密码 2026\"}}'\n\
             \nMake it a site administrator:\n  {program} admin user promote 13800000000\n\
             \nOr fill the forum with demo data (stopped, and before anybody registers):\n  {program} seed\n"
        );
    }
    text + "\nCtrl-C stops it.\n\n"
}
