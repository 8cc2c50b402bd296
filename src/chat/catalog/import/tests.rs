//! How much one import may hold. A file that is too large would be 256 MB, so that only what counts it is asked here.

use serde_json::json;

use super::{Load, ROWS_MAX, TEXT_BYTES_MAX, read_typed_thing};
use crate::error::{Error, Result};

fn refused(counted: Result<()>, words: &str) {
    match counted {
        Err(Error::Refused(why)) => assert_eq!(why, words),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn so_many_rows_are_taken_and_no_more() {
    let mut load = Load::default();
    for _ in 0..ROWS_MAX {
        load.add_row().expect("there is room");
    }
    let words = "more than 500000 rows; import them in several files";
    refused(load.add_row(), words);
}

#[test]
fn so_much_text_is_taken_and_no_more() {
    let mut load = Load::default();
    load.add_text(TEXT_BYTES_MAX - 1).expect("there is room");
    load.add_text(1).expect("there is room");
    let words = "its rows have more than 256 MB of text; split the file and import the parts";
    refused(load.add_text(1), words);
}

#[test]
fn every_text_of_a_row_is_counted_in_bytes() {
    for (row, texts) in [
        (
            json!({
                "type": "product", "spuId": 1, "spuName": "茶杯", "price": 1990,
                "picUrl": "https://cdn.example/1.png", "url": "https://shop.example/1",
            }),
            "茶杯https://cdn.example/1.pnghttps://shop.example/1",
        ),
        (
            json!({ "type": "product", "spuId": 1, "spuName": "cup" }),
            "cup",
        ),
        (
            json!({
                "type": "member", "id": "u-1", "nickname": "小明", "avatar": "https://cdn.example/m.png",
                "email": "m@example.com", "phone": "138", "level": "gold",
            }),
            "u-1小明https://cdn.example/m.pngm@example.com138gold",
        ),
    ] {
        let thing = read_typed_thing(&row).expect("a good row");
        assert_eq!(thing.text_bytes(), texts.len(), "{row}");
    }
    let order = |name: &str| {
        let items = [json!({ "spuName": name })];
        let row = json!({ "type": "order", "userId": "u-1", "id": 1, "no": "o1", "items": items });
        read_typed_thing(&row).expect("a good row").text_bytes()
    };
    assert_eq!(order("茶杯") - order("杯"), "茶".len());
}
