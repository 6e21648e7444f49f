//! Finding the installed server programs.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Debian keeps PostgreSQL's programs, one directory per major version, off the `PATH`.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";

/// The oldest major versions that the forum supports.
pub(super) const POSTGRES_AT_LEAST: u32 = 15;
pub(super) const REDIS_AT_LEAST: u32 = 7;

/// A version of which only the order matters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(Vec<u32>);

impl Version {
    /// The first word that is a dotted number, with or without `v=` before it: both
    /// `postgres (PostgreSQL) 15.14 (Debian …)` and `Redis server v=7.0.15 sha=…` tell theirs so. A
    /// development version such as `19devel` counts as its number.
    pub(super) fn parse(output: &str) -> Option<Self> {
        output.split_whitespace().find_map(|word| {
            let word = word.strip_prefix("v=").unwrap_or(word);
            let digits =
                word.find(|c: char| !c.is_ascii_digit() && c != '.').map_or(word, |end| &word[..end]);
            let numbers = digits.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<_>>>()?;
            Some(Self(numbers))
        })
    }

    fn major(&self) -> u32 {
        self.0.first().copied().unwrap_or_default()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers = self.0.iter().map(u32::to_string).collect::<Vec<_>>();
        f.write_str(&numbers.join("."))
    }
}

/// A directory that holds a server's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) directory: PathBuf,
    pub(super) version: Version,
}

impl Found {
    /// One of the programs there.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

/// What is needed to start both servers.
pub(super) struct Programs {
    pub(super) postgres: Found,
    pub(super) redis: Found,
}

/// What a look around has found; `None` where nothing is new enough.
pub(super) struct Search {
    pub(super) postgres: Option<Found>,
    pub(super) redis: Option<Found>,
}

type AskVersion = fn(&Path) -> Option<Version>;

impl Search {
    /// Looks along the `PATH` and where Debian keeps PostgreSQL.
    pub(super) fn run() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self::along(std::env::split_paths(&path).collect(), Path::new(DEBIAN_POSTGRES), version)
    }

    /// `version` asks a program for its version.
    fn along(path: Vec<PathBuf>, debian_postgres: &Path, version: AskVersion) -> Self {
        let versions = fs::read_dir(debian_postgres).into_iter().flatten().flatten();
        let mut postgres = path.clone();
        postgres.extend(versions.map(|version| version.path().join("bin")));
        Self {
            postgres: newest(
                &postgres,
                &["postgres", "initdb", "pg_isready", "psql"],
                POSTGRES_AT_LEAST,
                version,
            ),
            redis: newest(&path, &["redis-server"], REDIS_AT_LEAST, version),
        }
    }
}

/// The directory whose first program has the highest version; all the named programs must be there.
fn newest(directories: &[PathBuf], programs: &[&str], at_least: u32, version: AskVersion) -> Option<Found> {
    let distinct = directories.iter().filter(|directory| directory.is_absolute()).collect::<BTreeSet<_>>();
    distinct
        .into_iter()
        .filter(|directory| programs.iter().all(|program| directory.join(program).is_file()))
        .filter_map(|directory| {
            let version = version(&directory.join(programs.first()?))?;
            Some(Found { directory: directory.clone(), version })
        })
        .filter(|found| found.version.major() >= at_least)
        .max_by(|a, b| a.version.cmp(&b.version))
}

/// What a program says of itself.
fn version(program: &Path) -> Option<Version> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    Version::parse(&String::from_utf8_lossy(&output.stdout))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const POSTGRES: [&str; 4] = ["postgres", "initdb", "pg_isready", "psql"];

    /// Programs that are only what they would say.
    fn install(directory: &Path, programs: &[&str], says: &str) {
        fs::create_dir_all(directory).unwrap();
        for program in programs {
            fs::write(directory.join(program), says).unwrap();
        }
    }

    fn read(program: &Path) -> Option<Version> {
        Version::parse(&fs::read_to_string(program).unwrap())
    }

    #[test]
    fn versions_are_read_from_what_the_servers_print() {
        let printed = [
            ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "15.14"),
            ("postgres (PostgreSQL) 19devel", "19"),
            ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15"),
        ];
        for (line, expected) in printed {
            assert_eq!(Version::parse(line).map(|version| version.to_string()).as_deref(), Some(expected));
        }
        assert_eq!(Version::parse("command not found"), None);
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        let root = TempDir::new().unwrap();
        let search = Search::along(vec![root.path().to_owned()], &root.path().join("none"), read);
        assert!(search.postgres.is_none() && search.redis.is_none());
    }

    #[test]
    fn the_highest_version_wins_wherever_it_is() {
        let root = TempDir::new().unwrap();
        let debian = root.path().join("debian");
        install(&root.path().join("bin"), &POSTGRES, "postgres (PostgreSQL) 16.4");
        install(&debian.join("9.6/bin"), &POSTGRES, "postgres (PostgreSQL) 9.6.1");
        install(&debian.join("17/bin"), &POSTGRES, "postgres (PostgreSQL) 17.2");
        let search = Search::along(vec![root.path().join("bin")], &debian, read);
        let found = search.postgres.unwrap();
        assert_eq!((found.directory, found.version.to_string()), (debian.join("17/bin"), "17.2".into()));
    }

    #[test]
    fn too_old_a_server_or_half_an_installation_does_not_count() {
        let root = TempDir::new().unwrap();
        let (old, half) = (root.path().join("old"), root.path().join("half"));
        install(&old, &POSTGRES, "postgres (PostgreSQL) 14.20");
        install(&old, &["redis-server"], "Redis server v=6.2.7 sha=0");
        install(&half, &["postgres", "psql"], "postgres (PostgreSQL) 17.2");
        let search = Search::along(vec![old, half], &root.path().join("none"), read);
        assert!(search.postgres.is_none() && search.redis.is_none());
    }
}
