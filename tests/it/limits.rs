//! Limits: nobody can take the server away from the others by asking too much.

use crate::harness::{Reply, Server, Visitor, text};

fn good(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| reply.status == 200).count()
}

async fn send_at_once(visitor: &Visitor, count: usize) -> Vec<Reply> {
    let bodies: Vec<_> = (0..count).map(|n| text(&format!("{n}"))).collect();
    let sends = bodies.iter().map(|body| visitor.send(body));
    futures_util::future::join_all(sends).await
}

#[tokio::test]
async fn a_member_writes_twenty_messages_at_once_and_then_one_a_second() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let replies = send_at_once(&visitor, 40).await;
    let stored = good(&replies);
    // A slow machine may be given one or two more while it sends.
    assert!((20..=24).contains(&stored), "{stored}");
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.too_many();
    }
    assert_eq!(visitor.list("limit=200").await.len(), stored);
}

#[tokio::test]
async fn one_members_flood_is_not_anothers() {
    let server = Server::start();
    let admin = server.owner().await;
    let (flooder, conversation) = server.customer().await;
    send_at_once(&flooder, 40).await;
    let other = server.visitor().await;
    other.say("me too").await;
    for n in 0..30 {
        admin
            .say(conversation, &format!("the staff answer as they like {n}"))
            .await;
    }
}

#[tokio::test]
async fn the_visitors_of_one_address_together_write_five_times_as_much_as_one() {
    let flags = ["--messages-per-minute", "1", "--messages-burst", "2"];
    let server = Server::start_with(&flags);
    let mut stored = 0;
    for _ in 0..8 {
        let visitor = server.visitor().await;
        let replies = send_at_once(&visitor, 2).await;
        for reply in replies.iter().filter(|reply| reply.status != 200) {
            reply.too_many();
        }
        stored += good(&replies);
    }
    assert!((10..=11).contains(&stored), "{stored}");
    // Elsewhere nobody notices.
    let visitor = server.visitor().await;
    let elsewhere = visitor
        .ask("POST promotion/kefu-message/send")
        .header("x-forwarded-for", "203.0.113.7")
        .json(&text("hello"));
    elsewhere.await.data();
}

/// A slow machine may have been given another chance meanwhile: some five a second.
async fn slowed_down(mut ask: impl AsyncFnMut() -> Reply) {
    for _ in 0..20 {
        let reply = ask().await;
        if reply.status == 429 {
            return reply.too_many();
        }
        assert_eq!(reply.status, 200);
    }
    panic!("nothing slows it down");
}

#[tokio::test]
async fn who_changes_things_without_end_is_slowed_down_and_nobody_else() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let asks = (0..150).map(|_| visitor.ask("POST infra/ws-ticket").into_future());
    let replies = futures_util::future::join_all(asks).await;
    let given = good(&replies);
    // A slow machine may be given a few more while it asks.
    assert!((100..=130).contains(&given), "{given}");
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.too_many();
    }
    let read = format!("conversationId={conversation}");
    slowed_down(async || visitor.try_read(&read).await).await;
    let refresh = format!(
        "POST member/auth/refresh-token?refreshToken={}",
        visitor.token
    );
    slowed_down(async || visitor.ask(&refresh).await).await;
    visitor.say("writing is another matter").await;
    admin.read_all(conversation).await;
    admin.pin(conversation).await;
}

#[tokio::test]
async fn the_visitors_of_one_address_together_change_five_times_as_much_as_one() {
    let server = Server::start();
    let mut farm = 0;
    // Each may do a hundred things at once; sooner or later a new one may do nothing any more.
    loop {
        let visitor = server.visitor().await;
        let first = visitor.ask("POST infra/ws-ticket").await;
        if first.status != 200 {
            first.too_many();
            break;
        }
        let asks = (0..100).map(|_| visitor.ask("POST infra/ws-ticket").into_future());
        futures_util::future::join_all(asks).await;
        farm += 1;
        assert!(farm < 25, "a farm of visitors goes on for ever");
    }
    assert!(farm >= 4, "an office may do as much as five: {farm}");
    // Elsewhere nobody notices, and the staff neither.
    let visitor = server.visitor().await;
    let elsewhere = visitor.ask("POST infra/ws-ticket");
    elsewhere
        .header("x-forwarded-for", "203.0.113.7")
        .await
        .data();
    let admin = server.owner().await;
    admin.ticket().await;
}

#[tokio::test]
async fn who_opens_sockets_without_end_is_slowed_down_and_nobody_else() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let query = format!("token={}", visitor.token);
    let mut opened = 0;
    while let Ok(socket) = crate::harness::Socket::try_open(&server.door, &query, "").await {
        drop(socket);
        opened += 1;
        assert!(opened < 1_000, "nobody stops him");
    }
    assert!(opened >= 64, "{opened}");
    visitor.say("he may still write").await;
    server.visitor().await.socket().await.ping().await;
}

#[tokio::test]
async fn who_searches_without_end_is_slowed_down() {
    let server = Server::start();
    let admin = server.owner().await;
    server.customer().await;
    let line = "GET promotion/kefu-conversation/search?text=hello";
    let asks = (0..150).map(|_| admin.ask(line).into_future());
    let replies = futures_util::future::join_all(asks).await;
    let limited = replies.iter().filter(|reply| reply.status == 429).count();
    assert!(limited > 0, "150 searches at once");
    assert!(
        replies
            .iter()
            .all(|reply| [200, 429, 503].contains(&reply.status))
    );
    assert!(good(&replies) > 0);
}

#[tokio::test]
async fn the_rate_of_messages_is_a_flag() {
    let flags = ["--messages-per-minute", "1", "--messages-burst", "3"];
    let server = Server::start_with(&flags);
    let visitor = server.visitor().await;
    let replies = send_at_once(&visitor, 10).await;
    assert_eq!(good(&replies), 3);
}

#[tokio::test]
async fn without_limits_everything_goes_and_the_log_says_so() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    assert_eq!(good(&send_at_once(&visitor, 100).await), 100);
    for _ in 0..60 {
        server.visitor().await;
    }
    let log = server.log();
    assert!(log.contains("limits"), "{log}");
}

#[tokio::test]
async fn with_limits_the_log_says_nothing_of_them() {
    let server = Server::start();
    assert!(!server.log().contains("no-limits"), "{}", server.log());
}

async fn arrivals(server: &Server, count: usize, forwarded: Option<&str>) -> Vec<Reply> {
    let asks = (0..count).map(|_| {
        let ask = server.ask("POST /app-api/member/auth/visitor");
        match forwarded {
            Some(address) => ask.header("x-forwarded-for", address),
            None => ask,
        }
        .into_future()
    });
    futures_util::future::join_all(asks).await
}

#[tokio::test]
async fn thirty_visitors_arrive_from_one_address_and_then_two_a_minute() {
    let server = Server::start();
    let replies = arrivals(&server, 40, None).await;
    let made = good(&replies);
    assert!((30..=31).contains(&made), "{made}");
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.too_many();
    }
    // Who is a member already is not concerned.
    let token = replies
        .iter()
        .find(|reply| reply.status == 200)
        .expect("somebody arrived")
        .data();
    Visitor::from_sign_in(&server.door, &token)
        .say("hello")
        .await;
}

#[tokio::test]
async fn the_rate_of_visitors_is_a_flag() {
    let flags = ["--visitors-per-hour", "1", "--visitors-burst", "2"];
    let server = Server::start_with(&flags);
    assert_eq!(good(&arrivals(&server, 5, None).await), 2);
}

#[tokio::test]
async fn a_proxy_on_this_machine_tells_where_visitors_come_from() {
    let server = Server::start_with(&["--visitors-burst", "2"]);
    assert_eq!(good(&arrivals(&server, 4, Some("203.0.113.7")).await), 2);
    assert_eq!(good(&arrivals(&server, 4, Some("198.51.100.1")).await), 2);
    assert_eq!(good(&arrivals(&server, 4, None).await), 2);
}

#[tokio::test]
async fn what_a_visitor_claims_before_the_proxy_is_not_believed() {
    let server = Server::start_with(&["--visitors-burst", "2"]);
    let mut made = 0;
    for n in 0..5 {
        let claim = format!("1.2.3.{n}, 203.0.113.7");
        made += good(&arrivals(&server, 1, Some(&claim)).await);
    }
    assert_eq!(made, 2);
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_too() {
    let flags = ["--visitors-burst", "2", "--trusted-proxy", "203.0.113.0/24"];
    let server = Server::start_with(&flags);
    for n in 0..5 {
        let claim = format!("9.9.9.9, 1.2.3.{n}, 203.0.113.7");
        assert_eq!(good(&arrivals(&server, 1, Some(&claim)).await), 1);
    }
    let again = arrivals(&server, 3, Some("1.2.3.0, 203.0.113.9")).await;
    assert_eq!(good(&again), 1, "1.2.3.0 has one left");
}

#[tokio::test]
async fn a_network_of_ipv6_is_one_address() {
    let server = Server::start_with(&["--visitors-burst", "2"]);
    let mut made = 0;
    for n in 1..6 {
        let claim = format!("2001:db8:1:2::{n:x}");
        made += good(&arrivals(&server, 1, Some(&claim)).await);
    }
    assert_eq!(made, 2);
}

#[tokio::test]
async fn odd_forwarding_headers_are_never_a_panic() {
    let server = Server::start_with(&["--no-limits"]);
    let thousand = vec!["1.2.3.4"; 1_000].join(",");
    for odd in [
        "",
        ",",
        ",,,",
        "x",
        "1.2.3",
        "999.1.1.1",
        "[::1]:80",
        "1.2.3.4:80",
        "::ffff:1.2.3.4",
        "unknown",
        &thousand,
    ] {
        let reply = server
            .ask("POST /app-api/member/auth/visitor")
            .header("x-forwarded-for", odd)
            .await;
        reply.data();
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test]
async fn the_sockets_of_one_address_are_counted() {
    let server = Server::start_with(&["--sockets-per-address", "3"]);
    let visitor = server.visitor().await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(visitor.socket().await);
    }
    let query = format!("token={}", visitor.token);
    match crate::harness::Socket::try_open(&server.door, &query, "").await {
        Err(status) => assert!([429, 503].contains(&status), "{status}"),
        Ok(mut late) => assert!(late.end().await.is_some_and(|code| code >= 1008)),
    }
    for socket in &mut sockets {
        socket.ping().await;
    }
}
