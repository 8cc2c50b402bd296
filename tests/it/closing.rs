//! Ends: a socket closes when its session does, and a server says goodbye before it goes.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{Heard, REVOKED_WITHIN, Server, Socket, number, until, worst_contents};

const SESSION_ENDED: Option<u16> = Some(4001);

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_only() {
    let server = Server::start();
    let owner = server.owner().await;
    let elsewhere = crate::harness::Admin::sign_in(&server.door, "owner").await;
    let (visitor, _) = server.customer().await;
    let mut ended = [owner.socket().await, owner.page_socket("").await.0];
    let mut goes_on = elsewhere.socket().await;
    owner.log_out().await;
    for socket in &mut ended {
        assert_eq!(socket.end_within(REVOKED_WITHIN).await, SESSION_ENDED);
    }
    let id = visitor.say("still there?").await;
    assert_eq!(number(&goes_on.message().await, "id"), id);

    let mut own = visitor.socket().await;
    visitor.log_out().await;
    assert_eq!(own.end_within(REVOKED_WITHIN).await, SESSION_ENDED);
}

#[tokio::test]
async fn a_new_password_from_the_command_line_closes_sockets() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let ticket = lily.ticket().await;
    let mut by_token = lily.socket().await;
    let (mut by_ticket, _) = crate::harness::Socket::open_page(&server.door, &ticket, "").await;
    let mut of_another = owner.socket().await;
    let changed = server.admin_command(&["passwd", "lily", "--password-stdin"], "another password");
    changed.out();
    assert_eq!(by_token.end_within(REVOKED_WITHIN).await, SESSION_ENDED);
    assert_eq!(by_ticket.end_within(REVOKED_WITHIN).await, SESSION_ENDED);
    of_another.ping().await;
}

#[tokio::test]
async fn disabling_from_the_command_line_closes_sockets() {
    let server = Server::start();
    server.owner().await;
    let lily = server.admin("lily").await;
    let mut socket = lily.page_socket("").await.0;
    server.admin_command(&["disable", "lily"], "").out();
    assert_eq!(socket.end_within(REVOKED_WITHIN).await, SESSION_ENDED);
}

#[tokio::test]
async fn an_ended_session_hears_nothing_that_is_said_later() {
    let server = Server::start();
    let lily = server.admin("lily").await;
    let (visitor, _) = server.customer().await;
    let mut socket = lily.socket().await;
    lily.log_out().await;
    assert_eq!(socket.end_within(REVOKED_WITHIN).await, SESSION_ENDED);
    visitor.say("a secret").await;
    assert_eq!(socket.hear().await, Heard::End(None));
}

#[tokio::test]
async fn signing_out_ends_a_socket_that_is_still_hearing_what_it_missed() {
    let server = Server::start_with(&["--json-bytes-max", "200000"]);
    let admin = server.owner().await;
    let (_, conversation) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    // A megabyte of what grows most: seven on the wire, more than the system takes before somebody reads.
    let mut count = 0;
    while count < 63 {
        for body in worst_contents() {
            if body["contentType"] == 5 {
                admin.send(conversation, &body).await.data();
                count += 1;
            }
        }
    }
    let query = format!("token={}&v=1&after={}", admin.token, hello["head"]);
    let mut slow = Socket::open_narrow(&server.door, &query).await;
    assert_eq!(slow.next().await.content["resumed"], true);
    admin.log_out().await;
    let mut taken = 0;
    let code = loop {
        match slow.hear().await {
            Heard::Frame(_) => taken += 1,
            Heard::Pong => {}
            Heard::End(code) => break code,
        }
    };
    assert!(
        taken < count,
        "all of it was sent to somebody who had signed out"
    );
    assert!([None, SESSION_ENDED].contains(&code), "{code:?}");
}

#[tokio::test]
async fn a_planned_end_is_announced_to_pages() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut page = visitor.page_socket("").await.0;
    let mut staff = admin.page_socket("").await.0;
    let mut original = visitor.socket().await;
    server.terminate();
    for socket in [&mut page, &mut staff] {
        let bye = socket.expect("kefu_bye").await;
        let retry = number(&bye, "retryMs");
        assert!((0..=60_000).contains(&retry), "{retry}");
        let code = socket.end().await;
        assert!([Some(1001), Some(1012)].contains(&code), "{code:?}");
    }
    match original.hear().await {
        Heard::End(code) => assert!([Some(1001), Some(1012)].contains(&code), "{code:?}"),
        other => panic!("an original's client heard {other:?}"),
    }
    assert_eq!(server.exit().await.code(), Some(0));
}

#[tokio::test]
async fn a_planned_end_loses_nothing_that_was_answered() {
    let mut server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let talk = async {
        let mut answered = Vec::new();
        loop {
            let ask = visitor
                .ask("POST promotion/kefu-message/send")
                .json(&crate::harness::text("on and on"));
            match ask.attempt().await {
                Some(reply) if reply.status == 200 => {
                    answered.push(reply.data().as_i64().expect("an id"));
                }
                _ => return answered,
            }
            if answered.len() == 20 {
                server.terminate();
            }
            assert!(answered.len() < 100_000, "it does not stop");
        }
    };
    let answered = talk.await;
    assert_eq!(server.exit().await.code(), Some(0));
    server.start_again();
    let stored = crate::harness::ids(&admin.whole(conversation).await);
    assert!(answered.len() >= 20);
    assert!(answered.iter().all(|id| stored.contains(id)));
}

#[tokio::test]
async fn a_server_with_open_connections_ends_in_time() {
    let mut server = Server::start();
    let visitor = server.visitor().await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(visitor.socket().await);
    }
    let silent = tokio::net::TcpStream::connect(server.address()).await;
    let start = std::time::Instant::now();
    server.stop().await;
    assert!(start.elapsed().as_secs() < 10);
    drop((sockets, silent));
}

#[tokio::test]
async fn a_second_sigterm_is_at_once() {
    let mut server = Server::start();
    // A request whose body does not come: the server waits for it before it goes.
    let mut slow = tokio::net::TcpStream::connect(server.address())
        .await
        .expect("the server listens");
    let half = b"POST /admin-api/system/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
        Content-Length: 50\r\nExpect: 100-continue\r\n\r\n";
    slow.write_all(half).await.expect("it is read");
    let mut asked_for_more = [0; 12];
    let reading = slow.read_exact(&mut asked_for_more);
    reading.await.expect("the body is being waited for");
    assert_eq!(&asked_for_more, b"HTTP/1.1 100");
    server.terminate();
    until("it is stopping", async || {
        server.log().contains("stopping;")
    })
    .await;
    server.terminate();
    server.exit().await;
    let log = server.log();
    assert!(log.contains("second signal: stopping at once"), "{log}");
    drop(slow);
}

#[tokio::test]
async fn after_a_planned_end_the_log_of_writes_is_in_the_file() {
    let mut server = Server::start();
    server.customer().await;
    server.stop().await;
    let wal = std::fs::metadata(server.folder().join("shop.db-wal"));
    assert_eq!(wal.map_or(0, |wal| wal.len()), 0);
    server.start_again();
    assert_eq!(server.count("promotion_kefu_message"), 1);
}
