//! A socket as a page holds one: it opens, hears frames, and is told why it ends.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::PATIENCE;
use super::http::Door;

/// A frame of the server, with its doubly encoded content opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub kind: String,
    pub content: Value,
}

/// What came next.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    Frame(Frame),
    Pong,
    /// The code of the close frame; None when the connection just ended.
    End(Option<u16>),
}

pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    kept: VecDeque<Frame>,
}

impl Socket {
    /// Opens, or gives the status that refused, 0 when nobody answered. `query` like "token=T&v=1".
    pub async fn try_open(door: &Door, query: &str, headers: &str) -> Result<Socket, u16> {
        let stream = TcpStream::connect(door.address).await.map_err(|_| 0_u16)?;
        Socket::upgrade(door, stream, query, headers).await
    }

    /// One that will not take much before it must be read: its receive buffer is small.
    pub async fn open_narrow(door: &Door, query: &str) -> Socket {
        let socket = TcpSocket::new_v4().expect("a TCP socket");
        socket
            .set_recv_buffer_size(8 * 1024)
            .expect("a receive buffer");
        let stream = socket
            .connect(door.address)
            .await
            .expect("the server listens");
        Socket::upgrade(door, stream, query, "")
            .await
            .unwrap_or_else(|status| panic!("the socket was refused with {status}"))
    }

    async fn upgrade(
        door: &Door,
        mut stream: TcpStream,
        query: &str,
        headers: &str,
    ) -> Result<Socket, u16> {
        stream.set_nodelay(true).expect("a TCP socket");
        let request = format!(
            "GET /infra/ws?{query} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n",
            door.address
        );
        stream
            .write_all(request.as_bytes())
            .await
            .map_err(|_| 0_u16)?;
        let head = timeout(PATIENCE, read_head(&mut stream))
            .await
            .expect("the handshake is answered");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        if status != 101 {
            return Err(status);
        }
        let accepted = head
            .to_ascii_lowercase()
            .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=");
        assert!(accepted, "not the accept of RFC 6455: {head}");
        Ok(Socket {
            stream: WebSocketStream::from_raw_socket(stream, Role::Client, None).await,
            kept: VecDeque::new(),
        })
    }

    pub async fn open(door: &Door, query: &str) -> Socket {
        Socket::try_open(door, query, "")
            .await
            .unwrap_or_else(|status| panic!("the socket was refused with {status}"))
    }

    /// One of our own pages: v=1, and its first frame must be the hello. `more` like "&after=7".
    pub async fn open_page(door: &Door, token: &str, more: &str) -> (Socket, Value) {
        let mut socket = Socket::open(door, &format!("token={token}&v=1{more}")).await;
        let hello = socket.next().await;
        assert_eq!(hello.kind, "kefu_hello", "{hello:?}");
        (socket, hello.content)
    }

    /// Whatever comes next, in time.
    pub async fn hear(&mut self) -> Heard {
        timeout(PATIENCE, self.listen())
            .await
            .expect("the socket has something to say")
    }

    /// Whatever comes next, however long it takes.
    pub async fn listen(&mut self) -> Heard {
        if let Some(frame) = self.kept.pop_front() {
            return Heard::Frame(frame);
        }
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) if text.as_str() == "pong" => return Heard::Pong,
                Some(Ok(Message::Text(text))) => return Heard::Frame(Frame::open(&text)),
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|frame| u16::from(frame.code));
                    return Heard::End(code);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Heard::End(None),
            }
        }
    }

    /// The connection itself, for those who read frames by themselves. Nothing may be under way.
    pub fn into_stream(self) -> TcpStream {
        self.stream.into_inner()
    }

    /// The text frames as they are, for those who must be quick. None at the end.
    pub async fn raw_text(&mut self) -> Option<tokio_tungstenite::tungstenite::Utf8Bytes> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Some(text),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame; an end instead of it fails the test.
    pub async fn next(&mut self) -> Frame {
        match self.hear().await {
            Heard::Frame(frame) => frame,
            other => panic!("expected a frame, heard {other:?}"),
        }
    }

    /// The content of the next frame, which must be of this type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        let frame = self.next().await;
        assert_eq!(frame.kind, kind, "{frame:?}");
        frame.content
    }

    pub async fn message(&mut self) -> Value {
        self.expect("kefu_message_type").await
    }

    pub async fn messages(&mut self, count: usize) -> Vec<Value> {
        let mut messages = Vec::new();
        for _ in 0..count {
            messages.push(self.message().await);
        }
        messages
    }

    pub async fn change(&mut self) -> Value {
        self.expect("kefu_conversation_change").await
    }

    /// Says ping and waits for the pong; frames that come before it are kept for later.
    pub async fn ping(&mut self) {
        self.say("ping").await;
        let mut before = VecDeque::new();
        loop {
            match self.hear().await {
                Heard::Pong => break,
                Heard::Frame(frame) => before.push_back(frame),
                Heard::End(code) => panic!("ended with {code:?} instead of a pong"),
            }
        }
        self.kept = before;
    }

    /// What has come already, after a pong: nothing is waited for.
    pub fn kept(&mut self) -> Vec<Frame> {
        self.kept.drain(..).collect()
    }

    /// Reads to the end and gives its close code.
    pub async fn end(&mut self) -> Option<u16> {
        self.end_within(PATIENCE).await
    }

    pub async fn end_within(&mut self, limit: Duration) -> Option<u16> {
        timeout(limit, async {
            loop {
                if let Heard::End(code) = self.listen().await {
                    return code;
                }
            }
        })
        .await
        .expect("the socket is closed in time")
    }

    pub async fn say(&mut self, words: &str) {
        self.put(Message::text(words)).await;
    }

    pub async fn say_bytes(&mut self, bytes: &[u8]) {
        self.put(Message::binary(bytes.to_vec())).await;
    }

    async fn put(&mut self, message: Message) {
        timeout(PATIENCE, self.stream.send(message))
            .await
            .expect("the socket takes a frame")
            .expect("the socket is open");
    }

    /// Says the same thing over and over until the socket ends; gives the close code.
    pub async fn flood(self, words: &str, times: usize) -> Option<u16> {
        let (mut sink, mut stream) = self.stream.split();
        let message = Message::text(words);
        let talk = async move {
            for _ in 0..times {
                if sink.send(message.clone()).await.is_err() {
                    break;
                }
            }
            std::future::pending::<()>().await;
        };
        let listen = async move {
            loop {
                match stream.next().await {
                    Some(Ok(Message::Close(frame))) => {
                        return frame.map(|frame| u16::from(frame.code));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        timeout(PATIENCE, async {
            tokio::select! {
                code = listen => code,
                () = talk => None,
            }
        })
        .await
        .expect("the flood is ended in time")
    }
}

impl Frame {
    #[track_caller]
    fn open(text: &str) -> Frame {
        let frame: Value = serde_json::from_str(text)
            .unwrap_or_else(|_| panic!("a frame that is not JSON: {text}"));
        let kind = frame["type"].as_str();
        let content = frame["content"].as_str();
        let (Some(kind), Some(content)) = (kind, content) else {
            panic!("type and content must both be strings: {text}");
        };
        Frame {
            kind: kind.to_owned(),
            content: serde_json::from_str(content)
                .unwrap_or_else(|_| panic!("content that is not JSON: {text}")),
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    // Byte by byte, so that nothing of the first frame is taken.
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}
