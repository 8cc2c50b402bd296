//! The words of the domain, which are the wire format at the same time. No logic, and nothing else of ours is named here.

mod account;
mod catalog;
mod conversation;
mod event;
mod file;
mod id;
mod input;
mod key;
mod member;
mod message;
mod shop;
mod visit;

pub use account::{Admin, NewAdmin, Role, Session, SessionId, StaffAccount, StaffFace};
pub use catalog::{
    Browsed, FoundProduct, Imported, MemberFace, Order, OrderItem, OrderProperty, OrderRow, Page,
    Product, ShopId, ShopMember, ShopNoun, ShopOrder, ShopThing, Span,
};
pub use conversation::{Conversation, FoundConversation, OwnConversation, UnreadCount};
pub use event::{Audience, ChangeKind, Event, MemberChangeKind};
pub use file::{Finished, NewFile, PictureSize, StoredFile};
pub use id::{AdminId, ConversationId, FileId, MemberId, MessageId, Party, PartyKind};
pub use input::{
    IdentifyRequest, ListRequest, LoginRequest, OwnAccountRequest, PinRequest, RotateKeyRequest,
    SendRequest, SetupRequest, StaffRequest,
};
pub use key::{KeyKind, KeyList, KeyRow, ShopKey};
pub use member::{Member, MemberCard, MemberLevel, OwnMember, Profile};
pub use message::{Message, NewMessage, content_type};
pub use shop::{Language, ShopDetails, ShopFace, ShopSettings};
pub use visit::{MemberVisit, PageProduct, Visit};
