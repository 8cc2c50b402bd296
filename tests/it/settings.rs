//! The shop's settings: everybody sees what the customers' page needs, the staff see all of it, owners change it.

use image::ImageFormat;
use serde_json::{Value, json};

use crate::harness::files::{admin_upload, picture, upload, uploaded, written};
use crate::harness::{Admin, PASSWORD, Reply, Server};

const FACE: &str = "GET /app-api/promotion/kefu-shop/get";
const MB: usize = 1 << 20;

async fn change(admin: &Admin, body: &Value) -> Reply {
    let ask = admin.ask("PUT promotion/kefu-shop/update");
    ask.header("accept-language", "en").json(body).await
}

async fn changed(admin: &Admin, body: &Value) {
    assert_eq!(change(admin, body).await.data(), true);
}

async fn details(admin: &Admin) -> Value {
    admin.ask("GET promotion/kefu-shop/get").await.data()
}

async fn second_owner(server: &Server, owner: &Admin) -> Admin {
    let lily = server.admin("lily").await;
    set_role(owner, &lily, "owner").await;
    lily
}

async fn set_role(owner: &Admin, admin: &Admin, role: &str) {
    let body = json!({ "id": admin.id, "role": role, "ownPassword": PASSWORD });
    let ask = owner.ask("PUT system/user/update").json(&body);
    assert_eq!(ask.await.data(), true);
}

/// One of each, in the form that is given back.
fn chosen() -> Value {
    json!({
        "name": "青瓷小铺", "color": "#0f766e", "greetingZh": "您好！\n有什么可以帮您？", "greetingEn": "Hello!",
        "language": "zh", "sites": ["https://www.shop.example"], "pictureSites": ["https://img.shop.example:8443"],
        "uploadBytesMax": 2 * MB, "uploadsPerHour": 7, "filesMbMax": 512,
    })
}

#[tokio::test]
async fn everybody_may_know_what_the_customers_page_shows() {
    let server = Server::start();
    let reply = server.ask(FACE).await;
    assert_eq!(
        reply.data(),
        json!({
            "name": null, "color": null, "avatar": null, "greetingZh": null, "greetingEn": null,
            "language": "auto", "pictureOrigins": [], "uploadBytesMax": 10 * MB,
        })
    );
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert_eq!(reply.header("cache-control"), "no-store");
    let owner = server.owner().await;
    changed(&owner, &chosen()).await;
    let shown = server.ask(FACE).await.data();
    assert_eq!(
        shown,
        json!({
            "name": "青瓷小铺", "color": "#0f766e", "avatar": null, "greetingZh": "您好！\n有什么可以帮您？",
            "greetingEn": "Hello!", "language": "zh", "pictureOrigins": ["https://img.shop.example:8443"],
            "uploadBytesMax": 2 * MB,
        }),
        "and nothing that is the staff's business"
    );
}

#[tokio::test]
async fn the_staff_see_all_of_it_and_the_limits_that_hold() {
    let flags = [
        "--uploads-per-hour",
        "11",
        "--files-mb-max",
        "12",
        "--public-url",
        "https://chat.shop.example",
    ];
    let server = Server::start_with(&flags);
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let before = details(&agent).await;
    assert_eq!(before["uploadsPerHour"], 11);
    assert_eq!(before["filesMbMax"], 12);
    assert_eq!(before["publicUrl"], "https://chat.shop.example");
    assert_eq!(before["sites"], json!([]));
    changed(&owner, &chosen()).await;
    let seen = details(&agent).await;
    for (field, value) in chosen().as_object().expect("an object") {
        assert_eq!(seen[field], *value, "{field}");
    }
    changed(
        &owner,
        &json!({ "uploadsPerHour": null, "filesMbMax": null }),
    )
    .await;
    let seen = details(&agent).await;
    assert_eq!(seen["uploadsPerHour"], 11, "the flag's again");
    assert_eq!(seen["filesMbMax"], 12, "the flag's again");
}

#[tokio::test]
async fn only_an_owner_changes_anything() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let visitor = server.visitor().await;
    let before = details(&owner).await;
    let refused = change(&agent, &chosen()).await.refused(403, 403);
    assert!(refused.contains("owner"), "{refused}");
    let nonsense = change(&agent, &json!({ "color": 1 })).await;
    nonsense.refused(403, 403);
    for token in [Some(visitor.token.as_str()), None] {
        for line in [
            "GET /admin-api/promotion/kefu-shop/get",
            "PUT /admin-api/promotion/kefu-shop/update",
        ] {
            let ask = server.ask(line).json(&chosen());
            let status = if token.is_some() { 403 } else { 401 };
            let reply = match token {
                Some(token) => ask.bearer(token).await,
                None => ask.await,
            };
            reply.refused(status, status.into());
        }
    }
    assert_eq!(details(&owner).await, before);
}

#[tokio::test]
async fn who_is_no_owner_any_more_changes_nothing_from_that_moment_on() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = second_owner(&server, &owner).await;
    changed(&lily, &json!({ "name": "hers" })).await;
    set_role(&owner, &lily, "agent").await;
    let late = change(&lily, &json!({ "name": "still hers" })).await;
    late.refused(403, 403);
    assert_eq!(details(&owner).await["name"], "hers");
}

#[tokio::test]
async fn what_is_left_out_stays_and_null_takes_it_back() {
    let server = Server::start();
    let owner = server.owner().await;
    let fresh = details(&owner).await;
    changed(&owner, &chosen()).await;
    changed(&owner, &json!({ "name": " 新店名 ", "unknown": 1 })).await;
    let mut wanted = chosen();
    wanted["name"] = json!("新店名");
    let seen = details(&owner).await;
    for (field, value) in wanted.as_object().expect("an object") {
        assert_eq!(seen[field], *value, "{field}");
    }
    changed(&owner, &json!({})).await;
    assert_eq!(details(&owner).await, seen);
    let mut nothing = chosen();
    for (_, value) in nothing.as_object_mut().expect("an object") {
        *value = Value::Null;
    }
    changed(&owner, &nothing).await;
    assert_eq!(details(&owner).await, fresh);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_of_it_is_kept() {
    let server = Server::start();
    let owner = server.owner().await;
    changed(&owner, &chosen()).await;
    let before = details(&owner).await;
    let many: Vec<_> = (0..51).map(|n| format!("https://{n}.example")).collect();
    let long: Vec<_> = (0..20)
        .map(|n| format!("https://{}{n}.example", "a".repeat(80)))
        .collect();
    for (field, value, named, way_out) in [
        ("name", json!("字".repeat(41)), "name", "40"),
        ("name", json!("two\nlines"), "name", "one line"),
        ("name", json!("nul\0"), "name", "NUL"),
        ("name", json!(5), "name", "text"),
        ("color", json!("teal"), "color", "#rrggbb"),
        ("color", json!("#fff"), "color", "#rrggbb"),
        ("color", json!("#0f766e;x"), "color", "#rrggbb"),
        ("color", json!(0), "color", "#rrggbb"),
        (
            "avatar",
            json!("https://cdn.example/a.png"),
            "avatar",
            "upload",
        ),
        ("avatar", json!("/f/unknown"), "avatar", "upload"),
        ("greetingZh", json!("字".repeat(301)), "greetingZh", "300"),
        ("greetingEn", json!("bell\u{7}"), "greetingEn", "control"),
        ("language", json!("fr"), "language", "auto, zh or en"),
        ("language", json!(1), "language", "auto, zh or en"),
        ("sites", json!("https://a.example"), "sites", "list"),
        ("sites", json!(many), "sites", "50"),
        ("sites", json!(long), "sites", "1500"),
        (
            "sites",
            json!(["https://*.shop.example"]),
            "sites[0]",
            "in full",
        ),
        (
            "sites",
            json!(["https://a.example", "https://b.example/shop"]),
            "sites[1]",
            "write https://b.example",
        ),
        (
            "sites",
            json!(["www.shop.example"]),
            "sites[0]",
            "https://www.shop.com",
        ),
        ("sites", json!(["ftp://a.example"]), "sites[0]", "https://"),
        (
            "sites",
            json!(["https://a.example;script-src *"]),
            "sites[0]",
            "in full",
        ),
        (
            "sites",
            json!(["https://a.example; script-src"]),
            "sites[0]",
            "https://",
        ),
        (
            "sites",
            json!(["https://a.example,b"]),
            "sites[0]",
            "https://",
        ),
        (
            "sites",
            json!(["https://me@a.example"]),
            "sites[0]",
            "https://",
        ),
        (
            "sites",
            json!(["https://a.example:99999"]),
            "sites[0]",
            "https://",
        ),
        (
            "sites",
            json!(["https://a..example"]),
            "sites[0]",
            "https://",
        ),
        ("sites", json!(["https://"]), "sites[0]", "https://"),
        ("sites", json!(["https://图片.example"]), "sites[0]", "xn--"),
        ("sites", json!([7]), "sites[0]", "https://"),
        (
            "pictureSites",
            json!(["'self'"]),
            "pictureSites[0]",
            "https://",
        ),
        (
            "uploadBytesMax",
            json!(MB - 1),
            "uploadBytesMax",
            "1048576 to 10485760",
        ),
        (
            "uploadBytesMax",
            json!(10 * MB + 1),
            "uploadBytesMax",
            "1048576 to 10485760",
        ),
        (
            "uploadBytesMax",
            json!("much"),
            "uploadBytesMax",
            "1048576 to 10485760",
        ),
        ("uploadsPerHour", json!(0), "uploadsPerHour", "1 to 10000"),
        ("uploadsPerHour", json!(1.5), "uploadsPerHour", "1 to 10000"),
        ("filesMbMax", json!(-1), "filesMbMax", "1 to 1048576"),
    ] {
        let mut body = json!({ "name": "not kept", "greetingEn": "not kept" });
        body[field] = value;
        let said = change(&owner, &body).await.refused(400, 400);
        assert!(said.starts_with(&format!("{named}: ")), "{body}: {said}");
        assert!(said.contains(way_out), "{body}: {said}");
    }
    change(&owner, &json!([])).await.refused(400, 400);
    assert_eq!(details(&owner).await, before);
}

#[tokio::test]
async fn an_address_of_a_site_is_kept_as_browsers_write_it() {
    let server = Server::start();
    let owner = server.owner().await;
    let typed = json!([
        "HTTPS://WWW.Shop.Example/",
        " https://www.shop.example:443 ",
        "http://localhost:80",
        "http://127.0.0.1:08080",
        "https://a-b.shop.example:8443/",
    ]);
    changed(&owner, &json!({ "sites": typed, "pictureSites": typed })).await;
    let kept = json!([
        "https://www.shop.example",
        "http://localhost",
        "http://127.0.0.1:8080",
        "https://a-b.shop.example:8443",
    ]);
    let seen = details(&owner).await;
    assert_eq!(seen["sites"], kept);
    assert_eq!(seen["pictureSites"], kept);
    assert_eq!(seen["pictureOrigins"], kept);
    changed(&owner, &json!({ "color": "#0F766E" })).await;
    assert_eq!(details(&owner).await["color"], "#0f766e");
}

#[tokio::test]
async fn what_an_owner_chose_is_there_after_a_crash() {
    let mut server = Server::start();
    let owner = server.owner().await;
    changed(&owner, &chosen()).await;
    let (face, all) = (server.ask(FACE).await.data(), details(&owner).await);
    server.restart();
    assert_eq!(server.ask(FACE).await.data(), face);
    assert_eq!(details(&owner).await, all);
}

#[tokio::test]
async fn two_owners_who_change_different_things_at_once_keep_both() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = second_owner(&server, &owner).await;
    for round in 0..10 {
        let name = json!({ "name": format!("name {round}") });
        let greeting = json!({ "greetingEn": format!("hello {round}") });
        let (one, other) = futures_util::join!(change(&owner, &name), change(&lily, &greeting));
        assert_eq!((one.data(), other.data()), (json!(true), json!(true)));
        let seen = details(&owner).await;
        assert_eq!(seen["name"], name["name"]);
        assert_eq!(seen["greetingEn"], greeting["greetingEn"]);
    }
}

#[tokio::test]
async fn the_size_of_a_file_is_limited_at_once() {
    let server = Server::start();
    let owner = server.owner().await;
    let visitor = server.visitor().await;
    let large = vec![1; MB + 1];
    uploaded(upload(&visitor, "a.bin", &large)).await;
    changed(&owner, &json!({ "uploadBytesMax": MB })).await;
    let said = upload(&visitor, "a.bin", &large).await.refused(413, 413);
    assert!(said.contains("1048576"), "{said}");
    uploaded(upload(&visitor, "a.bin", &large[..MB])).await;
    assert_eq!(server.ask(FACE).await.data()["uploadBytesMax"], MB);
    changed(&owner, &json!({ "uploadBytesMax": null })).await;
    uploaded(upload(&visitor, "a.bin", &large)).await;
}

#[tokio::test]
async fn the_rate_of_uploads_is_limited_at_once() {
    let server = Server::start();
    let owner = server.owner().await;
    let visitor = server.visitor().await;
    let upload = || upload(&visitor, "a.txt", b"a");
    uploaded(upload()).await;
    changed(&owner, &json!({ "uploadsPerHour": 2 })).await;
    for _ in 0..2 {
        uploaded(upload()).await;
    }
    upload().await.too_many();
    // What else is changed gives nobody a new start.
    changed(&owner, &json!({ "name": "x" })).await;
    upload().await.too_many();
    changed(&owner, &json!({ "uploadsPerHour": 3 })).await;
    uploaded(upload()).await;
    // It is the customers' limit: the staff answer them.
    for _ in 0..4 {
        uploaded(admin_upload(&owner, "a.txt", b"a")).await;
    }
}

#[tokio::test]
async fn the_room_of_all_files_is_limited_at_once() {
    let server = Server::start();
    let owner = server.owner().await;
    let (visitor, _) = server.customer().await;
    uploaded(upload(&visitor, "a.bin", &vec![1; MB + 1])).await;
    changed(&owner, &json!({ "filesMbMax": 1 })).await;
    upload(&visitor, "b.bin", b"more").await.refused(507, 507);
    changed(&owner, &json!({ "filesMbMax": 2 })).await;
    uploaded(upload(&visitor, "b.bin", b"more")).await;
}

#[tokio::test]
async fn the_shop_has_a_picture_which_is_a_file_of_its_own() {
    let flags = ["--public-url", "https://chat.shop.example"];
    let mut server = Server::start_with(&flags);
    let owner = server.owner().await;
    let visitor = server.visitor().await;
    let png = written(&picture(900, 600), ImageFormat::Png);
    let customers = uploaded(upload(&visitor, "c.png", &png)).await;
    let refused = change(&owner, &json!({ "avatar": customers, "name": "x" })).await;
    assert!(refused.refused(400, 400).starts_with("avatar: "));
    let logo = uploaded(admin_upload(&owner, "logo.png", &png)).await;
    changed(&owner, &json!({ "avatar": logo })).await;
    // The whole form again, and something else alone.
    changed(&owner, &details(&owner).await).await;
    changed(&owner, &json!({ "name": "青瓷小铺" })).await;
    server.restart();
    let face = server.ask(FACE).await.data();
    assert_eq!(face["avatar"], json!(logo));
    assert!(logo.starts_with("https://chat.shop.example/f/"), "{logo}");
    assert_eq!(details(&owner).await["avatar"], json!(logo));
    let (_, path) = logo.split_at("https://chat.shop.example".len());
    let seen = format!("GET {path}");
    assert_eq!(server.ask(&seen).await.status, 200);
    // Nobody else may have the same: it goes when it is replaced.
    let wear = owner
        .ask("PUT system/user/profile/update")
        .json(&json!({ "avatar": logo }));
    wear.await.refused(400, 400);
    changed(&owner, &json!({ "avatar": null })).await;
    assert_eq!(server.ask(FACE).await.data()["avatar"], Value::Null);
    assert_eq!(server.ask(&seen).await.status, 404);
}
