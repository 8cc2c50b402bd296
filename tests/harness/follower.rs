//! Somebody who keeps a copy of all he may see, through every cut: the client's side of resuming, by the rules our pages
//! follow. His position moves only by ids received on a socket, and to hello's head once the refetch it asked for is done.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

use super::PATIENCE;
use super::people::{Admin, Visitor};
use super::socket::Socket;

/// A message in the copy.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Copied {
    pub id: i64,
    pub conversation_id: i64,
    pub sender_type: i64,
    pub sender_id: i64,
    pub content: String,
    pub client_message_id: String,
    pub create_time: i64,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    content: String,
}

/// What came on one socket and is not read yet, and the last id that was.
#[derive(Default)]
struct Heard {
    texts: Vec<tokio_tungstenite::tungstenite::Utf8Bytes>,
    last: i64,
}

#[derive(Clone)]
enum Who {
    Admin(Admin),
    Visitor(Visitor),
}

pub struct Follower {
    who: Who,
    /// Leaves each socket after at most so many messages, in the middle of things, and comes back.
    leaves_after: Option<u64>,
    position: Option<(i64, i64)>,
    epoch: Option<String>,
    pub copy: BTreeMap<i64, Copied>,
    /// How often a socket went on where the last one ended.
    pub resumed: u64,
    /// How often everything missed was fetched by HTTP.
    pub refetched: u64,
    /// Ids that came on one socket after a higher one, or twice.
    pub disorder: u64,
    pub epochs: u64,
}

impl Follower {
    pub fn admin(admin: &Admin) -> Follower {
        Follower::new(Who::Admin(admin.clone()))
    }

    pub fn visitor(visitor: &Visitor) -> Follower {
        Follower::new(Who::Visitor(visitor.clone()))
    }

    fn new(who: Who) -> Follower {
        Follower {
            who,
            leaves_after: None,
            position: None,
            epoch: None,
            copy: BTreeMap::new(),
            resumed: 0,
            refetched: 0,
            disorder: 0,
            epochs: 0,
        }
    }

    /// Makes him leave his sockets now and then, so that he resumes while others write.
    pub fn restless(mut self, messages_max: u64) -> Follower {
        self.leaves_after = Some(messages_max);
        self
    }

    /// Follows until the copy holds the message `goal` names; i64::MAX means that nobody knows yet.
    pub async fn follow(&mut self, goal: &mut watch::Receiver<i64>) {
        while !self.has(goal) {
            self.live_one_socket(goal).await;
            // The socket ended: come back with a little jitter, as a page does.
            let jitter = rand::random_range(1..20);
            tokio::time::sleep(Duration::from_millis(jitter)).await;
        }
    }

    fn has(&self, goal: &watch::Receiver<i64>) -> bool {
        self.copy.contains_key(&*goal.borrow())
    }

    async fn live_one_socket(&mut self, goal: &mut watch::Receiver<i64>) {
        let (door, token) = match &self.who {
            Who::Admin(admin) => (&admin.door, &admin.token),
            Who::Visitor(visitor) => (&visitor.door, &visitor.token),
        };
        let query = format!("token={token}&v=1{}", self.resume_query());
        let Ok(Ok(mut socket)) = timeout(PATIENCE, Socket::try_open(door, &query, "")).await else {
            return;
        };
        let Some(hello) = socket.raw_text().await else {
            return;
        };
        let hello = open(&hello);
        assert_eq!(hello.0, "kefu_hello", "the first frame is the hello");
        let hello: Value = serde_json::from_str(&hello.1).expect("hello is JSON");
        self.learn_epoch(&hello);
        if hello["resumed"] == true {
            self.resumed += 1;
        } else if !self.refetch(&mut socket, &hello).await {
            return;
        }
        let mut stay = self
            .leaves_after
            .map_or(u64::MAX, |most| rand::random_range(1..=most));
        let mut heard = Heard::default();
        while !self.has(goal) && stay > 0 {
            tokio::select! {
                text = socket.raw_text() => {
                    let Some(text) = text else { break };
                    heard.texts.push(text);
                    stay -= 1;
                    // Read later while nobody knows the goal: who measures a server must not be slowed by reading.
                    if *goal.borrow() != i64::MAX {
                        self.read(&mut heard);
                    }
                }
                changed = goal.changed() => {
                    changed.expect("whoever knows the goal lives");
                    self.read(&mut heard);
                }
            }
        }
        self.read(&mut heard);
    }

    fn read(&mut self, heard: &mut Heard) {
        for text in heard.texts.drain(..) {
            let (kind, content) = open(&text);
            if kind == "kefu_message_type" {
                let message: Copied = serde_json::from_str(&content).expect("a message");
                self.disorder += u64::from(message.id <= heard.last);
                heard.last = message.id;
                self.receive(message);
            }
        }
    }

    fn resume_query(&self) -> String {
        let mut query = String::new();
        if let Some((id, time)) = self.position {
            query += &format!("&after={id}&afterTime={time}");
        }
        if let Some(epoch) = &self.epoch {
            query += &format!("&epoch={epoch}");
        }
        query
    }

    fn learn_epoch(&mut self, hello: &Value) {
        let epoch = hello["epoch"].as_str().expect("an epoch").to_owned();
        if self.epoch.as_ref() != Some(&epoch) {
            // Ids may mean other messages now: nothing of the copy is good any more.
            self.copy.clear();
            self.position = None;
            self.epoch = Some(epoch);
            self.epochs += 1;
        }
    }

    fn receive(&mut self, message: Copied) {
        if self.position.is_none_or(|(id, _)| id < message.id) {
            self.position = Some((message.id, message.create_time));
        }
        self.copy.entry(message.id).or_insert(message);
    }

    /// Fetches all since the position, hearing the socket meanwhile. False: it ended first, and nothing has moved.
    async fn refetch(&mut self, socket: &mut Socket, hello: &Value) -> bool {
        let after = self.position.map_or(0, |(id, _)| id);
        let who = self.who.clone();
        let fetch = fetch_since(&who, after);
        tokio::pin!(fetch);
        let mut heard = Vec::new();
        let fetched = loop {
            tokio::select! {
                fetched = &mut fetch => break fetched,
                text = socket.raw_text() => {
                    let Some(text) = text else { return false };
                    let (kind, content) = open(&text);
                    if kind == "kefu_message_type" {
                        heard.push(serde_json::from_str::<Copied>(&content).expect("a message"));
                    }
                }
            }
        };
        let Some(fetched) = fetched else { return false };
        self.refetched += 1;
        for message in fetched {
            self.copy.entry(message.id).or_insert(message);
        }
        if let (Some(head), Some(time)) = (hello["head"].as_i64(), hello["headTime"].as_i64())
            && head > after
        {
            self.position = Some((head, time));
        }
        for message in heard {
            self.receive(message);
        }
        true
    }
}

fn open(text: &str) -> (&str, String) {
    let frame: Wire = serde_json::from_str(text)
        .unwrap_or_else(|error| panic!("a frame of another shape ({error}): {text}"));
    (frame.kind, frame.content)
}

/// Everything above an id that this one may see; None when the server went away.
async fn fetch_since(who: &Who, after: i64) -> Option<Vec<Copied>> {
    let mut all = Vec::new();
    match who {
        Who::Visitor(visitor) => {
            fetch_conversation(
                |after| {
                    visitor.ask(&format!(
                        "GET promotion/kefu-message/list?limit=200&afterId={after}"
                    ))
                },
                after,
                &mut all,
            )
            .await?;
        }
        Who::Admin(admin) => {
            let reply = admin
                .ask("GET promotion/kefu-conversation/list")
                .attempt()
                .await?;
            if reply.status != 200 {
                return None;
            }
            let conversations = reply.data();
            for conversation in conversations.as_array().expect("a list") {
                let id = &conversation["id"];
                fetch_conversation(
                    |after| {
                        admin.ask(&format!(
                            "GET promotion/kefu-message/list?conversationId={id}&limit=200&afterId={after}"
                        ))
                    },
                    after,
                    &mut all,
                )
                .await?;
            }
        }
    }
    Some(all)
}

async fn fetch_conversation(
    ask: impl Fn(i64) -> super::Ask,
    mut after: i64,
    all: &mut Vec<Copied>,
) -> Option<()> {
    loop {
        let reply = ask(after).attempt().await?;
        if reply.status != 200 {
            return None;
        }
        let mut page: Vec<Copied> =
            serde_json::from_value(reply.data()).expect("a list of messages");
        page.reverse();
        let Some(last) = page.last() else {
            return Some(());
        };
        after = last.id;
        all.extend(page);
    }
}
