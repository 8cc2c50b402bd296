//! Every bad input gets its code and a sentence that names what is wrong, and stores nothing.

use serde_json::{Value, json};

use crate::harness::{Admin, Reply, Server, Visitor, fresh_id, text};

struct Shop {
    server: Server,
    admin: Admin,
    visitor: Visitor,
    conversation: i64,
    before: Value,
}

impl Shop {
    async fn open() -> Shop {
        let server = Server::start_with(&["--no-limits"]);
        let admin = server.owner().await;
        let (visitor, conversation) = server.customer().await;
        let before = admin.conversation(conversation).await;
        Shop {
            server,
            admin,
            visitor,
            conversation,
            before,
        }
    }

    async fn nothing_changed(&self) {
        let after = self.admin.conversation(self.conversation).await;
        assert_eq!(after, self.before);
        assert_eq!(self.server.count("promotion_kefu_message"), 1);
        assert_eq!(self.server.count("promotion_kefu_conversation"), 1);
    }
}

/// A 400 whose sentence has one of these words in it.
fn named(reply: &Reply, what: &str, words: &[&str]) {
    assert_eq!(reply.status, 400, "{what}: {}", reply.text());
    let msg = reply.refused(400, 400);
    assert!(
        words.iter().any(|word| msg.contains(word)),
        "{what}: {msg} names none of {words:?}"
    );
}

/// A send body with one field replaced; null takes it out.
fn with(field: &str, value: Value) -> Value {
    let mut body = text("must not be stored");
    if value.is_null() {
        body.as_object_mut().expect("an object").remove(field);
    } else {
        body[field] = value;
    }
    body
}

const TYPE: &[&str] = &["contentType", "消息类型"];
const CONTENT: &[&str] = &["content", "消息不能为空", "消息内容"];
const CLIENT_ID: &[&str] = &["clientMessageId"];
const CONVERSATION: &[&str] = &["conversationId", "会话编号"];
const PINNED: &[&str] = &["adminPinned", "管理端置顶"];
const ID: &[&str] = &["id", "会话编号"];

#[tokio::test]
async fn a_bad_field_of_a_message_is_named() {
    let shop = Shop::open().await;
    let null = |field| {
        let mut body = text("must not be stored");
        body[field] = Value::Null;
        body
    };
    let rows: Vec<(Value, &[&str])> = vec![
        (with("contentType", Value::Null), TYPE),
        (null("contentType"), TYPE),
        (with("contentType", json!("text")), TYPE),
        (with("contentType", json!(1.5)), TYPE),
        (with("contentType", json!(true)), TYPE),
        (with("contentType", json!([1])), TYPE),
        (with("contentType", json!(999)), TYPE),
        (with("contentType", json!(0)), TYPE),
        (with("contentType", json!(u64::MAX)), TYPE),
        (with("content", Value::Null), CONTENT),
        (null("content"), CONTENT),
        (with("content", json!("")), CONTENT),
        (with("content", json!("   ")), CONTENT),
        (with("content", json!(5)), CONTENT),
        (with("content", json!({ "text": "an object" })), CONTENT),
        (with("content", json!(["a"])), CONTENT),
        (with("clientMessageId", json!("short")), CLIENT_ID),
        (with("clientMessageId", json!("")), CLIENT_ID),
        (with("clientMessageId", json!("x".repeat(65))), CLIENT_ID),
        (
            with("clientMessageId", json!("has spaces in it!")),
            CLIENT_ID,
        ),
        (
            with("clientMessageId", json!("汉字汉字汉字汉字汉字汉字")),
            CLIENT_ID,
        ),
        (
            with("clientMessageId", json!("0123456789abcdef\n")),
            CLIENT_ID,
        ),
        (
            with("clientMessageId", json!(1_234_567_890_123_456_i64)),
            CLIENT_ID,
        ),
        (with("clientMessageId", json!({})), CLIENT_ID),
    ];
    for (body, words) in &rows {
        let reply = shop.visitor.send(body).await;
        named(&reply, &body.to_string(), words);
        let reply = shop.admin.send(shop.conversation, body).await;
        named(&reply, &format!("by an admin: {body}"), words);
    }
    shop.nothing_changed().await;
}

#[tokio::test]
async fn an_admin_must_say_which_conversation_he_writes_to() {
    let shop = Shop::open().await;
    let rows = [
        with("conversationId", Value::Null),
        with("conversationId", json!("one")),
        with("conversationId", json!(1.5)),
        with("conversationId", json!([1])),
        with("conversationId", json!(1e300)),
    ];
    for body in &rows {
        let reply = shop.admin.send_as_it_is(body).await;
        named(&reply, &body.to_string(), CONVERSATION);
    }
    shop.nothing_changed().await;
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let shop = Shop::open().await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep_object = format!("{}1{}", r#"{"a":"#.repeat(5_000), "}".repeat(5_000));
    let rows: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b" ".to_vec(),
        b"{".to_vec(),
        b"{]".to_vec(),
        b"nonsense".to_vec(),
        b"{\"contentType\":1,\"content\":\"hi\"".to_vec(),
        b"{\"contentType\":1,\"content\":\"hi\"} trailing".to_vec(),
        b"{'contentType':1,'content':'hi'}".to_vec(),
        b"{\"contentType\":1e400,\"content\":\"hi\"}".to_vec(),
        b"{\"contentType\":1,\"content\":\"\xff\xfe\"}".to_vec(),
        b"{\"contentType\":1,\"content\":\"\\ud800\"}".to_vec(),
        b"\xef\xbb\xbf{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"1".to_vec(),
        b"\"text\"".to_vec(),
        b"true".to_vec(),
        deep.into_bytes(),
        deep_object.into_bytes(),
    ];
    for body in rows {
        let what = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        for line in [
            "POST /app-api/promotion/kefu-message/send",
            "POST /admin-api/promotion/kefu-message/send",
            "PUT /admin-api/promotion/kefu-conversation/update-conversation-pinned",
        ] {
            let token = if line.contains("/app-api") {
                &shop.visitor.token
            } else {
                &shop.admin.token
            };
            let reply = shop.server.ask(line).bearer(token).body(body.clone()).await;
            assert_eq!(reply.status, 400, "{line} {what}: {}", reply.text());
            reply.refused(400, 400);
        }
    }
    for line in [
        "POST /admin-api/system/auth/login",
        "POST /admin-api/system/auth/setup",
    ] {
        let reply = shop.server.ask(line).body("{").await;
        reply.refused(400, 400);
    }
    shop.nothing_changed().await;
}

#[tokio::test]
async fn a_missing_body_is_named() {
    let shop = Shop::open().await;
    let reply = shop.visitor.ask("POST promotion/kefu-message/send").await;
    assert!([400, 415].contains(&reply.status), "{}", reply.text());
    assert_eq!(reply.json()["data"], Value::Null);
    shop.nothing_changed().await;
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let shop = Shop::open().await;
    let mut body = text("big");
    body["padding"] = json!("x".repeat(64 * 1024));
    shop.visitor.send(&body).await.refused(413, 413);
    shop.admin
        .send(shop.conversation, &body)
        .await
        .refused(413, 413);
    let reply = shop
        .server
        .ask("POST /admin-api/system/auth/login")
        .json(&body)
        .await;
    reply.refused(413, 413);
    shop.nothing_changed().await;
}

#[tokio::test]
async fn a_body_just_under_the_limit_is_read() {
    let shop = Shop::open().await;
    let mut body = text("fits");
    let spare = 64 * 1024 - body.to_string().len() - r#","padding":"""#.len();
    body["padding"] = json!("x".repeat(spare));
    assert_eq!(body.to_string().len(), 64 * 1024);
    shop.visitor.send(&body).await.data();
}

#[tokio::test]
async fn the_limit_of_a_body_is_a_flag() {
    let server = Server::start_with(&["--json-bytes-max", "1024"]);
    let visitor = server.visitor().await;
    visitor.say("short").await;
    visitor
        .send(&text(&"x".repeat(1_024)))
        .await
        .refused(413, 413);
    assert_eq!(visitor.list("").await.len(), 1);
}

#[tokio::test]
async fn a_bad_query_of_a_list_is_named() {
    let shop = Shop::open().await;
    let rows: &[(&str, &[&str])] = &[
        ("limit=0", &["limit", "每次查询条数最小值为 1"]),
        ("limit=-1", &["limit", "每次查询条数最小值为 1"]),
        ("limit=201", &["limit", "每次查询最大值为 200"]),
        ("limit=abc", &["limit"]),
        ("limit=1.5", &["limit"]),
        ("limit=99999999999999999999", &["limit"]),
        ("createTime=yesterday", &["createTime"]),
        ("createTime=2026-13-01+00:00:00", &["createTime"]),
        ("createTime=2026-02-30%2000%3A00%3A00", &["createTime"]),
        ("createTime=1795414177520", &["createTime"]),
        ("createTime=2026-11-23", &["createTime"]),
        ("beforeId=abc", &["beforeId"]),
        ("beforeId=1.5", &["beforeId"]),
        ("beforeId=99999999999999999999", &["beforeId"]),
        ("afterId=abc", &["afterId"]),
    ];
    for (query, words) in rows {
        named(&shop.visitor.try_list(query).await, query, words);
        let query = format!("conversationId={}&{query}", shop.conversation);
        named(&shop.admin.try_list(&query).await, &query, words);
    }
    named(
        &shop.admin.try_list("").await,
        "no conversation",
        CONVERSATION,
    );
    for query in [
        "conversationId=",
        "conversationId=abc",
        "conversationId=1.5",
    ] {
        named(&shop.admin.try_list(query).await, query, CONVERSATION);
    }
}

#[tokio::test]
async fn a_bad_query_of_a_page_is_named() {
    let shop = Shop::open().await;
    for (query, words) in [
        ("pageNo=0", &["pageNo", "页码最小值为 1"][..]),
        ("pageNo=-3", &["pageNo", "页码最小值为 1"][..]),
        ("pageNo=x", &["pageNo"][..]),
        ("pageSize=0", &["pageSize", "每页条数最小值为 1"][..]),
        ("pageSize=101", &["pageSize", "每页条数最大值为 100"][..]),
        ("pageSize=x", &["pageSize"][..]),
    ] {
        let line = format!("GET promotion/kefu-message/page?{query}");
        named(&shop.visitor.ask(&line).await, query, words);
        let line = format!("{line}&conversationId={}", shop.conversation);
        named(&shop.admin.ask(&line).await, query, words);
    }
}

#[tokio::test]
async fn a_bad_conversation_of_a_change_is_named() {
    let shop = Shop::open().await;
    for query in [
        "",
        "conversationId=",
        "conversationId=abc",
        "conversationId=1.5",
    ] {
        named(&shop.visitor.try_read(query).await, query, CONVERSATION);
        named(&shop.admin.try_read(query).await, query, CONVERSATION);
    }
    let query = format!("conversationId={}&lastId=abc", shop.conversation);
    named(&shop.visitor.try_read(&query).await, &query, &["lastId"]);
    named(&shop.admin.try_read(&query).await, &query, &["lastId"]);
    for query in ["", "id=", "id=abc", "id=1.5"] {
        named(&shop.admin.try_delete(query).await, query, ID);
        let line = format!("GET promotion/kefu-conversation/get?{query}");
        named(&shop.admin.ask(&line).await, query, ID);
    }
    shop.nothing_changed().await;
}

#[tokio::test]
async fn a_bad_pin_is_named() {
    let shop = Shop::open().await;
    let id = shop.conversation;
    let rows: Vec<(Value, &[&str])> = vec![
        (json!({ "adminPinned": true }), ID),
        (json!({ "id": null, "adminPinned": true }), ID),
        (json!({ "id": "x", "adminPinned": true }), ID),
        (json!({ "id": id }), PINNED),
        (json!({ "id": id, "adminPinned": null }), PINNED),
        (json!({ "id": id, "adminPinned": "true" }), PINNED),
        (json!({ "id": id, "adminPinned": 1 }), PINNED),
    ];
    for (body, words) in &rows {
        named(&shop.admin.try_pin(body).await, &body.to_string(), words);
    }
    shop.nothing_changed().await;
}

#[tokio::test]
async fn unknown_conversations_have_the_originals_code() {
    let shop = Shop::open().await;
    let code = 1_013_019_000;
    for unknown in [4711, 0, -1, i64::MAX] {
        let query = format!("conversationId={unknown}");
        shop.admin.try_read(&query).await.refused(404, code);
        shop.visitor.try_read(&query).await.refused(404, code);
        let reply = shop.admin.try_delete(&format!("id={unknown}")).await;
        reply.refused(404, code);
        let body = json!({ "id": unknown, "adminPinned": true });
        let msg = shop.admin.try_pin(&body).await.refused(404, code);
        assert_eq!(msg, "客服会话不存在");
        assert_eq!(shop.admin.conversation(unknown).await, Value::Null);
        assert_eq!(shop.admin.list(unknown, "").await, [] as [Value; 0]);
        let page = shop.admin.page(&format!("conversationId={unknown}")).await;
        assert_eq!(page, json!({ "total": 0, "list": [] }));
    }
    shop.nothing_changed().await;
}

#[tokio::test]
async fn a_bad_sign_in_is_named() {
    let server = Server::start_with(&["--no-limits"]);
    let code = server.setup_code().expect("no admin yet");
    let good =
        json!({ "code": code, "username": "owner", "password": "long enough", "nickname": "Boss" });
    let rows: Vec<(&str, Value, &[&str])> = vec![
        ("username", json!("abc"), &["username"]),
        ("username", json!("a".repeat(31)), &["username"]),
        ("username", json!("has space"), &["username"]),
        ("username", json!("汉字汉字"), &["username"]),
        ("username", json!("under_score"), &["username"]),
        ("username", json!(""), &["username"]),
        ("username", json!(1234), &["username"]),
        ("username", Value::Null, &["username"]),
        ("password", json!("1234567"), &["password"]),
        ("password", json!("x".repeat(129)), &["password"]),
        ("password", json!(12_345_678), &["password"]),
        ("password", Value::Null, &["password"]),
        ("nickname", json!("x".repeat(200)), &["nickname"]),
        ("nickname", json!(1), &["nickname"]),
        ("code", json!(1), &["code"]),
    ];
    for (field, value, words) in rows {
        let mut body = good.clone();
        body[field] = value;
        let reply = server
            .ask("POST /admin-api/system/auth/setup")
            .header("accept-language", "en")
            .json(&body)
            .await;
        named(&reply, &body.to_string(), words);
    }
    assert_eq!(server.count("admin"), 0);
    let reply = server
        .ask("POST /admin-api/system/auth/setup")
        .json(&good)
        .await;
    reply.data();
    for body in [
        json!({ "username": "owner" }),
        json!({ "password": "long enough" }),
    ] {
        let reply = server
            .ask("POST /admin-api/system/auth/login")
            .json(&body)
            .await;
        reply.refused(400, 400);
    }
}

#[tokio::test]
async fn a_number_written_as_a_text_is_read_as_the_original_reads_it() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut body = with("conversationId", json!(conversation.to_string()));
    body["contentType"] = json!("1");
    let id = admin.send_as_it_is(&body).await.data();
    let stored = &visitor.list("").await[0];
    assert_eq!(stored["id"], id);
    assert_eq!(stored["contentType"], 1);
}

#[tokio::test]
async fn a_refused_message_may_be_mended_and_sent_with_the_same_id() {
    let shop = Shop::open().await;
    let id = fresh_id();
    let mut body = json!({ "contentType": 1, "content": " ", "clientMessageId": id });
    shop.visitor.send(&body).await.refused(400, 400);
    body["content"] = json!("mended");
    shop.visitor.send(&body).await.data();
}
