//! Ends a connection whose peer has stopped reading, or as good as stopped: hyper has no time-out for writes.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How often progress is looked at while somebody has to be waited for.
const WINDOW: Duration = Duration::from_secs(20);
/// What must get through in one window, unless all of it does. That is 3 KB a second: a phone on a bad line passes, and
/// what it is usually sent does not fill the system's own buffer anyway. A single byte now and then would keep an answer of
/// megabytes in memory for hours.
const WINDOW_BYTES_MIN: usize = 64 << 10;

/// A stream whose writes fail when they make too little progress for 20 seconds.
///
/// Whoever writes here flushes when he has handed over all he had: hyper and the socket both do. So a flush that is done
/// means that nobody waits, and a write that is done in part means nothing but its bytes.
pub struct StallGuard<T> {
    inner: T,
    /// Runs from the first write that has to wait until all is written.
    window: Option<Window>,
}

/// What got through since the time that is over at `end`.
struct Window {
    end: Pin<Box<Sleep>>,
    bytes: usize,
}

impl Window {
    fn new() -> Window {
        Window {
            end: Box::pin(sleep(WINDOW)),
            bytes: 0,
        }
    }
}

impl<T> StallGuard<T> {
    pub fn new(inner: T) -> StallGuard<T> {
        StallGuard {
            inner,
            window: None,
        }
    }

    fn watch_write(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<Result<usize>>,
    ) -> Poll<Result<usize>> {
        match (&written, &mut self.window) {
            (Poll::Ready(Ok(bytes)), Some(window)) => window.bytes += bytes,
            (Poll::Ready(_), _) => {}
            (Poll::Pending, _) => return self.wait(cx).map(Err),
        }
        written
    }

    fn watch_flush(&mut self, cx: &mut Context<'_>, flushed: Poll<Result<()>>) -> Poll<Result<()>> {
        if flushed.is_ready() {
            self.window = None;
            return flushed;
        }
        self.wait(cx).map(Err)
    }

    /// Ready when the peer has been waited for long enough.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        loop {
            let window = self.window.get_or_insert_with(Window::new);
            ready!(window.end.as_mut().poll(cx));
            if window.bytes < WINDOW_BYTES_MIN {
                return Poll::Ready(Error::new(ErrorKind::TimedOut, "the peer does not read"));
            }
            self.window = None;
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for StallGuard<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for StallGuard<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.watch_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.watch_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.inner).poll_flush(cx);
        self.watch_flush(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
