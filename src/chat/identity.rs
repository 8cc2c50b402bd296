//! Who a customer is: the shop's proof makes a visitor the member he is, and his messages the member's.

mod proof;

use std::net::IpAddr;

use super::accounts::SignedIn;
use super::keys::ShopKeys;
use super::limits::address_key;
use super::sessions::{self, session_id, touched};
use super::{Chat, now};
use crate::error::{Error, Result, Text};
use crate::model::{
    ChangeKind, ConversationId, Event, IdentifyRequest, KeyKind, MemberChangeKind, MemberId, Party,
    Session, SessionId,
};
use crate::store::{
    Connection, accounts as account_rows, conversations as conversation_rows, members as rows,
    merging,
};
use proof::Proof;

/// What came of a proof.
struct Identified {
    signed_in: SignedIn,
    /// Sessions that ended with it.
    ended: Vec<SessionId>,
}

impl Chat {
    /// Signs in the member whom the shop vouches for. A visitor who proves it becomes that member, with all he wrote; the
    /// token he had is dead then. One who is a member already and shows another's proof only changes over: what is his
    /// stays his. A `token` that is not good counts as none.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the shop has no identity key; [`Error::ProofRefused`]; [`Error::Invalid`] names a claim;
    /// [`Error::TooManyRequests`] when too many come from one address.
    pub async fn identify(
        &self,
        request: IdentifyRequest,
        token: Option<&str>,
        address: IpAddr,
    ) -> Result<SignedIn> {
        self.limiters.proofs.check(&address_key(address))?;
        let proof = self.prove(request).await?;
        let token = token.map(str::to_owned);
        let identified = self
            .store
            .write(move |c, events| identify(c, events, &proof, token.as_deref()))
            .await?;
        for session in identified.ended {
            self.forget_session(session);
        }
        Ok(identified.signed_in)
    }

    pub(super) async fn prove(&self, request: IdentifyRequest) -> Result<Proof> {
        let token = request.token.filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| {
            Error::invalid("请求参数不正确:token 不能为空", "token: must be given")
        })?;
        let keys = self
            .store
            .read(|c| ShopKeys::new(c).good(KeyKind::Identity))
            .await?;
        if keys.is_empty() {
            return Err(Error::Forbidden(Text::new(
                "店铺还没有身份密钥，请在管理页面生成，或运行 kefu-server key rotate identity",
                "the shop has no identity key; make one on the admin page or with: kefu-server key rotate identity",
            )));
        }
        let audience = self.settings.identity_audience.as_deref();
        proof::verify(&token, &keys, audience, now() / 1000)
    }
}

/// A customer who is signed in already.
struct Caller<'a> {
    token: &'a str,
    session: Session,
    id: MemberId,
    /// Nobody has vouched for him before.
    is_visitor: bool,
}

/// The writer's part: whoever asks, the member he proves to be, and what is to be moved from one to the other.
fn identify(
    connection: &Connection,
    events: &mut Vec<Event>,
    proof: &Proof,
    token: Option<&str>,
) -> Result<Identified> {
    let caller = match token {
        Some(token) => caller(connection, token)?,
        None => None,
    };
    let known = rows::by_external_id(connection, &proof.external_id)?;
    let (member, ended) = match &caller {
        Some(caller) if known == Some(caller.id) => {
            keep_profile(connection, events, caller.id, proof)?;
            return go_on(connection, caller);
        }
        Some(caller) if caller.is_visitor => {
            let ended = account_rows::delete_member_sessions(connection, caller.id)?;
            let member = transform(connection, events, caller.id, known, proof)?;
            (member, ended)
        }
        caller => {
            let ended = caller.as_ref().map(|caller| caller.session.id);
            if let Some(session) = ended {
                account_rows::delete_session(connection, session)?;
            }
            let member = match known {
                Some(member) => member,
                None => rows::add_vouched(connection, &proof.external_id, now())?,
            };
            keep_profile(connection, events, member, proof)?;
            (member, ended.into_iter().collect())
        }
    };
    let opened = sessions::open(connection, Party::Member(member))?;
    Ok(Identified {
        signed_in: opened.into(),
        ended,
    })
}

/// The customer behind a token; None when it is not good any more.
///
/// # Errors
/// [`Error::Forbidden`] for the token of an admin.
fn caller<'a>(connection: &Connection, token: &'a str) -> Result<Option<Caller<'a>>> {
    let session = match sessions::valid(connection, session_id(token)) {
        Ok(session) => session,
        Err(Error::Unauthorized) => return Ok(None),
        Err(error) => return Err(error),
    };
    let Party::Member(id) = session.party else {
        return Err(super::wrong_side());
    };
    let member = rows::get(connection, id)?;
    Ok(member.map(|member| Caller {
        token,
        session,
        id,
        is_visitor: member.external_id.is_none(),
    }))
}

/// The same page proves the same thing again: it goes on with its token, and so do its other tabs.
fn go_on(connection: &Connection, caller: &Caller<'_>) -> Result<Identified> {
    let session = touched(caller.session, now());
    account_rows::touch_session(connection, &session)?;
    let signed_in = SignedIn {
        token: caller.token.to_owned(),
        session,
    };
    Ok(Identified {
        signed_in,
        ended: Vec::new(),
    })
}

/// The visitor is the member from now on: the one the shop has told of before, or he himself.
fn transform(
    connection: &Connection,
    events: &mut Vec<Event>,
    visitor: MemberId,
    known: Option<MemberId>,
    proof: &Proof,
) -> Result<MemberId> {
    let Some(member) = known else {
        vouch_for(connection, events, visitor, proof)?;
        return Ok(visitor);
    };
    keep_profile(connection, events, member, proof)?;
    absorb(connection, events, visitor, member)?;
    Ok(member)
}

/// Nobody was this member yet: the visitor is he, and keeps all he has.
fn vouch_for(
    connection: &Connection,
    events: &mut Vec<Event>,
    visitor: MemberId,
    proof: &Proof,
) -> Result<()> {
    rows::vouch_for(connection, visitor, &proof.external_id)?;
    rows::set_profile(connection, visitor, &proof.profile)?;
    tell_rename(connection, events, visitor)
}

/// Notes what the shop says of a member now, and tells the staff when they see it.
fn keep_profile(
    connection: &Connection,
    events: &mut Vec<Event>,
    member: MemberId,
    proof: &Proof,
) -> Result<()> {
    if rows::set_profile(connection, member, &proof.profile)? {
        tell_rename(connection, events, member)?;
    }
    Ok(())
}

/// Shows the staff a member as he is called now, if they see him.
pub fn tell_rename(
    connection: &Connection,
    events: &mut Vec<Event>,
    member: MemberId,
) -> Result<()> {
    let Some(id) = conversation_rows::id_of_member(connection, member)? else {
        return Ok(());
    };
    conversation_rows::note_rename(connection, id, now())?;
    let kind = ChangeKind::Rename;
    let conversation = conversation_rows::get(connection, id)?;
    events.extend(conversation.map(|conversation| Event::Change { kind, conversation }));
    Ok(())
}

/// Everything of the visitor becomes the member's, and the visitor is no more.
fn absorb(
    connection: &Connection,
    events: &mut Vec<Event>,
    visitor: MemberId,
    member: MemberId,
) -> Result<()> {
    let theirs = conversation_rows::id_of_member(connection, visitor)?;
    let own = conversation_rows::id_of_member(connection, member)?;
    match (theirs, own) {
        (None, _) => {}
        (Some(from), None) => {
            merging::hand_over(connection, from, member, now())?;
            tell_merge(connection, events, from, from, member)?;
        }
        (Some(from), Some(to)) => {
            merging::merge(connection, from, to, member, now())?;
            tell_merge(connection, events, from, to, member)?;
        }
    }
    if merging::move_belongings(connection, visitor, member)? {
        super::visits::tell(connection, events, member, MemberChangeKind::Visit)?;
    }
    merging::delete_visitor(connection, visitor)
}

fn tell_merge(
    connection: &Connection,
    events: &mut Vec<Event>,
    from: ConversationId,
    to: ConversationId,
    member: MemberId,
) -> Result<()> {
    let conversation = conversation_rows::get(connection, to)?;
    events.extend(conversation.map(|conversation| Event::Merge { from, conversation }));
    let kind = ChangeKind::Merge;
    let own = conversation_rows::get_own(connection, member)?;
    events.extend(own.map(|conversation| Event::OwnChange { kind, conversation }));
    Ok(())
}
