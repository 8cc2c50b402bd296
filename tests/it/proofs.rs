//! The proofs by which the shop says who a customer is: which are believed, and what each other one is refused for.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use crate::harness::{Server, Shop, base64, in_seconds};

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// Good claims, but for what is changed; null stays null.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({ "sub": "42", "exp": in_seconds(300) });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

#[track_caller]
fn without(mut claims: Value, name: &str) -> Value {
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

async fn refuses(shop: &Shop, cases: &[(&str, String)]) {
    for (what, token) in cases {
        let reply = shop.showing(token).await;
        assert_eq!(reply.status, 401, "{what}: {}", reply.text());
        let why = reply.refused(401, 401);
        assert!(why.starts_with("身份令牌无效"), "{what}: {why}");
    }
}

#[tokio::test]
async fn a_token_that_is_no_jwt_of_ours_is_refused() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let good = shop.proof("42");
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let (header, body) = message.split_once('.').expect("three parts");
    let claims = claims(&json!({})).to_string();
    let by = |algorithm, header: &str| shop.sign_by(algorithm, header, &claims);
    let cases = [
        ("nonsense", "nonsense".to_owned()),
        ("two dots", "..".to_owned()),
        ("four parts", format!("{good}.{signature}")),
        ("no signature", message.to_owned()),
        ("empty signature", format!("{message}.")),
        ("a padded signature", format!("{good}=")),
        (
            "another signature",
            format!("{message}.{}", base64("another")),
        ),
        (
            "changed claims",
            format!(
                "{header}.{}.{signature}",
                base64(&claims.replace("42", "43"))
            ),
        ),
        (
            "alg none",
            format!("{}.{body}.", base64(r#"{"alg":"none"}"#)),
        ),
        (
            "alg None",
            format!("{}.{body}.", base64(r#"{"alg":"None"}"#)),
        ),
        ("alg none, signed", shop.sign(r#"{"alg":"none"}"#, &claims)),
        (
            "alg in small letters",
            shop.sign(r#"{"alg":"hs256"}"#, &claims),
        ),
        ("no alg", shop.sign(r#"{"typ":"JWT"}"#, &claims)),
        ("a list of algs", shop.sign(r#"{"alg":["HS256"]}"#, &claims)),
        (
            "alg twice",
            shop.sign(r#"{"alg":"HS256","alg":"HS256"}"#, &claims),
        ),
        (
            "alg none and HS256",
            shop.sign(r#"{"alg":"none","alg":"HS256"}"#, &claims),
        ),
        ("HS384", by(Algorithm::HS384, r#"{"alg":"HS384"}"#)),
        ("HS512", by(Algorithm::HS512, r#"{"alg":"HS512"}"#)),
        (
            "RS256 by our HMAC",
            shop.sign(r#"{"alg":"RS256"}"#, &claims),
        ),
        (
            "ES256 by our HMAC",
            shop.sign(r#"{"alg":"ES256"}"#, &claims),
        ),
        (
            "EdDSA by our HMAC",
            shop.sign(r#"{"alg":"EdDSA"}"#, &claims),
        ),
        ("HS512 that says HS256", by(Algorithm::HS512, HEADER)),
        (
            "jku",
            shop.sign(r#"{"alg":"HS256","jku":"https://evil.example/"}"#, &claims),
        ),
        (
            "jwk",
            shop.sign(r#"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"}}"#, &claims),
        ),
        (
            "an odd jwk",
            shop.sign(r#"{"alg":"HS256","jwk":1}"#, &claims),
        ),
        (
            "x5u",
            shop.sign(r#"{"alg":"HS256","x5u":"https://evil.example/"}"#, &claims),
        ),
        (
            "x5c",
            shop.sign(r#"{"alg":"HS256","x5c":["AAAA"]}"#, &claims),
        ),
        (
            "crit",
            shop.sign(r#"{"alg":"HS256","crit":["exp"]}"#, &claims),
        ),
        ("zip", shop.sign(r#"{"alg":"HS256","zip":"DEF"}"#, &claims)),
        (
            "a header that is a list",
            shop.sign(r#"["HS256"]"#, &claims),
        ),
        ("a header that is no JSON", shop.sign("HS256", &claims)),
        ("claims that are no JSON", shop.sign(HEADER, "sub=42")),
        ("claims that are a list", shop.sign(HEADER, r#"["42",1]"#)),
        ("empty claims", shop.sign(HEADER, "")),
        (
            "more than 8 KB",
            shop.prove(&json!({ "sub": "42", "exp": in_seconds(60), "more": "x".repeat(9_000) })),
        ),
    ];
    refuses(&shop, &cases).await;
    assert_eq!(server.count("member"), 0);
    shop.showing(&good).await.data();
}

#[tokio::test]
async fn a_proof_with_a_bad_claim_is_refused() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let with = |changes: &Value| shop.prove(&claims(changes));
    let raw = |claims: &str| shop.sign(HEADER, claims);
    let exp = in_seconds(300);
    let cases = [
        ("no exp", shop.prove(&without(claims(&json!({})), "exp"))),
        ("exp null", with(&json!({ "exp": null }))),
        ("exp as text", with(&json!({ "exp": exp.to_string() }))),
        ("exp true", with(&json!({ "exp": true }))),
        ("exp in a list", with(&json!({ "exp": [exp] }))),
        ("exp negative", with(&json!({ "exp": -1 }))),
        ("exp negative float", with(&json!({ "exp": -1.5 }))),
        ("exp 1e300", with(&json!({ "exp": 1e300 }))),
        ("exp 1e400", raw(r#"{"sub":"42","exp":1e400}"#)),
        (
            "exp beyond 64 bits",
            raw(r#"{"sub":"42","exp":99999999999999999999}"#),
        ),
        ("exp over", with(&json!({ "exp": in_seconds(-120) }))),
        ("exp too far", with(&json!({ "exp": in_seconds(3600) }))),
        ("exp in milliseconds", with(&json!({ "exp": exp * 1000 }))),
        ("nbf later", with(&json!({ "nbf": in_seconds(120) }))),
        ("nbf as text", with(&json!({ "nbf": "0" }))),
        ("nbf negative", with(&json!({ "nbf": -1 }))),
        ("nbf 1e300", with(&json!({ "nbf": 1e300 }))),
        ("iat later", with(&json!({ "iat": in_seconds(120) }))),
        ("iat as text", with(&json!({ "iat": "0" }))),
        ("iat null", with(&json!({ "iat": null }))),
        ("iat negative", with(&json!({ "iat": -1 }))),
        ("iat 1e300", with(&json!({ "iat": 1e300 }))),
        ("no sub", shop.prove(&without(claims(&json!({})), "sub"))),
        ("sub null", with(&json!({ "sub": null }))),
        ("sub empty", with(&json!({ "sub": "" }))),
        ("sub a number", with(&json!({ "sub": 42 }))),
        ("sub an object", with(&json!({ "sub": { "id": "42" } }))),
        ("sub too long", with(&json!({ "sub": "x".repeat(129) }))),
        ("sub with a line feed", with(&json!({ "sub": "4\n2" }))),
        ("sub with a null", with(&json!({ "sub": "42\u{0}" }))),
        (
            "sub twice",
            raw(&format!(r#"{{"sub":"42","sub":"43","exp":{exp}}}"#)),
        ),
        (
            "exp twice",
            raw(&format!(r#"{{"sub":"42","exp":{exp},"exp":{exp}}}"#)),
        ),
        (
            "a name twice",
            raw(&format!(
                r#"{{"sub":"42","exp":{exp},"name":"a","name":"b"}}"#
            )),
        ),
    ];
    refuses(&shop, &cases).await;
    assert_eq!(server.count("member"), 0);
}

#[tokio::test]
async fn what_is_odd_but_harmless_is_taken() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let good = claims(&json!({})).to_string();
    for token in [
        shop.sign(r#"{"alg":"HS256","kid":"unknown","typ":"anything"}"#, &good),
        shop.sign(r#"{"alg":"HS256"}"#, &good),
        shop.prove(&claims(
            &json!({ "aud": "somebody else", "iss": "shop", "jti": "1" }),
        )),
        shop.prove(&claims(
            &json!({ "exp": in_seconds(-30), "iat": in_seconds(30), "nbf": in_seconds(30) }),
        )),
        shop.prove(&claims(&json!({ "exp": in_seconds(600) }))),
        shop.prove(&json!({ "sub": "42", "exp": 0.5 + in_seconds(60) as f64 })),
        shop.prove(&claims(
            &json!({ "name": null, "avatar": "", "email": null, "phone": " ", "level": null }),
        )),
    ] {
        shop.showing(&token).await.data();
        shop.showing(&token).await.data();
    }
    let longest = "长".repeat(128);
    let member = shop.member(&longest).await;
    assert_eq!(member.profile().await["externalId"], longest);
}

#[tokio::test]
async fn a_claim_about_the_member_that_does_not_fit_is_named() {
    let server = Server::start();
    let shop = Shop::open(&server);
    for (claim, value) in [
        ("name", json!("x".repeat(65))),
        ("name", json!("a\nb")),
        ("name", json!(1)),
        ("avatar", json!("javascript:alert(1)")),
        ("avatar", json!("/f/abc")),
        ("avatar", json!("//evil.example/a.png")),
        ("avatar", json!("data:image/png;base64,AAAA")),
        (
            "avatar",
            json!(format!("https://shop.example/{}", "x".repeat(1_024))),
        ),
        ("email", json!("nobody")),
        ("email", json!(format!("{}@shop.example", "x".repeat(254)))),
        ("phone", json!("1".repeat(33))),
        ("phone", json!(13_800_000_000_i64)),
        ("level", json!("x".repeat(65))),
        ("level", json!({ "name": "gold" })),
    ] {
        let reply = shop
            .showing(&shop.prove(&claims(&json!({ claim: value }))))
            .await;
        let why = reply.refused(400, 400);
        assert!(why.contains(claim), "{claim}: {why}");
    }
    assert_eq!(server.count("member"), 0);
}

#[tokio::test]
async fn the_body_must_have_a_token() {
    let server = Server::start();
    let shop = Shop::open(&server);
    let ask = |body: Value| server.ask("POST /app-api/member/auth/identify").json(&body);
    for body in [
        json!({}),
        json!({ "token": null }),
        json!({ "token": "" }),
        json!({ "token": 1 }),
    ] {
        let why = ask(body).await.refused(400, 400);
        assert!(why.contains("token"), "{why}");
    }
    let long =
        shop.prove(&json!({ "sub": "42", "exp": in_seconds(60), "more": "x".repeat(1 << 20) }));
    shop.showing(&long).await.refused(413, 413);
}

#[tokio::test]
async fn the_newest_keys_are_good_and_an_older_one_is_not() {
    let mut server = Server::start();
    let keys = [0; 3].map(|_| Shop::open(&server));
    for shop in &keys {
        shop.member("42").await;
    }
    server
        .edit(|file| {
            let older = "UPDATE shop_key SET create_time = create_time - 24 * 60 * 60 * 1000";
            file.execute(older, []).expect("an older time");
        })
        .await;
    for shop in &keys[1..] {
        shop.member("42").await;
    }
    refuses(&keys[0], &[("the oldest key", keys[0].proof("42"))]).await;
    // Another shop's key, and the API key, sign nothing here.
    let other = Shop {
        door: server.door.clone(),
        key: "k".repeat(43),
    };
    refuses(&other, &[("another shop's key", other.proof("42"))]).await;
    let empty = Shop {
        door: server.door.clone(),
        key: String::new(),
    };
    refuses(&empty, &[("an empty key", empty.proof("42"))]).await;
}

#[tokio::test]
async fn an_audience_is_asked_for_when_the_shop_wants_one() {
    let server = Server::start_with(&["--identity-audience", "kefu"]);
    let shop = Shop::open(&server);
    let with = |changes: &Value| shop.prove(&claims(changes));
    let cases = [
        ("no aud", shop.proof("42")),
        ("another aud", with(&json!({ "aud": "other" }))),
        ("other auds", with(&json!({ "aud": ["other", "kefu2"] }))),
        ("an empty list", with(&json!({ "aud": [] }))),
        ("a number", with(&json!({ "aud": 1 }))),
        ("null", with(&json!({ "aud": null }))),
    ];
    refuses(&shop, &cases).await;
    for aud in [json!("kefu"), json!(["other", "kefu"])] {
        shop.showing(&with(&json!({ "aud": aud }))).await.data();
    }
}
