//! Bytes on a TCP connection, for requests that no client library would send.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::PATIENCE;

/// Sends the bytes and gives everything until the server closes. A request should ask for `Connection: close`.
pub async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    // The server may refuse and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("the server answers and closes");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Connects, says `bytes` and then nothing more; how long until the server closes.
pub async fn silence(address: SocketAddr, bytes: &[u8]) -> Duration {
    let start = Instant::now();
    raw(address, bytes).await;
    start.elapsed()
}
