//! The admins' list of conversations, and the member's own one.

use super::{Chat, admin_of, conversation_for, now};
use crate::error::{Error, Result, Text};
use crate::model::{
    ChangeKind, Conversation, Event, MessageId, OwnConversation, Party, PinRequest, Session,
    UnreadCount,
};
pub use crate::store::conversations::{ListCursor, Wanted};
use crate::store::{Connection, conversations as rows, messages as message_rows};

/// The original's list has no pages; it ends here.
const UNPAGED_LIST_MAX: i64 = 1_000;
/// Pinned ones in the first part of the list.
const PINNED_LIST_MAX: i64 = 1_000;

/// A part of the admins' list.
#[derive(Clone, Copy, Debug)]
pub struct ListPart {
    pub wanted: Wanted,
    /// None: the original's whole list.
    pub limit: Option<i64>,
    pub cursor: Option<ListCursor>,
}

impl Chat {
    /// Pinned first, then the newest. The first part has all that are pinned beside its own count of the others, so that the
    /// cursor, which is among those, leaves none out.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for members.
    pub async fn list_conversations(
        &self,
        session: Session,
        part: ListPart,
    ) -> Result<Vec<Conversation>> {
        admin_of(session)?;
        let limit = part.limit.unwrap_or(UNPAGED_LIST_MAX);
        let wanted = part.wanted;
        self.store
            .read(move |c| match (part.cursor, part.limit) {
                (Some(cursor), _) => rows::list_before(c, wanted, cursor, limit),
                (None, None) => rows::list(c, wanted, limit),
                (None, Some(_)) => {
                    let mut first = rows::list_pinned(c, wanted, PINNED_LIST_MAX)?;
                    first.extend(rows::list_before(c, wanted, ListCursor::START, limit)?);
                    Ok(first)
                }
            })
            .await
    }

    /// How much is waiting for the staff.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for members.
    pub async fn count_unread(&self, session: Session) -> Result<UnreadCount> {
        admin_of(session)?;
        self.store.read(rows::count_unread).await
    }

    /// One conversation as the staff see it, also a hidden one; None when there is none.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for members.
    pub async fn get_conversation(
        &self,
        session: Session,
        id: i64,
    ) -> Result<Option<Conversation>> {
        admin_of(session)?;
        self.store
            .read(move |c| match conversation_for(c, session, Some(id)) {
                Ok((id, _)) => rows::get(c, id),
                Err(Error::ConversationNotFound) => Ok(None),
                Err(error) => Err(error),
            })
            .await
    }

    /// The caller's own conversation; None before his first message.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for admins.
    pub async fn get_own_conversation(&self, session: Session) -> Result<Option<OwnConversation>> {
        let Party::Member(member) = session.party else {
            return Err(super::wrong_side());
        };
        self.store.read(move |c| rows::get_own(c, member)).await
    }

    /// Pins or unpins, for all admins.
    ///
    /// # Errors
    /// [`Error::Invalid`] names a missing field; [`Error::ConversationNotFound`]; [`Error::TooManyRequests`].
    pub async fn pin_conversation(&self, session: Session, request: PinRequest) -> Result<()> {
        admin_of(session)?;
        let id = request.id.ok_or_else(|| {
            Error::invalid("请求参数不正确:会话编号不能为空", "id: must be given")
        })?;
        let pinned = request.admin_pinned.ok_or_else(|| {
            Error::invalid(
                "请求参数不正确:管理端置顶不能为空",
                "adminPinned: must be given",
            )
        })?;
        let kind = if pinned {
            ChangeKind::Pin
        } else {
            ChangeKind::Unpin
        };
        self.change_conversation(session, id, kind).await
    }

    /// Hides it from all admins until either side writes again. The member notices nothing. `last_id` is the newest message
    /// the caller has seen, if he says so.
    ///
    /// # Errors
    /// [`Error::ConversationNotFound`]; [`Error::Conflict`] when the member has written after `last_id`, so that nothing is
    /// hidden which nobody has read; [`Error::TooManyRequests`].
    pub async fn delete_conversation(
        &self,
        session: Session,
        id: i64,
        last_id: Option<i64>,
    ) -> Result<()> {
        admin_of(session)?;
        self.admit_change(session)?;
        self.write_as(session, move |c, events| {
            if let Some(last_id) = last_id {
                let (conversation, _) = conversation_for(c, session, Some(id))?;
                if message_rows::member_wrote_after(c, conversation, MessageId(last_id))? {
                    return Err(Error::Conflict(Text::new(
                        "客户刚刚发来了新消息，会话未删除，请先查看",
                        "lastId: the customer has written since; nothing was deleted, read it first",
                    )));
                }
            }
            change(c, events, session, id, ChangeKind::Delete)
        })
        .await
    }

    async fn change_conversation(&self, session: Session, id: i64, kind: ChangeKind) -> Result<()> {
        self.admit_change(session)?;
        self.write_as(session, move |c, events| {
            change(c, events, session, id, kind)
        })
        .await
    }
}

fn change(
    connection: &Connection,
    events: &mut Vec<Event>,
    session: Session,
    id: i64,
    kind: ChangeKind,
) -> Result<()> {
    let (id, _) = conversation_for(connection, session, Some(id))?;
    let found = match kind {
        ChangeKind::Pin => rows::set_pinned(connection, id, true, now())?,
        ChangeKind::Unpin => rows::set_pinned(connection, id, false, now())?,
        ChangeKind::Delete => rows::set_deleted_for_admins(connection, id, now())?,
        ChangeKind::MemberRead | ChangeKind::Rename | ChangeKind::Merge => false,
    };
    if !found {
        return Err(Error::ConversationNotFound);
    }
    let conversation = rows::get(connection, id)?.ok_or(Error::ConversationNotFound)?;
    events.push(Event::Change { kind, conversation });
    Ok(())
}
