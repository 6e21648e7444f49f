//! forum-server

fn main() {}
