//! Asking from anywhere: unknown paths and methods, and pages of other origins.

use serde_json::Value;

use crate::harness::{ROUTES, Reply, Server, is_open_to_pages};

const HEADERS: [&str; 10] = [
    "authorization",
    "content-type",
    "tenant-id",
    "terminal",
    "platform",
    "visit-tenant-id",
    "cache-control",
    "pragma",
    "accept-language",
    "x-api-encrypt",
];

fn list_of(reply: &Reply, header: &str) -> Vec<String> {
    reply
        .header(header)
        .split(',')
        .map(|item| item.trim().to_ascii_lowercase())
        .collect()
}

fn open_to_all(reply: &Reply, what: &str) {
    assert_eq!(reply.header("access-control-allow-origin"), "*", "{what}");
    let credentials = reply.header("access-control-allow-credentials");
    assert_eq!(credentials, "", "{what}");
}

#[tokio::test]
async fn every_path_has_its_method_and_names_it_to_those_who_use_another() {
    let server = Server::start();
    for (method, path, _) in ROUTES {
        for other in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            if other == *method {
                continue;
            }
            let reply = server.ask(&format!("{other} {path}")).await;
            assert_eq!(reply.status, 405, "{other} {path}: {}", reply.text());
            reply.refused(405, 405);
            assert_eq!(
                reply.header("access-control-allow-origin") == "*",
                is_open_to_pages(path),
                "{path}"
            );
            let allowed = list_of(&reply, "allow");
            assert!(
                allowed.contains(&method.to_ascii_lowercase()),
                "{path} {allowed:?}"
            );
            assert!(
                !allowed.contains(&other.to_ascii_lowercase()),
                "{path} {allowed:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_unknown_path_is_not_found_before_anybody_is_asked_who_he_is() {
    let server = Server::start();
    for path in [
        "/nothing",
        "/app-api",
        "/app-api/",
        "/app-api/nothing",
        "/app-api/promotion/kefu-message/recall",
        "/app-api/promotion/kefu-message/list/1",
        "/app-api/promotion/kefu-conversation/list",
        "/app-api/system/auth/login",
        "/admin-api/nothing",
        "/admin-api/promotion/kefu-conversation",
        "/admin-api/member/auth/visitor",
        "/infra/nothing",
        "/shop-api/nothing",
        "/infra/ws/more",
    ] {
        for method in ["GET", "POST"] {
            let reply = server.ask(&format!("{method} {path}")).await;
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.text());
            reply.refused(404, 404);
        }
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_house() {
    let server = Server::start();
    for path in [
        "/admin/..%2f..%2fetc/passwd",
        "/admin/%2e%2e/%2e%2e/etc/passwd",
        "/member/..%5c..%5cetc",
        "/demo/%00",
        "/admin//etc/passwd",
        "/shared/../../Cargo.toml",
        "/..%2fschema.sql",
    ] {
        let reply = server.ask(&format!("GET {path}")).await;
        assert!(
            [400, 404].contains(&reply.status),
            "{path}: {}",
            reply.status
        );
    }
}

#[tokio::test]
async fn a_preflight_is_answered_for_every_path_without_a_token() {
    let server = Server::start();
    let ways = ROUTES.iter().map(|(_, path, _)| *path);
    let ways = ways.filter(|path| is_open_to_pages(path));
    for path in ways.chain(["/app-api/nothing", "/admin-api/nothing"]) {
        let reply = server
            .ask(&format!("OPTIONS {path}"))
            .header("origin", "https://mall.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", &HEADERS.join(","))
            .await;
        assert!(
            [200, 204].contains(&reply.status),
            "{path}: {}",
            reply.status
        );
        open_to_all(&reply, path);
        let methods = list_of(&reply, "access-control-allow-methods");
        for method in ["get", "post", "put", "delete"] {
            assert!(methods.iter().any(|have| have == method), "{path} {method}");
        }
        let headers = list_of(&reply, "access-control-allow-headers");
        for header in HEADERS {
            assert!(headers.iter().any(|have| have == header), "{path} {header}");
        }
    }
}

#[tokio::test]
async fn every_answer_may_be_read_from_any_origin() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let replies = [
        ("good", visitor.try_list("").await),
        ("400", visitor.try_list("limit=0").await),
        (
            "401",
            server.ask("GET /app-api/promotion/kefu-message/list").await,
        ),
        (
            "403",
            server
                .ask("GET /admin-api/promotion/kefu-conversation/list")
                .bearer(&visitor.token)
                .await,
        ),
        ("404", server.ask("GET /app-api/nothing").await),
        (
            "405",
            server.ask("GET /app-api/promotion/kefu-message/send").await,
        ),
        (
            "413",
            visitor
                .ask("POST promotion/kefu-message/send")
                .body(vec![b' '; 70_000])
                .await,
        ),
        (
            "socket",
            server
                .ask("GET /infra/ws")
                .header("origin", "https://mall.example")
                .await,
        ),
    ];
    for (what, reply) in &replies {
        open_to_all(reply, what);
        let exposed = list_of(reply, "access-control-expose-headers");
        for header in ["idempotent-replayed", "retry-after"] {
            assert!(exposed.iter().any(|have| have == header), "{what} {header}");
        }
    }
}

#[tokio::test]
async fn an_answer_is_json_that_nobody_keeps_or_guesses_at() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let replies = [
        visitor.try_list("").await,
        visitor.try_list("limit=0").await,
        server.ask("GET /app-api/nothing").await,
        server.ask("GET /app-api/promotion/kefu-message/list").await,
    ];
    for reply in &replies {
        let content_type = reply.header("content-type").to_ascii_lowercase();
        assert!(
            content_type.starts_with("application/json"),
            "{content_type}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("server"), "");
    }
}

#[tokio::test]
async fn the_health_of_the_server_is_told_to_anybody() {
    let server = Server::start();
    let reply = server.ask("GET /healthz").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn an_upgrade_that_is_none_is_refused_in_words() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let reply = server
        .ask(&format!("GET /infra/ws?token={}", visitor.token))
        .await;
    assert!([400, 426].contains(&reply.status), "{}", reply.text());
    assert_eq!(reply.json()["data"], Value::Null);
}
