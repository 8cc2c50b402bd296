//! The shop's own data: products, orders, members as its backend tells them, and what a member looked at.

use serde::{Deserialize, Serialize};

use super::MemberId;

/// A product of the shop.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// The shop's own id.
    pub spu_id: i64,
    pub spu_name: String,
    pub pic_url: Option<String>,
    /// In fen.
    pub price: Option<i64>,
    pub sales_count: Option<i64>,
    pub stock: Option<i64>,
    /// Its page in the shop.
    #[serde(default)]
    pub url: Option<String>,
}

/// An order, in the original's shape: as it stands in a message and in a list.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// The shop's own id.
    pub id: i64,
    pub no: String,
    pub r#type: Option<i64>,
    pub status: Option<i64>,
    pub product_count: Option<i64>,
    pub comment_status: Option<bool>,
    /// UTC epoch milliseconds.
    pub create_time: Option<i64>,
    pub pay_order_id: Option<i64>,
    /// In fen, as all prices.
    pub pay_price: Option<i64>,
    pub delivery_type: Option<i64>,
    pub items: Vec<OrderItem>,
    pub combination_record_id: Option<i64>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderItem {
    pub id: Option<i64>,
    pub order_id: Option<i64>,
    pub spu_id: Option<i64>,
    pub spu_name: Option<String>,
    pub sku_id: Option<i64>,
    /// Always a list: the original's clients walk it without looking.
    pub properties: Vec<OrderProperty>,
    pub pic_url: Option<String>,
    pub count: Option<i64>,
    pub comment_status: Option<bool>,
    pub price: Option<i64>,
    pub pay_price: Option<i64>,
    pub after_sale_id: Option<i64>,
    pub after_sale_status: Option<i64>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderProperty {
    pub property_id: Option<i64>,
    pub property_name: Option<String>,
    pub value_id: Option<i64>,
    pub value_name: Option<String>,
}

/// What the shop's backend can tell us about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShopNoun {
    Product,
    Order,
    Member,
}

/// One thing the shop's backend told, checked.
#[derive(Clone, Debug)]
pub enum ShopThing {
    Product(Product),
    Order(ShopOrder),
    Member(ShopMember),
}

/// The shop's own id of a thing.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ShopId {
    Product(i64),
    Order(i64),
    Member(String),
}

impl ShopThing {
    pub fn id(&self) -> ShopId {
        match self {
            ShopThing::Product(product) => ShopId::Product(product.spu_id),
            ShopThing::Order(order) => ShopId::Order(order.id),
            ShopThing::Member(member) => ShopId::Member(member.external_id.clone()),
        }
    }

    /// The bytes of all its text, which is what makes one thing so much larger than another.
    pub fn text_bytes(&self) -> usize {
        let (always, at_times) = match self {
            ShopThing::Product(p) => (p.spu_name.len(), vec![&p.pic_url, &p.url]),
            ShopThing::Order(o) => (o.external_id.len() + o.card.len(), vec![]),
            ShopThing::Member(m) => (
                m.external_id.len(),
                vec![&m.nickname, &m.avatar, &m.email, &m.phone, &m.level],
            ),
        };
        let at_times = at_times.into_iter().flatten().map(String::len);
        always + at_times.sum::<usize>()
    }
}

/// An order and whose it is.
#[derive(Clone, Debug)]
pub struct ShopOrder {
    pub id: i64,
    /// The shop's own id of the member, who may never have opened the chat.
    pub external_id: String,
    /// The [`Order`] as JSON.
    pub card: String,
}

/// What the shop knows about a member.
#[derive(Clone, Debug)]
pub struct ShopMember {
    /// The shop's own id.
    pub external_id: String,
    pub nickname: Option<String>,
    pub avatar: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub level: Option<String>,
}

/// A member as an order list shows him.
#[derive(Clone, Debug, Serialize)]
pub struct MemberFace {
    pub id: MemberId,
    pub nickname: Option<String>,
    pub avatar: Option<String>,
}

/// A row of the order list.
#[derive(Debug, Serialize)]
pub struct OrderRow {
    #[serde(flatten)]
    pub order: Order,
    /// Whose order it is; the staff's list has it, a member knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<MemberFace>,
}

/// A row of the browse history.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Browsed {
    pub id: i64,
    #[serde(flatten)]
    pub product: Product,
    /// The catalog does not know it: these are the words of the page he was on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub given_by_customer: bool,
}

/// A row of the product search: the names of the original's list beside those of its cards.
#[derive(Debug, Serialize)]
pub struct FoundProduct {
    pub id: i64,
    pub name: String,
    #[serde(flatten)]
    pub product: Product,
}

/// A numbered page and the count of all.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    pub total: i64,
    pub list: Vec<T>,
}

/// Which rows of a list.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub offset: i64,
    pub limit: i64,
}

/// How many of what were imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub products: i64,
    pub orders: i64,
    pub members: i64,
}
