//! The admin page's way of signing in: a cookie no script can read, and which no other site can use.

use serde_json::{Value, json};

use crate::harness::{Admin, Ask, PASSWORD, Reply, Server, Socket, origin_of};

async fn sign_in(server: &Server) -> (Reply, String) {
    let reply = Admin::signing_in(&server.door, "owner", PASSWORD)
        .header("x-kefu-session", "cookie")
        .await;
    let pair = pair_of(&reply);
    (reply, pair)
}

/// `name=value` of the cookie that was set.
fn pair_of(reply: &Reply) -> String {
    let cookie = reply.header("set-cookie");
    cookie.split(';').next().expect("a cookie").to_owned()
}

fn attributes(reply: &Reply) -> Vec<String> {
    reply
        .header("set-cookie")
        .split(';')
        .skip(1)
        .map(|attribute| attribute.trim().to_ascii_lowercase())
        .collect()
}

fn pin(server: &Server, conversation: i64, cookie: &str) -> Ask {
    server
        .ask("PUT /admin-api/promotion/kefu-conversation/update-conversation-pinned")
        .header("cookie", cookie)
        .json(&json!({ "id": conversation, "adminPinned": true }))
}

#[tokio::test]
async fn who_asks_for_a_cookie_gets_no_token_to_read() {
    let server = Server::start();
    server.owner().await;
    let (reply, pair) = sign_in(&server).await;
    let answer = reply.data();
    assert_eq!(answer["accessToken"], Value::Null);
    assert_eq!(answer["refreshToken"], Value::Null);
    assert!(answer["userId"].is_i64() && answer["expiresTime"].is_i64());
    assert!(pair.starts_with("kefu="), "{pair}");
    let attributes = attributes(&reply);
    for wanted in ["httponly", "samesite=strict", "path=/"] {
        assert!(attributes.iter().any(|have| have == wanted), "{wanted}");
    }
    assert!(!attributes.iter().any(|have| have == "secure"));
    assert!(!attributes.iter().any(|have| have.starts_with("domain")));
}

#[tokio::test]
async fn the_cookie_is_secure_behind_a_proxy_that_speaks_tls() {
    let server = Server::start();
    server.owner().await;
    let reply = Admin::signing_in(&server.door, "owner", PASSWORD)
        .header("x-kefu-session", "cookie")
        .header("x-forwarded-proto", "https")
        .await;
    let pair = pair_of(&reply);
    assert!(pair.starts_with("__Host-kefu="), "{pair}");
    let attributes = attributes(&reply);
    for wanted in ["secure", "httponly", "samesite=strict", "path=/"] {
        assert!(attributes.iter().any(|have| have == wanted), "{wanted}");
    }
    let list = server
        .ask("GET /admin-api/promotion/kefu-conversation/list")
        .header("cookie", &pair)
        .header("x-forwarded-proto", "https")
        .await;
    list.data();
}

#[tokio::test]
async fn the_cookie_is_secure_when_the_shops_address_is() {
    let server = Server::start_with(&["--public-url", "https://shop.example"]);
    server.owner().await;
    let (_, pair) = sign_in(&server).await;
    assert!(pair.starts_with("__Host-kefu="), "{pair}");
}

#[tokio::test]
async fn setting_up_gives_the_cookie_too() {
    let server = Server::start();
    let code = server.setup_code().expect("a code");
    let reply = server
        .setting_up(&code, "owner")
        .header("x-kefu-session", "cookie")
        .await;
    assert_eq!(reply.data()["accessToken"], Value::Null);
    assert!(pair_of(&reply).starts_with("kefu="));
}

#[tokio::test]
async fn the_cookie_reads_and_changes_for_the_page_itself() {
    let server = Server::start();
    server.owner().await;
    let (_visitor, conversation) = server.customer().await;
    let (_, cookie) = sign_in(&server).await;
    let list = server
        .ask("GET /admin-api/promotion/kefu-conversation/list")
        .header("cookie", &cookie)
        .await;
    assert_eq!(list.data().as_array().expect("a list").len(), 1);
    let own = origin_of(server.address());
    let by_metadata = pin(&server, conversation, &cookie).header("sec-fetch-site", "same-origin");
    by_metadata.await.data();
    let by_origin = pin(&server, conversation, &cookie).header("origin", &own);
    by_origin.await.data();
    let beside_others = pin(&server, conversation, &format!("a=b; {cookie}; c=d"));
    beside_others.header("origin", &own).await.data();
}

#[tokio::test]
async fn another_site_changes_nothing_with_the_cookie() {
    let server = Server::start();
    let admin = server.owner().await;
    let (_visitor, conversation) = server.customer().await;
    let (_, cookie) = sign_in(&server).await;
    let tries: [&[(&str, &str)]; 9] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[("origin", "http://evil.example")],
        &[("origin", "http://127.0.0.1")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://evil.example"),
        ],
        &[("referer", "http://evil.example/")],
    ];
    for headers in tries {
        let mut ask = pin(&server, conversation, &cookie);
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        let reply = ask.await;
        assert_eq!(reply.status, 403, "{headers:?}: {}", reply.text());
        let ask = server
            .ask("POST /admin-api/infra/ws-ticket")
            .header("cookie", &cookie);
        ask.await.refused(403, 403);
    }
    assert_eq!(admin.conversation(conversation).await["adminPinned"], false);
}

#[tokio::test]
async fn a_token_needs_no_origin() {
    let server = Server::start();
    let admin = server.owner().await;
    let (_visitor, conversation) = server.customer().await;
    admin.pin(conversation).await;
}

#[tokio::test]
async fn the_cookie_alone_opens_no_socket() {
    let server = Server::start();
    server.owner().await;
    let (_, cookie) = sign_in(&server).await;
    let headers = format!(
        "Cookie: {cookie}\r\nOrigin: {}\r\nSec-Fetch-Site: same-origin\r\n",
        origin_of(server.address())
    );
    for query in ["", "v=1", "token=", "token=&v=1"] {
        let refused = Socket::try_open(&server.door, query, &headers).await;
        assert_eq!(refused.err(), Some(401), "{query}");
    }
}

#[tokio::test]
async fn the_page_gets_a_ticket_with_its_cookie_and_opens_a_socket_with_it() {
    let server = Server::start();
    server.owner().await;
    let (_, cookie) = sign_in(&server).await;
    let answer = server
        .ask("POST /admin-api/infra/ws-ticket")
        .header("cookie", &cookie)
        .header("sec-fetch-site", "same-origin")
        .await
        .data();
    let ticket = answer["ticket"].as_str().expect("a ticket");
    let (mut socket, _) = Socket::open_page(&server.door, ticket, "").await;
    socket.ping().await;
}

#[tokio::test]
async fn signing_out_takes_the_cookie_away() {
    let server = Server::start();
    server.owner().await;
    let (_, cookie) = sign_in(&server).await;
    let reply = server
        .ask("POST /admin-api/system/auth/logout")
        .header("cookie", &cookie)
        .header("sec-fetch-site", "same-origin")
        .await;
    assert_eq!(reply.data(), true);
    let cleared = reply.header("set-cookie").to_ascii_lowercase();
    assert!(cleared.starts_with("kefu=;"), "{cleared}");
    assert!(cleared.contains("max-age=0"), "{cleared}");
    let list = server
        .ask("GET /admin-api/promotion/kefu-conversation/list")
        .header("cookie", &cookie)
        .await;
    list.refused(401, 401);
}

#[tokio::test]
async fn the_cookie_is_nothing_to_the_members_side() {
    let server = Server::start();
    server.owner().await;
    let (_, cookie) = sign_in(&server).await;
    let reply = server
        .ask("GET /app-api/promotion/kefu-message/list")
        .header("cookie", &cookie)
        .await;
    assert!([401, 403].contains(&reply.status), "{}", reply.text());
}

#[tokio::test]
async fn a_customer_who_signs_out_leaves_the_staffs_cookie() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let reply = visitor.ask("POST member/auth/logout").await;
    assert_eq!(reply.data(), true);
    assert_eq!(reply.header("set-cookie"), "");
}
