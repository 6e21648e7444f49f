//! forum-outbound
