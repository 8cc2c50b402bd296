//! Images and attachments: uploaded, sent, and read by whoever knows their name.

use image::ImageFormat;
use serde_json::json;

use crate::harness::files::{
    admin_upload, content, is_attachment, is_harmless, message, picture, upload, uploaded, written,
};
use crate::harness::{Server, until};

const MB: usize = 1 << 20;

#[tokio::test]
async fn a_picture_is_uploaded_sent_pushed_listed_and_shown_to_both_sides() {
    let server = Server::start();
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut desk = owner.socket().await;
    let url = uploaded(upload(
        &visitor,
        "lamp.png",
        &written(&picture(900, 600), ImageFormat::Png),
    ))
    .await;
    let sent = visitor
        .send(&message(2, &json!({ "picUrl": url, "width": 1 })))
        .await
        .data();
    let wanted = json!({ "picUrl": url, "width": 900, "height": 600 });

    let pushed = desk.message().await;
    assert_eq!(pushed["id"], sent);
    assert_eq!(content(&pushed), wanted);
    for list in [visitor.list("").await, owner.list(conversation, "").await] {
        assert_eq!(list[0]["contentType"], 2);
        assert_eq!(content(&list[0]), wanted);
    }
    let row = owner.conversation(conversation).await;
    assert_eq!(row["lastMessageContentType"], 2);

    // Nobody is asked who he is: the original's pages show pictures by a plain <img>.
    let shown = server.ask(&format!("GET {url}")).await;
    assert_eq!(shown.header("content-type"), "image/png");
    is_harmless(&shown);
    let shown = image::load_from_memory(&shown.body).expect("a picture");
    assert_eq!((shown.width(), shown.height()), (900, 600));
    let small = server.ask(&format!("GET {url}/thumbnail")).await;
    let small = image::load_from_memory(&small.body).expect("a picture");
    assert_eq!((small.width(), small.height()), (480, 320));
}

#[tokio::test]
async fn an_admins_picture_reaches_the_member() {
    let server = Server::start();
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut chat = visitor.socket().await;
    let bytes = written(&picture(20, 10), ImageFormat::Gif);
    let url = uploaded(admin_upload(&owner, "small.gif", &bytes)).await;
    owner
        .send(conversation, &message(2, &json!({ "picUrl": url })))
        .await
        .data();
    assert_eq!(content(&chat.message().await)["width"], 20);
    // A small picture is its own thumbnail.
    let small = server.ask(&format!("GET {url}/thumbnail")).await;
    assert_eq!(
        image::load_from_memory(&small.body)
            .expect("a picture")
            .width(),
        20
    );
}

#[tokio::test]
async fn a_file_is_sent_with_the_name_and_the_size_that_the_server_knows() {
    let server = Server::start();
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut desk = owner.socket().await;
    let url = uploaded(upload(&visitor, "发票 2026.pdf", b"%PDF-1.7 no more")).await;
    let lie = json!({ "url": url, "name": "x.exe", "size": 1 });
    visitor.send(&message(6, &lie)).await.data();
    let wanted = json!({ "url": url, "name": "发票 2026.pdf", "size": 16 });
    assert_eq!(content(&desk.message().await), wanted);
    for list in [visitor.list("").await, owner.list(conversation, "").await] {
        assert_eq!(content(&list[0]), wanted);
    }
    let saved = server.ask(&format!("GET {url}")).await;
    is_attachment(&saved);
    assert!(
        saved
            .header("content-disposition")
            .contains("UTF-8''%E5%8F%91%E7%A5%A8%202026.pdf")
    );
    assert_eq!(saved.body, b"%PDF-1.7 no more");
}

#[tokio::test]
async fn voice_and_video_are_sent_pushed_and_listed() {
    let server = Server::start();
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut desk = owner.socket().await;
    let url = uploaded(upload(&visitor, "voice.mp3", b"ID3 and so on")).await;
    for (kind, sent) in [
        (3, json!({ "url": url, "duration": 7 })),
        (3, json!({ "url": "https://cdn.example/voice.mp3" })),
        (
            4,
            json!({ "url": url, "picUrl": "https://cdn.example/poster.jpg", "duration": 60 }),
        ),
    ] {
        visitor.send(&message(kind, &sent)).await.data();
        assert_eq!(content(&desk.message().await), sent);
        assert_eq!(content(&visitor.list("").await[0]), sent);
        assert_eq!(content(&owner.list(conversation, "").await[0]), sent);
    }
}

#[tokio::test]
async fn ten_megabytes_come_back_byte_for_byte_and_in_parts() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let bytes: Vec<u8> = (0..10 * MB)
        .map(|at| (at * 31 % 251).to_le_bytes()[0])
        .collect();
    let url = uploaded(upload(&visitor, "large.bin", &bytes)).await;
    let whole = server.ask(&format!("GET {url}")).await;
    assert!(whole.body == bytes, "not what was uploaded");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert!(whole.header("cache-control").contains("private"));
    assert!(whole.header("cache-control").contains("immutable"));

    let length = bytes.len();
    for (range, wanted) in [
        ("bytes=0-0", 0..1),
        ("bytes=262140-262150", 262_140..262_151),
        ("bytes=10485759-", length - 1..length),
        ("bytes=-5", length - 5..length),
        ("bytes=100-99999999", 100..length),
    ] {
        let part = server
            .ask(&format!("GET {url}"))
            .header("range", range)
            .await;
        assert_eq!(part.status, 206, "{range}");
        let said = format!("bytes {}-{}/{length}", wanted.start, wanted.end - 1);
        assert_eq!(part.header("content-range"), said);
        assert!(part.body == bytes[wanted], "{range}");
    }
    let beyond = server
        .ask(&format!("GET {url}"))
        .header("range", "bytes=99999999-")
        .await;
    assert_eq!(beyond.status, 416);
    for odd in ["bytes=5-1,7-9", "bytes=x-y", "lines=1-2"] {
        let reply = server.ask(&format!("GET {url}")).header("range", odd).await;
        assert_eq!((reply.status, reply.body.len()), (200, length), "{odd}");
    }

    let tag = whole.header("etag");
    let known = server
        .ask(&format!("GET {url}"))
        .header("if-none-match", tag)
        .await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let changed = server
        .ask(&format!("GET {url}"))
        .header("range", "bytes=0-0")
        .header("if-range", "\"other\"")
        .await;
    assert_eq!(changed.status, 200);
    let head = server.ask(&format!("HEAD {url}")).await;
    assert_eq!(head.header("content-length"), length.to_string());
}

#[tokio::test]
async fn only_ones_own_uploads_can_be_sent() {
    let server = Server::start();
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (other, _) = server.customer().await;
    let bytes = written(&picture(8, 8), ImageFormat::Png);
    let theirs = uploaded(upload(&other, "a.png", &bytes)).await;
    let admins = uploaded(admin_upload(&owner, "a.png", &bytes)).await;
    let unknown = format!("/f/{}", "a".repeat(43));
    for url in [&theirs, &admins, &unknown] {
        for (kind, sent) in [
            (2, json!({ "picUrl": url })),
            (3, json!({ "url": url })),
            (
                4,
                json!({ "url": "https://cdn.example/a.mp4", "picUrl": url }),
            ),
            (6, json!({ "url": url })),
        ] {
            let reply = visitor.send(&message(kind, &sent)).await;
            assert!(reply.refused(400, 400).contains("不是您上传的文件"));
        }
    }
    let reply = owner
        .send(conversation, &message(6, &json!({ "url": theirs })))
        .await;
    reply.refused(400, 400);
    assert_eq!(visitor.list("").await.len(), 1);
    // One's own may be sent twice.
    for _ in 0..2 {
        other
            .send(&message(2, &json!({ "picUrl": theirs })))
            .await
            .data();
    }
}

#[tokio::test]
async fn a_file_of_another_place_is_no_file_message() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    for url in [
        "https://cdn.example/a.pdf",
        "/f/short",
        "/f/../../etc/passwd",
        "javascript:alert(1)",
        "//evil.example/f/x",
        "data:text/html,x",
    ] {
        visitor
            .send(&message(6, &json!({ "url": url })))
            .await
            .refused(400, 400);
    }
}

#[tokio::test]
async fn an_unknown_name_is_not_there() {
    let server = Server::start();
    for path in [
        format!("/f/{}", "a".repeat(43)),
        format!("/f/{}/thumbnail", "a".repeat(43)),
        "/f/".to_owned(),
        "/f/short".to_owned(),
        "/f/..%2f..%2fschema.sql".to_owned(),
    ] {
        assert_eq!(
            server.ask(&format!("GET {path}")).await.status,
            404,
            "{path}"
        );
    }
    let post = server.ask(&format!("POST /f/{}", "a".repeat(43))).await;
    assert_eq!(post.status, 405);
}

#[tokio::test]
async fn a_known_address_of_the_shop_stands_before_every_file() {
    let server = Server::start_with(&["--public-url", "https://chat.shop.example"]);
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut desk = owner.socket().await;
    let bytes = written(&picture(8, 8), ImageFormat::Png);
    let url = uploaded(upload(&visitor, "a.png", &bytes)).await;
    assert!(url.starts_with("https://chat.shop.example/f/"));
    visitor
        .send(&message(2, &json!({ "picUrl": url })))
        .await
        .data();
    assert_eq!(content(&desk.message().await)["picUrl"], url);
    assert_eq!(content(&visitor.list("").await[0])["picUrl"], url);
    assert_eq!(
        content(&owner.list(conversation, "").await[0])["picUrl"],
        url
    );
    let (_, hello) = visitor.page_socket("&after=1").await;
    assert_eq!(hello["resumed"], true);
    // The address is not kept: it may change.
    let kept: String = server
        .look()
        .query_row(
            "SELECT content FROM promotion_kefu_message WHERE content_type = 2",
            [],
            |row| row.get(0),
        )
        .expect("the message");
    assert!(kept.contains(":\"/f/"));
}

#[tokio::test]
async fn there_is_room_for_so_much_and_messages_go_on() {
    let server = Server::start_with(&["--files-mb-max", "1"]);
    let (visitor, _) = server.customer().await;
    uploaded(upload(&visitor, "a.bin", &vec![1; MB + 1])).await;
    let reply = upload(&visitor, "b.bin", b"more").await;
    reply.refused(507, 507);
    visitor.say("and now?").await;
}

#[tokio::test]
async fn uploads_have_a_rate() {
    let server = Server::start_with(&["--uploads-per-hour", "1"]);
    let visitor = server.visitor().await;
    for _ in 0..30 {
        uploaded(upload(&visitor, "a.txt", b"a")).await;
    }
    upload(&visitor, "a.txt", b"a").await.too_many();
    // Another one's rate is his own.
    let other = server.visitor().await;
    uploaded(upload(&other, "a.txt", b"a")).await;
}

#[tokio::test]
async fn what_was_never_sent_is_swept_after_a_day() {
    let mut server = Server::start();
    let (visitor, _) = server.customer().await;
    let picture = written(&picture(900, 600), ImageFormat::Png);
    let sent = uploaded(upload(&visitor, "a.png", &picture)).await;
    visitor
        .send(&message(2, &json!({ "picUrl": sent })))
        .await
        .data();
    let unsent = uploaded(upload(&visitor, "b.png", &picture)).await;
    server
        .edit(|connection| {
            connection
                .execute(
                    "UPDATE file SET create_time = create_time - 25 * 60 * 60 * 1000",
                    [],
                )
                .expect("an older time");
        })
        .await;
    // The first sweep is at the start.
    until("what was never sent is swept", async || {
        server.ask(&format!("HEAD {unsent}")).await.status == 404
    })
    .await;
    assert_eq!(server.ask(&format!("GET {sent}")).await.status, 200);
    assert_eq!(
        server.ask(&format!("GET {sent}/thumbnail")).await.status,
        200
    );
}
