//! Products and orders in a message, in the original's shape. What the catalog knows it writes itself; the rest is marked
//! as the customer's own words.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalog::rows::read_order;
use super::fields::{Fault, Fields, Read};
use crate::error::{Error, Result};
use crate::model::{MemberId, Order, Party, PartyKind, Product};
use crate::store::{Connection, catalog as catalog_rows};

/// A card is no catalog: what a customer calls a product.
const NAME_LETTERS_MAX: usize = 255;
const URL_LETTERS_MAX: usize = 2_048;
const ORDER_NUMBER_LETTERS_MAX: usize = 64;

/// Content type 10. Prices are in fen.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProductCard {
    /// The row of the browse history that the original's clients send along.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    spu_id: i64,
    /// Only ever absent before the catalog was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    spu_name: Option<String>,
    pic_url: Option<String>,
    price: Option<i64>,
    sales_count: Option<i64>,
    stock: Option<i64>,
    /// The catalog's alone, and not read from a sender: under any name it could lead the staff anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// Nobody but the customer says so. Written here alone: what a sender claims is not read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    given_by_customer: bool,
}

/// Content type 11, as a customer told it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldOrder {
    #[serde(flatten)]
    order: Order,
    given_by_customer: bool,
}

/// What names an order, and whether there is more than a name.
#[derive(Deserialize, Serialize)]
struct OrderName {
    id: Option<i64>,
    no: Option<String>,
    #[serde(default, skip_serializing)]
    items: Option<serde::de::IgnoredAny>,
}

/// The content of a product message as its sender has the word; [`settle_product`] has the last one.
///
/// # Errors
/// [`Error::Invalid`] names the field.
pub fn product(content: &str) -> Result<String> {
    let content = object(content)?;
    let card = read_product(&content).map_err(of_content)?;
    write(&card)
}

/// The content of an order message as its sender has the word; [`settle_order`] has the last one.
///
/// # Errors
/// [`Error::Invalid`] names the field.
pub fn order(content: &str) -> Result<String> {
    let content = object(content)?;
    read_told_order(&content).map_err(of_content)?
}

/// A product message as it is stored: the catalog's words when it knows the product, else None, which leaves those of
/// the customer. Runs in the writer's transaction.
///
/// # Errors
/// [`Error::Invalid`] for an unknown product from the staff, or one without a name.
pub fn settle_product(
    connection: &Connection,
    sender: Party,
    content: &str,
) -> Result<Option<String>> {
    let card: ProductCard = stored(content)?;
    let Some(known) = catalog_rows::product(connection, card.spu_id)? else {
        return match (sender.kind(), card.spu_name) {
            (PartyKind::Admin, _) => Err(of_content(Fault::new(
                "spuId",
                "商品不存在",
                "no such product in the catalog",
            ))),
            (PartyKind::Member, None) => Err(of_content(Fault::missing("spuName"))),
            (PartyKind::Member, Some(_)) => Ok(None),
        };
    };
    write(&known_card(card.id, known)).map(Some)
}

/// An order message as it is stored: the catalog's words when it is an order of `member`, else None, which leaves those
/// of the customer. Somebody else's order is answered as one that does not exist. Runs in the writer's transaction.
///
/// # Errors
/// [`Error::Invalid`] for an unknown order from the staff, or one that is only named.
pub fn settle_order(
    connection: &Connection,
    sender: Party,
    member: MemberId,
    content: &str,
) -> Result<Option<String>> {
    let name: OrderName = stored(content)?;
    if let Some(external_id) = catalog_rows::external_id(connection, member)? {
        let known = match (name.id, &name.no) {
            (Some(id), _) => catalog_rows::order_of(connection, &external_id, id)?,
            (None, Some(no)) => catalog_rows::order_by_number(connection, &external_id, no)?,
            (None, None) => None,
        };
        if known.is_some() {
            return Ok(known);
        }
    }
    let by = if name.id.is_some() { "id" } else { "no" };
    let missing = match (&name.id, &name.no, &name.items) {
        (None, _, _) => Some("id"),
        (_, None, _) => Some("no"),
        (_, _, None) => Some("items"),
        _ => None,
    };
    match (sender.kind(), missing) {
        (PartyKind::Admin, _) => Err(of_content(Fault::new(
            by,
            "该会员没有这个订单",
            "the customer has no such order",
        ))),
        (PartyKind::Member, Some(field)) => Err(of_content(Fault::missing(field))),
        (PartyKind::Member, None) => Ok(None),
    }
}

fn known_card(id: Option<i64>, known: Product) -> ProductCard {
    ProductCard {
        id,
        spu_id: known.spu_id,
        spu_name: Some(known.spu_name),
        pic_url: known.pic_url,
        price: known.price,
        sales_count: known.sales_count,
        stock: known.stock,
        url: known.url,
        given_by_customer: false,
    }
}

fn read_product(content: &Value) -> Read<ProductCard> {
    let fields = Fields::of(content)?;
    Ok(ProductCard {
        id: fields.id("id")?,
        spu_id: fields.required_id("spuId")?,
        spu_name: fields
            .text("spuName", NAME_LETTERS_MAX)?
            .filter(|name| !name.trim().is_empty()),
        pic_url: fields.url("picUrl", URL_LETTERS_MAX)?,
        price: fields.fen("price")?,
        sales_count: fields.whole("salesCount")?,
        stock: fields.whole("stock")?,
        url: None,
        given_by_customer: true,
    })
}

/// All of an order when all of it is there, else its name: that is enough for one the catalog knows.
fn read_told_order(content: &Value) -> Read<Result<String>> {
    let fields = Fields::of(content)?;
    let name = OrderName {
        id: fields.id("id")?,
        no: fields.text("no", ORDER_NUMBER_LETTERS_MAX)?,
        items: None,
    };
    if name.id.is_none() && name.no.is_none() {
        return Err(Fault::new("id", "id 与 no 须提供一个", "give id or no"));
    }
    if name.id.is_none() || name.no.is_none() || fields.value("items").is_none() {
        return Ok(write(&name));
    }
    Ok(write(&ToldOrder {
        order: read_order(&fields)?,
        given_by_customer: true,
    }))
}

fn object(content: &str) -> Result<Value> {
    let value = serde_json::from_str(content).unwrap_or_default();
    Fields::of(&value).map_err(of_content)?;
    Ok(value)
}

fn of_content(fault: Fault) -> Error {
    fault.within("content").into()
}

fn stored<'a, T: Deserialize<'a>>(content: &'a str) -> Result<T> {
    serde_json::from_str(content).map_err(|e| Error::Internal(e.to_string()))
}

fn write(card: &impl Serialize) -> Result<String> {
    serde_json::to_string(card).map_err(|e| Error::Internal(e.to_string()))
}
