//! The refusal codes: why an act is refused, in machine-readable form.

use std::fmt;

/// The kind of a refusal, which decides the gRPC status of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The state of the programme does not allow the act (FAILED_PRECONDITION).
    Precondition,
    /// A value that must be unique is taken (ALREADY_EXISTS).
    AlreadyExists,
    /// The caller lacks the role that the act needs, inside its party or in the chain (PERMISSION_DENIED).
    PermissionDenied,
    /// A value of the request is forbidden or missing; the finding names its field (INVALID_ARGUMENT).
    InvalidArgument,
}

/// Defines [`Reason`] with its tables. An entry gives the variant, its code and its class.
macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $code:literal is $class:ident,)*) => {
        /// Why an act is refused. The code is stable: clients branch on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Reason {
            $($(#[$doc])* $reason,)*
        }

        impl Reason {
            /// Every reason, in the order of the rule book.
            pub const ALL: &'static [Reason] = &[$(Reason::$reason,)*];

            /// The code, for example `PARTNERSHIP_NOT_ACTIVE`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Reason::$reason => $code,)*
                }
            }

            /// The kind of the refusal. Most refusals are about the state of the programme; the exceptions
            /// are taken values, roles of the caller, and values of the request.
            pub const fn class(self) -> Class {
                match self {
                    $(Reason::$reason => Class::$class,)*
                }
            }
        }
    };
}

/// Why an accepted act gets a notice. The code is stable: clients branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdvisoryReason {
    /// A provider's sale names no reseller.
    NoResellerNamed,
    /// The reseller of record does not serve the customer.
    ResellerDoesNotServeCustomer,
}

impl AdvisoryReason {
    /// Every reason.
    pub const ALL: &'static [AdvisoryReason] =
        &[AdvisoryReason::NoResellerNamed, AdvisoryReason::ResellerDoesNotServeCustomer];

    /// The code, for example `NO_RESELLER_NAMED`.
    pub const fn as_str(self) -> &'static str {
        match self {
            AdvisoryReason::NoResellerNamed => "NO_RESELLER_NAMED",
            AdvisoryReason::ResellerDoesNotServeCustomer => "RESELLER_DOES_NOT_SERVE_CUSTOMER",
        }
    }
}

reasons! {
    /// A newcomer asked for another kind of account than indirect reseller.
    NewPartnerMustEnrollAsReseller = "NEW_PARTNER_MUST_ENROLL_AS_RESELLER" is Precondition,
    /// A direct-bill applicant lacks the ability to integrate or the ongoing services.
    DirectBillRequirementsUnmet = "DIRECT_BILL_REQUIREMENTS_UNMET" is Precondition,
    /// The primary contact's address belongs to a free web-mail provider.
    ContactEmailIsWebmail = "CONTACT_EMAIL_IS_WEBMAIL" is InvalidArgument,
    /// The primary contact has not proved ownership of the e-mail address, or the presented token is not
    /// valid.
    ContactEmailUnverified = "CONTACT_EMAIL_UNVERIFIED" is Precondition,
    /// The MPN ID is in another country than the CSP tenant, or outside the company's active profile.
    MpnCountryDiffersFromTenant = "MPN_COUNTRY_DIFFERS_FROM_TENANT" is Precondition,
    /// The CSP tenant belongs to another partner account.
    TenantAlreadyEnrolled = "TENANT_ALREADY_ENROLLED" is AlreadyExists,
    /// The location MPN ID is associated with another CSP tenant.
    MpnAlreadyAssociated = "MPN_ALREADY_ASSOCIATED" is AlreadyExists,
    /// A partner of the chain has no authorized enrolment.
    PartnerNotEnrolled = "PARTNER_NOT_ENROLLED" is Precondition,
    /// The caller may not grant or take the role global admin.
    RoleNotGrantable = "ROLE_NOT_GRANTABLE" is PermissionDenied,
    /// The user is the last global admin of the account.
    LastGlobalAdmin = "LAST_GLOBAL_ADMIN" is Precondition,
    /// A caller other than an operator tried to change a directory listing.
    ListingChangedByOperatorOnly = "LISTING_CHANGED_BY_OPERATOR_ONLY" is PermissionDenied,
    /// A partner of the chain is restricted to its existing business.
    PartnerRestricted = "PARTNER_RESTRICTED" is Precondition,
    /// A partner of the chain is suspended.
    PartnerSuspended = "PARTNER_SUSPENDED" is Precondition,
    /// A partner of the chain was removed from the programme.
    PartnerDeauthorized = "PARTNER_DEAUTHORIZED" is Precondition,
    /// The country demands a registration id, with the caller's statement that the id is not a personal id.
    RegistrationIdRequired = "REGISTRATION_ID_REQUIRED" is InvalidArgument,
    /// No signed partner agreement covers a partner in its region.
    PartnerAgreementUnsigned = "PARTNER_AGREEMENT_UNSIGNED" is Precondition,
    /// The reseller's partner-network membership is not in the registry.
    ResellerNotOnboarded = "RESELLER_NOT_ONBOARDED" is Precondition,
    /// The signer is not a global admin of the tenant that signs.
    SignerNotGlobalAdmin = "SIGNER_NOT_GLOBAL_ADMIN" is PermissionDenied,
    /// The enrolment is not authorized yet, so the agreement cannot be signed.
    EnrollmentNotAuthorized = "ENROLLMENT_NOT_AUTHORIZED" is Precondition,
    /// No MPN ID is associated yet, so the agreement cannot be signed.
    MpnNotAssociated = "MPN_NOT_ASSOCIATED" is Precondition,
    /// Provider and reseller lie in different CSP regions.
    PartnersInDifferentRegions = "PARTNERS_IN_DIFFERENT_REGIONS" is Precondition,
    /// The customer's tenant lies outside a seller's CSP region.
    CustomerOutOfRegion = "CUSTOMER_OUT_OF_REGION" is Precondition,
    /// The country belongs to no CSP region on that day.
    CountryHasNoCspRegion = "COUNTRY_HAS_NO_CSP_REGION" is Precondition,
    /// The parties' tenants live in different clouds.
    CloudsDiffer = "CLOUDS_DIFFER" is Precondition,
    /// The cloud has no provider–reseller model.
    ChainNotInCloud = "CHAIN_NOT_IN_CLOUD" is Precondition,
    /// No active partnership connects the provider with the reseller.
    PartnershipNotActive = "PARTNERSHIP_NOT_ACTIVE" is Precondition,
    /// The partner is not the indirect provider that the act needs.
    NotAProvider = "NOT_A_PROVIDER" is Precondition,
    /// The partner is not enrolled as indirect reseller.
    NotAReseller = "NOT_A_RESELLER" is Precondition,
    /// The invitation has expired.
    InvitationExpired = "INVITATION_EXPIRED" is Precondition,
    /// The invitation was already answered, or withdrawn.
    InvitationUsed = "INVITATION_USED" is Precondition,
    /// The caller who answers the partnership request is not a global admin of the reseller.
    AccepterNotGlobalAdmin = "ACCEPTER_NOT_GLOBAL_ADMIN" is PermissionDenied,
    /// The explicit confirmation that the act needs is missing.
    ConfirmationMissing = "CONFIRMATION_MISSING" is InvalidArgument,
    /// The provider does not hold administrator access to the reseller's account.
    ProviderAdminAccessMissing = "PROVIDER_ADMIN_ACCESS_MISSING" is Precondition,
    /// A statement that the caller must make is missing.
    AttestationMissing = "ATTESTATION_MISSING" is InvalidArgument,
    /// The tenant already has the other type of relationship with this provider.
    RelationshipTypeConflict = "RELATIONSHIP_TYPE_CONFLICT" is Precondition,
    /// The domain belongs to another customer in the registry.
    DomainTaken = "DOMAIN_TAKEN" is AlreadyExists,
    /// The customer is registered without a word about the company that it belongs to.
    OrganizationUndeclared = "ORGANIZATION_UNDECLARED" is InvalidArgument,
    /// A domain or the registration id of the customer belongs to another company than the declared one.
    OrganizationContradicted = "ORGANIZATION_CONTRADICTED" is Precondition,
    /// A reseller tried to create a customer tenant.
    ResellerCannotCreateTenant = "RESELLER_CANNOT_CREATE_TENANT" is PermissionDenied,
    /// The setup information was shown before and is stored nowhere.
    SetupInfoAlreadyShown = "SETUP_INFO_ALREADY_SHOWN" is Precondition,
    /// The partner has no reseller relationship with the customer.
    ResellerRelationshipMissing = "RESELLER_RELATIONSHIP_MISSING" is Precondition,
    /// Active subscriptions depend on the relationship.
    ActiveSubscriptionsRemain = "ACTIVE_SUBSCRIPTIONS_REMAIN" is Precondition,
    /// The customer's agreement is not confirmed.
    CustomerAgreementMissing = "CUSTOMER_AGREEMENT_MISSING" is Precondition,
    /// A reseller tried to attest the customer's agreement.
    ResellerCannotAttest = "RESELLER_CANNOT_ATTEST" is PermissionDenied,
    /// The attested date of the customer's agreement is in the future.
    AgreementDateInFuture = "AGREEMENT_DATE_IN_FUTURE" is InvalidArgument,
    /// The sellers do not form one of the programme's two chains.
    ChainNotSupported = "CHAIN_NOT_SUPPORTED" is Precondition,
    /// A reseller tried to buy, or to change a purchase.
    ResellerCannotOrder = "RESELLER_CANNOT_ORDER" is PermissionDenied,
    /// The buying tenant is a partner's CSP tenant.
    TenantIsCspTenant = "TENANT_IS_CSP_TENANT" is Precondition,
    /// A partner of the chain would sell to its own company.
    SelfSale = "SELF_SALE" is Precondition,
    /// A partner of the chain would sell to an affiliate.
    AffiliateSale = "AFFILIATE_SALE" is Precondition,
    /// The cart is older than 7 days.
    CartExpired = "CART_EXPIRED" is Precondition,
    /// The cart was submitted before.
    CartAlreadySubmitted = "CART_ALREADY_SUBMITTED" is Precondition,
    /// The registry does not know the MPN ID, or no account holds it.
    MpnIdUnknown = "MPN_ID_UNKNOWN" is Precondition,
    /// The MPN ID belongs to a headquarters, which never transacts.
    MpnIdNotALocation = "MPN_ID_NOT_A_LOCATION" is Precondition,
    /// The MPN ID does not belong to the reseller of this sale.
    MpnIdNotAReseller = "MPN_ID_NOT_A_RESELLER" is Precondition,
    /// The partner cannot be the support contact of this subscription.
    SupportContactNotEligible = "SUPPORT_CONTACT_NOT_ELIGIBLE" is Precondition,
    /// The offer is not sold in a country of the sale.
    OfferNotInCountry = "OFFER_NOT_IN_COUNTRY" is Precondition,
    /// The quantity lies outside the offer's seat range.
    QuantityOutOfRange = "QUANTITY_OUT_OF_RANGE" is Precondition,
    /// The customer would hold more seats than the offer allows one customer.
    OfferLimitReached = "OFFER_LIMIT_REACHED" is Precondition,
    /// The add-on has no active base subscription.
    PrerequisiteMissing = "PREREQUISITE_MISSING" is Precondition,
    /// The 7-day window for cancelling is closed.
    CancellationWindowClosed = "CANCELLATION_WINDOW_CLOSED" is Precondition,
    /// The 7-day window for removing these seats is closed.
    SeatReductionWindowClosed = "SEAT_REDUCTION_WINDOW_CLOSED" is Precondition,
    /// Add-ons of the same seller would be left without an active base.
    AddOnsRemain = "ADD_ONS_REMAIN" is Precondition,
    /// The upgrade would shorten the term.
    TermCannotShorten = "TERM_CANNOT_SHORTEN" is Precondition,
    /// The billing cycle would exceed the term.
    BillingCycleExceedsTerm = "BILLING_CYCLE_EXCEEDS_TERM" is Precondition,
    /// The subscription cannot be upgraded to the target.
    UpgradeTargetNotEligible = "UPGRADE_TARGET_NOT_ELIGIBLE" is Precondition,
    /// The subscription's state does not allow the act.
    SubscriptionNotActive = "SUBSCRIPTION_NOT_ACTIVE" is Precondition,
    /// The caller is neither the seller nor a designated reseller.
    ResellerNotDesignated = "RESELLER_NOT_DESIGNATED" is PermissionDenied,
    /// The account that names the reseller of record has no location MPN ID, or several.
    MpnIdAmbiguous = "MPN_ID_AMBIGUOUS" is Precondition,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
