//! The types of the facts at the boundaries of the property. A new field does not compile here until its
//! author names the resource that tells it, and adds a row to the table of the property if it is a new one.
//!
//! Of every act the caller, the instant and what the request says are no facts: they have no revision.

use csp_policy::boundaries::{
    AcceptInvitation, AcceptPartnership, AssociateReseller, ChangeQuantity, CreateCart, CreateCustomer,
    InviteCustomer, ReactivateSubscription, RemoveResellerRelationship, RequestPartnership,
    SetSupportContact, SubmitOrder, UpgradeSubscription,
};
use csp_policy::{
    Buyer, Cart, CartContent, Footing, Grant, HeldSeats, Identifier, Invitation, MpnId, NamedAccount,
    NamedMpnId, OrderLine, Organization, Partner, Remaining, Sale, Ties, Upgrade,
};

// `partners/{id}`; `agreement_since` by `partners/{id}/agreement`; for `organization` see below.
const _: fn(Partner) = |Partner {
                            name: _,
                            kind: _,
                            tenant: _,
                            cloud: _,
                            country: _,
                            organization: _,
                            enrollment: _,
                            standing: _,
                            onboarded: _,
                            agreement_since: _,
                        }| {};
// `organizations/{id}`.
const _: fn(Organization) = |Organization { name: _, affiliation: _ }| {};
// `customers/{id}`; the company by `organizations/{id}`; `is_partner` by an account of the company,
// `csp_tenant_of` by the account of the tenant, `identifiers` by the accounts that have them.
const _: fn(Buyer) = |Buyer {
                          name: _,
                          tenant: _,
                          cloud: _,
                          country: _,
                          organization: _,
                          is_partner: _,
                          csp_tenant_of: _,
                          identifiers: _,
                      }| {};
const _: fn(Identifier) = |Identifier { kind: _, value: _, holders: _ }| {};
// `mpnIds/{number}`.
const _: fn(NamedMpnId) = |NamedMpnId { id: _, known: _ }| {};
const _: fn(MpnId) = |MpnId { id: _, kind: _, partner: _ }| {};
// `partners/{id}`.
const _: fn(NamedAccount) = |NamedAccount { name: _, locations: _ }| {};
// `offers/{id}`; `seats_held` and `has_prerequisite` by the subscriptions that count.
const _: fn(OrderLine) = |OrderLine {
                              offer: _,
                              countries: _,
                              quantity: _,
                              seat_min: _,
                              seat_max: _,
                              customer_seat_max: _,
                              seats_held: _,
                              prerequisites: _,
                              has_prerequisite: _,
                          }| {};
// Edges by `partnerships/{id}` and `customers/{id}/resellerRelationships/{id}`; the agreement by
// `customers/{id}/agreement`. `reseller_required` is a setting.
const _: fn(Sale) = |Sale {
                         seller: _,
                         reseller: _,
                         reseller_account: _,
                         reseller_mpn_id: _,
                         reseller_required: _,
                         partnership_active: _,
                         reseller_serves: _,
                         buyer: _,
                         relationship_active: _,
                         customer_agreement_since: _,
                         lines: _,
                     }| {};
const _: fn(CartContent) = |CartContent {
                                seller: _,
                                reseller: _,
                                partnership_active: _,
                                seller_serves: _,
                                reseller_serves: _,
                                buyer: _,
                                lines: _,
                            }| {};
// `customers/{id}/carts/{id}`.
const _: fn(Cart) = |Cart { name: _, create_time: _, submitted: _ }| {};
// The subscription, and the offers before and after.
const _: fn(HeldSeats) = |HeldSeats { seats: _, additions: _, term_end: _ }| {};
const _: fn(Upgrade) = |Upgrade {
                            offer: _,
                            target: _,
                            is_listed: _,
                            term_months: _,
                            cycle_months: _,
                            currencies: _,
                            seats: _,
                            source: _,
                        }| {};
// The invitation, or the requested partnership.
const _: fn(Invitation) = |Invitation { name: _, state: _, expire_time: _ }| {};
// Edges, `customers/{id}/adminGrants/{id}`, and the standing of the account.
const _: fn(Ties) = |Ties { serves: _, partnered: _, grants: _, standing: _ }| {};
const _: fn(Grant) = |Grant { name: _, given_by_customer: _, provider: _, roles: _ }| {};
const _: fn(Footing) = |Footing {
                            of_record: _,
                            designated: _,
                            hired: _,
                            managing_grant: _,
                            hired_to_manage: _,
                            serves_customer: _,
                            partnered: _,
                        }| {};
// The subscriptions that remain; the first of them stand for all.
const _: fn(Remaining) = |Remaining { count: _, first: _ }| {};

const _: fn(SubmitOrder) = |SubmitOrder { act: _, recorded: _, sale: _, cart: _, capacity: _ }| {};
const _: fn(CreateCart) = |CreateCart { act: _, content: _ }| {};
const _: fn(ChangeQuantity) = |ChangeQuantity { act: _, caller: _, state: _, held: _, sale: _ }| {};
const _: fn(UpgradeSubscription) =
    |UpgradeSubscription { act: _, caller: _, state: _, sale: _, upgrade: _, add_ons_left: _ }| {};
const _: fn(AssociateReseller) = |AssociateReseller {
                                      act: _,
                                      caller: _,
                                      seller: _,
                                      reseller: _,
                                      reseller_account: _,
                                      reseller_mpn_id: _,
                                      partnership_active: _,
                                      reseller_serves: _,
                                      buyer: _,
                                  }| {};
// `domain_taken` by the customer that has the domain.
const _: fn(CreateCustomer) = |CreateCustomer {
                                   act: _,
                                   seller: _,
                                   reseller: _,
                                   partnership_active: _,
                                   other_edge: _,
                                   buyer: _,
                                   domain: _,
                                   domain_taken: _,
                                   registration: _,
                               }| {};
const _: fn(InviteCustomer) =
    |InviteCustomer { act: _, seller: _, reseller: _, partnership_active: _, other_edge: _, buyer: _ }| {};
const _: fn(AcceptInvitation) = |AcceptInvitation {
                                     act: _,
                                     recorded: _,
                                     caller: _,
                                     invitation: _,
                                     seller: _,
                                     reseller: _,
                                     partnership_active: _,
                                     other_edge: _,
                                     buyer: _,
                                     registration: _,
                                 }| {};
const _: fn(RequestPartnership) = |RequestPartnership { act: _, provider: _, reseller: _ }| {};
const _: fn(AcceptPartnership) = |AcceptPartnership {
                                      act: _,
                                      recorded: _,
                                      caller: _,
                                      provider: _,
                                      reseller: _,
                                      invitation: _,
                                      other_edge: _,
                                      confirmed: _,
                                  }| {};
const _: fn(SetSupportContact) =
    |SetSupportContact { act: _, caller: _, seller: _, footing: _, contact: _, contact_footing: _ }| {};
const _: fn(ReactivateSubscription) = |ReactivateSubscription {
                                           act: _,
                                           caller: _,
                                           seller: _,
                                           footing: _,
                                           customer: _,
                                           relationship_active: _,
                                           state: _,
                                       }| {};
const _: fn(RemoveResellerRelationship) =
    |RemoveResellerRelationship { act: _, caller: _, partner: _, customer: _, remaining: _, attested: _ }| {};
