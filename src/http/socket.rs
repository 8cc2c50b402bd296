//! `/infra/ws`: events go down here, nothing but `ping` comes up.
//!
//! The upgrade is our own: warp's has no knob for its read buffer of 128 KB, which is what an idle socket would cost.

mod inbound;
mod metered;
mod outbound;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Bytes, Message};
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
use inbound::{Answer, Inbound};
use metered::Metered;
use outbound::Socket;

use crate::chat::{AddressPlace, CONTENT_BYTES_MAX, Chat, Mark, Position};
use crate::error::{Error, Result};
use crate::hub::{Delivery, Dialect, Ending, Subscription, frame, message_frame};
use crate::model::{MessageId, Session};

/// Inbound frames are `ping` and little else.
const INBOUND_BYTES_MAX: usize = 4 << 10;
const READ_BUFFER_BYTES: usize = 1 << 10;
/// Events that are ready together go out together, up to this; a lone one goes at once.
const WRITE_BUFFER_BYTES: usize = 16 << 10;
/// The longest frame. A content of control characters grows most, since it is written as JSON inside a JSON string: each
/// byte becomes at most 7. What stands around the content is far less than the eighth.
const FRAME_BYTES_MAX: usize = 8 * CONTENT_BYTES_MAX;
/// Bytes waiting in one socket for a slow network. Every frame must fit behind a full buffer, or the page could never
/// get past the message that does not. It is a bound and no allocation.
const UNSENT_BYTES_MAX: usize = WRITE_BUFFER_BYTES + FRAME_BYTES_MAX + INBOUND_BYTES_MAX;
/// How long hello and the backlog may take together: write by write a slow reader could hold a backlog for ever.
const ARRIVAL_MAX: Duration = Duration::from_secs(30);
/// Browsers answer a Ping without the page's script, hidden tabs too.
const PING_EVERY: Duration = Duration::from_secs(25);

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

async fn open(app: Arc<App>, asked: Arc<Asked>, upgrade: Option<OnUpgrade>) -> Result<Response> {
    let accept = accept_key(&asked.headers)?;
    let upgrade = upgrade.ok_or_else(not_a_socket)?;
    let query = Query::parse(&asked.query);
    let token = query.text("token").ok_or(Error::Unauthorized)?;
    let address = asked.client.address;
    let session = app.chat.authenticate_socket(token, address).await?;
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
        _peer: asked.peer.clone(),
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
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(UNSENT_BYTES_MAX)
        .max_message_size(Some(INBOUND_BYTES_MAX))
        .max_frame_size(Some(INBOUND_BYTES_MAX));
    let io = Metered::new(TokioIo::new(upgraded));
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
    app.chat.note_seen(session);
    let code = match app.chat.subscribe(session, dialect) {
        Ok(mut subscription) => {
            let arriving = arrive(&app.chat, &mut socket, session, dialect, position);
            let arrived = tokio::select! {
                biased;
                why = ended(&mut subscription.ending) => Err(Some(why as u16)),
                arrived = timeout(ARRIVAL_MAX, arriving) => {
                    arrived.unwrap_or(Err(Some(Ending::TooSlow as u16)))
                }
            };
            match arrived {
                Ok(head) => live(&mut socket, &mut subscription, head).await,
                Err(code) => code,
            }
        }
        Err(ending) => Some(ending as u16),
    };
    app.chat.note_seen(session);
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
        // A write that never has to wait would let nobody else on this thread work, nor the end of the session be seen.
        tokio::task::yield_now().await;
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
        let heard = tokio::select! {
            biased;
            why = ended(ending) => return Some(why as u16),
            read = socket.stream.next() => Heard::Frame(read),
            delivery = deliveries.recv() => Heard::Delivery(delivery),
            _ = ping.tick() => Heard::PingTime,
        };
        let reaction = async {
            match heard {
                Heard::Frame(read) => match inbound.take(read)? {
                    // What is queued goes first: after its pong a client has all that happened before its ping.
                    Answer::Pong => {
                        socket.deliver(None, deliveries, head).await?;
                        socket.write(Message::Text("pong".into())).await
                    }
                    Answer::Flush => socket.flush().await,
                    Answer::Nothing => Ok(()),
                },
                Heard::Delivery(Some(first)) => socket.deliver(Some(first), deliveries, head).await,
                Heard::Delivery(None) => Err(Some(Ending::Restart as u16)),
                Heard::PingTime => {
                    inbound.check_alive()?;
                    socket.write(Message::Ping(Bytes::new())).await
                }
            }
        };
        // A stuck write must not keep the socket from being ended.
        let done = tokio::select! {
            biased;
            why = ended(ending) => return Some(why as u16),
            done = reaction => done,
        };
        if let Err(code) = done {
            return code;
        }
    }
}

/// What woke a socket up.
enum Heard {
    Frame(Option<tungstenite::Result<Message>>),
    Delivery(Option<Delivery>),
    PingTime,
}

/// Waits until the hub ends the socket. During a shutdown it lets go instead: what is queued is sent, and then the queue
/// says that it is over.
async fn ended(ending: &mut oneshot::Receiver<Ending>) -> Ending {
    if ending.is_terminated() {
        return std::future::pending().await;
    }
    match ending.await {
        Ok(why) => why,
        Err(_) => std::future::pending().await,
    }
}
