//! The pages that show the document.
