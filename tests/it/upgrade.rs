//! Files of older versions: each frozen schema in tests/schemas/ comes to what a new file has, with its rows.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::harness::Server;

const FROZEN: [(i64, &str); 2] = [
    (1, include_str!("../schemas/1.sql")),
    (2, include_str!("../schemas/2.sql")),
];

/// A database as version `version` of the program left it, with a customer who wrote.
fn old_file(path: &Path, version: i64, schema: &str) {
    let connection = Connection::open(path).expect("a new file");
    connection
        .pragma_update(None, "auto_vacuum", "INCREMENTAL")
        .expect("a new file");
    connection.execute_batch(schema).expect("a frozen schema");
    connection
        .execute_batch(
            "INSERT INTO setting VALUES ('epoch', 'abcdefghijklmnop');
             INSERT INTO member (id, nickname, create_time) VALUES (7, 'Lin', 1700000000000);
             INSERT INTO promotion_kefu_conversation
               (id, user_id, last_message_time, last_message_content, last_message_content_type, create_time, update_time)
               VALUES (3, 7, 1700000000000, '{\"text\":\"hello\"}', 1, 1700000000000, 1700000000000);
             INSERT INTO promotion_kefu_message
               (id, conversation_id, sender_id, sender_type, content_type, content, create_time, client_message_id, sent_sha256)
               VALUES (9, 3, 7, 1, 1, '{\"text\":\"hello\"}', 1700000000000, 'abcdefghijklmnop', zeroblob(32));",
        )
        .expect("rows of that version");
    connection
        .pragma_update(None, "application_id", 0x4B45_4655)
        .expect("a new file");
    connection
        .pragma_update(None, "user_version", version)
        .expect("a new file");
}

/// Every table's columns, indexes and foreign keys, as SQLite reads them.
fn structure(path: &Path) -> BTreeMap<String, Vec<String>> {
    let connection = Connection::open(path).expect("a database");
    let lines = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).expect("a query");
        let width = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells: rusqlite::Result<Vec<_>> = (0..width)
                .map(|at| row.get::<_, rusqlite::types::Value>(at))
                .collect();
            Ok(format!("{:?}", cells?))
        });
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    };
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")
        .expect("a query");
    let names: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .expect("rows")
        .map(|name| name.expect("a name"))
        .collect();
    let mut tables = BTreeMap::new();
    for name in names {
        let mut all = lines(&format!("PRAGMA table_xinfo({name})"));
        all.extend(lines(&format!(
            "SELECT l.name, l.\"unique\", l.origin, l.partial, x.seqno, x.name, x.\"desc\", x.coll, x.key
             FROM pragma_index_list('{name}') l, pragma_index_xinfo(l.name) x ORDER BY 1, 5"
        )));
        all.extend(lines(&format!("PRAGMA foreign_key_list({name})")));
        all.extend(lines(&format!(
            "SELECT wr, strict FROM pragma_table_list('{name}')"
        )));
        tables.insert(name, all);
    }
    tables
}

/// What SQLite keeps as the text of every table and index, without comments and without what is only spacing.
fn texts(path: &Path) -> BTreeMap<String, String> {
    let connection = Connection::open(path).expect("a database");
    let mut statement = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        .expect("a query");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let plain = |sql: String| -> String {
        let lines = sql
            .lines()
            .map(|line| line.split("--").next().unwrap_or(""));
        let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
        let text = words.join(" ");
        [" (", "( ", " )", ") ", " ,", ", "]
            .iter()
            .fold(text, |text, spaced| text.replace(spaced, spaced.trim()))
    };
    let rows = rows.expect("rows").map(|row| row.expect("a row"));
    rows.map(|(name, sql): (String, String)| (name, plain(sql)))
        .collect()
}

/// A server that was started on a file of an old version.
async fn upgraded(version: i64, schema: &str) -> Server {
    let mut server = Server::start();
    server.stop().await;
    std::fs::remove_file(server.file()).expect("the new file");
    old_file(&server.file(), version, schema);
    server.start_again();
    server
}

#[tokio::test]
async fn every_old_file_comes_to_what_a_new_one_has_and_keeps_its_rows() {
    let new = Server::start();
    for (version, schema) in FROZEN {
        let server = upgraded(version, schema).await;
        let owner = server.owner().await;
        let kept = owner.whole(3).await;
        assert_eq!(kept.len(), 1, "the messages of version {version}");
        assert_eq!(kept[0]["content"], r#"{"text":"hello"}"#);
        assert_eq!(
            structure(&server.file()),
            structure(&new.file()),
            "version {version}"
        );
        assert_eq!(
            texts(&server.file()),
            texts(&new.file()),
            "version {version}: also what is checked and where an index looks"
        );
    }
}

/// The copies beside the file, whole or not.
fn copies(server: &Server) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(server.folder()).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut copies: Vec<_> = paths
        .filter(|path| path.to_string_lossy().contains(".before-version-"))
        .collect();
    copies.sort();
    copies
}

#[tokio::test]
async fn a_copy_is_kept_of_what_was_there_before_the_upgrade() {
    for (version, schema) in FROZEN {
        let mut server = upgraded(version, schema).await;
        let kept = copies(&server);
        assert_eq!(kept.len(), 1, "one copy: {kept:?}");
        let name = kept[0].file_name().expect("a name").to_string_lossy();
        let says = format!("shop.db.version-{version}.before-version-");
        assert!(name.starts_with(&says), "{name}");
        let mode = std::fs::metadata(&kept[0])
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "it is its owner's alone");
        let copy = Connection::open(&kept[0]).expect("a database");
        let was: i64 = copy
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version");
        assert_eq!(was, version);
        let messages: i64 = copy
            .query_row("SELECT count(*) FROM promotion_kefu_message", [], |row| {
                row.get(0)
            })
            .expect("the table");
        assert_eq!(messages, 1);
        // There is nothing to upgrade at the next start.
        server.restart();
        assert_eq!(copies(&server), kept);
    }
}

#[tokio::test]
async fn what_an_upgrade_that_was_broken_off_left_behind_is_no_copy() {
    let (version, schema) = FROZEN[1];
    let mut server = Server::start();
    server.stop().await;
    std::fs::remove_file(server.file()).expect("the new file");
    old_file(&server.file(), version, schema);
    let beside = |ending: &str| server.folder().join(format!("shop.db{ending}"));
    let torsos = [
        beside(".before-version-3.part"),
        beside(".before-version-3"),
    ];
    for torso in &torsos {
        std::fs::write(torso, "SQLite format 3\0 and then").expect("a file");
    }
    server.start_again();
    let kept = copies(&server);
    assert!(!kept.contains(&torsos[0]), "{kept:?}");
    let copy = kept
        .iter()
        .find(|path| **path != torsos[1])
        .expect("a copy of its own");
    let copy = Connection::open(copy).expect("a database");
    let verdict: String = copy
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("a verdict");
    assert_eq!(verdict, "ok");
}
