//! Load: durable sends over 64 connections with pushes to 4 admins, against a route that does nothing behind the same
//! listener; then 100 senders beside large uploads; then 2,000 idle sockets. Prints its seed and its numbers, and fails
//! only when what was acknowledged is not what is there: the numbers are for people. `KEFU_LOAD_SECONDS` is the length of one run.

#[path = "../harness/mod.rs"]
mod harness;
mod idle;
mod uploads;

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use harness::{Admin, PATIENCE, Server, Socket, Visitor, now_ms, number};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use warp::{Filter, Reply};

const CONNECTIONS: usize = 64;
const ADMINS: usize = 4;
const ROUNDS: usize = 3;
const RATIO_BAR: f64 = 0.40;
const SECONDS_DEFAULT: u64 = 5;
/// The argument with which this binary runs as the server that does nothing.
const NO_OP: &str = "no-op-server";
const SEND_PATH: &str = "/app-api/promotion/kefu-message/send";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    if std::env::args().any(|argument| argument == NO_OP) {
        runtime.block_on(serve_no_op());
        return;
    }
    raise_open_files();
    let faults = runtime.block_on(async {
        let mut faults = durable_sends().await;
        faults.extend(uploads::beside_senders().await);
        faults.extend(idle::sockets().await);
        faults
    });
    for fault in faults.iter().take(10) {
        println!("FAILED  {fault}");
    }
    if !faults.is_empty() {
        std::process::exit(1);
    }
    println!(
        "validated: everything acknowledged is stored once, and every admin got it once and in order"
    );
}

/// Reads the body and answers something as long as the real answer.
async fn serve_no_op() {
    let route = warp::path!("app-api" / "promotion" / "kefu-message" / "send")
        .and(warp::post())
        .and(warp::body::bytes())
        .map(|body| {
            std::hint::black_box(&body);
            warp::reply::with_header(
                r#"{"code":0,"data":123456,"msg":""}"#,
                "content-type",
                "application/json",
            )
            .into_response()
        })
        .boxed();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    println!("listening on http://{address}");
    let limits = kefu_server::listener::ConnectionLimits {
        per_address_max: usize::MAX,
        header_timeout: Duration::from_secs(10),
        trusted_proxies: kefu_server::TrustedProxies::default(),
    };
    let routes = hyper_util::service::TowerToHyperService::new(warp::service(route));
    let service = move |request| {
        let routes = routes.clone();
        async move {
            let answered = hyper::service::Service::call(&routes, request).await;
            answered.expect("warp's service has no errors")
        }
    };
    let never = tokio_util::sync::CancellationToken::new();
    kefu_server::listener::serve(listener, limits, service, never).await;
}

struct NoOp {
    child: Child,
    address: SocketAddr,
}

impl NoOp {
    fn start() -> NoOp {
        let mut child = Command::new(std::env::current_exe().expect("this binary"))
            .arg(NO_OP)
            .stdout(Stdio::piped())
            .spawn()
            .expect("this binary runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .and_then(|address| address.parse().ok())
            .expect("an address");
        NoOp { child, address }
    }
}

impl Drop for NoOp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A member with an HTTP client of his own, the one that all our tests use, which keeps one connection.
struct Talker {
    client: reqwest::Client,
    url: String,
    token: String,
    author: String,
    count: u64,
    latencies: Vec<u32>,
    acknowledged: Vec<(u64, i64)>,
    refused: Vec<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: i64,
}

impl Talker {
    fn new(address: SocketAddr, token: &str, author: &str) -> Talker {
        let client = reqwest::Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .pool_max_idle_per_host(1);
        Talker {
            client: client.build().expect("an HTTP client"),
            url: format!("http://{address}{SEND_PATH}"),
            token: token.to_owned(),
            author: author.to_owned(),
            count: 0,
            latencies: Vec::new(),
            acknowledged: Vec::new(),
            refused: Vec::new(),
        }
    }

    async fn talk_until(mut self, end: Instant) -> Talker {
        while Instant::now() < end {
            self.count += 1;
            let request = self.client.post(&self.url).bearer_auth(&self.token);
            let request = request.json(&self.message());
            let start = Instant::now();
            let answer = request.send().await.expect("the connection lives");
            let status = answer.status();
            let body = answer.bytes().await.expect("the connection lives");
            let micros = u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX);
            self.latencies.push(micros);
            match serde_json::from_slice::<Answer>(&body) {
                Ok(answer) if status == 200 => self.acknowledged.push((self.count, answer.data)),
                _ => self
                    .refused
                    .push(format!("{status} {}", String::from_utf8_lossy(&body))),
            }
        }
        self
    }

    fn message(&self) -> Value {
        let (author, count) = (&self.author, self.count);
        let text = format!("{author} says {count:010}: where is my parcel? 你好[可爱]");
        json!({
            "contentType": 1,
            "content": json!({ "text": text }).to_string(),
            "clientMessageId": format!("{:012x}-{author}-{count:010}", now_ms()),
        })
    }
}

struct Run {
    rate: f64,
    p50: Duration,
    p99: Duration,
    talkers: Vec<Talker>,
}

impl Run {
    fn line(&self, what: &str) -> String {
        format!(
            "{what:<8} {:>8.0} sends/s   p50 {:>6.2} ms   p99 {:>6.2} ms",
            self.rate,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3
        )
    }
}

async fn run(talkers: Vec<Talker>, length: Duration) -> Run {
    let start = Instant::now();
    let end = start + length;
    let tasks: Vec<_> = talkers
        .into_iter()
        .map(|talker| tokio::spawn(talker.talk_until(end)))
        .collect();
    let mut talkers = Vec::new();
    for task in tasks {
        talkers.push(task.await.expect("a talker ends well"));
    }
    let elapsed = start.elapsed();
    let mut latencies: Vec<u32> = talkers
        .iter_mut()
        .flat_map(|talker| std::mem::take(&mut talker.latencies))
        .collect();
    latencies.sort_unstable();
    let at = |hundredths: usize| {
        let last = latencies.len() - 1;
        Duration::from_micros(u64::from(latencies[last * hundredths / 100]))
    };
    let count = u32::try_from(latencies.len()).expect("a countable run");
    Run {
        rate: f64::from(count) / elapsed.as_secs_f64(),
        p50: at(50),
        p99: at(99),
        talkers,
    }
}

fn run_length() -> Duration {
    let seconds = std::env::var("KEFU_LOAD_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(SECONDS_DEFAULT);
    Duration::from_secs(seconds)
}

async fn durable_sends() -> Vec<String> {
    let seed: u32 = rand::random();
    let length = run_length();
    println!("durable sends: {CONNECTIONS} connections, pushes to {ADMINS} admins, seed {seed}");
    let server = Server::start_with(&["--no-limits"]);
    let no_op = NoOp::start();
    let mut admins = vec![server.owner().await];
    while admins.len() < ADMINS {
        let name = format!("admin{}", admins.len());
        admins.push(server.admin(&name).await);
    }
    let mut members = Vec::new();
    for _ in 0..CONNECTIONS {
        members.push(server.customer().await.0);
    }
    let mut heard = vec![Vec::new(); ADMINS];
    let mut before = None;
    let (mut real_runs, mut no_op_runs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let nothing = run(talkers(no_op.address, &members, seed, round), length).await;
        println!("{}", nothing.line("no-op"));
        no_op_runs.push(nothing);

        let (goal, watched) = watch::channel(i64::MAX);
        let mut reading = Vec::new();
        for admin in &admins {
            let (socket, hello) = Socket::open_page(&server.door, &admin.token, "").await;
            before.get_or_insert(number(&hello, "head"));
            reading.push(tokio::spawn(read_until(
                socket.into_stream(),
                watched.clone(),
            )));
        }
        let real = run(talkers(server.address(), &members, seed, round), length).await;
        println!("{}", real.line("kefu"));
        real_runs.push(real);
        // Everybody has heard everything before the next run begins.
        goal.send_replace(members[0].say("last words").await);
        for (admin, reading) in reading.into_iter().enumerate() {
            heard[admin].extend(reading.await.expect("a reader ends well"));
        }
    }
    let (real, nothing) = (median(rates(&real_runs)), median(rates(&no_op_runs)));
    // Each run against the one right before it: a machine's speed drifts by a third within a minute.
    let pairs = rates(&real_runs).zip(rates(&no_op_runs));
    let ratio = median(pairs.map(|(real, nothing)| real / nothing));
    let verdict = if ratio < RATIO_BAR { "BELOW" } else { "within" };
    println!(
        "medians: {real:.0} against {nothing:.0} sends/s, ratio {ratio:.2} ({verdict} the bar of {RATIO_BAR})"
    );
    std::io::stdout().flush().expect("standard output");
    validate(&admins[0], &real_runs, &heard, before.unwrap_or(0), seed).await
}

/// Takes in all that comes and reads it only when the run is over, so that reading slows nobody down. Gives the ids of
/// the messages, in the order they came, up to the goal.
async fn read_until(mut stream: TcpStream, mut goal: watch::Receiver<i64>) -> Vec<i64> {
    let mut bytes = Vec::new();
    loop {
        tokio::select! {
            read = stream.read_buf(&mut bytes) => assert!(read.expect("the socket lives") > 0, "a reader was cut"),
            changed = goal.changed() => break changed.expect("whoever knows the goal lives"),
        }
    }
    let goal = *goal.borrow();
    loop {
        let ids = ids_in(&bytes);
        if ids.contains(&goal) {
            return ids;
        }
        let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut bytes)).await;
        let read = read
            .expect("the goal is on its way")
            .expect("the socket lives");
        assert!(read > 0, "a reader was cut");
    }
}

/// The ids of the messages in whole WebSocket frames of a server (RFC 6455, 5.2: unmasked, never in parts here).
fn ids_in(mut bytes: &[u8]) -> Vec<i64> {
    let mut ids = Vec::new();
    while let [kind, length, rest @ ..] = bytes {
        let (length, rest) = match (length, rest) {
            (126, [a, b, rest @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), rest),
            (126 | 127, _) => break,
            (length, rest) => (usize::from(*length), rest),
        };
        let Some((payload, rest)) = rest.split_at_checked(length) else {
            break;
        };
        bytes = rest;
        if *kind == 0x81 {
            let frame: Value = serde_json::from_slice(payload).expect("a frame is JSON");
            let content = frame["content"].as_str().expect("content is a string");
            let message: Value = serde_json::from_str(content).expect("content is JSON");
            ids.push(number(&message, "id"));
        }
    }
    ids
}

/// A connection per member, each with an author's name that no other run has.
fn talkers(address: SocketAddr, members: &[Visitor], seed: u32, round: usize) -> Vec<Talker> {
    let mut talkers = Vec::new();
    for (at, member) in members.iter().enumerate() {
        let author = format!("load-{seed:08x}-{round}-{at:02}");
        talkers.push(Talker::new(address, &member.token, &author));
    }
    talkers
}

fn rates(runs: &[Run]) -> impl Iterator<Item = f64> {
    runs.iter().map(|run| run.rate)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What was acknowledged is there once, with its content; every reader has heard what is there, once and in order.
async fn validate(
    admin: &Admin,
    runs: &[Run],
    heard: &[Vec<i64>],
    before: i64,
    seed: u32,
) -> Vec<String> {
    let mut stored = std::collections::BTreeMap::new();
    let mut client_ids = std::collections::HashSet::new();
    let mut faults = Vec::new();
    for conversation in admin.conversations().await {
        for message in admin.whole(number(&conversation, "id")).await {
            let client_id = message["clientMessageId"]
                .as_str()
                .expect("an id")
                .to_owned();
            if !client_ids.insert(client_id.clone()) {
                faults.push(format!("{client_id} is stored twice"));
            }
            // The time stands before what was counted.
            let counted = client_id.split_once('-').map_or("", |(_, rest)| rest);
            stored.insert(number(&message, "id"), counted.to_owned());
        }
    }
    let mut acknowledged = 0;
    for (round, run) in runs.iter().enumerate() {
        for (at, talker) in run.talkers.iter().enumerate() {
            for answer in &talker.refused {
                faults.push(format!("refused: {answer}"));
            }
            for (count, id) in &talker.acknowledged {
                acknowledged += 1;
                let wanted = format!("load-{seed:08x}-{round}-{at:02}-{count:010}");
                if stored.get(id) != Some(&wanted) {
                    faults.push(format!(
                        "{wanted} was acknowledged as {id}, which is {:?}",
                        stored.get(id)
                    ));
                }
            }
        }
    }
    // What was there before the first socket was opened is nothing they had to hear.
    let ids: Vec<i64> = stored.keys().copied().filter(|id| *id > before).collect();
    for (admin, heard) in heard.iter().enumerate() {
        if *heard != ids {
            faults.push(format!(
                "admin {} heard {} messages of {}, or in another order",
                admin + 1,
                heard.len(),
                ids.len()
            ));
        }
    }
    println!("{acknowledged} acknowledged, {} stored", stored.len());
    faults
}

/// 2,000 sockets need as many open files here as in the server.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised)
        .expect("a process may raise its soft limit to its hard one");
}
