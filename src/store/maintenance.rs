//! Small pieces of upkeep that run between two batches of real work.

use rusqlite::Connection;

use crate::error::Result;

/// Gives at most 200 free pages back to the disk and refreshes the planner's statistics where they are worth it.
pub fn tidy(connection: &Connection) -> Result<()> {
    let mut statement = connection.prepare("PRAGMA incremental_vacuum(200)")?;
    let mut freed = statement.query([])?;
    while freed.next()?.is_some() {}
    connection.execute_batch("PRAGMA optimize")?;
    Ok(())
}
