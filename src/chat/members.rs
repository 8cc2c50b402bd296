//! What is shown of a member, to himself and to the staff.

use serde_json::Value;

use super::fields::{Fields, Read};
use super::{Chat, admin_of, catalog, visits};
use crate::error::{Error, Result, Text};
use crate::model::{
    Member, MemberCard, MemberChangeKind, MemberId, MemberLevel, MemberVisit, OwnMember, Party,
    Session, Visit,
};
use crate::store::merging::MARK_LETTERS_MAX;
use crate::store::{Connection, members as rows, visits as visit_rows};

impl Chat {
    /// The caller himself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for admins.
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
    /// [`Error::Forbidden`] for members.
    pub async fn member(&self, session: Session, id: Option<i64>) -> Result<Option<MemberCard>> {
        admin_of(session)?;
        let Some(id) = id else {
            return Ok(None);
        };
        let id = MemberId(id);
        let found = self.store.read(move |c| {
            let Some(member) = rows::get(c, id)? else {
                return Ok(None);
            };
            let visit = visit_rows::get(c, id)?;
            let visit = visit.map(|visit| shown(c, visit)).transpose()?;
            Ok(Some((member, visit)))
        });
        Ok(found.await?.map(|(member, visit)| {
            let seen_time = self.last_seen(id, member.seen_time);
            card(
                Member {
                    seen_time,
                    ..member
                },
                visit,
            )
        }))
    }

    /// Notes what the staff say of a member; he never sees it. What is not named stays as it is, and null clears it. Whoever
    /// says what he has seen there (`was`) does not write over what somebody else has noted since.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for members; [`Error::Invalid`] names the field; [`Error::NotFound`]; [`Error::Conflict`];
    /// [`Error::TooManyRequests`].
    pub async fn update_member(&self, session: Session, row: &Value) -> Result<()> {
        admin_of(session)?;
        self.admit_change(session)?;
        let fields = Fields::of(row)?;
        let id = MemberId(fields.required_id("id")?);
        let mark = read_mark(&fields, "mark")?;
        let is_named = fields.names("mark");
        let was = fields.names("was").then(|| read_mark(&fields, "was"));
        let was = was.transpose()?;
        self.write_as(session, move |c, events| {
            let Some(member) = rows::get(c, id)? else {
                return Err(Error::NotFound(Text::new("会员不存在", "no such member")));
            };
            if was
                .as_ref()
                .is_some_and(|was| member.mark != *was && member.mark != mark)
            {
                return Err(Error::Conflict(Text::new(
                    "备注没有保存：同事刚刚改过它",
                    "the remark was not saved: a colleague has changed it meanwhile",
                )));
            }
            if is_named && rows::set_mark(c, id, mark.as_deref())? {
                visits::tell(c, events, id, MemberChangeKind::Mark)?;
            }
            Ok(())
        })
        .await
    }
}

/// Nothing but blanks is no remark.
fn read_mark(fields: &Fields<'_>, name: &str) -> Read<Option<String>> {
    let mark = fields.text(name, usize::from(MARK_LETTERS_MAX))?;
    let mark = mark.map(|mark| mark.trim().to_owned());
    Ok(mark.filter(|mark| !mark.is_empty()))
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

/// The catalog's word goes before that of the page.
fn shown(connection: &Connection, visit: Visit) -> Result<MemberVisit> {
    let card = visit.card.map(|card| catalog::shown(connection, &card));
    Ok(MemberVisit {
        page_url: visit.page_url,
        page_title: visit.page_title,
        referrer: visit.referrer,
        browser: visit.browser,
        language: visit.language,
        card: card.transpose()?,
        update_time: visit.update_time,
    })
}

fn card(member: Member, visit: Option<MemberVisit>) -> MemberCard {
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
        mark: member.mark,
        tag_ids: None,
        level_id: None,
        group_id: None,
        register_ip: None,
        login_ip: None,
        login_date: member.seen_time,
        create_time: member.create_time,
        point: None,
        total_point: None,
        level_name: profile.level,
        experience: None,
        verified: member.external_id.is_some(),
        external_id: member.external_id,
        visit,
    }
}
