//! Pushes: who hears what, when, and in which shape.

use serde_json::{Value, json};

use crate::harness::{Heard, Server, Socket, ids, number, text, texts, worst_contents};

#[tokio::test]
async fn a_members_message_is_heard_by_all_admins_and_all_his_own_sockets() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let visitor = server.visitor().await;
    let mut sockets = [
        owner.socket().await,
        owner.page_socket("").await.0,
        agent.socket().await,
        visitor.socket().await,
        visitor.page_socket("").await.0,
    ];
    let body = text("你好[可爱]");
    let id = visitor.send(&body).await.data();
    let stored = &visitor.list("").await[0];
    for socket in &mut sockets {
        let heard = socket.message().await;
        assert_eq!(
            heard,
            json!({
                "id": id,
                "conversationId": stored["conversationId"],
                "senderId": visitor.id,
                "senderAvatar": null,
                "senderNickname": null,
                "senderType": 1,
                "receiverId": null,
                "receiverType": null,
                "contentType": 1,
                "content": body["content"],
                "readStatus": null,
                "createTime": stored["createTime"],
                "clientMessageId": body["clientMessageId"],
            })
        );
    }
}

#[tokio::test]
async fn an_admins_message_is_heard_by_that_member_and_all_admins() {
    let server = Server::start();
    let owner = server.owner().await;
    let agent = server.admin("lily").await;
    let (visitor, conversation) = server.customer().await;
    let mut sockets = [
        visitor.socket().await,
        owner.socket().await,
        agent.page_socket("").await.0,
    ];
    let id = agent.say(conversation, "hi").await;
    for socket in &mut sockets {
        let heard = socket.message().await;
        assert_eq!(number(&heard, "id"), id);
        assert_eq!(number(&heard, "senderId"), agent.id);
        assert_eq!(heard["senderType"], 2);
        assert_eq!(number(&heard, "receiverId"), visitor.id);
        assert_eq!(heard["receiverType"], 1);
        assert_eq!(heard["readStatus"], Value::Null);
    }
}

#[tokio::test]
async fn nobody_else_hears_it() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let (other, _) = server.customer().await;
    let mut socket = other.page_socket("").await.0;
    visitor.say("not for you").await;
    admin.say(conversation, "nor this").await;
    admin.read_all(conversation).await;
    admin.pin(conversation).await;
    let id = other.say("for me").await;
    assert_eq!(number(&socket.message().await, "id"), id);
}

#[tokio::test]
async fn the_senders_own_echo_is_there_before_his_list_is() {
    let server = Server::start_with(&["--no-limits"]);
    let visitor = server.visitor().await;
    let mut socket = visitor.socket().await;
    for n in 0..30 {
        // The original's page asks for the list after it has sent: an echo that comes later shows cards twice.
        let id = visitor.say(&format!("{n}")).await;
        visitor.list("").await;
        socket.ping().await;
        let heard = socket.kept();
        assert_eq!(heard.len(), 1, "one echo, and before the pong");
        assert_eq!(heard[0].content["id"], id);
    }
}

#[tokio::test]
async fn what_is_pushed_is_in_the_file_already() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut socket = admin.socket().await;
    let file = server.look();
    // Long ones and many at once, so that the commit takes its time.
    let long = "长".repeat(4_000);
    let bodies: Vec<_> = (0..40).map(|_| text(&long)).collect();
    let sends = bodies.iter().map(|body| visitor.send(body));
    let listen = async {
        for _ in 0..bodies.len() {
            let heard = socket.message().await;
            let stored: i64 = file
                .query_row(
                    "SELECT count(*) FROM promotion_kefu_message WHERE id = ?1",
                    [number(&heard, "id")],
                    |row| row.get(0),
                )
                .expect("the file can be read");
            assert_eq!(stored, 1, "pushed before it was committed");
        }
    };
    tokio::join!(futures_util::future::join_all(sends), listen);
}

#[tokio::test]
async fn pushes_come_once_and_in_the_order_of_ids() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let mut people = Vec::new();
    for _ in 0..8 {
        people.push(server.customer().await);
    }
    let mut socket = admin.page_socket("").await.0;
    let talk = people.iter().map(|(visitor, conversation)| {
        let admin = &admin;
        async move {
            for n in 0..10 {
                visitor.say(&format!("question {n}")).await;
                admin.say(*conversation, &format!("answer {n}")).await;
            }
        }
    });
    let (_, heard) = tokio::join!(futures_util::future::join_all(talk), socket.messages(160));
    let heard = ids(&heard);
    assert!(heard.is_sorted_by(|one, next| one < next), "{heard:?}");
}

#[tokio::test]
async fn a_socket_that_never_reads_is_cut_and_the_others_go_on() {
    let server = Server::start_with(&["--no-limits"]);
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let query = format!("token={}&v=1", admin.token);
    let mut silent = Socket::open_narrow(&server.door, &query).await;
    let mut healthy = admin.page_socket("").await.0;
    let long = "长".repeat(4_000);
    let count = 1_200;
    let talk = async {
        for _ in 0..count / 12 {
            let bodies: Vec<_> = (0..12).map(|_| text(&long)).collect();
            let sends = bodies.iter().map(|body| visitor.send(body));
            for reply in futures_util::future::join_all(sends).await {
                reply.data();
            }
        }
    };
    let (_, heard) = tokio::join!(talk, healthy.messages(count));
    let heard = ids(&heard);
    assert!(heard.is_sorted_by(|one, next| one < next));
    let mut taken = 0;
    let code = loop {
        match silent.hear().await {
            Heard::Frame(frame) if frame.kind == "kefu_message_type" => taken += 1,
            Heard::End(code) => break code,
            _ => {}
        }
    };
    assert!(taken < count, "it got everything, so it was never slow");
    assert!([None, Some(4008)].contains(&code), "{code:?}");
    healthy.ping().await;
}

#[tokio::test]
async fn the_longest_content_is_pushed_however_much_its_frame_grows() {
    let server = Server::start_with(&["--json-bytes-max", "200000"]);
    let admin = server.owner().await;
    let (visitor, conversation) = server.customer().await;
    let mut sockets = [
        visitor.page_socket("").await.0,
        visitor.socket().await,
        admin.page_socket("").await.0,
        admin.socket().await,
    ];
    let worst = worst_contents();
    for body in &worst {
        let sent = if body["contentType"] == 5 {
            admin.send(conversation, body).await
        } else {
            visitor.send(body).await
        };
        sent.data();
    }
    for socket in &mut sockets {
        for body in &worst {
            assert_eq!(socket.message().await["content"], body["content"]);
        }
        socket.ping().await;
    }
}

#[tokio::test]
async fn a_text_reaches_the_other_side_to_the_last_character() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let mut socket = admin.socket().await;
    let words = "\"quotes\" \\ 换行\n<script>alert(1)</script> 👩‍👩‍👧‍👦";
    visitor.say(words).await;
    assert_eq!(texts(&[socket.message().await]), [words]);
}

#[tokio::test]
async fn an_unknown_conversation_tells_nobody_anything() {
    let server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let mut socket = admin.page_socket("").await.0;
    admin
        .send(4711, &text("anybody?"))
        .await
        .refused(404, 1_013_019_000);
    visitor
        .send(&json!({ "contentType": 1 }))
        .await
        .refused(400, 400);
    let id = visitor.say("the next thing it hears").await;
    assert_eq!(number(&socket.message().await, "id"), id);
}
