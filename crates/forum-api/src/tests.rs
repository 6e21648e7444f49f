//! The API as a whole, over mocked ports.
