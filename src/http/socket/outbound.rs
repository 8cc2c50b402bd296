//! Writing to a socket, never for longer than somebody reads.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use crate::hub::{Delivery, Ending, Frame};
use crate::model::MessageId;

/// A write that takes longer means that nobody reads.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// How long the peer may take to answer our Close.
const CLOSE_MAX: Duration = Duration::from_secs(2);

/// The stream of one socket.
pub struct Socket {
    pub stream: WebSocketStream<TokioIo<Upgraded>>,
}

impl Socket {
    /// Sends what the hub delivered, unless the backlog, or the fetch that hello asked for, had it already.
    pub async fn deliver(
        &mut self,
        delivery: Option<Delivery>,
        head: MessageId,
    ) -> std::result::Result<(), Option<u16>> {
        match delivery {
            Some(delivery) if delivery.message.is_none_or(|id| id > head) => {
                self.send(&delivery.frame).await
            }
            _ => Ok(()),
        }
    }

    pub async fn send(&mut self, frame: &Frame) -> std::result::Result<(), Option<u16>> {
        self.write(Message::Text(Utf8Bytes::from(&**frame))).await
    }

    pub async fn write(&mut self, message: Message) -> std::result::Result<(), Option<u16>> {
        match timeout(WRITE_MAX, self.stream.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(tungstenite::Error::WriteBufferFull(_))) | Err(_) => {
                Err(Some(Ending::TooSlow as u16))
            }
            Ok(Err(_)) => Err(None),
        }
    }

    /// Says why, and reads until the peer has closed too: ending at once would cut off what it still sends.
    pub async fn close(mut self, code: Option<u16>) {
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
