//! The `forum` program: configuration, wiring, the HTTP server, background jobs and the command line.
//!
//! A library, so that its tests run whole forums in their own process; [`main`](fn@cli::main) is all that the
//! binary calls.

pub mod config;
pub mod net;
