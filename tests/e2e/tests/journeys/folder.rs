//! A folder of one journey's own; it goes when the journey ends.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("e2e-{}-{count}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("the target folder can be written to");
        Folder(path)
    }

    pub fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }

    /// A folder in it, made.
    pub fn room(&self, inside: &str) -> PathBuf {
        let path = self.path(inside);
        std::fs::create_dir_all(&path).expect("a folder of our own can be written to");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now goes with the target folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
