//! Where the catalog's pictures come from: what the shop tells is believed, so pages may load pictures from there.

use std::collections::HashMap;

use crate::chat::Chat;
use crate::chat::origins::origin_of;
use crate::error::Result;
use crate::model::{Order, ShopThing};
use crate::store::{Connection, Store, pictures as rows};

/// Origins that are noted of the catalog, those told first: a shop has its pictures in a few places, and each stands in a
/// header of every page. Whoever has more names them in the settings.
const ORIGINS_MAX: i64 = 32;
/// Different origins that are counted to find those of most pictures.
const COUNTED_MAX: usize = 10_000;
/// Orders that are looked at when a file of an older version is opened: the newest have the pictures of today.
const ORDERS_LOOKED_AT_MAX: i64 = 10_000;

/// How many pictures come from where.
#[derive(Default)]
pub struct Origins {
    counts: HashMap<String, u64>,
}

impl Origins {
    /// Counts the pictures of a thing.
    pub fn add(&mut self, thing: &ShopThing) {
        match thing {
            ShopThing::Product(product) => {
                product.pic_url.iter().for_each(|url| self.add_url(url));
            }
            ShopThing::Order(order) => {
                // Written by ourselves a moment ago.
                let order: Option<Order> = serde_json::from_str(&order.card).ok();
                let items = order.into_iter().flat_map(|order| order.items);
                let urls = items.filter_map(|item| item.pic_url);
                urls.for_each(|url| self.add_url(&url));
            }
            ShopThing::Member(_) => {}
        }
    }

    fn add_url(&mut self, url: &str) {
        let Some(origin) = origin_of(url) else {
            return;
        };
        if let Some(count) = self.counts.get_mut(&origin) {
            *count += 1;
        } else if self.counts.len() < COUNTED_MAX {
            self.counts.insert(origin, 1);
        }
    }

    /// Those of most pictures first.
    pub fn into_list(self) -> Vec<String> {
        let mut counted: Vec<(String, u64)> = self.counts.into_iter().collect();
        // By name among equals, so that the same catalog always gives the same list.
        counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counted.into_iter().map(|(origin, _)| origin).collect()
    }
}

/// Where the pictures of these things come from.
pub fn origins_of<'a>(things: impl IntoIterator<Item = &'a ShopThing>) -> Vec<String> {
    let mut origins = Origins::default();
    things.into_iter().for_each(|thing| origins.add(thing));
    origins.into_list()
}

/// Notes origins, in the transaction that stores what names them; says whether one of them is new.
pub fn note(connection: &Connection, origins: &[String]) -> Result<bool> {
    origins.iter().try_fold(false, |new, origin| {
        Ok(rows::note_origin(connection, origin, ORIGINS_MAX)? || new)
    })
}

/// Notes the origins of a catalog that an older version of the program stored.
///
/// # Errors
/// Those of the store.
pub async fn note_old(store: &Store) -> Result<()> {
    if !store.read(rows::is_catalog_unnoted).await? {
        return Ok(());
    }
    store
        .write(|c, _| {
            let mut origins = Origins::default();
            rows::each_of_products(c, |url| origins.add_url(url))?;
            rows::each_of_orders(c, ORDERS_LOOKED_AT_MAX, |url| origins.add_url(url))?;
            note(c, &origins.into_list()).map(drop)
        })
        .await
}

impl Chat {
    /// Lets pages load pictures from an origin that has just been noted.
    pub(super) async fn allow_noted(&self, noted: bool) {
        if noted && let Err(error) = self.renew_shop().await {
            // What is stored is stored; housekeeping looks again in a few seconds.
            tracing::warn!(%error, "new origins of pictures are allowed a little later");
        }
    }
}
