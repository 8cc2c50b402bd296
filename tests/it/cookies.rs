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
async fn over_plain_http_nobody_is_given_a_cookie_that_his_browser_throws_away() {
    let server = Server::start_with(&["--public-url", "https://chat.shop.example"]);
    let code = server.setup_code().expect("a code");
    let elsewhere = "http://192.168.1.5:8080";
    let setting_up = server
        .setting_up(&code, "owner")
        .header("x-kefu-session", "cookie")
        .header("origin", elsewhere);
    let msg = setting_up.await.refused(403, 403);
    assert!(msg.contains("https://chat.shop.example/admin/"), "{msg}");
    server.owner().await;
    let signing_in =
        |origin: &str| Admin::signing_in(&server.door, "owner", PASSWORD).header("origin", origin);
    let by_cookie = |origin: &str| signing_in(origin).header("x-kefu-session", "cookie");
    let reply = by_cookie(elsewhere).header("accept-language", "en").await;
    let msg = reply.refused(403, 403);
    assert!(
        msg.starts_with("sign in at https://chat.shop.example/admin/"),
        "{msg}"
    );
    assert_eq!(reply.header("set-cookie"), "");
    // With a token there is nothing to throw away.
    signing_in(elsewhere).await.data();
    for origin in [
        "https://chat.shop.example",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://[::1]:8080",
    ] {
        let reply = by_cookie(origin).await;
        reply.data();
        assert!(pair_of(&reply).starts_with("__Host-kefu="), "{origin}");
    }
    let behind_tls = by_cookie(elsewhere).header("x-forwarded-proto", "https");
    behind_tls.await.data();
}

#[tokio::test]
async fn a_password_for_the_proxy_in_between_is_no_token() {
    let server = Server::start();
    server.owner().await;
    let (_, cookie) = sign_in(&server).await;
    for other in [
        "Basic b3duZXI6cGFzcw==",
        "basic b3duZXI6cGFzcw==",
        "Digest username=\"owner\"",
        "Negotiate abc",
        "NTLM abc",
    ] {
        let list = || {
            server
                .ask("GET /admin-api/promotion/kefu-conversation/list")
                .header("authorization", other)
        };
        list().header("cookie", &cookie).await.data();
        list().await.refused(401, 401);
    }
    let bad_token = server
        .ask("GET /admin-api/promotion/kefu-conversation/list")
        .header("authorization", "Bearer nonsense")
        .header("cookie", &cookie);
    bad_token.await.refused(401, 401);
}

#[tokio::test]
async fn who_came_by_tls_is_told_to_do_so_again() {
    let server = Server::start();
    let told = |host: &'static str, proto: &'static str| async {
        let ask = server.ask("GET /healthz").header("host", host);
        let reply = ask.header("x-forwarded-proto", proto).await;
        reply.header("strict-transport-security").to_owned()
    };
    assert_eq!(told("chat.shop.example", "https").await, "max-age=15552000");
    assert_eq!(told("[2001:db8::1]", "https").await, "max-age=15552000");
    assert_eq!(told("chat.shop.example", "http").await, "");
    // Another port of that host may speak something else.
    assert_eq!(told("chat.shop.example:8443", "https").await, "");
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
