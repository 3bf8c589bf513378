//! The files of `deploy/` as they are shipped. A test may replace addresses in them, by their exact text, and
//! nothing else; what is not found fails the test, so that a file cannot drift away from its tests.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of `deploy/`.
#[derive(Clone, Debug)]
pub(super) struct Shipped {
    path: PathBuf,
    text: String,
}

impl Shipped {
    /// Reads `deploy/<name>`.
    pub(super) fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../deploy")
            .join(name);
        let text =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    /// Puts something in the place of an address, everywhere.
    pub(super) fn replace(mut self, from: &str, to: &str) -> Self {
        assert!(
            self.text.contains(from),
            "{} does not hold {from:?}",
            self.path.display()
        );
        self.text = self.text.replace(from, to);
        self
    }

    /// Takes out what stands from one line to before another: what only a real certificate can fill.
    pub(super) fn without(mut self, from: &str, to: &str) -> Self {
        let start = self.text.find(from).expect("the first line is not there");
        let length = self.text[start..].find(to).expect("no line behind it");
        self.text.replace_range(start..start + length, "");
        self
    }

    /// Puts lines before the first: what a whole configuration has and a file for one site has not.
    pub(super) fn with_head(mut self, head: &str) -> Self {
        self.text.insert_str(0, head);
        self
    }

    /// Writes the file into a folder under its own name.
    pub(super) fn write(&self, folder: &Path) -> PathBuf {
        let file = folder.join(self.path.file_name().unwrap());
        fs::create_dir_all(folder).unwrap();
        fs::write(&file, &self.text).unwrap();
        file
    }
}
