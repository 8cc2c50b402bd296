//! A customer: what the shop says of him, and what each side is shown.

use serde::Serialize;

use super::{MemberId, MemberVisit};

/// What the shop's proof says of a member. None: it says nothing about that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub nickname: Option<String>,
    pub avatar: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub level: Option<String>,
}

/// A member as he is kept.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: MemberId,
    /// The shop's own id of him; None: a visitor nobody has vouched for.
    pub external_id: Option<String>,
    pub profile: Profile,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    /// What the staff note about him.
    pub mark: Option<String>,
    /// When he was there last, to the minute.
    pub seen_time: Option<i64>,
}

/// What a member sees of himself: the original's object, null where a shop of its own keeps nothing, and ours.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnMember {
    pub id: MemberId,
    pub nickname: Option<String>,
    pub avatar: Option<String>,
    pub mobile: Option<String>,
    pub email: Option<String>,
    pub sex: Option<i64>,
    pub point: Option<i64>,
    pub experience: Option<i64>,
    pub level: Option<MemberLevel>,
    pub brokerage_enabled: Option<bool>,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    pub external_id: Option<String>,
    /// Whether the shop has vouched for him.
    pub verified: bool,
}

/// The original's level; of ours only the name is known.
#[derive(Clone, Debug, Serialize)]
pub struct MemberLevel {
    pub id: Option<i64>,
    pub name: String,
    pub level: Option<i64>,
    pub icon: Option<String>,
}

/// What the staff see of a member, in the same way.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemberCard {
    pub id: MemberId,
    pub mobile: Option<String>,
    pub status: Option<i64>,
    pub email: Option<String>,
    pub nickname: Option<String>,
    pub avatar: Option<String>,
    pub name: Option<String>,
    pub sex: Option<i64>,
    pub area_id: Option<i64>,
    pub area_name: Option<String>,
    pub birthday: Option<i64>,
    pub mark: Option<String>,
    pub tag_ids: Option<Vec<i64>>,
    pub level_id: Option<i64>,
    pub group_id: Option<i64>,
    pub register_ip: Option<String>,
    pub login_ip: Option<String>,
    /// When he was there last, UTC epoch milliseconds.
    pub login_date: Option<i64>,
    /// UTC epoch milliseconds.
    pub create_time: i64,
    pub point: Option<i64>,
    pub total_point: Option<i64>,
    pub level_name: Option<String>,
    pub experience: Option<i64>,
    pub external_id: Option<String>,
    /// Whether the shop has vouched for him.
    pub verified: bool,
    pub visit: Option<MemberVisit>,
}
