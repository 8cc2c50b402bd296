//! What is done to an upload before anybody sees it: pictures are written anew, the rest can only be saved.

use image::{DynamicImage, ImageFormat};
use serde_json::json;

use crate::harness::Server;
use crate::harness::files::{
    content, is_attachment, is_harmless, message, picture, upload, uploaded, written,
};

const MB: usize = 1 << 20;

/// A JPEG with an Exif part: turned by a quarter, and with a secret in it.
fn photo_with_exif(width: u32, height: u32) -> Vec<u8> {
    let jpeg = written(&picture(width, height), ImageFormat::Jpeg);
    let mut exif =
        b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPS-SECRET");
    let length = u16::try_from(exif.len() + 2).expect("a short part");
    let mut photo = jpeg[..2].to_vec();
    photo.extend_from_slice(&[0xff, 0xe1]);
    photo.extend_from_slice(&length.to_be_bytes());
    photo.extend_from_slice(&exif);
    photo.extend_from_slice(&jpeg[2..]);
    photo
}

fn contains(bytes: &[u8], words: &str) -> bool {
    bytes
        .windows(words.len())
        .any(|window| window == words.as_bytes())
}

#[tokio::test]
async fn a_photo_comes_out_turned_and_without_its_place() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let photo = photo_with_exif(64, 32);
    assert!(contains(&photo, "GPS-SECRET"));
    let url = uploaded(upload(&visitor, "photo.jpg", &photo)).await;
    let kept = server.ask(&format!("GET {url}")).await;
    assert_eq!(kept.header("content-type"), "image/jpeg");
    for word in ["GPS-SECRET", "Exif"] {
        assert!(!contains(&kept.body, word), "{word}");
        assert!(!contains(
            &std::fs::read(server.file()).expect("the database"),
            "GPS-SECRET"
        ));
    }
    let kept = image::load_from_memory(&kept.body).expect("a picture");
    assert_eq!((kept.width(), kept.height()), (32, 64));
}

#[tokio::test]
async fn what_hides_behind_a_picture_is_gone() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let script = b"<script>alert(1)</script><?php echo 1;";
    for format in [
        ImageFormat::Gif,
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::WebP,
    ] {
        let bytes = [&written(&picture(16, 16), format)[..], script].concat();
        let url = uploaded(upload(&visitor, "a.html", &bytes)).await;
        let kept = server.ask(&format!("GET {url}")).await;
        assert!(
            kept.header("content-type").starts_with("image/"),
            "{format:?}"
        );
        assert!(!contains(&kept.body, "script"), "{format:?}");
        is_harmless(&kept);
    }
}

#[tokio::test]
async fn what_is_no_picture_can_only_be_saved_whatever_it_is_called() {
    let server = Server::start();
    let visitor = server.visitor().await;
    for (name, bytes) in [
        ("a.png", &b"<html><script>alert(1)</script>"[..]),
        (
            "a.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("a.html", b"<!doctype html><p>hello"),
        ("a.pdf", b"%PDF-1.7 /JS (app.alert(1))"),
        ("a.xml", b"<?xml version='1.0'?><x/>"),
        ("a.bmp", b"BM and the rest"),
        ("a.png.exe", b"MZ"),
    ] {
        let url = uploaded(upload(&visitor, name, bytes)).await;
        let reply = server.ask(&format!("GET {url}")).await;
        is_attachment(&reply);
        assert_eq!(reply.body, bytes);
        let as_picture = visitor.send(&message(2, &json!({ "picUrl": url }))).await;
        assert!(as_picture.refused(400, 400).contains("图片"));
    }
}

#[tokio::test]
async fn a_name_is_shown_without_folders_and_without_tricks() {
    let server = Server::start();
    let visitor = server.visitor().await;
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\temp\\\\bill.txt", "bill.txt"),
        ("photo\u{202e}gpj.exe", "photogpj.exe"),
        ("..", "file"),
        ("", "file"),
    ] {
        let url = uploaded(upload(&visitor, given, b"bytes")).await;
        visitor
            .send(&message(6, &json!({ "url": url })))
            .await
            .data();
        assert_eq!(content(&visitor.list("").await[0])["name"], kept, "{given}");
    }
}

#[tokio::test]
async fn a_bomb_is_refused_and_nothing_of_it_is_kept() {
    let server = Server::start();
    let visitor = server.visitor().await;
    // The header of a PNG that says 50,000 by 50,000 pixels.
    let mut huge = written(&picture(2, 2), ImageFormat::Png);
    huge[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let wide = written(&DynamicImage::new_luma8(7_000, 6_000), ImageFormat::Png);
    let jpeg = written(&picture(300, 300), ImageFormat::Jpeg);
    // One that is decoded in passes holds all its pixels a second time: what says so in its header is counted so.
    let mut passes = written(&picture(64, 64), ImageFormat::Jpeg);
    let frame = passes
        .windows(2)
        .position(|pair| pair == [0xff, 0xc0])
        .expect("a frame's header");
    passes[frame + 1] = 0xc2;
    passes[frame + 5..frame + 9].copy_from_slice(&[0x17, 0x70, 0x17, 0x70]);
    for (bytes, status) in [
        (&passes[..], 413),
        (&huge[..], 415),
        (&wide[..], 413),
        (&jpeg[..40], 415),
        (b"\x89PNG\r\n\x1a\n and nothing more".as_slice(), 415),
        (b"GIF89a".as_slice(), 415),
        (b"RIFF\0\0\0\0WEBPVP8 ".as_slice(), 415),
    ] {
        let reply = upload(&visitor, "bomb.png", bytes).await;
        assert!(
            [status, 413].contains(&reply.status),
            "{} {}",
            reply.status,
            reply.text()
        );
        reply.refused(reply.status, i64::from(reply.status));
    }
    assert_eq!(server.count("file"), 0);
    assert_eq!(server.count("file_chunk"), 0);
    // And the server is well.
    uploaded(upload(
        &visitor,
        "fine.png",
        &written(&picture(8, 8), ImageFormat::Png),
    ))
    .await;
}

#[tokio::test]
async fn of_a_moving_picture_the_first_one_is_kept() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut bytes = Vec::new();
    {
        let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
        for _ in 0..500 {
            let frame = image::Frame::new(picture(10, 10).into_rgba8());
            encoder.encode_frame(frame).expect("a frame");
        }
    }
    let url = uploaded(upload(&visitor, "moving.gif", &bytes)).await;
    let kept = server.ask(&format!("GET {url}")).await;
    assert_eq!(kept.header("content-type"), "image/png");
    assert!(kept.body.len() < bytes.len() / 10);
}

#[tokio::test]
async fn a_large_picture_is_made_smaller() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let bytes = written(&picture(4_000, 1_000), ImageFormat::Jpeg);
    let url = uploaded(upload(&visitor, "wide.jpg", &bytes)).await;
    visitor
        .send(&message(2, &json!({ "picUrl": url })))
        .await
        .data();
    let shown = content(&visitor.list("").await[0]);
    assert_eq!(
        (&shown["width"], &shown["height"]),
        (&json!(2_560), &json!(640))
    );
}

#[tokio::test]
async fn a_file_over_ten_megabytes_is_refused_and_not_kept() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let reply = upload(&visitor, "large.bin", &vec![1; 10 * MB + 1]).await;
    reply.refused(413, 413);
    assert_eq!(server.count("file"), 0);
    assert_eq!(server.count("file_chunk"), 0);
}

#[tokio::test]
async fn an_upload_that_is_none_is_refused_in_words() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let nobody = server
        .ask("POST /app-api/infra/file/upload")
        .file("a.txt", b"a")
        .await;
    nobody.refused(401, 401);
    let json = visitor
        .ask("POST infra/file/upload")
        .json(&json!({ "file": 1 }))
        .await;
    assert!(json.refused(415, 415).contains("multipart"));
    let empty = upload(&visitor, "a.txt", b"").await;
    assert!(empty.refused(400, 400).contains("文件附件不能为空"));
    let form = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nvalue\r\n--x--\r\n";
    let kind = "multipart/form-data; boundary=x";
    for body in [form, "--x\r\nContent-Dispo", ""] {
        let broken = reqwest::Client::new()
            .post(format!(
                "http://{}/app-api/infra/file/upload",
                server.address()
            ))
            .bearer_auth(&visitor.token)
            .header("content-type", kind)
            .body(body.to_owned())
            .send()
            .await
            .expect("an answer");
        assert_eq!(broken.status(), 400, "{body}");
    }
    assert_eq!(server.count("file"), 0);
}

#[tokio::test]
async fn a_form_that_never_comes_to_its_file_is_broken_off() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let head = "--kefu-form\r\nX-Long: ";
    let endless = [head.as_bytes(), &vec![b'a'; 3 * MB]].concat();
    let reply = visitor.ask("POST infra/file/upload").form(endless).await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    assert_eq!(server.count("file"), 0);
}

#[tokio::test]
async fn an_upload_whose_sender_has_gone_leaves_nothing() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let head =
        "--kefu-form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n";
    let request = format!(
        "POST /app-api/infra/file/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=kefu-form\r\nContent-Length: 9000000\r\n\r\n{head}",
        visitor.token
    );
    let mut stream = tokio::net::TcpStream::connect(server.address())
        .await
        .expect("the server listens");
    let part = [request.as_bytes(), &vec![7; MB]].concat();
    tokio::io::AsyncWriteExt::write_all(&mut stream, &part)
        .await
        .expect("the server reads");
    until(|| server.count("file_chunk") > 0).await;
    drop(stream);
    until(|| server.count("file") == 0).await;
    assert_eq!(server.count("file_chunk"), 0);
}

/// Looks until it is so.
async fn until(so: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + crate::harness::PATIENCE;
    while !so() {
        assert!(std::time::Instant::now() < deadline, "it never came so far");
        tokio::task::yield_now().await;
    }
}
