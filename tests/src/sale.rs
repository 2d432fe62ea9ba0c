//! Orders to place, and the lists of what was sold.

use csp_proto::subscription::v1 as subscription;
use csp_proto::subscription::v1::order_draft::Content;
use csp_service::order::Reseller;

/// The parent that stands for all customers.
const ALL_CUSTOMERS: &str = "customers/-";

/// An order of these lines, through the reseller if one is given, that attests the matching capacity.
pub fn draft(lines: Vec<subscription::OrderLine>, reseller: Option<Reseller>) -> subscription::OrderDraft {
    draft_of(Content::Lines(subscription::OrderLines { lines }), reseller)
}

/// An order that the cart becomes.
pub fn draft_of_cart(cart: &str, reseller: Option<Reseller>) -> subscription::OrderDraft {
    draft_of(Content::Cart(cart.to_owned()), reseller)
}

fn draft_of(content: Content, reseller: Option<Reseller>) -> subscription::OrderDraft {
    let capacity = match reseller {
        Some(_) => subscription::Capacity::Indirect,
        None => subscription::Capacity::Direct,
    };
    subscription::OrderDraft {
        content: Some(content),
        reseller_of_record: reseller.map(Into::into),
        attested_capacity: capacity.into(),
    }
}

/// The submission of an order for the customer.
pub fn submission(customer: &str, order: subscription::OrderDraft) -> subscription::SubmitOrderRequest {
    subscription::SubmitOrderRequest { parent: customer.to_owned(), order: Some(order), ..Default::default() }
}

/// The first page of the orders of all customers.
pub fn all_orders() -> subscription::ListOrdersRequest {
    subscription::ListOrdersRequest { parent: ALL_CUSTOMERS.to_owned(), ..Default::default() }
}

/// The first page of the subscriptions of all customers, in every state.
pub fn all_subscriptions() -> subscription::ListSubscriptionsRequest {
    let states = [
        subscription::SubscriptionState::Active,
        subscription::SubscriptionState::Suspended,
        subscription::SubscriptionState::Cancelled,
        subscription::SubscriptionState::Expired,
    ];
    let states = states.into_iter().map(i32::from).collect();
    subscription::ListSubscriptionsRequest {
        parent: ALL_CUSTOMERS.to_owned(),
        filter: Some(subscription::SubscriptionFilter { states, ..Default::default() }),
        ..Default::default()
    }
}
