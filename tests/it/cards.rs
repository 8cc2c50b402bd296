//! Products and orders in messages: what the catalog knows nobody can make up, and what it does not know is marked.

use serde_json::{Value, json};

use crate::harness::{Admin, Reply, Server, Visitor, fresh_id, order, product};

/// What a file of this server is called; nobody looks up whose it is, so a card has none.
const OWN_PICTURE: &str = "/f/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";

fn message(content_type: i64, content: &Value) -> Value {
    json!({ "contentType": content_type, "content": content.to_string(), "clientMessageId": fresh_id() })
}

fn content_of(message: &Value) -> Value {
    let content = message["content"].as_str().expect("content is a string");
    serde_json::from_str(content).expect("content is JSON")
}

/// Sends a card and gives what was stored of it.
async fn sent(visitor: &Visitor, content_type: i64, content: &Value) -> Value {
    visitor.send(&message(content_type, content)).await.data();
    content_of(&visitor.list("").await[0])
}

fn refused(reply: &Reply, words: &str) {
    let msg = reply.refused(400, 400);
    assert!(msg.contains(words), "{msg}");
}

/// An order as a message has it.
fn card(id: i64) -> Value {
    let mut card = order(id, "");
    card.as_object_mut().expect("an object").remove("userId");
    card
}

/// An unknown product as it is stored: without an address, which is never a customer's word.
fn told_product(spu_id: i64) -> Value {
    let mut told = product(spu_id);
    told.as_object_mut().expect("an object").remove("url");
    told["givenByCustomer"] = json!(true);
    told
}

/// A server with product 600 and order 1 of the member it gives, who has written, and order 2 of somebody else.
async fn shop_with_member() -> (Server, Visitor, i64, Admin) {
    let server = Server::start_with(&["--no-limits"]);
    let shop = server.backend();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    server.vouch_for(&visitor, "u-1");
    shop.tell("product", &product(600)).await;
    shop.tell("trade/order", &order(1, "u-1")).await;
    shop.tell("trade/order", &order(2, "u-2")).await;
    (server, visitor, conversation, admin)
}

#[tokio::test]
async fn a_member_cannot_make_up_a_price() {
    let (_server, visitor, _, _) = shop_with_member().await;
    let mut invented = product(600);
    invented["price"] = json!(1);
    invented["spuName"] = json!("free cup");
    invented["url"] = json!("https://evil.example/");
    invented["id"] = json!(7);
    let mut expected = product(600);
    expected["id"] = json!(7);
    assert_eq!(sent(&visitor, 10, &invented).await, expected);
}

#[tokio::test]
async fn the_id_of_a_known_product_is_enough() {
    let (_server, visitor, _, _) = shop_with_member().await;
    let stored = sent(&visitor, 10, &json!({ "spuId": 600 })).await;
    assert_eq!(stored, product(600));
}

#[tokio::test]
async fn an_unknown_product_is_marked_as_the_customers_word() {
    let (_server, visitor, _, _) = shop_with_member().await;
    for claimed in [json!(null), json!(false), json!("no"), json!(0)] {
        let mut told = product(601);
        told["givenByCustomer"] = claimed;
        assert_eq!(sent(&visitor, 10, &told).await, told_product(601));
    }
    let mut known = product(600);
    known["givenByCustomer"] = json!(true);
    assert_eq!(sent(&visitor, 10, &known).await, product(600));
    let reply = visitor.send(&message(10, &json!({ "spuId": 601 }))).await;
    refused(&reply, "content.spuName");
}

#[tokio::test]
async fn only_the_catalog_says_where_a_card_leads() {
    let (server, visitor, conversation, admin) = shop_with_member().await;
    for address in ["https://evil.example/", "javascript:x"] {
        let mut told = product(601);
        told["url"] = json!(address);
        assert_eq!(sent(&visitor, 10, &told).await, told_product(601));
        let seen = &admin.list(conversation, "").await[0];
        assert_eq!(content_of(seen), told_product(601));
    }
    server.backend().tell("product", &product(601)).await;
    let mut told = product(601);
    told["url"] = json!("https://evil.example/");
    assert_eq!(sent(&visitor, 10, &told).await, product(601));
}

#[tokio::test]
async fn the_staff_send_products_of_the_catalog_only() {
    let (_server, visitor, conversation, admin) = shop_with_member().await;
    let (mut theirs, _) = visitor.page_socket("").await;
    let (mut ours, _) = admin.page_socket("").await;
    let known = message(10, &json!({ "spuId": 600 }));
    let id = admin.send(conversation, &known).await.data();
    for pushed in [theirs.message().await, ours.message().await] {
        assert_eq!(pushed["id"], id);
        assert_eq!(content_of(&pushed), product(600));
    }
    for listed in [
        &visitor.list("").await[0],
        &admin.list(conversation, "").await[0],
    ] {
        assert_eq!(listed["id"], id);
        assert_eq!(content_of(listed), product(600));
    }
    let before = visitor.list("").await.len();
    let unknown = message(10, &product(601));
    refused(&admin.send(conversation, &unknown).await, "content.spuId");
    assert_eq!(visitor.list("").await.len(), before);
}

#[tokio::test]
async fn a_member_sends_his_order_by_id_or_number() {
    let (_server, visitor, conversation, admin) = shop_with_member().await;
    let (mut socket, _) = admin.page_socket("").await;
    let mut invented = card(1);
    invented["payPrice"] = json!(0);
    invented["items"][0]["spuName"] = json!("gold bar");
    for told in [json!({ "id": 1 }), json!({ "no": "o1" }), invented] {
        assert_eq!(sent(&visitor, 11, &told).await, card(1));
        assert_eq!(content_of(&socket.message().await), card(1));
        assert_eq!(content_of(&admin.list(conversation, "").await[0]), card(1));
    }
    let seen = admin.conversation(conversation).await;
    let last: Value = serde_json::from_str(seen["lastMessageContent"].as_str().expect("text"))
        .expect("content is JSON");
    assert_eq!(last, card(1));
}

#[tokio::test]
async fn somebody_elses_order_is_as_one_that_is_not_there() {
    let (server, visitor, _, _) = shop_with_member().await;
    let stranger = server.visitor().await;
    stranger.say("hello").await;
    for who in [&visitor, &stranger] {
        let mut answers = Vec::new();
        for told in [json!({ "id": 2 }), json!({ "id": 4711 })] {
            answers.push(who.send(&message(11, &told)).await);
        }
        refused(&answers[0], "content.no");
        assert_eq!(answers[0].body, answers[1].body);
        let mut answers = Vec::new();
        for told in [json!({ "no": "o2" }), json!({ "no": "o4711" })] {
            answers.push(who.send(&message(11, &told)).await);
        }
        refused(&answers[0], "content.id");
        assert_eq!(answers[0].body, answers[1].body);
        let mut own_words = card(2);
        own_words["payPrice"] = json!(5);
        let mut expected = own_words.clone();
        expected["givenByCustomer"] = json!(true);
        assert_eq!(sent(who, 11, &own_words).await, expected);
    }
}

#[tokio::test]
async fn the_staff_send_orders_of_this_member_only() {
    let (server, visitor, conversation, admin) = shop_with_member().await;
    let known = message(11, &json!({ "id": 1 }));
    let id = admin.send(conversation, &known).await.data();
    let newest = &visitor.list("").await[0];
    assert_eq!(newest["id"], id);
    assert_eq!(content_of(newest), card(1));
    for id in [2, 4711] {
        let reply = admin.send(conversation, &message(11, &card(id))).await;
        refused(&reply, "content.id");
    }
    let (_, elsewhere) = server.customer().await;
    refused(&admin.send(elsewhere, &known).await, "content.id");
}

#[tokio::test]
async fn a_card_stays_as_it_was_sent() {
    let (server, visitor, _, _) = shop_with_member().await;
    sent(&visitor, 10, &json!({ "spuId": 600 })).await;
    let mut dearer = product(600);
    dearer["price"] = json!(2990);
    server.backend().tell("product", &dearer).await;
    assert_eq!(content_of(&visitor.list("").await[0]), product(600));
}

#[tokio::test]
async fn a_retry_is_answered_like_the_first_try_whatever_the_catalog_says_by_then() {
    let (server, visitor, _, _) = shop_with_member().await;
    let body = message(10, &json!({ "spuId": 600 }));
    let first = visitor.send(&body).await.data();
    let shop = server.backend();
    shop.tell("product", &{
        let mut dearer = product(600);
        dearer["price"] = json!(2990);
        dearer
    })
    .await;
    let again = visitor.send(&body).await;
    assert!(again.is_replay());
    assert_eq!(again.data(), first);
    shop.ask("DELETE product/delete?id=600").await.data();
    let again = visitor.send(&body).await;
    assert!(again.is_replay());
    assert_eq!(again.data(), first);
    let listed = visitor.list("").await;
    assert_eq!(listed.len(), 2);
    assert_eq!(content_of(&listed[0]), product(600));
}

#[tokio::test]
async fn a_bad_card_is_refused_with_its_field() {
    let (_server, visitor, _, _) = shop_with_member().await;
    for (content_type, content, words) in [
        (10, json!({}), "content.spuId"),
        (10, json!({ "spuId": 0 }), "content.spuId"),
        (10, json!({ "spuId": 600, "price": -5 }), "content.price"),
        (10, json!({ "spuId": 9, "spuName": " " }), "content.spuName"),
        (
            10,
            json!({ "spuId": 9, "spuName": "x", "picUrl": "x" }),
            "content.picUrl",
        ),
        (
            10,
            json!({ "spuId": 9, "spuName": "x", "picUrl": OWN_PICTURE }),
            "content.picUrl",
        ),
        (10, json!([]), "content"),
        (11, json!({}), "content.id"),
        (
            11,
            json!({ "id": 3, "no": "o3", "items": "none" }),
            "content.items",
        ),
        (
            11,
            json!({ "id": 3, "no": "o3", "items": [{ "count": -1 }] }),
            "content.items[0].count",
        ),
        (
            11,
            json!({ "id": 3, "no": "o3", "items": [{ "picUrl": OWN_PICTURE }] }),
            "content.items[0].picUrl",
        ),
        (
            11,
            json!({ "id": 3, "no": "o3", "items": vec![json!({}); 101] }),
            "content.items",
        ),
    ] {
        let reply = visitor.send(&message(content_type, &content)).await;
        assert_eq!(reply.status, 400, "{content}: {}", reply.text());
        refused(&reply, words);
    }
}
