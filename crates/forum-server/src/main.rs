//! The `forum` program.

fn main() {}
