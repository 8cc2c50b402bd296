//! A product as a customer's page tells it, beside what the catalog knows.

use super::rows;
use crate::chat::fields::{Fault, Fields, Read};
use crate::error::{Error, Result};
use crate::model::{PageProduct, Product};
use crate::store::{Connection, catalog as catalog_rows};

/// One of them as JSON, where a letter may be written in six bytes.
const CARD_BYTES_MAX: usize = 8_192;

/// What a page says of a product: all of it, or no more than an id that the catalog may know.
#[derive(Clone, Debug)]
pub struct Told {
    pub spu_id: Option<i64>,
    words: Option<PageProduct>,
}

impl Told {
    /// What is wrong is wrong whether the catalog knows the product or not.
    pub fn read(fields: &Fields<'_>) -> Read<Told> {
        let words = match fields.value("spuName") {
            Some(_) => Some(rows::read_page_product(fields)?),
            None => None,
        };
        Ok(Told {
            spu_id: fields.id("spuId")?,
            words,
        })
    }

    /// As it is kept: the catalog's words when it knows the product, else those of the page. `outer` is the field that holds
    /// it, empty when it is the whole.
    ///
    /// # Errors
    /// [`Error::Invalid`] when neither says what it is called, or it is too long.
    pub fn card(&self, connection: &Connection, outer: &str) -> Result<String> {
        let known = known(connection, self.spu_id)?.map(of_catalog);
        let product = known.as_ref().or(self.words.as_ref());
        let product = product.ok_or_else(|| Fault::missing("spuName").within(outer))?;
        let card = serde_json::to_string(product).map_err(|e| Error::Internal(e.to_string()))?;
        if card.len() > CARD_BYTES_MAX {
            return Err(Error::invalid(
                "请求参数不正确:商品内容过长",
                "the product is longer than 8 KB as JSON",
            ));
        }
        Ok(card)
    }
}

/// A card that was kept, as it is shown now: what the catalog has learnt since then goes before it.
///
/// # Errors
/// Those of the store.
pub fn shown(connection: &Connection, card: &str) -> Result<PageProduct> {
    let told: PageProduct =
        serde_json::from_str(card).map_err(|e| Error::Internal(e.to_string()))?;
    let known = known(connection, told.spu_id)?.map(of_catalog);
    Ok(known.unwrap_or(PageProduct {
        given_by_customer: true,
        ..told
    }))
}

fn known(connection: &Connection, spu_id: Option<i64>) -> Result<Option<Product>> {
    match spu_id {
        Some(spu_id) => catalog_rows::product(connection, spu_id),
        None => Ok(None),
    }
}

fn of_catalog(product: Product) -> PageProduct {
    PageProduct {
        spu_id: Some(product.spu_id),
        spu_name: product.spu_name,
        pic_url: product.pic_url,
        price: product.price,
        sales_count: product.sales_count,
        stock: product.stock,
        url: product.url,
        given_by_customer: false,
    }
}
