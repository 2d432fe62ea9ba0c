//! The contract's enumerations as the database holds them: their names without the prefix.

use csp_proto::subscription::v1::{BillingCycle, CartState, OfferParty, SubscriptionState, Term};

/// An enumeration of the contract that is kept as text.
pub(crate) trait Word: Sized {
    /// Its name without the prefix.
    fn word(self) -> &'static str;
    /// The value of that name; the unset one for an unknown name.
    fn of_word(word: &str) -> Self;
}

macro_rules! words {
    ($($kind:ty, $prefix:literal;)*) => {
        $(impl Word for $kind {
            fn word(self) -> &'static str {
                let name = self.as_str_name();
                name.strip_prefix($prefix).unwrap_or(name)
            }

            fn of_word(word: &str) -> Self {
                <$kind>::from_str_name(&format!("{}{word}", $prefix)).unwrap_or_default()
            }
        })*
    };
}

words! {
    OfferParty, "OFFER_PARTY_";
    Term, "TERM_";
    BillingCycle, "BILLING_CYCLE_";
    CartState, "CART_STATE_";
    SubscriptionState, "SUBSCRIPTION_STATE_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_back_as_what_was_written() {
        assert_eq!(Term::P1y.word(), "P1Y");
        assert_eq!(Term::of_word("P1Y"), Term::P1y);
        assert_eq!(BillingCycle::of_word("WEEKLY"), BillingCycle::Unspecified);
    }
}
