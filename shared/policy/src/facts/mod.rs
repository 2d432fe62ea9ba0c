//! The facts that boundaries hold and rules judge: the parties to an act, and the subject of the act.

mod act;
mod country;
mod region;
mod market;
mod party;
mod chain;
mod enrollment;
mod footing;
mod invitation;
mod customer;
mod order;
mod sale;
mod seven_day_window;
mod upgrade;

pub use act::{Act, Revision, UNNAMED, is_unnamed};
pub use chain::Chain;
pub use country::{Country, InvalidCountry};
pub use customer::{Attester, Remaining};
pub use enrollment::{DirectBillCapabilities, EmailToken, MpnProfile, RegistrationId};
pub use footing::{Footing, Grant, Ties, grants_sleep, is_managing_role};
pub use invitation::{Invitation, InvitationState};
pub use market::{countries, currencies, region_of};
pub use order::{Capacity, Cart, CartContent, NamedAccount, NamedMpnId, OrderLine, SubscriptionState};
pub use party::{
    Adminship, Buyer, Caller, Cloud, Enrollment, Identifier, IdentifierKind, MpnId, MpnKind, Organization,
    Partner, PartnerKind, Party, Registration, Role, Standing,
};
pub use region::Region;
pub use sale::Sale;
pub use seven_day_window::{HeldSeats, SeatAddition, WINDOW_HOURS, is_within_window};
pub use upgrade::Upgrade;
