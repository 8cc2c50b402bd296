//! Who may do what: the token alone says who is asking, and nobody reaches what is another's.

use serde_json::{Value, json};

use crate::harness::{Server, Socket, Who, lines_of, number, text};

/// A body that any of the paths would take.
fn body() -> Value {
    let mut body = text("must not be stored");
    body["conversationId"] = json!(1);
    body["id"] = json!(1);
    body["adminPinned"] = json!(true);
    body
}

#[tokio::test]
async fn nobody_without_a_good_token_does_anything() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let before = admin.conversation(conversation).await;
    let revoked = server.visitor().await;
    revoked.log_out().await;
    let ticket = visitor.ticket().await;
    let hex = "0".repeat(64);
    let tokens = [
        None,
        Some("Bearer "),
        Some("nonsense"),
        Some("Bearer nonsense"),
        Some("Basic b3duZXI6cGFzcw=="),
        Some(revoked.token.as_str()),
        Some(ticket.as_str()),
        Some(hex.as_str()),
    ];
    for line in [Who::Member, Who::Admin, Who::Shop].map(lines_of).concat() {
        for token in tokens {
            let mut ask = server.ask(&line).json(&body());
            if let Some(token) = token {
                ask = ask.header("authorization", token);
            }
            let reply = ask.await;
            assert_eq!(reply.status, 401, "{line} {token:?}: {}", reply.text());
            assert_eq!(reply.refused(401, 401), "账号未登录");
        }
    }
    assert_eq!(admin.conversation(conversation).await, before);
    assert_eq!(server.count("promotion_kefu_message"), 1);
}

#[tokio::test]
async fn the_wrong_side_is_refused() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let before = admin.conversation(conversation).await;
    for (who, token) in [(Who::Member, &admin.token), (Who::Admin, &visitor.token)] {
        for line in lines_of(who) {
            let reply = server.ask(&line).bearer(token).json(&body()).await;
            assert_eq!(reply.status, 403, "{line}: {}", reply.text());
            assert_eq!(reply.refused(403, 403), "没有该操作权限");
        }
    }
    assert_eq!(admin.conversation(conversation).await, before);
    assert_eq!(server.count("promotion_kefu_message"), 1);
}

#[tokio::test]
async fn the_same_number_on_the_other_side_is_somebody_else() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    assert_eq!(admin.id, visitor.id, "both are the first of their kind");
    admin.say(conversation, "I am the staff").await;
    let (mut socket, _) = visitor.page_socket("").await;
    let (other, _) = server.customer().await;
    other.say("not for the first member").await;
    let id = visitor.say("for the first member").await;
    assert_eq!(number(&socket.message().await, "id"), id);
}

#[tokio::test]
async fn a_visitor_never_sees_or_changes_anothers_conversation() {
    let server = Server::start();
    let admin = server.owner().await;
    let (victim, theirs) = server.customer().await;
    admin.say(theirs, "a secret").await;
    let before = admin.conversation(theirs).await;
    let (thief, _) = server.customer().await;
    for query in [
        format!("conversationId={theirs}"),
        format!("conversationId={theirs}&beforeId=1000"),
        format!("conversationId={theirs}&afterId=0&limit=200"),
        format!("userId={}&afterId=0", victim.id),
    ] {
        let seen = thief.list(&query).await;
        assert_eq!(seen.len(), 1, "{query}");
        assert_eq!(number(&seen[0], "senderId"), thief.id);
        let page = thief.page(&query).await;
        assert_eq!(page["total"], 1, "{query}");
    }
    let line = format!(
        "GET promotion/kefu-conversation/get?id={theirs}&userId={}",
        victim.id
    );
    let own = thief.ask(&line).await.data();
    assert_eq!(number(&own, "userId"), thief.id);
    let reply = thief.try_read(&format!("conversationId={theirs}")).await;
    let unknown = thief.try_read("conversationId=4711").await;
    reply.refused(404, 1_013_019_000);
    assert_eq!(reply.body, unknown.body, "as if it were not there");
    let mut body = text("into the wrong box");
    body["conversationId"] = json!(theirs);
    thief.send(&body).await.data();
    assert_eq!(admin.conversation(theirs).await, before);
}

#[tokio::test]
async fn a_visitor_never_hears_anothers_conversation() {
    let server = Server::start();
    let admin = server.owner().await;
    let (victim, theirs) = server.customer().await;
    let (thief, _) = server.customer().await;
    let secret = victim.list("").await[0].clone();
    let (mut live, _) = thief.page_socket("").await;
    let more = format!("&after={}&afterTime={}", secret["id"], secret["createTime"]);
    let (mut resuming, _) = thief.page_socket(&more).await;
    let (mut from_nothing, _) = thief.page_socket("&after=0").await;
    victim.say("a secret").await;
    admin.say(theirs, "another secret").await;
    admin.read_all(theirs).await;
    victim.read_all().await;
    admin.pin(theirs).await;
    let id = thief.say("mine").await;
    for socket in [&mut live, &mut resuming, &mut from_nothing] {
        loop {
            let message = socket.message().await;
            assert_eq!(number(&message, "senderId"), thief.id, "{message}");
            if message["id"] == id {
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_visitor_who_never_wrote_can_mark_nothing() {
    let server = Server::start();
    let (_, theirs) = server.customer().await;
    let visitor = server.visitor().await;
    let reply = visitor.try_read(&format!("conversationId={theirs}")).await;
    reply.refused(404, 1_013_019_000);
}

#[tokio::test]
async fn a_ticket_is_no_token_and_an_address_no_proof() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    let line = "GET /app-api/promotion/kefu-conversation/get";
    let reply = server
        .ask(line)
        .header("x-user-id", &visitor.id.to_string())
        .header("x-forwarded-for", "127.0.0.1")
        .await;
    reply.refused(401, 401);
    for query in ["", "token=", "token=nonsense", "v=1", "token=1&v=1"] {
        let refused = Socket::try_open(&server.door, query, "").await;
        assert_eq!(refused.err(), Some(401), "{query}");
    }
}

#[tokio::test]
async fn a_member_never_makes_himself_staff() {
    let server = Server::start();
    server.owner().await;
    let visitor = server.visitor().await;
    let line = format!(
        "POST /admin-api/system/auth/refresh-token?refreshToken={}",
        visitor.token
    );
    let reply = server.ask(&line).await;
    assert!((400..=403).contains(&reply.status), "{}", reply.text());
    assert_eq!(reply.json()["data"], Value::Null);
}
