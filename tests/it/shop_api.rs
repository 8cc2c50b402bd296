//! What the shop's backend tells: with its key and no other, row by row checked, all of a batch or nothing.

use serde_json::{Value, json};

use crate::harness::{Backend, Server, member, order, product};

const LINES: [&str; 12] = [
    "POST /shop-api/product/create",
    "PUT /shop-api/product/update",
    "DELETE /shop-api/product/delete?id=1",
    "POST /shop-api/product/save-batch",
    "POST /shop-api/trade/order/create",
    "PUT /shop-api/trade/order/update",
    "DELETE /shop-api/trade/order/delete?id=1",
    "POST /shop-api/trade/order/save-batch",
    "POST /shop-api/member/create",
    "PUT /shop-api/member/update",
    "DELETE /shop-api/member/delete?id=1",
    "POST /shop-api/member/save-batch",
];

/// A row of `noun` with one field changed; null takes it away.
fn with(mut row: Value, field: &str, value: Value) -> Value {
    row[field] = value;
    row
}

/// Refused on creating it, in words that begin so.
async fn refused(shop: &Backend, noun: &str, row: &Value, words: &str) {
    let reply = shop.ask(&format!("POST {noun}/create")).json(row).await;
    assert_eq!(reply.status, 400, "{row}: {}", reply.text());
    let msg = reply.refused(400, 400);
    assert!(msg.starts_with(words), "{row}: {msg}");
}

#[tokio::test]
async fn only_a_good_key_opens_it() {
    let server = Server::start();
    let shop = server.backend();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut wrong = shop.key.clone();
    wrong.replace_range(wrong.len() - 1.., "!");
    for line in LINES {
        for token in [
            None,
            Some(visitor.token.as_str()),
            Some(&admin.token),
            Some("kefu_nonsense"),
            Some(&wrong),
            Some(&shop.key[..20]),
        ] {
            let mut ask = server.ask(line).json(&json!([product(1)]));
            if let Some(token) = token {
                ask = ask.bearer(token);
            }
            let reply = ask.await;
            assert_eq!(reply.status, 401, "{line} {token:?}: {}", reply.text());
        }
        let reply = server.ask(line).body("").bearer(&shop.key).await;
        assert!(
            [200, 400].contains(&reply.status),
            "{line}: {}",
            reply.text()
        );
    }
    assert_eq!(server.count("product"), 0);
    assert_eq!(server.count("member"), 1);
}

#[tokio::test]
async fn the_key_opens_nothing_else() {
    let server = Server::start();
    let shop = server.backend();
    for line in [
        "GET /app-api/promotion/kefu-message/list",
        "POST /app-api/product/browse-history/create",
        "GET /admin-api/promotion/kefu-conversation/list",
        "GET /admin-api/product/spu/page",
        "GET /admin-api/trade/order/page?userId=1",
    ] {
        let reply = server.ask(line).bearer(&shop.key).json(&product(1)).await;
        reply.refused(401, 401);
    }
}

#[tokio::test]
async fn the_newest_keys_are_good_and_no_other() {
    let server = Server::start();
    let oldest = server.backend();
    for spu_id in 1..=4 {
        oldest.tell("product", &product(5)).await;
        server.backend().tell("product", &product(spu_id)).await;
    }
    let reply = oldest.ask("POST product/create").json(&product(6)).await;
    reply.refused(401, 401);
    assert_eq!(server.count("product"), 5);
}

#[tokio::test]
async fn no_page_may_ask_it() {
    let server = Server::start();
    let shop = server.backend();
    let told = shop.ask("POST product/create").json(&product(1)).await;
    let asked = server.ask("OPTIONS /shop-api/product/create").await;
    for reply in [told, asked] {
        let names = reply.headers.keys().map(|name| name.as_str().to_owned());
        let cors: Vec<String> = names.filter(|n| n.starts_with("access-control")).collect();
        assert_eq!(cors, [] as [String; 0]);
    }
}

#[tokio::test]
async fn a_product_is_told_changed_and_forgotten() {
    let server = Server::start();
    let shop = server.backend();
    let admin = server.owner().await;
    let told = shop.ask("POST product/create").json(&product(600)).await;
    assert_eq!(told.data(), 600);
    let mut cheaper = product(600);
    cheaper["price"] = json!("990");
    let changed = shop.ask("PUT product/update").json(&cheaper).await;
    assert_eq!(changed.data(), true);
    let found = admin.ask("GET product/spu/page").await.data();
    assert_eq!(found["list"][0]["price"], 990);
    for _ in 0..2 {
        let gone = shop.ask("DELETE product/delete?id=600").await;
        assert_eq!(gone.data(), true, "a retry is no error");
    }
    assert_eq!(server.count("product"), 0);
}

#[tokio::test]
async fn telling_it_again_replaces_it() {
    let server = Server::start();
    let shop = server.backend();
    for (noun, row, table) in [
        ("product", product(1), "product"),
        ("trade/order", order(1, "u-1"), "trade_order"),
        ("member", member("u-1"), "member"),
    ] {
        shop.tell(noun, &row).await;
        shop.tell(noun, &row).await;
        assert_eq!(server.count(table), 1, "{noun}");
    }
    let short = json!({ "spuId": 1, "spuName": "cup" });
    shop.tell("product", &short).await;
    let price: Option<i64> = server
        .look()
        .query_row("SELECT price FROM product", [], |row| row.get(0))
        .expect("one product");
    assert_eq!(price, None, "what is not told any more is gone");
}

#[tokio::test]
async fn changing_what_was_never_told_is_refused() {
    let server = Server::start();
    let shop = server.backend();
    for (noun, row) in [
        ("product", product(1)),
        ("trade/order", order(1, "u-1")),
        ("member", member("u-1")),
    ] {
        let reply = shop.ask(&format!("PUT {noun}/update")).json(&row).await;
        reply.refused(404, 404);
    }
    for table in ["product", "trade_order", "member"] {
        assert_eq!(server.count(table), 0, "{table}");
    }
}

#[tokio::test]
async fn every_bad_field_of_a_product_is_named() {
    let server = Server::start();
    let shop = server.backend();
    let fen = "must be a whole number of fen, 0 or more";
    let address = "must be an address that begins with http:// or https://";
    for (field, value, words) in [
        ("spuId", json!(null), "must be given"),
        ("spuId", json!(0), "must be a whole number from 1"),
        ("spuId", json!(-5), "must be a whole number from 1"),
        ("spuId", json!(1.5), "must be a whole number from 1"),
        ("spuId", json!(1_u64 << 60), "must be a whole number from 1"),
        ("spuId", json!("six"), "must be a whole number from 1"),
        ("spuName", json!(null), "must be given"),
        ("spuName", json!(" "), "must be given"),
        ("spuName", json!(7), "must be text"),
        ("spuName", json!("x".repeat(256)), "at most 255 characters"),
        ("spuName", json!("a\0b"), "must not contain NUL"),
        ("price", json!(-1), fen),
        ("price", json!(12.5), fen),
        ("price", json!("12.50"), fen),
        ("price", json!(1e300), fen),
        ("price", json!([]), fen),
        ("salesCount", json!(-1), "must be a whole number, 0 or more"),
        ("stock", json!(true), "must be a whole number, 0 or more"),
        ("picUrl", json!("javascript:alert(1)"), address),
        ("picUrl", json!("/f/abc"), address),
        ("picUrl", json!("//cdn.example/a.png"), address),
        ("url", json!("data:text/html,x"), address),
        ("url", json!("https://shop.example/a b"), address),
        (
            "url",
            json!(format!("https://x/{}", "a".repeat(2_048))),
            "at most 2048",
        ),
    ] {
        let words = format!("{field}: {words}");
        refused(&shop, "product", &with(product(1), field, value), &words).await;
    }
    for row in [json!([]), json!("x"), json!(1), json!(null)] {
        refused(&shop, "product", &row, ": must be a JSON object").await;
    }
    assert_eq!(server.count("product"), 0);
}

#[tokio::test]
async fn every_bad_field_of_an_order_is_named() {
    let server = Server::start();
    let shop = server.backend();
    let items = |item: Value| json!([order(1, "u")["items"][0], item]);
    for (field, value, words) in [
        ("id", json!(null), "id: must be given"),
        ("no", json!(null), "no: must be given"),
        ("no", json!(5), "no: must be text"),
        ("userId", json!(null), "userId: must be given"),
        ("userId", json!("a\nb"), "userId: must not contain control"),
        ("userId", json!("u".repeat(129)), "userId: at most 128"),
        ("items", json!(null), "items: must be given"),
        ("items", json!({}), "items: must be a list"),
        ("items", json!(vec![json!({}); 101]), "items: at most 100"),
        ("items", items(json!(1)), "items[1]: must be a JSON object"),
        (
            "items",
            items(json!({ "price": -1 })),
            "items[1].price: must be a whole number of fen",
        ),
        (
            "items",
            items(json!({ "picUrl": "x" })),
            "items[1].picUrl: must be an address",
        ),
        (
            "items",
            items(json!({ "properties": [1] })),
            "items[1].properties[0]: must be a JSON object",
        ),
        (
            "payPrice",
            json!("1.5"),
            "payPrice: must be a whole number of fen",
        ),
        (
            "commentStatus",
            json!(1),
            "commentStatus: must be true or false",
        ),
        (
            "createTime",
            json!("2026-11-24"),
            "createTime: must be a whole number",
        ),
    ] {
        refused(
            &shop,
            "trade/order",
            &with(order(1, "u"), field, value),
            words,
        )
        .await;
    }
    let long = json!({ "spuName": "茶".repeat(255) });
    let long = with(order(1, "u"), "items", json!(vec![long; 100]));
    refused(
        &shop,
        "trade/order",
        &long,
        "items: the order is longer than 16 KB",
    )
    .await;
    assert_eq!(server.count("trade_order"), 0);
}

#[tokio::test]
async fn every_bad_field_of_a_member_is_named() {
    let server = Server::start();
    let shop = server.backend();
    for (field, value, words) in [
        ("id", json!(null), "must be given"),
        ("id", json!("\u{7}"), "must not contain control"),
        ("nickname", json!("n".repeat(65)), "at most 64 characters"),
        ("avatar", json!("x.png"), "must be an address"),
        ("email", json!("e".repeat(255)), "at most 254 characters"),
        ("phone", json!(13_800_000_000_i64), "must be text"),
        ("level", json!({}), "must be text"),
    ] {
        let words = format!("{field}: {words}");
        refused(&shop, "member", &with(member("u"), field, value), &words).await;
    }
    assert_eq!(server.count("member"), 0);
}

#[tokio::test]
async fn a_member_who_is_told_again_unchanged_changes_nothing() {
    let server = Server::start();
    let admin = server.owner().await;
    let shop = server.backend();
    let (visitor, conversation) = server.customer().await;
    server.vouch_for(&visitor, "u-1");
    shop.tell("member", &member("u-1")).await;
    let mut desk = admin.page_socket("").await.0;
    let before = admin.conversation(conversation).await;
    for _ in 0..3 {
        shop.tell("member", &member("u-1")).await;
    }
    assert_eq!(admin.conversation(conversation).await, before);
    let renamed = with(member("u-1"), "nickname", json!("another name"));
    shop.tell("member", &renamed).await;
    let change = desk.change().await;
    assert_eq!(change["conversation"]["userNickname"], "another name");
    assert_eq!(change["kind"], "rename");
}

#[tokio::test]
async fn what_nobody_asked_for_is_ignored() {
    let server = Server::start();
    let shop = server.backend();
    let mut row = member("u-1");
    for field in ["externalId", "member_id", "createTime", "role", "token"] {
        row[field] = json!("x");
    }
    shop.tell("member", &row).await;
    let mut row = product(1);
    row["id"] = json!(77);
    row["updateTime"] = json!(1);
    shop.tell("product", &row).await;
    let (id, time): (i64, i64) = server
        .look()
        .query_row("SELECT spu_id, update_time FROM product", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .expect("one product");
    assert_eq!(id, 1);
    assert!(time > 1_000_000);
}

#[tokio::test]
async fn a_batch_is_stored_whole_or_not_at_all() {
    let server = Server::start();
    let shop = server.backend();
    let mut rows: Vec<Value> = (1..=5).map(product).collect();
    rows[3]["price"] = json!("dear");
    let reply = shop.ask("POST product/save-batch").json(&json!(rows)).await;
    assert_eq!(
        reply.refused(400, 400),
        "[3].price: must be a whole number of fen, 0 or more"
    );
    assert_eq!(server.count("product"), 0);
    rows[3]["price"] = json!(5);
    let reply = shop.ask("POST product/save-batch").json(&json!(rows)).await;
    assert_eq!(reply.data(), 5);
    assert_eq!(server.count("product"), 5);
    for (noun, rows, table) in [
        (
            "trade/order",
            json!([order(1, "u"), order(2, "u")]),
            "trade_order",
        ),
        ("member", json!([member("a"), member("b")]), "member"),
    ] {
        let reply = shop
            .ask(&format!("POST {noun}/save-batch"))
            .json(&rows)
            .await;
        assert_eq!(reply.data(), 2);
        assert_eq!(server.count(table), 2);
    }
}

#[tokio::test]
async fn the_first_ten_bad_rows_of_a_batch_are_named() {
    let server = Server::start();
    let shop = server.backend();
    let rows = json!(vec![json!({ "spuId": 1 }); 30]);
    let msg = shop
        .ask("POST product/save-batch")
        .json(&rows)
        .await
        .refused(400, 400);
    let named: Vec<&str> = msg.split("; ").collect();
    assert_eq!(named.len(), 10, "{msg}");
    assert_eq!(named[9], "[9].spuName: must be given");
    let chinese = shop
        .door
        .ask("POST /shop-api/product/save-batch")
        .bearer(&shop.key)
        .json(&rows)
        .await
        .msg();
    assert!(chinese.contains("[9].spuName 必须提供"), "{chinese}");
}

#[tokio::test]
async fn a_batch_has_a_thousand_rows_and_four_megabytes_at_most() {
    let server = Server::start();
    let shop = server.backend();
    let rows: Vec<Value> = (1..=1_000).map(product).collect();
    let reply = shop.ask("POST product/save-batch").json(&json!(rows)).await;
    assert_eq!(reply.data(), 1_000);
    let rows: Vec<Value> = (1..=1_001).map(product).collect();
    let reply = shop.ask("POST product/save-batch").json(&json!(rows)).await;
    assert_eq!(reply.refused(400, 400), "at most 1000 rows in one batch");
    let reply = shop.ask("POST product/save-batch").json(&product(1)).await;
    assert_eq!(reply.refused(400, 400), "the body must be a JSON array");
    let mut large = product(1);
    large["ignored"] = json!("x".repeat(4 << 20));
    let reply = shop.ask("POST product/create").json(&large).await;
    reply.refused(413, 413);
    assert_eq!(server.count("product"), 1_000);
}

#[tokio::test]
async fn a_forgotten_member_keeps_his_conversation_and_loses_what_was_told() {
    let server = Server::start();
    let shop = server.backend();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    server.vouch_for(&visitor, "u-1");
    let mut desk = admin.page_socket("").await.0;
    shop.ask("PUT member/update")
        .json(&member("u-1"))
        .await
        .data();
    let change = desk.change().await;
    assert_eq!(change["kind"], "rename");
    assert_eq!(change["conversation"]["userNickname"], "小明");
    assert_eq!(
        admin.conversation(conversation).await["userNickname"],
        "小明"
    );
    shop.tell("member", &member("never wrote")).await;
    assert_eq!(server.count("member"), 2);
    for id in ["u-1", "never%20wrote", "unknown"] {
        let reply = shop.ask(&format!("DELETE member/delete?id={id}")).await;
        assert_eq!(reply.data(), true);
    }
    assert_eq!(server.count("member"), 1);
    let change = desk.change().await;
    assert_eq!(change["conversation"]["userNickname"], Value::Null);
    let seen = admin.conversation(conversation).await;
    assert_eq!(seen["userNickname"], Value::Null);
    assert_eq!(seen["userAvatar"], Value::Null);
    visitor.say("still here").await;
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_not_forgotten() {
    let server = Server::start();
    let shop = server.backend();
    for line in [
        "DELETE product/delete",
        "DELETE product/delete?id=",
        "DELETE product/delete?id=x",
        "DELETE trade/order/delete?id=-1",
        "DELETE member/delete",
    ] {
        let msg = shop.ask(line).await.refused(400, 400);
        assert!(msg.starts_with("id: "), "{line}: {msg}");
    }
}
