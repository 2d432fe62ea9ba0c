//! What the cases cannot reach, and why. These lists only shrink.

const NEITHER_SELLER_NOR_DESIGNATED: &str = "for a partner that is neither its seller nor a designated reseller the subscription does not exist: NOT_FOUND";

/// Boundary, rule, why no case can show it.
pub(crate) const RULES: &[(&str, &str, &str)] = &[
    (
        "EstablishEdges",
        "PSH-01",
        "services alone call it, and CreateCustomer refuses on the same facts before: only a race comes this far",
    ),
    (
        "EstablishEdges",
        "PSH-11",
        "services alone call it, and CreateCustomer refuses on the same facts before: only a race comes this far",
    ),
    (
        "SubmitOrder",
        "AGR-04",
        "an order names its reseller by an MPN ID that is associated with its account, and so it is onboarded",
    ),
    ("ChangeQuantity", "AGR-04", "a reseller of record is onboarded, and an MPN ID is associated for ever"),
    ("ChangeQuantity", "ENR-11", "whoever sold was authorized, and an authorized account stays so"),
    ("ChangeQuantity", "RGN-04", "the parties of a sale share a cloud, and no tenant changes its cloud"),
    (
        "AssociateReseller",
        "AGR-04",
        "the MPN ID that is named is associated with the reseller, and so it is onboarded",
    ),
    ("SetSupportContact", "SUB-15", NEITHER_SELLER_NOR_DESIGNATED),
    ("SuspendSubscription", "SUB-15", NEITHER_SELLER_NOR_DESIGNATED),
    ("ReactivateSubscription", "SUB-15", NEITHER_SELLER_NOR_DESIGNATED),
    ("SetAutoRenew", "SUB-15", NEITHER_SELLER_NOR_DESIGNATED),
];

/// Path of the RPC, whether a success (otherwise a refusal) is missing, why.
pub(crate) const RPCS: &[(&str, bool, &str)] = &[(
    "/csp.customer.v1.CustomerService/CancelOperation",
    true,
    "an operation ends with its request: only one whose peer is away or whose process died is there to be called off",
)];
