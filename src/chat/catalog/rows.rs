//! What the shop tells, row by row: each field checked, the first wrong one named.

use serde_json::Value;

use crate::chat::fields::{Fault, Fields, Read};
use crate::model::{
    Order, OrderItem, OrderProperty, PageProduct, Product, ShopMember, ShopNoun, ShopOrder,
    ShopThing,
};

const NAME_LETTERS_MAX: usize = 255;
const URL_LETTERS_MAX: usize = 2_048;
/// Items of one order; a card is no invoice.
const ITEMS_MAX: usize = 100;
const PROPERTIES_MAX: usize = 20;
const ORDER_NUMBER_LETTERS_MAX: usize = 64;
/// An order as JSON must fit into a message.
const ORDER_BYTES_MAX: usize = 16_384;
const NICKNAME_LETTERS_MAX: usize = 64;
const AVATAR_LETTERS_MAX: usize = 1_024;
const EMAIL_LETTERS_MAX: usize = 254;
const PHONE_LETTERS_MAX: usize = 32;
const LEVEL_LETTERS_MAX: usize = 64;

/// One thing of a kind that is known from where it was told.
pub fn read_thing(noun: ShopNoun, row: &Value) -> Read<ShopThing> {
    let fields = Fields::of(row)?;
    match noun {
        ShopNoun::Product => read_product(&fields).map(ShopThing::Product),
        ShopNoun::Order => read_shop_order(&fields).map(ShopThing::Order),
        ShopNoun::Member => read_member(&fields).map(ShopThing::Member),
    }
}

/// One thing that says itself what it is, by `type`. An order may have a `type` of its own, a number: here it is
/// written as `orderType`.
pub fn read_typed_thing(row: &Value) -> Read<ShopThing> {
    let fields = Fields::of(row)?;
    let noun = match fields.value("type").and_then(Value::as_str) {
        Some("product") => ShopNoun::Product,
        Some("order") => ShopNoun::Order,
        Some("member") => ShopNoun::Member,
        _ => {
            return Err(Fault::new(
                "type",
                "须为 product、order 或 member",
                "must be product, order or member",
            ));
        }
    };
    read_thing(noun, row)
}

/// A product as the shop's backend tells it.
pub fn read_product(fields: &Fields<'_>) -> Read<Product> {
    let spu_id = fields.required_id("spuId")?;
    let told = read_page_product(fields)?;
    Ok(Product {
        spu_id,
        spu_name: told.spu_name,
        pic_url: told.pic_url,
        price: told.price,
        sales_count: told.sales_count,
        stock: told.stock,
        url: fields.url("url", URL_LETTERS_MAX)?,
    })
}

/// A product as a customer's page tells it. Its `url` is not read: under any name it could lead the staff anywhere.
pub fn read_page_product(fields: &Fields<'_>) -> Read<PageProduct> {
    Ok(PageProduct {
        spu_id: fields.id("spuId")?,
        spu_name: fields.required_text("spuName", NAME_LETTERS_MAX)?,
        pic_url: fields.url("picUrl", URL_LETTERS_MAX)?,
        price: fields.fen("price")?,
        sales_count: fields.whole("salesCount")?,
        stock: fields.whole("stock")?,
        url: None,
        given_by_customer: false,
    })
}

/// An order in the original's shape.
pub fn read_order(fields: &Fields<'_>) -> Read<Order> {
    Ok(Order {
        id: fields.required_id("id")?,
        no: fields.required_text("no", ORDER_NUMBER_LETTERS_MAX)?,
        r#type: order_type(fields)?,
        status: fields.whole("status")?,
        product_count: fields.whole("productCount")?,
        comment_status: fields.flag("commentStatus")?,
        create_time: fields.whole("createTime")?,
        pay_order_id: fields.whole("payOrderId")?,
        pay_price: fields.fen("payPrice")?,
        delivery_type: fields.whole("deliveryType")?,
        items: fields
            .list("items", ITEMS_MAX, read_item)?
            .ok_or_else(|| Fault::missing("items"))?,
        combination_record_id: fields.whole("combinationRecordId")?,
    })
}

/// In a line of an import `type` says that it is an order.
fn order_type(fields: &Fields<'_>) -> Read<Option<i64>> {
    if fields.value("type").and_then(Value::as_str) == Some("order") {
        return fields.whole("orderType");
    }
    fields.whole("type")
}

fn read_item(fields: &Fields<'_>) -> Read<OrderItem> {
    Ok(OrderItem {
        id: fields.whole("id")?,
        order_id: fields.whole("orderId")?,
        spu_id: fields.whole("spuId")?,
        spu_name: fields.text("spuName", NAME_LETTERS_MAX)?,
        sku_id: fields.whole("skuId")?,
        properties: fields
            .list("properties", PROPERTIES_MAX, read_property)?
            .unwrap_or_default(),
        pic_url: fields.url("picUrl", URL_LETTERS_MAX)?,
        count: fields.whole("count")?,
        comment_status: fields.flag("commentStatus")?,
        price: fields.fen("price")?,
        pay_price: fields.fen("payPrice")?,
        after_sale_id: fields.whole("afterSaleId")?,
        after_sale_status: fields.whole("afterSaleStatus")?,
    })
}

fn read_property(fields: &Fields<'_>) -> Read<OrderProperty> {
    Ok(OrderProperty {
        property_id: fields.whole("propertyId")?,
        property_name: fields.text("propertyName", NAME_LETTERS_MAX)?,
        value_id: fields.whole("valueId")?,
        value_name: fields.text("valueName", NAME_LETTERS_MAX)?,
    })
}

fn read_shop_order(fields: &Fields<'_>) -> Read<ShopOrder> {
    let order = read_order(fields)?;
    let external_id = fields.external_id("userId")?;
    let card = serde_json::to_string(&order).unwrap_or_default();
    if card.len() > ORDER_BYTES_MAX {
        return Err(Fault::new(
            "items",
            "订单内容超过 16 KB",
            "the order is longer than 16 KB",
        ));
    }
    Ok(ShopOrder {
        id: order.id,
        external_id,
        card,
    })
}

fn read_member(fields: &Fields<'_>) -> Read<ShopMember> {
    Ok(ShopMember {
        external_id: fields.external_id("id")?,
        nickname: fields.text("nickname", NICKNAME_LETTERS_MAX)?,
        avatar: fields.url("avatar", AVATAR_LETTERS_MAX)?,
        email: fields.text("email", EMAIL_LETTERS_MAX)?,
        phone: fields.text("phone", PHONE_LETTERS_MAX)?,
        level: fields.text("level", LEVEL_LETTERS_MAX)?,
    })
}
