//! Pages: embedded, small on the wire, kept by browsers, and closed to everybody's scripts but ours.

use std::io::Read;

use crate::harness::{Reply, Server};

const PAGES: [&str; 3] = ["/member/", "/admin/", "/demo/"];

fn directives(reply: &Reply) -> Vec<String> {
    reply
        .header("content-security-policy")
        .split(';')
        .map(|directive| directive.trim().to_owned())
        .collect()
}

fn has(directives: &[String], wanted: &str) -> bool {
    directives.iter().any(|have| have == wanted)
}

#[tokio::test]
async fn the_pages_and_the_widget_are_served() {
    let server = Server::start();
    for path in PAGES {
        let reply = server.ask(&format!("GET {path}")).await;
        assert_eq!(reply.status, 200, "{path}");
        let content_type = reply.header("content-type");
        assert!(
            content_type.starts_with("text/html"),
            "{path} {content_type}"
        );
        assert!(
            reply.text().to_lowercase().contains("<!doctype html>"),
            "{path}"
        );
    }
    let reply = server.ask("GET /widget.js").await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").contains("javascript"));
}

#[tokio::test]
async fn everything_a_page_names_is_there() {
    let server = Server::start();
    let mut seen = std::collections::HashSet::new();
    let mut open: Vec<String> = PAGES.map(str::to_owned).to_vec();
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let reply = server.ask(&format!("GET {path}")).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        let text = reply.text();
        let is_page = path.ends_with('/');
        for (before, after) in [
            ("src=\"", '"'),
            ("href=\"", '"'),
            ("from \"", '"'),
            ("import \"", '"'),
            ("import(\"", '"'),
        ] {
            if is_page != before.contains('=') {
                continue;
            }
            for rest in text.split(before).skip(1) {
                let name = rest.split(after).next().unwrap_or("");
                let ours = name.starts_with('/')
                    || name.starts_with('.')
                    || (is_page && !name.contains(':'));
                let code = name.ends_with(".js") || name.ends_with(".css");
                if ours && code {
                    open.push(resolve(&path, name));
                }
            }
        }
    }
    assert!(seen.len() > 6, "{seen:?}");
}

#[tokio::test]
async fn a_page_stays_small_on_the_wire() {
    let server = Server::start();
    for (page, words, bytes_max) in [
        ("/member/", "/shared/zh.js", 30_000),
        ("/admin/", "/shared/zh.js", 60_000),
    ] {
        let text = server.ask(&format!("GET {page}")).await.text();
        // All modules of a page are named in it, to be asked for at once.
        let mut paths = vec![page.to_owned(), words.to_owned()];
        if page.ends_with('/') {
            for rest in text.split(" href=\"").chain(text.split(" src=\"")).skip(1) {
                let name = rest.split('"').next().unwrap_or("");
                if name.ends_with(".js") || name.ends_with(".css") {
                    paths.push(resolve(page, name));
                }
            }
        }
        let mut bytes = 0;
        for path in &paths {
            let line = format!("GET {path}");
            let reply = server.ask(&line).header("accept-encoding", "gzip").await;
            assert_eq!(reply.status, 200, "{path}");
            bytes += reply.body.len();
        }
        assert!(bytes <= bytes_max, "{page}: {bytes} bytes");
    }
    let widget = server.ask("GET /widget.js");
    let bytes = widget.header("accept-encoding", "gzip").await.body.len();
    assert!(bytes <= 3_000, "the widget: {bytes} bytes");
}

#[tokio::test]
async fn a_script_is_sent_without_its_comments_and_line_by_line() {
    let server = Server::start();
    let sent = server.ask("GET /shared/dom.js").await.text();
    let source = include_str!("../../assets/shared/dom.js");
    assert_eq!(sent.lines().count(), source.lines().count());
    for (sent, source) in sent.lines().zip(source.lines()) {
        assert!(sent.is_empty() || sent == source.trim(), "{sent}");
    }
    assert!(sent.contains("export function find"), "{sent}");
    assert!(!sent.contains("Small helpers"), "{sent}");
}

/// A relative name in a page or module, as a path.
fn resolve(base: &str, name: &str) -> String {
    if name.starts_with('/') {
        return name.to_owned();
    }
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[tokio::test]
async fn what_a_browser_has_already_is_not_sent_again() {
    let server = Server::start();
    for path in ["/member/", "/admin/", "/demo/", "/widget.js"] {
        let line = format!("GET {path}");
        let first = server.ask(&line).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.contains('"'), "{path} {etag}");
        let again = server.ask(&line).header("if-none-match", &etag).await;
        assert_eq!(again.status, 304, "{path}");
        assert!(again.body.is_empty());
        assert_eq!(again.header("etag"), etag);
        assert_eq!(again.header("x-content-type-options"), "nosniff");
        let other = server.ask(&line).header("if-none-match", "\"other\"").await;
        assert_eq!(other.status, 200);
        let list = format!("\"other\", {etag}");
        let listed = server.ask(&line).header("if-none-match", &list).await;
        assert_eq!(listed.status, 304, "{path} in a list");
    }
}

#[tokio::test]
async fn what_a_browser_may_not_keep_blindly_it_asks_for() {
    let server = Server::start();
    for path in PAGES {
        let reply = server.ask(&format!("GET {path}")).await;
        let cache = reply.header("cache-control");
        assert!(cache.contains("no-cache"), "{path} {cache}");
    }
}

#[tokio::test]
async fn a_browser_that_unpacks_gets_it_packed() {
    let server = Server::start();
    for path in ["/member/", "/admin/", "/widget.js"] {
        let line = format!("GET {path}");
        let plain = server.ask(&line).await;
        assert_eq!(plain.header("content-encoding"), "");
        assert!(
            plain
                .header("vary")
                .to_ascii_lowercase()
                .contains("accept-encoding")
        );
        let packed = server.ask(&line).header("accept-encoding", "gzip").await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert!(packed.body.len() < plain.body.len(), "{path}");
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&packed.body[..])
            .read_to_end(&mut unpacked)
            .expect("gzip");
        assert_eq!(unpacked, plain.body, "{path}");
        let refused = server
            .ask(&line)
            .header("accept-encoding", "gzip;q=0")
            .await;
        assert_eq!(refused.header("content-encoding"), "", "{path}");
    }
}

#[tokio::test]
async fn a_page_runs_our_scripts_and_nobody_elses() {
    let server = Server::start();
    for path in ["/member/", "/admin/"] {
        let reply = server.ask(&format!("GET {path}")).await;
        let policy = directives(&reply);
        for wanted in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(has(&policy, wanted), "{path} lacks {wanted}: {policy:?}");
        }
        let whole = policy.join("; ");
        for hole in ["unsafe-inline", "unsafe-eval", "http:", "*"] {
            assert!(!whole.contains(hole), "{path} has {hole}: {whole}");
        }
        assert!(
            policy
                .iter()
                .any(|have| have.starts_with("connect-src 'self'")),
            "{whole}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(!reply.header("referrer-policy").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn nobody_frames_the_staffs_page_and_every_shop_the_customers() {
    let server = Server::start();
    let admin = directives(&server.ask("GET /admin/").await);
    assert!(has(&admin, "frame-ancestors 'none'"), "{admin:?}");
    let member = directives(&server.ask("GET /member/").await);
    assert!(!has(&member, "frame-ancestors 'none'"), "{member:?}");
    assert!(!has(&member, "frame-ancestors 'self'"), "{member:?}");
}

#[tokio::test]
async fn the_demo_shop_carries_the_widget() {
    let server = Server::start();
    let page = server.ask("GET /demo/").await.text();
    assert!(page.contains("widget.js"), "{page}");
}

#[tokio::test]
async fn nothing_is_guessed_at_whatever_is_asked() {
    let server = Server::start();
    for line in [
        "GET /nothing",
        "POST /member/",
        "GET /member/nothing.js",
        "GET /healthz",
        "GET /infra/ws",
    ] {
        let reply = server.ask(line).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{line}");
        assert_eq!(reply.header("server"), "", "{line}");
    }
}

#[tokio::test]
async fn a_page_without_its_slash_is_found() {
    let server = Server::start();
    for path in ["/member", "/admin", "/demo"] {
        let reply = server.ask(&format!("GET {path}?x=1")).await;
        assert!(
            [200, 301, 302, 307, 308].contains(&reply.status),
            "{path}: {}",
            reply.status
        );
    }
}
