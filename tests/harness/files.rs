//! Files as people upload and send them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use super::{Admin, Ask, Reply, Visitor, fresh_id};

pub fn upload(visitor: &Visitor, name: &str, bytes: &[u8]) -> Ask {
    visitor.ask("POST infra/file/upload").file(name, bytes)
}

pub fn admin_upload(admin: &Admin, name: &str, bytes: &[u8]) -> Ask {
    admin.ask("POST infra/file/upload").file(name, bytes)
}

pub async fn uploaded(ask: Ask) -> String {
    let url = ask.await.data();
    url.as_str().expect("an upload answers a URL").to_owned()
}

pub fn message(content_type: i64, content: &Value) -> Value {
    json!({ "contentType": content_type, "content": content.to_string(), "clientMessageId": fresh_id() })
}

pub fn content(message: &Value) -> Value {
    serde_json::from_str(message["content"].as_str().expect("a string")).expect("JSON")
}

/// Stripes, so that no two places look alike.
pub fn picture(width: u32, height: u32) -> DynamicImage {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let low = |n: u32| n.to_le_bytes()[0];
        Rgb([low(x), low(y), low(x + y)])
    });
    DynamicImage::ImageRgb8(pixels)
}

pub fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), format)
        .expect("a picture can be written");
    bytes
}

#[track_caller]
pub fn is_harmless(reply: &Reply) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    assert!(reply.header("content-security-policy").contains("sandbox"));
    assert!(
        reply
            .header("content-security-policy")
            .contains("default-src 'none'")
    );
}

#[track_caller]
pub fn is_attachment(reply: &Reply) {
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/octet-stream");
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment")
    );
    is_harmless(reply);
}
