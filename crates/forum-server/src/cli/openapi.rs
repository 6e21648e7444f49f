//! `forum openapi`.

use std::{io::Write, process::ExitCode};

use super::{
    Failure,
    arguments::{Format, Version},
};

/// Prints the document, which is the same whatever is configured.
pub(super) fn run(format: Format, version: Version) -> Result<ExitCode, Failure> {
    let format = match format {
        Format::Json => forum_api::spec::Format::Json,
        Format::Yaml => forum_api::spec::Format::Yaml,
    };
    let version = match version {
        Version::V3_0 => forum_api::spec::Version::V3_0,
        Version::V3_1 => forum_api::spec::Version::V3_1,
    };
    let text = forum_api::spec::render(&forum_api::spec()?, format, version)?;
    // Whoever reads only the beginning, as `head` does, has had what he wanted.
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
