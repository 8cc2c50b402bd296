//! Where a member is in the shop, as the page he is on tells it: for the staff's eyes, and proven by nothing.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value;

use super::catalog::{BROWSED_ROWS_MAX, Told};
use super::fields::{Fault, Fields, Read};
use super::limits::address_key;
use super::{Chat, now};
use crate::error::Result;
use crate::model::{Event, MemberChangeKind, MemberId, Party, Session, Visit};
use crate::store::{
    Connection, browsing as browse_rows, conversations as conversation_rows, visits as rows,
};

const URL_LETTERS_MAX: usize = 2_048;
const TITLE_LETTERS_MAX: usize = 255;
const BROWSER_LETTERS_MAX: usize = 512;
const LANGUAGE_LETTERS_MAX: usize = 35;
/// Pages of one stay in the shop follow each other within this: until then he has come from where he came from first.
const STAY_MS: i64 = 60 * 60 * 1000;

/// What a page tells.
struct Page {
    visit: Visit,
    product: Option<Told>,
}

/// Something else than what was told before.
struct News {
    visit: Visit,
    /// The product on the page, when there was another one or none before.
    looked_at: Option<(i64, String)>,
}

impl Chat {
    /// Notes where the caller is, and what he looks at there. The same again costs no write. When very much is told from
    /// `address`, the staff see the rest of it with their next look.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] names the field: what is too long is cut and what is no address left out, but a
    /// product must be one. [`crate::error::Error::TooManyRequests`].
    pub async fn update_visit(
        &self,
        session: Session,
        row: &Value,
        browser: Option<&str>,
        address: IpAddr,
    ) -> Result<()> {
        let Party::Member(member) = session.party else {
            return Err(super::wrong_side());
        };
        self.admit_change_at(session, address)?;
        let page = Arc::new(read_page(row, browser)?);
        self.note_seen(session);
        let told = page.clone();
        let first = self.store.read(move |c| news(c, member, &told)).await?;
        let Some(News { looked_at, .. }) = first else {
            return Ok(());
        };
        // Whoever turns pages too fast is still seen; only what he looked at is not remembered.
        let remembered = looked_at.is_some() && self.limiters.browses.check(&member).is_ok();
        let told = self
            .limiters
            .visits_told
            .check(&address_key(address))
            .is_ok();
        self.write_as(session, move |c, events| {
            let Some(News { visit, looked_at }) = news(c, member, &page)? else {
                return Ok(());
            };
            rows::put(c, member, &visit)?;
            rows::note_seen(c, member, visit.update_time)?;
            if let (Some((spu_id, card)), true) = (looked_at, remembered) {
                let time = visit.update_time;
                browse_rows::note(c, member, spu_id, &card, time, BROWSED_ROWS_MAX)?;
            }
            if told {
                tell(c, events, member, MemberChangeKind::Visit)?;
            }
            Ok(())
        })
        .await
    }
}

/// Has the staff who look at a member ask about him again. Nobody looks at one who has never written.
pub fn tell(
    connection: &Connection,
    events: &mut Vec<Event>,
    member: MemberId,
    kind: MemberChangeKind,
) -> Result<()> {
    if conversation_rows::id_of_member(connection, member)?.is_some() {
        events.push(Event::MemberChange { kind, member });
    }
    Ok(())
}

fn read_page(row: &Value, browser: Option<&str>) -> Read<Page> {
    let fields = Fields::of(row)?;
    let page_url = text(&fields, "pageUrl")?.and_then(plain_url);
    let referrer = text(&fields, "referrer")?.and_then(plain_url);
    // From one page of the shop to the next is not from anywhere.
    let referrer = referrer.filter(|from| page_url.as_deref().map(host_of) != Some(host_of(from)));
    let product = fields.value("product").map(|product| {
        let told = Fields::of(product).and_then(|fields| Told::read(&fields));
        told.map_err(|fault| fault.within("product"))
    });
    Ok(Page {
        visit: Visit {
            page_url,
            page_title: text(&fields, "pageTitle")?.and_then(|t| cut(t, TITLE_LETTERS_MAX)),
            referrer,
            browser: browser.and_then(|b| cut(b, BROWSER_LETTERS_MAX)),
            language: text(&fields, "language")?.and_then(|l| cut(l, LANGUAGE_LETTERS_MAX)),
            card: None,
            update_time: now(),
        },
        product: product.transpose()?,
    })
}

fn text<'a>(fields: &Fields<'a>, name: &str) -> Read<Option<&'a str>> {
    let text = |value: &'a Value| {
        let text = value.as_str();
        text.ok_or_else(|| Fault::new(name, "须为文本", "must be text"))
    };
    fields.value(name).map(text).transpose()
}

/// At most so many letters on one line; None when nothing is left.
fn cut(text: &str, letters_max: usize) -> Option<String> {
    let line = |letter: char| if letter.is_control() { ' ' } else { letter };
    let line: String = text.chars().map(line).collect();
    let cut: String = line.trim().chars().take(letters_max).collect();
    (!cut.is_empty()).then_some(cut)
}

/// A web address without the name and password in it, and without its fragment, where pages keep what is nobody else's.
/// None for any other kind of address.
fn plain_url(text: &str) -> Option<String> {
    let text = text.trim();
    let odd = |letter: char| letter.is_control() || letter.is_whitespace() || letter == '\\';
    let (scheme, rest) = text.split_once("://").filter(|_| !text.contains(odd))?;
    let scheme = scheme.to_ascii_lowercase();
    let rest = rest.split('#').next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() {
        return None;
    }
    let url = format!("{scheme}://{host}{path}");
    Some(url.chars().take(URL_LETTERS_MAX).collect())
}

/// Of what [`plain_url`] gave.
fn host_of(url: &str) -> String {
    let host = url.split('/').nth(2).unwrap_or_default();
    let host = host.split('?').next().unwrap_or_default();
    host.to_ascii_lowercase()
}

/// What there is to note; None when it is what was told before.
fn news(connection: &Connection, member: MemberId, page: &Page) -> Result<Option<News>> {
    let card = match &page.product {
        Some(product) => Some(product.card(connection, "product")?),
        None => None,
    };
    let spu_id = page.product.as_ref().and_then(|product| product.spu_id);
    let before = rows::get(connection, member)?;
    let stay = before
        .as_ref()
        .filter(|before| page.visit.update_time - before.update_time < STAY_MS);
    let visit = Visit {
        referrer: page
            .visit
            .referrer
            .clone()
            .or_else(|| stay.and_then(|before| before.referrer.clone())),
        card,
        ..page.visit.clone()
    };
    let same = before.as_ref().is_some_and(|before| {
        let update_time = before.update_time;
        *before
            == Visit {
                update_time,
                ..visit.clone()
            }
    });
    if same {
        return Ok(None);
    }
    let card_before = before.and_then(|before| before.card);
    let looked_at = spu_id.zip(
        visit
            .card
            .clone()
            .filter(|card| Some(card) != card_before.as_ref()),
    );
    Ok(Some(News { visit, looked_at }))
}
