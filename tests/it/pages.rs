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

/// What a page or script names: what it loads at once, and what it loads later.
fn named(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let find = |before: &str| -> Vec<String> {
        let names = text.split(before).skip(1);
        let names = names.filter_map(|rest| rest.split('"').next());
        let code = names.filter(|name| name.ends_with(".js") || name.ends_with(".css"));
        code.map(|name| resolve(path, name)).collect()
    };
    if path.ends_with('/') {
        (
            [find(" src=\""), find("rel=\"stylesheet\" href=\"")].concat(),
            Vec::new(),
        )
    } else {
        (
            [find(" from \""), find("import \"")].concat(),
            find("import(\""),
        )
    }
}

/// The bytes on the wire of each thing a page is made of, by path: what it loads at once, and everything.
async fn parts(server: &Server, page: &str) -> [std::collections::BTreeMap<String, usize>; 2] {
    let mut parts = [(); 2].map(|()| std::collections::BTreeMap::new());
    let mut open = vec![(page.to_owned(), false)];
    while let Some((path, later)) = open.pop() {
        if parts[usize::from(later)].contains_key(&path) {
            continue;
        }
        let line = format!("GET {path}");
        let plain = server.ask(&line).await;
        assert_eq!(plain.status, 200, "{page} names {path}");
        assert_eq!(plain.header("x-content-type-options"), "nosniff", "{path}");
        let packed = server.ask(&line).header("accept-encoding", "gzip").await;
        let bytes = packed.body.len();
        parts[1].insert(path.clone(), bytes);
        if !later {
            parts[0].insert(path.clone(), bytes);
        }
        let (now, then) = named(&path, &plain.text());
        open.extend(now.into_iter().map(|path| (path, later)));
        open.extend(then.into_iter().map(|path| (path, true)));
    }
    parts
}

/// One language of the two.
fn sum(parts: &std::collections::BTreeMap<String, usize>) -> usize {
    let one = parts.iter().filter(|(path, _)| !path.ends_with("en.js"));
    one.map(|(_, bytes)| bytes).sum()
}

#[tokio::test]
async fn everything_a_page_names_is_there_and_once() {
    let server = Server::start();
    for page in PAGES {
        let [_, all] = parts(&server, page).await;
        assert!(all.len() > 3, "{all:?}");
        // A module that is in two scripts would be two modules with a state each.
        let mut homes = std::collections::BTreeMap::new();
        for path in all.keys().filter(|path| path.ends_with(".js")) {
            let text = server.ask(&format!("GET {path}")).await.text();
            for line in text.lines().filter(|line| line.starts_with("const $")) {
                let name = line.split(' ').nth(1).unwrap_or_default().to_owned();
                let before = homes.insert(name.clone(), path.clone());
                assert_eq!(before, None, "{page}: {name} is in {path} too");
            }
        }
        assert!(page == "/demo/" || homes.len() > 20, "{homes:?}");
    }
}

/// The bytes of the style sheets that are not in the page's own one, since it loads them later: its own and the shared ones.
async fn later_styles(server: &Server, page: &str) -> usize {
    let root = env!("CARGO_MANIFEST_DIR");
    let markup = std::fs::read_to_string(format!("{root}/assets{page}index.html")).expect("markup");
    let mut folders = vec![page.trim_matches('/').to_owned(), "shared".to_owned()];
    let mut bytes = 0;
    while let Some(folder) = folders.pop() {
        let place = format!("{root}/assets/{folder}");
        for entry in std::fs::read_dir(place).expect("a folder of assets/") {
            let entry = entry.expect("an entry");
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            if entry.file_type().expect("its kind").is_dir() {
                folders.push(path);
            } else if name.ends_with(".css") && !markup.contains(&format!("{name}\"")) {
                let line = format!("GET /{path}");
                let reply = server.ask(&line).header("accept-encoding", "gzip").await;
                bytes += if reply.status == 200 {
                    reply.body.len()
                } else {
                    0
                };
            }
        }
    }
    bytes
}

/// What a page loads before it can be used, and all it ever loads in one language: for the desk with every dialog, every
/// picture that is opened and all of the owner's settings.
#[tokio::test]
async fn a_page_stays_small_on_the_wire() {
    let server = Server::start();
    for (page, at_once_max, whole_max) in
        [("/member/", 30_000, 56_000), ("/admin/", 60_000, 115_000)]
    {
        let [at_once, all] = parts(&server, page).await;
        // The words are chosen by script, so no markup names them.
        let words = all.iter().filter(|(path, _)| path.ends_with("/zh.js"));
        let words = words.filter(|(path, _)| !path.contains("settings"));
        let bytes = sum(&at_once) + words.map(|(_, bytes)| bytes).sum::<usize>();
        let whole = sum(&all) + later_styles(&server, page).await;
        println!("{page}: {bytes} bytes at once, {whole} in all");
        assert!(bytes <= at_once_max, "{page}: {bytes} bytes {at_once:?}");
        assert!(whole <= whole_max, "{page}: {whole} bytes in all {all:?}");
    }
    let widget = server.ask("GET /widget.js");
    let bytes = widget.header("accept-encoding", "gzip").await.body.len();
    assert!(bytes <= 3_000, "the widget: {bytes} bytes");
}

#[tokio::test]
async fn a_page_is_its_markup_one_style_sheet_and_one_script() {
    let server = Server::start();
    for page in PAGES {
        let [at_once, _] = parts(&server, page).await;
        let mut wanted = ["", "main.js", "page.css"].map(|name| format!("{page}{name}"));
        wanted.sort();
        let ours = at_once.keys().filter(|path| path.starts_with(page));
        assert_eq!(ours.cloned().collect::<Vec<_>>(), wanted, "{page}");
    }
    let source = server.ask("GET /shared/dom.js").await;
    assert_eq!(
        source.status, 404,
        "a module is sent as part of a page only"
    );
    let script = server.ask("GET /member/main.js").await.text();
    assert!(
        script.contains("function find("),
        "what pages import is in it"
    );
    assert!(!script.contains("Small helpers"), "comments stay at home");
}

#[tokio::test]
async fn the_words_a_page_will_need_are_named_with_it() {
    let server = Server::start();
    let zh = "</member/shared/zh.js>; rel=modulepreload";
    let en = "</member/shared/en.js>; rel=modulepreload";
    for (line, accepted, wanted) in [
        ("GET /member/", "en-GB,en;q=0.9", en),
        ("GET /member/", "zh-CN", zh),
        ("GET /member/?locale=zh-CN", "en", zh),
        ("GET /member/?locale=en", "zh", en),
    ] {
        let reply = server.ask(line).header("accept-language", accepted).await;
        assert_eq!(reply.header("link"), wanted, "{line} {accepted}");
    }
    let desk = server.ask("GET /admin/").header("accept-language", "zh");
    let words = desk.await.header("link").to_owned();
    assert!(words.contains("</admin/shared/zh.js>") && words.contains("</admin/zh.js>"));
    assert_eq!(server.ask("GET /widget.js").await.header("link"), "");
}

#[tokio::test]
async fn the_widget_is_sent_without_its_comments_and_line_by_line() {
    let server = Server::start();
    let sent = server.ask("GET /widget.js").await.text();
    let source = include_str!("../../assets/widget.js");
    assert_eq!(sent.lines().count(), source.lines().count());
    for (sent, source) in sent.lines().zip(source.lines()) {
        assert!(sent.is_empty() || sent == source.trim(), "{sent}");
    }
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
