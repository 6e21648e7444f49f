//! Files in a directory of this machine.
//!
//! A file is written under another name, made durable, and only then given its own: under its name it is
//! there whole or not at all.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use forum_domain::{
    error::PortError,
    media::{MediaKey, MediaStorage, Piece, Stored},
};

use super::place;

/// Where files are written before they have their names.
const UNFINISHED: &str = "unfinished";
/// Nobody writes a file for longer.
const ABANDONED: Duration = Duration::from_secs(60);

/// A directory with the files of media.
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// The files below this directory, which need not be there yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// As [`Self::new`], for whoever will write: the directory is made if it is not there, and what an earlier
    /// process left unfinished is removed.
    ///
    /// # Errors
    /// A directory that cannot be made or written to.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let directory = Self::new(root);
        let unfinished = directory.root.join(UNFINISHED);
        private(&unfinished)?;
        tidy(&unfinished)?;
        // That it can be written to shows itself now, not at the first upload.
        tempfile::NamedTempFile::new_in(&unfinished)?.close()?;
        Ok(directory)
    }

    fn path(&self, key: &MediaKey) -> PathBuf {
        self.root.join(place(key))
    }
}

#[async_trait]
impl MediaStorage for Directory {
    async fn put(&self, key: &MediaKey, bytes: Vec<u8>) -> Result<(), PortError> {
        let (root, path) = (self.root.clone(), self.path(key));
        blocking(move || write(&root, &path, &bytes)).await
    }

    async fn read(&self, key: &MediaKey, from: u64, most: u64) -> Result<Option<Piece>, PortError> {
        let path = self.path(key);
        blocking(move || read(&path, from, most)).await
    }

    async fn remove(&self, key: &MediaKey) -> Result<(), PortError> {
        let path = self.path(key);
        blocking(move || missing_is_fine(fs::remove_file(path))).await
    }

    async fn list(&self, shard: u8) -> Result<Vec<Stored>, PortError> {
        let directory = self.root.join(format!("{shard:02x}"));
        blocking(move || list(&directory)).await
    }

    async fn tidy(&self) -> Result<u64, PortError> {
        let unfinished = self.root.join(UNFINISHED);
        blocking(move || tidy(&unfinished)).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PortError> {
    tokio::task::spawn_blocking(work).await.map_err(PortError::broken)?.map_err(PortError::unavailable)
}

fn write(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Removed when it goes, unless it gets its name.
    let mut file = tempfile::NamedTempFile::new_in(root.join(UNFINISHED))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let directory = path.parent().unwrap_or(root);
    let new = !directory.is_dir();
    private(directory)?;
    file.persist_noclobber(path).map_err(|failed| failed.error)?;
    // The name is as durable as the directory that holds it, and that as the one above.
    sync(directory)?;
    if new {
        for above in directory.ancestors().skip(1).take_while(|above| above.starts_with(root)) {
            sync(above)?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

fn read(path: &Path, from: u64, most: u64) -> io::Result<Option<Piece>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let total = file.metadata()?.len();
    let length = most.min(total.saturating_sub(from));
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    if length > 0 {
        file.seek(SeekFrom::Start(from))?;
        file.take(length).read_to_end(&mut bytes)?;
    }
    Ok(Some(Piece { total, bytes }))
}

fn list(shard: &Path) -> io::Result<Vec<Stored>> {
    let mut stored = Vec::new();
    for directory in entries(shard)? {
        for file in entries(&directory.path())? {
            let key = file.file_name().to_str().and_then(MediaKey::parse);
            // Removed meanwhile, it is no file any more.
            let Ok(about) = file.metadata() else { continue };
            if let Some(key) = key.filter(|_| about.is_file()) {
                stored.push(Stored { key, stored_at: DateTime::<Utc>::from(about.modified()?) });
            }
        }
    }
    Ok(stored)
}

/// What a directory holds; one that is not there, or is none, holds nothing.
fn entries(directory: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(directory) {
        Ok(entries) => entries.collect(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Removes what nobody writes to any more. How many.
fn tidy(unfinished: &Path) -> io::Result<u64> {
    let mut removed = 0;
    for file in entries(unfinished)? {
        // Renamed meanwhile, it is finished.
        let Ok(touched) = file.metadata().and_then(|about| about.modified()) else { continue };
        if age(touched) > ABANDONED {
            missing_is_fine(fs::remove_file(file.path()))?;
            removed += 1;
        }
    }
    Ok(removed)
}

#[expect(clippy::disallowed_methods, reason = "a file's age is by the clock that dated the file")]
fn age(touched: SystemTime) -> Duration {
    SystemTime::now().duration_since(touched).unwrap_or_default()
}

fn missing_is_fine(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// A directory that only its owner may enter.
fn private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
