//! The `forum` program: configuration, wiring, the HTTP server, background jobs and the command line.
//!
//! A library, so that its tests run whole forums in their own process; [`cli::main`] is all that the binary
//! calls. [`serve`] is the way through: [`config`] says what is wanted, [`wiring`] puts it together, [`net`]
//! lets requests in, [`jobs`] does what no request asks for.

pub mod access;
pub mod cli;
pub mod config;
pub mod jobs;
pub mod net;
pub mod secrets;
pub mod serve;
pub mod telemetry;
pub mod wiring;
