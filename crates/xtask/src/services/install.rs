//! Getting missing servers from the distribution's packages.

use std::io::stderr;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::programs::{POSTGRES_AT_LEAST, Programs, REDIS_AT_LEAST, Search};
use crate::interrupt::Interrupt;

/// Installs the packages it is given and starts nothing.
const SCRIPT: &str = include_str!("install.sh");

/// The installed programs; missing ones are installed where we may, and said so aloud.
///
/// # Errors
/// Says what is missing and what to do about it.
pub(super) fn find_or_install(interrupt: &Interrupt) -> Result<Programs> {
    let packages = match complete(Search::run()) {
        Ok(programs) => return Ok(programs),
        Err(packages) => packages,
    };
    let advice = format!(
        "install PostgreSQL {POSTGRES_AT_LEAST} or newer and Redis {REDIS_AT_LEAST} or newer (on Debian: \
         apt-get install {}), or set {} and {} to servers that may be filled with test data",
        packages.join(" "),
        super::POSTGRES_URL,
        super::REDIS_URL
    );
    install(&packages).with_context(|| advice.clone())?;
    interrupt.check()?;
    match complete(Search::run()) {
        Ok(programs) => Ok(programs),
        Err(packages) => bail!("the packages {} are not new enough: {advice}", packages.join(" ")),
    }
}

/// All programs, or the packages that are missing.
fn complete(search: Search) -> Result<Programs, Vec<&'static str>> {
    match (search.postgres, search.redis) {
        (Some(postgres), Some(redis)) => Ok(Programs { postgres, redis }),
        (postgres, redis) => {
            let missing = [(postgres.is_none(), "postgresql"), (redis.is_none(), "redis-server")];
            Err(missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, package)| *package).collect())
        }
    }
}

fn install(packages: &[&str]) -> Result<()> {
    ensure!(on_path("apt-get").is_some(), "{} missing, and there is no apt-get here", packages.join(" and "));
    let mut command = if rustix::process::geteuid().is_root() {
        Command::new("sh")
    } else {
        let may = on_path("sudo").is_some_and(|sudo| {
            let answer = Command::new(sudo).args(["-n", "true"]).stdin(Stdio::null()).output();
            answer.is_ok_and(|answer| answer.status.success())
        });
        ensure!(may, "{} missing, and neither root nor sudo without a password here", packages.join(" and "));
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "sh"]);
        sudo
    };
    eprintln!("xtask: missing here, installing the packages: {}", packages.join(" "));
    // What apt-get prints must not end among the `export` lines of `cargo xtask services`.
    let output = stderr().as_fd().try_clone_to_owned()?;
    let status = command
        .args(["-c", SCRIPT, "install.sh"])
        .args(packages)
        .stdin(Stdio::null())
        .stdout(output)
        .status()
        .context("cannot run a shell")?;
    ensure!(status.success(), "installing {} failed", packages.join(" and "));
    Ok(())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(program))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::programs::{Found, Version};

    fn found() -> Option<Found> {
        Some(Found { directory: PathBuf::new(), version: Version::parse("v=17.2")? })
    }

    fn missing(postgres: Option<Found>, redis: Option<Found>) -> Option<Vec<&'static str>> {
        complete(Search { postgres, redis }).err()
    }

    #[test]
    fn only_what_is_missing_is_installed() {
        assert_eq!(missing(None, None), Some(vec!["postgresql", "redis-server"]));
        assert_eq!(missing(None, found()), Some(vec!["postgresql"]));
        assert_eq!(missing(found(), None), Some(vec!["redis-server"]));
        assert_eq!(missing(found(), found()), None);
    }
}
