//! The pictures of the shop and of its staff: files that no message carries, kept for as long as they are somebody's.

use super::content;
use crate::error::{Error, Result};
use crate::store::{Connection, files as rows};

/// Puts `url` in the place of `before`, the picture that was there until now, and gives what to keep of it: a path of
/// ours. The file of `before` goes at once, with its small form. Called inside the transaction that keeps the answer; the
/// caller has made sure that it is one of the staff who asks. `url` may be the one that is there already, which changes
/// nothing.
///
/// # Errors
/// [`Error::Invalid`] naming `avatar`, unless `url` is a picture that one of the staff has uploaded here and that nothing
/// else uses: a picture in two places would go from both when it is replaced in one.
pub fn replace(
    connection: &Connection,
    before: Option<&str>,
    url: Option<&str>,
) -> Result<Option<String>> {
    let name = match url {
        Some(url) => Some(content::own_file(url).ok_or_else(not_ours)?),
        None => None,
    };
    let old = before.and_then(content::own_file);
    if old != name {
        if let Some(name) = name {
            claim(connection, name)?;
        }
        if let Some(old) = old {
            rows::release_avatar(connection, old)?;
        }
    }
    Ok(name.map(|name| format!("{}{name}", content::OWN_FILES)))
}

fn claim(connection: &Connection, name: &str) -> Result<()> {
    let file = rows::find_of_staff(connection, name)?.ok_or_else(not_ours)?;
    if !file.is_picture() {
        return Err(Error::invalid(
            "请求参数不正确:avatar 须为图片 (PNG、JPEG、GIF 或 WebP)",
            "avatar: not a picture; upload a PNG, JPEG, GIF or WebP",
        ));
    }
    if !rows::claim_avatar(connection, file.id)? {
        return Err(Error::invalid(
            "请求参数不正确:avatar 已用于别处，请重新上传",
            "avatar: that file is in use elsewhere; upload it again",
        ));
    }
    Ok(())
}

/// A picture of somebody as it goes out: one of ours with the shop's address before it, when that is known.
pub fn absolute(avatar: &mut Option<String>, public_url: Option<&str>) {
    if let (Some(path), Some(origin)) = (avatar, public_url)
        && path.starts_with('/')
    {
        path.insert_str(0, origin);
    }
}

fn not_ours() -> Error {
    Error::invalid(
        "请求参数不正确:avatar 须为店铺人员上传到本服务器的图片，请先上传",
        "avatar: must be a picture that the staff have uploaded here; upload it first",
    )
}
