//! What a message may carry, by its type.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cards;
use crate::error::{Error, Result, Text};
use crate::model::{PartyKind, StoredFile, content_type};

/// The whole content, as it is stored.
pub const CONTENT_BYTES_MAX: usize = 16_384;
const TEXT_LETTERS_MAX: usize = 4_000;
const URL_BYTES_MAX: usize = 2_048;
/// Paths of files that this server keeps.
pub const OWN_FILES: &str = "/f/";
/// 43 random letters and digits are more than 255 bits.
pub const FILE_NAME_LETTERS: usize = 43;
/// Longest sound or film, in seconds.
const DURATION_MAX: u32 = 24 * 60 * 60;

#[derive(Deserialize, Serialize)]
struct TextContent {
    text: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageContent {
    pic_url: String,
    /// Pixels; known of our own files, and never believed from a sender.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct VoiceContent {
    url: String,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct VideoContent {
    url: String,
    /// What is shown before it plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pic_url: Option<String>,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration: Option<u32>,
}

#[derive(Deserialize, Serialize)]
struct FileContent {
    url: String,
    /// Both as the server knows them, whatever the sender says.
    #[serde(default)]
    name: String,
    #[serde(default)]
    size: u64,
}

/// Checks `content` as it was sent and gives it as it is stored: unknown keys dropped, bare text wrapped.
///
/// # Errors
/// [`Error::Invalid`] names what is wrong; [`Error::Forbidden`] for a member who speaks as the system.
pub fn checked(sender: PartyKind, kind: i64, content: &str) -> Result<String> {
    if content.len() > CONTENT_BYTES_MAX {
        return Err(too_long());
    }
    let stored = match kind {
        content_type::TEXT => text(content)?,
        content_type::IMAGE => image(content)?,
        content_type::SYSTEM => system(sender, content)?,
        content_type::VOICE => voice(content)?,
        content_type::VIDEO => video(content)?,
        content_type::FILE => file(content)?,
        content_type::PRODUCT => cards::product(content)?,
        content_type::ORDER => cards::order(content)?,
        _ => {
            return Err(Error::invalid(
                "请求参数不正确:消息类型不支持",
                "contentType: not a type of message; 1 text, 2 image, 3 voice, 4 video, 6 file, 10 product, 11 order",
            ));
        }
    };
    if stored.len() > CONTENT_BYTES_MAX {
        Err(too_long())
    } else {
        Ok(stored)
    }
}

/// `{"text":"..."}`; clients up to 2.3 send the bare text.
fn text(content: &str) -> Result<String> {
    let text = match object_of(content) {
        Ok(TextContent { text }) => text,
        Err(_) if is_object(content) => {
            return Err(Error::invalid(
                "请求参数不正确:文本消息须为 {\"text\":\"…\"}",
                "content: a text message is {\"text\":\"...\"}",
            ));
        }
        Err(_) => content.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(empty());
    }
    if text.chars().count() > TEXT_LETTERS_MAX {
        return Err(Error::invalid(
            "请求参数不正确:消息最多 4000 个字符",
            "content: text is longer than 4000 characters",
        ));
    }
    write(&TextContent { text })
}

/// `{"picUrl":"..."}`; clients up to 2.3 send the bare URL.
fn image(content: &str) -> Result<String> {
    let url = match object_of(content) {
        Ok(ImageContent { pic_url, .. }) => pic_url,
        Err(_) if is_object(content) => {
            return Err(Error::invalid(
                "请求参数不正确:图片消息须为 {\"picUrl\":\"…\"}",
                "content: an image message is {\"picUrl\":\"...\"}",
            ));
        }
        Err(_) => content.to_owned(),
    };
    check_url("picUrl", &url)?;
    write(&ImageContent {
        pic_url: url,
        width: None,
        height: None,
    })
}

fn voice(content: &str) -> Result<String> {
    let voice: VoiceContent = media(content, "{\"url\":\"...\",\"duration\":seconds}")?;
    check_url("url", &voice.url)?;
    check_duration(voice.duration)?;
    write(&voice)
}

fn video(content: &str) -> Result<String> {
    let video: VideoContent = media(
        content,
        "{\"url\":\"...\",\"picUrl\":\"...\",\"duration\":seconds}",
    )?;
    check_url("url", &video.url)?;
    if let Some(url) = &video.pic_url {
        check_url("picUrl", url)?;
    }
    check_duration(video.duration)?;
    write(&video)
}

/// A file is always one that was uploaded here: name and size are filled in from it.
fn file(content: &str) -> Result<String> {
    let file: FileContent = media(content, "{\"url\":\"...\"} of an uploaded file")?;
    check_url("url", &file.url)?;
    write(&file)
}

fn media<'a, T: Deserialize<'a>>(content: &'a str, shape: &str) -> Result<T> {
    object_of(content).map_err(|_| {
        Error::invalid(
            format!("请求参数不正确:此类消息的内容须为 {shape}"),
            format!("content: a message of this type is {shape}"),
        )
    })
}

fn check_url(field: &str, url: &str) -> Result<()> {
    if is_safe_url(url) {
        return Ok(());
    }
    Err(Error::invalid(
        format!("请求参数不正确:{field} 须以 http:// 或 https:// 开头"),
        format!("content: {field} must begin with http:// or https://"),
    ))
}

fn check_duration(seconds: Option<u32>) -> Result<()> {
    if seconds.is_none_or(|seconds| seconds <= DURATION_MAX) {
        return Ok(());
    }
    Err(Error::invalid(
        "请求参数不正确:duration 须为秒数",
        format!("content.duration: seconds, at most {DURATION_MAX}"),
    ))
}

/// A content that [`checked`] has passed, with what is known of the files of ours in it: their URLs as paths, a picture's
/// size, a file's name and length. `look` finds a file by its name.
///
/// # Errors
/// [`Error::Invalid`] when `look` finds nothing, or a file of another kind; and those of `look`.
pub fn with_files(
    kind: i64,
    content: &str,
    mut look: impl FnMut(&str) -> Result<Option<StoredFile>>,
) -> Result<String> {
    let mut found = |field: &str, url: &mut String| -> Result<Option<StoredFile>> {
        let Some(name) = own_file(url) else {
            return Ok(None);
        };
        let file = look(name)?.ok_or_else(|| not_yours(field))?;
        *url = format!("{OWN_FILES}{}", file.name);
        Ok(Some(file))
    };
    match kind {
        content_type::IMAGE => {
            let mut image: ImageContent = stored(content)?;
            if let Some(file) = found("picUrl", &mut image.pic_url)? {
                let size = file.size.ok_or_else(no_picture)?;
                (image.width, image.height) = (Some(size.width), Some(size.height));
            }
            write(&image)
        }
        content_type::VOICE => {
            let mut voice: VoiceContent = stored(content)?;
            found("url", &mut voice.url)?;
            write(&voice)
        }
        content_type::VIDEO => {
            let mut video: VideoContent = stored(content)?;
            found("url", &mut video.url)?;
            if let Some(url) = &mut video.pic_url {
                found("picUrl", url)?;
            }
            write(&video)
        }
        _ => {
            let mut file: FileContent = stored(content)?;
            let known = found("url", &mut file.url)?.ok_or_else(|| not_yours("url"))?;
            (file.name, file.size) = (known.title, known.bytes);
            write(&file)
        }
    }
}

/// Whether a message of this type may name files of ours.
pub fn may_carry_files(kind: i64) -> bool {
    matches!(
        kind,
        content_type::IMAGE | content_type::VOICE | content_type::VIDEO | content_type::FILE
    )
}

/// A stored content as it goes out: our files with the shop's address before them, since the original's clients put a
/// foreign host before a path.
pub fn absolute(kind: i64, content: &mut String, public_url: &str) {
    if may_carry_files(kind) {
        // Our own compact JSON: a colon, a quote and a path can only be the beginning of a value, and of those only URLs
        // have a slash in them.
        *content = content.replace(":\"/f/", &format!(":\"{public_url}/f/"));
    }
}

/// The name of a file of ours in its URL: a path, or behind whatever host, since the shop may be reached by several. The
/// pages see it alike.
pub fn own_file(url: &str) -> Option<&str> {
    let behind_host = url
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let path = behind_host.unwrap_or(url);
    path.strip_prefix(OWN_FILES)
        .filter(|name| is_file_name(name))
}

/// Whether this could be the name of a file of ours at all.
pub fn is_file_name(name: &str) -> bool {
    name.len() == FILE_NAME_LETTERS && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn stored<'a, T: Deserialize<'a>>(content: &'a str) -> Result<T> {
    serde_json::from_str(content).map_err(|e| Error::Internal(e.to_string()))
}

fn not_yours(field: &str) -> Error {
    Error::invalid(
        format!("请求参数不正确:{field} 不是您上传的文件"),
        format!("content.{field}: not a file that you uploaded; upload it first"),
    )
}

fn no_picture() -> Error {
    Error::invalid(
        "请求参数不正确:picUrl 不是图片，请作为文件发送",
        "content.picUrl: not a picture; send it as a file (contentType 6)",
    )
}

/// Shown as it is, in the middle of the conversation; only the shop may do that.
fn system(sender: PartyKind, content: &str) -> Result<String> {
    if sender == PartyKind::Member {
        return Err(Error::Forbidden(Text::new(
            "会员不能发送系统消息",
            "contentType: members may not send system messages",
        )));
    }
    if content.trim().is_empty() {
        return Err(empty());
    }
    // Kept as it is, and SQLite measures a text up to its first NUL.
    if content.contains('\0') {
        return Err(Error::invalid(
            "请求参数不正确:系统消息不能包含 NUL 字符",
            "content: must not contain NUL",
        ));
    }
    Ok(content.to_owned())
}

/// http, https or a file of ours; nothing that a browser could run, and nothing it would read differently than we do.
pub fn is_safe_url(url: &str) -> bool {
    let plain = url.bytes().all(|b| b > b' ' && b != 0x7f && b != b'\\');
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let known = lower.starts_with("http://")
        || lower.starts_with("https://")
        || url.strip_prefix(OWN_FILES).is_some_and(is_file_name);
    plain && known && url.len() <= URL_BYTES_MAX
}

/// Reads an object; a list would do for serde too, but is a text that happens to be JSON.
fn object_of<'a, T: Deserialize<'a>>(content: &'a str) -> serde_json::Result<T> {
    if content.trim_start().starts_with('{') {
        return serde_json::from_str(content);
    }
    Err(serde::de::Error::custom("not an object"))
}

fn is_object(content: &str) -> bool {
    matches!(serde_json::from_str(content), Ok(Value::Object(_)))
}

fn write(content: &impl Serialize) -> Result<String> {
    serde_json::to_string(content).map_err(|e| Error::Internal(e.to_string()))
}

fn empty() -> Error {
    Error::invalid("请求参数不正确:消息不能为空", "content: must not be empty")
}

fn too_long() -> Error {
    Error::invalid(
        "请求参数不正确:消息内容超过 16 KB",
        "content: longer than 16 KB",
    )
}
