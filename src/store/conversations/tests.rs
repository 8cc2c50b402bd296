//! How the lists are found: by an index, however many conversations there are.

use super::*;

/// What SQLite does for the list and the count, the steps that begin at the conversations.
fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection
        .prepare(&["EXPLAIN QUERY PLAN", sql].join(" "))
        .expect("a query");
    // Nothing is bound: the plan is the same whatever the values are.
    let rows = statement.raw_query().mapped(|row| row.get("detail"));
    let steps = rows.collect::<rusqlite::Result<Vec<_>>>();
    let mut steps: Vec<String> = steps.expect("steps");
    steps.retain(|step| step.contains("promotion_kefu_conversation") || step.contains("TEMP"));
    steps
}

#[test]
fn what_is_unread_is_found_by_its_own_index() {
    let connection = Connection::open_in_memory().expect("memory");
    connection
        .execute_batch(include_str!("../../../schema.sql"))
        .expect("the schema");
    // With the planner's statistics and without them.
    for statistics in ["", "ANALYZE"] {
        connection.execute_batch(statistics).expect("a statement");
        for (wanted, index) in [
            (Wanted::Unread, "promotion_kefu_conversation_unread"),
            (Wanted::All, "promotion_kefu_conversation_list"),
        ] {
            for sql in [
                list_sql(wanted),
                list_pinned_sql(wanted),
                list_before_sql(wanted),
            ] {
                let steps = plan(&connection, &sql);
                assert_eq!(steps.len(), 1, "nothing is sorted: {steps:?}");
                let uses = format!("USING INDEX {index}");
                let index = steps[0].split(" (").next().unwrap_or_default();
                assert!(index.ends_with(&uses), "{steps:?}");
            }
        }
        let steps = plan(&connection, COUNT_UNREAD);
        assert!(
            steps[0].contains("INDEX promotion_kefu_conversation_unread"),
            "{steps:?}"
        );
    }
}
