//! Who is behind a reverse proxy. Forwarding headers are believed from this machine and from named networks only.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ipnet::IpNet;
use warp::http::{HeaderMap, Request};

use super::listener::Peer;

/// Addresses looked at in one X-Forwarded-For; a longer list is somebody's joke.
const HOPS_MAX: usize = 32;

/// Where a request really comes from.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    pub address: IpAddr,
    /// The client speaks TLS, to a proxy that we believe.
    pub https: bool,
}

/// `--trusted-proxy`, and loopback always.
#[derive(Clone, Default)]
pub struct TrustedProxies {
    networks: Arc<[IpNet]>,
    warned: Arc<AtomicBool>,
}

impl TrustedProxies {
    pub fn new(networks: Vec<IpNet>) -> TrustedProxies {
        TrustedProxies {
            networks: networks.into(),
            warned: Arc::default(),
        }
    }

    /// Whether `address` may say for whom it asks.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback()
            || self
                .networks
                .iter()
                .any(|network| network.contains(&address))
    }

    /// The rightmost hop that is not a proxy of ours.
    pub fn client_of<B>(&self, request: &Request<B>) -> Client {
        let peer = request
            .extensions()
            .get::<Peer>()
            .map(|peer| peer.address.ip().to_canonical());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let headers = request.headers();
        let direct = Client {
            address: peer,
            https: false,
        };
        if self.trusts(peer) {
            let address = self.forwarded_for(headers).unwrap_or(peer);
            let https =
                last(headers, "x-forwarded-proto").is_some_and(|p| p.eq_ignore_ascii_case("https"));
            return Client { address, https };
        }
        if headers.contains_key("x-forwarded-for") && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%peer, "X-Forwarded-For from a peer that is not trusted; if it is your proxy, name it with --trusted-proxy");
        }
        direct
    }

    fn forwarded_for(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|v| v.to_str().ok())
            .collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
        let mut nearest = None;
        for hop in hops.take(HOPS_MAX) {
            // A hop that is no address was not written by a proxy of ours: what is left of it proves nothing.
            let Some(address) = parse(hop.trim()) else {
                break;
            };
            nearest = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        nearest
    }
}

/// An address, also with a port or in brackets as some proxies write it.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.parse().ok();
    let with_port = || {
        hop.parse()
            .ok()
            .map(|address: std::net::SocketAddr| address.ip())
    };
    let in_brackets = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    bare.or_else(with_port)
        .or_else(in_brackets)
        .map(|address: IpAddr| address.to_canonical())
}

fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim)
}
