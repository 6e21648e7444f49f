//! forum-testkit

pub mod cache;
