//! forum-bench

fn main() {}
