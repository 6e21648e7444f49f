//! What a failed statement means to whoever called the port.

use diesel::result::{DatabaseErrorKind, Error};
use forum_domain::error::PortError;

/// Why a write operation is rolled back.
#[derive(Debug)]
pub(crate) enum Stop<T> {
    /// It is an expected refusal that showed itself after something was written (or when a unique
    /// index spoke): nothing of it stays, and the caller is told this outcome.
    Answer(T),
    /// A statement failed.
    Failed(Error),
    /// The port's caller is told so.
    Port(PortError),
}

impl<T> From<Error> for Stop<T> {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl<T> Stop<T> {
    /// The outcome, if it is one.
    pub(crate) fn outcome(self) -> Result<T, PortError> {
        match self {
            Self::Answer(outcome) => Ok(outcome),
            Self::Failed(error) => Err(port_error(error)),
            Self::Port(error) => Err(error),
        }
    }

    /// A unique index on this column is why: the statement's outcome, else the failure itself.
    pub(crate) fn if_taken(error: Error, table: &str, column: &str, outcome: T) -> Self {
        if taken(&error, table, column) { Self::Answer(outcome) } else { Self::Failed(error) }
    }
}

/// Whether a statement failed on the unique index `<table>_<column>_key`.
pub(crate) fn taken(error: &Error, table: &str, column: &str) -> bool {
    let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information) = error else { return false };
    // PostgreSQL names the index, SQLite the column.
    information.constraint_name() == Some(&format!("{table}_{column}_key"))
        || information.message().contains(&format!("{table}.{column}"))
}

/// What databases say when they cannot serve just now, in lower case. Neither diesel nor SQLite tells
/// these apart by anything but their text.
const PASSING: &[&str] = &[
    // SQLite
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk i/o error",
    "unable to open database file",
    "attempt to write a readonly database",
    "out of memory",
    "interrupted",
    // PostgreSQL
    "deadlock detected",
    "canceling statement",
    "lock timeout",
    "terminating connection",
    "the database system is",
    "could not extend file",
    "could not write",
    "no space left",
    "too many clients",
    "remaining connection slots",
    "in a read-only transaction",
    "recovery",
    "cached plan must not change result type",
];

/// The caller's view of a failed statement: unavailable if it may come right by itself, else broken.
pub(crate) fn port_error(error: Error) -> PortError {
    let passing = match &error {
        Error::DatabaseError(
            DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction,
            _,
        )
        | Error::BrokenTransactionManager => true,
        Error::DatabaseError(DatabaseErrorKind::Unknown, information) => {
            let message = information.message().to_lowercase();
            PASSING.iter().any(|text| message.contains(text))
        }
        _ => false,
    };
    if passing { PortError::unavailable(error) } else { PortError::broken(error) }
}
