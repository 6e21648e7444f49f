//! The ways to mobiles.

mod console;
mod yunpian;

pub use console::{ConsoleSms, SentSms};
pub use yunpian::{Yunpian, YunpianError};
