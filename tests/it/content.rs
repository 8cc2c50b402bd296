//! What may be in a message: the content types of the original, each with its shape.

use serde_json::{Value, json};

use crate::harness::{Server, Visitor, fresh_id};

fn message(content_type: i64, content: &str) -> Value {
    json!({ "contentType": content_type, "content": content, "clientMessageId": fresh_id() })
}

/// Sends and gives the content as it was stored.
async fn stored(visitor: &Visitor, content_type: i64, content: &str) -> Value {
    let id = visitor.send(&message(content_type, content)).await.data();
    let newest = &visitor.list("").await[0];
    assert_eq!(newest["id"], id);
    assert_eq!(newest["contentType"], content_type);
    let content = newest["content"].as_str().expect("content is a string");
    serde_json::from_str(content).expect("content is JSON")
}

async fn refused(visitor: &Visitor, content_type: i64, content: &str) {
    let before = visitor.list("limit=200").await.len();
    let reply = visitor.send(&message(content_type, content)).await;
    assert_eq!(
        reply.status,
        400,
        "{content_type} {content:.80}: {}",
        reply.text()
    );
    reply.refused(400, 400);
    assert_eq!(visitor.list("limit=200").await.len(), before);
}

async fn visitor(server: &Server) -> Visitor {
    let visitor = server.visitor().await;
    visitor.say("hello").await;
    visitor
}

#[tokio::test]
async fn a_text_is_kept_to_the_last_character() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = visitor(&server).await;
    for words in [
        "你好[可爱]",
        "line one\nline two\ttabbed",
        "<b>x</b> & \"quotes\" \\ {{}}",
        "👩‍👩‍👧‍👦 \u{200b}\u{202e}abc",
        "' OR 1=1; DROP TABLE promotion_kefu_message; --",
        "  spaces at both ends  ",
    ] {
        let content = json!({ "text": words });
        assert_eq!(stored(&visitor, 1, &content.to_string()).await, content);
    }
}

#[tokio::test]
async fn a_bare_text_is_wrapped() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = visitor(&server).await;
    for bare in [
        "hi there",
        "123",
        "null",
        "true",
        "[1,2]",
        r#""quoted""#,
        "{",
    ] {
        let expected = json!({ "text": bare });
        assert_eq!(stored(&visitor, 1, bare).await, expected, "{bare}");
    }
}

#[tokio::test]
async fn a_bare_picture_is_wrapped() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let content = stored(&visitor, 2, "https://cdn.example/a.png").await;
    assert_eq!(content["picUrl"], "https://cdn.example/a.png");
}

#[tokio::test]
async fn a_bare_text_sent_again_is_the_same_message() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let body = message(1, "hi there");
    let first = visitor.send(&body).await.data();
    let again = visitor.send(&body).await;
    assert_eq!(again.data(), first);
    assert!(again.is_replay());
}

#[tokio::test]
async fn unknown_keys_of_a_content_are_dropped() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let sent = r#"{"text":"hi","html":"<b>","onclick":"x"}"#;
    assert_eq!(stored(&visitor, 1, sent).await, json!({ "text": "hi" }));
    let sent = r#"{"picUrl":"https://cdn.example/a.png","onload":"x"}"#;
    let content = stored(&visitor, 2, sent).await;
    assert_eq!(content["onload"], Value::Null);
    assert_eq!(content["picUrl"], "https://cdn.example/a.png");
}

#[tokio::test]
async fn a_blank_text_is_refused() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    for blank in [
        "",
        " ",
        "\n\t ",
        "　",
        r#"{"text":""}"#,
        r#"{"text":" \n "}"#,
    ] {
        refused(&visitor, 1, blank).await;
    }
}

#[tokio::test]
async fn a_text_has_four_thousand_characters_at_most() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let longest = json!({ "text": "好".repeat(4_000) });
    assert_eq!(stored(&visitor, 1, &longest.to_string()).await, longest);
    let longer = json!({ "text": "好".repeat(4_001) });
    refused(&visitor, 1, &longer.to_string()).await;
    refused(&visitor, 1, &"x".repeat(4_001)).await;
}

#[tokio::test]
async fn a_content_over_sixteen_kilobytes_is_refused() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    refused(&visitor, 1, &"x".repeat(20_000)).await;
    let url = format!("https://cdn.example/{}.png", "a".repeat(17_000));
    refused(&visitor, 2, &json!({ "picUrl": url }).to_string()).await;
}

#[tokio::test]
async fn a_text_that_is_no_text_is_refused() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    for odd in [
        r#"{"text":1}"#,
        r#"{"text":null}"#,
        r#"{"text":["a"]}"#,
        r#"{"words":"hi"}"#,
        "{}",
    ] {
        refused(&visitor, 1, odd).await;
    }
}

#[tokio::test]
async fn a_picture_is_shown_from_the_web_only() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = visitor(&server).await;
    for url in ["https://cdn.example/a.png", "http://cdn.example/a.png?w=1"] {
        let content = stored(&visitor, 2, &json!({ "picUrl": url }).to_string()).await;
        assert_eq!(content["picUrl"], url);
    }
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)",
        "vbscript:x",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "//evil.example/a.png",
        "ftp://cdn.example/a.png",
        "a.png",
        "",
        " ",
    ] {
        refused(&visitor, 2, &json!({ "picUrl": url }).to_string()).await;
    }
    refused(&visitor, 2, "javascript:alert(1)").await;
    refused(&visitor, 2, "{}").await;
    refused(&visitor, 2, r#"{"picUrl":1}"#).await;
}

#[tokio::test]
async fn a_product_card_of_the_original_is_kept() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let mut card = json!({
        "id": 7, "spuId": 600, "spuName": "青瓷茶杯", "picUrl": "https://cdn.example/cup.png",
        "price": 1990, "salesCount": 0, "stock": 9,
    });
    let kept = stored(&visitor, 10, &card.to_string()).await;
    // The shop has told of no such product.
    card["givenByCustomer"] = json!(true);
    assert_eq!(kept, card);
}

#[tokio::test]
async fn an_order_card_of_the_original_is_kept() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let card = json!({
        "id": 1, "no": "o2026112300001", "type": 0, "status": 10, "productCount": 1, "commentStatus": false,
        "createTime": 1_795_414_177_000_i64, "payOrderId": 5, "payPrice": 1990, "deliveryType": 1,
        "items": [{
            "id": 2, "orderId": 1, "spuId": 600, "spuName": "青瓷茶杯", "skuId": 3,
            "properties": [{ "propertyId": 0, "propertyName": "默认", "valueId": 0, "valueName": "默认" }],
            "picUrl": "https://cdn.example/cup.png", "count": 1, "commentStatus": false, "price": 1990,
            "payPrice": 1990, "afterSaleId": null, "afterSaleStatus": 0,
        }],
        "combinationRecordId": null,
    });
    let kept = stored(&visitor, 11, &card.to_string()).await;
    for field in ["no", "status", "productCount", "payPrice", "deliveryType"] {
        assert_eq!(kept[field], card[field], "{field}");
    }
    assert_eq!(
        kept["items"][0]["properties"],
        card["items"][0]["properties"]
    );
    assert_eq!(kept["items"][0]["spuName"], "青瓷茶杯");
}

#[tokio::test]
async fn an_order_item_always_has_its_list_of_properties() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let card = json!({
        "id": 1, "no": "o1", "status": 10, "productCount": 1, "payPrice": 1,
        "items": [{ "id": 2, "spuId": 600, "spuName": "cup", "picUrl": "https://cdn.example/cup.png", "count": 1, "price": 1 }],
    });
    let reply = visitor.send(&message(11, &card.to_string())).await;
    if reply.status == 400 {
        return;
    }
    reply.data();
    let newest = &visitor.list("").await[0];
    let kept: Value = serde_json::from_str(newest["content"].as_str().expect("a string"))
        .expect("content is JSON");
    assert!(kept["items"][0]["properties"].is_array(), "{kept}");
}

#[tokio::test]
async fn a_card_that_would_break_a_page_is_refused() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = visitor(&server).await;
    for content_type in [10, 11] {
        for content in ["a bare text", "null", "[]", "1", "{", "{}"] {
            refused(&visitor, content_type, content).await;
        }
    }
    let card = json!({ "spuId": 1, "spuName": "x", "picUrl": "javascript:alert(1)", "price": 1 });
    refused(&visitor, 10, &card.to_string()).await;
    let card = json!({ "id": 1, "no": "o1", "status": 10, "productCount": 1, "payPrice": 1, "items": "none" });
    refused(&visitor, 11, &card.to_string()).await;
}

#[tokio::test]
async fn an_unknown_content_type_is_refused() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    for content_type in [0, -1, 6, 9, 12, 999, i64::MAX] {
        refused(&visitor, content_type, r#"{"text":"hi"}"#).await;
    }
}

#[tokio::test]
async fn a_member_does_not_speak_as_the_system() {
    let server = Server::start();
    let visitor = visitor(&server).await;
    let reply = visitor.send(&message(5, "you have won")).await;
    assert!([400, 403].contains(&reply.status), "{}", reply.text());
    assert_eq!(visitor.list("").await.len(), 1);
}

#[tokio::test]
async fn the_conversation_shows_the_last_content_as_it_is() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = visitor(&server).await;
    visitor.send(&message(1, "null")).await.data();
    let seen = &admin.conversations().await[0];
    assert_eq!(seen["lastMessageContent"], r#"{"text":"null"}"#);
    assert_eq!(seen["lastMessageContentType"], 1);
}
