//! What can be typed.

mod seed;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(super) use self::seed::Seed;

const EXAMPLES: &str = "\
Examples:
  forum                                     serve on http://127.0.0.1:8888, on SQLite under data/
  forum --listen 0.0.0.0:80 --set public_url=http://forum.example
  FORUM_DATABASE_URL=postgres://forum:secret@db/forum FORUM_CACHE_URL=redis://cache forum
  forum check-config                        every setting, its value, and where it was set
  forum admin user promote 13800000000      make this user a site administrator
  forum seed                                fill an empty forum, to try things on
  forum doctor                              look for what must not be; exit code 1 if something is

Settings come from defaults, then forum.toml, then FORUM_* variables, then flags; the last one wins.
`forum check-config` lists all of them.";

/// A community forum: one program, on SQLite alone or on PostgreSQL and Redis.
#[derive(Debug, Parser)]
#[command(name = "forum", version, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The configuration file; without it forum.toml in the working directory, if there is one.
    #[arg(long, value_name = "FILE", env = "FORUM_CONFIG", global = true)]
    pub(super) config: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS", global = true)]
    listen: Option<String>,
    /// Directory of the SQLite file and of generated secrets.
    #[arg(long, value_name = "DIRECTORY", global = true)]
    data_dir: Option<String>,
    /// Any setting, such as policy.code_length=4; may be given several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair, global = true)]
    set: Vec<(String, String)>,
}

impl Common {
    /// The settings among the flags, the most particular last.
    pub(super) fn flags(&self) -> Vec<(String, String)> {
        let named = [("listen", &self.listen), ("data_dir", &self.data_dir)];
        let named = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?)));
        self.set.iter().cloned().chain(named).collect()
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((name.trim().to_lowercase(), value.to_owned()))
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the forum (the default).
    Serve,
    /// Bring the database up to date.
    ///
    /// `forum serve` does so itself; this is for whoever wants it done before, or wants to see what it would do.
    Migrate {
        /// Only print what would be applied; exit code 0 either way.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the API's OpenAPI document. Needs no database.
    #[command(
        after_help = "Examples:\n  forum openapi > forum.json\n  forum openapi --format yaml --version 3.1"
    )]
    Openapi {
        /// How it is written.
        #[arg(long, value_enum, default_value_t = Format::Json)]
        format: Format,
        /// Which OpenAPI it follows.
        #[arg(long, value_enum, default_value_t = Version::V3_0)]
        version: Version,
    },
    /// Look for what must not be in the database, such as a counter that does not count right.
    ///
    /// Reads only, and is right also while the forum serves. Exit code 0: nothing was found; 1: something
    /// was (and with --fix could not be repaired); 2: it could not look.
    Doctor {
        /// Repair what can be repaired without guessing.
        #[arg(long)]
        fix: bool,
        /// Print for programs.
        #[arg(long)]
        json: bool,
    },
    /// Fill an empty forum with people, groups and what they say to each other, in Chinese and English.
    ///
    /// Half a year of a forum's life: members-only and public groups of every category and join policy, with
    /// owners, moderators, join requests in every state, invites, mutes and bans; posts, comments, replies, likes
    /// and bookmarks, some of them edited, pinned, locked, recommended or deleted. A few people and posts draw
    /// most, as in life, and there is more of everything towards the end.
    ///
    /// Everybody signs in with one password, and mobiles count from 13900000001, the site's administrator. So it is
    /// not for production, and refused there. A forum with users is refused too. Exit code 0: it is filled; 2: it is
    /// not, or not to the end (what is there is sound).
    Seed(Seed),
    /// What only an operator may do.
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Print every setting with its value and where it was set; secrets are hidden.
    CheckConfig {
        /// Print for programs.
        #[arg(long)]
        json: bool,
    },
    /// Print a completion script for a shell.
    #[command(after_help = "Example:\n  forum completions bash > /etc/bash_completion.d/forum")]
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Format {
    Json,
    Yaml,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Version {
    #[value(name = "3.0")]
    V3_0,
    #[value(name = "3.1")]
    V3_1,
}

#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Accounts.
    #[command(after_help = "USER is an id, or a mobile that begins with + or has eleven digits.")]
    User {
        #[command(subcommand)]
        what: User,
    },
    /// Groups.
    Group {
        #[command(subcommand)]
        what: Group,
    },
    /// Tell everybody something, or one user, as a notification of the kind `system`.
    #[command(after_help = "USER is an id, or a mobile that begins with + or has eleven digits.")]
    Notify {
        /// What: up to 500 characters.
        text: String,
        /// Only this user.
        #[arg(long, value_name = "USER")]
        to: Option<String>,
    },
    /// Bring the index of searching in step with what there is.
    ///
    /// It follows what is written by itself; this is for an index that was lost or restored, or that another version
    /// of the forum made. It works in small parts beside a running server, and searching goes on meanwhile. Stopped
    /// half-way it is simply called again and goes on where it was.
    #[command(
        after_help = "Examples:\n  forum admin reindex          what is missing or out of date\n  forum admin reindex --all    everything; if it is stopped, go on without --all"
    )]
    Reindex {
        /// Make every entry anew.
        #[arg(long)]
        all: bool,
    },
    /// Render anew what was rendered by an older policy of what may stand in a text.
    ///
    /// What people wrote is kept as they wrote it, and served as it was sanitised when they did. Where a new version
    /// of the forum allows less, or more, this brings the older texts and their history up to it, and then the index
    /// of searching in step. It works in small parts beside a running server. Stopped half-way it is simply called
    /// again and goes on where it was.
    Resanitise,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Output {
    /// Print for programs.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// List accounts, newest first.
    List {
        /// Only those with this in their nickname, or with this mobile.
        #[arg(long)]
        q: Option<String>,
        /// Only those with this role.
        #[arg(long, value_enum)]
        role: Option<SiteRole>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        #[command(flatten)]
        output: Output,
    },
    /// Show an account.
    Show {
        user: String,
        #[command(flatten)]
        output: Output,
    },
    /// Give an account a role on the whole site.
    Promote {
        user: String,
        /// The role; `user` takes every role away.
        #[arg(long, value_enum, default_value_t = SiteRole::Admin)]
        role: SiteRole,
        #[command(flatten)]
        output: Output,
    },
    /// Keep a user out: ends his sessions at once and opens no new ones.
    Suspend {
        user: String,
        /// For so many days; without it for good.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: Option<u32>,
        #[command(flatten)]
        output: Output,
    },
    /// Let a suspended user in again.
    Unsuspend {
        user: String,
        #[command(flatten)]
        output: Output,
    },
    /// Set a new password and end the user's sessions. Prints the password, drawn at random.
    ResetPassword {
        user: String,
        /// Read the password from the standard input instead.
        #[arg(long)]
        stdin: bool,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Group {
    /// List groups, newest first.
    List {
        /// Only those with this in their name.
        #[arg(long)]
        q: Option<String>,
        /// Only those of this category.
        #[arg(long)]
        category: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
        #[command(flatten)]
        output: Output,
    },
    /// Show a group.
    Show {
        group: i64,
        #[command(flatten)]
        output: Output,
    },
    /// Make a user a member of a group with this role, such as an owner for a group that lost its own.
    Assign {
        group: i64,
        user: String,
        #[arg(long, value_enum, default_value_t = Role::Owner)]
        role: Role,
        #[command(flatten)]
        output: Output,
    },
    /// Delete a group.
    Delete {
        group: i64,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum SiteRole {
    User,
    Moderator,
    Admin,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Role {
    Member,
    Moderator,
    Owner,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_are_settings_and_the_named_ones_win() {
        let arguments = Arguments::parse_from([
            "forum",
            "--set",
            "LISTEN=[::]:1",
            "--set",
            "policy.code_length=4",
            "--listen",
            "[::]:2",
            "serve",
        ]);
        let flags = arguments.common.flags();
        assert_eq!(flags[1], ("policy.code_length".into(), "4".into()));
        assert_eq!(flags.last(), Some(&("listen".into(), "[::]:2".into())));
    }
}
