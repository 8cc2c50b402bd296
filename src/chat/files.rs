//! Uploading files, reading them, and tying them to the messages that carry them.

mod places;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep_until};

use super::pictures::{self, Picture};
use super::sessions::random_text;
use super::{Chat, content, now};
use crate::error::{Error, Result, Text};
use crate::model::{
    FileId, Finished, NewFile, NewMessage, Party, PictureSize, Session, StoredFile,
};
use crate::store::files::CHUNK_BYTES;
use crate::store::{Connection, Store, files as rows};

pub use places::{UploadPlace, Uploads};

/// Bytes of one file; the owner may set less.
pub const UPLOAD_BYTES_MAX: usize = 10 << 20;
/// Bytes that one member may have here; an admin is trusted with the shop's whole room.
const MEMBER_BYTES_MAX: u64 = 200 << 20;
/// Of the shop's room this part is the staff's alone, so that customers cannot take all of it.
const STAFF_SHARE: u64 = 10;
/// Between two chunks of all uploads: 17 MB in a second are more than a shop's line takes in.
const CHUNK_PAUSE: Duration = Duration::from_millis(15);
/// First bytes that say what a file is.
const SNIFFED_BYTES: usize = 32;
const TITLE_LETTERS_MAX: usize = 120;
const ATTACHMENT: &str = "application/octet-stream";

/// A file whose last byte is still to come. Dropped before that, it goes: its client has gone, too.
struct Unfinished {
    store: Store,
    id: Option<FileId>,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let store = self.store.clone();
            // What cannot be deleted now is swept with all that was never sent.
            tokio::spawn(async move { store.write(move |c, _| rows::delete_unsent(c, id)).await });
        }
    }
}

/// A file that somebody asks for.
pub struct OpenFile {
    pub file: StoredFile,
    chat: Arc<Chat>,
}

impl OpenFile {
    /// The bytes of one chunk, [`CHUNK_BYTES`] but for the last; None past the end, or when the file has just gone.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn chunk(&self, number: u32) -> Result<Option<Bytes>> {
        let id = self.file.id;
        let data = self.chat.store.read(move |c| rows::chunk(c, id, number));
        Ok(data.await?.map(Bytes::from))
    }
}

impl Chat {
    /// Keeps a file, chunk by chunk as it comes, and gives its URL: absolute when the shop's address is known. A picture is
    /// written anew.
    ///
    /// # Errors
    /// [`Error::BodyTooLarge`], [`Error::TooLarge`] and [`Error::UnsupportedFile`] about the file, [`Error::NoRoom`] when
    /// the shop or the member has too many, those of `bytes`, and those of the store.
    pub async fn upload<S>(&self, place: UploadPlace, title: &str, bytes: S) -> Result<String>
    where
        S: Stream<Item = Result<Bytes>> + Send + Unpin,
    {
        let session = place.session;
        let new = NewFile {
            name: random_text(content::FILE_NAME_LETTERS),
            title: tidy_title(title),
            create_time: now(),
        };
        let name = new.name.clone();
        if let Err(error) = self.check_room(session.party).await {
            drained(bytes).await;
            return Err(error);
        }
        let id = self.begin_file(session, new, None).await?;
        let mut unfinished = Unfinished {
            store: self.store.clone(),
            id: Some(id),
        };
        let filled = self.fill(session, id, place.bytes_max, bytes).await;
        unfinished.id = None;
        if let Err(error) = filled {
            let _ = self
                .store
                .write(move |c, _| rows::delete_unsent(c, id))
                .await;
            return Err(error);
        }
        let origin = self.public_url().unwrap_or_default();
        Ok(format!("{origin}{}{name}", content::OWN_FILES))
    }

    /// The file of this name, or its small form; None when there is none.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn open_file(
        self: &Arc<Chat>,
        name: &str,
        thumbnail: bool,
    ) -> Result<Option<OpenFile>> {
        let name = name.to_owned();
        let file = self.store.read(move |c| {
            let Some(file) = rows::find(c, &name)? else {
                return Ok(None);
            };
            if thumbnail && file.is_picture() {
                // A small picture is its own small form.
                return Ok(Some(rows::thumbnail(c, file.id)?.unwrap_or(file)));
            }
            Ok((!thumbnail).then_some(file))
        });
        Ok(file.await?.map(|file| OpenFile {
            file,
            chat: self.clone(),
        }))
    }

    async fn begin_file(
        &self,
        session: Session,
        new: NewFile,
        thumbnail_of: Option<FileId>,
    ) -> Result<FileId> {
        self.write_as(session, move |c, _| {
            rows::begin(c, session.party, &new, thumbnail_of)
        })
        .await
    }

    /// Those who upload at the same moment may go past the limit by what they upload.
    async fn check_room(&self, party: Party) -> Result<()> {
        let kept = self.store.read(move |c| rows::kept(c, party)).await?;
        let shop_max = self.files_bytes_max();
        let (shop_max, party_max) = match party {
            Party::Admin(_) => (shop_max, u64::MAX),
            Party::Member(_) => (shop_max - shop_max / STAFF_SHARE, MEMBER_BYTES_MAX),
        };
        if kept.of_all >= shop_max {
            return Err(Error::NoRoom(Text::new(
                "店铺的文件空间已满，请联系店家",
                "file: the shop has no room for more files; the owner can make more in the settings",
            )));
        }
        if kept.of_party >= party_max {
            return Err(Error::NoRoom(Text::new(
                "您上传的文件过多，无法继续上传",
                "file: you have uploaded too much; no more can be kept",
            )));
        }
        Ok(())
    }

    async fn fill<S>(
        &self,
        session: Session,
        id: FileId,
        bytes_max: usize,
        mut bytes: S,
    ) -> Result<()>
    where
        S: Stream<Item = Result<Bytes>> + Send + Unpin,
    {
        let mut hash = Sha256::new();
        let mut chunk = BytesMut::new();
        let mut first = Vec::new();
        let mut number = 0;
        let mut length = 0;
        while let Some(piece) = bytes.next().await {
            let piece = piece?;
            length += piece.len();
            if length > bytes_max {
                drained(bytes).await;
                return Err(Error::BodyTooLarge { bytes_max });
            }
            hash.update(&piece);
            let sniffed = piece.len().min(SNIFFED_BYTES - first.len());
            first.extend_from_slice(&piece[..sniffed]);
            chunk.extend_from_slice(&piece);
            while chunk.len() >= CHUNK_BYTES {
                self.add_chunk(id, number, chunk.split_to(CHUNK_BYTES).freeze())
                    .await?;
                number += 1;
            }
        }
        if length == 0 {
            return Err(Error::invalid(
                "文件附件不能为空",
                "file: must be given and not be empty",
            ));
        }
        if !chunk.is_empty() {
            self.add_chunk(id, number, chunk.freeze()).await?;
        }
        let Some(kind) = pictures::kind(&first) else {
            return self
                .finish_file(id, ATTACHMENT, hash.finalize().into(), None)
                .await;
        };
        let turn = self.pictures.turn().await?;
        let uploaded = self.whole(id).await?;
        let picture = self.pictures.renew(turn, kind, uploaded).await?;
        self.store.write(move |c, _| rows::empty(c, id)).await?;
        self.keep_picture(session, id, picture).await
    }

    /// Writes a picture's thumbnail first: the picture itself is found from its last chunk on.
    async fn keep_picture(&self, session: Session, id: FileId, picture: Picture) -> Result<()> {
        if let Some(small) = picture.thumbnail {
            let new = NewFile {
                name: random_text(content::FILE_NAME_LETTERS),
                title: "thumbnail".to_owned(),
                create_time: now(),
            };
            let thumbnail = self.begin_file(session, new, Some(id)).await?;
            self.keep_bytes(thumbnail, small.bytes, small.media_type, small.size)
                .await?;
        }
        self.keep_bytes(id, picture.bytes, picture.media_type, picture.size)
            .await
    }

    async fn keep_bytes(
        &self,
        id: FileId,
        bytes: Vec<u8>,
        media_type: &'static str,
        size: PictureSize,
    ) -> Result<()> {
        let hash = Sha256::digest(&bytes).into();
        let mut rest = Bytes::from(bytes);
        let mut number = 0;
        while !rest.is_empty() {
            let chunk = rest.split_to(rest.len().min(CHUNK_BYTES));
            self.add_chunk(id, number, chunk).await?;
            number += 1;
        }
        self.finish_file(id, media_type, hash, Some(size)).await
    }

    /// Each chunk is a job of its own, one of all uploads at a time and never one right behind the other: messages get
    /// their turn between them, and the log does not grow faster than it can be brought in without holding senders up.
    async fn add_chunk(&self, id: FileId, number: u32, data: Bytes) -> Result<()> {
        let mut next = self.uploads.next_chunk.lock().await;
        sleep_until(*next).await;
        let added = self.store.write_sized(data.len(), move |c, _| {
            rows::add_chunk(c, id, number, &data)
        });
        let added = added.await;
        *next = Instant::now() + CHUNK_PAUSE;
        added
    }

    async fn finish_file(
        &self,
        id: FileId,
        media_type: &'static str,
        sha256: [u8; 32],
        size: Option<PictureSize>,
    ) -> Result<()> {
        let finished = Finished {
            media_type,
            sha256,
            size,
        };
        self.store
            .write(move |c, _| rows::finish(c, id, &finished))
            .await
    }

    async fn whole(&self, id: FileId) -> Result<Vec<u8>> {
        self.store
            .read(move |c| {
                let mut all = Vec::new();
                let mut number = 0;
                while let Some(chunk) = rows::chunk(c, id, number)? {
                    all.extend_from_slice(&chunk);
                    number += 1;
                }
                Ok(all)
            })
            .await
    }
}

/// Reads on for a while and forgets it, so that the client has sent all and hears the answer instead of a reset.
async fn drained<S>(mut bytes: S)
where
    S: Stream<Item = Result<Bytes>> + Send + Unpin,
{
    // The end comes with the stream's own limit at the latest.
    while let Some(Ok(_)) = bytes.next().await {}
}

/// The last part of a path, without what could hide what it really is.
fn tidy_title(title: &str) -> String {
    let name = title.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name
        .chars()
        .filter(|letter| !letter.is_control() && !is_direction(*letter))
        .take(TITLE_LETTERS_MAX)
        .collect();
    let name = name.trim();
    if name.is_empty() || name == "." || name == ".." {
        "file".to_owned()
    } else {
        name.to_owned()
    }
}

/// Letters that turn the direction of writing: `gpj.exe` must not be shown as `exe.jpg`.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What the database knows about the files in a message of `sender`: its content with that filled in, and the files.
///
/// # Errors
/// [`Error::Invalid`] when one of ours is named that is not there, or not the sender's own.
pub fn settle(
    connection: &Connection,
    sender: Party,
    new: &NewMessage,
) -> Result<(String, Vec<FileId>)> {
    let mut found = Vec::new();
    let content = content::with_files(new.content_type, &new.content, |name| {
        let file = rows::find_own(connection, name, sender)?;
        found.extend(file.as_ref().map(|file| file.id));
        Ok(file)
    })?;
    Ok((content, found))
}
