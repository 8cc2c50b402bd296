//! The shop proves who a customer is: who he is then, and what is known of him.

use serde_json::{Value, json};

use crate::harness::{Server, Shop, Socket, Visitor, in_seconds, number};

/// Good claims, but for what is changed; null stays null.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({ "sub": "42", "exp": in_seconds(300) });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

#[tokio::test]
async fn a_member_the_shop_vouches_for_is_signed_in() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let proof = shop.prove(&claims(&json!({
        "name": "Mei", "avatar": "https://shop.example/mei.png", "email": "mei@shop.example",
        "phone": "13800000000", "level": "gold", "iat": in_seconds(0), "nbf": in_seconds(-5),
    })));
    let member = Visitor::from_sign_in(&server.door, &shop.showing(&proof).await.data());
    let own = member.profile().await;
    let expected = json!({
        "id": member.id, "nickname": "Mei", "avatar": "https://shop.example/mei.png",
        "mobile": "13800000000", "email": "mei@shop.example", "sex": null, "point": null,
        "experience": null, "level": { "id": null, "name": "gold", "level": null, "icon": null },
        "brokerageEnabled": null, "createTime": own["createTime"], "externalId": "42",
        "verified": true,
    });
    assert_eq!(own, expected);
    member.say("hello").await;
    let seen = admin.conversation(member.conversation_id().await).await;
    assert_eq!(seen["userNickname"], "Mei");
    assert_eq!(seen["userAvatar"], "https://shop.example/mei.png");
    assert_eq!(seen["verified"], true);
    let line = format!("GET member/user/get?id={}", member.id);
    let card = admin.ask(&line).await.data();
    for (field, value) in [
        ("id", json!(member.id)),
        ("nickname", json!("Mei")),
        ("mobile", json!("13800000000")),
        ("email", json!("mei@shop.example")),
        ("levelName", json!("gold")),
        ("externalId", json!("42")),
        ("verified", json!(true)),
        ("name", Value::Null),
        ("registerIp", Value::Null),
        ("birthday", Value::Null),
    ] {
        assert_eq!(card.get(field), Some(&value), "{field}");
    }
    assert!(number(&card, "createTime") > 0);
}

#[tokio::test]
async fn the_answer_is_that_of_every_sign_in() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let answer = shop.showing(&shop.proof("42")).await.data();
    assert_eq!(answer["accessToken"], answer["refreshToken"]);
    assert!(number(&answer, "expiresTime") > in_seconds(29 * 24 * 3600) * 1000);
    assert_eq!(answer.as_object().expect("an object").len(), 4);
}

#[tokio::test]
async fn the_same_member_comes_back_as_himself_and_with_a_token_of_its_own() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let first = shop.member("42").await;
    first.say("hello").await;
    let second = shop.member("42").await;
    assert_eq!(first.id, second.id);
    assert_ne!(first.token, second.token);
    assert_eq!(second.list("").await.len(), 1);
    first.say("both devices go on").await;
    assert_ne!(shop.member("43").await.id, first.id);
}

#[tokio::test]
async fn a_visitor_has_no_name_and_nobody_to_vouch_for_him() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let own = visitor.profile().await;
    assert_eq!(own["id"], visitor.id);
    assert_eq!(own["verified"], false);
    for field in [
        "nickname",
        "avatar",
        "mobile",
        "email",
        "level",
        "externalId",
    ] {
        assert_eq!(own.get(field), Some(&Value::Null), "{field}");
    }
    for query in ["?id=4711", "?id=", "", "?userId=1&pageNo="] {
        let line = format!("GET member/user/get{query}");
        assert_eq!(admin.ask(&line).await.data(), Value::Null, "{query}");
    }
    let own = visitor.ask("GET member/user/get?id=4711").await.data();
    assert_eq!(own["id"], visitor.id, "what he names is ignored");
}

#[tokio::test]
async fn without_a_key_the_answer_says_how_to_make_one() {
    let server = Server::start();
    let shop = Shop {
        door: server.door.clone(),
        key: "k".repeat(43),
    };
    let ask = shop
        .showing(&shop.proof("42"))
        .header("accept-language", "en");
    let why = ask.await.refused(403, 403);
    assert!(why.contains("kefu-server key rotate identity"), "{why}");
    let why = shop.showing("nonsense").await.refused(403, 403);
    assert!(why.contains("kefu-server key rotate identity"), "{why}");
}

#[tokio::test]
async fn a_new_name_is_told_to_the_staff_and_what_is_not_said_stays() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let named = |name: &str| shop.prove(&claims(&json!({ "name": name })));
    let member = Visitor::from_sign_in(&server.door, &shop.showing(&named("Mei")).await.data());
    member.say("hello").await;
    let (mut page, _) = admin.page_socket("").await;
    shop.showing(&named("Mei")).await.data();
    shop.member("42").await;
    shop.showing(&named("Lan")).await.data();
    let change = page.change().await;
    assert_eq!(change["kind"], "rename", "the first thing that changed");
    assert_eq!(change["conversation"]["userNickname"], "Lan");
    shop.member("42").await;
    assert_eq!(member.profile().await["nickname"], "Lan");
}

#[tokio::test]
async fn a_dead_token_counts_as_none_and_an_admins_is_refused() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let admin = server.owner().await;
    let (gone, _) = server.customer().await;
    gone.log_out().await;
    let member = gone.prove_to_be(&shop.proof("42")).await;
    assert_ne!(member.id, gone.id);
    assert_eq!(
        member.list("").await.len(),
        0,
        "nothing came with a dead token"
    );
    let reply = shop.showing(&shop.proof("42")).bearer(&admin.token).await;
    reply.refused(403, 403);
    admin.conversations().await;
}

#[tokio::test]
async fn who_proves_the_same_again_goes_on_with_his_token() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let member = shop.member("42").await;
    let (mut socket, _) = member.page_socket("").await;
    let again = member.prove_to_be(&shop.proof("42")).await;
    assert_eq!(again.token, member.token);
    let id = again.say("the other tab hears it").await;
    assert_eq!(number(&socket.message().await, "id"), id);
    assert_eq!(server.count("session"), 1);
}

#[tokio::test]
async fn proofs_are_limited_by_address() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let asks = (0..200).map(|_| shop.showing("nonsense").into_future());
    let replies = futures_util::future::join_all(asks).await;
    let limited: Vec<_> = replies.iter().filter(|reply| reply.status == 429).collect();
    assert!(!limited.is_empty(), "a flood is stopped");
    assert!(
        limited.len() <= 80,
        "and a hundred pages of an office are not"
    );
    limited[0].too_many();
    let elsewhere = shop
        .showing(&shop.proof("42"))
        .header("x-forwarded-for", "203.0.113.7");
    elsewhere.await.data();
}

#[tokio::test]
async fn a_visitor_cannot_claim_to_be_somebody_without_a_proof() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let claim = json!({
        "externalId": "42", "external_id": "42", "sub": "42", "userId": 1, "email": "mei@shop.example",
        "nickname": "Mei", "verified": true,
    });
    let arrival = server.ask("POST /app-api/member/auth/visitor").json(&claim);
    let thief = Visitor::from_sign_in(&server.door, &arrival.await.data());
    let mut body = crate::harness::text("I am Mei");
    for (name, value) in claim.as_object().expect("an object") {
        body[name] = value.clone();
    }
    thief.send(&body).await.data();
    let own = thief.profile().await;
    assert_eq!(
        (&own["verified"], &own["externalId"], &own["email"]),
        (&json!(false), &Value::Null, &Value::Null)
    );
    let mei = shop.member("42").await;
    assert_ne!(mei.id, thief.id);
    assert_eq!(
        mei.conversation().await,
        Value::Null,
        "nothing was put into her conversation"
    );
    mei.say("a secret").await;
    assert_eq!(thief.list("").await.len(), 1);
    thief.show(&mei.token).await.refused(401, 401);
    assert!(
        Socket::try_open(&server.door, &format!("token={}", shop.proof("42")), "")
            .await
            .is_err()
    );
}
