//! Asking over HTTP: a request that can be awaited, and the reply with its envelope.

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::PATIENCE;

/// Where a server is and how to knock. Cheap to clone; everybody who got it from one server shares its connections.
#[derive(Clone)]
pub struct Door {
    pub address: SocketAddr,
    client: Arc<RwLock<reqwest::Client>>,
}

impl Door {
    pub fn new(address: SocketAddr) -> Door {
        Door {
            address,
            client: Arc::new(RwLock::new(client())),
        }
    }

    /// Forgets the connections of a server that is gone: nobody may ask on a dead one.
    pub fn renew(&self) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client();
    }

    /// `ask("GET /healthz")`. Awaiting it gives the reply.
    #[track_caller]
    pub fn ask(&self, line: &str) -> Ask {
        let (method, path) = line.split_once(' ').expect("a request line is METHOD PATH");
        let method = method.parse().expect("a method");
        let url = format!("http://{}{path}", self.address);
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner);
        Ask(client.request(method, url))
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .expect("a client without TLS can always be built")
}

/// The origin a page of this server has.
pub fn origin_of(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// A request not sent yet.
pub struct Ask(reqwest::RequestBuilder);

impl Ask {
    pub fn header(self, name: &str, value: &str) -> Ask {
        let name: HeaderName = name.parse().expect("a header name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        Ask(self.0.header(name, value))
    }

    pub fn bearer(self, token: &str) -> Ask {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn json(self, body: &Value) -> Ask {
        Ask(self.0.json(body))
    }

    /// A file in a form, as a page uploads it.
    pub fn file(self, name: &str, bytes: &[u8]) -> Ask {
        let head = format!(
            "--kefu-form\r\nContent-Disposition: form-data; name=\"directory\"\r\n\r\n\r\n--kefu-form\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: image/png\r\n\r\n"
        );
        self.form([head.as_bytes(), bytes, b"\r\n--kefu-form--\r\n"].concat())
    }

    /// A form as it stands, its parts divided by `kefu-form`.
    pub fn form(self, body: Vec<u8>) -> Ask {
        Ask(self.0.body(body)).header("content-type", "multipart/form-data; boundary=kefu-form")
    }

    /// A body that says it is JSON, whatever it is.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Ask {
        Ask(self.0.body(body.into())).header("content-type", "application/json")
    }

    /// The reply, or None when the connection died under it.
    pub async fn attempt(self) -> Option<Reply> {
        let response = self.0.send().await.ok()?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await.ok()?.to_vec();
        Some(Reply {
            status,
            headers,
            body,
        })
    }
}

impl IntoFuture for Ask {
    type Output = Reply;
    type IntoFuture = Pin<Box<dyn Future<Output = Reply> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.attempt().await.expect("the server answers") })
    }
}

/// An answer as it came.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// A header's value, or "" when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header of text"))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The business code in the envelope.
    #[track_caller]
    pub fn code(&self) -> i64 {
        self.json()["code"]
            .as_i64()
            .unwrap_or_else(|| panic!("no code: {} {}", self.status, self.text()))
    }

    /// The sentence for people in the envelope.
    #[track_caller]
    pub fn msg(&self) -> String {
        self.json()["msg"]
            .as_str()
            .unwrap_or_else(|| panic!("no msg: {} {}", self.status, self.text()))
            .to_owned()
    }

    /// It went well: the data.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        let envelope = self.json();
        assert_eq!(envelope["code"], 0, "{}", self.text());
        assert_eq!(envelope["msg"], "", "{}", self.text());
        envelope["data"].clone()
    }

    /// It was refused, with this status and this code; gives the sentence for people.
    #[track_caller]
    pub fn refused(&self, status: u16, code: i64) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.code(), code, "{}", self.text());
        assert_eq!(self.json()["data"], Value::Null, "{}", self.text());
        let msg = self.msg();
        assert!(!msg.trim().is_empty(), "a refusal says why");
        msg
    }

    /// The answer to a repeated message: this is the first one's.
    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == "true"
    }

    /// Refused for coming too often, with a time to come back.
    #[track_caller]
    pub fn too_many(&self) {
        self.refused(429, 429);
        assert!(self.seconds_to_wait() >= 1, "Retry-After of nothing");
    }

    /// Of Retry-After.
    #[track_caller]
    pub fn seconds_to_wait(&self) -> u64 {
        let seconds = self.header("retry-after").parse();
        seconds.expect("Retry-After in seconds")
    }
}
