//! What happens to a batch of which something fails. Jobs of the product fail before they have changed anything, so these
//! are made up.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, params};

use super::{QUEUE_JOBS_MAX, WAITING_JOBS_MAX, Writer};
use crate::error::{Error, Result};
use crate::model::{ConversationId, Event, MemberId};

/// A writer on a new file with one table, and the conversations of the events it published.
struct Desk {
    writer: Writer,
    published: Arc<Mutex<Vec<i64>>>,
    path: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("shop.db");
        let connection = Connection::open(&path).expect("a file");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE note (id INTEGER PRIMARY KEY, words TEXT)",
            )
            .expect("a table");
        let published = Arc::new(Mutex::new(Vec::new()));
        let heard = published.clone();
        let publish = move |events: Vec<Event>| {
            let mut heard = heard.lock().expect("nobody panics with it");
            heard.extend(events.iter().filter_map(|event| match event {
                Event::AdminRead { conversation, .. } => Some(conversation.0),
                _ => None,
            }));
        };
        let (writer, _failed) =
            Writer::start(connection, false, Box::new(publish)).expect("a writer");
        Desk {
            writer,
            published,
            path,
            _folder: folder,
        }
    }

    /// A first note that holds the thread until the sender says go, so that others wait behind it and share a batch.
    fn hold(&self) -> (impl Future<Output = Result<i64>>, Sender<()>) {
        let (go, wait) = std::sync::mpsc::channel();
        let wait = Mutex::new(Some(wait));
        let first = self.writer.write(0, move |c, events| {
            if let Some(wait) = wait.lock().expect("nobody panics with it").take() {
                wait.recv().expect("the test says when");
            }
            note(c, events, 0, "first")
        });
        (first, go)
    }

    fn ids(&self) -> Vec<i64> {
        let connection = Connection::open(&self.path).expect("the file");
        let mut statement = connection
            .prepare("SELECT id FROM note ORDER BY id")
            .expect("a query");
        let ids = statement.query_map([], |row| row.get(0)).expect("rows");
        ids.map(|id| id.expect("a number")).collect()
    }

    fn published(&self) -> Vec<i64> {
        let mut published = self
            .published
            .lock()
            .expect("nobody panics with it")
            .clone();
        published.sort_unstable();
        published
    }
}

fn note(connection: &Connection, events: &mut Vec<Event>, id: i64, words: &str) -> Result<i64> {
    connection.execute("INSERT INTO note VALUES (?1, ?2)", params![id, words])?;
    events.push(Event::AdminRead {
        conversation: ConversationId(id),
        member: MemberId(1),
    });
    Ok(id)
}

fn no() -> Error {
    Error::invalid("不行", "no")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_halfway_is_undone_alone() {
    let desk = Desk::open();
    let (first, go) = desk.hold();
    let even_fail = (1..=10).map(|id| {
        desk.writer.write(0, move |c, events| {
            note(c, events, id, "later")?;
            if id % 2 == 0 { Err(no()) } else { Ok(id) }
        })
    });
    let others = futures_util::future::join_all(even_fail);
    let release = async move { go.send(()).expect("the writer waits") };
    let (first, others, ()) = tokio::join!(first, others, release);
    assert_eq!(first.expect("nothing is wrong with it"), 0);
    for (at, done) in others.into_iter().enumerate() {
        let id = i64::try_from(at).expect("a small number") + 1;
        assert_eq!(done.is_ok(), id % 2 == 1, "{id}");
    }
    assert_eq!(desk.ids(), [0, 1, 3, 5, 7, 9]);
    assert_eq!(desk.published(), [0, 1, 3, 5, 7, 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_is_over_when_there_is_room_again() {
    let desk = Desk::open();
    let pages = |count: i64| {
        desk.writer.write(0, move |c, _| {
            c.pragma_update(None, "max_page_count", count)?;
            Ok(())
        })
    };
    pages(4).await.expect("a setting");
    let large = "x".repeat(50_000);
    let words = large.clone();
    let full = desk
        .writer
        .write(0, move |c, events| note(c, events, 1, &words));
    assert!(matches!(full.await, Err(Error::StorageFull)));
    assert!(!desk.writer.is_healthy());
    pages(1_000).await.expect("a setting");
    let fits = desk
        .writer
        .write(0, move |c, events| note(c, events, 2, &large));
    assert_eq!(fits.await.expect("there is room"), 2);
    assert!(desk.writer.is_healthy());
    assert_eq!(desk.ids(), [2]);
    assert_eq!(desk.published(), [2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_is_busy_at_once() {
    let desk = Desk::open();
    let (first, go) = desk.hold();
    // The thread may have taken some out of the queue before it ran the first one.
    let room = QUEUE_JOBS_MAX + WAITING_JOBS_MAX;
    let count = i64::try_from(room).expect("a small number") + 10;
    let many = (1..=count).map(|id| {
        desk.writer
            .write(0, move |c, events| note(c, events, id, "later"))
    });
    let many = futures_util::future::join_all(many);
    let release = async move { go.send(()).expect("the writer waits") };
    let (first, many, ()) = tokio::join!(first, many, release);
    first.expect("nothing is wrong with it");
    let refused = many
        .iter()
        .filter(|done| matches!(done, Err(Error::Busy)))
        .count();
    assert!(refused >= 1, "more than the queue holds");
    let stored = desk.ids().len() - 1;
    assert_eq!(
        stored + refused,
        many.len(),
        "each is stored or told to come again"
    );
}
