//! Signing in and out: tokens, passwords, and what becomes of them.

use serde_json::{Value, json};

use crate::harness::{
    Admin, PASSWORD, PATIENCE, REVOKED_WITHIN, Server, Shop, Visitor, now_ms, number,
    until_slowed_down,
};

const DAY_MS: i64 = 86_400_000;

#[tokio::test]
async fn a_visitor_arrives_without_a_word() {
    let server = Server::start();
    let answer = server.ask("POST /app-api/member/auth/visitor").await.data();
    assert_eq!(answer["accessToken"], answer["refreshToken"]);
    let token = answer["accessToken"].as_str().expect("a token");
    assert!(token.len() >= 43, "256 bits in {token}");
    let life = number(&answer, "expiresTime") - now_ms();
    assert!((29 * DAY_MS..=30 * DAY_MS).contains(&life), "{life}");
    assert!(number(&answer, "userId") > 0);
    let other = server.visitor().await;
    assert_ne!(other.token, token);
}

#[tokio::test]
async fn a_visitor_may_bring_a_body_that_means_nothing() {
    let server = Server::start();
    let answer = server
        .ask("POST /app-api/member/auth/visitor")
        .json(&json!({ "userId": 1 }))
        .await;
    answer.data();
}

#[tokio::test]
async fn a_token_works_in_both_forms_and_survives_a_crash() {
    let mut server = Server::start();
    let (visitor, _) = server.customer().await;
    let line = "GET /app-api/promotion/kefu-message/list";
    for value in [visitor.token.clone(), format!("Bearer {}", visitor.token)] {
        let reply = server.ask(line).header("authorization", &value).await;
        assert_eq!(reply.data().as_array().expect("a list").len(), 1);
    }
    server.restart();
    assert_eq!(visitor.list("").await.len(), 1);
}

#[tokio::test]
async fn of_many_sessions_of_one_person_the_newest_go_on() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let first = shop.member("42").await;
    for _ in 0..49 {
        shop.member("42").await;
    }
    assert_eq!(server.count("session"), 50);
    let last = shop.member("42").await;
    assert_eq!(server.count("session"), 50);
    first.try_list("").await.refused(401, 401);
    assert_eq!(last.list("").await.len(), 0);
    // Another one's are his own.
    shop.member("43").await;
    assert_eq!(server.count("session"), 51);
}

#[tokio::test]
async fn an_admin_signs_in_with_his_name_and_password() {
    let server = Server::start();
    server.owner().await;
    let reply = Admin::signing_in(&server.door, "owner", PASSWORD).await;
    let answer = reply.data();
    assert_eq!(answer["accessToken"], answer["refreshToken"]);
    let life = number(&answer, "expiresTime") - now_ms();
    assert!((1..=7 * DAY_MS + 60_000).contains(&life), "{life}");
    assert_eq!(reply.header("set-cookie"), "", "no cookie unless asked for");
    let admin = Admin::from_sign_in(&server.door, &answer);
    admin.conversations().await;
}

#[tokio::test]
async fn what_the_originals_login_page_sends_is_taken() {
    let server = Server::start();
    server.owner().await;
    let reply = server
        .ask("POST /admin-api/system/auth/login")
        .header("tenant-id", "1")
        .json(&json!({
            "username": "owner", "password": PASSWORD, "captchaVerification": "", "tenantName": "芋道源码",
            "rememberMe": true,
        }))
        .await;
    reply.data();
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_answered_alike() {
    let server = Server::start();
    server.owner().await;
    let wrong = Admin::signing_in(&server.door, "owner", "not the password").await;
    let unknown = Admin::signing_in(&server.door, "nobody", PASSWORD).await;
    wrong.refused(401, 1_002_000_000);
    assert_eq!(wrong.status, unknown.status);
    assert_eq!(wrong.body, unknown.body);
}

#[tokio::test]
async fn a_password_is_compared_to_the_last_character() {
    let server = Server::start_with(&["--no-limits"]);
    server.owner().await;
    let longest = "密".repeat(128);
    let added = server.admin_command(&["add", "lily", "--password-stdin"], &longest);
    added.out();
    Admin::signing_in(&server.door, "lily", &longest)
        .await
        .data();
    for wrong in ["密".repeat(127), format!("{}x", "密".repeat(127))] {
        Admin::signing_in(&server.door, "lily", &wrong)
            .await
            .refused(401, 1_002_000_000);
    }
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let server = Server::start();
    server.owner().await;
    let guess = || Admin::signing_in(&server.door, "owner", "not the password").into_future();
    let tries = until_slowed_down(guess).await;
    assert!(tries >= 3, "a typing mistake or two is human: {tries}");
    let reply = Admin::signing_in(&server.door, "owner", PASSWORD).await;
    reply.too_many();
}

#[tokio::test]
async fn guessing_many_names_from_one_address_is_slowed_down() {
    let server = Server::start();
    server.owner().await;
    let mut tries = 0;
    loop {
        let name = format!("guess{tries}");
        let reply = Admin::signing_in(&server.door, &name, "password1").await;
        if reply.status == 429 {
            reply.too_many();
            break;
        }
        tries += 1;
        assert!(tries < 100, "nobody stops the guessing");
    }
}

#[tokio::test]
async fn names_that_cannot_exist_are_slowed_down_as_one() {
    let server = Server::start();
    server.owner().await;
    let long = "n".repeat(40_000);
    let mut answers = Vec::new();
    for n in 0..12 {
        let name = format!("{long} {n}");
        let guess = Admin::signing_in(&server.door, &name, "a wrong password");
        answers.push(guess.await.status);
    }
    assert_eq!(&answers[..5], [401; 5], "{answers:?}");
    assert!(answers.contains(&429), "{answers:?}");
    // Whoever has a name signs in all the same.
    Admin::sign_in(&server.door, "owner").await;
}

#[tokio::test]
async fn guessing_elsewhere_does_not_lock_an_admin_out() {
    let server = Server::start();
    server.owner().await;
    for _ in 0..15 {
        Admin::signing_in(&server.door, "owner", "not the password")
            .header("x-forwarded-for", "203.0.113.66")
            .await;
    }
    let reply = Admin::signing_in(&server.door, "owner", PASSWORD)
        .header("x-forwarded-for", "198.51.100.7")
        .await;
    reply.data();
}

#[tokio::test]
async fn passwords_typed_at_the_same_time_are_all_answered() {
    let server = Server::start_with(&["--no-limits"]);
    server.owner().await;
    let tries = (0..5).map(|_| Admin::signing_in(&server.door, "owner", PASSWORD).into_future());
    for reply in futures_util::future::join_all(tries).await {
        reply.data();
    }
}

#[tokio::test]
async fn a_session_ends_where_it_is_told_to_and_no_other_one_does() {
    let server = Server::start();
    let owner = server.owner().await;
    let elsewhere = Admin::sign_in(&server.door, "owner").await;
    assert_ne!(owner.token, elsewhere.token);
    owner.log_out().await;
    let line = "GET promotion/kefu-conversation/list";
    owner.ask(line).await.refused(401, 401);
    elsewhere.ask(line).await.data();

    let (visitor, _) = server.customer().await;
    visitor.log_out().await;
    visitor.try_list("").await.refused(401, 401);
}

#[tokio::test]
async fn signing_out_is_always_true() {
    let server = Server::start();
    let visitor = server.visitor().await;
    visitor.log_out().await;
    visitor.log_out().await;
    let reply = server.ask("POST /app-api/member/auth/logout").await;
    assert_eq!(reply.data(), true);
    let reply = server.ask("POST /admin-api/system/auth/logout").await;
    assert_eq!(reply.data(), true);
}

#[tokio::test]
async fn a_refresh_answers_like_a_login_and_the_token_goes_on_working() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    for (path, token, id) in [
        ("/app-api/member/auth", &visitor.token, visitor.id),
        ("/admin-api/system/auth", &admin.token, admin.id),
    ] {
        let line = format!("POST {path}/refresh-token?refreshToken={token}");
        let answer = server.ask(&line).await.data();
        assert_eq!(number(&answer, "userId"), id);
        assert_eq!(answer["accessToken"], answer["refreshToken"]);
        assert_eq!(answer["refreshToken"], *token.as_str());
        assert!(number(&answer, "expiresTime") > now_ms());
    }
    visitor.list("").await;
    admin.conversations().await;
}

#[tokio::test]
async fn a_dead_token_is_not_refreshed() {
    let server = Server::start();
    let admin = server.owner().await;
    let visitor = server.visitor().await;
    let refresh = |path: &str, token: &str| {
        server.ask(&format!("POST {path}/refresh-token?refreshToken={token}"))
    };
    for path in ["/app-api/member/auth", "/admin-api/system/auth"] {
        refresh(path, "nonsense").await.refused(400, 400);
        refresh(path, "").await.refused(400, 400);
        let reply = server.ask(&format!("POST {path}/refresh-token")).await;
        let msg = reply.refused(400, 400);
        assert!(msg.contains("refreshToken"), "{msg}");
    }
    visitor.log_out().await;
    let reply = refresh("/app-api/member/auth", &visitor.token).await;
    assert!([400, 401].contains(&reply.status), "{}", reply.text());
    let reply = refresh("/app-api/member/auth", &admin.token).await;
    assert!((400..=403).contains(&reply.status), "{}", reply.text());
}

#[tokio::test]
async fn an_expired_token_is_nobody() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    server
        .edit(|file| {
            file.execute("UPDATE session SET expire_time = 1000", [])
                .expect("sessions can be ended by hand");
        })
        .await;
    visitor.try_list("").await.refused(401, 401);
    let reply = admin.ask("GET promotion/kefu-conversation/list").await;
    reply.refused(401, 401);
}

#[tokio::test]
async fn a_session_in_use_lives_on() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    server
        .edit(|file| {
            file.execute(
                "UPDATE session SET use_time = use_time - ?1, expire_time = expire_time - ?1",
                [2 * 3_600_000],
            )
            .expect("sessions can be aged by hand");
        })
        .await;
    let file = server.look();
    let end = || -> i64 {
        file.query_row(
            "SELECT expire_time FROM session WHERE member_id IS NOT NULL",
            [],
            |row| row.get(0),
        )
        .expect("the member's session")
    };
    let before = end();
    let deadline = std::time::Instant::now() + PATIENCE;
    // Nobody waits for it: it is moved some time after the answer.
    while end() == before {
        admin.conversations().await;
        visitor.list("").await;
        assert!(std::time::Instant::now() < deadline, "it was never moved");
    }
}

#[tokio::test]
async fn an_admin_who_was_idle_for_half_a_day_signs_in_again() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let fresh = Admin::sign_in(&server.door, "owner").await;
    fresh.conversations().await;
    server
        .edit(|file| {
            file.execute("UPDATE session SET use_time = use_time - 43260000, expire_time = expire_time - 43260000", [])
                .expect("sessions can be aged by hand");
        })
        .await;
    let reply = admin.ask("GET promotion/kefu-conversation/list").await;
    reply.refused(401, 401);
}

#[tokio::test]
async fn a_visitor_who_never_wrote_is_forgotten_after_a_day() {
    let mut server = Server::start();
    let silent = server.visitor().await;
    let (talker, _) = server.customer().await;
    server
        .edit(|file| {
            let day = 25 * 3_600_000;
            file.execute("UPDATE member SET create_time = create_time - ?1", [day])
                .expect("members can be aged by hand");
            file.execute(
                "UPDATE session SET create_time = create_time - ?1, use_time = use_time - ?1",
                [day],
            )
            .expect("sessions can be aged by hand");
        })
        .await;
    let deadline = std::time::Instant::now() + PATIENCE;
    while silent.try_list("").await.status != 401 {
        assert!(
            std::time::Instant::now() < deadline,
            "he is still remembered"
        );
    }
    assert_eq!(talker.list("").await.len(), 1);
    assert_eq!(server.count("member"), 1);
}

#[tokio::test]
async fn nothing_that_opens_a_door_is_in_the_file() {
    let mut server = Server::start();
    let admin = server.owner().await;
    let (visitor, _) = server.customer().await;
    let ticket = visitor.ticket().await;
    server.kill();
    for name in ["shop.db", "shop.db-wal"] {
        let bytes = std::fs::read(server.folder().join(name)).unwrap_or_default();
        for secret in [&admin.token, &visitor.token, &ticket, PASSWORD] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {name}");
        }
    }
    let log = server.log();
    for secret in [&admin.token, &visitor.token, &ticket, PASSWORD, "hello"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_password_is_kept_as_argon2id_with_owasps_parameters() {
    let server = Server::start();
    server.owner().await;
    let hash: String = server
        .look()
        .query_row("SELECT password_hash FROM admin", [], |row| row.get(0))
        .expect("the owner's row");
    let start = "$argon2id$v=19$m=19456,t=2,p=1$";
    assert!(hash.starts_with(start), "{hash}");
}

#[tokio::test]
async fn a_disabled_admin_can_use_nothing_until_he_is_enabled() {
    let server = Server::start();
    let owner = server.owner().await;
    let lily = server.admin("lily").await;
    let ticket = lily.ticket().await;
    let mut socket = lily.socket().await;
    server.admin_command(&["disable", "lily"], "").out();
    // Told to the server by the file; the socket's end says that it knows.
    socket.end_within(REVOKED_WITHIN).await;
    let reply = lily.ask("GET promotion/kefu-conversation/list").await;
    reply.refused(401, 401);
    let query = format!("token={ticket}&v=1");
    let refused = crate::harness::Socket::try_open(&server.door, &query, "").await;
    assert_eq!(refused.err(), Some(401));
    let reply = Admin::signing_in(&server.door, "lily", PASSWORD).await;
    assert!([401, 403].contains(&reply.status), "{}", reply.text());
    assert!([1_002_000_000, 1_002_000_001].contains(&reply.code()));
    owner.conversations().await;
    server.admin_command(&["enable", "lily"], "").out();
    Admin::sign_in(&server.door, "lily").await;
}

#[tokio::test]
async fn a_new_password_ends_the_old_sessions() {
    let server = Server::start();
    let lily = server.admin("lily").await;
    let new = "another password";
    let mut socket = lily.socket().await;
    let changed = server.admin_command(&["passwd", "lily", "--password-stdin"], new);
    changed.out();
    socket.end_within(REVOKED_WITHIN).await;
    let reply = lily.ask("GET promotion/kefu-conversation/list").await;
    reply.refused(401, 401);
    let reply = Admin::signing_in(&server.door, "lily", PASSWORD).await;
    reply.refused(401, 1_002_000_000);
    Admin::signing_in(&server.door, "lily", new).await.data();
}

#[tokio::test]
async fn the_originals_admin_page_learns_who_it_is_and_what_it_may() {
    let server = Server::start();
    let admin = server.owner().await;
    let info = admin
        .ask("GET system/auth/get-permission-info")
        .await
        .data();
    assert_eq!(number(&info["user"], "id"), admin.id);
    assert_eq!(info["user"]["username"], "owner");
    assert_eq!(info["user"]["nickname"], "Boss");
    for key in ["avatar", "deptId", "email"] {
        assert!(
            info["user"].as_object().expect("a user").contains_key(key),
            "{key}"
        );
    }
    assert!(!info["roles"].as_array().expect("roles").is_empty());
    let permissions = info["permissions"].as_array().expect("permissions");
    for key in [
        "promotion:kefu-conversation:query",
        "promotion:kefu-conversation:update",
        "promotion:kefu-conversation:delete",
        "promotion:kefu-message:query",
        "promotion:kefu-message:update",
        "promotion:kefu-message:send",
    ] {
        assert!(permissions.contains(&json!(key)), "{key}");
    }
    let page = &info["menus"][0]["children"][0];
    assert_eq!(page["component"], "mall/promotion/kefu/index");
    assert_eq!(page["componentName"], "KeFu");
    assert_eq!(page["children"], Value::Null);
}

#[tokio::test]
async fn two_visitors_are_two_people() {
    let server = Server::start();
    let one = server.visitor().await;
    let other = server.visitor().await;
    assert_ne!((one.id, &one.token), (other.id, &other.token));
    let again = Visitor { ..one.clone() };
    one.say("hello").await;
    assert_eq!(again.list("").await.len(), 1);
}
