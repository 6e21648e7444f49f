//! SMS codes: how somebody proves that a mobile is his.

mod error;
mod model;
mod ports;
pub mod rules;
mod service;
#[cfg(test)]
mod tests;

pub use error::CodeError;
pub use model::{Code, CodeKey, Purpose, SentCode};
pub use ports::{CodeStore, Consumed, IssuedCode, SmsSender};
#[cfg(any(test, feature = "mock"))]
pub use ports::{MockCodeStore, MockSmsSender};
pub use service::CodeService;
