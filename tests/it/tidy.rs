//! The rules of the house that a machine can check: who may know what, and what must never be written.

use std::path::{Path, PathBuf};

use crate::harness::ROUTES;

/// The longest source file we put up with. A direction, not an aim: most are a quarter of it.
const RUST_LINES_MAX: usize = 400;
const FRONT_LINES_MAX: usize = 300;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with one of these endings, as paths from the root and their text.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        // A folder that is not there has no faults either.
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|cause| panic!("{}: {cause}", folder.display()));
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                if !path.ends_with("node_modules") {
                    open.push(path);
                }
                continue;
            }
            let name = path
                .strip_prefix(root())
                .expect("below the root")
                .to_string_lossy()
                .into_owned();
            if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = std::fs::read_to_string(&path).expect("text");
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

fn rust() -> Vec<(String, String)> {
    files("src", &[".rs"])
}

/// The lines of a Rust file without comments, each with its number.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or("")))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

/// Fails with all places at once.
#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Every line outside `home` in which one of these words stands.
fn outside(home: &str, forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in rust() {
        if name.starts_with(home) {
            continue;
        }
        for (at, line) in code(&text) {
            if words(line).any(|word| forbidden.contains(&word)) {
                found.push(format!("{name}:{at}: {}", line.trim()));
            }
        }
    }
    found
}

#[test]
fn only_http_knows_http() {
    none(&outside(
        "src/http/",
        &["warp", "hyper", "hyper_util", "http_body_util"],
    ));
}

#[test]
fn only_the_store_knows_sqlite() {
    none(&outside("src/store/", &["rusqlite", "r2d2", "r2d2_sqlite"]));
}

#[test]
fn only_the_store_contains_sql() {
    let mut found = Vec::new();
    let phrases = [
        "SELECT ",
        "INSERT INTO ",
        "INSERT OR ",
        "DELETE FROM ",
        "PRAGMA ",
        "BEGIN IMMEDIATE",
        "CREATE TABLE ",
    ];
    for (name, text) in rust() {
        if name.starts_with("src/store/") {
            continue;
        }
        for (at, line) in code(&text) {
            let update = line.contains("UPDATE ") && line.contains(" SET ");
            if update || phrases.iter().any(|phrase| line.contains(phrase)) {
                found.push(format!("{name}:{at}: {}", line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn sql_is_never_put_together_from_pieces() {
    let mut found = Vec::new();
    for (name, text) in rust() {
        for (at, line) in code(&text) {
            let sql = ["SELECT ", "INSERT ", "UPDATE ", "DELETE "];
            if line.contains("format!") && sql.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{at}: {}", line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn the_words_of_the_domain_depend_on_nothing_of_ours() {
    let mut found = Vec::new();
    for (name, text) in files("src/model", &[".rs"]) {
        for (at, line) in code(&text) {
            let others = ["crate::", "super::super", "kefu_server"];
            let own = line.contains("crate::model");
            if !own && others.iter().any(|other| line.contains(other)) {
                found.push(format!("{name}:{at}: {}", line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn the_layers_know_only_those_below_them() {
    let mut found = Vec::new();
    for (home, above) in [
        (
            "src/store/",
            &["crate::chat", "crate::http", "crate::cli"][..],
        ),
        (
            "src/hub",
            &["crate::chat", "crate::store", "crate::http", "crate::cli"],
        ),
        ("src/chat/", &["crate::http", "crate::cli"]),
    ] {
        for (name, text) in rust() {
            if !name.starts_with(home) {
                continue;
            }
            for (at, line) in code(&text) {
                if above.iter().any(|module| line.contains(module)) {
                    found.push(format!("{name}:{at}: {}", line.trim()));
                }
            }
        }
    }
    none(&found);
}

#[test]
fn every_route_is_in_the_table_that_the_tests_walk_through() {
    let mut routes = std::collections::BTreeSet::new();
    for (_, text) in files("src/http", &[".rs"]) {
        let text: String = text.split_whitespace().collect();
        // How a path is written there, and what stands before it on the wire.
        for (written, sides) in [
            ("Both(\"", &["/app-api", "/admin-api"][..]),
            ("Member(\"", &["/app-api"]),
            ("Admin(\"", &["/admin-api"]),
            ("Plain(\"", &[""]),
            ("\"/shop-api/", &["/shop-api/"]),
        ] {
            for rest in text.split(written).skip(1) {
                let path = rest.split('"').next().unwrap_or_default();
                routes.extend(sides.iter().map(|side| format!("{side}{path}")));
            }
        }
    }
    // The prefix by itself is no route.
    routes.remove("/shop-api/");
    let table = ROUTES.iter().map(|(_, path, _)| (*path).to_owned());
    assert_eq!(routes, table.collect());
}

#[test]
fn statuses_are_decided_in_one_place() {
    let mut found = Vec::new();
    for (name, text) in rust() {
        let home = [
            "src/http/reply",
            "src/http/socket",
            "src/http/assets",
            "src/http/files",
            "src/http/listener",
        ];
        if home.iter().any(|home| name.starts_with(home)) {
            continue;
        }
        for (at, line) in code(&text) {
            if line.contains("StatusCode::") {
                found.push(format!("{name}:{at}: {}", line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut found = Vec::new();
    for (name, text) in [rust(), files("tests", &[".rs"])].concat() {
        if !text.starts_with("//!") {
            found.push(format!("{name} does not start with //!"));
        }
    }
    none(&found);
}

#[test]
fn nothing_panics_without_a_reason() {
    let mut found = Vec::new();
    for (name, text) in rust() {
        for (at, line) in code(&text) {
            let bad = [
                ".unwrap()",
                "todo!(",
                "unimplemented!(",
                "dbg!(",
                ".expect(\"\")",
            ];
            if bad.iter().any(|bad| line.contains(bad)) {
                found.push(format!("{name}:{at}: {}", line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn every_channel_is_bounded() {
    none(&outside(
        "nowhere",
        &["unbounded_channel", "unbounded", "UnboundedSender"],
    ));
}

#[test]
fn the_server_writes_to_the_disk_before_it_answers() {
    // A process that is killed cannot show the difference, since the system's memory of the file survives it.
    let set = r#"connection.pragma_update(None, "synchronous", "FULL")?;"#;
    let mut found = Vec::new();
    for (name, text) in rust() {
        for (at, line) in code(&text) {
            if line.contains("\"synchronous\"") {
                found.push((name.clone(), at, line.trim().to_owned()));
            }
        }
    }
    let setting: Vec<_> = found.iter().filter(|(_, _, line)| line == set).collect();
    assert_eq!(setting.len(), 1, "set once, to FULL: {found:?}");
    assert_eq!(setting[0].0, "src/store/connection.rs");
    let others = found.len() - setting.len();
    assert_eq!(others, 1, "and read back once: {found:?}");
}

#[test]
fn markup_never_gets_into_a_page() {
    let forbidden = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "setHTMLUnsafe",
        "parseFromString",
        "srcdoc",
        "eval(",
        "new Function",
        "javascript:",
    ];
    let mut found = Vec::new();
    for (name, text) in files("assets", &[".js", ".html"]) {
        for (at, line) in text.lines().enumerate() {
            let code = line.trim_start();
            let comment = code.starts_with("//") || code.starts_with('*') || code.starts_with("/*");
            if !comment && forbidden.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn no_page_has_a_script_or_a_style_inside() {
    let mut found = Vec::new();
    for (name, text) in files("assets", &[".html"]) {
        let text = text.to_ascii_lowercase();
        if text.contains("<style") || text.contains(" style=") {
            found.push(format!("{name}: a style inside"));
        }
        for rest in text.split("<script").skip(1) {
            let (tag, rest) = rest.split_once('>').unwrap_or((rest, ""));
            let inside = rest.split("</script").next().unwrap_or("");
            // What a search engine reads of a product is no script.
            let data = tag.contains("application/ld+json");
            if !data && (!tag.contains("src=") || !inside.trim().is_empty()) {
                found.push(format!("{name}: a script inside"));
            }
        }
        for handler in [
            " onclick=",
            " onload=",
            " onerror=",
            " onsubmit=",
            " oninput=",
        ] {
            if text.contains(handler) {
                found.push(format!("{name}:{handler}"));
            }
        }
    }
    none(&found);
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    let mut found = Vec::new();
    for (name, text) in files("assets", &[".html", ".css", ".js"]) {
        for (at, line) in text.lines().enumerate() {
            let asks = [
                "src=\"http",
                "href=\"http",
                "url(http",
                "from \"http",
                "import(\"http",
                "@import url",
            ];
            if asks.iter().any(|ask| line.contains(ask)) {
                found.push(format!("{name}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    none(&found);
}

#[test]
fn no_file_is_longer_than_one_reads() {
    let rust = [rust(), files("tests", &[".rs"])].concat();
    let front = files("assets", &[".js", ".css", ".html"]);
    let mut found = Vec::new();
    for (files, max) in [(rust, RUST_LINES_MAX), (front, FRONT_LINES_MAX)] {
        for (name, text) in files {
            let lines = text.lines().count();
            // A file of tests may be a longer list: each of them is read alone.
            let max = if name.starts_with("tests/") {
                max + 100
            } else {
                max
            };
            if lines > max {
                found.push(format!("{name} has {lines} lines"));
            }
        }
    }
    none(&found);
}
