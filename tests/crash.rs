//! kill -9, over and over, under 32 senders who blindly repeat what was not answered and followers who resume through it
//! all. At the end nothing acknowledged may be missing, nothing may be there twice, every author's messages must be in the
//! order he sent them, and every follower's copy must be what a fresh reading gives. `KEFU_CRASH_ROUNDS` says how often.

#[path = "harness/mod.rs"]
mod harness;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use harness::{Admin, Copied, Follower, Server, Visitor, fresh_id, number};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

const MEMBERS: usize = 24;
const ADMINS: usize = 2;
const ADMIN_SENDERS: usize = 8;
const ROUNDS_DEFAULT: usize = 3;
/// After the last kill, how long everybody may take to get everything.
const CATCH_UP: Duration = Duration::from_secs(60);

/// What one author was told, in the order he was told it.
struct Ledger {
    author: String,
    acknowledged: Vec<Acknowledged>,
}

struct Acknowledged {
    client_message_id: String,
    content: String,
    id: i64,
}

#[derive(Clone)]
enum Sender {
    Member(Visitor),
    Admin(Admin, i64),
}

impl Sender {
    /// Asks once; None when nobody knows what became of it.
    async fn send(&self, body: &Value) -> Option<i64> {
        let reply = match self {
            Sender::Member(visitor) => {
                let ask = visitor.ask("POST promotion/kefu-message/send").json(body);
                ask.attempt().await?
            }
            Sender::Admin(admin, conversation) => {
                let mut body = body.clone();
                body["conversationId"] = json!(conversation);
                let ask = admin.ask("POST promotion/kefu-message/send").json(&body);
                ask.attempt().await?
            }
        };
        if reply.status == 503 {
            return None;
        }
        Some(
            reply
                .data()
                .as_i64()
                .expect("send answers the message's id"),
        )
    }
}

#[derive(Default)]
struct Counts {
    attempts: AtomicU64,
    unanswered: AtomicU64,
}

/// Sends one message after the other, each until it is answered; ends when told to.
async fn write_on(
    sender: Sender,
    author: String,
    stop: Arc<AtomicBool>,
    counts: Arc<Counts>,
) -> Ledger {
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let content = json!({ "text": format!("{author} {}", acknowledged.len()) }).to_string();
        let client_message_id = fresh_id();
        let body = json!({
            "contentType": 1, "content": content, "clientMessageId": client_message_id,
        });
        let id = loop {
            counts.attempts.fetch_add(1, Ordering::Relaxed);
            if let Some(id) = sender.send(&body).await {
                break id;
            }
            counts.unanswered.fetch_add(1, Ordering::Relaxed);
            let jitter = rand::random_range(1..30);
            tokio::time::sleep(Duration::from_millis(jitter)).await;
        };
        acknowledged.push(Acknowledged {
            client_message_id,
            content,
            id,
        });
    }
    Ledger {
        author,
        acknowledged,
    }
}

struct Verdicts {
    passed: usize,
    failed: usize,
}

impl Verdicts {
    fn check(&mut self, what: &str, faults: &[String]) {
        if faults.is_empty() {
            println!("ok      {what}");
            self.passed += 1;
            return;
        }
        println!("FAILED  {what}: {} faults", faults.len());
        for fault in faults.iter().take(5) {
            println!("        {fault}");
        }
        self.failed += 1;
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let rounds = setting("KEFU_CRASH_ROUNDS").unwrap_or(ROUNDS_DEFAULT);
    let seed = setting("KEFU_CRASH_SEED").unwrap_or_else(rand::random);
    println!("crash: {rounds} rounds, seed {seed} (KEFU_CRASH_SEED={seed} repeats the moments)");
    let mut random = StdRng::seed_from_u64(seed);

    let mut server = Server::start_with(&["--no-limits"]);
    let admins = staff(&server).await;
    let senders = everybody(&server, &admins).await;
    let watchers = follow_all(&admins, &senders);

    let stop = Arc::new(AtomicBool::new(false));
    let counts = Arc::new(Counts::default());
    let writers: Vec<JoinHandle<Ledger>> = senders
        .iter()
        .enumerate()
        .map(|(at, sender)| {
            let author = format!("author {at}");
            tokio::spawn(write_on(
                sender.clone(),
                author,
                stop.clone(),
                counts.clone(),
            ))
        })
        .collect();

    let mut slowest_start = Duration::ZERO;
    for _ in 0..rounds {
        let moment = Duration::from_millis(random.random_range(10..=500));
        tokio::time::sleep(moment).await;
        tokio::task::block_in_place(|| {
            server.kill();
            let start = Instant::now();
            server.start_again();
            slowest_start = slowest_start.max(start.elapsed());
        });
    }
    stop.store(true, Ordering::Relaxed);
    let mut ledgers = Vec::new();
    for writer in writers {
        ledgers.push(writer.await.expect("a writer ends well"));
    }

    last_words(&senders, &watchers).await;
    let mut verdicts = Verdicts {
        passed: 0,
        failed: 0,
    };
    let stored = read_all(&admins[0]).await;
    judge_storage(&mut verdicts, &ledgers, &stored);
    judge_followers(&mut verdicts, watchers, &stored).await;
    judge_file(&mut verdicts, &server);

    let acknowledged: usize = ledgers.iter().map(|ledger| ledger.acknowledged.len()).sum();
    println!(
        "{rounds} kills, {acknowledged} acknowledged, {} attempts of which {} unanswered, {} stored, slowest start {} ms",
        counts.attempts.load(Ordering::Relaxed),
        counts.unanswered.load(Ordering::Relaxed),
        stored.len(),
        slowest_start.as_millis(),
    );
    println!("{} passed, {} failed", verdicts.passed, verdicts.failed);
    if verdicts.failed > 0 {
        println!("the server's log:\n{}", server.log());
        drop(server);
        std::process::exit(1);
    }
}

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok()?.parse().ok()
}

async fn staff(server: &Server) -> Vec<Admin> {
    let mut admins = vec![server.owner().await];
    while admins.len() < ADMINS {
        let name = format!("admin{}", admins.len());
        admins.push(server.admin(&name).await);
    }
    admins
}

/// Members with a conversation each, and admins who write into the first of them.
async fn everybody(server: &Server, admins: &[Admin]) -> Vec<Sender> {
    let mut senders = Vec::new();
    let mut conversations = Vec::new();
    for _ in 0..MEMBERS {
        let (visitor, conversation) = server.customer().await;
        senders.push(Sender::Member(visitor));
        conversations.push(conversation);
    }
    for at in 0..ADMIN_SENDERS {
        let admin = admins[at % ADMINS].clone();
        senders.push(Sender::Admin(admin, conversations[at]));
    }
    senders
}

/// Somebody who follows, and how he is told which message is his last.
struct Watcher {
    name: &'static str,
    member: Option<i64>,
    goal: watch::Sender<i64>,
    following: JoinHandle<Result<Follower, Follower>>,
}

impl Watcher {
    fn new(name: &'static str, member: Option<i64>, mut follower: Follower) -> Watcher {
        let (goal, mut watched) = watch::channel(i64::MAX);
        let following = tokio::spawn(async move {
            let mut end = watched.clone();
            let too_late = async {
                // Nobody waits before the end is known.
                let known = end.wait_for(|goal| *goal != i64::MAX).await.map(|_| ());
                known.expect("whoever knows the goal lives");
                tokio::time::sleep(CATCH_UP).await;
            };
            let arrived = tokio::select! {
                () = follower.follow(&mut watched) => true,
                () = too_late => false,
            };
            if arrived { Ok(follower) } else { Err(follower) }
        });
        Watcher {
            name,
            member,
            goal,
            following,
        }
    }
}

/// Both admins, a member the staff write to, and one they do not; the first of each side also comes and goes by himself.
fn follow_all(admins: &[Admin], senders: &[Sender]) -> Vec<Watcher> {
    let mut all = Vec::new();
    for (at, admin) in admins.iter().enumerate() {
        let follower = Follower::admin(admin);
        let (name, follower) = match at {
            0 => ("restless admin", follower.restless(200)),
            _ => ("patient admin", follower),
        };
        all.push(Watcher::new(name, None, follower));
    }
    for at in [0, MEMBERS - 1] {
        if let Sender::Member(visitor) = &senders[at] {
            let follower = Follower::visitor(visitor);
            let (name, follower) = match at {
                0 => ("restless member", follower.restless(20)),
                _ => ("patient member", follower),
            };
            all.push(Watcher::new(name, Some(visitor.id), follower));
        }
    }
    all
}

/// One more message by every member: who follows him has everything when he has that.
async fn last_words(senders: &[Sender], watchers: &[Watcher]) {
    let mut last_of = HashMap::new();
    let mut last = 0;
    for sender in senders {
        if let Sender::Member(visitor) = sender {
            last = visitor.say("last words").await;
            last_of.insert(visitor.id, last);
        }
    }
    for watcher in watchers {
        let goal = watcher.member.map_or(last, |member| last_of[&member]);
        watcher.goal.send_replace(goal);
    }
}

/// Everything that is stored, read afresh page by page, oldest first.
async fn read_all(admin: &Admin) -> BTreeMap<i64, Copied> {
    let mut all = BTreeMap::new();
    for conversation in admin.conversations().await {
        for message in admin.whole(number(&conversation, "id")).await {
            let message: Copied = serde_json::from_value(message).expect("a message");
            all.insert(message.id, message);
        }
    }
    all
}

fn judge_storage(verdicts: &mut Verdicts, ledgers: &[Ledger], stored: &BTreeMap<i64, Copied>) {
    let mut lost = Vec::new();
    let mut disorder = Vec::new();
    for ledger in ledgers {
        let mut before = 0;
        for acknowledged in &ledger.acknowledged {
            match stored.get(&acknowledged.id) {
                Some(found)
                    if found.client_message_id == acknowledged.client_message_id
                        && found.content == acknowledged.content => {}
                found => lost.push(format!(
                    "{}: {} is {found:?}",
                    ledger.author, acknowledged.id
                )),
            }
            if acknowledged.id <= before {
                disorder.push(format!(
                    "{}: {} after {before}",
                    ledger.author, acknowledged.id
                ));
            }
            before = acknowledged.id;
        }
    }
    let mut seen = HashSet::new();
    let mut doubled = Vec::new();
    let mut contents: HashMap<&str, i64> = HashMap::new();
    for message in stored.values() {
        if !seen.insert(&message.client_message_id) {
            doubled.push(format!("{} is stored twice", message.client_message_id));
        }
        let by_author = message.content.contains("author ");
        if by_author && let Some(first) = contents.insert(&message.content, message.id) {
            doubled.push(format!(
                "{} is stored as {first} and {}",
                message.content, message.id
            ));
        }
    }
    let acknowledged: HashSet<&str> = ledgers
        .iter()
        .flat_map(|ledger| &ledger.acknowledged)
        .map(|acknowledged| acknowledged.client_message_id.as_str())
        .collect();
    // Every author went on until each of his messages was answered, so nothing else can be there.
    let invented: Vec<String> = stored
        .values()
        .filter(|message| message.content.contains("author "))
        .filter(|message| !acknowledged.contains(message.client_message_id.as_str()))
        .map(|message| format!("{message:?} was never acknowledged"))
        .collect();
    verdicts.check("nothing acknowledged is lost or changed", &lost);
    verdicts.check("nothing is stored twice", &doubled);
    verdicts.check("nothing is stored that nobody sent", &invented);
    verdicts.check("every author's messages are in his order", &disorder);
}

async fn judge_followers(
    verdicts: &mut Verdicts,
    watchers: Vec<Watcher>,
    stored: &BTreeMap<i64, Copied>,
) {
    for watcher in watchers {
        let name = watcher.name;
        let mut faults = Vec::new();
        let follower = match watcher.following.await {
            Ok(Ok(follower)) => follower,
            Ok(Err(follower)) => {
                faults.push("never got the last message".to_owned());
                follower
            }
            Err(panic) => {
                verdicts.check(&format!("{name} follows"), &[panic.to_string()]);
                continue;
            }
        };
        let own = watcher.member.and_then(|member| {
            let mut of_member = stored.values();
            of_member.find(|message| message.sender_type == 1 && message.sender_id == member)
        });
        let fresh: BTreeMap<i64, &Copied> = stored
            .iter()
            .filter(|(_, message)| {
                own.is_none_or(|own| own.conversation_id == message.conversation_id)
            })
            .map(|(id, message)| (*id, message))
            .collect();
        for (id, message) in &fresh {
            if follower.copy.get(id) != Some(*message) {
                faults.push(format!(
                    "has not {message:?} but {:?}",
                    follower.copy.get(id)
                ));
            }
        }
        for (id, message) in &follower.copy {
            if !fresh.contains_key(id) {
                faults.push(format!("was told of {message:?}, which is not there"));
            }
        }
        if follower.disorder > 0 {
            faults.push(format!("heard {} messages out of order", follower.disorder));
        }
        if follower.epochs != 1 {
            faults.push(format!("saw {} epochs of one file", follower.epochs));
        }
        verdicts.check(
            &format!(
                "{name} has exactly what is there: {} messages, {} times resumed, {} times fetched",
                follower.copy.len(),
                follower.resumed,
                follower.refetched
            ),
            &faults,
        );
    }
}

fn judge_file(verdicts: &mut Verdicts, server: &Server) {
    let checked: String = server
        .look()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("the file can be read");
    let faults = if checked == "ok" {
        vec![]
    } else {
        vec![checked]
    };
    verdicts.check("the file is whole", &faults);
}
