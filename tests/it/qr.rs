//! The QR code that leads to the customers' page.

use qrcode::{Color, QrCode};

use crate::harness::{Reply, Server, kefu};

/// Modules of light around a code, without which cameras do not find it.
const QUIET: usize = 4;

/// The number behind `mark`.
fn number(text: &str, mark: &str) -> usize {
    let rest = text.split(mark).nth(1).unwrap_or_default();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits
        .parse()
        .unwrap_or_else(|_| panic!("no number behind {mark:?} in {text}"))
}

/// The picture as a camera sees it, in squares of one module: dark ones are true.
fn seen(svg: &str, modules: usize) -> Vec<bool> {
    let side = modules + 2 * QUIET;
    let unit = number(svg, "width=\"") / side;
    assert!(unit * side >= 256, "large enough to be photographed");
    let mut squares = vec![false; side * side];
    let path = svg.split(" d=\"").nth(1).expect("a path");
    for rectangle in path.split('M').skip(1) {
        let left: usize = number(&format!("M{rectangle}"), "M") / unit;
        let (top, right) = (number(rectangle, " "), number(rectangle, "h"));
        for y in top / unit..(top + number(rectangle, "v")) / unit {
            for x in left..left + right / unit {
                squares[y * side + x] = true;
            }
        }
    }
    squares
}

#[track_caller]
fn leads_to(reply: &Reply, address: &str) {
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("content-type"), "image/svg+xml");
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    let policy = reply.header("content-security-policy");
    assert_eq!(policy, "default-src 'none'");
    let svg = reply.text();
    assert!(svg.contains("fill=\"#fff\"/><path fill=\"#000\""), "{svg}");
    let code = QrCode::new(address).expect("an address fits into a code");
    let side = code.width() + 2 * QUIET;
    let mut wanted = vec![false; side * side];
    for (at, color) in code.to_colors().into_iter().enumerate() {
        let (x, y) = (at % code.width() + QUIET, at / code.width() + QUIET);
        wanted[y * side + x] = color == Color::Dark;
    }
    assert!(seen(&svg, code.width()) == wanted, "{address}: {svg}");
}

#[tokio::test]
async fn a_code_leads_to_the_customers_page() {
    let server = Server::start_with(&["--public-url", "https://chat.shop.example"]);
    let reply = server.ask("GET /qr.svg").await;
    leads_to(&reply, "https://chat.shop.example/member/");
    let asked = server
        .ask("GET /qr.svg?url=https://evil.example")
        .header("host", "evil.example")
        .await;
    assert_eq!(asked.body, reply.body, "whatever the asker says");
}

#[tokio::test]
async fn the_address_that_the_setup_page_had_is_good_enough() {
    let server = Server::start();
    let code = server.setup_code().expect("a server without admins");
    let origin = format!("http://{}", server.address());
    let ask = server.setting_up(&code, "owner").header("origin", &origin);
    ask.await.data();
    leads_to(
        &server.ask("GET /qr.svg").await,
        &format!("{origin}/member/"),
    );
}

#[tokio::test]
async fn without_an_address_there_is_no_code_and_it_is_said_why() {
    let server = Server::start();
    let ask = server.ask("GET /qr.svg").header("accept-language", "en");
    let said = ask.await.refused(404, 404);
    assert!(said.contains("--public-url"), "{said}");
    let help = kefu(server.folder(), &["--help"], "").out().to_owned();
    assert!(help.contains("--public-url"), "there is such a flag");
}
