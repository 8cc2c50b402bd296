//! The staff's list of conversations, what each side sees of one, and pins and deletes.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::{Admin, Server, ids, number};

async fn version(admin: &Admin, conversation: i64) -> i64 {
    number(&admin.conversation(conversation).await, "version")
}

#[tokio::test]
async fn the_staff_see_the_originals_object_and_ours() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let message = &visitor.list("").await[0];
    let seen = admin.conversation(conversation).await;
    let expected = json!({
        "id": conversation,
        "userId": visitor.id,
        "userAvatar": seen["userAvatar"],
        "userNickname": seen["userNickname"],
        "lastMessageTime": message["createTime"],
        "lastMessageContent": message["content"],
        "lastMessageContentType": 1,
        "adminPinned": false,
        "userDeleted": false,
        "adminDeleted": false,
        "adminUnreadMessageCount": 1,
        "createTime": seen["createTime"],
        "version": seen["version"],
        "generation": seen["generation"],
        "memberReadId": seen["memberReadId"],
        "verified": false,
    });
    assert_eq!(seen, expected);
    assert_eq!(admin.conversations().await, [expected]);
    for field in ["createTime", "version", "generation"] {
        assert!(number(&seen, field) >= 1, "{field}");
    }
    for field in ["userAvatar", "userNickname"] {
        assert!(seen[field].is_null() || seen[field].is_string(), "{field}");
    }
}

#[tokio::test]
async fn the_member_sees_his_own_conversation_and_not_the_staffs_side_of_it() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    assert_eq!(visitor.conversation().await, Value::Null);
    visitor.say("hello").await;
    let first = visitor.conversation_id().await;
    admin.say(first, "hi").await;
    let message = &visitor.list("").await[0];
    let own = visitor.conversation().await;
    assert_eq!(
        own,
        json!({
            "id": first,
            "userId": visitor.id,
            "lastMessageTime": message["createTime"],
            "lastMessageContent": message["content"],
            "lastMessageContentType": 1,
            "createTime": own["createTime"],
            "version": own["version"],
            "generation": own["generation"],
            "unreadCount": 1,
            "adminReadId": own["adminReadId"],
        })
    );
}

#[tokio::test]
async fn every_message_of_either_side_is_the_last_one_in_the_list() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.say(conversation, "from the staff").await;
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["lastMessageContent"], r#"{"text":"from the staff"}"#);
    assert_eq!(seen["adminUnreadMessageCount"], 1);
    visitor.say("from the member").await;
    let seen = admin.conversation(conversation).await;
    let newest = &visitor.list("").await[0];
    assert_eq!(seen["lastMessageContent"], r#"{"text":"from the member"}"#);
    assert_eq!(seen["lastMessageTime"], newest["createTime"]);
    assert_eq!(seen["adminUnreadMessageCount"], 2);
}

#[tokio::test]
async fn pinned_ones_come_first_and_then_the_newest() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(server.customer().await);
    }
    let conversations: Vec<i64> = all.iter().map(|(_, id)| *id).collect();
    // Each a minute after the one before, so that their order does not hang on a millisecond.
    server
        .edit(|file| {
            file.execute(
                "UPDATE promotion_kefu_conversation SET last_message_time = last_message_time - 600000 + id * 60000",
                [],
            )
            .expect("conversations can be dated by hand");
        })
        .await;
    let newest_first: Vec<i64> = conversations.iter().rev().copied().collect();
    assert_eq!(ids(&admin.conversations().await), newest_first);
    admin.pin(conversations[1]).await;
    let expected = [1, 3, 2, 0].map(|at| conversations[at]);
    assert_eq!(ids(&admin.conversations().await), expected);
    all[0].0.say("again").await;
    let expected = [1, 0, 3, 2].map(|at| conversations[at]);
    assert_eq!(ids(&admin.conversations().await), expected);
    admin.unpin(conversations[1]).await;
    let expected = [0, 3, 2, 1].map(|at| conversations[at]);
    assert_eq!(ids(&admin.conversations().await), expected);
}

#[tokio::test]
async fn a_pin_is_everybodys_and_told_to_the_staffs_pages() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let (visitor, conversation) = server.customer().await;
    let mut original = agent.socket().await;
    let mut member = visitor.page_socket("").await.0;
    let mut pages = [owner.page_socket("").await.0, agent.page_socket("").await.0];
    for (pinned, kind) in [(true, "pin"), (false, "unpin")] {
        let body = json!({ "id": conversation, "adminPinned": pinned });
        assert_eq!(owner.try_pin(&body).await.data(), true);
        let seen = agent.conversation(conversation).await;
        assert_eq!(seen["adminPinned"], pinned);
        for page in &mut pages {
            let change = page.change().await;
            assert_eq!(change["kind"], kind);
            assert_eq!(change["conversation"], seen);
        }
    }
    let id = visitor.say("the next thing the others hear").await;
    assert_eq!(number(&original.message().await, "id"), id);
    assert_eq!(number(&member.message().await, "id"), id);
}

#[tokio::test]
async fn older_clients_pin_with_another_word() {
    let server = Server::start();
    let admin = server.owner().await;
    let (_visitor, conversation) = server.customer().await;
    for pinned in [true, false] {
        let body = json!({ "id": conversation, "pinned": pinned });
        assert_eq!(admin.try_pin(&body).await.data(), true);
        assert_eq!(
            admin.conversation(conversation).await["adminPinned"],
            pinned
        );
    }
}

#[tokio::test]
async fn a_deleted_one_leaves_the_list_and_nothing_is_lost() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.pin(conversation).await;
    let mut page = admin.page_socket("").await.0;
    admin.delete(conversation).await;
    assert_eq!(admin.conversations().await, [] as [Value; 0]);
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["adminDeleted"], true);
    assert_eq!(seen["adminPinned"], true);
    assert_eq!(seen["adminUnreadMessageCount"], 1);
    let change = page.change().await;
    assert_eq!(change["kind"], "delete");
    assert_eq!(change["conversation"], seen);
    assert_eq!(admin.list(conversation, "").await.len(), 1);
    assert_eq!(visitor.list("").await.len(), 1, "the member sees no effect");
    assert_eq!(number(&visitor.conversation().await, "id"), conversation);
}

#[tokio::test]
async fn a_deleted_one_comes_back_with_the_next_message_of_either_side() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.delete(conversation).await;
    visitor.say("one more thing").await;
    assert_eq!(ids(&admin.conversations().await), [conversation]);
    admin.delete(conversation).await;
    admin.say(conversation, "one more thing").await;
    let seen = &admin.conversations().await[0];
    assert_eq!(seen["adminDeleted"], false);
    assert_eq!(seen["adminUnreadMessageCount"], 2);
    assert_eq!(admin.list(conversation, "").await.len(), 3);
}

#[tokio::test]
async fn what_the_customer_wrote_since_one_looked_is_not_deleted_unseen() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let seen = visitor.say("anybody there?").await;
    let news = visitor.say("hello?").await;
    let before = version(&admin, conversation).await;
    let mut page = admin.page_socket("").await.0;
    let reply = admin
        .try_delete(&format!("id={conversation}&lastId={seen}"))
        .await;
    let msg = reply.refused(409, 409);
    assert!(msg.contains("新消息"), "{msg}");
    assert_eq!(version(&admin, conversation).await, before);
    assert_eq!(ids(&admin.conversations().await), [conversation]);
    // What a colleague wrote later is no reason.
    admin.say(conversation, "yes").await;
    assert_eq!(
        number(&page.message().await, "conversationId"),
        conversation
    );
    let reply = admin
        .try_delete(&format!("id={conversation}&lastId={news}"))
        .await;
    assert_eq!(reply.data(), true);
    assert_eq!(page.change().await["kind"], "delete");
    let reply = admin
        .try_delete(&format!("id={conversation}&lastId=soon"))
        .await;
    reply.refused(400, 400);
}

#[tokio::test]
async fn the_version_grows_with_every_change_and_the_generation_with_none_of_these() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let generation = admin.conversation(conversation).await["generation"].clone();
    let mut last = version(&admin, conversation).await;
    for change in [
        "member",
        "admin",
        "admin_read",
        "member_read",
        "pin",
        "unpin",
        "delete",
    ] {
        match change {
            "member" => drop(visitor.say("hi").await),
            "admin" => drop(admin.say(conversation, "hi").await),
            "admin_read" => admin.read_all(conversation).await,
            "member_read" => visitor.read_all().await,
            "pin" => admin.pin(conversation).await,
            "unpin" => admin.unpin(conversation).await,
            _ => admin.delete(conversation).await,
        }
        let now = version(&admin, conversation).await;
        assert!(now > last, "{change}: {now} after {last}");
        last = now;
    }
    assert_eq!(number(&visitor.conversation().await, "version"), last);
    assert_eq!(
        admin.conversation(conversation).await["generation"],
        generation
    );
}

#[tokio::test]
async fn the_list_is_paged_by_time_and_id() {
    let server = Server::start();
    let admin = server.owner().await;
    let mut all = HashSet::new();
    for _ in 0..5 {
        all.insert(server.customer().await.1);
    }
    let whole = admin.conversations().await;
    let mut seen = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let page = admin.conversations_by(&query).await;
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        query = format!(
            "limit=2&beforeTime={}&beforeId={}",
            last["lastMessageTime"], last["id"]
        );
        seen.extend(page);
    }
    assert_eq!(seen, whole);
    assert_eq!(ids(&seen).into_iter().collect::<HashSet<_>>(), all);
}

#[tokio::test]
async fn paging_leaves_nothing_out_however_many_are_pinned() {
    let server = Server::start();
    let admin = server.owner().await;
    for n in 0..7 {
        let (_, conversation) = server.customer().await;
        if n % 2 == 0 {
            admin.pin(conversation).await;
        }
    }
    let whole = admin.conversations().await;
    for limit in [1, 2, 3, 4, 7] {
        let mut seen = Vec::new();
        let mut query = format!("limit={limit}");
        loop {
            let page = admin.conversations_by(&query).await;
            let Some(last) = page.last() else { break };
            query = format!(
                "limit={limit}&beforeTime={}&beforeId={}",
                last["lastMessageTime"], last["id"]
            );
            seen.extend(page);
        }
        assert_eq!(seen, whole, "by {limit}");
    }
}

#[tokio::test]
async fn every_member_has_a_conversation_of_his_own() {
    let server = Server::start();
    let admin = server.owner().await;
    let (one, first) = server.customer().await;
    let (other, second) = server.customer().await;
    assert_ne!(first, second);
    assert_ne!(one.id, other.id);
    let seen = admin.conversation(second).await;
    assert_eq!(number(&seen, "userId"), other.id);
    other.say("mine only").await;
    assert_eq!(one.list("").await.len(), 1);
    assert_eq!(other.list("").await.len(), 2);
}
