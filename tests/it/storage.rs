//! The file: what it is, who may read it, and that it stays whole.

use std::os::unix::fs::{FileExt, PermissionsExt};

use rusqlite::Connection;

use crate::harness::{Server, fresh_id, text};

const APPLICATION_ID: i64 = 0x4B45_4655;

fn pragma(connection: &Connection, name: &str) -> String {
    connection
        .query_row(&format!("PRAGMA {name}"), [], |row| {
            row.get::<_, rusqlite::types::Value>(0)
        })
        .map(|value| match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        })
        .expect("a pragma")
}

#[tokio::test]
async fn the_file_says_what_it_is() {
    let server = Server::start();
    server.customer().await;
    let file = server.look();
    assert_eq!(pragma(&file, "journal_mode"), "wal");
    assert_eq!(pragma(&file, "application_id"), APPLICATION_ID.to_string());
    assert_ne!(pragma(&file, "user_version"), "0");
    assert_eq!(pragma(&file, "auto_vacuum"), "2", "incremental");
}

#[tokio::test]
async fn the_file_is_its_owners_alone() {
    let server = Server::start();
    server.customer().await;
    for name in ["shop.db", "shop.db-wal", "shop.db-shm", "shop.db.lock"] {
        let metadata = std::fs::metadata(server.folder().join(name)).expect(name);
        let mode = metadata.permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{name} is {mode:o}");
    }
}

#[tokio::test]
async fn every_column_of_the_original_is_there() {
    let server = Server::start();
    let file = server.look();
    for sql in [
        "SELECT id, user_id, last_message_time, last_message_content, last_message_content_type, admin_pinned,
         user_deleted, admin_deleted, admin_unread_message_count FROM promotion_kefu_conversation",
        "SELECT id, conversation_id, sender_id, sender_type, receiver_id, receiver_type, content_type, content,
         read_status FROM promotion_kefu_message",
    ] {
        file.prepare(sql).expect("every column is there");
    }
}

#[tokio::test]
async fn a_second_conversation_of_a_member_cannot_be_stored() {
    let mut server = Server::start();
    server.customer().await;
    server
        .edit(|file| {
            let copied = file.execute(
                "INSERT INTO promotion_kefu_conversation
                   (user_id, last_message_time, last_message_content, last_message_content_type, create_time, update_time)
                 SELECT user_id, 1, '', 1, 1, 1 FROM promotion_kefu_conversation",
                [],
            );
            assert!(copied.is_err());
        })
        .await;
}

#[tokio::test]
async fn the_file_is_whole_after_a_crash_in_the_middle_of_work() {
    let mut server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(server.customer().await);
    }
    for round in 0..3 {
        let work = people.iter().map(|(visitor, conversation)| {
            let admin = admin.clone();
            async move {
                for n in 0..6 {
                    let body = text(&format!("{round} {n} {}", fresh_id()));
                    let ask = visitor.ask("POST promotion/kefu-message/send").json(&body);
                    ask.attempt().await;
                    let line = format!(
                        "PUT promotion/kefu-message/update-read-status?conversationId={conversation}"
                    );
                    admin.ask(&line).attempt().await;
                }
            }
        });
        let work = futures_util::future::join_all(work);
        let crash = async {
            // Some of it has been answered by the time this list is.
            admin
                .ask("GET promotion/kefu-conversation/list")
                .attempt()
                .await;
            server.restart();
        };
        tokio::join!(work, crash);
        let file = server.look();
        assert_eq!(pragma(&file, "integrity_check"), "ok");
        let counted: i64 = file
            .query_row(
                "SELECT count(*) FROM promotion_kefu_conversation AS c
                 WHERE c.admin_unread_message_count <> (SELECT count(*) FROM promotion_kefu_message AS m
                   WHERE m.conversation_id = c.id AND m.sender_type = 1 AND m.read_status = 0)",
                [],
                |row| row.get(0),
            )
            .expect("both tables");
        assert_eq!(counted, 0, "a counter that disagrees with its messages");
    }
}

#[tokio::test]
async fn a_message_and_its_conversation_change_together() {
    let server = Server::start_with(&["--no-limits"]);
    let (visitor, _) = server.customer().await;
    let file = server.look();
    let bodies: Vec<_> = (0..100).map(|n| text(&format!("{n}"))).collect();
    let sends = futures_util::future::join_all(bodies.iter().map(|body| visitor.send(body)));
    let looks = async {
        for _ in 0..50 {
            let apart: i64 = file
                .query_row(
                    "SELECT count(*) FROM promotion_kefu_conversation AS c JOIN promotion_kefu_message AS m
                       ON m.id = (SELECT max(id) FROM promotion_kefu_message WHERE conversation_id = c.id)
                     WHERE c.last_message_content <> m.content",
                    [],
                    |row| row.get(0),
                )
                .expect("both tables");
            assert_eq!(apart, 0);
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(sends, looks);
}

#[tokio::test]
async fn an_outside_writer_makes_a_message_wait_and_not_fail() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    let outside = Connection::open(server.file()).expect("the file opens");
    outside
        .execute_batch("BEGIN IMMEDIATE")
        .expect("a write lock");
    let body = text("patience");
    let (reply, ()) = tokio::join!(visitor.send(&body), async {
        // The server answers others meanwhile; then the lock goes.
        assert_eq!(visitor.list("").await.len(), 1);
        outside.execute_batch("ROLLBACK").expect("the lock is ours");
    });
    reply.data();
}

#[tokio::test]
async fn a_full_queue_is_said_at_once_and_what_was_answered_is_stored() {
    let server = Server::start_with(&["--no-limits"]);
    let (visitor, _) = server.customer().await;
    let outside = Connection::open(server.file()).expect("the file opens");
    outside
        .execute_batch("BEGIN IMMEDIATE")
        .expect("a write lock");
    // More than may wait.
    let mut sends = tokio::task::JoinSet::new();
    for n in 0..1_500 {
        let visitor = visitor.clone();
        sends.spawn(async move { visitor.send(&text(&format!("{n}"))).await });
    }
    let (mut stored, mut busy) = (1, 0);
    while let Some(reply) = sends.join_next().await {
        let reply = reply.expect("no panic");
        if reply.status == 200 {
            stored += 1;
            continue;
        }
        reply.refused(503, 503);
        assert!(reply.seconds_to_wait() >= 1);
        busy += 1;
        if busy == 1 {
            outside.execute_batch("ROLLBACK").expect("the lock is ours");
        }
    }
    assert!(busy > 0, "all of them were let wait");
    assert_eq!(server.count("promotion_kefu_message"), stored);
}

#[tokio::test]
async fn a_failing_disk_ends_the_server_with_74_and_keeps_what_was_acknowledged() {
    let mut server = Server::start_with_files_of(800);
    let visitor = server.visitor().await;
    let words = "x".repeat(3_000);
    let mut acknowledged = 0;
    loop {
        let reply = visitor.send(&text(&words)).await;
        if reply.status != 200 {
            reply.refused(503, 503);
            break;
        }
        acknowledged += 1;
        assert!(acknowledged < 1_000, "the disk never failed");
    }
    let status = server.exit().await;
    assert_eq!(status.code(), Some(74), "{}", server.log());
    assert!(acknowledged > 0);
    server.start_again();
    assert_eq!(server.count("promotion_kefu_message"), acknowledged);
    visitor.say("and on it goes").await;
}

/// Spoils the first page of a table or an index.
fn spoil(server: &Server, name: &str) {
    let file = Connection::open(server.file()).expect("the file opens");
    let size: u64 = pragma(&file, "page_size").parse().expect("a size");
    let page = file
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?1",
            [name],
            |row| row.get::<_, u32>(0),
        )
        .expect("a table or an index");
    file.close().expect("the file closes");
    let raw = std::fs::File::options()
        .write(true)
        .open(server.file())
        .expect("the file opens");
    raw.write_all_at(&[0xff; 64], u64::from(page - 1) * size)
        .expect("a page is spoilt");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_at_the_start_ends_it_with_74() {
    let mut server = Server::start();
    server.customer().await;
    server.stop().await;
    spoil(&server, "setting");
    let args = ["--db", "shop.db", "--listen", "127.0.0.1:0"];
    let done = crate::harness::kefu(server.folder(), &args, "");
    assert_eq!(done.code, Some(74), "{done:?}");
    let line = done.err.trim().lines().last().expect("a reason");
    assert!(
        line.contains("shop.db") && line.contains("damaged"),
        "{line}"
    );
}

#[tokio::test]
async fn the_log_never_has_what_people_wrote_however_much_it_is_to_say() {
    let server = Server::start_logging("trace");
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (mut socket, _) = visitor.page_socket("").await;
    admin.say(conversation, "between you and me").await;
    socket.message().await;
    socket.say("hush-hush").await;
    socket.ping().await;
    let log = server.log();
    for secret in [
        "between you and me",
        "hush-hush",
        &visitor.token,
        &admin.token,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_damaged_file_is_still_read_and_never_written() {
    let mut server = Server::start();
    let (visitor, _) = server.customer().await;
    server.stop().await;
    // An index that reading does without.
    spoil(&server, "session_expire");
    // A log that was left behind: the server was not stopped cleanly.
    std::fs::write(server.folder().join("shop.db-wal"), [0; 64]).expect("a log");
    server.start_again();
    assert_eq!(visitor.list("").await.len(), 1);
    visitor.send(&text("not any more")).await.refused(500, 500);
    assert_eq!(server.ask("GET /healthz").await.status, 503);
    assert_eq!(server.count("promotion_kefu_message"), 1);
    assert!(server.log().contains("damaged"), "{}", server.log());
}
