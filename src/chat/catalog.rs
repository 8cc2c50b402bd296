//! The shop's own data: what its backend tells, and what members and staff see of it.

mod import;
pub mod pictures;
pub mod rows;
mod told;

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::fields::Fields;
use super::identity::tell_rename;
use super::keys::ShopKeys;
use super::{Chat, keys, now};
use crate::error::{Error, Result, Text};
use crate::model::{
    Browsed, Event, FoundProduct, KeyKind, MemberFace, MemberId, Order, OrderRow, Page, Party,
    Product, Session, ShopId, ShopNoun, ShopThing, Span,
};
use crate::store::{
    Connection, browsing as browse_rows, catalog as catalog_rows, members as member_rows,
};
pub use import::Import;
pub use told::{Told, shown};

/// Things told in one request.
const BATCH_ROWS_MAX: usize = 1_000;
/// Bad rows of a batch that are named; whoever has so many looks at his program, not at the rest.
const BAD_ROWS_NAMED_MAX: usize = 10;
/// Products a member looked at that are remembered.
pub const BROWSED_ROWS_MAX: i64 = 100;
const SEARCH_LETTERS_MAX: usize = 255;

impl Chat {
    /// Whether this is one of the shop's API keys.
    ///
    /// # Errors
    /// [`Error::Unauthorized`] when it is not.
    pub async fn authorize_shop(&self, key: &str) -> Result<()> {
        let asked = keys::hashed(key);
        let good = self
            .store
            .read(|c| ShopKeys::new(c).good(KeyKind::Api))
            .await?;
        // All are looked at, each to its end: the time it takes says nothing about any of them.
        let same = good.iter().fold(subtle::Choice::from(0), |same, key| {
            same | key.secret.as_bytes().ct_eq(asked.as_bytes())
        });
        if bool::from(same) {
            Ok(())
        } else {
            Err(Error::Unauthorized)
        }
    }

    /// Stores one thing, new or not; gives the shop's id of it.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field.
    pub async fn create_shop_thing(&self, noun: ShopNoun, row: &Value) -> Result<ShopId> {
        let thing = rows::read_thing(noun, row)?;
        let id = thing.id();
        let origins = pictures::origins_of([&thing]);
        let noted = self.store.write(move |c, events| {
            keep(c, events, &thing)?;
            pictures::note(c, &origins)
        });
        self.allow_noted(noted.await?).await;
        Ok(id)
    }

    /// Stores one thing that was told before.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field; [`Error::NotFound`] when it was never told.
    pub async fn update_shop_thing(&self, noun: ShopNoun, row: &Value) -> Result<()> {
        let thing = rows::read_thing(noun, row)?;
        let origins = pictures::origins_of([&thing]);
        let noted = self.store.write(move |c, events| {
            if !catalog_rows::is_known(c, &thing.id())? {
                return Err(unknown(noun));
            }
            keep(c, events, &thing)?;
            pictures::note(c, &origins)
        });
        self.allow_noted(noted.await?).await;
        Ok(())
    }

    /// Stores a batch, all of it or nothing; gives the number of rows. Open pages see members' new names when they load
    /// next: a thousand events at once would end their sockets.
    ///
    /// # Errors
    /// [`Error::Invalid`] names index and field of the first bad rows.
    pub async fn save_shop_things(&self, noun: ShopNoun, batch: &Value) -> Result<usize> {
        let things = read_batch(noun, batch)?;
        let count = things.len();
        let bytes = things.iter().map(bytes_of).sum();
        let origins = pictures::origins_of(&things);
        let noted = self.store.write_sized(bytes, move |c, _| {
            let now = now();
            things
                .iter()
                .try_for_each(|t| catalog_rows::save(c, t, now).map(drop))?;
            pictures::note(c, &origins)
        });
        self.allow_noted(noted.await?).await;
        Ok(count)
    }

    /// Forgets a thing. One that is not there is no error, so that a retry is none. A member who has a conversation
    /// loses only what the shop told about him.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the id cannot be one.
    pub async fn delete_shop_thing(&self, noun: ShopNoun, id: Option<&str>) -> Result<()> {
        let id = read_id(noun, id)?;
        self.store
            .write(move |c, events| match &id {
                ShopId::Product(id) => catalog_rows::delete_product(c, *id),
                ShopId::Order(id) => catalog_rows::delete_order(c, *id),
                ShopId::Member(id) => match catalog_rows::member(c, id)? {
                    Some((member, Some(_))) => {
                        catalog_rows::clear_member(c, member.id)?;
                        tell_rename(c, events, member.id)
                    }
                    Some((member, None)) => catalog_rows::delete_member(c, member.id),
                    None => Ok(()),
                },
            })
            .await
    }

    /// Remembers that the caller looks at a product.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field; a product that the catalog knows needs no more than its id.
    pub async fn note_browsed(&self, session: Session, row: &Value) -> Result<()> {
        let Party::Member(member) = session.party else {
            return Err(super::wrong_side());
        };
        self.limiters.browses.check(&member)?;
        let fields = Fields::of(row)?;
        let spu_id = fields.required_id("spuId")?;
        let told = Told::read(&fields)?;
        self.write_as(session, move |c, _| {
            let card = told.card(c, "")?;
            browse_rows::note(c, member, spu_id, &card, now(), BROWSED_ROWS_MAX)
        })
        .await
    }

    /// What a member looked at, the newest first: his own, or for the staff that of the member they name.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the staff name nobody.
    pub async fn browsed(
        &self,
        session: Session,
        named: Option<i64>,
        span: Span,
    ) -> Result<Page<Browsed>> {
        let member = member_for(session, named)?;
        self.store
            .read(move |c| {
                let (total, rows) = browse_rows::page(c, member, span)?;
                let list = rows.into_iter().map(|row| browsed(c, row));
                Ok(Page {
                    total,
                    list: list.collect::<Result<_>>()?,
                })
            })
            .await
    }

    /// A member's orders, the newest first: his own, or for the staff those of the member they name. A visitor has none.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the staff name nobody.
    pub async fn orders(
        &self,
        session: Session,
        named: Option<i64>,
        span: Span,
    ) -> Result<Page<OrderRow>> {
        let member = member_for(session, named)?;
        self.store
            .read(move |c| {
                let Some(external_id) = catalog_rows::external_id(c, member)? else {
                    return Ok(Page {
                        total: 0,
                        list: Vec::new(),
                    });
                };
                let user = face_for(c, session, &external_id)?;
                let (total, cards) = catalog_rows::orders(c, &external_id, span)?;
                let list = cards.iter().map(|card| order_row(card, user.clone()));
                Ok(Page {
                    total,
                    list: list.collect::<Result<_>>()?,
                })
            })
            .await
    }

    /// One order; None when there is none, or when it is not the member's who asks.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn order(&self, session: Session, id: i64) -> Result<Option<OrderRow>> {
        self.store
            .read(move |c| {
                let Some((card, owner)) = catalog_rows::order(c, id)? else {
                    return Ok(None);
                };
                if let Party::Member(member) = session.party
                    && catalog_rows::external_id(c, member)?.as_ref() != Some(&owner)
                {
                    return Ok(None);
                }
                order_row(&card, face_for(c, session, &owner)?).map(Some)
            })
            .await
    }

    /// Products by a part of their name, those told last first: for the staff.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a member.
    pub async fn find_products(
        &self,
        session: Session,
        words: &str,
        span: Span,
    ) -> Result<Page<FoundProduct>> {
        super::admin_of(session)?;
        let words: String = words.chars().take(SEARCH_LETTERS_MAX).collect();
        self.store
            .read(move |c| {
                let (total, products) = catalog_rows::find_products(c, &words, span)?;
                let list = products.into_iter().map(|product| FoundProduct {
                    id: product.spu_id,
                    name: product.spu_name.clone(),
                    product,
                });
                Ok(Page {
                    total,
                    list: list.collect(),
                })
            })
            .await
    }
}

fn read_batch(noun: ShopNoun, batch: &Value) -> Result<Vec<ShopThing>> {
    let rows = batch.as_array().ok_or_else(|| {
        Error::invalid(
            "请求参数不正确:请求内容须为 JSON 数组",
            "the body must be a JSON array",
        )
    })?;
    if rows.len() > BATCH_ROWS_MAX {
        return Err(Error::invalid(
            format!("请求参数不正确:每批最多 {BATCH_ROWS_MAX} 条"),
            format!("at most {BATCH_ROWS_MAX} rows in one batch"),
        ));
    }
    let mut things = Vec::with_capacity(rows.len());
    let mut faults = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        match rows::read_thing(noun, row) {
            Ok(thing) => things.push(thing),
            Err(fault) => faults.push(fault.within(&format!("[{index}]"))),
        }
        if faults.len() == BAD_ROWS_NAMED_MAX {
            break;
        }
    }
    if faults.is_empty() {
        return Ok(things);
    }
    let joined = |text: fn(&Text) -> &str, colon: &str| {
        let each = faults
            .iter()
            .map(|fault| format!("{}{colon}{}", fault.field, text(&fault.text)));
        each.collect::<Vec<_>>().join("; ")
    };
    Err(Error::invalid(
        format!("请求参数不正确:{}", joined(|text| &text.zh, " ")),
        joined(|text| &text.en, ": "),
    ))
}

/// About so much is written for a thing.
fn bytes_of(thing: &ShopThing) -> usize {
    size_of::<ShopThing>() + thing.text_bytes()
}

fn read_id(noun: ShopNoun, id: Option<&str>) -> Result<ShopId> {
    let row = serde_json::json!({ "id": id });
    let fields = Fields::of(&row)?;
    Ok(match noun {
        ShopNoun::Product => ShopId::Product(fields.required_id("id")?),
        ShopNoun::Order => ShopId::Order(fields.required_id("id")?),
        ShopNoun::Member => ShopId::Member(fields.external_id("id")?),
    })
}

/// Stores one thing, and shows the staff a member as he is called now, if that is another way.
fn keep(connection: &Connection, events: &mut Vec<Event>, thing: &ShopThing) -> Result<()> {
    let changed = catalog_rows::save(connection, thing, now())?;
    if let (true, ShopId::Member(id)) = (changed, thing.id())
        && let Some(member) = member_rows::by_external_id(connection, &id)?
    {
        tell_rename(connection, events, member)?;
    }
    Ok(())
}

fn unknown(noun: ShopNoun) -> Error {
    Error::NotFound(match noun {
        ShopNoun::Product => Text::new("商品不存在", "no such product"),
        ShopNoun::Order => Text::new("订单不存在", "no such order"),
        ShopNoun::Member => Text::new("会员不存在", "no such member"),
    })
}

/// Whose data `session` may see: a member his own, whomever he names.
fn member_for(session: Session, named: Option<i64>) -> Result<MemberId> {
    match session.party {
        Party::Member(member) => Ok(member),
        Party::Admin(_) => named
            .map(MemberId)
            .ok_or_else(|| Error::invalid("请求参数缺失:userId", "userId: must be given")),
    }
}

/// The staff see whose order it is.
fn face_for(
    connection: &Connection,
    session: Session,
    external_id: &str,
) -> Result<Option<MemberFace>> {
    match session.party {
        Party::Member(_) => Ok(None),
        Party::Admin(_) => {
            let member = catalog_rows::member(connection, external_id)?;
            Ok(member.map(|(face, _)| face))
        }
    }
}

fn order_row(card: &str, user: Option<MemberFace>) -> Result<OrderRow> {
    let order: Order = serde_json::from_str(card).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(OrderRow { order, user })
}

/// The catalog's word first; that of the page when the catalog has none.
fn browsed(connection: &Connection, row: browse_rows::BrowsedRow) -> Result<Browsed> {
    let known = catalog_rows::product(connection, row.spu_id)?;
    let given_by_customer = known.is_none();
    let told = |card: &str| -> Result<Product> {
        serde_json::from_str(card).map_err(|e| Error::Internal(e.to_string()))
    };
    Ok(Browsed {
        id: row.id,
        product: known.map_or_else(|| told(&row.card), Ok)?,
        given_by_customer,
    })
}
