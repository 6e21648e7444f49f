//! The user that runs the servers. PostgreSQL refuses to run as root, and Redis should not.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Whom to become when we are root, in this order.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// We ourselves, or another user whom root can become.
pub(super) enum Account {
    /// We are not root: the servers run as we do.
    Own,
    /// We are root: the servers run as this user.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// An account that is not root's.
    pub(super) fn unprivileged() -> Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Own);
        }
        let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
        CANDIDATES
            .iter()
            .find_map(|name| look_up(&users, name))
            .with_context(|| format!("found no user to run the servers: none of {}", CANDIDATES.join(", ")))
    }

    /// For messages.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Own => "yourself",
            Self::Other { name, .. } => name,
        }
    }

    /// A command of this user, with nothing in its environment that could lead a server or its tools
    /// astray (`PGHOST`, `PGDATA`, a locale that is not installed …).
    pub(super) fn command(&self, program: &Path, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").current_dir(directory).stdin(Stdio::null());
        for name in ["PATH", "LD_LIBRARY_PATH"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Self::Other { uid, gid, .. } = self {
            // Clears the supplementary groups too.
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// Hands a file or directory to this user.
    pub(super) fn take(&self, path: &Path) -> Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid, name } => chown(path, Some(*uid), Some(*gid))
                .with_context(|| format!("cannot hand {} to {name}", path.display())),
        }
    }

    /// Fails with advice if this user cannot reach a directory, because of one above it.
    pub(super) fn check_access(&self, directory: &Path) -> Result<()> {
        let reached = self.command(Path::new("true"), directory).status();
        match reached {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => bail!("cannot run programs as {}: {status}", self.name()),
            Err(error) => Err(error).with_context(|| {
                format!(
                    "{} cannot enter {}; set TMPDIR to a directory that every user can enter, such as /tmp",
                    self.name(),
                    directory.display()
                )
            }),
        }
    }
}

/// A user's line of `/etc/passwd`; never root under another name.
fn look_up(users: &str, wanted: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| *name == wanted)?;
        let uid = fields.nth(1)?.parse().ok().filter(|uid| *uid != 0)?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account::Other { name: name.to_owned(), uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/sh\n\
                         postgresql:x:7:7::/:/bin/false\n\
                         nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n\
                         postgres:x:0:0:another root:/:/bin/sh\n";

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let Some(Account::Other { name, uid, gid }) = look_up(USERS, "nobody") else { panic!("not found") };
        assert_eq!((name.as_str(), uid, gid), ("nobody", 65534, 65533));
    }

    #[test]
    fn neither_a_stranger_nor_root_in_disguise_will_do() {
        assert!(look_up(USERS, "redis").is_none());
        assert!(look_up(USERS, "postgres").is_none());
    }
}
