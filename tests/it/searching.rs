//! Finding a conversation: by who it is with, by what was said in it, and by whether somebody waits for an answer.

use serde_json::{Value, json};

use crate::harness::files::{message, upload, uploaded};
use crate::harness::{Admin, Reply, Server, Visitor, ids, member, number, order, product};

async fn try_search(admin: &Admin, words: &str, more: &str) -> Reply {
    let words: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let line = format!("GET promotion/kefu-conversation/search?text={words}{more}");
    admin.ask(&line).await
}

async fn search(admin: &Admin, words: &str) -> Vec<Value> {
    let found = try_search(admin, words, "").await.data();
    found.as_array().expect("a list").clone()
}

/// The conversations found, in order, and of each the message; 0 when it was found by whom it is with.
async fn found(admin: &Admin, words: &str) -> Vec<(i64, i64)> {
    let each = search(admin, words).await;
    let each = each.iter().map(|found| {
        let message = found["message"]["id"].as_i64().unwrap_or(0);
        (number(&found["conversation"], "id"), message)
    });
    each.collect()
}

async fn saying(server: &Server, words: &str) -> (Visitor, i64, i64) {
    let visitor = server.visitor().await;
    let message = visitor.say(words).await;
    let conversation = visitor.conversation_id().await;
    (visitor, conversation, message)
}

#[tokio::test]
async fn what_was_said_is_found_once_a_conversation_the_newest_first() {
    let server = Server::start();
    let admin = server.owner().await;
    let (first, one, _) = saying(&server, "请问茶杯有货吗").await;
    let (_, two, answer) = saying(&server, "还有茶杯吗").await;
    saying(&server, "谢谢").await;
    assert_eq!(found(&admin, "茶杯").await[0], (two, answer));
    let newest = first.say("那个茶杯呢").await;
    first.say("好的").await;
    assert_eq!(found(&admin, "茶杯").await, [(one, newest), (two, answer)]);
    let reply = admin.say(two, "茶杯明天到").await;
    assert_eq!(found(&admin, "茶杯").await, [(two, reply), (one, newest)]);
    let both = search(&admin, "茶杯").await;
    assert_eq!(both[0]["conversation"], admin.conversation(two).await);
    assert_eq!(both[0]["message"], admin.list(two, "").await[0]);
    assert_eq!(found(&admin, "茶 杯").await, []);
    assert_eq!(
        found(&admin, " 茶杯 ").await.len(),
        2,
        "spaces around it do not count"
    );
}

#[tokio::test]
async fn letter_case_does_not_matter_in_latin_words() {
    let server = Server::start();
    let admin = server.owner().await;
    let (_, conversation, message) = saying(&server, "My iPhone 15 Case").await;
    for words in ["iphone", "IPHONE 15", "phone 15 ca"] {
        assert_eq!(
            found(&admin, words).await,
            [(conversation, message)],
            "{words}"
        );
    }
    assert_eq!(found(&admin, "iphone 16").await, []);
}

#[tokio::test]
async fn people_are_found_by_name_number_and_address_before_what_was_said() {
    let server = Server::start();
    let admin = server.owner().await;
    let backend = server.backend();
    let (visitor, named, _) = saying(&server, "hello").await;
    server.vouch_for(&visitor, "shop-42");
    backend.tell("member", &member("shop-42")).await;
    let (_, said, message) = saying(&server, "is 小明 there? 13800000000").await;
    for words in ["小明", "13800000000"] {
        assert_eq!(
            found(&admin, words).await,
            [(named, 0), (said, message)],
            "{words}"
        );
    }
    for words in ["HOP-4", "MING@example.com", "0000000"] {
        assert_eq!(found(&admin, words).await[0], (named, 0), "{words}");
    }
    assert_eq!(search(&admin, "小明").await[0]["message"], Value::Null);
    backend.tell("member", &member("never-wrote")).await;
    assert_eq!(found(&admin, "never-wrote").await, [], "no conversation");
}

#[tokio::test]
async fn a_visitor_without_a_name_is_found_by_what_the_pages_call_him() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation, _) = saying(&server, "hello").await;
    saying(&server, "hello").await;
    for words in ["{}", "访客 {}", "Visitor {}"] {
        let words = words.replace("{}", &visitor.id.to_string());
        assert_eq!(found(&admin, &words).await, [(conversation, 0)], "{words}");
    }
}

#[tokio::test]
async fn wildcards_quotes_and_code_are_only_letters() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let said = [
        "100% cotton",
        "100 percent",
        "snake_case",
        "snakeXcase",
        r"C:\new\table",
        "say \"hi\"",
        "it's",
        "a\nb",
        "'; DROP TABLE member; --",
        "<script>alert(1)</script>",
        "\u{1}bell",
        "😀 ok",
    ];
    for words in said {
        saying(&server, words).await;
    }
    for (words, hits) in [
        ("100%", 1),
        ("0% c", 1),
        ("%", 1),
        ("_", 1),
        ("snake_case", 1),
        (r"\", 1),
        (r"\new\t", 1),
        (r"\\", 0),
        ("\"hi\"", 1),
        ("\"", 1),
        ("it's", 1),
        ("'; DROP TABLE member; --", 1),
        ("<script>", 1),
        ("a\nb", 1),
        ("\u{1}bell", 1),
        ("\u{0}", 0),
        ("😀", 1),
        ("%%%", 0),
        ("a%b", 0),
        ("nb", 0),
        ("u0001", 0),
        ("' OR 1=1 --", 0),
        ("*", 0),
        ("[a-z]", 0),
        ("text", 0),
        ("{", 0),
    ] {
        assert_eq!(found(&admin, words).await.len(), hits, "{words:?}");
    }
    assert_eq!(server.count("member"), 12);
}

#[tokio::test]
async fn files_and_cards_are_found_by_name_and_not_by_what_holds_them() {
    let server = Server::start();
    let admin = server.owner().await;
    let backend = server.backend();
    let mut cup = product(600);
    cup["picUrl"] = json!("https://cdn.example/spuName/hidden.png");
    backend.tell("product", &cup).await;
    let (visitor, conversation, _) = saying(&server, "hello").await;
    let url = uploaded(upload(&visitor, "发票 2026.pdf", b"%PDF-1.7")).await;
    let mut told = order(7, "x");
    told["no"] = json!("NO-2026-7");
    for (kind, content, words) in [
        (6, json!({ "url": url }), ["发票", "2026.PDF"]),
        (10, json!({ "spuId": 600 }), ["青瓷茶杯 600", "杯 6"]),
        (11, told, ["no-2026-7", "青瓷茶杯"]),
    ] {
        let sent = visitor.send(&message(kind, &content)).await.data();
        let id = sent.as_i64().expect("an id");
        for words in words {
            assert_eq!(found(&admin, words).await, [(conversation, id)], "{words}");
        }
    }
    for words in [
        "spuName", "hidden", "picUrl", "items", "1990", "url", "null", "givenBy", "默认",
    ] {
        assert_eq!(found(&admin, words).await, [], "{words}");
    }
}

#[tokio::test]
async fn hidden_conversations_are_found_too() {
    let server = Server::start();
    let admin = server.owner().await;
    let (_, conversation, message) = saying(&server, "refund please").await;
    admin.delete(conversation).await;
    let all = search(&admin, "refund").await;
    assert_eq!(found(&admin, "refund").await, [(conversation, message)]);
    assert_eq!(all[0]["conversation"]["adminDeleted"], true);
}

#[tokio::test]
async fn a_search_has_limits() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    for number in 0..25 {
        saying(&server, &format!("cup {number}")).await;
    }
    let count = async |more: &str| {
        let data = try_search(&admin, "cup", more).await.data();
        data.as_array().expect("a list").len()
    };
    assert_eq!(
        (
            count("").await,
            count("&limit=3").await,
            count("&limit=50").await
        ),
        (20, 3, 25)
    );
    for more in ["&limit=0", "&limit=51", "&limit=x"] {
        let msg = try_search(&admin, "cup", more).await.refused(400, 400);
        assert!(!msg.is_empty());
    }
    for words in ["", "   ", &"杯".repeat(65)] {
        let msg = try_search(&admin, words, "").await.refused(400, 400);
        assert!(msg.contains("1 到 64"), "{msg}");
    }
    assert_eq!(found(&admin, &"杯".repeat(64)).await, []);
}

#[tokio::test]
async fn the_list_shows_only_what_is_unread_when_asked() {
    let server = Server::start();
    let admin = server.owner().await;
    let mut conversations = Vec::new();
    for _ in 0..6 {
        conversations.push(server.customer().await.1);
    }
    let &[a, b, c, d, e, f] = &conversations[..] else {
        panic!("six of them")
    };
    admin.pin(a).await;
    admin.pin(b).await;
    admin.read_all(b).await;
    admin.read_all(d).await;
    admin.delete(f).await;
    assert_eq!(ids(&admin.conversations_by("unread=true").await), [a, e, c]);
    assert_eq!(
        ids(&admin.conversations_by("unread=false").await),
        [b, a, e, d, c]
    );
    let first = admin.conversations_by("unread=true&limit=1").await;
    assert_eq!(ids(&first), [a, e], "pinned ones come with the first part");
    let next = format!(
        "unread=true&limit=1&beforeTime={}&beforeId={e}",
        first[1]["lastMessageTime"]
    );
    assert_eq!(ids(&admin.conversations_by(&next).await), [c]);
    let reply = admin
        .ask("GET promotion/kefu-conversation/list?unread=maybe")
        .await;
    assert!(reply.refused(400, 400).contains("unread"));
}

#[tokio::test]
async fn what_waits_for_the_staff_is_counted() {
    let server = Server::start();
    let admin = server.owner().await;
    let count = async || {
        admin
            .ask("GET promotion/kefu-conversation/unread-count")
            .await
            .data()
    };
    assert_eq!(count().await, json!({ "conversations": 0, "messages": 0 }));
    let (visitor, one) = server.customer().await;
    visitor.say("and more").await;
    let (_, two) = server.customer().await;
    assert_eq!(count().await, json!({ "conversations": 2, "messages": 3 }));
    admin.say(one, "an answer is no message to read").await;
    admin.read_all(two).await;
    assert_eq!(count().await, json!({ "conversations": 1, "messages": 2 }));
    admin.delete(one).await;
    assert_eq!(count().await, json!({ "conversations": 0, "messages": 0 }));
}
