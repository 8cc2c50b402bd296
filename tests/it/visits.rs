//! What the staff see of a customer beside his words: where he is in the shop, when he was there last, and what they note
//! about him.

use serde_json::{Value, json};

use crate::harness::{Admin, Reply, Server, Shop, Visitor, now_ms, number, product};

async fn tell(visitor: &Visitor, page: &Value) -> Reply {
    visitor
        .ask("PUT member/visit/update")
        .header("user-agent", "Mozilla/5.0 (test)")
        .json(page)
        .await
}

async fn told(visitor: &Visitor, page: &Value) {
    assert_eq!(tell(visitor, page).await.data(), true, "{page}");
}

async fn seen(admin: &Admin, member: i64) -> Value {
    let line = format!("GET member/user/get?id={member}");
    admin.ask(&line).await.data()
}

async fn note(admin: &Admin, body: &Value) -> Reply {
    admin.ask("PUT member/user/update").json(body).await
}

async fn noted(admin: &Admin, member: i64, mark: &str) {
    let body = json!({ "id": member, "mark": mark });
    assert_eq!(note(admin, &body).await.data(), true);
}

fn page(url: &str) -> Value {
    json!({ "pageUrl": url, "pageTitle": "青瓷茶杯" })
}

#[tokio::test]
async fn the_staff_see_where_a_member_is() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    assert_eq!(seen(&admin, visitor.id).await["visit"], Value::Null);
    assert_eq!(seen(&admin, visitor.id).await["loginDate"], Value::Null);
    let before = now_ms();
    let whole = json!({
        "pageUrl": "https://shop.example/goods/7?color=blue", "pageTitle": "青瓷茶杯",
        "referrer": "https://www.search.example/", "language": "zh-CN",
        "product": { "spuName": "青瓷茶杯", "price": 1990, "url": "https://evil.example/" },
    });
    told(&visitor, &whole).await;
    let card = seen(&admin, visitor.id).await;
    let mut visit = card["visit"].clone();
    assert!(number(&visit, "updateTime") >= before);
    visit["updateTime"] = Value::Null;
    let expected = json!({
        "pageUrl": whole["pageUrl"], "pageTitle": "青瓷茶杯", "referrer": whole["referrer"],
        "browser": "Mozilla/5.0 (test)", "language": "zh-CN", "updateTime": null,
        "card": {
            "spuId": null, "spuName": "青瓷茶杯", "picUrl": null, "price": 1990, "salesCount": null,
            "stock": null, "url": null, "givenByCustomer": true,
        },
    });
    assert_eq!(visit, expected);
    assert!(number(&card, "loginDate") >= before);
    let own = visitor.ask("GET member/user/get").await.data();
    assert_eq!(own.get("visit"), None, "that is for the staff");
    assert_eq!(server.count("browse_history"), 0, "it has no id");
}

#[tokio::test]
async fn a_product_on_the_page_is_looked_at_and_in_the_catalogs_words() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut dear = product(600);
    dear["price"] = json!(1);
    told(&visitor, &json!({ "product": dear })).await;
    let card = seen(&admin, visitor.id).await["visit"]["card"].clone();
    assert_eq!(
        (&card["price"], &card["givenByCustomer"]),
        (&json!(1), &json!(true))
    );
    let looked_at = visitor.ask("GET product/browse-history/page").await.data();
    assert_eq!(looked_at["list"][0]["spuId"], 600);
    server.backend().tell("product", &product(600)).await;
    let card = seen(&admin, visitor.id).await["visit"]["card"].clone();
    assert_eq!(card, product(600), "what the shop says since then");
    told(&visitor, &json!({ "product": { "spuId": 600 } })).await;
    told(&visitor, &json!({ "pageTitle": "away" })).await;
    assert_eq!(seen(&admin, visitor.id).await["visit"]["card"], Value::Null);
}

#[tokio::test]
async fn a_product_that_is_none_is_refused_by_name() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    for (product, field) in [
        (json!({}), "product.spuName"),
        (json!("cup"), "product"),
        (json!({ "spuId": 1 }), "product.spuName"),
        (json!({ "spuName": "cup", "price": -1 }), "product.price"),
        (
            json!({ "spuName": "cup", "picUrl": "javascript:alert(1)" }),
            "product.picUrl",
        ),
        (json!({ "spuName": "长".repeat(256) }), "product.spuName"),
    ] {
        let msg = tell(&visitor, &json!({ "product": product }))
            .await
            .refused(400, 400);
        assert!(msg.contains(field), "{product}: {msg}");
    }
    let msg = tell(&visitor, &json!({ "pageTitle": 7 }))
        .await
        .refused(400, 400);
    assert!(msg.contains("pageTitle"), "{msg}");
    tell(&visitor, &json!([])).await.refused(400, 400);
    assert_eq!(server.count("visit"), 0);
}

#[tokio::test]
async fn what_is_too_long_is_cut_between_letters() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let long = format!("https://shop.example/{}", "杯".repeat(3_000));
    let page = json!({
        "pageUrl": long, "pageTitle": "😀".repeat(300), "referrer": format!("http://a.example/{}", "b".repeat(3_000)),
        "language": "z".repeat(90),
    });
    told(&visitor, &page).await;
    let visit = seen(&admin, visitor.id).await["visit"].clone();
    let letters = |field: &str| visit[field].as_str().expect("a text").chars().count();
    assert_eq!(letters("pageUrl"), 2_048);
    assert_eq!(visit["pageTitle"], "😀".repeat(255));
    assert_eq!((letters("referrer"), letters("language")), (2_048, 35));
    told(&visitor, &json!({ "pageTitle": " a\u{0}b\nc " })).await;
    assert_eq!(
        seen(&admin, visitor.id).await["visit"]["pageTitle"],
        "a b c"
    );
    let reply = visitor
        .ask("PUT member/visit/update")
        .header("user-agent", &"x".repeat(900))
        .json(&json!({}))
        .await;
    reply.data();
    let visit = seen(&admin, visitor.id).await["visit"].clone();
    assert_eq!(visit["browser"], "x".repeat(512));
}

#[tokio::test]
async fn an_address_is_kept_without_its_secrets_or_not_at_all() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    for (told_url, kept) in [
        (
            "HTTPS://a:b@shop.example/x?y=1#token=2",
            json!("https://shop.example/x?y=1"),
        ),
        (
            "http://me@you@shop.example:8080",
            json!("http://shop.example:8080"),
        ),
        (
            "https://shop.example?a@b",
            json!("https://shop.example?a@b"),
        ),
        ("https://shop.example/#", json!("https://shop.example/")),
        ("javascript:alert(1)", Value::Null),
        ("data:text/html,<script>", Value::Null),
        ("file:///etc/passwd", Value::Null),
        ("ftp://shop.example/", Value::Null),
        ("//shop.example/", Value::Null),
        ("https://", Value::Null),
        ("https://shop.example\\@evil.example/", Value::Null),
        ("https://shop.example/a b", Value::Null),
        ("about:blank", Value::Null),
        ("'); DROP TABLE visit; --", Value::Null),
    ] {
        told(
            &visitor,
            &json!({ "pageUrl": told_url, "pageTitle": told_url }),
        )
        .await;
        let visit = seen(&admin, visitor.id).await["visit"].clone();
        assert_eq!(visit["pageUrl"], kept, "{told_url}");
        assert_eq!(visit["pageTitle"], told_url);
    }
}

#[tokio::test]
async fn where_he_came_from_stays_while_he_walks_through_the_shop() {
    let mut server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut first = page("https://shop.example/");
    first["referrer"] = json!("https://www.search.example/");
    told(&visitor, &first).await;
    let mut second = page("https://shop.example/goods/1");
    second["referrer"] = json!("https://SHOP.example/");
    told(&visitor, &second).await;
    let visit = seen(&admin, visitor.id).await["visit"].clone();
    assert_eq!(visit["pageUrl"], "https://shop.example/goods/1");
    assert_eq!(visit["referrer"], "https://www.search.example/");
    server
        .edit(|file| {
            let hours = "UPDATE visit SET update_time = update_time - 2 * 3600 * 1000";
            file.execute(hours, []).expect("a visit");
        })
        .await;
    told(&visitor, &second).await;
    let visit = seen(&admin, visitor.id).await["visit"].clone();
    assert_eq!(visit["referrer"], Value::Null, "another day");
}

#[tokio::test]
async fn the_same_page_again_writes_nothing_and_tells_nobody() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (mut socket, _) = admin.page_socket("").await;
    let mut original = admin.socket().await;
    let mut own = visitor.socket().await;
    let (mut own_page, _) = visitor.page_socket("").await;
    let mut first = page("https://shop.example/goods/600");
    first["product"] = product(600);
    for _ in 0..3 {
        told(&visitor, &first).await;
    }
    let update_time = seen(&admin, visitor.id).await["visit"]["updateTime"].clone();
    let change = socket.expect("kefu_member_change").await;
    assert_eq!(change, json!({ "userId": visitor.id, "kind": "visit" }));
    socket.ping().await;
    assert_eq!(socket.kept(), [], "once");
    told(&visitor, &first).await;
    let again = seen(&admin, visitor.id).await;
    assert_eq!(again["visit"]["updateTime"], update_time);
    let looked_at = visitor.ask("GET product/browse-history/page").await.data();
    assert_eq!(looked_at["total"], 1);
    told(&visitor, &page("https://shop.example/")).await;
    assert_eq!(socket.expect("kefu_member_change").await, change);
    for others in [&mut original, &mut own, &mut own_page] {
        others.ping().await;
        assert_eq!(others.kept(), [], "only the staff's own pages know it");
    }
}

#[tokio::test]
async fn nobody_hears_of_a_visitor_who_has_never_written() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let (mut socket, _) = admin.page_socket("").await;
    told(&visitor, &page("https://shop.example/")).await;
    noted(&admin, visitor.id, "asks much").await;
    socket.ping().await;
    assert_eq!(socket.kept(), []);
    assert_eq!(seen(&admin, visitor.id).await["mark"], "asks much");
}

#[tokio::test]
async fn who_has_a_page_open_is_there_and_who_left_was_there_then() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let before = now_ms();
    let (mut socket, _) = visitor.page_socket("").await;
    socket.ping().await;
    let here = number(&seen(&admin, visitor.id).await, "loginDate");
    assert!(here >= before);
    let again = number(&seen(&admin, visitor.id).await, "loginDate");
    assert!(again >= here, "he is still there");
    visitor.log_out().await;
    socket.end().await;
    server.stop().await;
    server.start_again();
    let left = number(&seen(&admin, visitor.id).await, "loginDate");
    assert!((here..=now_ms()).contains(&left), "kept through a restart");
    assert_eq!(number(&seen(&admin, visitor.id).await, "loginDate"), left);
}

#[tokio::test]
async fn whoever_writes_is_seen() {
    let server = Server::start();
    let admin = server.owner().await;
    let before = now_ms();
    let (visitor, _) = server.customer().await;
    let at = number(&seen(&admin, visitor.id).await, "loginDate");
    assert!((before..=now_ms()).contains(&at));
    let (other, _) = server.customer().await;
    assert!(number(&seen(&admin, other.id).await, "loginDate") >= at);
}

#[tokio::test]
async fn pages_that_tell_too_much_are_slowed_down() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let mut slowed = false;
    for number in 0..150 {
        let reply = tell(&visitor, &page(&format!("https://shop.example/{number}"))).await;
        slowed |= reply.status == 429;
    }
    assert!(slowed);
}

#[tokio::test]
async fn the_staff_are_not_flooded_by_who_turns_pages_too_fast() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let mut desk = admin.page_socket("").await.0;
    for number in 0..90 {
        told(&visitor, &page(&format!("https://shop.example/{number}"))).await;
    }
    visitor.say("here I am").await;
    let mut heard = 0;
    while desk.next().await.kind == "kefu_member_change" {
        heard += 1;
    }
    assert!((30..80).contains(&heard), "{heard}");
    // What is stored is the newest all the same.
    let visit = seen(&admin, visitor.id).await["visit"].clone();
    assert_eq!(visit["pageUrl"], "https://shop.example/89");
}

#[tokio::test]
async fn what_the_staff_note_about_a_member_is_theirs_alone() {
    let server = Server::start();
    let admin = server.owner().await;
    let agent = server.admin("lily").await;
    let (visitor, _) = server.customer().await;
    let (mut socket, _) = agent.page_socket("").await;
    let mut original = agent.socket().await;
    noted(&admin, visitor.id, "  喜欢青瓷\nVIP  ").await;
    let change = socket.expect("kefu_member_change").await;
    assert_eq!(change, json!({ "userId": visitor.id, "kind": "mark" }));
    assert_eq!(seen(&agent, visitor.id).await["mark"], "喜欢青瓷\nVIP");
    let own = visitor.ask("GET member/user/get").await;
    assert!(!own.text().contains("喜欢"), "{}", own.text());
    noted(&agent, visitor.id, "喜欢青瓷\nVIP").await;
    assert_eq!(
        note(&agent, &json!({ "id": visitor.id })).await.data(),
        true
    );
    assert_eq!(
        seen(&agent, visitor.id).await["mark"],
        "喜欢青瓷\nVIP",
        "not named, not changed"
    );
    let nothing = json!({ "id": visitor.id, "mark": null });
    assert_eq!(note(&agent, &nothing).await.data(), true);
    assert_eq!(seen(&agent, visitor.id).await["mark"], Value::Null);
    assert_eq!(socket.expect("kefu_member_change").await, change);
    socket.ping().await;
    original.ping().await;
    assert_eq!((socket.kept(), original.kept()), (vec![], vec![]));
}

#[tokio::test]
async fn a_note_is_not_written_over_one_that_its_writer_has_not_seen() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let over = |was: Value, mark: &str| json!({ "id": visitor.id, "was": was, "mark": mark });
    assert_eq!(note(&admin, &over(Value::Null, "first")).await.data(), true);
    for was in [Value::Null, json!("something else")] {
        let msg = note(&admin, &over(was, "second")).await.refused(409, 409);
        assert!(msg.contains("同事"), "{msg}");
    }
    assert_eq!(seen(&admin, visitor.id).await["mark"], "first");
    // A retry of what was stored is no conflict.
    assert_eq!(note(&admin, &over(Value::Null, "first")).await.data(), true);
    assert_eq!(
        note(&admin, &over(json!(" first "), "second")).await.data(),
        true
    );
    assert_eq!(seen(&admin, visitor.id).await["mark"], "second");
}

#[tokio::test]
async fn a_note_has_a_limit_and_a_member() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    noted(&admin, visitor.id, &"好".repeat(1_000)).await;
    for (body, status, word) in [
        (
            json!({ "id": visitor.id, "mark": "好".repeat(1_001) }),
            400,
            "mark",
        ),
        (json!({ "id": visitor.id, "mark": "a\u{0}b" }), 400, "mark"),
        (json!({ "id": visitor.id, "mark": 7 }), 400, "mark"),
        (json!({ "mark": "whose?" }), 400, "id"),
        (json!({ "id": "x", "mark": "" }), 400, "id"),
        (json!({ "id": 4711, "mark": "nobody's" }), 404, "会员"),
    ] {
        let msg = note(&admin, &body).await.refused(status, i64::from(status));
        assert!(msg.contains(word), "{body}: {msg}");
    }
    assert_eq!(seen(&admin, visitor.id).await["mark"], "好".repeat(1_000));
}

#[tokio::test]
async fn a_visitor_who_proves_to_be_a_member_takes_visit_and_note_along() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let member = shop.member("42").await;
    member.say("hello").await;
    told(&member, &page("https://shop.example/old")).await;
    noted(&admin, member.id, "knows tea").await;
    let (visitor, _) = server.customer().await;
    told(&visitor, &page("https://shop.example/new")).await;
    noted(&admin, visitor.id, "asks about cups").await;
    let (mut socket, _) = admin.page_socket("").await;
    visitor.prove_to_be(&shop.proof("42")).await;
    assert_eq!(socket.change().await["kind"], "merge");
    let change = socket.expect("kefu_member_change").await;
    assert_eq!(change["userId"], member.id);
    let card = seen(&admin, member.id).await;
    assert_eq!(card["mark"], "knows tea\nasks about cups");
    assert_eq!(card["visit"]["pageUrl"], "https://shop.example/new");
    assert_eq!(seen(&admin, visitor.id).await, Value::Null);
    assert_eq!(server.count("visit"), 1, "nothing of the visitor is left");
}

#[tokio::test]
async fn of_two_visits_the_newer_stays_and_two_long_notes_are_cut() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    told(&visitor, &page("https://shop.example/old")).await;
    noted(&admin, visitor.id, &"二".repeat(600)).await;
    let member = shop.member("42").await;
    told(&member, &page("https://shop.example/new")).await;
    noted(&admin, member.id, &"一".repeat(600)).await;
    visitor.prove_to_be(&shop.proof("42")).await;
    let card = seen(&admin, member.id).await;
    assert_eq!(card["visit"]["pageUrl"], "https://shop.example/new");
    let expected = format!("{}\n{}", "一".repeat(600), "二".repeat(399));
    assert_eq!(card["mark"], expected);
    assert_eq!(server.count("visit"), 1);
    assert_eq!(server.count("member"), 1);
}
