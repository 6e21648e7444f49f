//! `forum check-config`.

use std::process::ExitCode;

use super::Failure;
use crate::config::Loaded;

/// Prints the effective configuration, secrets hidden. A wrong one never gets here.
pub(super) fn run(loaded: &Loaded, json: bool) -> Result<ExitCode, Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(&loaded.entries)?);
        return Ok(ExitCode::SUCCESS);
    }
    for entry in &loaded.entries {
        println!("{}={}", entry.variable, entry.value);
        println!("    {} [{}]", entry.help, entry.from);
    }
    for warning in &loaded.warnings {
        eprintln!("warning: {}: {}", warning.key, warning.what);
    }
    Ok(ExitCode::SUCCESS)
}
