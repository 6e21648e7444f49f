//! forum-api
