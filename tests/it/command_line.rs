//! The command line: a shop types one line, and an error is one line that says the way out.

use std::os::unix::fs::symlink;

use rusqlite::Connection;

use crate::harness::{Admin, PASSWORD, Server, kefu};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temp folder")
}

#[test]
fn the_first_line_says_where_it_listens() {
    let server = Server::start();
    assert!(server.address().ip().is_loopback());
    assert_ne!(server.address().port(), 0, "as bound, not as asked");
}

#[test]
fn help_and_version_are_there() {
    let folder = folder();
    let help = kefu(folder.path(), &["--help"], "");
    for word in ["--db", "--listen", "admin", "--no-limits", "KEFU_DB"] {
        assert!(help.out().contains(word), "{word}: {}", help.out);
    }
    let version = kefu(folder.path(), &["--version"], "");
    assert!(version.out().contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_flag_is_named_with_exit_code_two() {
    let folder = folder();
    let rows: [(&[&str], &str); 11] = [
        (&[], "--db"),
        (&["--db"], "--db"),
        (&["--nonsense", "--db", "shop.db"], "--nonsense"),
        (&["--db", "shop.db", "--listen", "nowhere"], "--listen"),
        (
            &["--db", "shop.db", "--listen", "127.0.0.1:99999"],
            "--listen",
        ),
        (
            &["--db", "shop.db", "--time-zone", "Asia/Atlantis"],
            "--time-zone",
        ),
        (
            &["--db", "shop.db", "--messages-burst", "-1"],
            "--messages-burst",
        ),
        (
            &["--db", "shop.db", "--messages-per-minute", "x"],
            "--messages-per-minute",
        ),
        (
            &["--db", "shop.db", "--trusted-proxy", "10.0.0.0/99"],
            "--trusted-proxy",
        ),
        (
            &["--db", "shop.db", "--public-url", "not a url"],
            "--public-url",
        ),
        (&["--db", "shop.db", "admin", "nonsense"], "nonsense"),
    ];
    for (args, word) in rows {
        let done = kefu(folder.path(), args, "");
        let line = done.failed(2);
        assert!(line.contains(word), "{args:?}: {line}");
    }
    let left = std::fs::read_dir(folder.path())
        .expect("the folder")
        .count();
    assert_eq!(left, 0, "nothing was made");
}

#[test]
fn a_wrong_variable_is_an_error_like_a_wrong_flag() {
    let folder = folder();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_kefu-server"))
        .current_dir(folder.path())
        .env("KEFU_DB", "shop.db")
        .env("KEFU_LISTEN", "nowhere")
        .output()
        .expect("the binary can be run");
    assert_eq!(output.status.code(), Some(2));
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        err.contains("--listen") || err.contains("KEFU_LISTEN"),
        "{err}"
    );
}

#[test]
fn a_place_that_is_not_there_is_named() {
    let folder = folder();
    let done = kefu(
        folder.path(),
        &["--db", "missing/shop.db", "--listen", "127.0.0.1:0"],
        "",
    );
    assert!(done.failed(1).contains("missing"), "{}", done.err);
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let server = Server::start();
    let folder = folder();
    let address = server.address().to_string();
    let done = kefu(
        folder.path(),
        &["--db", "shop.db", "--listen", &address],
        "",
    );
    assert_eq!(done.code, Some(1), "{done:?}");
    let line = done.err.trim().lines().last().expect("a reason");
    assert!(line.contains(&address), "{line}");
    assert_eq!(server.ask("GET /healthz").await.status, 200);
}

#[tokio::test]
async fn a_second_server_on_the_same_file_refuses_and_the_first_goes_on() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    let args = ["--db", "shop.db", "--listen", "127.0.0.1:0"];
    let done = kefu(server.folder(), &args, "");
    assert_eq!(done.code, Some(1), "{done:?}");
    let line = done.err.trim().lines().last().expect("a reason");
    assert!(line.contains("shop.db"), "{line}");
    visitor.say("still there?").await;
    assert_eq!(visitor.list("").await.len(), 2);
}

#[tokio::test]
async fn a_link_to_the_file_or_its_folder_does_not_let_a_second_server_in() {
    let server = Server::start();
    let folder = folder();
    symlink(server.file(), folder.path().join("link.db")).expect("a link");
    symlink(server.folder(), folder.path().join("shop")).expect("a link");
    for name in ["link.db", "shop/shop.db"] {
        let args = ["--db", name, "--listen", "127.0.0.1:0"];
        let done = kefu(folder.path(), &args, "");
        assert!(done.failed(1).contains("another kefu-server"), "{done:?}");
    }
    assert_eq!(server.ask("GET /healthz").await.status, 200);
}

#[tokio::test]
async fn a_file_of_another_program_or_a_newer_version_is_refused_untouched() {
    for change in [
        "PRAGMA user_version = 9999",
        "PRAGMA application_id = 12345",
    ] {
        let mut server = Server::start();
        server.customer().await;
        server.stop().await;
        let file = Connection::open(server.file()).expect("the file opens");
        file.execute_batch(change).expect("a pragma");
        file.close().expect("the file closes");
        let before = std::fs::read(server.file()).expect("the file");
        for args in [
            &["--db", "shop.db", "--listen", "127.0.0.1:0"][..],
            &["--db", "shop.db", "admin", "list"],
            &["--db", "shop.db", "admin", "add", "lily"],
        ] {
            let done = kefu(server.folder(), args, "");
            assert_eq!(done.code, Some(1), "{change} {args:?} {done:?}");
            let line = done.err.trim().lines().last().expect("a reason");
            assert!(line.contains("shop.db"), "{line}");
        }
        let after = std::fs::read(server.file()).expect("the file");
        assert!(before == after, "{change}: the file was touched");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_untouched() {
    let folder = folder();
    let path = folder.path().join("shop.db");
    let text = "dear diary, ".repeat(500);
    std::fs::write(&path, &text).expect("a file");
    for args in [
        &["--db", "shop.db", "--listen", "127.0.0.1:0"][..],
        &["--db", "shop.db", "admin", "list"],
    ] {
        let done = kefu(folder.path(), args, "");
        assert_eq!(done.code, Some(1), "{done:?}");
        let line = done.err.trim().lines().last().expect("a reason");
        assert!(line.contains("shop.db"), "{line}");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the file"), text);
}

#[test]
fn a_database_of_another_program_without_an_id_is_refused() {
    let folder = folder();
    let file = Connection::open(folder.path().join("shop.db")).expect("a new file");
    file.execute_batch(
        "CREATE TABLE notes (id INTEGER PRIMARY KEY); INSERT INTO notes VALUES (1);",
    )
    .expect("a table");
    file.close().expect("the file closes");
    let args = ["--db", "shop.db", "--listen", "127.0.0.1:0"];
    let done = kefu(folder.path(), &args, "");
    assert_eq!(done.code, Some(1), "{done:?}");
}

#[tokio::test]
async fn an_admin_is_added_while_the_server_runs_and_his_password_printed() {
    let server = Server::start_with(&["--no-limits"]);
    let added = server.admin_command(&["add", "lily", "--nickname", "丽丽"], "");
    let words: Vec<&str> = added.out().split_whitespace().collect();
    let mut signed_in = None;
    for word in words.iter().rev().filter(|word| word.len() >= 8) {
        let reply = Admin::signing_in(&server.door, "lily", word).await;
        if reply.status == 200 {
            signed_in = Some(Admin::from_sign_in(&server.door, &reply.data()));
            break;
        }
    }
    let lily = signed_in.unwrap_or_else(|| panic!("no password in: {}", added.out));
    let info = lily.ask("GET system/auth/get-permission-info").await.data();
    assert_eq!(info["user"]["nickname"], "丽丽");
}

#[tokio::test]
async fn who_is_given_no_nickname_is_called_by_no_name_to_sign_in_with() {
    let server = Server::start();
    let owner = server.owner().await;
    let added = server.admin_command(&["add", "lily", "--password-stdin"], PASSWORD);
    assert!(added.out().contains("客服"), "{added:?}");
    let body = serde_json::json!({ "username": "anna", "password": PASSWORD, "nickname": " " });
    owner
        .ask("POST system/user/create")
        .json(&body)
        .await
        .data();
    for name in ["lily", "anna"] {
        let admin = Admin::sign_in(&server.door, name).await;
        let info = admin
            .ask("GET system/auth/get-permission-info")
            .await
            .data();
        assert_eq!(info["user"]["nickname"], "客服");
    }
}

#[tokio::test]
async fn admins_are_listed_with_what_became_of_them() {
    let server = Server::start();
    server.owner().await;
    server.admin("lily").await;
    server.admin_command(&["disable", "lily"], "").out();
    let listed = server.admin_command(&["list"], "");
    let lines: Vec<&str> = listed.out().lines().collect();
    let line = |name: &str| {
        *lines
            .iter()
            .find(|line| line.contains(name))
            .unwrap_or_else(|| panic!("{name} is not in {lines:?}"))
    };
    assert!(line("lily").contains("disabled"), "{lines:?}");
    assert!(!line("owner").contains("disabled"), "{lines:?}");
}

#[tokio::test]
async fn the_first_admin_is_an_owner_and_so_is_whoever_is_added_as_one() {
    let server = Server::start();
    for args in [
        &["add", "first", "--role", "agent"][..],
        &["add", "second", "--role", "owner"],
        &["add", "third"],
    ] {
        server.admin_command(args, "").out();
    }
    let listed = server.admin_command(&["list"], "");
    let roles: Vec<&str> = listed
        .out()
        .lines()
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    assert_eq!(roles, ["owner", "owner", "agent"]);
    server.admin_command(&["disable", "first"], "").out();
    let done = server.admin_command(&["disable", "second"], "");
    assert!(done.failed(1).contains("only enabled owner"), "{done:?}");
    let done = server.admin_command(&["add", "fourth", "--role", "boss"], "");
    assert!(done.failed(2).contains("owner or agent"), "{done:?}");
}

#[tokio::test]
async fn the_only_owner_is_not_disabled() {
    let server = Server::start();
    let owner = server.owner().await;
    server.admin("lily").await;
    let done = server.admin_command(&["disable", "owner"], "");
    let line = done.failed(1);
    assert!(line.contains("only enabled owner"), "{line}");
    assert!(line.contains("admin passwd owner"), "{line}");
    assert!(owner.conversations().await.is_empty(), "still signed in");
    server.admin_command(&["disable", "lily"], "").out();
}

#[tokio::test]
async fn admins_are_managed_while_the_server_is_stopped() {
    let mut server = Server::start();
    server.stop().await;
    let added = server.admin_command(&["add", "lily", "--password-stdin"], PASSWORD);
    added.out();
    assert!(server.admin_command(&["list"], "").out().contains("lily"));
    server.start_again();
    assert_eq!(server.setup_code(), None);
    Admin::sign_in(&server.door, "lily").await;
}

#[tokio::test]
async fn a_password_of_the_standard_input_may_end_with_a_line() {
    let server = Server::start();
    for (name, ending) in [("unix", "\n"), ("windows", "\r\n"), ("bare", "")] {
        let input = format!("{PASSWORD}{ending}");
        let added = server.admin_command(&["add", name, "--password-stdin"], &input);
        added.out();
        Admin::sign_in(&server.door, name).await;
    }
}

#[tokio::test]
async fn a_bad_admin_is_refused_in_one_line() {
    let server = Server::start();
    server.admin("lily").await;
    let rows: [(&[&str], &str, &str); 9] = [
        (&["add", "lily", "--password-stdin"], PASSWORD, "lily"),
        (&["add", "LILY", "--password-stdin"], PASSWORD, "LILY"),
        (&["add", "x", "--password-stdin"], PASSWORD, "name"),
        (&["add", "has space", "--password-stdin"], PASSWORD, "name"),
        (&["add", "anna", "--password-stdin"], "short", "password"),
        (&["add", "anna", "--password-stdin"], "", "password"),
        (
            &["passwd", "nobody", "--password-stdin"],
            PASSWORD,
            "nobody",
        ),
        (&["disable", "nobody"], "", "nobody"),
        (&["enable", "nobody"], "", "nobody"),
    ];
    for (args, input, word) in rows {
        let done = server.admin_command(args, input);
        assert!([Some(1), Some(2)].contains(&done.code), "{args:?} {done:?}");
        let line = done.err.trim();
        assert_eq!(line.lines().count(), 1, "{args:?}: {line}");
        assert!(
            line.to_lowercase().contains(&word.to_lowercase()),
            "{args:?}: {line}"
        );
        assert_eq!(done.out, "", "{args:?}");
    }
    assert_eq!(server.count("admin"), 1);
}

#[tokio::test]
async fn every_flag_is_a_variable_too() {
    let folder = folder();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kefu-server"))
        .current_dir(folder.path())
        .env("KEFU_DB", "shop.db")
        .env("KEFU_LISTEN", "127.0.0.1:0")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the binary can be run");
    let stdout = child.stdout.take().expect("stdout is piped");
    let mut first = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut first).expect("a line");
    child.kill().expect("it runs");
    child.wait().expect("it is gone");
    assert!(
        first.starts_with("listening on http://127.0.0.1:"),
        "{first}"
    );
}

#[test]
fn an_unwritable_place_is_named() {
    let done = kefu(
        std::path::Path::new("/"),
        &["--db", "/proc/shop.db", "--listen", "127.0.0.1:0"],
        "",
    );
    assert!([Some(1), Some(74)].contains(&done.code), "{done:?}");
    assert!(done.err.contains("/proc/shop.db"), "{done:?}");
}

#[tokio::test]
async fn the_standard_output_has_two_lines_and_the_log_is_elsewhere() {
    let server = Server::start();
    assert!(!server.opening.contains('\u{1b}'), "{}", server.opening);
    assert!(!server.log().contains("#setup="), "the code is not logged");
}

#[test]
fn a_mistyped_file_is_not_made() {
    let folder = folder();
    for args in [
        &["list"][..],
        &["passwd", "anna"],
        &["disable", "anna"],
        &["enable", "anna"],
    ] {
        let args = [&["--db", "shpo.db", "admin"], args].concat();
        let done = kefu(folder.path(), &args, "");
        let line = done.failed(1);
        assert!(line.contains("shpo.db"), "{line}");
    }
    assert!(!folder.path().join("shpo.db").exists());
}
