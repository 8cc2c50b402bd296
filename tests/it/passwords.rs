//! Changing passwords: which may be one, whose sessions end, and how guessing is slowed down.

use serde_json::{Value, json};

use crate::harness::{Admin, PASSWORD, PATIENCE, Reply, Server, until_slowed_down};

const NEW: &str = "a new password";
const OWN: &str = "PUT system/user/profile/update-password";

async fn change(admin: &Admin, old: &str, new: &str) -> Reply {
    admin
        .ask(OWN)
        .header("accept-language", "en")
        .json(&json!({ "oldPassword": old, "newPassword": new }))
        .await
}

#[tokio::test]
async fn a_new_password_of_ones_own_ends_the_other_sessions_and_keeps_this_one() {
    let server = Server::start();
    let owner = server.owner().await;
    let elsewhere = Admin::sign_in(&server.door, "owner").await;
    elsewhere.conversations().await;
    let mut here = owner.socket().await;
    let mut there = elsewhere.socket().await;
    assert_eq!(change(&owner, PASSWORD, NEW).await.data(), true);
    let reply = elsewhere.ask("GET promotion/kefu-conversation/list").await;
    reply.refused(401, 401);
    assert_eq!(there.end_within(PATIENCE).await, Some(4001));
    owner.conversations().await;
    here.ping().await;
    let reply = Admin::signing_in(&server.door, "owner", PASSWORD).await;
    reply.refused(401, 1_002_000_000);
    Admin::signing_in(&server.door, "owner", NEW).await.data();
}

#[tokio::test]
async fn the_old_password_must_be_known_and_is_not_guessed() {
    let server = Server::start();
    let owner = server.owner().await;
    let reply = change(&owner, "not the password", "short").await;
    assert!(reply.refused(400, 400).starts_with("newPassword"));
    let reply = change(&owner, "not the password", NEW).await;
    assert!(reply.refused(400, 400).starts_with("oldPassword"));
    until_slowed_down(|| change(&owner, "not the password", NEW)).await;
    change(&owner, PASSWORD, NEW).await.too_many();
    // It is the same account that is guessed at when signing in.
    Admin::signing_in(&server.door, "owner", PASSWORD)
        .await
        .too_many();
    owner.conversations().await;
}

#[tokio::test]
async fn a_password_given_by_an_owner_ends_all_sessions() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let mut socket = lily.socket().await;
    let reply = owner
        .ask("PUT system/user/update-password")
        .json(&json!({ "id": lily.id, "password": NEW }))
        .await;
    assert_eq!(reply.data(), true);
    let reply = lily.ask("GET promotion/kefu-conversation/list").await;
    reply.refused(401, 401);
    assert_eq!(socket.end_within(PATIENCE).await, Some(4001));
    let reply = Admin::signing_in(&server.door, "lily", PASSWORD).await;
    reply.refused(401, 1_002_000_000);
    Admin::signing_in(&server.door, "lily", NEW).await.data();
    owner.conversations().await;
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session() {
    let server = Server::start();
    let owner = server.owner().await;
    let elsewhere = Admin::sign_in(&server.door, "owner").await;
    let lily = server.admin("lily").await;
    let mut socket = elsewhere.socket().await;
    let signed_in = Admin::signing_in(&server.door, "owner", PASSWORD)
        .header("x-kefu-session", "cookie")
        .await;
    let cookie = signed_in.header("set-cookie").to_owned();
    let cookie = cookie.split(';').next().expect("a cookie");
    let line = "POST /admin-api/system/auth/logout-all";
    let by_cookie = |site: &'static str| {
        server
            .ask(line)
            .header("cookie", cookie)
            .header("sec-fetch-site", site)
    };
    by_cookie("cross-site").await.refused(403, 403);
    let reply = by_cookie("same-origin").await;
    assert_eq!(reply.data(), true);
    assert!(reply.header("set-cookie").contains("Max-Age=0"));
    by_cookie("same-origin").await.refused(401, 401);
    for admin in [&owner, &elsewhere] {
        let reply = admin.ask("GET promotion/kefu-conversation/list").await;
        reply.refused(401, 401);
    }
    assert_eq!(socket.end_within(PATIENCE).await, Some(4001));
    lily.conversations().await;
}

#[tokio::test]
async fn what_is_guessed_first_is_refused_wherever_a_password_is_given() {
    let server = Server::start_with(&["--no-limits"]);
    let code = server.setup_code().expect("a code");
    let set_up = |username: &str, password: &str| {
        server
            .ask("POST /admin-api/system/auth/setup")
            .header("accept-language", "en")
            .json(&json!({ "code": code, "username": username, "password": password }))
    };
    for (username, password) in [("owner", "12345678"), ("bossboss", "BossBoss")] {
        let msg = set_up(username, password).await.refused(400, 400);
        assert!(msg.starts_with("password: "), "{msg}");
    }
    let owner = server.owner().await;
    let lily = server.admin("lilylily").await;
    let post = |line: &str, body: Value| {
        owner
            .ask(line)
            .header("accept-language", "en")
            .json(&body)
            .into_future()
    };
    for password in ["lilylily", "LILYLILY", "Password", "1q2w3e4r", "88888888"] {
        let given = json!({ "id": lily.id, "password": password });
        let msg = post("PUT system/user/update-password", given).await;
        assert!(msg.refused(400, 400).starts_with("password: "));
        let msg = change(&lily, PASSWORD, password).await.refused(400, 400);
        assert!(msg.starts_with("newPassword: "), "{msg}");
        let typed = server.admin_command(&["passwd", "lilylily", "--password-stdin"], password);
        assert!(typed.failed(1).contains("password: "), "{typed:?}");
    }
    let new = json!({ "username": "annaanna", "password": "annaanna" });
    let reply = post("POST system/user/create", new).await;
    assert!(reply.msg().contains("must not be the user name"));
    let typed = server.admin_command(&["add", "anna", "--password-stdin"], "qwertyuiop");
    assert!(typed.failed(1).contains("most common"), "{typed:?}");
    Admin::sign_in(&server.door, "lilylily").await;
}
