//! Posts: the rules, the lists, writing and changing them, and what moderators do with them.

mod lists;
mod marks;
mod rules;
mod writing;
