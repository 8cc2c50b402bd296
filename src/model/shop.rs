//! The shop as its owner set it up.

use serde::{Deserialize, Serialize};

/// In which language the customers' page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// That of the customer's browser.
    #[default]
    Auto,
    Zh,
    En,
}

/// What the owner chose, as it is kept. None: never chosen, or taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ShopSettings {
    pub name: Option<String>,
    /// As `#rrggbb`.
    pub color: Option<String>,
    /// The path of a file of ours.
    pub avatar: Option<String>,
    /// What a customer reads before anybody has written.
    pub greeting_zh: Option<String>,
    pub greeting_en: Option<String>,
    pub language: Language,
    /// Origins whose pages may frame the customers' page; none: all may.
    pub sites: Vec<String>,
    /// Origins beside the catalog's that pictures are loaded from.
    pub picture_sites: Vec<String>,
    pub upload_bytes_max: Option<u64>,
    pub uploads_per_hour: Option<u32>,
    pub files_mb_max: Option<u32>,
}

/// What everybody is told about the shop.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShopFace {
    pub name: Option<String>,
    pub color: Option<String>,
    pub avatar: Option<String>,
    pub greeting_zh: Option<String>,
    pub greeting_en: Option<String>,
    pub language: Language,
    /// From where pages may load pictures: the catalog's hosts and those of the settings.
    pub picture_origins: Vec<String>,
    /// Of one file.
    pub upload_bytes_max: u64,
}

/// What the staff are told: the same, and what is nobody else's business. Limits are those that hold now, whether the
/// owner or a flag set them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShopDetails {
    #[serde(flatten)]
    pub face: ShopFace,
    pub sites: Vec<String>,
    pub picture_sites: Vec<String>,
    pub uploads_per_hour: u32,
    pub files_mb_max: u64,
    pub public_url: Option<String>,
}
