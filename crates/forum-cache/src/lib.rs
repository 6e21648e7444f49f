//! forum-cache
