//! The pure pass over the raw document.
