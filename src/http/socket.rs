//! `/infra/ws`: events go down here, nothing but `ping` comes up.
//!
//! The upgrade is our own: warp's has no knob for its read buffer of 128 KB, which is what an idle socket would cost.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Bytes, Message, Utf8Bytes};
use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode};
use warp::reply::Response;

use super::asked::{Asked, asked, at};
use super::listener::Peer;
use super::query::Query;
use super::{App, Path, reply};
use crate::chat::{AddressPlace, Chat, Mark, Position};
use crate::error::{Error, Result};
use crate::hub::{Delivery, Dialect, Ending, Frame, Subscription, frame, message_frame};
use crate::model::{MessageId, Session};

/// Inbound frames are `ping` and little else.
const INBOUND_BYTES_MAX: usize = 4 << 10;
const READ_BUFFER_BYTES: usize = 1 << 10;
/// Bytes waiting in one socket for a slow network.
const UNSENT_BYTES_MAX: usize = 64 << 10;
/// Frames a client may send in [`INBOUND_PERIOD`]; the busiest of the original's clients sends one a second.
const INBOUND_FRAMES_MAX: u32 = 200;
const INBOUND_PERIOD: Duration = Duration::from_secs(10);
/// Browsers answer a Ping without the page's script, hidden tabs too.
const PING_EVERY: Duration = Duration::from_secs(25);
/// A peer that has been silent for so long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// A write that takes longer means that nobody reads.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// How long the peer may take to answer our Close.
const CLOSE_MAX: Duration = Duration::from_secs(2);

const CLOSE_TOO_BIG: u16 = 1009;
const CLOSE_PROTOCOL: u16 = 1002;
const CLOSE_RATE: u16 = 4029;

/// Told to our pages before a planned end.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bye {
    /// Milliseconds to wait before coming back.
    pub retry_ms: u64,
}

/// What a socket is opened with.
struct Opening {
    app: Arc<App>,
    session: Session,
    dialect: Dialect,
    position: Position,
    _place: AddressPlace,
    /// Holds the connection's own place and the server's count of what must end before it does.
    _peer: Option<Peer>,
}

/// GET /infra/ws.
pub fn route(app: &Arc<App>) -> BoxedFilter<(Response,)> {
    let app = app.clone();
    at(Path::Plain("/infra/ws"), &Method::GET)
        .and(asked())
        .and(warp::ext::optional::<OnUpgrade>())
        .then(move |asked, upgrade| {
            let app = app.clone();
            async move { open(app, asked, upgrade).await.unwrap_or_else(reply::error) }
        })
        .boxed()
}

async fn open(app: Arc<App>, asked: Asked, upgrade: Option<OnUpgrade>) -> Result<Response> {
    let accept = accept_key(&asked.headers)?;
    let upgrade = upgrade.ok_or_else(not_a_socket)?;
    let query = Query::parse(&asked.query);
    let token = query.text("token").ok_or(Error::Unauthorized)?;
    let session = app.chat.authenticate_socket(token).await?;
    let place = app
        .sockets_by_address
        .take(asked.client.address, app.sockets_per_address_max);
    let _place = place.ok_or(Error::TooManyRequests {
        retry_after: Duration::from_secs(30),
    })?;
    let dialect = match query.text("v") {
        Some("1") => Dialect::Ours,
        _ => Dialect::Original,
    };
    let position = position(&query);
    let tracker = asked.peer.as_ref().map(|peer| peer.tracker.clone());
    let opening = Opening {
        app,
        session,
        dialect,
        position,
        _place,
        _peer: asked.peer,
    };
    let serving = serve(opening, upgrade);
    match tracker {
        Some(tracker) => tracker.spawn(serving),
        None => tokio::spawn(serving),
    };
    Ok(switching_protocols(&accept))
}

fn not_a_socket() -> Error {
    Error::invalid(
        "此地址仅支持 WebSocket 连接",
        "this address takes WebSocket connections only (version 13)",
    )
}

fn accept_key(headers: &HeaderMap) -> Result<String> {
    let has = |name, word: &str| {
        let lines = headers
            .get_all(name)
            .iter()
            .filter_map(|v: &HeaderValue| v.to_str().ok());
        lines
            .flat_map(|line| line.split(','))
            .any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    let key = headers.get(SEC_WEBSOCKET_KEY).ok_or_else(not_a_socket)?;
    let good =
        has(CONNECTION, "upgrade") && has(UPGRADE, "websocket") && has(SEC_WEBSOCKET_VERSION, "13");
    if good {
        Ok(derive_accept_key(key.as_bytes()))
    } else {
        Err(not_a_socket())
    }
}

fn switching_protocols(accept: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    let accept = HeaderValue::try_from(accept).expect("a base64 text is a header value");
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    response
}

/// Anything odd starts afresh instead of being refused: a page with a spoilt position must not be locked out for ever.
fn position(query: &Query) -> Position {
    let id = |text: &str| text.parse().ok().filter(|id| *id >= 0).map(MessageId);
    let after_time = query.number("afterTime");
    let mark = |text| match (id(text), &after_time) {
        (Some(id), Ok(_)) => Mark::Id(id),
        _ => Mark::Odd,
    };
    Position {
        after: query.text("after").map(mark),
        after_time: after_time.as_ref().ok().copied().flatten(),
        epoch: query.text("epoch").map(str::to_owned),
    }
}

async fn serve(opening: Opening, upgrade: OnUpgrade) {
    let Ok(upgraded) = upgrade.await else {
        return;
    };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(UNSENT_BYTES_MAX)
        .max_message_size(Some(INBOUND_BYTES_MAX))
        .max_frame_size(Some(INBOUND_BYTES_MAX));
    let io = TokioIo::new(upgraded);
    let stream = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
    let mut socket = Socket { stream };
    let Opening {
        app,
        session,
        dialect,
        position,
        _place,
        _peer,
    } = opening;
    let code = match app.chat.subscribe(session, dialect) {
        Ok(mut subscription) => {
            match arrive(&app.chat, &mut socket, session, dialect, position).await {
                Ok(head) => live(&mut socket, &mut subscription, head).await,
                Err(code) => code,
            }
        }
        Err(ending) => Some(ending as u16),
    };
    socket.close(code).await;
}

/// Sends hello and what was missed. The id up to which live messages are known already, or the code to close with.
async fn arrive(
    chat: &Chat,
    socket: &mut Socket,
    session: Session,
    dialect: Dialect,
    position: Position,
) -> std::result::Result<MessageId, Option<u16>> {
    let ended = |error: Error| match error {
        Error::Unauthorized => Some(Ending::SessionEnded as u16),
        _ => Some(Ending::Restart as u16),
    };
    if dialect == Dialect::Original {
        chat.check_session(session).await.map_err(ended)?;
        return Ok(MessageId(0));
    }
    let arrival = chat.arrive(session, position).await.map_err(ended)?;
    socket.send(&frame("kefu_hello", &arrival.hello)).await?;
    for message in &arrival.backlog {
        socket.send(&message_frame(message)).await?;
    }
    Ok(arrival.hello.head)
}

/// Runs until either side ends. The code to close with; None when the peer is gone or has closed.
async fn live(
    socket: &mut Socket,
    subscription: &mut Subscription,
    head: MessageId,
) -> Option<u16> {
    let mut inbound = Inbound::new();
    let mut ping = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let Subscription {
        deliveries, ending, ..
    } = subscription;
    loop {
        // During a shutdown the hub lets go of both ends: what is queued is sent, then the queue says that it is over.
        let over = ending.is_terminated();
        let done = tokio::select! {
            biased;
            Ok(ending) = &mut *ending, if !over => return Some(ending as u16),
            read = socket.stream.next() => inbound.take(socket, read).await,
            delivery = deliveries.recv() => match delivery {
                Some(delivery) if is_known(&delivery, head) => Ok(()),
                // A stuck write must not keep the socket from being ended.
                Some(delivery) => tokio::select! {
                    biased;
                    Ok(ending) = &mut *ending, if !over => return Some(ending as u16),
                    sent = socket.send(&delivery.frame) => sent,
                },
                None => Err(Some(Ending::Restart as u16)),
            },
            _ = ping.tick() => inbound.check_alive(socket).await,
        };
        if let Err(code) = done {
            return code;
        }
    }
}

/// Whether the backlog, or the fetch that hello asked for, had this message already.
fn is_known(delivery: &Delivery, head: MessageId) -> bool {
    delivery.message.is_some_and(|id| id <= head)
}

struct Socket {
    stream: WebSocketStream<TokioIo<Upgraded>>,
}

impl Socket {
    async fn send(&mut self, frame: &Frame) -> std::result::Result<(), Option<u16>> {
        self.write(Message::Text(Utf8Bytes::from(&**frame))).await
    }

    async fn write(&mut self, message: Message) -> std::result::Result<(), Option<u16>> {
        match timeout(WRITE_MAX, self.stream.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(tungstenite::Error::WriteBufferFull(_))) | Err(_) => {
                Err(Some(Ending::TooSlow as u16))
            }
            Ok(Err(_)) => Err(None),
        }
    }

    /// Says why, and reads until the peer has closed too: ending at once would cut off what it still sends.
    async fn close(mut self, code: Option<u16>) {
        let farewell = async {
            if let Some(code) = code {
                let frame = CloseFrame {
                    code: CloseCode::from(code),
                    reason: Utf8Bytes::default(),
                };
                let _ = self.stream.close(Some(frame)).await;
            }
            while let Some(Ok(_)) = self.stream.next().await {}
            let _ = self.stream.close(None).await;
        };
        // Whoever does not answer is left; the connection is closed by dropping it.
        let _ = timeout(CLOSE_MAX, farewell).await;
    }
}

/// What the peer sends, counted.
struct Inbound {
    last_heard: Instant,
    period_began: Instant,
    frames: u32,
}

impl Inbound {
    fn new() -> Inbound {
        Inbound {
            last_heard: Instant::now(),
            period_began: Instant::now(),
            frames: 0,
        }
    }

    /// Answers `ping`; everything else is ignored, as the original does. A flood ends the socket.
    async fn take(
        &mut self,
        socket: &mut Socket,
        read: Option<tungstenite::Result<Message>>,
    ) -> std::result::Result<(), Option<u16>> {
        let message = match read {
            Some(Ok(message)) => message,
            Some(Err(tungstenite::Error::Capacity(_))) => return Err(Some(CLOSE_TOO_BIG)),
            Some(Err(tungstenite::Error::Protocol(_) | tungstenite::Error::Utf8(_))) => {
                return Err(Some(CLOSE_PROTOCOL));
            }
            Some(Err(_)) | None => return Err(None),
        };
        self.count()?;
        match message {
            Message::Text(text) if text.as_str() == "ping" => {
                socket.write(Message::Text("pong".into())).await
            }
            // The library answers a Ping when it writes next: do that now.
            Message::Ping(_) => socket.stream.flush().await.map_err(|_| None),
            _ => Ok(()),
        }
    }

    async fn check_alive(&self, socket: &mut Socket) -> std::result::Result<(), Option<u16>> {
        if self.last_heard.elapsed() > SILENCE_MAX {
            return Err(None);
        }
        socket.write(Message::Ping(Bytes::new())).await
    }

    fn count(&mut self) -> std::result::Result<(), Option<u16>> {
        let now = Instant::now();
        self.last_heard = now;
        if now - self.period_began > INBOUND_PERIOD {
            self.period_began = now;
            self.frames = 0;
        }
        self.frames += 1;
        if self.frames > INBOUND_FRAMES_MAX {
            Err(Some(CLOSE_RATE))
        } else {
            Ok(())
        }
    }
}
