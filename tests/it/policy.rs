//! Who may frame the customers' page and where pictures come from: the policy of the pages follows the settings and the
//! catalog.

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::harness::{Admin, PATIENCE, Server, order, product};

/// A directive of a page's policy, or "" when it has none.
async fn directive(server: &Server, page: &str, name: &str) -> String {
    let reply = server.ask(&format!("GET {page}")).await;
    let policy = reply.header("content-security-policy");
    let mut directives = policy.split("; ");
    directives
        .find(|directive| directive.split(' ').next() == Some(name))
        .unwrap_or_default()
        .to_owned()
}

async fn told(server: &Server) -> Value {
    let face = server.ask("GET /app-api/promotion/kefu-shop/get").await;
    face.data()["pictureOrigins"].clone()
}

/// Where pictures may come from, as pages are told and as their policies say.
async fn pictures(server: &Server) -> Value {
    let origins = told(server).await;
    let listed = origins.as_array().expect("a list").iter();
    let listed: String = listed
        .map(|origin| format!(" {}", origin.as_str().expect("an origin")))
        .collect();
    for page in ["/member/", "/admin/", "/demo/"] {
        let wanted = format!("img-src 'self' blob: data:{listed}");
        assert_eq!(directive(server, page, "img-src").await, wanted, "{page}");
    }
    origins
}

async fn changed(owner: &Admin, body: Value) {
    let ask = owner.ask("PUT promotion/kefu-shop/update").json(&body);
    assert_eq!(ask.await.data(), true);
}

/// A product whose picture is at `url`.
fn pictured(spu_id: i64, url: &str) -> Value {
    let mut product = product(spu_id);
    product["picUrl"] = json!(url);
    product
}

#[tokio::test]
async fn the_sites_of_the_settings_frame_the_customers_page_and_no_others() {
    let server = Server::start_with(&["--public-url", "https://chat.shop.example"]);
    let owner = server.owner().await;
    assert_eq!(directive(&server, "/member/", "frame-ancestors").await, "");
    let sites = ["https://www.shop.example", "http://localhost:3000"];
    changed(&owner, json!({ "sites": sites })).await;
    assert_eq!(
        directive(&server, "/member/", "frame-ancestors").await,
        "frame-ancestors 'self' https://chat.shop.example https://www.shop.example http://localhost:3000",
        "and the demo shop's own"
    );
    for page in ["/admin/", "/demo/"] {
        let others = directive(&server, page, "frame-ancestors").await;
        assert_eq!(others, "frame-ancestors 'none'", "{page}");
    }
    changed(&owner, json!({ "sites": [] })).await;
    assert_eq!(directive(&server, "/member/", "frame-ancestors").await, "");
}

#[tokio::test]
async fn a_browser_that_has_the_page_hears_of_a_new_policy() {
    let server = Server::start();
    let owner = server.owner().await;
    let first = server.ask("GET /member/").await;
    let etag = first.header("etag").to_owned();
    let again = || server.ask("GET /member/").header("if-none-match", &etag);
    assert_eq!(again().await.status, 304);
    changed(&owner, json!({ "sites": ["https://www.shop.example"] })).await;
    let renewed = again().await;
    assert_eq!(renewed.status, 200, "old headers may be kept with a 304");
    assert_eq!(renewed.body, first.body);
    changed(&owner, json!({ "sites": null })).await;
    assert_eq!(again().await.status, 304);
}

#[tokio::test]
async fn the_hosts_of_the_catalogs_pictures_are_allowed_at_once() {
    let server = Server::start();
    let owner = server.owner().await;
    let shop = server.backend();
    assert_eq!(pictures(&server).await, json!([]));
    shop.tell("product", &pictured(1, "https://IMG.shop.example/a.png"))
        .await;
    assert_eq!(pictures(&server).await, json!(["https://img.shop.example"]));
    let mut bought = order(1, "u-1");
    bought["items"][0]["picUrl"] = json!("http://orders.example:8080/b.png");
    shop.tell("trade/order", &bought).await;
    let two = json!(["http://orders.example:8080", "https://img.shop.example"]);
    assert_eq!(pictures(&server).await, two);
    let moved = pictured(1, "https://new.shop.example/a.png");
    let update = shop.ask("PUT product/update").json(&moved).await;
    assert_eq!(update.data(), true);
    let batch = json!([
        pictured(2, "https://img.shop.example:443/c.png"),
        pictured(3, "https://z.shop.example/d.png"),
    ]);
    let saved = shop.ask("POST product/save-batch").json(&batch).await;
    assert_eq!(saved.data(), 2);
    changed(&owner, json!({ "pictureSites": ["https://typed.example"] })).await;
    let all = json!([
        "https://typed.example",
        "http://orders.example:8080",
        "https://img.shop.example",
        "https://new.shop.example",
        "https://z.shop.example",
    ]);
    assert_eq!(pictures(&server).await, all);
}

#[tokio::test]
async fn what_is_no_origin_gets_into_no_policy() {
    let server = Server::start();
    let shop = server.backend();
    for (spu_id, url) in (1..).zip([
        "https://user@evil.example/a.png",
        "https://user:pass@evil.example/a.png",
        "https://evil.example:/;script-src/a.png",
        "https://evil.example;script-src/a.png",
        "https://evil.example,b/a.png",
        "https://*.example/a.png",
        "https://*/a.png",
        "https://evil.example:99999/a.png",
        "https://evil.example:x/a.png",
        "https://'unsafe-inline'/a.png",
        "https://图片.example/a.png",
        "https:///a.png",
        "https://[::1]/a.png",
    ]) {
        // Some are no address at all and refused; what is told must not be allowed.
        let told = shop.ask("POST product/create").json(&pictured(spu_id, url));
        assert!([200, 400].contains(&told.await.status), "{url}");
    }
    assert_eq!(pictures(&server).await, json!(["https://evil.example"]));
}

#[tokio::test]
async fn a_product_that_only_a_customers_page_tells_of_allows_nothing() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let row = pictured(1, "https://evil.example/a.png");
    let told = visitor.ask("POST product/browse-history/create").json(&row);
    assert_eq!(told.await.data(), true);
    let card = json!({
        "contentType": 10, "content": row.to_string(), "clientMessageId": "abcdefghijklmnop",
    });
    visitor.send(&card).await.data();
    assert_eq!(pictures(&server).await, json!([]));
}

#[tokio::test]
async fn what_the_command_line_imports_is_allowed_within_seconds() {
    let server = Server::start();
    let mut bought = order(1, "u-1");
    bought["items"][0]["picUrl"] = json!("https://orders.example/b.png");
    bought["type"] = json!("order");
    let mut sold = pictured(1, "https://img.shop.example/a.png");
    sold["type"] = json!("product");
    server
        .import("shop.jsonl", &format!("{sold}\n{bought}\n"))
        .out();
    let deadline = Instant::now() + 2 * PATIENCE;
    let wanted = json!(["https://img.shop.example", "https://orders.example"]);
    while told(&server).await != wanted {
        assert!(Instant::now() < deadline, "they never come");
    }
    assert_eq!(pictures(&server).await, wanted);
}

#[tokio::test]
async fn so_many_hosts_are_allowed_and_those_of_the_settings_besides() {
    let server = Server::start();
    let owner = server.owner().await;
    let shop = server.backend();
    let batch: Vec<_> = (0..40)
        .map(|n| pictured(n + 1, &format!("https://{n}.example/a.png")))
        .collect();
    let saved = shop.ask("POST product/save-batch").json(&json!(batch));
    assert_eq!(saved.await.data(), 40);
    let allowed = pictures(&server).await;
    assert_eq!(allowed.as_array().expect("a list").len(), 32);
    changed(
        &owner,
        json!({ "pictureSites": ["https://39.example", "https://typed.example"] }),
    )
    .await;
    let allowed = pictures(&server).await;
    let allowed = allowed.as_array().expect("a list");
    assert_eq!(allowed[0], "https://39.example");
    assert_eq!(allowed[1], "https://typed.example");
    let mut once = allowed.clone();
    once.sort_by_key(ToString::to_string);
    once.dedup();
    assert_eq!(once.len(), allowed.len(), "each once");
}

#[tokio::test]
async fn a_catalog_of_an_older_version_is_looked_through_at_the_start() {
    let mut server = Server::start();
    let shop = server.backend();
    shop.tell("product", &pictured(1, "https://img.shop.example/a.png"))
        .await;
    let mut bought = order(1, "u-1");
    bought["items"][0]["picUrl"] = json!("https://orders.example/b.png");
    shop.tell("trade/order", &bought).await;
    let before = pictures(&server).await;
    server
        .edit(|connection| {
            let forgotten = connection.execute("DELETE FROM picture_origin", []);
            assert_eq!(forgotten.expect("a table"), 2);
        })
        .await;
    assert_eq!(pictures(&server).await, before);
}
