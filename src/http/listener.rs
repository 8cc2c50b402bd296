//! The accept loop: limits, time-outs and an orderly end, which warp's own server has not.
//!
//! TLS goes between the accepted stream and [`StallGuard`]; nothing after it knows the difference.

mod stall;

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::http::Request;
use warp::reply::Response;

use super::proxy::TrustedProxies;
use crate::chat::{AddressCounter, AddressPlace};
use stall::StallGuard;

const HEADERS_MAX: usize = 64;
/// Request line and headers together.
const HEAD_BYTES_MAX: usize = 32 << 10;
/// File descriptors kept free for the database, its log and the terminal.
const DESCRIPTORS_KEPT: u64 = 64;
/// How long to stop accepting when the machine has no descriptor left: spinning would not bring one back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const LOG_EVERY: Duration = Duration::from_secs(60);

/// What the loop holds connections to.
#[derive(Clone)]
pub struct ConnectionLimits {
    /// Open connections of one address; proxies that are trusted carry everybody and are exempt.
    pub per_address_max: usize,
    /// From the first byte to the end of the headers; also closes silent and idle connections.
    pub header_timeout: Duration,
    pub trusted_proxies: TrustedProxies,
}

/// The other end of a connection, in the extensions of each of its requests.
#[derive(Clone)]
pub struct Peer {
    pub address: SocketAddr,
    /// Counts what must end before the server does; sockets are spawned on it.
    pub tracker: TaskTracker,
    /// Held by an upgraded socket for as long as it lives.
    _place: Arc<Place>,
}

/// A connection's share of the limits.
struct Place {
    _global: OwnedSemaphorePermit,
    _address: Option<AddressPlace>,
}

/// Serves `service` on `listener` until `shutdown` is cancelled, then lets requests and sockets in progress end: the
/// returned future is done when the last of them is.
pub async fn serve<S, F>(
    listener: TcpListener,
    limits: ConnectionLimits,
    service: S,
    shutdown: CancellationToken,
) where
    S: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let global = Arc::new(Semaphore::new(connections_max()));
    let by_address = Arc::new(AddressCounter::default());
    let tracker = TaskTracker::new();
    let mut logged: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if logged.is_none_or(|at| at.elapsed() > LOG_EVERY) {
                    tracing::warn!(%error, "cannot accept connections");
                    logged = Some(Instant::now());
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Beyond a limit the connection is closed at once, which is the cheapest answer.
        let Some(place) = place(&global, &by_address, &limits, address.ip()) else {
            continue;
        };
        let peer = Peer {
            address,
            tracker: tracker.clone(),
            _place: Arc::new(place),
        };
        let connection = connection(
            stream,
            peer,
            limits.header_timeout,
            service.clone(),
            shutdown.clone(),
        );
        tracker.spawn(connection);
    }
    drop(listener);
    tracker.close();
    tracker.wait().await;
}

async fn connection<S, F>(
    stream: TcpStream,
    peer: Peer,
    header_timeout: Duration,
    service: S,
    shutdown: CancellationToken,
) where
    S: Fn(Request<Incoming>) -> F,
    F: Future<Output = Response>,
{
    // Small answers must not wait for more to come; when the peer is gone already, serving finds out.
    let _ = stream.set_nodelay(true);
    let io = TokioIo::new(StallGuard::new(stream));
    let answering = service_fn(|mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        let answer = service(request);
        async move { Ok::<_, std::convert::Infallible>(answer.await) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .half_close(false)
        .serve_connection(io, answering)
        .with_upgrades();
    let mut serving = pin!(serving);
    let served = tokio::select! {
        served = serving.as_mut() => served,
        () = shutdown.cancelled() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

fn place(
    global: &Arc<Semaphore>,
    by_address: &Arc<AddressCounter>,
    limits: &ConnectionLimits,
    address: IpAddr,
) -> Option<Place> {
    let global = global.clone().try_acquire_owned().ok()?;
    let address = if limits.trusted_proxies.trusts(address) {
        None
    } else {
        Some(by_address.take(address, limits.per_address_max)?)
    };
    Some(Place {
        _global: global,
        _address: address,
    })
}

/// As many as the system lets this process have files open, raised as far as it allows.
fn connections_max() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let current = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let files = current
        .unwrap_or(1 << 20)
        .saturating_sub(DESCRIPTORS_KEPT)
        .max(1);
    usize::try_from(files)
        .unwrap_or(usize::MAX)
        .min(Semaphore::MAX_PERMITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(trusted: &[&str]) -> ConnectionLimits {
        let networks = trusted.iter().map(|net| net.parse().expect("a network"));
        ConnectionLimits {
            per_address_max: 2,
            header_timeout: Duration::from_secs(1),
            trusted_proxies: TrustedProxies::new(networks.collect()),
        }
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_has_so_many_connections_and_proxies_as_many_as_they_carry() {
        let (global, by_address) = (Arc::new(Semaphore::new(100)), Arc::default());
        let limits = limits(&["10.0.0.0/8"]);
        let take = |text: &str| place(&global, &by_address, &limits, address(text));
        let held = [take("203.0.113.7"), take("203.0.113.7")];
        assert!(held.iter().all(Option::is_some));
        assert!(take("203.0.113.7").is_none(), "it has two");
        assert!(take("203.0.113.8").is_some(), "that is another one");
        let office = [take("2001:db8:1:2::1"), take("2001:db8:1:2::2")];
        assert!(office.iter().all(Option::is_some));
        assert!(
            take("2001:db8:1:2::3").is_none(),
            "one network is one address"
        );
        let carried: Vec<_> = (0..20).map(|_| take("10.1.2.3")).collect();
        assert!(
            carried.iter().all(Option::is_some),
            "a proxy carries everybody"
        );
        assert!(take("127.0.0.1").is_some());
        drop(held);
        assert!(take("203.0.113.7").is_some(), "its places are free again");
    }

    #[test]
    fn all_connections_together_have_a_limit() {
        let (global, by_address) = (Arc::new(Semaphore::new(1)), Arc::default());
        let limits = limits(&[]);
        let only = place(&global, &by_address, &limits, address("127.0.0.1"));
        assert!(only.is_some());
        assert!(place(&global, &by_address, &limits, address("203.0.113.7")).is_none());
        drop(only);
        assert!(place(&global, &by_address, &limits, address("203.0.113.7")).is_some());
    }
}
