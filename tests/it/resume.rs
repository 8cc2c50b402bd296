//! Coming back: exactly what was missed, in order, or a clear word that it must be fetched.

use serde_json::Value;

use crate::harness::{Server, Visitor, ids, number, text, texts, worst_contents};

/// The query that resumes after the newest thing a hello named.
fn after(hello: &Value) -> String {
    position(&hello["head"], &hello["headTime"], &hello["epoch"])
}

fn position(id: &Value, time: &Value, epoch: &Value) -> String {
    let epoch = epoch.as_str().expect("an epoch");
    format!("&after={id}&afterTime={time}&epoch={epoch}")
}

/// Many short messages, quickly.
async fn say_many(visitor: &Visitor, count: usize) {
    for start in (0..count).step_by(50) {
        let bodies: Vec<_> = (start..count.min(start + 50))
            .map(|n| text(&format!("{n}")))
            .collect();
        let sends = bodies.iter().map(|body| visitor.send(body));
        for reply in futures_util::future::join_all(sends).await {
            reply.data();
        }
    }
}

#[tokio::test]
async fn an_admin_who_comes_back_hears_what_he_missed_and_then_what_is_new() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (other, _) = server.customer().await;
    let (socket, hello) = admin.page_socket("").await;
    drop(socket);
    visitor.say("one").await;
    other.say("two").await;
    admin.say(conversation, "three").await;
    let (mut socket, hello) = admin.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], true);
    visitor.say("four").await;
    let heard = socket.messages(4).await;
    assert_eq!(texts(&heard), ["one", "two", "three", "four"]);
    assert_eq!(hello["head"], heard[2]["id"]);
    assert_eq!(hello["headTime"], heard[2]["createTime"]);
}

#[tokio::test]
async fn a_replayed_message_has_the_shape_of_a_pushed_one() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (mut live, hello) = admin.page_socket("").await;
    visitor.say("question").await;
    admin.say(conversation, "answer").await;
    admin.read_all(conversation).await;
    let pushed = live.messages(2).await;
    let (mut back, _) = admin.page_socket(&after(&hello)).await;
    let mut replayed = back.messages(2).await;
    for message in &mut replayed {
        // What was read meanwhile may be told; everything else is the same.
        message["readStatus"] = Value::Null;
    }
    assert_eq!(replayed, pushed);
}

#[tokio::test]
async fn a_member_who_comes_back_hears_only_his_own() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (other, elsewhere) = server.customer().await;
    let (socket, hello) = visitor.page_socket("").await;
    drop(socket);
    other.say("not his").await;
    admin.say(conversation, "his").await;
    admin.say(elsewhere, "not his").await;
    let (mut socket, hello) = visitor.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], true);
    visitor.say("live").await;
    assert_eq!(texts(&socket.messages(2).await), ["his", "live"]);
}

#[tokio::test]
async fn who_missed_nothing_hears_nothing_old() {
    let server = Server::start();
    let (visitor, _) = server.customer().await;
    let (_, hello) = visitor.page_socket("").await;
    let (mut socket, hello) = visitor.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], true);
    visitor.say("new").await;
    assert_eq!(texts(&[socket.message().await]), ["new"]);
}

#[tokio::test]
async fn resuming_works_across_a_crash() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    visitor.say("one").await;
    server.restart();
    visitor.say("two").await;
    let (mut socket, hello) = admin.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], true);
    assert_eq!(texts(&socket.messages(2).await), ["one", "two"]);
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_while_others_write() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    let mut place = after(&hello);
    let mut heard = Vec::new();
    let talk = say_many(&visitor, 400);
    let listen = async {
        while heard.len() < 400 {
            let (mut socket, hello) = admin.page_socket(&place).await;
            assert_eq!(hello["resumed"], true);
            // A few from each socket, then it is dropped in the middle of things.
            for _ in 0..37.min(400 - heard.len()) {
                let message = socket.message().await;
                place = position(&message["id"], &message["createTime"], &hello["epoch"]);
                heard.push(message);
            }
        }
    };
    tokio::join!(talk, listen);
    let heard = ids(&heard);
    assert!(
        heard.is_sorted_by(|one, next| one < next),
        "in order, none twice"
    );
    let conversation = visitor.conversation_id().await;
    let stored = ids(&admin.whole(conversation).await);
    assert_eq!(heard, stored[1..], "all but the hello");
}

#[tokio::test]
async fn five_hundred_missed_ones_are_replayed_and_one_more_is_fetched() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    let place = after(&hello);
    say_many(&visitor, 500).await;
    let (mut socket, hello) = admin.page_socket(&place).await;
    assert_eq!(hello["resumed"], true);
    let heard = ids(&socket.messages(500).await);
    assert!(heard.is_sorted_by(|one, next| one < next));
    assert_eq!(hello["head"].as_i64(), heard.last().copied());

    visitor.say("one more").await;
    let (mut socket, hello) = admin.page_socket(&place).await;
    assert_eq!(hello["resumed"], false);
    let id = visitor.say("live").await;
    assert_eq!(
        number(&socket.message().await, "id"),
        id,
        "never a part of it"
    );
}

#[tokio::test]
async fn more_than_a_megabyte_is_fetched() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    let long = "长".repeat(4_000);
    for _ in 0..10 {
        let bodies: Vec<_> = (0..10).map(|_| text(&long)).collect();
        let sends = bodies.iter().map(|body| visitor.send(body));
        futures_util::future::join_all(sends).await;
    }
    let (mut socket, hello) = admin.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], false);
    let id = visitor.say("live").await;
    assert_eq!(number(&socket.message().await, "id"), id);
}

#[tokio::test]
async fn a_place_in_another_history_is_not_resumed() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    let head = number(&hello, "head");
    let time = number(&hello, "headTime");
    let epoch = hello["epoch"].as_str().expect("an epoch");
    visitor.say("missed").await;
    for more in [
        format!("&after={head}&afterTime={time}&epoch=another"),
        format!("&after={head}&afterTime={}&epoch={epoch}", time + 1),
        format!("&after={}&afterTime={time}&epoch={epoch}", head + 1_000),
        format!("&after={}&epoch={epoch}", i64::MAX),
    ] {
        let (mut socket, hello) = admin.page_socket(&more).await;
        assert_eq!(hello["resumed"], false, "{more}");
        assert_eq!(hello["epoch"], *epoch);
        let id = visitor.say("live").await;
        assert_eq!(number(&socket.message().await, "id"), id, "{more}");
    }
}

#[tokio::test]
async fn an_epoch_nobody_names_is_not_compared() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    visitor.say("missed").await;
    let more = format!("&after={}&afterTime={}", hello["head"], hello["headTime"]);
    let (mut socket, hello) = admin.page_socket(&more).await;
    assert_eq!(hello["resumed"], true);
    assert_eq!(texts(&[socket.message().await]), ["missed"]);
}

#[tokio::test]
async fn an_odd_place_is_never_resumed_and_never_a_panic() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let mut sentinel = 0;
    for odd in [
        "&after=-1",
        "&after=9223372036854775807",
        "&after=9223372036854775808",
        "&after=-9223372036854775808",
        "&after=1e400",
        "&after=1e3",
        "&after=1.5",
        "&after=x",
        "&after=%221%22",
        "&after=null",
        "&after=%00",
        "&after=1&afterTime=x",
        "&after=1&afterTime=-1",
        "&after=1&afterTime=1e400",
        "&after=1&afterTime=9223372036854775808",
        "&after=1&afterTime=1&epoch=%F0%28%8C%28",
        "&afterTime=1",
        "&epoch=x",
    ] {
        for token in [&admin.token, &visitor.token] {
            let (mut socket, hello) =
                crate::harness::Socket::open_page(&server.door, token, odd).await;
            assert_eq!(hello["resumed"], false, "{odd}");
            sentinel = visitor.say("live").await;
            assert_eq!(number(&socket.message().await, "id"), sentinel, "{odd}");
        }
    }
    assert!(sentinel > 0);
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

#[tokio::test]
async fn a_first_visit_says_where_it_begins() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let (other, _) = server.customer().await;
    let newest = other.say("newest of all").await;
    let (_, hello) = admin.page_socket("").await;
    assert_eq!(number(&hello, "head"), newest);
    let (_, hello) = visitor.page_socket("").await;
    let own = ids(&visitor.list("").await)[0];
    assert_eq!(number(&hello, "head"), own, "the newest he may see");
}

#[tokio::test]
async fn the_longest_content_is_replayed_however_much_its_frame_grows() {
    let server = Server::start_with(&["--json-bytes-max", "200000"]);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (_, of_admin) = admin.page_socket("").await;
    let (_, of_visitor) = visitor.page_socket("").await;
    let worst = worst_contents();
    for body in &worst {
        admin.send(conversation, body).await.data();
    }
    let mut sockets = [
        admin.page_socket(&after(&of_admin)).await.0,
        visitor.page_socket(&after(&of_visitor)).await.0,
    ];
    for socket in &mut sockets {
        for body in &worst {
            assert_eq!(socket.message().await["content"], body["content"]);
        }
        socket.ping().await;
    }
}

#[tokio::test]
async fn a_deleted_conversation_is_not_replayed_to_the_staff() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (other, _) = server.customer().await;
    let (_, hello) = admin.page_socket("").await;
    visitor.say("hidden").await;
    other.say("seen").await;
    admin.delete(conversation).await;
    let (mut socket, hello) = admin.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], true);
    assert_eq!(texts(&[socket.message().await]), ["seen"]);
    visitor.say("back again").await;
    assert_eq!(texts(&[socket.message().await]), ["back again"]);
}

#[tokio::test]
async fn the_member_of_a_deleted_conversation_resumes_as_ever() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (_, hello) = visitor.page_socket("").await;
    admin.say(conversation, "missed").await;
    admin.delete(conversation).await;
    let (mut socket, hello) = visitor.page_socket(&after(&hello)).await;
    assert_eq!(hello["resumed"], true);
    assert_eq!(texts(&[socket.message().await]), ["missed"]);
}
