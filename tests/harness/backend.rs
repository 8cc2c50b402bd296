//! The shop's backend: somebody with an API key who tells about products, orders and members.

use serde_json::{Value, json};

use super::http::{Ask, Door};

#[derive(Clone)]
pub struct Backend {
    pub door: Door,
    pub key: String,
}

impl Backend {
    /// `ask("POST product/create")`: below /shop-api, with the key and in English.
    pub fn ask(&self, line: &str) -> Ask {
        let (method, path) = line.split_once(' ').expect("METHOD PATH");
        self.door
            .ask(&format!("{method} /shop-api/{path}"))
            .header("accept-language", "en")
            .bearer(&self.key)
    }

    /// Tells about one thing: `tell("product", &product(600))`.
    pub async fn tell(&self, noun: &str, row: &Value) {
        self.ask(&format!("POST {noun}/create"))
            .json(row)
            .await
            .data();
    }
}

/// A product in the words of the shop.
pub fn product(spu_id: i64) -> Value {
    json!({
        "spuId": spu_id,
        "spuName": format!("青瓷茶杯 {spu_id}"),
        "picUrl": format!("https://cdn.example/{spu_id}.png"),
        "price": 1990,
        "salesCount": 3,
        "stock": 9,
        "url": format!("https://shop.example/goods/{spu_id}"),
    })
}

/// An order of the shop's member `user`.
pub fn order(id: i64, user: &str) -> Value {
    json!({
        "userId": user,
        "id": id, "no": format!("o{id}"), "type": 0, "status": 10, "productCount": 1, "commentStatus": false,
        "createTime": 1_795_414_177_000_i64, "payOrderId": 5, "payPrice": 1990, "deliveryType": 1,
        "items": [{
            "id": 2, "orderId": id, "spuId": 600, "spuName": "青瓷茶杯", "skuId": 3,
            "properties": [{ "propertyId": 0, "propertyName": "默认", "valueId": 0, "valueName": "默认" }],
            "picUrl": "https://cdn.example/cup.png", "count": 1, "commentStatus": false, "price": 1990,
            "payPrice": 1990, "afterSaleId": null, "afterSaleStatus": 0,
        }],
        "combinationRecordId": null,
    })
}

/// A member as the shop knows him.
pub fn member(id: &str) -> Value {
    json!({
        "id": id, "nickname": "小明", "avatar": "https://cdn.example/ming.png",
        "email": "ming@example.com", "phone": "13800000000", "level": "gold",
    })
}
