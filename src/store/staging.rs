//! A place beside the shop's tables for an import. Whatever is slow (reading, checking, keeping) happens there without any
//! lock on the database; then one short transaction takes it over, all or nothing, while the server waits its turn.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior, named_params, params};

use super::schema;
use crate::error::Result;
use crate::model::{Imported, ShopThing};

/// How long the import waits for the server, which writes often but never for long.
const LOCK_WAIT: Duration = Duration::from_secs(30);

/// Temporary tables live in files of this connection alone and are gone when it closes. Without constraints, but that the
/// newest word about a thing counts: each row has been checked.
const TABLES: &str = "
    CREATE TEMP TABLE staged_product (
      spu_id INTEGER PRIMARY KEY, spu_name TEXT, pic_url TEXT, price INTEGER, sales_count INTEGER, stock INTEGER, url TEXT);
    CREATE TEMP TABLE staged_order (id INTEGER PRIMARY KEY, external_id TEXT, card TEXT);
    CREATE TEMP TABLE staged_member (
      external_id TEXT PRIMARY KEY, nickname TEXT, avatar TEXT, email TEXT, phone TEXT, level TEXT) WITHOUT ROWID;
    BEGIN";

pub struct Staging {
    connection: Connection,
}

impl Staging {
    /// # Errors
    /// [`crate::Error::Refused`] when the file is not ours, or of another version than this program.
    pub fn open(path: &Path) -> Result<Staging> {
        let connection = schema::open_current(path)?;
        connection.busy_timeout(LOCK_WAIT)?;
        // A shop of any size is staged on the disk, not in memory.
        connection.pragma_update(None, "temp_store", "FILE")?;
        connection.execute_batch(TABLES)?;
        Ok(Staging { connection })
    }

    /// Keeps a row; one of the same id takes its place.
    ///
    /// # Errors
    /// Those of the store.
    pub fn add(&self, thing: &ShopThing) -> Result<()> {
        let c = &self.connection;
        match thing {
            ShopThing::Product(p) => c
                .prepare_cached(
                    "INSERT OR REPLACE INTO staged_product VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    p.spu_id,
                    p.spu_name,
                    p.pic_url,
                    p.price,
                    p.sales_count,
                    p.stock,
                    p.url
                ])?,
            ShopThing::Order(o) => c
                .prepare_cached("INSERT OR REPLACE INTO staged_order VALUES (?1, ?2, ?3)")?
                .execute(params![o.id, o.external_id, o.card])?,
            ShopThing::Member(m) => c
                .prepare_cached(
                    "INSERT OR REPLACE INTO staged_member VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    m.external_id,
                    m.nickname,
                    m.avatar,
                    m.email,
                    m.phone,
                    m.level
                ])?,
        };
        Ok(())
    }

    /// Takes everything over in one transaction, in the order of ids, which is that of the tables; what is there already
    /// in the same words is left alone. `and` does what else belongs to the transaction. Gives the count of the things in
    /// the import.
    ///
    /// # Errors
    /// [`crate::Error::Busy`] when the server did not let go for [`LOCK_WAIT`].
    pub fn take_over(
        mut self,
        now: i64,
        and: impl FnOnce(&Connection) -> Result<()>,
    ) -> Result<Imported> {
        self.connection.execute_batch("COMMIT")?;
        let c = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = named_params! {":now": now};
        c.execute(
            "INSERT INTO product (spu_id, spu_name, pic_url, price, sales_count, stock, url, update_time)
             SELECT spu_id, spu_name, pic_url, price, sales_count, stock, url, :now
             FROM staged_product WHERE true ORDER BY spu_id
             ON CONFLICT (spu_id) DO UPDATE SET
               spu_name = excluded.spu_name, pic_url = excluded.pic_url, price = excluded.price,
               sales_count = excluded.sales_count, stock = excluded.stock, url = excluded.url,
               update_time = excluded.update_time
             WHERE (spu_name, pic_url, price, sales_count, stock, url) IS NOT (excluded.spu_name,
               excluded.pic_url, excluded.price, excluded.sales_count, excluded.stock, excluded.url)",
            now,
        )?;
        c.execute(
            "INSERT INTO trade_order (id, external_id, card, update_time)
             SELECT id, external_id, card, :now FROM staged_order WHERE true ORDER BY id
             ON CONFLICT (id) DO UPDATE SET
               external_id = excluded.external_id, card = excluded.card, update_time = excluded.update_time
             WHERE (external_id, card) IS NOT (excluded.external_id, excluded.card)",
            now,
        )?;
        c.execute(
            "INSERT INTO member (external_id, nickname, avatar, email, phone, level, create_time)
             SELECT external_id, nickname, avatar, email, phone, level, :now
             FROM staged_member WHERE true ORDER BY external_id
             ON CONFLICT (external_id) WHERE external_id IS NOT NULL DO UPDATE SET
               nickname = excluded.nickname, avatar = excluded.avatar, email = excluded.email,
               phone = excluded.phone, level = excluded.level
             WHERE (nickname, avatar, email, phone, level) IS NOT (excluded.nickname, excluded.avatar,
               excluded.email, excluded.phone, excluded.level)",
            now,
        )?;
        let imported = c.query_row(
            "SELECT (SELECT count(*) FROM staged_product), (SELECT count(*) FROM staged_order),
             (SELECT count(*) FROM staged_member)",
            [],
            |row| {
                Ok(Imported {
                    products: row.get(0)?,
                    orders: row.get(1)?,
                    members: row.get(2)?,
                })
            },
        )?;
        and(&c)?;
        c.commit()?;
        Ok(imported)
    }
}
