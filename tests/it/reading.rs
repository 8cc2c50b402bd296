//! Reading: what one side has seen is marked for the other, counted, and told to whom it concerns.

use serde_json::{Value, json};

use crate::harness::{Server, number};

fn marks(messages: &[Value]) -> Vec<bool> {
    messages
        .iter()
        .map(|message| message["readStatus"].as_bool().expect("a mark"))
        .collect()
}

#[tokio::test]
async fn an_admin_reads_what_the_member_wrote() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    visitor.say("are you there?").await;
    admin.say(conversation, "yes").await;
    let before = admin.conversation(conversation).await;
    assert_eq!(before["adminUnreadMessageCount"], 2);
    admin.read_all(conversation).await;
    let after = admin.conversation(conversation).await;
    assert_eq!(after["adminUnreadMessageCount"], 0);
    assert_eq!(
        marks(&admin.list(conversation, "").await),
        [false, true, true]
    );
}

#[tokio::test]
async fn one_admins_reading_is_everybodys() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let (_visitor, conversation) = server.customer().await;
    owner.read_all(conversation).await;
    let seen = agent.conversation(conversation).await;
    assert_eq!(seen["adminUnreadMessageCount"], 0);
}

#[tokio::test]
async fn answering_reads_nothing_by_itself() {
    let server = Server::start();
    let admin = server.owner().await;
    let (_visitor, conversation) = server.customer().await;
    admin.say(conversation, "yes?").await;
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["adminUnreadMessageCount"], 1);
    assert_eq!(marks(&admin.list(conversation, "").await), [false, false]);
}

#[tokio::test]
async fn a_member_reads_what_the_staff_wrote_and_their_counter_stays() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.say(conversation, "yes?").await;
    let answered = admin.say(conversation, "hello?").await;
    assert_eq!(visitor.conversation().await["unreadCount"], 2);
    visitor.read_all().await;
    assert_eq!(visitor.conversation().await["unreadCount"], 0);
    assert_eq!(marks(&visitor.list("").await), [true, true, false]);
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["adminUnreadMessageCount"], 1);
    assert_eq!(number(&seen, "memberReadId"), answered);
}

#[tokio::test]
async fn what_came_after_the_last_seen_one_stays_unread_for_the_staff() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let second = visitor.say("second").await;
    let third = visitor.say("third").await;
    admin.read_up_to(conversation, second).await;
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["adminUnreadMessageCount"], 1);
    assert_eq!(marks(&visitor.list("").await), [false, true, true]);
    let read_up_to = number(&visitor.conversation().await, "adminReadId");
    assert!((second..third).contains(&read_up_to));
    admin.read_all(conversation).await;
    assert_eq!(number(&visitor.conversation().await, "adminReadId"), third);
}

#[tokio::test]
async fn what_came_after_the_last_seen_one_stays_unread_for_the_member() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let first = admin.say(conversation, "first").await;
    admin.say(conversation, "second").await;
    let query = format!("conversationId={conversation}&lastId={first}");
    assert_eq!(visitor.try_read(&query).await.data(), true);
    assert_eq!(visitor.conversation().await["unreadCount"], 1);
    assert_eq!(marks(&visitor.list("").await), [false, true, false]);
}

#[tokio::test]
async fn an_older_last_seen_one_takes_nothing_back() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let first = visitor.say("first").await;
    let last = visitor.say("last").await;
    admin.read_all(conversation).await;
    admin.read_up_to(conversation, first).await;
    assert_eq!(number(&visitor.conversation().await, "adminReadId"), last);
    assert_eq!(
        admin.conversation(conversation).await["adminUnreadMessageCount"],
        0
    );
}

#[tokio::test]
async fn a_last_seen_one_of_the_future_reads_only_what_is_there() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.read_up_to(conversation, i64::MAX).await;
    visitor.say("later").await;
    assert_eq!(
        admin.conversation(conversation).await["adminUnreadMessageCount"],
        1
    );
    assert_eq!(marks(&visitor.list("").await), [false, true]);
}

#[tokio::test]
async fn an_admins_reading_is_told_to_the_member_and_to_all_admins() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let (visitor, conversation) = server.customer().await;
    let mut sockets = [
        visitor.socket().await,
        visitor.page_socket("").await.0,
        owner.socket().await,
        agent.page_socket("").await.0,
    ];
    owner.read_all(conversation).await;
    for socket in &mut sockets {
        let event = socket.expect("kefu_message_read_status_change").await;
        assert_eq!(event["conversationId"], conversation);
        let others = event.as_object().expect("a message object");
        assert!(others.contains_key("id") && others.contains_key("content"));
        assert!(
            others
                .iter()
                .all(|(key, value)| key == "conversationId" || value.is_null()),
            "{event}"
        );
    }
}

#[tokio::test]
async fn reading_again_tells_nobody() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.read_all(conversation).await;
    let mut member_socket = visitor.socket().await;
    let (mut admin_socket, _) = admin.page_socket("").await;
    let before = admin.conversation(conversation).await;
    admin.read_all(conversation).await;
    visitor.read_all().await;
    assert_eq!(admin.conversation(conversation).await, before);
    let id = visitor.say("the next thing anybody hears").await;
    assert_eq!(number(&member_socket.message().await, "id"), id);
    assert_eq!(number(&admin_socket.message().await, "id"), id);
}

#[tokio::test]
async fn a_members_reading_is_told_to_pages_only() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    admin.say(conversation, "yes?").await;
    let mut original_admin = admin.socket().await;
    let mut original_member = visitor.socket().await;
    let (mut admin_page, _) = admin.page_socket("").await;
    let (mut member_page, _) = visitor.page_socket("").await;
    visitor.read_all().await;
    let change = admin_page.change().await;
    assert_eq!(change["kind"], "member_read");
    assert_eq!(
        change["conversation"],
        admin.conversation(conversation).await
    );
    let change = member_page.change().await;
    assert_eq!(change["kind"], "member_read");
    assert_eq!(change["conversation"], visitor.conversation().await);
    let id = visitor.say("the next thing the others hear").await;
    assert_eq!(number(&original_admin.message().await, "id"), id);
    assert_eq!(number(&original_member.message().await, "id"), id);
}

#[tokio::test]
async fn a_members_reading_of_nothing_is_still_true() {
    let server = Server::start();
    let (visitor, conversation) = server.customer().await;
    let reply = visitor
        .try_read(&format!("conversationId={conversation}"))
        .await;
    assert_eq!(reply.json(), json!({ "code": 0, "data": true, "msg": "" }));
}
