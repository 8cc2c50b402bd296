//! Setting up: the first admin is made by whoever holds the link that the server prints, once.

use serde_json::{Value, json};

use crate::harness::{Admin, PASSWORD, Server, origin_of};

#[tokio::test]
async fn the_second_line_opens_the_setup_page() {
    let server = Server::start();
    let start = format!("{}/admin/#setup=", origin_of(server.address()));
    assert!(server.opening.contains(&start), "{}", server.opening);
    let code = server.setup_code().expect("a code");
    assert!(code.len() >= 16, "{code} could be guessed");
}

#[tokio::test]
async fn the_first_admin_is_made_with_the_code_and_signed_in() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    let answer = server.setting_up(&code, "owner").await.data();
    let keys = ["userId", "accessToken", "refreshToken", "expiresTime"];
    assert!(keys.iter().all(|key| !answer[key].is_null()), "{answer}");
    assert_eq!(answer["accessToken"], answer["refreshToken"]);
    let admin = Admin::from_sign_in(&server.door, &answer);
    assert_eq!(admin.conversations().await, [] as [Value; 0]);
    Admin::sign_in(&server.door, "owner").await;
}

#[tokio::test]
async fn a_wrong_code_makes_nobody_and_the_right_one_still_works() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    let mut almost = code.clone();
    let last = almost.pop().expect("a code");
    almost.push(if last == 'a' { 'b' } else { 'a' });
    for wrong in [almost.as_str(), "", &code[1..]] {
        let reply = server.setting_up(wrong, "owner").await;
        assert!((400..=429).contains(&reply.status), "{}", reply.text());
        assert_eq!(reply.json()["data"], Value::Null);
    }
    assert_eq!(server.count("admin"), 0);
    server.setting_up(&code, "owner").await.data();
}

#[tokio::test]
async fn the_code_is_good_once() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    server.setting_up(&code, "owner").await.data();
    let reply = server.setting_up(&code, "second").await;
    assert!((400..=409).contains(&reply.status), "{}", reply.text());
    assert_eq!(server.count("admin"), 1);
}

#[tokio::test]
async fn two_who_set_up_at_the_same_time_make_one_owner() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    let (one, other) = tokio::join!(
        server.setting_up(&code, "first").into_future(),
        server.setting_up(&code, "second").into_future(),
    );
    let good = [&one, &other]
        .iter()
        .filter(|reply| reply.status == 200)
        .count();
    assert_eq!(good, 1, "{} {}", one.text(), other.text());
    assert_eq!(server.count("admin"), 1);
}

#[tokio::test]
async fn every_start_has_a_code_of_its_own() {
    let mut server = Server::start();
    let old = server.setup_code().expect("a code");
    server.restart();
    let new = server.setup_code().expect("a code");
    assert_ne!(old, new);
    let reply = server.setting_up(&old, "owner").await;
    assert!((400..=409).contains(&reply.status), "{}", reply.text());
    server.setting_up(&new, "owner").await.data();
}

#[tokio::test]
async fn a_shop_with_an_admin_prints_no_code() {
    let mut server = Server::start();
    server.owner().await;
    server.restart();
    assert_eq!(server.setup_code(), None);
    let address = origin_of(server.address());
    assert!(server.opening.contains(&address), "{}", server.opening);
    let reply = server.setting_up("", "second").await;
    assert!((400..=409).contains(&reply.status), "{}", reply.text());
}

#[tokio::test]
async fn an_admin_from_the_command_line_ends_the_setup() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    server.admin("lily").await;
    let reply = server.setting_up(&code, "owner").await;
    assert!((400..=409).contains(&reply.status), "{}", reply.text());
    assert_eq!(server.count("admin"), 1);
}

#[tokio::test]
async fn the_code_is_not_in_the_file() {
    let mut server = Server::start();
    let code = server.setup_code().expect("a code");
    server.setting_up(&code, "owner").await.data();
    server.kill();
    for file in ["shop.db", "shop.db-wal"] {
        let bytes = std::fs::read(server.folder().join(file)).unwrap_or_default();
        let found = bytes
            .windows(code.len())
            .any(|window| window == code.as_bytes());
        assert!(!found, "{file}");
    }
}

#[tokio::test]
async fn the_address_of_the_setup_page_is_the_shops_own_from_then_on() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    let reply = server
        .setting_up(&code, "owner")
        .header("origin", "http://shop.example")
        .await;
    reply.data();
    let (_visitor, conversation) = server.customer().await;
    let signed_in = Admin::signing_in(&server.door, "owner", PASSWORD)
        .header("x-kefu-session", "cookie")
        .await;
    let cookie = signed_in.header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().expect("a cookie");
    let line = "PUT /admin-api/promotion/kefu-conversation/update-conversation-pinned";
    let body = json!({ "id": conversation, "adminPinned": true });
    let pin = |origin: &'static str| {
        server
            .ask(line)
            .header("cookie", cookie)
            .header("origin", origin)
            .json(&body)
    };
    pin("http://evil.example").await.refused(403, 403);
    pin("http://shop.example").await.data();
}
