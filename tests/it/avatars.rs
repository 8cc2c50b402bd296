//! The pictures of the staff: which may be one, how long it stays, and what becomes of the one before.

use image::ImageFormat;
use serde_json::{Value, json};

use crate::harness::files::{admin_upload, message, picture, upload, uploaded, written};
use crate::harness::{Admin, Reply, Server, until};

fn png() -> Vec<u8> {
    written(&picture(900, 600), ImageFormat::Png)
}

async fn wear(admin: &Admin, avatar: &Value) -> Reply {
    admin
        .ask("PUT system/user/profile/update")
        .header("accept-language", "en")
        .json(&json!({ "avatar": avatar }))
        .await
}

async fn worn(admin: &Admin) -> Value {
    let own = admin.ask("GET system/user/profile/get").await.data();
    own["avatar"].clone()
}

async fn status(server: &Server, path: &str) -> u16 {
    server.ask(&format!("GET {path}")).await.status
}

#[tokio::test]
async fn an_avatar_is_seen_everywhere_and_stays_when_what_was_never_sent_is_swept() {
    let mut server = Server::start();
    let owner = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let avatar = uploaded(admin_upload(&owner, "me.png", &png())).await;
    let unsent = uploaded(admin_upload(&owner, "other.png", &png())).await;
    assert_eq!(wear(&owner, &json!(avatar)).await.data(), true);
    assert_eq!(worn(&owner).await, json!(avatar));
    let info = owner
        .ask("GET system/auth/get-permission-info")
        .await
        .data();
    assert_eq!(info["user"]["avatar"], json!(avatar));
    let faces = owner.ask("GET system/user/simple-list").await.data();
    assert_eq!(faces[0]["avatar"], json!(avatar));
    let mut socket = visitor.socket().await;
    owner.say(conversation, "hi").await;
    assert_eq!(socket.message().await["senderAvatar"], json!(avatar));
    assert_eq!(visitor.list("").await[0]["senderAvatar"], json!(avatar));
    server
        .edit(|file| {
            let older = "UPDATE file SET create_time = create_time - 25 * 60 * 60 * 1000";
            file.execute(older, []).expect("an older time");
        })
        .await;
    // The first sweep is at the start. A connection of before may be tried first.
    until("what was never sent is swept", async || {
        let reply = server.ask(&format!("GET {unsent}")).attempt().await;
        reply.is_some_and(|reply| reply.status == 404)
    })
    .await;
    assert_eq!(status(&server, &avatar).await, 200);
    assert_eq!(status(&server, &format!("{avatar}/thumbnail")).await, 200);
    assert_eq!(server.count("file"), 2, "the picture and its small form");
}

#[tokio::test]
async fn the_one_before_goes_with_its_small_form() {
    let server = Server::start();
    let owner = server.owner().await;
    let first = uploaded(admin_upload(&owner, "a.png", &png())).await;
    let second = uploaded(admin_upload(&owner, "b.png", &png())).await;
    wear(&owner, &json!(first)).await.data();
    // Saving the form again changes nothing, and what is left out stays.
    wear(&owner, &json!(first)).await.data();
    let body = json!({ "nickname": "Chief" });
    owner
        .ask("PUT system/user/profile/update")
        .json(&body)
        .await
        .data();
    assert_eq!(worn(&owner).await, json!(first));
    assert_eq!(status(&server, &first).await, 200);
    wear(&owner, &json!(second)).await.data();
    assert_eq!(status(&server, &first).await, 404);
    assert_eq!(status(&server, &format!("{first}/thumbnail")).await, 404);
    assert_eq!(status(&server, &second).await, 200);
    wear(&owner, &Value::Null).await.data();
    assert_eq!(worn(&owner).await, Value::Null);
    assert_eq!(server.count("file"), 0);
    assert_eq!(server.count("file_chunk"), 0);
}

#[tokio::test]
async fn only_an_unused_picture_that_the_staff_uploaded_may_be_one() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let (visitor, conversation) = server.customer().await;
    let customers = uploaded(upload(&visitor, "c.png", &png())).await;
    let words = uploaded(admin_upload(&owner, "words.txt", b"words")).await;
    let sent = uploaded(admin_upload(&owner, "sent.png", &png())).await;
    let carried = message(2, &json!({ "picUrl": sent }));
    owner.send(conversation, &carried).await.data();
    let lilys = uploaded(admin_upload(&lily, "lily.png", &png())).await;
    wear(&lily, &json!(lilys)).await.data();
    let unknown = format!("/f/{}", "a".repeat(43));
    let cases = [
        "https://elsewhere.example/a.png",
        "javascript:alert(1)",
        "a.png",
        "/f/short",
        &unknown,
        &customers,
        &words,
        &sent,
        &lilys,
    ];
    for avatar in cases {
        let msg = wear(&owner, &json!(avatar)).await.refused(400, 400);
        assert!(msg.starts_with("avatar: "), "{avatar}: {msg}");
    }
    assert_eq!(worn(&owner).await, Value::Null);
    for kept in [&customers, &words, &sent, &lilys] {
        assert_eq!(status(&server, kept).await, 200);
    }
    // It goes some day, and a message stays.
    let worn_by_her = message(2, &json!({ "picUrl": lilys }));
    lily.send(conversation, &worn_by_her)
        .await
        .refused(400, 400);
}

#[tokio::test]
async fn an_owner_gives_another_a_picture_and_its_address_is_the_shops() {
    let server = Server::start_with(&["--public-url", "https://chat.shop.example"]);
    let owner = server.owner().await;
    let url = uploaded(admin_upload(&owner, "lily.png", &png())).await;
    assert!(url.starts_with("https://chat.shop.example/f/"), "{url}");
    let body = json!({
        "username": "lily", "password": crate::harness::PASSWORD, "avatar": url,
    });
    owner
        .ask("POST system/user/create")
        .json(&body)
        .await
        .data();
    let lily = Admin::sign_in(&server.door, "lily").await;
    assert_eq!(worn(&lily).await, json!(url));
    let (visitor, conversation) = server.customer().await;
    let mut socket = visitor.socket().await;
    lily.say(conversation, "hi").await;
    assert_eq!(socket.message().await["senderAvatar"], json!(url));
    assert_eq!(visitor.list("").await[0]["senderAvatar"], json!(url));
    let kept: String = server
        .look()
        .query_row(
            "SELECT avatar FROM admin WHERE username = 'lily'",
            [],
            |row| row.get(0),
        )
        .expect("lily's row");
    assert!(
        kept.starts_with("/f/"),
        "the shop may move to another address"
    );
}
