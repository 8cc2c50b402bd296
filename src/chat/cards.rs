//! Products and orders in a message, in the original's shape. What its clients read is always there; the rest is dropped.

use serde::{Deserialize, Serialize};

use super::content::is_safe_url;
use crate::error::{Error, Result};

/// Items of one order; a card is no invoice.
const ITEMS_MAX: usize = 100;

/// Content type 10: a product the member looked at. Prices are in fen.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProductCard {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    spu_id: i64,
    spu_name: String,
    #[serde(default)]
    pic_url: Option<String>,
    #[serde(default)]
    price: Option<i64>,
    #[serde(default)]
    sales_count: Option<i64>,
    #[serde(default)]
    stock: Option<i64>,
}

/// Content type 11: one of the member's orders.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderCard {
    id: i64,
    no: String,
    #[serde(default)]
    r#type: Option<i64>,
    #[serde(default)]
    status: Option<i64>,
    #[serde(default)]
    product_count: Option<i64>,
    #[serde(default)]
    comment_status: Option<bool>,
    /// UTC epoch milliseconds.
    #[serde(default)]
    create_time: Option<i64>,
    #[serde(default)]
    pay_order_id: Option<i64>,
    #[serde(default)]
    pay_price: Option<i64>,
    #[serde(default)]
    delivery_type: Option<i64>,
    items: Vec<OrderItem>,
    #[serde(default)]
    combination_record_id: Option<i64>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderItem {
    #[serde(default)]
    id: Option<i64>,
    #[serde(default)]
    order_id: Option<i64>,
    #[serde(default)]
    spu_id: Option<i64>,
    #[serde(default)]
    spu_name: Option<String>,
    #[serde(default)]
    sku_id: Option<i64>,
    /// Always a list: the original's clients walk it without looking.
    #[serde(default)]
    properties: Vec<Property>,
    #[serde(default)]
    pic_url: Option<String>,
    #[serde(default)]
    count: Option<i64>,
    #[serde(default)]
    comment_status: Option<bool>,
    #[serde(default)]
    price: Option<i64>,
    #[serde(default)]
    pay_price: Option<i64>,
    #[serde(default)]
    after_sale_id: Option<i64>,
    #[serde(default)]
    after_sale_status: Option<i64>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    #[serde(default)]
    property_id: Option<i64>,
    #[serde(default)]
    property_name: Option<String>,
    #[serde(default)]
    value_id: Option<i64>,
    #[serde(default)]
    value_name: Option<String>,
}

/// The content of a product message, as it is stored.
///
/// # Errors
/// [`Error::Invalid`] names the field.
pub fn product(content: &str) -> Result<String> {
    let card: ProductCard = read(content)?;
    check_picture("picUrl", card.pic_url.as_deref())?;
    write(&card)
}

/// The content of an order message, as it is stored.
///
/// # Errors
/// [`Error::Invalid`] names the field.
pub fn order(content: &str) -> Result<String> {
    let card: OrderCard = read(content)?;
    if card.items.len() > ITEMS_MAX {
        return Err(Error::invalid(
            "请求参数不正确:订单商品过多",
            format!("content.items: more than {ITEMS_MAX}"),
        ));
    }
    for item in &card.items {
        check_picture("items.picUrl", item.pic_url.as_deref())?;
    }
    write(&card)
}

fn read<'a, T: Deserialize<'a>>(content: &'a str) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(content);
    let card = serde_path_to_error::deserialize(&mut deserializer)
        .map_err(|error| wrong(&error.path().to_string(), error.inner()))?;
    deserializer.end().map_err(|error| wrong(".", &error))?;
    Ok(card)
}

fn wrong(path: &str, error: &serde_json::Error) -> Error {
    let fault = if error.is_data() {
        error.to_string()
    } else {
        "not valid JSON".to_owned()
    };
    // It may quote what was sent, which may be long.
    let fault: String = fault.chars().take(120).collect();
    Error::invalid(
        format!("请求参数不正确:卡片内容有误 ({path}: {fault})"),
        format!("content: {path}: {fault}"),
    )
}

fn check_picture(field: &str, url: Option<&str>) -> Result<()> {
    match url {
        Some(url) if !url.is_empty() && !is_safe_url(url) => Err(Error::invalid(
            format!("请求参数不正确:{field} 须以 http:// 或 https:// 开头"),
            format!("content.{field}: must begin with http:// or https://"),
        )),
        _ => Ok(()),
    }
}

fn write(card: &impl Serialize) -> Result<String> {
    serde_json::to_string(card).map_err(|e| Error::Internal(e.to_string()))
}
