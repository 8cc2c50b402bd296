//! Finding a conversation by what the staff remember of it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::{Chat, admin_of};
use crate::error::{Error, Result};
use crate::model::{FoundConversation, MemberId, MessageId, Session};
use crate::store::{
    Connection, conversations as conversation_rows, messages as message_rows, searching as rows,
};

const WORDS_LETTERS_MAX: usize = 64;
/// The newest messages that are looked through, by their ids.
const SEARCHED_MESSAGES_MAX: i64 = 200_000;
/// Messages between two looks at the clock: on a slow disk, or of long messages, many more could not be stopped in time.
const STRIDE_MESSAGES: i64 = 1_000;
/// After so long a search gives what it has found: far below what a read may take.
const SEARCH_RUN_MAX: Duration = Duration::from_secs(1);
/// A search takes a reader for its whole time, so there is one at a time; the next waits so long for its turn.
const TURN_WAIT_MAX: Duration = Duration::from_secs(3);
/// What the pages call a visitor without a name, before his number.
const VISITOR_WORDS: [&str; 2] = ["访客", "visitor"];

/// The turn to search.
pub struct Searching {
    turn: Arc<Semaphore>,
}

impl Default for Searching {
    fn default() -> Searching {
        Searching {
            turn: Arc::new(Semaphore::new(1)),
        }
    }
}

impl Chat {
    /// Conversations, hidden ones too, at most `limit`: first those whose member is called so, then those in which it was
    /// said, each with the newest message that says it. The newest first among both.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for members; [`Error::Invalid`] for no words or too many; [`Error::TooManyRequests`];
    /// [`Error::Busy`] while others search.
    pub async fn search_conversations(
        &self,
        session: Session,
        words: &str,
        limit: i64,
    ) -> Result<Vec<FoundConversation>> {
        admin_of(session)?;
        self.admit_change(session)?;
        let words = checked(words)?;
        let turn = self.searching.turn.clone().acquire_owned();
        let turn = tokio::time::timeout(TURN_WAIT_MAX, turn).await;
        let turn = turn.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
        let found = self.store.read(move |c| {
            // The turn is the search's and not the caller's: one who hangs up leaves the search running.
            let _turn = turn;
            search(c, &words, limit)
        });
        let mut found = found.await?;
        for found in &mut found {
            found.message = self
                .with_address(found.message.take().into_iter().collect())
                .pop();
        }
        Ok(found)
    }
}

fn checked(words: &str) -> Result<String> {
    let words = words.trim();
    let letters = words.chars().count();
    if (1..=WORDS_LETTERS_MAX).contains(&letters) {
        return Ok(words.to_owned());
    }
    Err(Error::invalid(
        format!("请求参数不正确:搜索内容须为 1 到 {WORDS_LETTERS_MAX} 个字符"),
        format!("text: 1 to {WORDS_LETTERS_MAX} characters to look for"),
    ))
}

fn search(connection: &Connection, words: &str, limit: i64) -> Result<Vec<FoundConversation>> {
    let deadline = Instant::now() + SEARCH_RUN_MAX;
    let named = rows::by_member(connection, words, visitor(words), limit)?;
    let mut known: HashSet<_> = named.iter().copied().collect();
    let mut found: Vec<_> = named.into_iter().map(|id| (id, None)).collect();
    let limit = usize::try_from(limit).unwrap_or(0);
    let newest = rows::newest(connection)?;
    let oldest = MessageId((newest.0 - SEARCHED_MESSAGES_MAX).max(0));
    let mut up_to = newest;
    while up_to > oldest && found.len() < limit && Instant::now() < deadline {
        let above = MessageId((up_to.0 - STRIDE_MESSAGES).max(oldest.0));
        let said = match rows::by_text(connection, words, above, up_to) {
            Ok(said) => said,
            // The reader's own time is up: what was found so far is better than nothing.
            Err(Error::Busy) => break,
            Err(error) => return Err(error),
        };
        let new = said.into_iter().filter(|(_, id)| known.insert(*id));
        found.extend(new.map(|(message, id)| (id, Some(message))));
        up_to = above;
    }
    found.truncate(limit);
    let mut shown = Vec::with_capacity(found.len());
    for (id, message) in found {
        let Some(conversation) = conversation_rows::get(connection, id)? else {
            continue;
        };
        let message = match message {
            Some(message) => message_rows::get(connection, message)?,
            None => None,
        };
        shown.push(FoundConversation {
            conversation,
            message,
        });
    }
    Ok(shown)
}

/// Whom the pages would call so.
fn visitor(words: &str) -> Option<MemberId> {
    let lower = words.to_lowercase();
    let number = VISITOR_WORDS
        .iter()
        .find_map(|word| lower.strip_prefix(word))
        .unwrap_or(&lower);
    number.trim().parse().ok().map(MemberId)
}
