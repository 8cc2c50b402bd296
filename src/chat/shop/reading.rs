//! What an owner sends as settings, field by field: the first wrong one is named, with the way out.

use serde_json::Value;

use crate::chat::fields::{Fault, Fields, Read};
use crate::chat::files::UPLOAD_BYTES_MAX;
use crate::chat::origins::typed_origin;
use crate::model::{Language, ShopSettings};

const NAME_LETTERS_MAX: usize = 40;
/// An address of a file of ours.
const AVATAR_LETTERS_MAX: usize = 1_024;
const GREETING_LETTERS_MAX: usize = 300;
/// Origins in one list.
const SITES_MAX: usize = 50;
/// Letters of one list together: it stands in a header of every page, and proxies take only so much of one.
const SITES_LETTERS_MAX: usize = 1_500;
/// A smaller limit would refuse what a phone's camera makes.
const UPLOAD_BYTES_MIN: i64 = 1 << 20;
const UPLOADS_PER_HOUR_MAX: i64 = 10_000;
/// A terabyte: SQLite could hold more, a shop's disk hardly.
const FILES_MB_MAX: i64 = 1 << 20;

/// The picture that `row` names: null takes it away, nothing leaves it as it is.
#[allow(clippy::option_option)]
pub fn avatar(row: &Value) -> Read<Option<Option<String>>> {
    let fields = Fields::of(row)?;
    if !fields.names("avatar") {
        return Ok(None);
    }
    fields.text("avatar", AVATAR_LETTERS_MAX).map(Some)
}

/// `settings` with what `row` names in the place of what was there, but for the picture, which is a file of ours.
pub fn changed(settings: ShopSettings, row: &Value) -> Read<ShopSettings> {
    let fields = Fields::of(row)?;
    let mut new = settings;
    if fields.names("name") {
        new.name = read_name(&fields)?;
    }
    if fields.names("color") {
        new.color = read_color(&fields)?;
    }
    if fields.names("greetingZh") {
        new.greeting_zh = read_greeting(&fields, "greetingZh")?;
    }
    if fields.names("greetingEn") {
        new.greeting_en = read_greeting(&fields, "greetingEn")?;
    }
    if fields.names("language") {
        new.language = read_language(&fields)?;
    }
    if fields.names("sites") {
        new.sites = read_sites(&fields, "sites")?;
    }
    if fields.names("pictureSites") {
        new.picture_sites = read_sites(&fields, "pictureSites")?;
    }
    if fields.names("uploadBytesMax") {
        let max = i64::try_from(UPLOAD_BYTES_MAX).unwrap_or(i64::MAX);
        new.upload_bytes_max = read_limit(&fields, "uploadBytesMax", UPLOAD_BYTES_MIN, max)?;
    }
    if fields.names("uploadsPerHour") {
        new.uploads_per_hour = read_limit(&fields, "uploadsPerHour", 1, UPLOADS_PER_HOUR_MAX)?;
    }
    if fields.names("filesMbMax") {
        new.files_mb_max = read_limit(&fields, "filesMbMax", 1, FILES_MB_MAX)?;
    }
    Ok(new)
}

fn read_name(fields: &Fields<'_>) -> Read<Option<String>> {
    let name = tidy(fields.text("name", NAME_LETTERS_MAX)?);
    match &name {
        Some(text) if text.chars().any(char::is_control) => Err(Fault::new(
            "name",
            "不能含有换行或控制字符",
            "must be one line, without control characters",
        )),
        _ => Ok(name),
    }
}

fn read_color(fields: &Fields<'_>) -> Read<Option<String>> {
    let wrong = || {
        Fault::new(
            "color",
            "须为 #rrggbb 形式的颜色，例如 #0f766e",
            "must be a colour as #rrggbb, such as #0f766e",
        )
    };
    let Some(value) = fields.value("color") else {
        return Ok(None);
    };
    let color = value.as_str().ok_or_else(wrong)?.to_ascii_lowercase();
    let digits = color.strip_prefix('#').ok_or_else(wrong)?;
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(Some(color))
    } else {
        Err(wrong())
    }
}

/// Several lines are allowed.
fn read_greeting(fields: &Fields<'_>, name: &str) -> Read<Option<String>> {
    let greeting = fields.text(name, GREETING_LETTERS_MAX)?;
    let greeting = tidy(greeting.map(|text| text.replace("\r\n", "\n")));
    let is_odd = |letter: char| letter.is_control() && letter != '\n';
    match &greeting {
        Some(text) if text.chars().any(is_odd) => Err(Fault::new(
            name,
            "除换行外不能含有控制字符",
            "must have no control characters but line breaks",
        )),
        _ => Ok(greeting),
    }
}

fn read_language(fields: &Fields<'_>) -> Read<Language> {
    match fields.value("language").map(Value::as_str) {
        None | Some(Some("auto")) => Ok(Language::Auto),
        Some(Some("zh")) => Ok(Language::Zh),
        Some(Some("en")) => Ok(Language::En),
        Some(_) => Err(Fault::new(
            "language",
            "须为 auto、zh 或 en",
            "must be auto, zh or en",
        )),
    }
}

/// Origins, each once, in the order given.
fn read_sites(fields: &Fields<'_>, name: &str) -> Read<Vec<String>> {
    let Some(value) = fields.value(name) else {
        return Ok(Vec::new());
    };
    let values = value.as_array().ok_or_else(|| {
        Fault::new(
            name,
            "须为网站地址的数组",
            "must be a list of sites' addresses",
        )
    })?;
    if values.len() > SITES_MAX {
        return Err(Fault::new(
            name,
            format!("最多 {SITES_MAX} 项"),
            format!("at most {SITES_MAX} of them"),
        ));
    }
    let mut sites: Vec<String> = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        // What is no text is answered like a text that is no site.
        let site = typed_origin(value.as_str().unwrap_or_default()).map_err(|text| Fault {
            field: format!("{name}[{index}]"),
            text,
        })?;
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    if sites.iter().map(String::len).sum::<usize>() > SITES_LETTERS_MAX {
        return Err(Fault::new(
            name,
            format!("合计最多 {SITES_LETTERS_MAX} 个字符，请删去不用的网站"),
            format!("at most {SITES_LETTERS_MAX} characters together; leave out what is not used"),
        ));
    }
    Ok(sites)
}

fn read_limit<T: TryFrom<i64>>(
    fields: &Fields<'_>,
    name: &str,
    min: i64,
    max: i64,
) -> Read<Option<T>> {
    let wrong = || {
        Fault::new(
            name,
            format!("须为 {min} 到 {max} 的整数"),
            format!("must be a whole number from {min} to {max}"),
        )
    };
    let Some(number) = fields.whole(name).map_err(|_| wrong())? else {
        return Ok(None);
    };
    if !(min..=max).contains(&number) {
        return Err(wrong());
    }
    T::try_from(number).map(Some).map_err(|_| wrong())
}

/// Without the space around it; nothing left is nothing.
fn tidy(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
