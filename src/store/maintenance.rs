//! Small pieces of upkeep that run between two batches of real work.

use rusqlite::Connection;

use crate::error::Result;

/// Free pages that are kept: what is deleted today is written anew tomorrow.
const FREE_PAGES_KEPT: i64 = 1_000;

/// Gives at most 200 free pages back to the disk, and says whether there are more to give.
pub fn give_back(connection: &Connection) -> Result<bool> {
    if free_pages(connection)? <= FREE_PAGES_KEPT {
        return Ok(false);
    }
    let mut statement = connection.prepare("PRAGMA incremental_vacuum(200)")?;
    let mut freed = statement.query([])?;
    while freed.next()?.is_some() {}
    Ok(free_pages(connection)? > FREE_PAGES_KEPT)
}

/// Refreshes the planner's statistics where they are worth it.
pub fn optimize(connection: &Connection) -> Result<()> {
    connection.execute_batch("PRAGMA optimize")?;
    Ok(())
}

fn free_pages(connection: &Connection) -> Result<i64> {
    Ok(connection.query_row("PRAGMA freelist_count", [], |row| row.get(0))?)
}
