//! Opening a socket and talking into it: tickets, tokens, pings, junk.

use crate::harness::{Server, Socket, now_ms, number};

#[tokio::test]
async fn ping_is_answered_pong_at_once() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut socket = visitor.socket().await;
    for _ in 0..5 {
        socket.ping().await;
    }
    assert!(socket.kept().is_empty());
}

#[tokio::test]
async fn both_sides_open_a_socket_with_their_token() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut of_admin = admin.socket().await;
    let mut of_member = visitor.socket().await;
    let id = visitor.say("hello").await;
    assert_eq!(number(&of_admin.message().await, "id"), id);
    assert_eq!(number(&of_member.message().await, "id"), id);
}

#[tokio::test]
async fn a_page_is_greeted_and_a_client_of_the_original_is_not() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    let newest = &visitor.list("").await[0];
    let (_page, hello) = visitor.page_socket("").await;
    assert!(!hello["epoch"].as_str().expect("an epoch").is_empty());
    assert!(hello["resumed"].is_boolean());
    assert_eq!(hello["head"], newest["id"]);
    assert_eq!(hello["headTime"], newest["createTime"]);
    for query in ["", "&v=0", "&v="] {
        let query = format!("token={}{query}", visitor.token);
        let mut original = Socket::open(&server.door, &query).await;
        original.ping().await;
        let id = visitor.say("the first thing it hears").await;
        assert_eq!(number(&original.message().await, "id"), id);
    }
}

#[tokio::test]
async fn the_epoch_is_the_databases_and_survives_a_crash() {
    let mut server = Server::start();
    let visitor = server.visitor().await;
    let epoch = visitor.page_socket("").await.1["epoch"].clone();
    server.restart();
    assert_eq!(visitor.page_socket("").await.1["epoch"], epoch);
    let other = Server::start();
    let stranger = other.visitor().await;
    assert_ne!(stranger.page_socket("").await.1["epoch"], epoch);
}

#[tokio::test]
async fn without_a_good_token_no_socket_opens() {
    let server = Server::start();
    let revoked = server.visitor().await;
    revoked.log_out().await;
    for query in [
        "".to_owned(),
        "token=".to_owned(),
        "token=nonsense".to_owned(),
        format!("token={}", "a".repeat(4_000)),
        "token=%00%ff".to_owned(),
        format!("token={}", revoked.token),
        format!("token={}&v=1", revoked.token),
    ] {
        let refused = Socket::try_open(&server.door, &query, "").await;
        assert_eq!(refused.err(), Some(401), "{query:.60}");
    }
}

#[tokio::test]
async fn a_ticket_opens_one_socket() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    for ticket in [visitor.ticket().await, admin.ticket().await] {
        let (mut socket, _) = Socket::open_page(&server.door, &ticket, "").await;
        let id = admin.say(conversation, "hi").await;
        assert_eq!(number(&socket.message().await, "id"), id);
        let query = format!("token={ticket}&v=1");
        let refused = Socket::try_open(&server.door, &query, "").await;
        assert_eq!(refused.err(), Some(401), "a second time");
    }
}

#[tokio::test]
async fn a_ticket_used_by_two_at_once_opens_one_socket() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let query = format!("token={}", visitor.ticket().await);
    let tries = (0..8).map(|_| Socket::try_open(&server.door, &query, ""));
    let tries = futures_util::future::join_all(tries).await;
    assert_eq!(tries.iter().filter(|socket| socket.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_ticket_says_that_it_lives_for_thirty_seconds() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let answer = visitor.ask("POST infra/ws-ticket").await.data();
    let life = number(&answer, "expiresTime") - now_ms();
    assert!((25_000..=30_000).contains(&life), "{life}");
    let again = visitor.ask("POST infra/ws-ticket").await.data();
    assert_ne!(answer["ticket"], again["ticket"]);
}

#[tokio::test]
async fn a_session_has_eight_tickets_and_the_oldest_makes_room() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let other = server.visitor().await.ticket().await;
    let mut tickets = Vec::new();
    for _ in 0..10 {
        tickets.push(visitor.ticket().await);
    }
    for (at, ticket) in tickets.iter().enumerate() {
        let opened = Socket::try_open(&server.door, &format!("token={ticket}"), "").await;
        assert_eq!(opened.err(), (at < 2).then_some(401), "ticket {at}");
    }
    Socket::open(&server.door, &format!("token={other}")).await;
}

#[tokio::test]
async fn a_ticket_dies_with_its_session() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let query = format!("token={}&v=1", visitor.ticket().await);
    visitor.log_out().await;
    let refused = Socket::try_open(&server.door, &query, "").await;
    assert_eq!(refused.err(), Some(401));
}

#[tokio::test]
async fn a_ticket_is_kept_in_memory_only() {
    let mut server = Server::start();
    let visitor = server.visitor().await;
    let query = format!("token={}&v=1", visitor.ticket().await);
    server.restart();
    let refused = Socket::try_open(&server.door, &query, "").await;
    assert_eq!(refused.err(), Some(401));
}

#[tokio::test]
async fn junk_is_ignored_and_the_socket_goes_on() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let (mut socket, _) = visitor.page_socket("").await;
    for junk in [
        "",
        "PING",
        "pong",
        "null",
        "{",
        "[[[]]]",
        r#"{"type":"base"}"#,
        r#"{"type":1,"content":2}"#,
        r#"{"type":"__proto__","content":"{}"}"#,
        r#"{"type":"demo-message-send","content":"{\"toUserId\":1,\"text\":\"x\"}"}"#,
        r#"{"type":"kefu_message_type","content":"{}"}"#,
        r#"{"content":"{}"}"#,
    ] {
        socket.say(junk).await;
    }
    socket.say_bytes(b"\x00\x01\xff").await;
    socket.say(&"x".repeat(4_096)).await;
    socket.ping().await;
    assert!(socket.kept().is_empty());
    assert_eq!(server.count("promotion_kefu_message"), 0);
}

#[tokio::test]
async fn a_frame_over_four_kilobytes_ends_the_socket() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut socket = visitor.socket().await;
    socket.say(&"x".repeat(4_097)).await;
    assert_eq!(socket.end().await, Some(1009));
}

#[tokio::test]
async fn a_flood_ends_the_socket_and_nobody_elses() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut bystander = visitor.socket().await;
    for words in ["junk", "ping", ""] {
        let flooder = visitor.socket().await;
        let code = flooder.flood(words, 20_000).await;
        assert_eq!(code, Some(4029), "{words}");
    }
    bystander.ping().await;
}

#[tokio::test]
async fn the_thirty_third_socket_of_one_person_is_one_too_many() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut sockets = Vec::new();
    for _ in 0..32 {
        let mut socket = visitor.socket().await;
        socket.ping().await;
        sockets.push(socket);
    }
    let mut late = visitor.socket().await;
    assert_eq!(late.end().await, Some(4009));
    let other = server.visitor().await;
    other.socket().await.ping().await;
    let id = visitor.say("to all of mine").await;
    for socket in &mut sockets {
        assert_eq!(number(&socket.message().await, "id"), id);
    }
    drop(sockets);
}

#[tokio::test]
async fn a_closed_socket_makes_room() {
    let server = Server::start_with(&["--sockets-per-party", "2"]);
    let visitor = server.visitor().await;
    let mut one = visitor.socket().await;
    let mut two = visitor.socket().await;
    // A socket has its place when it answers, not when its handshake is done.
    one.ping().await;
    two.ping().await;
    assert_eq!(visitor.socket().await.end().await, Some(4009));
    drop(one);
    two.ping().await;
    // The server notices the end of the first one in its own time.
    let query = format!("token={}", visitor.token);
    let mut tries = 0;
    loop {
        // Whoever comes again and again is slowed down too.
        if let Ok(mut next) = Socket::try_open(&server.door, &query, "").await {
            next.say("ping").await;
            if next.hear().await == crate::harness::Heard::Pong {
                break;
            }
        }
        tries += 1;
        assert!(tries < 1_000, "a closed socket is still counted");
    }
}

#[tokio::test]
async fn any_origin_may_open_a_socket() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let query = format!("token={}", visitor.token);
    let headers =
        "Origin: https://mall.example\r\nSec-WebSocket-Extensions: permessage-deflate\r\n";
    let socket = Socket::try_open(&server.door, &query, headers).await;
    socket.expect("opened").ping().await;
}

#[tokio::test]
async fn a_handshake_of_another_version_is_refused_in_words() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let request = format!(
        "GET /infra/ws?token={} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        visitor.token
    );
    let answer = crate::harness::raw(server.address(), request.as_bytes()).await;
    let status = answer.split(' ').nth(1).expect("a status");
    assert!(["400", "426"].contains(&status), "{answer}");
}
