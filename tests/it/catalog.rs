//! What members and staff see of the shop's data: what a member looked at, his orders, the products.

use serde_json::{Value, json};

use crate::harness::{Server, Visitor, order, product};

async fn look_at(visitor: &Visitor, row: &Value) {
    let reply = visitor
        .ask("POST product/browse-history/create")
        .json(row)
        .await;
    assert_eq!(reply.data(), true);
}

/// The spuIds of a page, and its total.
fn listed(page: &Value, field: &str) -> (Vec<i64>, i64) {
    let list = page["list"].as_array().expect("a list");
    let ids = list.iter().map(|row| row[field].as_i64().expect("an id"));
    (ids.collect(), page["total"].as_i64().expect("a total"))
}

async fn history(visitor: &Visitor, query: &str) -> Value {
    let line = format!("GET product/browse-history/page?{query}");
    visitor.ask(&line).await.data()
}

#[tokio::test]
async fn what_a_member_looked_at_comes_back_the_newest_first() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    for spu_id in [1, 2, 3, 1] {
        look_at(&visitor, &product(spu_id)).await;
    }
    let page = history(&visitor, "").await;
    assert_eq!(listed(&page, "spuId"), (vec![1, 3, 2], 3));
    let mut first = page["list"][0].clone();
    assert!(first["id"].take().is_i64());
    let mut told = product(1);
    told["id"] = Value::Null;
    told["url"] = Value::Null;
    told["givenByCustomer"] = json!(true);
    assert_eq!(first, told);
    let line = format!(
        "GET product/browse-history/page?pageNo=&pageSize=10&userId={}&userDeleted=false",
        visitor.id
    );
    assert_eq!(admin.ask(&line).await.data(), page);
}

#[tokio::test]
async fn the_words_of_the_catalog_go_before_those_of_a_page() {
    let server = Server::start();
    let shop = server.backend();
    let visitor = server.visitor().await;
    let mut dear = product(600);
    dear["price"] = json!(1);
    look_at(&visitor, &dear).await;
    shop.tell("product", &product(600)).await;
    let row = history(&visitor, "").await["list"][0].clone();
    assert_eq!(row["price"], 1990);
    assert_eq!(row["givenByCustomer"], Value::Null);
    assert_eq!(row["url"], product(600)["url"]);
    look_at(&visitor, &json!({ "spuId": 600 })).await;
    let row = history(&visitor, "").await["list"][0].clone();
    assert_eq!(row["spuName"], product(600)["spuName"], "the id is enough");
}

#[tokio::test]
async fn the_address_that_a_page_tells_is_not_read() {
    let server = Server::start();
    let visitor = server.visitor().await;
    for address in ["https://evil.example/", "//evil.example"] {
        let mut told = product(1);
        told["url"] = json!(address);
        look_at(&visitor, &told).await;
        let row = history(&visitor, "").await["list"][0].clone();
        assert_eq!(row["spuName"], product(1)["spuName"]);
        assert_eq!(row["url"], Value::Null);
    }
}

#[tokio::test]
async fn a_hundred_products_are_remembered() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    for spu_id in 1..=103 {
        look_at(&visitor, &product(spu_id)).await;
    }
    let page = history(&visitor, "pageSize=100").await;
    let (ids, total) = listed(&page, "spuId");
    assert_eq!(total, 100);
    assert_eq!((ids[0], ids[99]), (103, 4));
}

#[tokio::test]
async fn a_page_that_tells_nonsense_is_refused() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    let shop = server.backend();
    let quotes = format!("https://shop.example/{}", "\"".repeat(2_027));
    let long = json!({ "spuId": 2, "spuName": "cup", "url": quotes, "picUrl": quotes });
    shop.tell("product", &long).await;
    for row in [
        json!({}),
        json!([]),
        json!({ "spuId": 1 }),
        json!({ "spuId": "x", "spuName": "cup" }),
        json!({ "spuId": 1, "spuName": "cup", "price": -1 }),
        json!({ "spuId": 1, "spuName": "cup", "picUrl": "javascript:alert(1)" }),
        json!({ "spuId": 2 }),
    ] {
        let reply = visitor
            .ask("POST product/browse-history/create")
            .json(&row)
            .await;
        assert_eq!(reply.status, 400, "{row}: {}", reply.text());
    }
    assert_eq!(server.count("browse_history"), 0);
}

#[tokio::test]
async fn looking_at_too_much_is_slowed_down() {
    let server = Server::start();
    let visitor = server.visitor().await;
    loop {
        let reply = visitor
            .ask("POST product/browse-history/create")
            .json(&product(1))
            .await;
        if reply.status != 200 {
            reply.too_many();
            break;
        }
    }
}

#[tokio::test]
async fn the_queries_of_the_originals_clients_are_understood() {
    let server = Server::start();
    let shop = server.backend();
    let visitor = server.visitor().await;
    server.vouch_for(&visitor, "u-1");
    for id in 1..=12 {
        look_at(&visitor, &product(id)).await;
        shop.tell("trade/order", &order(id, "u-1")).await;
    }
    for (path, field) in [("product/browse-history", "spuId"), ("trade/order", "id")] {
        for (query, expected) in [
            ("", (3..=12).rev().collect::<Vec<_>>()),
            ("page=&list_rows=5", (3..=12).rev().collect()),
            ("list_rows=5", (3..=12).rev().collect()),
            ("pageNo=&pageSize=&status=&x=1", (3..=12).rev().collect()),
            ("pageNo=2", vec![2, 1]),
            ("pageNo=2&pageSize=5", (3..=7).rev().collect()),
            ("pageNo=9&pageSize=100", vec![]),
        ] {
            let line = format!("GET {path}/page?{query}");
            let page = visitor.ask(&line).await.data();
            assert_eq!(listed(&page, field), (expected, 12), "{line}");
        }
        for query in ["pageNo=0", "pageSize=0", "pageSize=101", "pageNo=x"] {
            let reply = visitor.ask(&format!("GET {path}/page?{query}")).await;
            reply.refused(400, 400);
        }
    }
}

#[tokio::test]
async fn a_member_sees_his_orders_and_the_staff_see_whose_they_are() {
    let server = Server::start();
    let shop = server.backend();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    server.vouch_for(&visitor, "7");
    let mut first = order(1, "");
    first["userId"] = json!(7);
    shop.tell("trade/order", &first).await;
    shop.tell("trade/order", &order(2, "somebody else")).await;
    let mut card = order(1, "");
    card.as_object_mut().expect("an object").remove("userId");
    let page = visitor.ask("GET trade/order/page").await.data();
    assert_eq!(page, json!({ "total": 1, "list": [card] }));
    let line = format!("GET trade/order/page?userId={}", visitor.id);
    let mut page = admin.ask(&line).await.data();
    let user = page["list"][0]["user"].take();
    assert_eq!(
        user,
        json!({ "id": visitor.id, "nickname": null, "avatar": null })
    );
    let reply = admin.ask("GET trade/order/page").await;
    reply.refused(400, 400);
}

#[tokio::test]
async fn a_visitor_has_no_orders_whatever_he_asks_for() {
    let server = Server::start();
    let shop = server.backend();
    let victim = server.visitor().await;
    server.vouch_for(&victim, "u-1");
    shop.tell("trade/order", &order(1, "u-1")).await;
    look_at(&victim, &product(1)).await;
    let thief = server.visitor().await;
    let none = json!({ "total": 0, "list": [] });
    for path in ["trade/order", "product/browse-history"] {
        let line = format!("GET {path}/page?userId={}", victim.id);
        assert_eq!(thief.ask(&line).await.data(), none, "{line}");
    }
    let theirs = thief.ask("GET trade/order/get-detail?id=1").await;
    let unknown = thief.ask("GET trade/order/get-detail?id=4711").await;
    assert_eq!(theirs.data(), Value::Null);
    assert_eq!(theirs.body, unknown.body, "as if it were not there");
    let own = victim.ask("GET trade/order/get-detail?id=1").await.data();
    assert_eq!(own["no"], "o1");
}

#[tokio::test]
async fn the_staff_see_any_order() {
    let server = Server::start();
    let shop = server.backend();
    let admin = server.owner().await;
    shop.tell("trade/order", &order(1, "never came")).await;
    let seen = admin.ask("GET trade/order/get-detail?id=1").await.data();
    assert_eq!(seen["no"], "o1");
    assert_eq!(seen["user"], Value::Null);
    let seen = admin.ask("GET trade/order/get-detail?id=2").await.data();
    assert_eq!(seen, Value::Null);
    let none = admin.ask("GET trade/order/page?userId=4711").await.data();
    assert_eq!(none["total"], 0);
}

#[tokio::test]
async fn products_are_found_by_a_part_of_their_name() {
    let server = Server::start();
    let shop = server.backend();
    let admin = server.owner().await;
    for (id, name) in [
        (1, "Blue cup"),
        (2, "100% wool"),
        (3, "a_b"),
        (4, "axb"),
        (5, r"back\slash"),
    ] {
        let row = json!({ "spuId": id, "spuName": name });
        shop.tell("product", &row).await;
    }
    for (words, expected) in [
        ("", 5),
        ("cup", 1),
        ("BLUE", 1),
        ("%25", 1),
        ("_", 1),
        ("a_b", 1),
        ("%5C", 1),
        ("nothing", 0),
        ("'%20OR%201=1", 0),
    ] {
        let line = format!("GET product/spu/page?name={words}&pageSize=2");
        let page = admin.ask(&line).await.data();
        assert_eq!(page["total"], expected, "{words}");
    }
    let found = admin.ask("GET product/spu/page?name=cup").await.data();
    assert_eq!(
        found["list"],
        json!([{
            "id": 1, "name": "Blue cup", "spuId": 1, "spuName": "Blue cup", "picUrl": null,
            "price": null, "salesCount": null, "stock": null, "url": null,
        }])
    );
}
