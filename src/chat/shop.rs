//! The shop's settings: what its owner chose, and where pictures may come from. Kept in memory too, since every page that
//! is loaded asks for them.

mod reading;

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::files::UPLOAD_BYTES_MAX;
use super::roles::owner_of;
use super::sessions::valid;
use super::{Chat, admin_of, avatars};
use crate::error::{Error, Result};
use crate::model::{Session, ShopDetails, ShopFace, ShopSettings};
use crate::store::{Connection, Store, pictures as picture_rows, settings as rows};

/// Uploads of one customer in an hour when nobody set another number.
pub const UPLOADS_PER_HOUR: u32 = 120;
/// Letters of all origins that pictures may come from, since they stand in a header of every page.
const PICTURE_ORIGINS_LETTERS_MAX: usize = 2_000;

/// The settings as they are now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shop {
    pub settings: ShopSettings,
    /// Where pages may load pictures from: the owner's word first, then the catalog's hosts.
    pub picture_origins: Vec<String>,
}

/// [`Shop`] in memory.
pub struct ShopMemory {
    current: RwLock<Arc<Shop>>,
    /// Held from the look into the database until what was seen is here, so that the last word is the newest one.
    renewing: tokio::sync::Mutex<()>,
}

impl ShopMemory {
    /// # Errors
    /// Those of the store.
    pub async fn read(store: &Store) -> Result<ShopMemory> {
        Ok(ShopMemory {
            current: RwLock::new(Arc::new(store.read(look).await?)),
            renewing: tokio::sync::Mutex::default(),
        })
    }

    fn now(&self) -> Arc<Shop> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, shop: Shop) {
        if *self.now() != shop {
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shop);
        }
    }
}

impl Chat {
    /// The settings as they are now.
    pub fn shop(&self) -> Arc<Shop> {
        self.shop.now()
    }

    /// What everybody may know of the shop.
    pub fn shop_face(&self) -> ShopFace {
        let shop = self.shop();
        let ShopSettings {
            name,
            color,
            mut avatar,
            greeting_zh,
            greeting_en,
            language,
            ..
        } = shop.settings.clone();
        avatars::absolute(&mut avatar, self.public_url().as_deref());
        ShopFace {
            name,
            color,
            avatar,
            greeting_zh,
            greeting_en,
            language,
            picture_origins: shop.picture_origins.clone(),
            upload_bytes_max: self.upload_bytes_max() as u64,
        }
    }

    /// What the staff may know of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for a member.
    pub fn shop_details(&self, session: Session) -> Result<ShopDetails> {
        admin_of(session)?;
        let shop = self.shop();
        Ok(ShopDetails {
            face: self.shop_face(),
            sites: shop.settings.sites.clone(),
            picture_sites: shop.settings.picture_sites.clone(),
            uploads_per_hour: self.uploads_per_hour().unwrap_or(UPLOADS_PER_HOUR),
            files_mb_max: self.files_bytes_max() >> 20,
            public_url: self.public_url(),
        })
    }

    /// Changes what `row` names and nothing else; null takes a choice back.
    ///
    /// # Errors
    /// [`Error::Forbidden`] unless an owner asks; [`Error::Invalid`] names the field.
    pub async fn update_shop(&self, session: Session, row: Value) -> Result<()> {
        self.admit_change(session)?;
        let (store, memory) = (self.store.clone(), self.shop.clone());
        // In a task of its own: who goes away during the commit must not leave memory and file apart.
        let updating = tokio::spawn(async move {
            let _renewing = memory.renewing.lock().await;
            let updated = store.write(move |c, _| {
                valid(c, session.id)?;
                owner_of(c, session)?;
                let mut changed = reading::changed(rows::shop(c)?, &row)?;
                if let Some(url) = reading::avatar(&row)? {
                    let before = changed.avatar.take();
                    changed.avatar = avatars::replace(c, before.as_deref(), url.as_deref())?;
                }
                rows::set_shop(c, &changed)?;
                look(c)
            });
            memory.put(updated.await?);
            Ok(())
        });
        updating
            .await
            .map_err(|e| Error::Internal(format!("the change ended early: {e}")))?
    }

    /// Looks anew for what the command line has imported, or a request has told, since the last look.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) async fn renew_shop(&self) -> Result<()> {
        let _renewing = self.shop.renewing.lock().await;
        self.shop.put(self.store.read(look).await?);
        Ok(())
    }

    /// Bytes that one file may have now.
    pub fn upload_bytes_max(&self) -> usize {
        let chosen = self.shop().settings.upload_bytes_max;
        let chosen = chosen.and_then(|bytes| usize::try_from(bytes).ok());
        chosen.unwrap_or(UPLOAD_BYTES_MAX)
    }

    /// Files that one customer may upload in an hour now; None: as many as he likes.
    pub(super) fn uploads_per_hour(&self) -> Option<u32> {
        let by_flag = self.settings.limits.uploads?.per_period;
        Some(self.shop().settings.uploads_per_hour.unwrap_or(by_flag))
    }

    /// Bytes that all files together may have now.
    pub(super) fn files_bytes_max(&self) -> u64 {
        let chosen = self.shop().settings.files_mb_max;
        let chosen = chosen.map(|megabytes| u64::from(megabytes) << 20);
        chosen.unwrap_or(self.settings.limits.files_bytes_max)
    }
}

/// The settings as they stand in the database.
fn look(connection: &Connection) -> Result<Shop> {
    let settings = rows::shop(connection)?;
    let of_catalog = picture_rows::origins(connection)?;
    let mut picture_origins = settings.picture_sites.clone();
    let mut letters: usize = picture_origins.iter().map(String::len).sum();
    for origin in of_catalog {
        letters += origin.len();
        if letters <= PICTURE_ORIGINS_LETTERS_MAX && !picture_origins.contains(&origin) {
            picture_origins.push(origin);
        }
    }
    Ok(Shop {
        settings,
        picture_origins,
    })
}
