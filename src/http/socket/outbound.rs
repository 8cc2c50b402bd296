//! Writing to a socket, never for longer than somebody reads.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use super::metered::Metered;
use crate::hub::{Delivery, Ending, Frame};
use crate::model::MessageId;

/// A write that takes longer means that nobody reads.
const WRITE_MAX: Duration = Duration::from_secs(10);
/// How long the peer may take to answer our Close.
const CLOSE_MAX: Duration = Duration::from_secs(2);

/// The stream of one socket.
pub struct Socket {
    pub stream: WebSocketStream<Metered<TokioIo<Upgraded>>>,
}

impl Socket {
    /// Sends `first` and what else is queued by now, in one write where it fits. What the backlog, or the fetch that
    /// hello asked for, had already is left out.
    pub async fn deliver(
        &mut self,
        first: Option<Delivery>,
        queue: &mut mpsc::Receiver<Delivery>,
        head: MessageId,
    ) -> std::result::Result<(), Option<u16>> {
        // Only what is queued now, so that a busy hub cannot keep a socket from hearing its peer.
        let queued = (0..queue.len()).map_while(|_| queue.try_recv().ok());
        for delivery in first.into_iter().chain(queued) {
            if delivery.message.is_none_or(|id| id > head) {
                in_time(self.stream.feed(text(&delivery.frame))).await?;
            }
        }
        in_time(self.stream.flush()).await
    }

    pub async fn send(&mut self, frame: &Frame) -> std::result::Result<(), Option<u16>> {
        self.write(text(frame)).await
    }

    pub async fn write(&mut self, message: Message) -> std::result::Result<(), Option<u16>> {
        in_time(self.stream.send(message)).await
    }

    /// Sends what the library has ready by itself, such as the answer to a Ping.
    pub async fn flush(&mut self) -> std::result::Result<(), Option<u16>> {
        in_time(self.stream.flush()).await
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

/// Err: the code to close with; None when the peer is gone.
async fn in_time(
    write: impl Future<Output = tungstenite::Result<()>>,
) -> std::result::Result<(), Option<u16>> {
    match timeout(WRITE_MAX, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(tungstenite::Error::WriteBufferFull(_))) | Err(_) => {
            Err(Some(Ending::TooSlow as u16))
        }
        Ok(Err(_)) => Err(None),
    }
}

/// The frame without copying it.
fn text(frame: &Frame) -> Message {
    let text = Utf8Bytes::try_from(frame.clone()).expect("frames are JSON, which is UTF-8");
    Message::Text(text)
}
