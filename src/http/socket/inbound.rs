//! What the peer of a socket sends: little, counted.

use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::{self, Message};

/// Frames a client may send in [`INBOUND_PERIOD`]; the busiest of the original's clients sends one a second.
const INBOUND_FRAMES_MAX: u32 = 200;
const INBOUND_PERIOD: Duration = Duration::from_secs(10);
/// A peer that has been silent for so long is gone.
const SILENCE_MAX: Duration = Duration::from_secs(60);
const CLOSE_TOO_BIG: u16 = 1009;
const CLOSE_PROTOCOL: u16 = 1002;
const CLOSE_RATE: u16 = 4029;

/// What a frame of the peer asks for.
pub enum Answer {
    Pong,
    /// The library has an answer to a Ping ready and sends it with the next write: do that now.
    Flush,
    Nothing,
}

/// What the peer sends, counted.
pub struct Inbound {
    last_heard: Instant,
    period_began: Instant,
    frames: u32,
}

impl Inbound {
    pub fn new() -> Inbound {
        Inbound {
            last_heard: Instant::now(),
            period_began: Instant::now(),
            frames: 0,
        }
    }

    /// Only `ping` has an answer; everything else is ignored, as the original does. Err: the code to end with.
    pub fn take(
        &mut self,
        read: Option<tungstenite::Result<Message>>,
    ) -> std::result::Result<Answer, Option<u16>> {
        let message = match read {
            Some(Ok(message)) => message,
            Some(Err(tungstenite::Error::Capacity(_))) => return Err(Some(CLOSE_TOO_BIG)),
            Some(Err(tungstenite::Error::Protocol(_) | tungstenite::Error::Utf8(_))) => {
                return Err(Some(CLOSE_PROTOCOL));
            }
            Some(Err(_)) | None => return Err(None),
        };
        self.count()?;
        Ok(match message {
            Message::Text(text) if text.as_str() == "ping" => Answer::Pong,
            Message::Ping(_) => Answer::Flush,
            _ => Answer::Nothing,
        })
    }

    pub fn check_alive(&self) -> std::result::Result<(), Option<u16>> {
        if self.last_heard.elapsed() > SILENCE_MAX {
            Err(None)
        } else {
            Ok(())
        }
    }

    /// A flood ends the socket.
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
