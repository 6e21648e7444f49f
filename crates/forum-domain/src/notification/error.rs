//! How notifications refuse.

use crate::error::errors;

errors! {
    /// Why something about notifications was refused.
    pub enum NotificationError {
        /// He has no such notification.
        NoSuchNotification = NotFound "notification.not_found" "there is no such notification",
        ; limited {
            /// He has as many streams open as one may have.
            TooManyStreams = "notification.too_many_streams" "too many streams are open",
        }
    }
}
