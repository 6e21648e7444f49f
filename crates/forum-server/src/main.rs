//! The `forum` program.

use std::process::ExitCode;

/// Much quicker than the system's for many small values at once, and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    forum_server::cli::main()
}
