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
mod seven_day_window;

pub use act::{Act, Revision};
pub use chain::Chain;
pub use country::{Country, InvalidCountry};
pub use customer::Attester;
pub use enrollment::{DirectBillCapabilities, EmailToken, MpnProfile, RegistrationId};
pub use footing::{Footing, Grant, MANAGING_ROLES, Ties};
pub use invitation::{Invitation, InvitationState};
pub use market::{countries, currencies, region_of};
pub use order::{Capacity, Cart, NamedAccount, NamedMpnId, OrderLine, SubscriptionState};
pub use party::{
    Adminship, Buyer, Caller, Cloud, Enrollment, MpnId, MpnKind, Organization, Partner, PartnerKind, Party,
    Role, Standing,
};
pub use region::Region;
pub use seven_day_window::{SeatAddition, WINDOW_HOURS, is_within_window, seats_reducible};
