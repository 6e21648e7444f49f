//! Logging in, staying in and ending it.

mod log_in;
mod staying_in;
mod tickets;
