//! Sending, listing and reading messages.

mod sending;

use std::net::IpAddr;

use super::{Chat, avatars, content, conversation_for, missing_conversation, now};
use crate::error::{Error, Result};
use crate::model::{
    ChangeKind, ConversationId, Event, ListRequest, Message, MessageId, PartyKind, Session, Span,
};
use crate::store::messages::Cursor;
use crate::store::{Connection, conversations as conversation_rows, messages as rows};

/// A page that is extended by the rest of a second ends here all the same.
const EXTENDED_PAGE_MAX: i64 = 500;

impl Chat {
    /// A page of one conversation, newest first. A member's own one whatever he names; an unknown one is empty.
    ///
    /// # Errors
    /// [`Error::Invalid`] when an admin names no conversation.
    pub async fn list_messages(
        &self,
        session: Session,
        request: ListRequest,
    ) -> Result<Vec<Message>> {
        let named = readable(session, request.conversation_id)?;
        let listed = self
            .store
            .read(move |c| match conversation_for(c, session, named) {
                Ok((conversation, _)) => list(c, conversation, &request),
                Err(Error::ConversationNotFound) => Ok(Vec::new()),
                Err(error) => Err(error),
            });
        Ok(self.with_address(listed.await?))
    }

    /// A numbered page and the count of all, for clients up to 2.3; an admin who names no conversation sees all.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn page_messages(
        &self,
        session: Session,
        named: Option<i64>,
        span: Span,
    ) -> Result<(i64, Vec<Message>)> {
        let (total, list) = self
            .store
            .read(move |c| {
                if named.is_none() && session.party.kind() == PartyKind::Admin {
                    return rows::page(c, None, span.offset, span.limit);
                }
                let named = readable(session, named)?;
                match conversation_for(c, session, named) {
                    Ok((conversation, _)) => {
                        rows::page(c, Some(conversation), span.offset, span.limit)
                    }
                    Err(Error::ConversationNotFound) => Ok((0, Vec::new())),
                    Err(error) => Err(error),
                }
            })
            .await?;
        Ok((total, self.with_address(list)))
    }

    /// Messages as they go out: see [`content::absolute`] and [`avatars::absolute`].
    pub(super) fn with_address(&self, mut messages: Vec<Message>) -> Vec<Message> {
        if let Some(public_url) = self.public_url() {
            for message in &mut messages {
                content::absolute(message.content_type, &mut message.content, &public_url);
                avatars::absolute(&mut message.sender_avatar, Some(&public_url));
            }
        }
        messages
    }

    /// Marks what the other side wrote as read, up to `last_id` when it is given.
    ///
    /// # Errors
    /// [`Error::ConversationNotFound`] when it is not there or not the caller's; [`Error::TooManyRequests`].
    pub async fn mark_read(
        &self,
        session: Session,
        named: i64,
        last_id: Option<i64>,
        address: IpAddr,
    ) -> Result<()> {
        self.admit_change_at(session, address)?;
        let up_to = MessageId(last_id.unwrap_or(i64::MAX));
        // Pages say it again and again; what is read already must not wait behind the senders.
        let unread = self.store.read(move |c| {
            let (conversation, _) = conversation_for(c, session, Some(named))?;
            rows::has_unread(c, conversation, session.party.kind(), up_to)
        });
        if !unread.await? {
            return Ok(());
        }
        self.write_as(session, move |c, events| {
            let (conversation, member) = conversation_for(c, session, Some(named))?;
            let reader = session.party.kind();
            let Some(highest) = rows::mark_read(c, conversation, reader, up_to)? else {
                return Ok(());
            };
            let unread = rows::count_unread(c, conversation, reader, highest)?;
            conversation_rows::note_read(c, conversation, reader, highest, unread, now())?;
            match reader {
                PartyKind::Admin => events.push(Event::AdminRead {
                    conversation,
                    member,
                }),
                PartyKind::Member => {
                    let kind = ChangeKind::MemberRead;
                    let theirs = conversation_rows::get(c, conversation)?;
                    events.extend(theirs.map(|conversation| Event::Change { kind, conversation }));
                    let own = conversation_rows::get_own(c, member)?;
                    events.extend(own.map(|conversation| Event::OwnChange { kind, conversation }));
                }
            }
            Ok(())
        })
        .await
    }
}

/// What a list may be asked about: the name a member gives is ignored, as the original does.
fn readable(session: Session, named: Option<i64>) -> Result<Option<i64>> {
    match session.party.kind() {
        PartyKind::Member => Ok(None),
        PartyKind::Admin => named.map(Some).ok_or_else(missing_conversation),
    }
}

fn list(
    connection: &Connection,
    conversation: ConversationId,
    request: &ListRequest,
) -> Result<Vec<Message>> {
    if let Some(after) = request.after_id {
        return rows::list(
            connection,
            conversation,
            Cursor::After(MessageId(after)),
            request.limit,
        );
    }
    if let Some(before) = request.before_id {
        return rows::list(
            connection,
            conversation,
            Cursor::Before(MessageId(before)),
            request.limit,
        );
    }
    let cursor = match request.create_time {
        None => Cursor::Newest,
        Some(time) => match rows::at_second(connection, conversation, time)? {
            Some(id) => Cursor::Before(id),
            None => Cursor::Newest,
        },
    };
    let mut page = rows::list(connection, conversation, cursor, request.limit)?;
    // The original's cursor is the whole second of the last row, and points at the first message of it: what is between
    // the two would be skipped by the next page. Times may jump there (a merge, an older program), so all of it is given.
    let full = i64::try_from(page.len()).is_ok_and(|length| length >= request.limit);
    if let (true, Some(last)) = (full, page.last()) {
        page.extend(rows::rest_of_second(
            connection,
            last,
            EXTENDED_PAGE_MAX - request.limit,
        )?);
    }
    Ok(page)
}
