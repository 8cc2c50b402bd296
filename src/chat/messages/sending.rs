//! Sending a message: the check of what was asked, and the writer's part.

use std::net::IpAddr;

use sha2::{Digest, Sha256};

use crate::chat::{
    Chat, address_key, avatars, cards, content, conversation_for, files, missing_conversation, now,
    sessions,
};
use crate::error::{Error, Result};
use crate::model::{
    ConversationId, Event, FileId, MemberId, Message, MessageId, NewMessage, Party, PartyKind,
    SendRequest, Session, content_type,
};
use crate::store::{
    Connection, accounts as account_rows, conversations as conversation_rows, files as file_rows,
    messages as rows,
};

const CLIENT_MESSAGE_ID_LETTERS: std::ops::RangeInclusive<usize> = 16..=64;
/// Random part of an id made here; the time stands before it (schema.sql says why).
const MADE_ID_RANDOM_LETTERS: usize = 20;

/// The answer to a send.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub id: MessageId,
    /// The message had been stored by an earlier try with the same clientMessageId.
    pub replayed: bool,
}

impl Chat {
    /// Stores a message that came from `address` and, after its commit, pushes it to both sides. Safe to repeat with the same clientMessageId.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the field; [`Error::ConversationNotFound`], [`Error::MemberGone`];
    /// [`Error::ClientMessageIdReused`] when the id was used for something else; [`Error::TooManyRequests`].
    pub async fn send(
        &self,
        session: Session,
        address: IpAddr,
        request: SendRequest,
    ) -> Result<Sent> {
        if let Party::Member(member) = session.party {
            self.limiters.messages.check(&member)?;
            // A visitor costs nothing: one who floods would be many.
            let address = address_key(address);
            self.limiters.messages_of_address.check(&address)?;
            self.note_seen(session);
        }
        let named = request.conversation_id;
        if session.party.kind() == PartyKind::Admin && named.is_none() {
            return Err(missing_conversation());
        }
        let new = new_message(session, request)?;
        // Asked for only where a file may be named, or the sender has a picture here: it is behind a lock.
        let names_file =
            content::may_carry_files(new.content_type) || session.party.kind() == PartyKind::Admin;
        let public_url = names_file.then(|| self.public_url()).flatten();
        self.store
            .write_sized(new.content.len(), move |c, events| {
                store(c, events, session, named, &new, public_url.as_deref())
            })
            .await
    }
}

fn new_message(session: Session, request: SendRequest) -> Result<NewMessage> {
    let content_type = request.content_type.ok_or_else(|| {
        Error::invalid(
            "请求参数不正确:消息类型不能为空",
            "contentType: must be given",
        )
    })?;
    let sent = request
        .content
        .filter(|content| !content.is_empty())
        .ok_or_else(|| Error::invalid("请求参数不正确:消息不能为空", "content: must be given"))?;
    let client_message_id = match request.client_message_id {
        Some(id) => check_client_message_id(id)?,
        // The original's clients know nothing of it: each of their requests is a message of its own.
        None => format!(
            "{:012x}{}",
            now(),
            sessions::random_text(MADE_ID_RANDOM_LETTERS)
        ),
    };
    let mut hash = Sha256::new();
    hash.update(content_type.to_le_bytes());
    hash.update(sent.as_bytes());
    Ok(NewMessage {
        content: content::checked(session.party.kind(), content_type, &sent)?,
        content_type,
        client_message_id,
        sent_sha256: hash.finalize().into(),
        create_time: now(),
    })
}

fn check_client_message_id(id: String) -> Result<String> {
    let plain = id
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain && CLIENT_MESSAGE_ID_LETTERS.contains(&id.len()) {
        return Ok(id);
    }
    Err(Error::invalid(
        "请求参数不正确:clientMessageId 须为 16 到 64 位字母、数字、_ 或 -",
        "clientMessageId: 16 to 64 letters, digits, _ or -",
    ))
}

/// The writer's part of a send: everything that must agree, in one transaction.
fn store(
    connection: &Connection,
    events: &mut Vec<Event>,
    session: Session,
    named: Option<i64>,
    new: &NewMessage,
    public_url: Option<&str>,
) -> Result<Sent> {
    let sender = session.party;
    // The transaction is the truth about the session; what the cache said was good enough to read the body.
    let (member, named, customer) = match sender {
        Party::Member(member) => {
            let customer =
                account_rows::customer_of_session(connection, session.id, new.create_time)?;
            (member, None, customer.ok_or(Error::Unauthorized)?)
        }
        Party::Admin(_) => {
            sessions::valid(connection, session.id)?;
            let (conversation, member) = conversation_for(connection, session, named)?;
            let customer = account_rows::customer(connection, member)?;
            (
                member,
                Some(conversation),
                customer.ok_or(Error::MemberGone)?,
            )
        }
    };
    // Sends may overtake each other in the queue, and clocks are set back: the original's cursor is a time, so that in a
    // conversation it never goes back.
    let create_time = new
        .create_time
        .max(customer.last_message_time.unwrap_or(i64::MIN));
    let conversation = match named.or(customer.conversation) {
        Some(conversation) => conversation,
        None => conversation_rows::create(connection, member, create_time)?,
    };
    let (receiver, sender_nickname, sender_avatar) = match sender {
        Party::Member(_) => (None, customer.nickname, customer.avatar),
        Party::Admin(admin) => {
            let admin = account_rows::get_admin(connection, admin)?;
            let admin = admin.ok_or(Error::Unauthorized)?;
            (
                Some(Party::Member(member)),
                Some(admin.nickname),
                admin.avatar,
            )
        }
    };
    let (settled, files) = match settle(connection, sender, member, new) {
        Ok(settled) => settled,
        // What was known at the first try may be forgotten by now: the retry is answered like the first one.
        Err(error) => {
            return replayed(connection, conversation, sender, new).map_err(|_| error);
        }
    };
    let new = settled.as_ref().unwrap_or(new);
    let appended = rows::append(connection, conversation, sender, receiver, new, create_time)?;
    let Some(id) = appended else {
        return replayed(connection, conversation, sender, new);
    };
    let mut message = Message {
        id,
        conversation_id: conversation,
        sender_id: sender.number(),
        sender_avatar,
        sender_nickname,
        sender_type: sender.kind(),
        receiver_id: receiver.map(Party::number),
        receiver_type: receiver.map(Party::kind),
        content_type: new.content_type,
        content: new.content.clone(),
        read_status: None,
        create_time,
        client_message_id: new.client_message_id.clone(),
    };
    for file in files {
        file_rows::tie(connection, file, id)?;
    }
    conversation_rows::note_message(connection, &message)?;
    if let Some(public_url) = public_url {
        content::absolute(message.content_type, &mut message.content, public_url);
        avatars::absolute(&mut message.sender_avatar, Some(public_url));
    }
    events.push(Event::Message { message, member });
    Ok(Sent {
        id,
        replayed: false,
    })
}

/// What the database knows better than the sender about what is in a message, where it knows something; and the files
/// that the message carries.
fn settle(
    connection: &Connection,
    sender: Party,
    member: MemberId,
    new: &NewMessage,
) -> Result<(Option<NewMessage>, Vec<FileId>)> {
    let (content, found) = match new.content_type {
        kind if content::may_carry_files(kind) => {
            let (content, found) = files::settle(connection, sender, new)?;
            (Some(content), found)
        }
        content_type::PRODUCT => (
            cards::settle_product(connection, sender, &new.content)?,
            Vec::new(),
        ),
        content_type::ORDER => (
            cards::settle_order(connection, sender, member, &new.content)?,
            Vec::new(),
        ),
        _ => (None, Vec::new()),
    };
    let settled = content.map(|content| NewMessage {
        content,
        ..new.clone()
    });
    Ok((settled, found))
}

/// The answer to a try that came again: the first one's, if it said the same.
fn replayed(
    connection: &Connection,
    conversation: ConversationId,
    sender: Party,
    new: &NewMessage,
) -> Result<Sent> {
    let stored = rows::find_sent(connection, conversation, sender, &new.client_message_id)?;
    match stored {
        Some(stored) if stored.sent_sha256 == new.sent_sha256 => Ok(Sent {
            id: stored.id,
            replayed: true,
        }),
        _ => Err(Error::ClientMessageIdReused),
    }
}
