//! Pictures: decoded within limits and written anew, so that nothing of what was uploaded reaches anybody but its pixels.
//! Places, cameras and whatever else a file carried stay behind.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result, Text};
use crate::model::PictureSize;

/// Pixels of a picture before it is made smaller.
const PIXELS_MAX: u64 = 40_000_000;
/// Bytes that decoding one may take.
const DECODING_BYTES_MAX: u64 = 128 << 20;
const EDGE_MAX: u32 = 32_768;
/// The longer side of what is kept, and of its small form.
const KEPT_EDGE_MAX: u32 = 2_560;
const THUMBNAIL_EDGE_MAX: u32 = 480;
/// A picture without fine transparency is kept as PNG up to this size, since screenshots blur as JPEG.
const PNG_BYTES_MAX: usize = 1_500_000;
const JPEG_QUALITY: u8 = 85;
/// Each takes up to [`DECODING_BYTES_MAX`]; on the smallest machine two is what there is room for.
const AT_ONCE_MAX: usize = 2;
const TIME_MAX: Duration = Duration::from_secs(5);
/// How long an upload waits for its turn.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// A picture as it is kept.
pub struct Picture {
    pub bytes: Vec<u8>,
    pub media_type: &'static str,
    pub size: PictureSize,
    /// None when the picture itself is small.
    pub thumbnail: Option<Box<Picture>>,
}

/// The machine's places for decoding.
pub struct Pictures {
    turns: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Pictures {
        Pictures {
            turns: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        }
    }
}

/// What a file is, by its first bytes and never by what its sender calls it; None for all that is no picture of the four
/// kinds that are decoded here.
pub fn kind(first_bytes: &[u8]) -> Option<ImageFormat> {
    let kinds = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ];
    image::guess_format(first_bytes)
        .ok()
        .filter(|kind| kinds.contains(kind))
}

/// Leave to have one picture in memory.
pub struct Turn(OwnedSemaphorePermit);

impl Pictures {
    /// Waits for a turn. Whoever has none must not read his picture into memory yet.
    ///
    /// # Errors
    /// [`Error::Busy`] when none came.
    pub async fn turn(&self) -> Result<Turn> {
        let turn = tokio::time::timeout(WAIT_MAX, self.turns.clone().acquire_owned());
        match turn.await {
            Ok(Ok(turn)) => Ok(Turn(turn)),
            _ => Err(Error::Busy),
        }
    }

    /// Writes a picture anew.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when it has too many pixels or takes too long, [`Error::UnsupportedFile`] when it cannot be
    /// decoded.
    pub async fn renew(&self, turn: Turn, kind: ImageFormat, bytes: Vec<u8>) -> Result<Picture> {
        let work = tokio::task::spawn_blocking(move || {
            // A decoder cannot be stopped: its place is given back when it has ended, whoever has gone meanwhile.
            let _turn = turn.0;
            renew(kind, bytes)
        });
        match tokio::time::timeout(TIME_MAX, work).await {
            Ok(done) => done.map_err(|_| damaged())?,
            Err(_) => Err(too_large()),
        }
    }
}

fn renew(kind: ImageFormat, bytes: Vec<u8>) -> Result<Picture> {
    let coefficients = if kind == ImageFormat::Jpeg {
        coefficient_bytes(&bytes)
    } else {
        0
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    let mut limits = Limits::default();
    limits.max_image_width = Some(EDGE_MAX);
    limits.max_image_height = Some(EDGE_MAX);
    limits.max_alloc = Some(DECODING_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX
        || decoder.total_bytes().saturating_add(coefficients) > DECODING_BYTES_MAX
    {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let decoded = DynamicImage::from_decoder(decoder).map_err(refused)?;
    // Made smaller before it is turned: turning needs a second copy.
    let mut picture = eight_bit(within(decoded, KEPT_EDGE_MAX));
    picture.apply_orientation(orientation);
    let lossless = kind == ImageFormat::Png || kind == ImageFormat::Gif;
    let mut kept = write(&picture, lossless)?;
    if picture.width().max(picture.height()) > THUMBNAIL_EDGE_MAX {
        let small = within(picture, THUMBNAIL_EDGE_MAX);
        kept.thumbnail = Some(Box::new(write(&small, false)?));
    }
    Ok(kept)
}

/// What decoding a progressive JPEG holds beside its pixels, which the library's own limit does not count: two bytes for
/// each pixel of each component. 0 for one that is decoded line by line.
fn coefficient_bytes(jpeg: &[u8]) -> u64 {
    let mut rest = jpeg.get(2..).unwrap_or_default();
    while let [0xff, marker, tail @ ..] = rest {
        if *marker == 0xff {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let [high, low, ..] = tail else { return 0 };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        match marker {
            // The frame's header: length, precision, height, width, number of components.
            0xc2 | 0xc6 | 0xca | 0xce => {
                let number = |at: usize| tail.get(at).copied().map_or(0, u64::from);
                let (height, width) = (number(3) << 8 | number(4), number(5) << 8 | number(6));
                return 2 * width * height * number(7);
            }
            0xc0 | 0xc1 | 0xc3 | 0xc5 | 0xc7 | 0xc9 | 0xcb | 0xcd | 0xcf | 0xda => return 0,
            _ => rest = tail.get(length..).unwrap_or_default(),
        }
    }
    0
}

/// Averages areas, in whole numbers: the finer filters would hold the picture a second time in floating point.
fn within(picture: DynamicImage, edge: u32) -> DynamicImage {
    if picture.width() <= edge && picture.height() <= edge {
        return picture;
    }
    picture.thumbnail(edge, edge)
}

fn eight_bit(picture: DynamicImage) -> DynamicImage {
    if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    }
}

fn write(picture: &DynamicImage, lossless: bool) -> Result<Picture> {
    let size = PictureSize {
        width: picture.width(),
        height: picture.height(),
    };
    let transparent = picture
        .as_rgba8()
        .is_some_and(|pixels| pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX));
    if transparent || lossless {
        let mut bytes = Vec::new();
        picture
            .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
            .map_err(refused)?;
        if transparent || bytes.len() <= PNG_BYTES_MAX {
            return Ok(Picture {
                bytes,
                media_type: "image/png",
                size,
                thumbnail: None,
            });
        }
    }
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    picture
        .to_rgb8()
        .write_with_encoder(encoder)
        .map_err(refused)?;
    Ok(Picture {
        bytes,
        media_type: "image/jpeg",
        size,
        thumbnail: None,
    })
}

fn refused(error: ImageError) -> Error {
    match error {
        ImageError::Limits(_) => too_large(),
        _ => damaged(),
    }
}

fn too_large() -> Error {
    Error::TooLarge(Text::new(
        "图片尺寸过大，请缩小后重试（最多 4000 万像素）",
        "file: the picture is too large; make it smaller (at most 40 million pixels)",
    ))
}

fn damaged() -> Error {
    Error::UnsupportedFile(Text::new(
        "图片已损坏，无法读取",
        "file: the picture is damaged and cannot be read",
    ))
}
