//! What the pages promise, for every page in both languages.

mod gallery;
mod language;
mod names;
mod promises;
mod texts;
