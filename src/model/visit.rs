//! Where a member is in the shop, as the page he is on tells it: for the staff's eyes, and proven by nothing.

use serde::{Deserialize, Serialize};

/// The newest that was told, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub page_url: Option<String>,
    pub page_title: Option<String>,
    /// Where he came to the shop from.
    pub referrer: Option<String>,
    /// The User-Agent header.
    pub browser: Option<String>,
    pub language: Option<String>,
    /// The [`PageProduct`] on that page as JSON.
    pub card: Option<String>,
    /// UTC epoch milliseconds.
    pub update_time: i64,
}

/// The same as the staff are shown it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberVisit {
    pub page_url: Option<String>,
    pub page_title: Option<String>,
    pub referrer: Option<String>,
    pub browser: Option<String>,
    pub language: Option<String>,
    pub card: Option<PageProduct>,
    /// UTC epoch milliseconds.
    pub update_time: i64,
}

/// A product as a page tells it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageProduct {
    /// The shop's own id; None on a page that does not name it.
    pub spu_id: Option<i64>,
    pub spu_name: String,
    pub pic_url: Option<String>,
    /// In fen.
    pub price: Option<i64>,
    pub sales_count: Option<i64>,
    pub stock: Option<i64>,
    /// The catalog's word only.
    pub url: Option<String>,
    /// The catalog does not know it: these are the words of the page he is on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_by_customer: bool,
}
