//! History: the original's cursor of whole seconds loses nothing, and ours are exact.

use serde_json::Value;

use crate::harness::{Server, Visitor, ids, number, text};

/// 2026-11-23 13:52:36 in Shanghai, and as UTC milliseconds.
const SECOND: &str = "2026-11-23+13:52:36";
const SECOND_MS: i64 = 1_795_413_156_000;

/// A server whose only conversation has messages at these milliseconds, ids ascending.
async fn history(flags: &[&str], times: &[i64]) -> (Server, Visitor, Vec<i64>) {
    let mut server = Server::start_with(&[&["--no-limits"], flags].concat());
    let visitor = server.visitor().await;
    let mut all = Vec::new();
    for n in 0..times.len() {
        all.push(visitor.say(&format!("{n}")).await);
    }
    let times: Vec<_> = all.iter().copied().zip(times.iter().copied()).collect();
    server
        .edit(|file| {
            for (id, time) in times {
                file.execute(
                    "UPDATE promotion_kefu_message SET create_time = ?2 WHERE id = ?1",
                    [id, time],
                )
                .expect("a message can be dated by hand");
            }
        })
        .await;
    (server, visitor, all)
}

/// One message a minute.
fn minutes(count: i64) -> Vec<i64> {
    (0..count).map(|n| SECOND_MS + n * 60_000).collect()
}

fn descending(all: &[i64]) -> Vec<i64> {
    all.iter().rev().copied().collect()
}

/// What the original's client sends to get the page before this message.
fn cursor(message: &Value) -> String {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").expect("the zone is bundled");
    let time = jiff::Timestamp::from_millisecond(number(message, "createTime"))
        .expect("a time")
        .to_zoned(zone);
    time.strftime("%Y-%m-%d+%H:%M:%S").to_string()
}

#[tokio::test]
async fn ten_messages_come_when_nobody_says_how_many() {
    let (_server, visitor, all) = history(&[], &minutes(12)).await;
    let newest = descending(&all);
    assert_eq!(ids(&visitor.list("").await), newest[..10]);
    assert_eq!(ids(&visitor.list("createTime=").await), newest[..10]);
    assert_eq!(ids(&visitor.list("createTime=&limit=").await), newest[..10]);
    assert_eq!(ids(&visitor.list("limit=3").await), newest[..3]);
    assert_eq!(ids(&visitor.list("limit=200").await), newest);
}

#[tokio::test]
async fn parameters_of_the_original_that_mean_nothing_are_ignored() {
    let (_server, visitor, all) = history(&[], &minutes(3)).await;
    let newest = descending(&all);
    for query in [
        "no=7&limit=20",
        "page=&list_rows=5",
        "conversationId=4711",
        "x=1",
    ] {
        assert_eq!(ids(&visitor.list(query).await), newest, "{query}");
    }
}

#[tokio::test]
async fn a_cursor_of_the_original_is_read_in_every_form_clients_send() {
    let (_server, visitor, all) = history(&[], &minutes(3)).await;
    for cursor in [
        "2026-11-23+13:53:36",
        "2026-11-23%2013%3A53%3A36",
        "2026-11-23%2013:53:36",
        "2026-11-23+13%3A53%3A36",
    ] {
        let page = visitor.list(&format!("createTime={cursor}")).await;
        assert_eq!(ids(&page), [all[0]], "strictly before {cursor}");
    }
}

#[tokio::test]
async fn a_cursor_of_the_original_is_in_the_shops_time_zone() {
    let (_server, visitor, all) = history(&[], &minutes(1)).await;
    let nothing: [i64; 0] = [];
    let at = |time: &str| format!("createTime={time}");
    assert_eq!(ids(&visitor.list(&at(SECOND)).await), nothing);
    assert_eq!(ids(&visitor.list(&at("2026-11-23+13:52:37")).await), all);

    let (_server, visitor, all) = history(&["--time-zone", "UTC"], &minutes(1)).await;
    assert_eq!(
        ids(&visitor.list(&at("2026-11-23+05:52:36")).await),
        nothing
    );
    assert_eq!(ids(&visitor.list(&at("2026-11-23+05:52:37")).await), all);
}

#[tokio::test]
async fn an_ambiguous_time_is_the_later_one_and_a_missing_one_is_no_panic() {
    // On 2026-11-01 New York's clocks go from 02:00 back to 01:00: 01:30 is 05:30 and 06:30 UTC.
    let early = 1_793_511_000_000;
    let late = early + 3_600_000;
    let flags = ["--time-zone", "America/New_York"];
    let (_server, visitor, all) = history(&flags, &[early, late]).await;
    let page = visitor.list("createTime=2026-11-01+01:30:00").await;
    assert_eq!(ids(&page), [all[0]]);
    // 2026-03-08 02:30 never was.
    let reply = visitor.try_list("createTime=2026-03-08+02:30:00").await;
    assert!([200, 400].contains(&reply.status), "{}", reply.text());
}

#[tokio::test]
async fn a_page_is_extended_by_the_rest_of_its_last_second() {
    let times: Vec<i64> = (0..9)
        .map(|n| SECOND_MS + (n / 3) * 1_000 + (n % 3) * 100)
        .collect();
    let (_server, visitor, all) = history(&[], &times).await;
    let newest = descending(&all);
    let page = visitor.list("createTime=2026-11-23+13:52:39&limit=4").await;
    assert_eq!(
        ids(&page),
        newest[..6],
        "the second message's second is whole"
    );
    let page = visitor.list("createTime=2026-11-23+13:52:37&limit=2").await;
    assert_eq!(ids(&page), newest[6..]);
}

#[tokio::test]
async fn a_client_of_the_original_walks_through_all_of_history() {
    let times: Vec<i64> = (0..60)
        .map(|n| SECOND_MS + (n / 7) * 1_000 + (n % 7) * 10)
        .collect();
    let (_server, visitor, all) = history(&[], &times).await;
    let mut seen = walked(&visitor, 5).await;
    seen.dedup();
    assert_eq!(seen, descending(&all));
}

#[tokio::test]
async fn a_second_with_more_than_five_hundred_messages_is_cut_at_five_hundred() {
    let mut server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    for _ in 0..13 {
        let bodies: Vec<_> = (0..40).map(|n| text(&format!("{n}"))).collect();
        let sends = bodies.iter().map(|body| visitor.send(body));
        futures_util::future::join_all(sends).await;
    }
    server
        .edit(|file| {
            file.execute(
                "UPDATE promotion_kefu_message SET create_time = ?1 + id % 900",
                [SECOND_MS],
            )
            .expect("messages can be dated by hand");
        })
        .await;
    let page = visitor
        .list("limit=10&createTime=2026-11-23+13:52:37")
        .await;
    assert_eq!(page.len(), 500);
}

#[tokio::test]
async fn a_clock_that_jumped_back_loses_nothing() {
    // The ids say in which order they were written; the third one's clock was an hour behind.
    let times = [0, 60_000, -3_600_000, 120_000].map(|offset| SECOND_MS + offset);
    let (_server, visitor, all) = history(&[], &times).await;
    assert_eq!(ids(&visitor.list("").await), descending(&all));
    let page = visitor.list("createTime=2026-11-23+13:53:36").await;
    assert_eq!(ids(&page), [all[0]], "below the smallest id at or after it");
}

/// All that the original's client sees: page by page, the cursor from the last one's time.
async fn walked(visitor: &Visitor, limit: usize) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut query = format!("limit={limit}&createTime=");
    loop {
        let page = visitor.list(&query).await;
        seen.extend(ids(&page));
        let Some(oldest) = page.last().filter(|_| page.len() >= limit) else {
            return seen;
        };
        query = format!("limit={limit}&createTime={}", cursor(oldest));
    }
}

#[tokio::test]
async fn a_client_of_the_original_walks_through_jumps_and_swaps_too() {
    // Two sends that overtook each other around a second's border, again and again.
    let swapped = |n: i64| SECOND_MS + n / 2 * 1_000 + if n % 2 == 0 { 1_001 } else { 999 };
    // A clock that is set back an hour in the middle, and one message from the next year.
    let jumping = |n: i64| match n {
        20 => SECOND_MS + 365 * 86_400_000,
        0..30 => SECOND_MS + n * 400,
        _ => SECOND_MS - 3_600_000 + n * 400,
    };
    // The same seconds twice, as in two conversations that were merged.
    let twice = |n: i64| SECOND_MS + n % 30 * 400;
    for times in [swapped, jumping, twice].map(|time| (0..60).map(time).collect::<Vec<_>>()) {
        let (_server, visitor, all) = history(&[], &times).await;
        for limit in [1, 2, 5, 7] {
            let mut seen = walked(&visitor, limit).await;
            seen.dedup();
            assert_eq!(seen, descending(&all), "by {limit} of {times:?}");
        }
    }
}

#[tokio::test]
async fn times_never_go_back_in_a_conversation() {
    let future = crate::harness::now_ms() + 3_600_000;
    let mut server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    server
        .edit(|file| {
            for sql in [
                "UPDATE promotion_kefu_message SET create_time = ?1",
                "UPDATE promotion_kefu_conversation SET last_message_time = ?1",
            ] {
                file.execute(sql, [future]).expect("a clock that was ahead");
            }
        })
        .await;
    let mut socket = visitor.socket().await;
    visitor.say("now").await;
    assert_eq!(number(&socket.message().await, "createTime"), future);
    admin.say(conversation, "and later").await;
    let list = visitor.list("").await;
    let times: Vec<_> = list.iter().map(|one| number(one, "createTime")).collect();
    assert_eq!(times, [future; 3]);
    let seen = admin.conversation(conversation).await;
    assert_eq!(number(&seen, "lastMessageTime"), future);
}

#[tokio::test]
async fn our_cursors_are_exact() {
    let same_second = vec![SECOND_MS; 12];
    let (_server, visitor, all) = history(&[], &same_second).await;
    let newest = descending(&all);
    let before = |id: i64, limit: i64| format!("beforeId={id}&limit={limit}");
    assert_eq!(ids(&visitor.list(&before(i64::MAX, 3)).await), newest[..3]);
    assert_eq!(
        ids(&visitor.list(&before(newest[2], 4)).await),
        newest[3..7]
    );
    assert_eq!(ids(&visitor.list(&before(all[0], 4)).await), [] as [i64; 0]);
    let page = visitor.list(&format!("beforeId={}", i64::MAX)).await;
    assert_eq!(ids(&page), newest[..10], "ten by default");
    let after = |id: i64, limit: i64| format!("afterId={id}&limit={limit}");
    assert_eq!(
        ids(&visitor.list(&after(all[2], 4)).await),
        descending(&all[3..7]),
        "the oldest four above it, newest first"
    );
    assert_eq!(ids(&visitor.list(&after(0, 200)).await), newest);
    assert_eq!(ids(&visitor.list(&after(all[11], 4)).await), [] as [i64; 0]);
}

#[tokio::test]
async fn the_staff_page_in_the_same_ways() {
    let (server, visitor, all) = history(&[], &minutes(12)).await;
    let admin = server.owner().await;
    let conversation = visitor.conversation_id().await;
    let newest = descending(&all);
    assert_eq!(ids(&admin.list(conversation, "").await), newest[..10]);
    let page = admin
        .list(conversation, "&createTime=2026-11-23%2013%3A54%3A36")
        .await;
    assert_eq!(ids(&page), newest[10..]);
    let more = format!("&beforeId={}&limit=2", newest[3]);
    assert_eq!(ids(&admin.list(conversation, &more).await), newest[4..6]);
    assert_eq!(ids(&admin.whole(conversation).await), all);
}

#[tokio::test]
async fn the_pages_of_older_clients_work() {
    let (server, visitor, all) = history(&[], &minutes(12)).await;
    let admin = server.owner().await;
    let conversation = visitor.conversation_id().await;
    let newest = descending(&all);
    let list = |page: &Value| ids(page["list"].as_array().expect("a list"));
    let page = visitor.page("").await;
    assert_eq!(page["total"], 12);
    assert_eq!(list(&page), newest[..10]);
    let page = visitor
        .page("pageNo=2&pageSize=5&conversationId=4711")
        .await;
    assert_eq!(page["total"], 12);
    assert_eq!(list(&page), newest[5..10]);
    let page = visitor.page("pageNo=4&pageSize=5").await;
    assert_eq!(page["total"], 12);
    assert_eq!(list(&page), [] as [i64; 0]);
    assert_eq!(list(&visitor.page("pageSize=100").await), newest);
    let page = admin
        .page(&format!("conversationId={conversation}&pageNo=2"))
        .await;
    assert_eq!(list(&page), newest[10..]);
}

#[tokio::test]
async fn the_page_of_somebody_who_never_wrote_is_empty() {
    let server = Server::start();
    let visitor = server.visitor().await;
    let page = visitor.page("").await;
    assert_eq!(page, serde_json::json!({ "total": 0, "list": [] }));
}
