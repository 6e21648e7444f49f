//! `forum migrate`.

use std::process::ExitCode;

use forum_store::migrations;

use super::Failure;
use crate::{config::Loaded, wiring};

/// Applies what the database lacks, or says what that would be.
pub(super) async fn run(loaded: Loaded, dry_run: bool) -> Result<ExitCode, Failure> {
    let url = wiring::database_url(&loaded.config);
    let shown = loaded.config.database.shown();
    if dry_run {
        match migrations::pending(&url).await?.as_slice() {
            [] => println!("{shown} is up to date"),
            lacking => {
                println!("{shown} lacks:");
                lacking.iter().for_each(|name| println!("  {name}"));
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    match migrations::migrate(&url).await?.as_slice() {
        [] => println!("{shown} was up to date"),
        applied => {
            println!("{shown} is up to date, with:");
            applied.iter().for_each(|name| println!("  {name}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}
