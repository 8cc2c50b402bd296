//! What a page may load, and who may frame it.

use warp::http::HeaderValue;

use crate::chat::Shop;

/// The Content-Security-Policy of what is at `path`: no inline script or style, no markup made from text, nothing of
/// another host but pictures from where the shop has its own; framed only where a page is meant to be.
pub fn policy(path: &str, public_url: Option<&str>, shop: &Shop) -> HeaderValue {
    // Older WebKit does not count the socket of the same host as 'self'.
    let socket = public_url
        .and_then(|url| url.strip_prefix("http"))
        .map(|rest| format!(" ws{rest}"))
        .unwrap_or_default();
    let pictures = listed(&shop.picture_origins);
    let frame_ancestors = frame_ancestors(path, public_url, shop);
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; manifest-src 'self'; \
         connect-src 'self'{socket}; img-src 'self' blob: data:{pictures}; media-src 'self' blob:; frame-src 'self'; \
         base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'{frame_ancestors}"
    );
    HeaderValue::try_from(text).expect("an origin is letters, digits and punctuation")
}

/// The customers' page stands in the shop's pages: in all, or in those the owner named and in our own.
fn frame_ancestors(path: &str, public_url: Option<&str>, shop: &Shop) -> String {
    if !path.starts_with("/member/") {
        return "; frame-ancestors 'none'".to_owned();
    }
    let sites = &shop.settings.sites;
    if sites.is_empty() {
        return String::new();
    }
    let own = public_url.map(|url| format!(" {url}")).unwrap_or_default();
    format!("; frame-ancestors 'self'{own}{}", listed(sites))
}

fn listed(origins: &[String]) -> String {
    origins.iter().map(|origin| format!(" {origin}")).collect()
}
