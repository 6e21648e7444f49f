//! How notifications refuse.

use crate::error::errors;

errors! {
    /// Why something about notifications was refused.
    pub enum NotificationError {
        /// He has no such notification.
        NoSuchNotification = NotFound "notification.not_found" "there is no such notification",
    }
}
