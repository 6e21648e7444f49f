//! Where things are in this checkout.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

/// The directory of the workspace's `Cargo.toml`.
pub(crate) fn root() -> PathBuf {
    // `cargo run` tells where the package is now; what was true at compile time serves a bare binary.
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.ancestors().nth(2).map_or(package.clone(), PathBuf::from)
}

/// The cargo that started us, to be run in the workspace's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Where cargo puts the programs of a profile: beside the directory that this very program stands in.
pub(crate) fn programs(profile: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where xtask itself is")?;
    let target = own.ancestors().nth(2).context("xtask stands in no target directory")?;
    Ok(target.join(profile))
}
