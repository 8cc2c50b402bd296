//! The shop's products, orders and members as its backend tells them.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::searching::like_pattern;
use crate::error::Result;
use crate::model::{
    ConversationId, MemberFace, MemberId, Product, ShopId, ShopMember, ShopOrder, ShopThing, Span,
};

/// Stores a thing by the shop's own id: the newest word counts. False when it is the same word again, which changes nothing.
pub fn save(connection: &Connection, thing: &ShopThing, now: i64) -> Result<bool> {
    match thing {
        ShopThing::Product(product) => save_product(connection, product, now),
        ShopThing::Order(order) => save_order(connection, order, now),
        ShopThing::Member(member) => save_member(connection, member, now),
    }
}

/// Whether the shop has told of it before.
pub fn is_known(connection: &Connection, id: &ShopId) -> Result<bool> {
    let (sql, id): (_, &dyn rusqlite::ToSql) = match id {
        ShopId::Product(id) => ("SELECT 1 FROM product WHERE spu_id = :id", id),
        ShopId::Order(id) => ("SELECT 1 FROM trade_order WHERE id = :id", id),
        ShopId::Member(id) => ("SELECT 1 FROM member WHERE external_id = :id", id),
    };
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.exists(named_params! {":id": id})?)
}

fn save_product(connection: &Connection, product: &Product, now: i64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO product (spu_id, spu_name, pic_url, price, sales_count, stock, url, update_time)
         VALUES (:spu_id, :spu_name, :pic_url, :price, :sales_count, :stock, :url, :now)
         ON CONFLICT (spu_id) DO UPDATE SET
           spu_name = excluded.spu_name, pic_url = excluded.pic_url, price = excluded.price,
           sales_count = excluded.sales_count, stock = excluded.stock, url = excluded.url,
           update_time = excluded.update_time
         WHERE (spu_name, pic_url, price, sales_count, stock, url) IS NOT
           (excluded.spu_name, excluded.pic_url, excluded.price, excluded.sales_count, excluded.stock, excluded.url)",
    )?;
    let changed = statement.execute(named_params! {
        ":spu_id": product.spu_id,
        ":spu_name": product.spu_name,
        ":pic_url": product.pic_url,
        ":price": product.price,
        ":sales_count": product.sales_count,
        ":stock": product.stock,
        ":url": product.url,
        ":now": now,
    })?;
    Ok(changed > 0)
}

fn save_order(connection: &Connection, order: &ShopOrder, now: i64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO trade_order (id, external_id, card, update_time) VALUES (:id, :external_id, :card, :now)
         ON CONFLICT (id) DO UPDATE SET
           external_id = excluded.external_id, card = excluded.card, update_time = excluded.update_time
         WHERE (external_id, card) IS NOT (excluded.external_id, excluded.card)",
    )?;
    let changed = statement.execute(named_params! {
        ":id": order.id,
        ":external_id": order.external_id,
        ":card": order.card,
        ":now": now,
    })?;
    Ok(changed > 0)
}

fn save_member(connection: &Connection, member: &ShopMember, now: i64) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO member (external_id, nickname, avatar, email, phone, level, create_time)
         VALUES (:external_id, :nickname, :avatar, :email, :phone, :level, :now)
         ON CONFLICT (external_id) WHERE external_id IS NOT NULL DO UPDATE SET
           nickname = excluded.nickname, avatar = excluded.avatar, email = excluded.email,
           phone = excluded.phone, level = excluded.level
         WHERE (nickname, avatar, email, phone, level) IS NOT
           (excluded.nickname, excluded.avatar, excluded.email, excluded.phone, excluded.level)",
    )?;
    let changed = statement.execute(named_params! {
        ":external_id": member.external_id,
        ":nickname": member.nickname,
        ":avatar": member.avatar,
        ":email": member.email,
        ":phone": member.phone,
        ":level": member.level,
        ":now": now,
    })?;
    Ok(changed > 0)
}

pub fn product(connection: &Connection, spu_id: i64) -> Result<Option<Product>> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM product WHERE spu_id = :spu_id")?;
    let found = statement.query_row(named_params! {":spu_id": spu_id}, product_row);
    Ok(found.optional()?)
}

pub fn delete_product(connection: &Connection, spu_id: i64) -> Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM product WHERE spu_id = :spu_id")?;
    statement.execute(named_params! {":spu_id": spu_id})?;
    Ok(())
}

/// Products with `words` in their name, the one told last first, and how many there are of them.
pub fn find_products(
    connection: &Connection,
    words: &str,
    span: Span,
) -> Result<(i64, Vec<Product>)> {
    let pattern = like_pattern(words);
    let total = connection
        .prepare_cached("SELECT count(*) FROM product WHERE spu_name LIKE :pattern ESCAPE '\\'")?
        .query_row(named_params! {":pattern": pattern}, |row| row.get(0))?;
    let mut statement = connection.prepare_cached(
        "SELECT * FROM product WHERE spu_name LIKE :pattern ESCAPE '\\'
         ORDER BY update_time DESC, spu_id DESC LIMIT :limit OFFSET :offset",
    )?;
    let rows = statement.query_map(
        named_params! {":pattern": pattern, ":limit": span.limit, ":offset": span.offset},
        product_row,
    )?;
    Ok((total, rows.collect::<rusqlite::Result<_>>()?))
}

/// An order's card, whoever owns it, and the shop's id of the owner.
pub fn order(connection: &Connection, id: i64) -> Result<Option<(String, String)>> {
    let mut statement =
        connection.prepare_cached("SELECT card, external_id FROM trade_order WHERE id = :id")?;
    let found = statement.query_row(named_params! {":id": id}, |row| {
        Ok((row.get("card")?, row.get("external_id")?))
    });
    Ok(found.optional()?)
}

/// The card of an order of this member of the shop.
pub fn order_of(connection: &Connection, external_id: &str, id: i64) -> Result<Option<String>> {
    let found = order(connection, id)?;
    Ok(found.and_then(|(card, owner)| (owner == external_id).then_some(card)))
}

/// [`order_of`] by the number that the shop shows its customers.
pub fn order_by_number(
    connection: &Connection,
    external_id: &str,
    no: &str,
) -> Result<Option<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT card FROM trade_order WHERE external_id = :external_id AND card ->> '$.no' = :no
         ORDER BY id DESC LIMIT 1",
    )?;
    let found = statement.query_row(
        named_params! {":external_id": external_id, ":no": no},
        |row| row.get("card"),
    );
    Ok(found.optional()?)
}

pub fn delete_order(connection: &Connection, id: i64) -> Result<()> {
    let mut statement = connection.prepare_cached("DELETE FROM trade_order WHERE id = :id")?;
    statement.execute(named_params! {":id": id})?;
    Ok(())
}

/// The cards of a member's orders, the highest id first, and how many there are.
pub fn orders(
    connection: &Connection,
    external_id: &str,
    span: Span,
) -> Result<(i64, Vec<String>)> {
    let total = connection
        .prepare_cached("SELECT count(*) FROM trade_order WHERE external_id = :external_id")?
        .query_row(named_params! {":external_id": external_id}, |row| {
            row.get(0)
        })?;
    let mut statement = connection.prepare_cached(
        "SELECT card FROM trade_order WHERE external_id = :external_id
         ORDER BY id DESC LIMIT :limit OFFSET :offset",
    )?;
    let rows = statement.query_map(
        named_params! {":external_id": external_id, ":limit": span.limit, ":offset": span.offset},
        |row| row.get("card"),
    )?;
    Ok((total, rows.collect::<rusqlite::Result<_>>()?))
}

/// The shop's own id of a member; None for a visitor and for nobody.
pub fn external_id(connection: &Connection, member: MemberId) -> Result<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT external_id FROM member WHERE id = :id")?;
    let found = statement.query_row(named_params! {":id": member.0}, |row| {
        row.get::<_, Option<String>>("external_id")
    });
    Ok(found.optional()?.flatten())
}

/// The member whom the shop calls so, and his conversation.
pub fn member(
    connection: &Connection,
    external_id: &str,
) -> Result<Option<(MemberFace, Option<ConversationId>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT m.id AS id, m.nickname AS nickname, m.avatar AS avatar, c.id AS conversation_id
         FROM member m LEFT JOIN promotion_kefu_conversation c ON c.user_id = m.id
         WHERE m.external_id = :external_id",
    )?;
    let found = statement.query_row(named_params! {":external_id": external_id}, |row| {
        let face = MemberFace {
            id: MemberId(row.get("id")?),
            nickname: row.get("nickname")?,
            avatar: row.get("avatar")?,
        };
        let conversation: Option<i64> = row.get("conversation_id")?;
        Ok((face, conversation.map(ConversationId)))
    });
    Ok(found.optional()?)
}

/// Forgets what the shop told about a member, and keeps him and his conversation.
pub fn clear_member(connection: &Connection, id: MemberId) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "UPDATE member SET nickname = NULL, avatar = NULL, email = NULL, phone = NULL, level = NULL
         WHERE id = :id",
    )?;
    statement.execute(named_params! {":id": id.0})?;
    Ok(())
}

/// Deletes a member who has no conversation.
pub fn delete_member(connection: &Connection, id: MemberId) -> Result<()> {
    let mut delete = connection.prepare_cached(
        "DELETE FROM member WHERE id = :id AND NOT EXISTS (SELECT 1 FROM file WHERE member_id = :id)",
    )?;
    if delete.execute(named_params! {":id": id.0})? > 0 {
        return Ok(());
    }
    // His files would all go at once, which is longer than a message should wait: nobody's now, he is swept after them.
    clear_member(connection, id)?;
    connection.execute(
        "UPDATE member SET external_id = NULL WHERE id = :id",
        named_params! {":id": id.0},
    )?;
    connection.execute(
        "DELETE FROM session WHERE member_id = :id",
        named_params! {":id": id.0},
    )?;
    Ok(())
}

fn product_row(row: &Row<'_>) -> rusqlite::Result<Product> {
    Ok(Product {
        spu_id: row.get("spu_id")?,
        spu_name: row.get("spu_name")?,
        pic_url: row.get("pic_url")?,
        price: row.get("price")?,
        sales_count: row.get("sales_count")?,
        stock: row.get("stock")?,
        url: row.get("url")?,
    })
}
