//! What is shown of a member, to himself and to the staff.

use super::{Chat, admin_of};
use crate::error::Result;
use crate::model::{Member, MemberCard, MemberId, MemberLevel, OwnMember, Party, Session};
use crate::store::members as rows;

impl Chat {
    /// The caller himself.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] for admins.
    pub async fn own_member(&self, session: Session) -> Result<Option<OwnMember>> {
        let Party::Member(id) = session.party else {
            return Err(super::wrong_side());
        };
        let member = self.store.read(move |c| rows::get(c, id)).await?;
        Ok(member.map(own))
    }

    /// A member as the staff see him; None when there is none.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] for members.
    pub async fn member(&self, session: Session, id: Option<i64>) -> Result<Option<MemberCard>> {
        admin_of(session)?;
        let Some(id) = id else {
            return Ok(None);
        };
        let member = self.store.read(move |c| rows::get(c, MemberId(id))).await?;
        Ok(member.map(card))
    }
}

fn own(member: Member) -> OwnMember {
    let profile = member.profile;
    OwnMember {
        id: member.id,
        nickname: profile.nickname,
        avatar: profile.avatar,
        mobile: profile.phone,
        email: profile.email,
        sex: None,
        point: None,
        experience: None,
        level: profile.level.map(|name| MemberLevel {
            id: None,
            name,
            level: None,
            icon: None,
        }),
        brokerage_enabled: None,
        create_time: member.create_time,
        verified: member.external_id.is_some(),
        external_id: member.external_id,
    }
}

fn card(member: Member) -> MemberCard {
    let profile = member.profile;
    MemberCard {
        id: member.id,
        mobile: profile.phone,
        status: None,
        email: profile.email,
        nickname: profile.nickname,
        avatar: profile.avatar,
        name: None,
        sex: None,
        area_id: None,
        area_name: None,
        birthday: None,
        mark: None,
        tag_ids: None,
        level_id: None,
        group_id: None,
        register_ip: None,
        login_ip: None,
        login_date: None,
        create_time: member.create_time,
        point: None,
        total_point: None,
        level_name: profile.level,
        experience: None,
        verified: member.external_id.is_some(),
        external_id: member.external_id,
    }
}
