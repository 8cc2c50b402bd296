//! Bytes that a peer sends, counted below the frames: parts of a message that never ends are no frames that anybody
//! above would see.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// Bytes a peer may send in [`PERIOD`]; a ping is ten.
const BYTES_MAX: usize = 64 << 10;
const PERIOD: Duration = Duration::from_secs(10);

/// A stream that ends when its peer sends too much.
pub struct Metered<S> {
    inner: S,
    period_began: Instant,
    bytes: usize,
}

impl<S> Metered<S> {
    pub fn new(inner: S) -> Metered<S> {
        Metered {
            inner,
            period_began: Instant::now(),
            bytes: 0,
        }
    }

    fn count(&mut self, bytes: usize) -> io::Result<()> {
        let now = Instant::now();
        if now - self.period_began > PERIOD {
            self.period_began = now;
            self.bytes = 0;
        }
        self.bytes += bytes;
        if self.bytes > BYTES_MAX {
            return Err(io::Error::other("the peer sends too much"));
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let metered = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut metered.inner).poll_read(context, buffer);
        if let Poll::Ready(Ok(())) = read {
            metered.count(buffer.filled().len() - before)?;
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}
