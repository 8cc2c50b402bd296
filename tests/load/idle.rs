//! What an idle socket costs.

use crate::CONNECTIONS;
use crate::harness::{Server, Socket};

const IDLE_SOCKETS: usize = 2_000;
const IDLE_BYTES_BAR: u64 = 8 * 1024;

pub async fn sockets() -> Vec<String> {
    let server = Server::start_with(&["--no-limits"]);
    let start = server.memory();
    let mut members = Vec::new();
    while members.len() < IDLE_SOCKETS {
        let arriving = (0..CONNECTIONS.min(IDLE_SOCKETS - members.len())).map(|_| server.visitor());
        members.extend(futures_util::future::join_all(arriving).await);
    }
    let before = server.memory();
    let mut sockets: Vec<Socket> = Vec::new();
    for some in members.chunks(CONNECTIONS) {
        let opening = some.iter().map(|member| member.page_socket(""));
        let opened = futures_util::future::join_all(opening).await;
        sockets.extend(opened.into_iter().map(|(socket, _hello)| socket));
    }
    let after = server.memory();
    let each = after.saturating_sub(before) / u64::try_from(IDLE_SOCKETS).expect("a small number");
    println!(
        "idle sockets: {IDLE_SOCKETS} cost {each} bytes each (bar {IDLE_BYTES_BAR}); resident {} MB at start, {} MB \
         before, {} MB after",
        start >> 20,
        before >> 20,
        after >> 20
    );
    for socket in &mut sockets {
        socket.ping().await;
    }
    let heavy = each > IDLE_BYTES_BAR;
    heavy
        .then(|| format!("an idle socket costs {each} bytes, over the bar of {IDLE_BYTES_BAR}"))
        .into_iter()
        .collect()
}
