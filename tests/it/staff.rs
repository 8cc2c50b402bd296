//! The shop's staff: who manages whom, and what becomes of their sessions.

use serde_json::{Value, json};

use crate::harness::{Admin, PASSWORD, PATIENCE, Server, number, text};

/// What an owner may do and an agent may not, each with a body that an owner would be taken at.
fn owners_alone(agent: i64) -> Vec<(&'static str, Value)> {
    vec![
        ("GET system/user/page", Value::Null),
        (
            "POST system/user/create",
            json!({ "username": "mallory", "password": PASSWORD, "role": "owner", "ownPassword": PASSWORD }),
        ),
        (
            "PUT system/user/update",
            json!({ "id": agent, "role": "owner", "ownPassword": PASSWORD }),
        ),
        (
            "PUT system/user/update-password",
            json!({ "id": 1, "password": "another password", "ownPassword": PASSWORD }),
        ),
        (
            "PUT system/user/update-status",
            json!({ "id": 1, "status": 1 }),
        ),
        ("GET infra/kefu-key/list", Value::Null),
        (
            "POST infra/kefu-key/rotate",
            json!({ "kind": "api", "password": PASSWORD }),
        ),
        (
            "POST infra/kefu-key/test-proof",
            json!({ "token": "a.b.c" }),
        ),
    ]
}

async fn page(owner: &Admin) -> Vec<Value> {
    let page = owner.ask("GET system/user/page?pageSize=100").await.data();
    let list = page["list"].as_array().expect("a list").clone();
    assert_eq!(number(&page, "total"), list.len() as i64);
    list
}

async fn account(owner: &Admin, username: &str) -> Value {
    let list = page(owner).await;
    let found = list.into_iter().find(|one| one["username"] == username);
    found.expect("one of the staff")
}

/// Asks something of the owner's, in English.
async fn ask(owner: &Admin, line: &str, body: &Value) -> crate::harness::Reply {
    owner
        .ask(line)
        .header("accept-language", "en")
        .json(body)
        .await
}

#[tokio::test]
async fn an_agent_manages_nobody_and_no_keys() {
    let server = Server::start_with(&["--no-limits"]);
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let staff = |list: Vec<Value>| -> Vec<(Value, Value, Value)> {
        let what = |one: Value| {
            (
                one["username"].clone(),
                one["role"].clone(),
                one["status"].clone(),
            )
        };
        list.into_iter().map(what).collect()
    };
    let before = staff(page(&owner).await);
    for (line, body) in owners_alone(lily.id) {
        let ask = if body.is_null() {
            lily.ask(line)
        } else {
            lily.ask(line).json(&body)
        };
        let msg = ask.await.refused(403, 403);
        assert!(msg.contains("店主"), "{line}: {msg}");
    }
    assert_eq!(staff(page(&owner).await), before);
    assert_eq!(server.count("shop_key"), 0);
    Admin::sign_in(&server.door, "owner").await;
}

#[tokio::test]
async fn everybody_sees_himself_and_who_else_there_is() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let faces = lily.ask("GET system/user/simple-list").await.data();
    let expected = json!([
        { "id": owner.id, "nickname": "Boss", "avatar": null },
        { "id": lily.id, "nickname": "lily", "avatar": null },
    ]);
    assert_eq!(faces, expected);
    let own = lily.ask("GET system/user/profile/get").await.data();
    assert!(number(&own, "loginDate") >= number(&own, "createTime"));
    let expected = json!({
        "id": lily.id, "username": "lily", "nickname": "lily", "avatar": null, "status": 0,
        "role": "agent", "roles": ["agent"], "createTime": own["createTime"],
        "loginDate": own["loginDate"],
    });
    assert_eq!(own, expected);
    assert_eq!(account(&owner, "lily").await, own);
    let first = owner
        .ask("GET system/user/page?pageNo=2&pageSize=1")
        .await
        .data();
    assert_eq!(first["total"], 2);
    assert_eq!(first["list"][0]["username"], "lily");
}

#[tokio::test]
async fn an_owner_adds_an_admin_who_signs_in() {
    let server = Server::start();
    let owner = server.owner().await;
    let line = "POST system/user/create";
    let body = json!({ "username": "lily", "password": PASSWORD, "nickname": "丽丽" });
    let id = ask(&owner, line, &body).await.data();
    let never_seen = account(&owner, "lily").await;
    assert_eq!(never_seen["id"], id);
    assert_eq!(never_seen["role"], "agent");
    assert_eq!(never_seen["loginDate"], Value::Null);
    let lily = Admin::sign_in(&server.door, "lily").await;
    let info = lily.ask("GET system/auth/get-permission-info").await.data();
    assert_eq!(info["roles"], json!(["agent"]));
    assert_eq!(info["user"]["nickname"], "丽丽");
    let body = json!({
        "username": "anna", "password": PASSWORD, "role": "owner", "ownPassword": PASSWORD,
    });
    ask(&owner, line, &body).await.data();
    let anna = Admin::sign_in(&server.door, "anna").await;
    let info = anna.ask("GET system/auth/get-permission-info").await.data();
    assert_eq!(info["roles"], json!(["owner"]));
    page(&anna).await;
}

#[tokio::test]
async fn an_admin_who_cannot_be_is_not_added_and_the_field_is_named() {
    let server = Server::start_with(&["--no-limits"]);
    let owner = server.owner().await;
    let rows = [
        (json!({ "username": "OWNER" }), "username"),
        (json!({ "username": "x" }), "username"),
        (json!({ "username": null }), "username"),
        (json!({ "username": "has space" }), "username"),
        (json!({ "password": null }), "password"),
        (json!({ "password": "short" }), "password"),
        (json!({ "password": "p".repeat(129) }), "password"),
        (json!({ "nickname": "n".repeat(31) }), "nickname"),
        (json!({ "nickname": "a\u{7}b" }), "nickname"),
        (json!({ "role": "boss" }), "role"),
        (
            json!({ "avatar": "https://elsewhere.example/a.png" }),
            "avatar",
        ),
    ];
    for (changes, field) in rows {
        let mut body = json!({ "username": "lily", "password": PASSWORD });
        for (name, value) in changes.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let reply = ask(&owner, "POST system/user/create", &body).await;
        let msg = reply.refused(400, 400);
        assert!(msg.starts_with(field), "{changes}: {msg}");
    }
    assert_eq!(server.count("admin"), 1);
}

#[tokio::test]
async fn a_new_nickname_is_seen_with_every_message() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let (visitor, conversation) = server.customer().await;
    let mut socket = visitor.socket().await;
    lily.say(conversation, "hi").await;
    assert_eq!(socket.message().await["senderNickname"], "lily");
    let body = json!({ "id": lily.id, "nickname": " 丽丽 " });
    let reply = ask(&owner, "PUT system/user/update", &body).await;
    assert_eq!(reply.data(), true);
    assert_eq!(account(&owner, "lily").await["role"], "agent", "it stays");
    assert_eq!(visitor.list("").await[0]["senderNickname"], "丽丽");
    assert_eq!(visitor.list("").await[1]["senderNickname"], Value::Null);
    lily.say(conversation, "it is me").await;
    assert_eq!(socket.message().await["senderNickname"], "丽丽");
    let body = json!({ "nickname": "Lily" });
    ask(&lily, "PUT system/user/profile/update", &body)
        .await
        .data();
    assert_eq!(owner.page("").await["list"][0]["senderNickname"], "Lily");
    let body = json!({ "nickname": "  " });
    let reply = ask(&lily, "PUT system/user/profile/update", &body).await;
    assert!(reply.refused(400, 400).starts_with("nickname"));
}

#[tokio::test]
async fn the_last_enabled_owner_stays_one() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let update = "PUT system/user/update";
    let demote = json!({ "id": owner.id, "role": "agent" });
    let msg = ask(&owner, update, &demote).await.refused(400, 400);
    assert!(
        msg.starts_with("role: owner is the only enabled owner"),
        "{msg}"
    );
    let promote = json!({ "id": lily.id, "role": "owner", "ownPassword": PASSWORD });
    ask(&owner, update, &promote).await.data();
    page(&lily).await;
    // A disabled owner is no help to the shop.
    let status = "PUT system/user/update-status";
    let off = json!({ "id": lily.id, "status": 1 });
    ask(&owner, status, &off).await.data();
    ask(&owner, update, &demote).await.refused(400, 400);
    let on = json!({ "id": lily.id, "status": 0 });
    ask(&owner, status, &on).await.data();
    ask(&owner, update, &demote).await.data();
    // With the same token, and from this moment.
    owner.ask("GET system/user/page").await.refused(403, 403);
}

#[tokio::test]
async fn owners_are_made_and_given_passwords_by_who_says_his_own_again() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let anna = server.admin_command(&["add", "anna", "--role", "owner"], "");
    anna.out();
    let anna = account(&owner, "anna").await["id"].clone();
    let new = "another password";
    let asks = [
        (
            "POST system/user/create",
            json!({ "username": "mallory", "password": new, "role": "owner" }),
        ),
        (
            "PUT system/user/update",
            json!({ "id": lily.id, "role": "owner" }),
        ),
        (
            "PUT system/user/update-password",
            json!({ "id": anna, "password": new }),
        ),
    ];
    for (line, body) in &asks {
        for wrong in [Value::Null, json!(""), json!("not the password")] {
            let mut body = body.clone();
            body["ownPassword"] = wrong;
            let msg = ask(&owner, line, &body).await.refused(400, 400);
            assert!(msg.starts_with("ownPassword: "), "{line}: {msg}");
        }
        // So that the wrong ones do not add up to a pause.
        Admin::sign_in(&server.door, "owner").await;
    }
    assert_eq!(account(&owner, "lily").await["role"], "agent");
    assert_eq!(server.count("admin"), 3);
    for (line, body) in &asks {
        let mut body = body.clone();
        body["ownPassword"] = json!(PASSWORD);
        ask(&owner, line, &body).await.data();
    }
    Admin::signing_in(&server.door, "anna", new).await.data();
    page(&lily).await;
    // What makes no owner needs none: an agent's password, and an owner's name.
    let named = json!({ "id": anna, "role": "owner", "nickname": "Anna" });
    ask(&owner, "PUT system/user/update", &named).await.data();
    let ben = json!({ "username": "benben", "password": PASSWORD });
    let ben = ask(&owner, "POST system/user/create", &ben).await.data();
    let given = json!({ "id": ben, "password": new });
    ask(&owner, "PUT system/user/update-password", &given)
        .await
        .data();
}

#[tokio::test]
async fn when_somebody_was_here_last_is_known_after_he_has_gone() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let seen = number(&account(&owner, "lily").await, "loginDate");
    lily.log_out().await;
    assert_eq!(number(&account(&owner, "lily").await, "loginDate"), seen);
    let again = Admin::sign_in(&server.door, "lily").await;
    let then = number(&account(&owner, "lily").await, "loginDate");
    assert!(then >= seen);
    let given = json!({ "id": again.id, "password": "another password" });
    ask(&owner, "PUT system/user/update-password", &given)
        .await
        .data();
    let off = json!({ "id": again.id, "status": 1 });
    ask(&owner, "PUT system/user/update-status", &off)
        .await
        .data();
    assert_eq!(number(&account(&owner, "lily").await, "loginDate"), then);
}

#[tokio::test]
async fn nobody_shuts_himself_out() {
    let server = Server::start();
    let owner = server.owner().await;
    server
        .admin_command(&["add", "anna", "--role", "owner"], "")
        .out();
    let off = json!({ "id": owner.id, "status": 1 });
    let reply = ask(&owner, "PUT system/user/update-status", &off).await;
    assert!(reply.refused(400, 400).starts_with("status"));
    let body = json!({ "id": owner.id, "password": "another password" });
    let reply = ask(&owner, "PUT system/user/update-password", &body).await;
    assert!(reply.msg().contains("old one"), "{}", reply.text());
    for (line, body) in [
        ("PUT system/user/update", json!({ "nickname": "x" })),
        (
            "PUT system/user/update-status",
            json!({ "id": 1, "status": 7 }),
        ),
        ("PUT system/user/update-password", json!({ "id": 1 })),
    ] {
        ask(&owner, line, &body).await.refused(400, 400);
    }
    for line in [
        "PUT system/user/update",
        "PUT system/user/update-status",
        "PUT system/user/update-password",
    ] {
        let body = json!({ "id": 4711, "status": 1, "password": "another password" });
        ask(&owner, line, &body).await.refused(404, 404);
    }
    Admin::sign_in(&server.door, "owner").await;
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_comes_back_when_enabled() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let (_, conversation) = server.customer().await;
    let mut socket = lily.socket().await;
    let status = "PUT system/user/update-status";
    let off = json!({ "id": lily.id, "status": 1 });
    assert_eq!(ask(&owner, status, &off).await.data(), true);
    // Not after the two seconds for which a session is believed.
    lily.ask("GET system/user/simple-list")
        .await
        .refused(401, 401);
    lily.send(conversation, &text("still me"))
        .await
        .refused(401, 401);
    assert_eq!(socket.end_within(PATIENCE).await, Some(4001));
    assert_eq!(account(&owner, "lily").await["status"], 1);
    let faces = owner.ask("GET system/user/simple-list").await.data();
    assert_eq!(faces.as_array().expect("a list").len(), 1);
    let reply = Admin::signing_in(&server.door, "lily", PASSWORD).await;
    reply.refused(401, 1_002_000_000);
    let on = json!({ "id": lily.id, "status": 0 });
    ask(&owner, status, &on).await.data();
    Admin::sign_in(&server.door, "lily").await;
    let reply = lily.ask("GET system/user/simple-list").await;
    assert_eq!(reply.status, 401, "the old session stays ended");
}

#[tokio::test]
async fn what_the_staff_may_do_is_in_the_originals_words() {
    let server = Server::start();
    let owner = server.owner().await;
    let info = owner
        .ask("GET system/auth/get-permission-info")
        .await
        .data();
    assert_eq!(info["roles"], json!(["owner"]));
    let off = json!({ "id": owner.id, "status": 1 });
    let reply = owner
        .ask("PUT system/user/update-status")
        .header("tenant-id", "1")
        .json(&off)
        .await;
    assert_eq!((reply.status, reply.code()), (200, 400));
    assert!(reply.msg().contains("不能停用自己"), "{}", reply.text());
}
