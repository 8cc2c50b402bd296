//! The listener: slow, silent and malformed connections are dealt with, and the others never notice.

use std::net::SocketAddr;

use crate::harness::{Server, raw, silence};

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("")
}

/// A request with these header lines after `Host` and this body.
async fn ask_raw(address: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n{headers}\r\n{body}"
    );
    raw(address, request.as_bytes()).await
}

#[tokio::test]
async fn a_silent_connection_is_closed_and_a_slow_head_too() {
    let server = Server::start_with(&["--header-timeout", "1"]);
    let silences = [
        &b""[..],
        b"GET",
        b"GET /healthz HTTP/1.1\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\r\n",
    ];
    let waits = silences.map(|bytes| silence(server.address(), bytes));
    for wait in futures_util::future::join_all(waits).await {
        let wait = wait.as_secs_f64();
        assert!((0.5..5.0).contains(&wait), "closed after {wait} s");
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    let server = Server::start_with(&["--header-timeout", "1"]);
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let answer = raw(server.address(), request).await;
    assert_eq!(status(&answer), "200");
}

#[tokio::test]
async fn a_socket_outlives_the_timeout_of_headers() {
    let server = Server::start_with(&["--header-timeout", "1"]);
    let visitor = server.visitor().await;
    let mut socket = visitor.socket().await;
    // As long as it takes until a silent connection beside it is closed.
    silence(server.address(), b"").await;
    socket.ping().await;
}

#[tokio::test]
async fn silent_connections_keep_nobody_else_waiting() {
    let server = Server::start();
    let mut silent = Vec::new();
    for _ in 0..100 {
        let stream = tokio::net::TcpStream::connect(server.address()).await;
        silent.push(stream.expect("the server listens"));
    }
    let reply = server.ask("GET /healthz").await;
    assert_eq!(reply.status, 200);
    drop(silent);
}

#[tokio::test]
async fn more_than_sixty_four_headers_are_refused() {
    let server = Server::start();
    let many: String = (0..80).map(|n| format!("X-{n}: y\r\n")).collect();
    let answer = ask_raw(server.address(), "GET /healthz", &many, "").await;
    assert!(["400", "431"].contains(&status(&answer)), "{answer}");
    let few: String = (0..50).map(|n| format!("X-{n}: y\r\n")).collect();
    let answer = ask_raw(server.address(), "GET /healthz", &few, "").await;
    assert_eq!(status(&answer), "200");
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let server = Server::start();
    let long = format!("X-Long: {}\r\n", "y".repeat(200_000));
    let answer = ask_raw(server.address(), "GET /healthz", &long, "").await;
    assert!(["", "400", "431"].contains(&status(&answer)), "{answer}");
    let line = format!("GET /{}", "y".repeat(200_000));
    let answer = ask_raw(server.address(), &line, "", "").await;
    assert!(
        ["", "400", "414", "431"].contains(&status(&answer)),
        "{answer}"
    );
    assert_eq!(server.ask("GET /healthz").await.status, 200);
}

#[tokio::test]
async fn a_request_of_two_lengths_is_the_last_of_its_connection() {
    let server = Server::start();
    let send = "POST /app-api/member/auth/visitor";
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ] {
        // Read as chunked, and what a server in between may have taken for the next request ends with the connection.
        let request = format!(
            "{send} HTTP/1.1\r\nHost: x\r\n{headers}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        );
        let answer = raw(server.address(), request.as_bytes()).await;
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "{headers}: {answer}"
        );
        let head = answer.to_ascii_lowercase();
        assert!(head.contains("connection: close"), "{headers}: {answer}");
    }
    for headers in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: x\r\n",
        "Transfer-Encoding: xchunked\r\n",
    ] {
        let answer = ask_raw(server.address(), send, headers, "0\r\n\r\n").await;
        assert!(
            ["400", "411", "501"].contains(&status(&answer)),
            "{headers}: {answer}"
        );
    }
}

#[tokio::test]
async fn what_is_no_http_is_refused_and_closed() {
    let server = Server::start();
    for bytes in [
        &b"\r\n\r\n\r\n\x00\x01"[..],
        b"nonsense\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /healthz HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ] {
        let answer = raw(server.address(), bytes).await;
        let status = status(&answer);
        assert!(
            ["", "400", "404", "505"].contains(&status),
            "{bytes:?}: {answer}"
        );
    }
    assert_eq!(server.ask("GET /healthz").await.status, 200);
}

#[tokio::test]
async fn unusual_methods_are_refused() {
    let server = Server::start();
    for method in ["TRACE", "CONNECT", "BREW", "PROPFIND"] {
        let line = format!("{method} /app-api/promotion/kefu-message/list");
        let answer = ask_raw(server.address(), &line, "", "").await;
        assert!(
            ["400", "404", "405", "501"].contains(&status(&answer)),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_body_in_chunks_is_read_and_limited() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let body = crate::harness::text("in chunks").to_string();
    let headers = format!(
        "Authorization: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
        visitor.token
    );
    let send = "POST /app-api/promotion/kefu-message/send";
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let answer = ask_raw(server.address(), send, &headers, &chunked).await;
    assert_eq!(status(&answer), "200", "{answer}");
    let big = format!("{:x}\r\n{}\r\n0\r\n\r\n", 70_000, " ".repeat(70_000));
    let answer = ask_raw(server.address(), send, &headers, &big).await;
    assert_eq!(status(&answer), "413", "{answer}");
    assert_eq!(visitor.list("").await.len(), 1);
}

#[tokio::test]
async fn a_body_that_says_it_is_huge_is_refused_before_it_is_sent() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let headers = format!(
        "Authorization: {}\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n",
        visitor.token
    );
    let send = "POST /app-api/promotion/kefu-message/send";
    let answer = ask_raw(server.address(), send, &headers, "").await;
    assert_eq!(status(&answer), "413", "{answer}");
}

#[tokio::test]
async fn a_hundred_connections_at_once_are_served() {
    let server = Server::start();
    let asks = (0..100).map(|_| {
        let request = "GET /healthz";
        ask_raw(server.address(), request, "", "")
    });
    for answer in futures_util::future::join_all(asks).await {
        assert_eq!(status(&answer), "200");
    }
}
