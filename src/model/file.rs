//! Images and attachments.

use super::FileId;

/// A file that is there from its first byte to its last.
#[derive(Clone, Debug)]
pub struct StoredFile {
    pub id: FileId,
    /// The random part of its URL, which is the permission to read it.
    pub name: String,
    /// Its name on the sender's machine, without folders.
    pub title: String,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: [u8; 32],
    /// Pixels; None when it is no picture.
    pub size: Option<PictureSize>,
}

impl StoredFile {
    /// A picture, which a page may show; everything else may only be saved.
    pub fn is_picture(&self) -> bool {
        self.size.is_some()
    }
}

/// In pixels, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureSize {
    pub width: u32,
    pub height: u32,
}

/// What is known of a file before its first byte is there.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub name: String,
    pub title: String,
    /// UTC epoch milliseconds.
    pub create_time: i64,
}

/// What is known of it after the last one.
#[derive(Clone, Debug)]
pub struct Finished {
    pub media_type: &'static str,
    pub sha256: [u8; 32],
    pub size: Option<PictureSize>,
}
