//! forum-store
