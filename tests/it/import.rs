//! `catalog import`: a file of the shop's data, all of it or nothing, while the shop goes on chatting.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::harness::{Server, kefu, member, order, product};

/// A row of a .jsonl file.
fn line(kind: &str, mut row: Value) -> String {
    row["type"] = json!(kind);
    format!("{row}\n")
}

fn counts(server: &Server) -> [i64; 3] {
    ["product", "trade_order", "member"].map(|table| server.count(table))
}

#[tokio::test]
async fn products_orders_and_members_come_from_one_file() {
    let server = Server::start();
    let admin = server.owner().await;
    let mut typed = order(2, "u-1");
    typed["orderType"] = json!(3);
    let file = [
        line("product", product(600)),
        "\n".to_owned(),
        line("order", order(1, "u-1")),
        line("order", typed),
        line("member", member("u-1")),
        line("product", product(601)).trim_end().to_owned(),
    ];
    let done = server.import("shop.jsonl", &format!("\u{feff}{}", file.concat()));
    let said = done.out();
    assert!(
        said.starts_with("imported 2 products, 2 orders and 1 member in "),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1);
    assert_eq!(done.err, "", "no bar without a terminal");
    assert_eq!(counts(&server), [2, 2, 1]);
    let found = admin.ask("GET product/spu/page?name=600").await.data();
    assert_eq!(found["list"][0]["url"], product(600)["url"]);
    let seen = admin.ask("GET trade/order/get-detail?id=2").await.data();
    assert_eq!(seen["type"], 3);
    assert_eq!(seen["user"]["nickname"], "小明");
}

#[tokio::test]
async fn products_come_from_a_table_too() {
    let server = Server::start();
    let admin = server.owner().await;
    let table = "\u{feff}spuId,spuName,note,price,picUrl,url,stock,salesCount\r\n\
                 600,\"Cup, \"\"blue\"\"\",x,1990,https://cdn.example/600.png,,9,\r\n\
                 601,碗,,,,,,\r\n";
    let done = server.import("Products.CSV", table);
    assert!(
        done.out()
            .starts_with("imported 2 products, 0 orders and 0 members in ")
    );
    let found = admin.ask("GET product/spu/page?name=blue").await.data();
    assert_eq!(
        found["list"],
        json!([{
            "id": 600, "name": "Cup, \"blue\"", "spuId": 600, "spuName": "Cup, \"blue\"",
            "picUrl": "https://cdn.example/600.png", "price": 1990, "salesCount": null, "stock": 9, "url": null,
        }])
    );
}

#[tokio::test]
async fn an_import_again_replaces_and_leaves_the_rest() {
    let server = Server::start();
    let shop = server.backend();
    shop.tell("product", &product(1)).await;
    shop.tell("product", &product(2)).await;
    let mut cheaper = product(2);
    cheaper["price"] = json!(5);
    let file = [line("product", product(2)), line("product", cheaper)].concat();
    let done = server.import("shop.ndjson", &file);
    assert!(done.out().starts_with("imported 1 product,"), "{done:?}");
    let prices: Vec<i64> = server
        .look()
        .prepare("SELECT price FROM product ORDER BY spu_id")
        .and_then(|mut s| s.query_map([], |row| row.get(0))?.collect())
        .expect("two prices");
    assert_eq!(prices, [1990, 5], "the last word counts");
}

#[tokio::test]
async fn a_bad_row_is_named_and_nothing_is_imported() {
    let server = Server::start();
    let good = line("product", product(1));
    let bad_price = line(
        "product",
        json!({ "spuId": 2, "spuName": "x", "price": 1.5 }),
    );
    let bad_item = line("order", {
        let mut order = order(1, "u");
        order["items"][0]["count"] = json!("many");
        order
    });
    for (file, words) in [
        (
            format!("{good}{bad_price}"),
            "shop.jsonl: line 2, price: must be a whole number of fen, 0 or more; nothing",
        ),
        (
            format!("{good}\n{bad_item}{good}{bad_price}"),
            "line 3, items[0].count: must be a whole number, 0 or more; 1 more row is bad; nothing",
        ),
        (
            format!("{good}{}", bad_price.repeat(12)),
            "line 2, price: must be a whole number of fen, 0 or more; 11 more rows are bad",
        ),
        (
            format!("{good}{{\"type\":\"product\","),
            "line 2, column 18: not valid JSON",
        ),
        (format!("{good}[]"), "line 2: must be a JSON object"),
        (
            format!("{good}{}", product(2)),
            "line 2, type: must be product, order or member",
        ),
        (
            format!("{good}{}", line("admin", json!({}))),
            "line 2, type: must be product, order or member",
        ),
        (
            format!("{good}{}", line("member", json!({ "id": "" }))),
            "line 2, id: must be given",
        ),
        (
            format!("{good}{}", "x".repeat(200_000)),
            "line 2: longer than 128 KB",
        ),
    ] {
        let done = server.import("shop.jsonl", &file);
        let said = done.failed(1);
        assert!(said.contains(words), "{said}");
        assert_eq!(done.out, "");
        assert_eq!(counts(&server), [0, 0, 0], "{said}");
    }
}

#[tokio::test]
async fn a_bad_row_of_a_table_is_named_with_its_column() {
    let server = Server::start();
    let head = "spuId,spuName,price\n1,cup,5\n";
    for (table, words) in [
        (
            format!("{head}2,bowl,cheap\n"),
            "shop.csv: line 3, column price: must be a whole number of fen, 0 or more; nothing",
        ),
        (
            format!("{head}2,\"two\nlines\",5\n,bowl,5\n"),
            "line 5, column spuId: must be given",
        ),
        (
            format!("{head}2,bowl\n3,dish,x\n"),
            "line 3: 2 columns where the first line has 3; 1 more row is bad",
        ),
        (
            format!("{head}2,,5\n"),
            "line 3, column spuName: must be given",
        ),
        (
            "id,name\n1,cup\n".to_owned(),
            "line 1: there is no column spuId",
        ),
        (String::new(), "line 1: there is no column spuId"),
    ] {
        let done = server.import("shop.csv", &table);
        let said = done.failed(1);
        assert!(said.contains(words), "{said}");
        assert_eq!(counts(&server), [0, 0, 0], "{said}");
    }
    std::fs::write(
        server.folder().join("bytes.csv"),
        b"spuId,spuName\n1,\xff\xfe\n",
    )
    .expect("written");
    let args = ["--db", "shop.db", "catalog", "import", "bytes.csv"];
    let done = kefu(server.folder(), &args, "");
    assert!(
        done.failed(1).contains("line 2, column 2: not UTF-8"),
        "{done:?}"
    );
}

#[tokio::test]
async fn a_file_that_is_none_is_named() {
    let server = Server::start();
    let done = server.import("shop.xlsx", "PK");
    assert!(done.failed(1).contains(".jsonl, .ndjson or .csv"));
    std::fs::create_dir(server.folder().join("folder.csv")).expect("a folder");
    for name in ["missing.csv", "folder.csv"] {
        let args = ["--db", "shop.db", "catalog", "import", name];
        let done = kefu(server.folder(), &args, "");
        assert!(done.failed(1).contains(name), "{done:?}");
    }
    std::fs::write(server.folder().join("good.csv"), "spuId,spuName\n1,cup\n").expect("written");
    let args = ["--db", "shpo.db", "catalog", "import", "good.csv"];
    let done = kefu(server.folder(), &args, "");
    assert!(done.failed(1).contains("shpo.db"), "{done:?}");
    assert!(!server.folder().join("shpo.db").exists());
}

#[tokio::test]
async fn the_shop_goes_on_chatting_during_an_import() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (mut socket, _) = admin.page_socket("").await;
    let mut table = String::from("spuId,spuName,price\n");
    for id in 1..=20_000 {
        writeln!(table, "{id},product number {id},{id}").expect("a string grows");
    }
    let folder = server.folder().to_owned();
    std::fs::write(folder.join("shop.csv"), table).expect("written");
    let importing = tokio::task::spawn_blocking(move || {
        let args = ["--db", "shop.db", "catalog", "import", "shop.csv"];
        kefu(&folder, &args, "")
    });
    let mut said = Vec::new();
    while !importing.is_finished() {
        let half = server.count("product");
        assert!([0, 20_000].contains(&half), "half imported: {half}");
        said.push(visitor.say("still there?").await);
    }
    said.push(visitor.say("done").await);
    let done = importing.await.expect("the import ends");
    assert!(
        done.out().starts_with("imported 20000 products"),
        "{done:?}"
    );
    for id in &said {
        assert_eq!(socket.message().await["id"], *id);
    }
    let stored = admin.whole(conversation).await;
    assert_eq!(
        stored.len(),
        said.len() + 1,
        "the hello and all that was said"
    );
    let card = json!({ "contentType": 10, "content": "{\"spuId\":20000}" });
    visitor.send(&card).await.data();
    let newest = visitor.list("").await[0]["content"].to_string();
    assert!(newest.contains("product number 20000"), "{newest}");
}
