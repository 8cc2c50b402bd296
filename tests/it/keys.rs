//! The shop's keys on the admin page: made by an owner who says his password again, shown once, and a box that says what is
//! wrong with a proof.

use serde_json::{Value, json};

use crate::harness::{
    Admin, Backend, PASSWORD, Reply, Server, Shop, in_seconds, kefu, product, until_slowed_down,
};

async fn rotate(owner: &Admin, kind: &str, password: &str) -> Reply {
    owner
        .ask("POST infra/kefu-key/rotate")
        .header("accept-language", "en")
        .json(&json!({ "kind": kind, "password": password }))
        .await
}

async fn made(owner: &Admin, kind: &str) -> String {
    let data = rotate(owner, kind, PASSWORD).await.data();
    data["key"].as_str().expect("a key").to_owned()
}

async fn test(owner: &Admin, token: &str, language: &str) -> Value {
    owner
        .ask("POST infra/kefu-key/test-proof")
        .header("accept-language", language)
        .json(&json!({ "token": token }))
        .await
        .data()
}

#[tokio::test]
async fn a_key_is_shown_once_and_works() {
    let server = Server::start();
    let owner = server.owner().await;
    let list = "GET infra/kefu-key/list";
    assert_eq!(
        owner.ask(list).await.data(),
        json!({ "identity": [], "api": [] })
    );
    let api = made(&owner, "api").await;
    let backend = Backend {
        door: server.door.clone(),
        key: api.clone(),
    };
    backend.tell("product", &product(600)).await;
    let identity = made(&owner, "identity").await;
    let shop = Shop {
        door: server.door.clone(),
        key: identity.clone(),
    };
    shop.member("42").await;
    let reply = owner.ask(list).await;
    for secret in [&api, &identity] {
        assert!(!reply.text().contains(secret.as_str()));
    }
    let listed = reply.data();
    for kind in ["identity", "api"] {
        let keys = listed[kind].as_array().expect("a list");
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].as_object().expect("a key").len(), 3);
        assert_eq!(keys[0]["goodUntil"], Value::Null);
        assert!(keys[0]["createTime"].is_i64() && keys[0]["id"].is_i64());
    }
    assert!(!server.log().contains(&api), "the key is in the log");
}

async fn told(server: &Server, key: &str) -> u16 {
    let backend = Backend {
        door: server.door.clone(),
        key: key.to_owned(),
    };
    let ask = backend.ask("POST product/create").json(&product(600));
    ask.await.status
}

#[tokio::test]
async fn a_key_pressed_for_twice_does_not_end_the_one_in_use() {
    let mut server = Server::start();
    let owner = server.owner().await;
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(made(&owner, "api").await);
    }
    for key in &keys {
        assert_eq!(told(&server, key).await, 200);
    }
    let listed = owner.ask("GET infra/kefu-key/list").await.data();
    let listed = listed["api"].as_array().expect("a list").clone();
    assert_eq!(listed.len(), 3);
    assert!(
        listed[0]["id"].as_i64() > listed[1]["id"].as_i64(),
        "newest first"
    );
    assert_eq!(listed[1]["goodUntil"], Value::Null);
    let newest = listed[0]["createTime"].as_i64().expect("a time");
    assert_eq!(listed[2]["goodUntil"], newest + 86_400_000);
    let shown = kefu(server.folder(), &["--db", "shop.db", "key", "show"], "");
    assert_eq!(shown.out().matches("good until").count(), 1, "{shown:?}");
    // A day later the two newest are good.
    server
        .edit(|file| {
            let older = "UPDATE shop_key SET create_time = create_time - 24 * 60 * 60 * 1000";
            file.execute(older, []).expect("an older time");
        })
        .await;
    assert_eq!(told(&server, &keys[0]).await, 401);
    assert_eq!(told(&server, &keys[1]).await, 200);
    assert_eq!(told(&server, &keys[2]).await, 200);
}

#[tokio::test]
async fn four_new_keys_end_what_was_there() {
    let server = Server::start();
    let owner = server.owner().await;
    let leaked = made(&owner, "api").await;
    for _ in 0..3 {
        made(&owner, "api").await;
    }
    assert_eq!(told(&server, &leaked).await, 200);
    made(&owner, "api").await;
    assert_eq!(told(&server, &leaked).await, 401);
    assert_eq!(server.count("shop_key"), 4);
}

#[tokio::test]
async fn nobody_makes_a_key_by_guessing_the_owners_password() {
    let server = Server::start();
    let owner = server.owner().await;
    for (kind, password, field) in [
        ("secret", PASSWORD, "kind"),
        ("", PASSWORD, "kind"),
        ("api", "", "password"),
    ] {
        let msg = rotate(&owner, kind, password).await.refused(400, 400);
        assert!(msg.starts_with(field), "{msg}");
    }
    let reply = rotate(&owner, "api", "not the password").await;
    assert!(reply.refused(400, 400).starts_with("password"));
    until_slowed_down(|| rotate(&owner, "api", "not the password")).await;
    rotate(&owner, "api", PASSWORD).await.too_many();
    assert_eq!(server.count("shop_key"), 0);
}

#[tokio::test]
async fn a_good_proof_is_good_and_signs_nobody_in() {
    let server = Server::start();
    let owner = server.owner().await;
    let shop = Shop::open(&server);
    for token in [shop.proof("42"), format!("  {}\n", shop.proof("42"))] {
        let tested = test(&owner, &token, "en").await;
        assert_eq!(tested, json!({ "ok": true, "sub": "42", "problem": null }));
    }
    assert_eq!(server.count("member"), 0);
    let reply = owner
        .ask("POST infra/kefu-key/test-proof")
        .json(&json!({}))
        .await;
    reply.refused(400, 400);
}

#[tokio::test]
async fn what_is_wrong_with_a_proof_is_said_in_both_languages() {
    let server = Server::start_with(&["--no-limits", "--identity-audience", "kefu"]);
    let owner = server.owner().await;
    let missing = test(&owner, "a.b.c", "en").await;
    let problem = missing["problem"].as_str().expect("a problem");
    assert!(problem.contains("no identity key"), "{problem}");
    let shop = Shop::open(&server);
    let stranger = Shop {
        door: server.door.clone(),
        key: "k".repeat(43),
    };
    let with = |changes: Value| {
        let mut claims = json!({ "sub": "42", "aud": "kefu", "exp": in_seconds(300) });
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        claims
    };
    let good = with(json!({}));
    let proving = |changes: Value| shop.prove(&with(changes));
    let no_sub = json!({ "aud": "kefu", "exp": in_seconds(300) });
    let no_exp = json!({ "aud": "kefu", "sub": "42" });
    let no_aud = json!({ "sub": "42", "exp": in_seconds(300) });
    let other = r#"{"alg":"HS512","typ":"JWT"}"#;
    let none = r#"{"alg":"none"}"#;
    let cases = [
        (
            proving(json!({ "exp": in_seconds(-120) })),
            "expired",
            "过期",
        ),
        (
            proving(json!({ "exp": in_seconds(3600) })),
            "too long",
            "有效期过长",
        ),
        (
            proving(json!({ "exp": in_seconds(300) * 1000 })),
            "milliseconds",
            "毫秒",
        ),
        (proving(json!({ "exp": "soon" })), "exp", "exp"),
        (
            proving(json!({ "nbf": in_seconds(600) })),
            "not valid yet",
            "尚未生效",
        ),
        (proving(json!({ "iat": in_seconds(600) })), "iat", "iat"),
        (
            proving(json!({ "aud": "other" })),
            "aud: must be kefu",
            "aud 须为 kefu",
        ),
        (proving(json!({ "sub": "" })), "sub", "sub"),
        (proving(json!({ "email": "nobody" })), "email", "email"),
        (shop.prove(&no_sub), "sub: missing", "sub 缺失"),
        (shop.prove(&no_exp), "exp: missing", "exp 缺失"),
        (shop.prove(&no_aud), "aud: missing", "aud 缺失"),
        (stranger.prove(&good), "signature", "签名"),
        (shop.sign(other, &good.to_string()), "HS256", "HS256"),
        (shop.sign(none, &good.to_string()), "HS256", "HS256"),
        (
            shop.sign("not json", &good.to_string()),
            "not a JWT",
            "不是",
        ),
        ("not a jwt".to_owned(), "three parts", "三段"),
        ("x".repeat(9_000), "8 KB", "8 KB"),
    ];
    for (token, en, zh) in cases {
        for (language, words) in [("en", en), ("zh-CN", zh)] {
            let tested = test(&owner, &token, language).await;
            assert_eq!(tested["ok"], false, "{en}");
            assert_eq!(tested["sub"], Value::Null, "{en}");
            let problem = tested["problem"].as_str().expect("a problem");
            assert!(problem.contains(words), "{words}: {problem}");
        }
    }
}
