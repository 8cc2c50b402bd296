//! A visitor proves to be a member: what he wrote is the member's, whole, in order and counted right, on every page.

use serde_json::{Value, json};

use crate::harness::files::{message, upload, uploaded};
use crate::harness::{Admin, Server, Shop, Socket, Visitor, ids, in_seconds, number, text, texts};

/// A member and a visitor who turns out to be the same person, with what both said and heard in turns.
struct Two {
    server: Server,
    shop: Shop,
    admin: Admin,
    member: Visitor,
    to: i64,
    visitor: Visitor,
    from: i64,
    /// All message ids, oldest first.
    said: Vec<i64>,
}

const WORDS: [&str; 8] = ["m1", "v1", "a1", "v2", "b1", "m2", "v3", "a2"];

impl Two {
    async fn meet() -> Two {
        let server = Server::start_with(&["--no-limits"]);
        let shop = Shop::open(&server);
        let admin = server.owner().await;
        let member = shop.member("42").await;
        let visitor = server.visitor().await;
        let mut said = vec![member.say("m1").await, visitor.say("v1").await];
        let (to, from) = (
            member.conversation_id().await,
            visitor.conversation_id().await,
        );
        said.push(admin.say(to, "a1").await);
        said.push(visitor.say("v2").await);
        admin.read_all(from).await;
        said.push(admin.say(from, "b1").await);
        said.push(member.say("m2").await);
        said.push(visitor.say("v3").await);
        said.push(admin.say(to, "a2").await);
        Two {
            server,
            shop,
            admin,
            member,
            to,
            visitor,
            from,
            said,
        }
    }

    async fn merge(&self) -> Visitor {
        self.visitor.prove_to_be(&self.shop.proof("42")).await
    }
}

async fn refused_everywhere(dead: &Visitor) {
    for line in [
        "GET promotion/kefu-conversation/get",
        "GET promotion/kefu-message/list",
        "GET member/user/get",
    ] {
        dead.ask(line).await.refused(401, 401);
    }
    dead.send(&text("too late")).await.refused(401, 401);
}

#[tokio::test]
async fn a_visitor_whom_nobody_was_before_keeps_everything_but_his_token() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.say(conversation, "hi").await;
    let before = admin.conversation(conversation).await;
    let (mut page, _) = admin.page_socket("").await;
    let (mut socket, _) = visitor.page_socket("").await;
    let mut original = visitor.socket().await;
    let proof = shop.prove(&json!({
        "sub": "42", "exp": in_seconds(60), "name": "Mei",
    }));
    let member = visitor.prove_to_be(&proof).await;
    assert_eq!(socket.end().await, Some(4001));
    assert_eq!(original.end().await, Some(4001));
    refused_everywhere(&visitor).await;
    assert_eq!(member.id, visitor.id);
    assert_eq!(texts(&member.list("").await), ["hi", "hello"]);
    let seen = admin.conversation(conversation).await;
    let change = page.change().await;
    assert_eq!(change["kind"], "rename");
    assert_eq!(change["conversation"], seen);
    assert_eq!(change.get("from"), None);
    let mut expected = before.clone();
    expected["verified"] = json!(true);
    expected["userNickname"] = json!("Mei");
    expected["version"] = json!(number(&before, "version") + 1);
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_member_who_never_wrote_gets_the_visitors_conversation_as_it_is() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let member = shop.member("42").await;
    let (visitor, conversation) = server.customer().await;
    let answer = admin.say(conversation, "hi").await;
    let before = admin.conversation(conversation).await;
    let (mut page, _) = admin.page_socket("").await;
    let (mut other_device, _) = member.page_socket("").await;
    let (mut socket, _) = visitor.page_socket("").await;
    let here = visitor.prove_to_be(&shop.proof("42")).await;
    assert_eq!(socket.end().await, Some(4001));
    refused_everywhere(&visitor).await;
    assert_eq!(here.id, member.id);
    let seen = admin.conversation(conversation).await;
    let mut expected = before.clone();
    expected["userId"] = json!(member.id);
    expected["verified"] = json!(true);
    for field in ["version", "generation"] {
        expected[field] = json!(number(&before, field) + 1);
    }
    assert_eq!(seen, expected);
    let change = page.change().await;
    assert_eq!(change["kind"], "merge");
    assert_eq!((&change["from"], &change["to"]), (&seen["id"], &seen["id"]));
    assert_eq!(change["conversation"], seen);
    let change = other_device.change().await;
    assert_eq!(change["kind"], "merge");
    assert_eq!(change["conversation"], member.conversation().await);
    assert_eq!(texts(&member.list("").await), ["hi", "hello"]);
    let moved = &admin.list(conversation, "").await;
    assert_eq!(number(&moved[0], "id"), answer);
    assert_eq!(number(&moved[0], "receiverId"), member.id);
    assert_eq!(number(&moved[1], "senderId"), member.id);
    let id = admin.say(conversation, "welcome back").await;
    assert_eq!(number(&other_device.message().await, "id"), id);
    assert_eq!(server.count("member"), 1);
}

#[tokio::test]
async fn both_conversations_become_one_whole_and_in_order() {
    let two = Two::meet().await;
    let merged = two.merge().await;
    assert_eq!(merged.id, two.member.id);
    let whole = two.admin.whole(two.to).await;
    assert_eq!(texts(&whole), WORDS);
    assert_eq!(ids(&whole), two.said);
    for message in &whole {
        assert_eq!(number(message, "conversationId"), two.to);
        let customer = if message["senderType"] == 1 {
            "senderId"
        } else {
            "receiverId"
        };
        assert_eq!(number(message, customer), merged.id, "{message}");
    }
    let mut own = two.member.list("limit=200").await;
    own.reverse();
    assert_eq!(texts(&own), WORDS, "the other device sees the same");
    assert_eq!(ids(&two.admin.conversations().await), [two.to]);
    for table in [
        "member",
        "promotion_kefu_conversation",
        "conversation_alias",
    ] {
        assert_eq!(two.server.count(table), 1, "{table}");
    }
    refused_everywhere(&two.visitor).await;
}

#[tokio::test]
async fn what_nobody_has_read_stays_unread_until_it_is_read() {
    let two = Two::meet().await;
    let merged = two.merge().await;
    let seen = two.admin.conversation(two.to).await;
    assert_eq!(seen["adminUnreadMessageCount"], 3, "m1, m2, v3");
    let own = merged.conversation().await;
    assert_eq!(own["unreadCount"], 3, "a1, b1, a2");
    assert!(number(&own, "adminReadId") < two.said[0], "m1 is unread");
    assert!(number(&seen, "memberReadId") < two.said[2], "a1 is unread");
    assert_eq!(seen["lastMessageContent"], r#"{"text":"a2"}"#);
    // v1 and v2 lie between and were read before.
    two.admin.read_up_to(two.to, two.said[3]).await;
    let seen = two.admin.conversation(two.to).await;
    assert_eq!(seen["adminUnreadMessageCount"], 2);
    let own = merged.conversation().await;
    assert_eq!(number(&own, "adminReadId"), two.said[3], "up to v2");
    two.admin.read_all(two.to).await;
    merged.read_all().await;
    let seen = two.admin.conversation(two.to).await;
    assert_eq!(seen["adminUnreadMessageCount"], 0);
    assert_eq!(number(&seen, "memberReadId"), two.said[7]);
    let own = merged.conversation().await;
    assert_eq!(own["unreadCount"], 0);
    assert_eq!(number(&own, "adminReadId"), two.said[6]);
    for message in two.admin.whole(two.to).await {
        assert_eq!(message["readStatus"], true, "{message}");
    }
}

#[tokio::test]
async fn both_sides_are_told_and_the_visitors_sockets_end() {
    let two = Two::meet().await;
    let before = two.admin.conversation(two.to).await;
    let gone = two.admin.conversation(two.from).await;
    let (mut page, _) = two.admin.page_socket("").await;
    let mut original = two.admin.socket().await;
    let (mut other_device, _) = two.member.page_socket("").await;
    let (mut socket, _) = two.visitor.page_socket("").await;
    let ticket = two.visitor.ticket().await;
    two.merge().await;
    assert_eq!(socket.end().await, Some(4001));
    let query = format!("token={ticket}");
    let dead = Socket::try_open(&two.server.door, &query, "").await;
    assert_eq!(dead.err(), Some(401));
    let seen = two.admin.conversation(two.to).await;
    for field in ["version", "generation"] {
        assert!(number(&seen, field) > number(&before, field), "{field}");
        assert!(number(&seen, field) > number(&gone, field), "{field}");
    }
    let change = page.change().await;
    assert_eq!(change["kind"], "merge");
    assert_eq!(number(&change, "from"), two.from);
    assert_eq!(number(&change, "to"), two.to);
    assert_eq!(change["conversation"], seen);
    let change = other_device.change().await;
    assert_eq!(change["kind"], "merge");
    assert_eq!(change["conversation"], two.member.conversation().await);
    let id = two.admin.say(two.to, "welcome back").await;
    for socket in [&mut page, &mut original, &mut other_device] {
        assert_eq!(number(&socket.message().await, "id"), id);
    }
}

#[tokio::test]
async fn the_earlier_conversations_id_leads_to_the_one_of_now() {
    let two = Two::meet().await;
    let merged = two.merge().await;
    let admin = &two.admin;
    let seen = admin.conversation(two.to).await;
    assert_eq!(admin.conversation(two.from).await, seen);
    assert_eq!(admin.list(two.from, "").await, admin.list(two.to, "").await);
    let page = admin.page(&format!("conversationId={}", two.from)).await;
    assert_eq!(page["total"], 8);
    let id = admin.say(two.from, "sent where it was").await;
    let message = &merged.list("").await[0];
    assert_eq!(number(message, "id"), id);
    assert_eq!(number(message, "conversationId"), two.to);
    admin.read_all(two.from).await;
    admin.pin(two.from).await;
    let seen = admin.conversation(two.to).await;
    assert_eq!(seen["adminUnreadMessageCount"], 0);
    assert_eq!(seen["adminPinned"], true);
    let earlier = format!("conversationId={}", two.from);
    assert_eq!(merged.try_read(&earlier).await.data(), true);
    assert_eq!(merged.conversation().await["unreadCount"], 0);
    let (stranger, _) = two.server.customer().await;
    let read = stranger.try_read(&earlier).await;
    read.refused(404, 1_013_019_000);
}

#[tokio::test]
async fn a_second_visitor_of_the_same_member_is_merged_too() {
    let two = Two::meet().await;
    two.merge().await;
    let (another, third) = two.server.customer().await;
    let merged = another.prove_to_be(&two.shop.proof("42")).await;
    assert_eq!(merged.list("limit=200").await.len(), 9);
    for id in [two.from, third] {
        assert_eq!(number(&two.admin.conversation(id).await, "id"), two.to);
    }
}

#[tokio::test]
async fn what_was_sent_before_is_not_sent_twice_after() {
    let two = Two::meet().await;
    let body = text("was the answer lost?");
    let id = two.visitor.send(&body).await.data();
    let merged = two.merge().await;
    let again = merged.send(&body).await;
    assert!(again.is_replay());
    assert_eq!(again.data(), id);
}

#[tokio::test]
async fn one_client_message_id_in_both_conversations_stands_for_two_messages() {
    let two = Two::meet().await;
    let body = text("said in both");
    let here = two.admin.send(two.to, &body).await.data();
    let there = two.admin.send(two.from, &body).await.data();
    let own = text("written on both devices");
    let mine = two.member.send(&own).await.data();
    let his = two.visitor.send(&own).await.data();
    let merged = two.merge().await;
    let newest = merged.list("limit=4&beforeId=1000").await;
    assert_eq!(json!(ids(&newest)), json!([his, mine, there, here]));
    let client_ids: std::collections::HashSet<_> = newest
        .iter()
        .map(|message| message["clientMessageId"].as_str().expect("text"))
        .collect();
    assert_eq!(client_ids.len(), 4);
    for again in [two.admin.send(two.to, &body).await, merged.send(&own).await] {
        assert!(again.is_replay());
        assert!([&here, &mine].contains(&&again.data()), "the member's own");
    }
}

#[tokio::test]
async fn a_pin_on_either_stays_and_only_what_was_hidden_on_both_stays_hidden() {
    for (hidden, expected) in [(&[0][..], false), (&[1][..], false), (&[0, 1][..], true)] {
        let two = Two::meet().await;
        two.admin.pin(two.from).await;
        for at in hidden {
            two.admin.delete([two.from, two.to][*at]).await;
        }
        two.merge().await;
        let seen = two.admin.conversation(two.to).await;
        assert_eq!(seen["adminPinned"], true);
        assert_eq!(seen["adminDeleted"], expected, "{hidden:?}");
    }
}

#[tokio::test]
async fn pages_come_back_after_a_merge_without_a_gap() {
    let two = Two::meet().await;
    let newest = two.admin.list(two.to, "").await[0].clone();
    let position = format!("&after={}&afterTime={}", newest["id"], newest["createTime"]);
    let older = two.visitor.list("").await[0].clone();
    let merged = two.merge().await;
    let id = merged.say("and on").await;
    for mut socket in [
        two.admin.page_socket(&position).await,
        two.member.page_socket(&position).await,
    ] {
        assert_eq!(socket.1["resumed"], true);
        assert_eq!(socket.1["head"], id);
        assert_eq!(number(&socket.0.message().await, "id"), id);
    }
    let position = format!("&after={}&afterTime={}", older["id"], older["createTime"]);
    let (mut socket, hello) = merged.page_socket(&position).await;
    assert_eq!(hello["resumed"], true);
    assert_eq!(ids(&socket.messages(2).await), [two.said[7], id]);
}

#[tokio::test]
async fn a_visitor_who_never_wrote_changes_nothing() {
    let two = Two::meet().await;
    let silent = two.server.visitor().await;
    let before = two.admin.conversation(two.to).await;
    let (mut page, _) = two.admin.page_socket("").await;
    let member = silent.prove_to_be(&two.shop.proof("42")).await;
    assert_eq!(member.id, two.member.id);
    assert_eq!(two.admin.conversation(two.to).await, before);
    assert_eq!(two.server.count("member"), 2, "the silent one is no more");
    let id = member.say("hello").await;
    assert_eq!(number(&page.message().await, "id"), id, "the first news");
    refused_everywhere(&silent).await;
}

#[tokio::test]
async fn a_member_who_proves_to_be_another_changes_over_and_takes_nothing_along() {
    let two = Two::meet().await;
    let before = two.admin.conversation(two.to).await;
    let (mut socket, _) = two.member.page_socket("").await;
    let other_device = two.shop.member("42").await;
    let other = two.member.prove_to_be(&two.shop.proof("43")).await;
    assert_eq!(socket.end().await, Some(4001));
    refused_everywhere(&two.member).await;
    assert_ne!(other.id, two.member.id);
    assert_eq!(other.conversation().await, Value::Null);
    assert_eq!(two.admin.conversation(two.to).await, before);
    assert_eq!(other_device.list("").await.len(), 4, "still signed in");
}

#[tokio::test]
async fn a_visitor_who_proves_it_twice_at_once_is_merged_once() {
    let two = Two::meet().await;
    let proof = two.shop.proof("42");
    let shows = (0..6).map(|_| two.visitor.show(&proof));
    for reply in futures_util::future::join_all(shows).await {
        let member = Visitor::from_sign_in(&two.server.door, &reply.data());
        assert_eq!(member.id, two.member.id);
        assert_eq!(member.list("limit=200").await.len(), 8);
    }
    assert_eq!(two.server.count("member"), 1);
    assert_eq!(texts(&two.admin.whole(two.to).await), WORDS);
}

#[tokio::test]
async fn a_visitor_who_is_claimed_by_two_goes_to_one_of_them() {
    let two = Two::meet().await;
    let proofs = [two.shop.proof("7"), two.shop.proof("8")];
    let shows = proofs.iter().map(|proof| two.visitor.show(proof));
    let mut lengths = Vec::new();
    for reply in futures_util::future::join_all(shows).await {
        let member = Visitor::from_sign_in(&two.server.door, &reply.data());
        lengths.push(member.list("").await.len());
    }
    lengths.sort_unstable();
    assert_eq!(lengths, [0, 4]);
}

#[tokio::test]
async fn what_is_sent_in_that_moment_is_stored_once_or_refused() {
    let two = Two::meet().await;
    let bodies: Vec<Value> = (0..20).map(|n| text(&format!("{n}"))).collect();
    let sends = bodies.iter().map(|body| two.visitor.send(body));
    let (replies, merged) = tokio::join!(futures_util::future::join_all(sends), two.merge());
    for (reply, body) in replies.iter().zip(&bodies) {
        assert!([200, 401].contains(&reply.status), "{}", reply.text());
        let again = merged.send(body).await;
        assert_eq!(again.is_replay(), reply.status == 200);
    }
    assert_eq!(two.admin.whole(two.to).await.len(), 28);
}

#[tokio::test]
async fn what_he_uploaded_and_looked_at_goes_along() {
    let two = Two::meet().await;
    let looks = [
        (&two.member, 1, "told first"),
        (&two.visitor, 1, "told last"),
        (&two.visitor, 2, "his alone"),
        (&two.visitor, 3, "told first"),
        (&two.member, 3, "told last"),
    ];
    for (who, product, name) in looks {
        let body = json!({ "spuId": product, "spuName": name });
        let line = "POST product/browse-history/create";
        who.ask(line).json(&body).await.data();
    }
    let url = uploaded(upload(&two.visitor, "a.txt", b"a")).await;
    let merged = two.merge().await;
    let page = merged.ask("GET product/browse-history/page").await.data();
    let seen = page["list"].as_array().expect("a list").iter();
    let seen: Vec<_> = seen.map(|one| (&one["spuId"], &one["spuName"])).collect();
    let expected = [(3, "told last"), (2, "his alone"), (1, "told last")];
    let expected = expected.map(|(product, name)| (json!(product), json!(name)));
    assert_eq!(
        seen,
        expected.each_ref().map(|(product, name)| (product, name))
    );
    // Only who uploaded a file may send it.
    let file = json!({ "url": url, "name": "a.txt", "size": 1 });
    merged.send(&message(6, &file)).await.data();
}
