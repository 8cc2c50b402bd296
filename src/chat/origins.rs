//! Origins: scheme, host and port, as browsers compare them and as a Content-Security-Policy names them.

use crate::error::Text;

/// Of a host name, by the rules of the net.
const HOST_LETTERS_MAX: usize = 253;

/// The origin of something's address; None when no policy could name it: another scheme, a user name in it, a host in
/// other letters than those of the net.
pub fn origin_of(url: &str) -> Option<String> {
    split(url).map(|(origin, _)| origin)
}

/// An origin as a person types it.
///
/// # Errors
/// What is wrong with it, and how to write it.
pub fn typed_origin(text: &str) -> std::result::Result<String, Text> {
    let text = text.trim();
    if text.contains('*') {
        return Err(Text::new(
            "不支持通配符 *，请逐个填写完整的网站地址，例如 https://www.shop.com",
            "* is not possible; write each site in full, such as https://www.shop.com",
        ));
    }
    match split(text) {
        Some((origin, "" | "/")) => Ok(origin),
        Some((origin, _)) => Err(Text::new(
            format!("不能带路径，请填写 {origin}"),
            format!("must have no path; write {origin}"),
        )),
        None => Err(Text::new(
            "须为网站地址，例如 https://www.shop.com（中文域名请填写 xn-- 开头的形式）",
            "must be the address of a site, such as https://www.shop.com (a name in other letters in its xn-- form)",
        )),
    }
}

/// The origin as browsers write it (lower case, without the port that goes without saying), and what follows it.
fn split(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let own_port = match scheme.as_str() {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let host = host.to_ascii_lowercase();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    let good = host.len() <= HOST_LETTERS_MAX
        && host.bytes().all(plain)
        && host.split('.').all(|label| !label.is_empty());
    if !good || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if port.is_empty() {
        return Some((format!("{scheme}://{host}"), rest));
    }
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    let origin = if port == own_port {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{port}")
    };
    Some((origin, rest))
}
