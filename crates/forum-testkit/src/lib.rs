//! forum-testkit
