//! The two sides of a conversation as a test sees them: somebody with a token who does things.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use super::http::{Ask, Door, Reply};
use super::socket::Socket;

/// The password of every admin in these tests.
pub const PASSWORD: &str = "correct horse battery";

/// A clientMessageId nobody has used.
pub fn fresh_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}-{count}", rand::random::<u64>())
}

/// The body of a text message with a fresh id.
pub fn text(words: &str) -> Value {
    json!({
        "contentType": 1,
        "content": json!({ "text": words }).to_string(),
        "clientMessageId": fresh_id(),
    })
}

/// The longest contents there are, of the letters that grow most when they are written as JSON inside JSON.
pub fn worst_contents() -> Vec<Value> {
    let quotes = json!({ "text": "\"".repeat(4_000) }).to_string();
    let backslashes = json!({ "text": "\\".repeat(4_000) }).to_string();
    let controls = "\u{1}".repeat(16_384);
    [(1, quotes), (1, backslashes), (5, controls)]
        .into_iter()
        .map(|(kind, content)| {
            json!({ "contentType": kind, "content": content, "clientMessageId": fresh_id() })
        })
        .collect()
}

/// The words of text messages, in the order given.
pub fn texts(messages: &[Value]) -> Vec<String> {
    messages
        .iter()
        .map(|message| {
            let content = message["content"].as_str().expect("content is a string");
            let content: Value = serde_json::from_str(content).expect("content is JSON");
            content["text"].as_str().expect("a text").to_owned()
        })
        .collect()
}

/// The ids of objects, in the order given.
pub fn ids(objects: &[Value]) -> Vec<i64> {
    objects.iter().map(|object| number(object, "id")).collect()
}

/// A field that must be a whole number.
#[track_caller]
pub fn number(object: &Value, field: &str) -> i64 {
    object[field]
        .as_i64()
        .unwrap_or_else(|| panic!("{field} is no number in {object}"))
}

fn array(data: Value) -> Vec<Value> {
    match data {
        Value::Array(items) => items,
        other => panic!("not an array: {other}"),
    }
}

/// A customer with a token.
#[derive(Clone)]
pub struct Visitor {
    pub door: Door,
    pub id: i64,
    pub token: String,
}

impl Visitor {
    /// A new anonymous visitor, as the widget makes one.
    pub async fn arrive(door: &Door) -> Visitor {
        let answer = door.ask("POST /app-api/member/auth/visitor").await.data();
        Visitor::from_sign_in(door, &answer)
    }

    pub fn from_sign_in(door: &Door, answer: &Value) -> Visitor {
        Visitor {
            door: door.clone(),
            id: number(answer, "userId"),
            token: answer["accessToken"].as_str().expect("a token").to_owned(),
        }
    }

    /// `ask("GET promotion/kefu-message/list")`: below /app-api and signed in.
    pub fn ask(&self, line: &str) -> Ask {
        let (method, path) = line.split_once(' ').expect("METHOD PATH");
        self.door
            .ask(&format!("{method} /app-api/{path}"))
            .bearer(&self.token)
    }

    pub async fn send(&self, body: &Value) -> Reply {
        self.ask("POST promotion/kefu-message/send")
            .json(body)
            .await
    }

    /// Sends a text and gives the message's id.
    pub async fn say(&self, words: &str) -> i64 {
        let data = self.send(&text(words)).await.data();
        data.as_i64().expect("send answers the message's id")
    }

    pub async fn say_all(&self, all: &[&str]) -> Vec<i64> {
        let mut ids = Vec::new();
        for words in all {
            ids.push(self.say(words).await);
        }
        ids
    }

    /// `query` like "limit=3&beforeId=7". Newest first.
    pub async fn list(&self, query: &str) -> Vec<Value> {
        array(self.try_list(query).await.data())
    }

    pub async fn try_list(&self, query: &str) -> Reply {
        self.ask(&format!("GET promotion/kefu-message/list?{query}"))
            .await
    }

    pub async fn page(&self, query: &str) -> Value {
        self.ask(&format!("GET promotion/kefu-message/page?{query}"))
            .await
            .data()
    }

    /// The own conversation, or null.
    pub async fn conversation(&self) -> Value {
        self.ask("GET promotion/kefu-conversation/get").await.data()
    }

    pub async fn conversation_id(&self) -> i64 {
        number(&self.conversation().await, "id")
    }

    /// `query` like "conversationId=3&lastId=7".
    pub async fn try_read(&self, query: &str) -> Reply {
        self.ask(&format!(
            "PUT promotion/kefu-message/update-read-status?{query}"
        ))
        .await
    }

    pub async fn read_all(&self) {
        let conversation = self.conversation_id().await;
        let answer = self
            .try_read(&format!("conversationId={conversation}"))
            .await;
        assert_eq!(answer.data(), true);
    }

    pub async fn ticket(&self) -> String {
        let answer = self.ask("POST infra/ws-ticket").await.data();
        answer["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// A socket of the original's kind.
    pub async fn socket(&self) -> Socket {
        Socket::open(&self.door, &format!("token={}", self.token)).await
    }

    /// A socket of our own pages, and its hello.
    pub async fn page_socket(&self, more: &str) -> (Socket, Value) {
        Socket::open_page(&self.door, &self.token, more).await
    }

    pub async fn log_out(&self) {
        assert_eq!(self.ask("POST member/auth/logout").await.data(), true);
    }
}

/// One of the staff with a token.
#[derive(Clone)]
pub struct Admin {
    pub door: Door,
    pub id: i64,
    pub token: String,
}

impl Admin {
    pub fn from_sign_in(door: &Door, answer: &Value) -> Admin {
        Admin {
            door: door.clone(),
            id: number(answer, "userId"),
            token: answer["accessToken"].as_str().expect("a token").to_owned(),
        }
    }

    /// Asks to sign in; the caller looks at the answer.
    pub fn signing_in(door: &Door, username: &str, password: &str) -> Ask {
        door.ask("POST /admin-api/system/auth/login")
            .json(&json!({ "username": username, "password": password }))
    }

    pub async fn sign_in(door: &Door, username: &str) -> Admin {
        let answer = Admin::signing_in(door, username, PASSWORD).await.data();
        Admin::from_sign_in(door, &answer)
    }

    /// `ask("GET promotion/kefu-conversation/list")`: below /admin-api and signed in.
    pub fn ask(&self, line: &str) -> Ask {
        let (method, path) = line.split_once(' ').expect("METHOD PATH");
        self.door
            .ask(&format!("{method} /admin-api/{path}"))
            .bearer(&self.token)
    }

    pub async fn send(&self, conversation: i64, body: &Value) -> Reply {
        let mut body = body.clone();
        body["conversationId"] = json!(conversation);
        self.send_as_it_is(&body).await
    }

    pub async fn send_as_it_is(&self, body: &Value) -> Reply {
        self.ask("POST promotion/kefu-message/send")
            .json(body)
            .await
    }

    /// Sends a text into a conversation and gives the message's id.
    pub async fn say(&self, conversation: i64, words: &str) -> i64 {
        let data = self.send(conversation, &text(words)).await.data();
        data.as_i64().expect("send answers the message's id")
    }

    /// Newest first; `more` like "&limit=3".
    pub async fn list(&self, conversation: i64, more: &str) -> Vec<Value> {
        array(
            self.try_list(&format!("conversationId={conversation}{more}"))
                .await
                .data(),
        )
    }

    pub async fn try_list(&self, query: &str) -> Reply {
        self.ask(&format!("GET promotion/kefu-message/list?{query}"))
            .await
    }

    pub async fn page(&self, query: &str) -> Value {
        self.ask(&format!("GET promotion/kefu-message/page?{query}"))
            .await
            .data()
    }

    /// All messages of a conversation, oldest first, by the exact cursor.
    pub async fn whole(&self, conversation: i64) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = 0;
        loop {
            let mut page = self
                .list(conversation, &format!("&limit=200&afterId={after}"))
                .await;
            page.reverse();
            let Some(last) = page.last() else { return all };
            after = number(last, "id");
            all.extend(page);
        }
    }

    pub async fn conversations(&self) -> Vec<Value> {
        self.conversations_by("").await
    }

    /// `query` like "limit=2&beforeTime=1&beforeId=2".
    pub async fn conversations_by(&self, query: &str) -> Vec<Value> {
        array(
            self.ask(&format!("GET promotion/kefu-conversation/list?{query}"))
                .await
                .data(),
        )
    }

    pub async fn conversation(&self, id: i64) -> Value {
        self.ask(&format!("GET promotion/kefu-conversation/get?id={id}"))
            .await
            .data()
    }

    pub async fn try_read(&self, query: &str) -> Reply {
        self.ask(&format!(
            "PUT promotion/kefu-message/update-read-status?{query}"
        ))
        .await
    }

    pub async fn read_all(&self, conversation: i64) {
        let answer = self
            .try_read(&format!("conversationId={conversation}"))
            .await;
        assert_eq!(answer.data(), true);
    }

    pub async fn read_up_to(&self, conversation: i64, last: i64) {
        let answer = self
            .try_read(&format!("conversationId={conversation}&lastId={last}"))
            .await;
        assert_eq!(answer.data(), true);
    }

    pub async fn try_pin(&self, body: &Value) -> Reply {
        self.ask("PUT promotion/kefu-conversation/update-conversation-pinned")
            .json(body)
            .await
    }

    pub async fn pin(&self, conversation: i64) {
        let body = json!({ "id": conversation, "adminPinned": true });
        assert_eq!(self.try_pin(&body).await.data(), true);
    }

    pub async fn unpin(&self, conversation: i64) {
        let body = json!({ "id": conversation, "adminPinned": false });
        assert_eq!(self.try_pin(&body).await.data(), true);
    }

    pub async fn try_delete(&self, query: &str) -> Reply {
        self.ask(&format!(
            "DELETE promotion/kefu-conversation/delete?{query}"
        ))
        .await
    }

    pub async fn delete(&self, conversation: i64) {
        let answer = self.try_delete(&format!("id={conversation}")).await;
        assert_eq!(answer.data(), true);
    }

    pub async fn ticket(&self) -> String {
        let answer = self.ask("POST infra/ws-ticket").await.data();
        answer["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// A socket of the original's kind.
    pub async fn socket(&self) -> Socket {
        Socket::open(&self.door, &format!("token={}", self.token)).await
    }

    /// A socket of our own pages, and its hello.
    pub async fn page_socket(&self, more: &str) -> (Socket, Value) {
        Socket::open_page(&self.door, &self.token, more).await
    }

    pub async fn log_out(&self) {
        assert_eq!(self.ask("POST system/auth/logout").await.data(), true);
    }
}
