//! The shop's own backend: it has an identity key and proves with it who its members are.

use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Value, json};

use super::cli::kefu;
use super::http::{Ask, Door, Reply};
use super::people::Visitor;
use super::server::Server;

pub struct Shop {
    pub door: Door,
    pub key: String,
}

impl Shop {
    /// A backend with a key just made on the command line.
    pub fn open(server: &Server) -> Shop {
        let made = kefu(
            server.folder(),
            &["--db", "shop.db", "key", "rotate", "identity"],
            "",
        );
        Shop {
            door: server.door.clone(),
            key: made.out().trim().to_owned(),
        }
    }

    /// A good proof that somebody is the member `sub`.
    pub fn proof(&self, sub: &str) -> String {
        self.prove(&json!({ "sub": sub, "exp": in_seconds(300) }))
    }

    /// A good signature below any claims.
    pub fn prove(&self, claims: &Value) -> String {
        self.sign(r#"{"alg":"HS256","typ":"JWT"}"#, &claims.to_string())
    }

    /// The same for any header and claims, JSON or not.
    pub fn sign(&self, header: &str, claims: &str) -> String {
        self.sign_by(Algorithm::HS256, header, claims)
    }

    pub fn sign_by(&self, algorithm: Algorithm, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", base64(header), base64(claims));
        let key = EncodingKey::from_secret(self.key.as_bytes());
        let signature =
            crypto::sign(message.as_bytes(), &key, algorithm).expect("an HMAC of anything");
        format!("{message}.{signature}")
    }

    /// Shows a proof, without being anybody yet.
    pub fn showing(&self, proof: &str) -> Ask {
        self.door
            .ask("POST /app-api/member/auth/identify")
            .json(&json!({ "token": proof }))
    }

    /// The member `sub`, who comes without a visitor's token.
    pub async fn member(&self, sub: &str) -> Visitor {
        let answer = self.showing(&self.proof(sub)).await.data();
        Visitor::from_sign_in(&self.door, &answer)
    }
}

impl Visitor {
    /// Shows a proof with the own token beside it.
    pub async fn show(&self, proof: &str) -> Reply {
        self.ask("POST member/auth/identify")
            .json(&json!({ "token": proof }))
            .await
    }

    /// Becomes whom the proof names.
    pub async fn prove_to_be(&self, proof: &str) -> Visitor {
        Visitor::from_sign_in(&self.door, &self.show(proof).await.data())
    }

    /// What the server knows of him.
    pub async fn profile(&self) -> Value {
        self.ask("GET member/user/get").await.data()
    }
}

/// So many seconds from now, as a JWT writes times.
pub fn in_seconds(seconds: i64) -> i64 {
    super::now_ms() / 1000 + seconds
}

/// base64url without padding.
pub fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut written = String::new();
    for three in text.as_bytes().chunks(3) {
        let mut bits = 0_usize;
        for at in 0..3 {
            bits = bits << 8 | usize::from(three.get(at).copied().unwrap_or(0));
        }
        for at in 0..=three.len() {
            written.push(char::from(LETTERS[bits >> (18 - 6 * at) & 63]));
        }
    }
    written
}
