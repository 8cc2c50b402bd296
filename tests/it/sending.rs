//! Sending: a message is stored once, by whom the token names, and the conversation follows it.

use serde_json::{Value, json};

use crate::harness::{Server, fresh_id, ids, number, text, texts};

#[tokio::test]
async fn a_member_sends_and_finds_the_message_in_his_list() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let body = text("你好[可爱]");
    let id = visitor.send(&body).await.data();
    let listed = visitor.list("").await;
    let conversation = visitor.conversation_id().await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        listed[0],
        json!({
            "id": id,
            "conversationId": conversation,
            "senderId": visitor.id,
            "senderAvatar": null,
            "senderNickname": null,
            "senderType": 1,
            "receiverId": null,
            "receiverType": null,
            "contentType": 1,
            "content": body["content"],
            "readStatus": false,
            "createTime": listed[0]["createTime"],
            "clientMessageId": body["clientMessageId"],
        })
    );
    let age = crate::harness::now_ms() - number(&listed[0], "createTime");
    assert!((0..60_000).contains(&age), "createTime is now, in ms");
}

#[tokio::test]
async fn an_admin_answers_and_the_member_finds_it() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let id = admin.say(conversation, "what can I do for you?").await;
    let newest = &visitor.list("").await[0];
    assert_eq!(number(newest, "id"), id);
    assert_eq!(number(newest, "senderId"), admin.id);
    assert_eq!(newest["senderType"], 2);
    assert_eq!(number(newest, "receiverId"), visitor.id);
    assert_eq!(newest["receiverType"], 1);
    assert_eq!(newest["readStatus"], false);
    assert_eq!(newest, &admin.list(conversation, "").await[0]);
}

#[tokio::test]
async fn both_sides_see_the_same_history_in_the_order_of_ids() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.say(conversation, "hi").await;
    visitor.say("do you ship to Urumqi?").await;
    admin.say(conversation, "yes").await;
    let seen = visitor.list("limit=10").await;
    assert_eq!(
        texts(&seen),
        ["yes", "do you ship to Urumqi?", "hi", "hello"]
    );
    assert!(ids(&seen).is_sorted_by(|newer, older| newer > older));
    assert_eq!(seen, admin.list(conversation, "").await);
}

#[tokio::test]
async fn the_first_message_makes_the_conversation_and_nothing_before_it() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    assert_eq!(visitor.list("").await, [] as [Value; 0]);
    assert_eq!(visitor.conversation().await, Value::Null);
    let (_socket, _) = visitor.page_socket("").await;
    assert_eq!(admin.conversations().await, [] as [Value; 0]);
    visitor.say("hello").await;
    assert_eq!(admin.conversations().await.len(), 1);
    assert_eq!(server.count("promotion_kefu_conversation"), 1);
}

#[tokio::test]
async fn twenty_first_messages_at_the_same_time_make_one_conversation() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let bodies: Vec<_> = (0..20).map(|n| text(&format!("first {n}"))).collect();
    let sends = bodies.iter().map(|body| visitor.send(body));
    for reply in futures_util::future::join_all(sends).await {
        reply.data();
    }
    assert_eq!(admin.conversations().await.len(), 1);
    assert_eq!(server.count("promotion_kefu_conversation"), 1);
    assert_eq!(visitor.list("limit=200").await.len(), 20);
}

#[tokio::test]
async fn a_repeated_message_is_answered_with_the_first_one() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let body = text("only once");
    let first = visitor.send(&body).await;
    let again = visitor.send(&body).await;
    assert_eq!(first.data(), again.data());
    assert!(!first.is_replay());
    assert!(again.is_replay());
    assert_eq!(visitor.list("").await.len(), 1);
}

#[tokio::test]
async fn fifty_sends_of_one_message_at_the_same_time_store_one_row() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    let body = text("only once");
    let sends = (0..50).map(|_| visitor.send(&body));
    let replies = futures_util::future::join_all(sends).await;
    let id = replies[0].data();
    assert!(replies.iter().all(|reply| reply.data() == id));
    let replays = replies.iter().filter(|reply| reply.is_replay()).count();
    assert_eq!(replays, 49);
    assert_eq!(server.count("promotion_kefu_message"), 1);
}

#[tokio::test]
async fn a_repeated_message_changes_and_pushes_nothing() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let (mut socket, _) = admin.page_socket("").await;
    let body = text("only once");
    visitor.send(&body).await.data();
    let conversation = visitor.conversation_id().await;
    let before = admin.conversation(conversation).await;
    assert!(visitor.send(&body).await.is_replay());
    assert_eq!(admin.conversation(conversation).await, before);
    visitor.say("the next one").await;
    let heard = socket.messages(2).await;
    assert_eq!(texts(&heard), ["only once", "the next one"]);
}

#[tokio::test]
async fn a_repeated_message_is_recognised_after_a_crash() {
    let mut server = Server::start();
    let visitor = server.visitor().await;
    let body = text("only once");
    let first = visitor.send(&body).await.data();
    server.restart();
    let again = visitor.send(&body).await;
    assert_eq!(again.data(), first);
    assert!(again.is_replay());
}

#[tokio::test]
async fn an_admins_message_is_stored_once_too() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let body = text("only once");
    let first = admin.send(conversation, &body).await;
    let again = admin.send(conversation, &body).await;
    assert_eq!(first.data(), again.data());
    assert!(again.is_replay() && !first.is_replay());
    assert_eq!(visitor.list("").await.len(), 2);
}

#[tokio::test]
async fn the_same_id_with_another_content_is_refused_and_stores_nothing() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut body = text("first");
    visitor.send(&body).await.data();
    body["content"] = json!(r#"{"text":"second"}"#);
    visitor.send(&body).await.refused(422, 422);
    body["content"] = json!(r#"{"picUrl":"https://shop.example/a.png"}"#);
    body["contentType"] = json!(2);
    visitor.send(&body).await.refused(422, 422);
    assert_eq!(texts(&visitor.list("").await), ["first"]);
}

#[tokio::test]
async fn the_same_id_of_another_sender_is_another_message() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let (one, conversation) = server.customer().await;
    let (other, elsewhere) = server.customer().await;
    let body = text("same id");
    let replies = [
        one.send(&body).await,
        other.send(&body).await,
        owner.send(conversation, &body).await,
        agent.send(conversation, &body).await,
        owner.send(elsewhere, &body).await,
    ];
    assert!(replies.iter().all(|reply| !reply.is_replay()));
    let mut ids: Vec<_> = replies.iter().map(|reply| reply.data().as_i64()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn a_message_without_a_client_id_gets_one_from_the_server() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let body = json!({ "contentType": 1, "content": r#"{"text":"old client"}"# });
    let first = visitor.send(&body).await.data();
    let second = visitor.send(&body).await.data();
    assert_ne!(first, second, "two messages, not a repeat");
    let listed = visitor.list("").await;
    let client_ids: Vec<_> = listed
        .iter()
        .map(|message| message["clientMessageId"].as_str().expect("an id"))
        .collect();
    assert_ne!(client_ids[0], client_ids[1]);
    assert!(client_ids.iter().all(|id| (16..=64).contains(&id.len())));
}

#[tokio::test]
async fn a_body_never_decides_who_wrote_what() {
    let server = Server::start();
    let admin = server.owner().await;
    let (victim, elsewhere) = server.customer().await;
    let (visitor, conversation) = server.customer().await;
    let mut body = text("it was me");
    for (field, value) in [
        ("id", json!(99_999)),
        ("senderId", json!(victim.id)),
        ("senderType", json!(2)),
        ("senderAvatar", json!("https://evil.example/a.png")),
        ("receiverId", json!(victim.id)),
        ("receiverType", json!(1)),
        ("conversationId", json!(elsewhere)),
        ("readStatus", json!(true)),
        ("createTime", json!(1)),
        ("adminUnreadMessageCount", json!(99)),
        ("version", json!(99)),
        ("userId", json!(victim.id)),
    ] {
        body[field] = value;
    }
    let id = visitor.send(&body).await.data();
    let stored = &admin.list(conversation, "").await[0];
    assert_eq!(stored["id"], id);
    assert_ne!(id, 99_999);
    assert_eq!(number(stored, "senderId"), visitor.id);
    assert_eq!(stored["senderType"], 1);
    assert_eq!(stored["senderAvatar"], Value::Null);
    assert_eq!(stored["receiverId"], Value::Null);
    assert_eq!(stored["receiverType"], Value::Null);
    assert_eq!(stored["readStatus"], false);
    assert_ne!(stored["createTime"], 1);
    assert_eq!(admin.list(elsewhere, "").await.len(), 1);
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["adminUnreadMessageCount"], 2);
    assert_eq!(number(&seen, "userId"), visitor.id);
}

#[tokio::test]
async fn an_admins_body_never_decides_who_wrote_what() {
    let server = Server::start();
    let admin = server.owner().await;
    let agent = server.admin("lily").await;
    let (visitor, conversation) = server.customer().await;
    let mut body = text("it was me");
    body["senderId"] = json!(agent.id);
    body["senderType"] = json!(1);
    body["receiverId"] = json!(4711);
    admin.send(conversation, &body).await.data();
    let stored = &visitor.list("").await[0];
    assert_eq!(number(stored, "senderId"), admin.id);
    assert_eq!(stored["senderType"], 2);
    assert_eq!(number(stored, "receiverId"), visitor.id);
}

#[tokio::test]
async fn an_unknown_conversation_takes_no_message() {
    let server = Server::start();
    let admin = server.owner().await;
    let reply = admin.send(4711, &text("anybody?")).await;
    reply.refused(404, 1_013_019_000);
    assert_eq!(server.count("promotion_kefu_message"), 0);
}

#[tokio::test]
async fn a_member_who_is_gone_takes_no_message() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let (_visitor, conversation) = server.customer().await;
    server
        .edit(|file| {
            file.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM member;")
                .expect("a member can be taken out by hand");
        })
        .await;
    let reply = admin.send(conversation, &text("still there?")).await;
    reply.refused(404, 1_004_001_001);
    assert_eq!(server.count("promotion_kefu_message"), 1);
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["userNickname"], Value::Null);
}

#[tokio::test]
async fn ids_ascend_for_each_author_and_are_never_used_twice() {
    let server = Server::start_with(&["--no-limits"]);
    let (visitor, _) = server.customer().await;
    let mut last = 0;
    for n in 0..30 {
        let id = visitor.say(&format!("{n}")).await;
        assert!(id > last, "{id} after {last}");
        last = id;
    }
}

#[tokio::test]
async fn a_client_message_id_of_every_allowed_form_is_taken() {
    let server = Server::start();
    let visitor = server.visitor().await;
    for id in [
        "0123456789abcdef".to_owned(),
        "_-".repeat(32),
        "550e8400-e29b-41d4-a716-446655440000".to_owned(),
        fresh_id(),
    ] {
        let mut body = text("hi");
        body["clientMessageId"] = json!(id);
        visitor.send(&body).await.data();
        assert_eq!(visitor.list("").await[0]["clientMessageId"], id);
    }
}
