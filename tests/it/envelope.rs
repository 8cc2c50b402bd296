//! How answers are dressed: clients of the original look at the code alone and read Chinese, others look at the status.

use serde_json::{Value, json};

use crate::harness::{Reply, Server, text};

fn is_chinese(words: &str) -> bool {
    words
        .chars()
        .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
}

#[tokio::test]
async fn a_good_answer_has_code_zero_and_an_empty_msg() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let reply = visitor.try_list("").await;
    assert_eq!(reply.json(), json!({ "code": 0, "data": [], "msg": "" }));
    let reply = visitor.ask("GET promotion/kefu-conversation/get").await;
    assert_eq!(reply.json(), json!({ "code": 0, "data": null, "msg": "" }));
}

/// One refusal of every kind, as a client with these headers gets it; with the status and code it has without them.
async fn refusals(headers: &[(&str, &str)]) -> Vec<(u16, i64, Reply)> {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let reused = text("first");
    visitor.send(&reused).await.data();
    let mut other = reused.clone();
    other["content"] = json!("second");
    let member = |line: &str| visitor.ask(line);
    let asks = vec![
        (400, 400, member("GET promotion/kefu-message/list?limit=0")),
        (
            400,
            400,
            member("POST promotion/kefu-message/send").body("{"),
        ),
        (
            401,
            401,
            server.ask("GET /app-api/promotion/kefu-message/list"),
        ),
        (
            403,
            403,
            server
                .ask("GET /admin-api/promotion/kefu-conversation/list")
                .bearer(&visitor.token),
        ),
        (404, 404, server.ask("GET /app-api/nothing")),
        (
            404,
            1_013_019_000,
            admin.ask("DELETE promotion/kefu-conversation/delete?id=4711"),
        ),
        (
            405,
            405,
            server.ask("GET /app-api/promotion/kefu-message/send"),
        ),
        (
            413,
            413,
            member("POST promotion/kefu-message/send").body(vec![b' '; 70_000]),
        ),
        (
            422,
            422,
            member("POST promotion/kefu-message/send").json(&other),
        ),
        (
            401,
            1_002_000_000,
            server
                .ask("POST /admin-api/system/auth/login")
                .json(&json!({ "username": "owner", "password": "not the password" })),
        ),
    ];
    let mut replies = Vec::new();
    for (status, code, mut ask) in asks {
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        replies.push((status, code, ask.await));
    }
    replies
}

#[tokio::test]
async fn a_refusal_has_its_status_and_is_chinese_unless_english_is_asked_for() {
    for headers in [
        &[][..],
        &[("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")][..],
        &[("accept-language", "fr")][..],
    ] {
        for (status, code, reply) in refusals(headers).await {
            let msg = reply.refused(status, code);
            assert!(is_chinese(&msg), "{headers:?} {status}: {msg}");
        }
    }
}

#[tokio::test]
async fn english_is_spoken_to_those_who_ask_for_it() {
    for language in ["en", "en-US,en;q=0.9,zh;q=0.8", "en-GB"] {
        for (status, code, reply) in refusals(&[("accept-language", language)]).await {
            let msg = reply.refused(status, code);
            assert!(msg.is_ascii(), "{language} {status}: {msg}");
        }
    }
}

#[tokio::test]
async fn a_client_of_the_original_is_always_answered_200_and_in_chinese() {
    for headers in [
        &[("tenant-id", "1")][..],
        &[("tenant-id", "")][..],
        &[("tenant-id", "122"), ("accept-language", "en")][..],
    ] {
        for (_, code, reply) in refusals(headers).await {
            let msg = reply.refused(200, code);
            assert!(is_chinese(&msg), "{headers:?} {code}: {msg}");
        }
    }
}

#[tokio::test]
async fn a_client_of_the_original_gets_good_answers_as_everybody_does() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    for tenant in ["1", "0", "x"] {
        let reply = visitor
            .ask("GET promotion/kefu-message/list?limit=20&no=1")
            .header("tenant-id", tenant)
            .header("terminal", "20")
            .header("platform", "H5")
            .await;
        assert_eq!(reply.data().as_array().expect("a list").len(), 1);
    }
}

#[tokio::test]
async fn the_originals_sentences_are_kept() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    let asks = [
        (
            "账号未登录",
            server.ask("GET /app-api/promotion/kefu-message/list"),
        ),
        (
            "没有该操作权限",
            server
                .ask("GET /admin-api/promotion/kefu-conversation/list")
                .bearer(&visitor.token),
        ),
        (
            "请求地址不存在:/app-api/nothing",
            server.ask("GET /app-api/nothing?token=secret"),
        ),
        (
            "请求方法不正确",
            server.ask("GET /app-api/promotion/kefu-message/send"),
        ),
        (
            "请求参数缺失",
            visitor.ask("PUT promotion/kefu-message/update-read-status"),
        ),
        (
            "请求参数类型错误",
            visitor.ask("PUT promotion/kefu-message/update-read-status?conversationId=x"),
        ),
        (
            "每次查询条数最小值为 1",
            visitor.ask("GET promotion/kefu-message/list?limit=0"),
        ),
        (
            "每次查询最大值为 200",
            visitor.ask("GET promotion/kefu-message/list?limit=201"),
        ),
        (
            "页码最小值为 1",
            visitor.ask("GET promotion/kefu-message/page?pageNo=0"),
        ),
        (
            "每页条数最大值为 100",
            visitor.ask("GET promotion/kefu-message/page?pageSize=101"),
        ),
        (
            "消息类型不能为空",
            visitor
                .ask("POST promotion/kefu-message/send")
                .json(&json!({ "content": "x" })),
        ),
        (
            "消息不能为空",
            visitor
                .ask("POST promotion/kefu-message/send")
                .json(&json!({ "contentType": 1 })),
        ),
        (
            "无效的刷新令牌",
            server.ask("POST /app-api/member/auth/refresh-token?refreshToken=x"),
        ),
    ];
    for (sentence, ask) in asks {
        let msg = ask.header("tenant-id", "1").await.msg();
        assert!(msg.contains(sentence), "{msg} is not {sentence}");
    }
}

#[tokio::test]
async fn an_inner_fault_tells_nothing_about_the_inside() {
    let server = Server::start();
    let visitor = server.visitor().await;
    for reply in [
        visitor.try_list("limit=0").await,
        visitor.send(&json!({ "contentType": "x" })).await,
        visitor.send(&Value::Null).await,
    ] {
        let said = reply.text().to_lowercase();
        for inside in ["sqlite", "rusqlite", "select ", "src/", "panicked", "serde"] {
            assert!(!said.contains(inside), "{said}");
        }
    }
}
