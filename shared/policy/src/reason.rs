//! The refusal codes: why an act is refused, for machines.

use std::fmt;

/// What kind of failure a refusal is; it decides the status of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The state of the programme does not allow the act (FAILED_PRECONDITION).
    Precondition,
    /// What must be unique is taken (ALREADY_EXISTS).
    AlreadyExists,
    /// The caller lacks the role that the act needs, inside its party or in the chain (PERMISSION_DENIED).
    PermissionDenied,
    /// A value of the request is forbidden or missing; the finding names its field (INVALID_ARGUMENT).
    InvalidArgument,
}

/// Why an act is refused. The code is stable: clients branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A newcomer asked for another kind of account than indirect reseller.
    NewPartnerMustEnrollAsReseller,
    /// A direct-bill applicant lacks the ability to integrate or the ongoing services.
    DirectBillRequirementsUnmet,
    /// The primary contact's address belongs to a free web-mail provider.
    ContactEmailIsWebmail,
    /// The primary contact has not proved that the address is theirs, or the proof is not good.
    ContactEmailUnverified,
    /// The MPN ID's country is not the CSP tenant's, or the ID is not of the company's active profile.
    MpnCountryDiffersFromTenant,
    /// The CSP tenant belongs to another partner account.
    TenantAlreadyEnrolled,
    /// The location MPN ID is associated with another CSP tenant.
    MpnAlreadyAssociated,
    /// A partner of the chain has no authorized enrolment.
    PartnerNotEnrolled,
    /// Somebody else than an operator tried to change a directory listing.
    ListingChangedByOperatorOnly,
    /// A partner of the chain is restricted to its existing business.
    PartnerRestricted,
    /// A partner of the chain is suspended.
    PartnerSuspended,
    /// A partner of the chain was removed from the programme.
    PartnerDeauthorized,
    /// The country demands a registration id, with the statement that it is no personal id.
    RegistrationIdRequired,
    /// No signed partner agreement covers a partner in its region.
    PartnerAgreementUnsigned,
    /// The reseller's partner-network membership is not in the registry.
    ResellerNotOnboarded,
    /// The signer is not a global admin of the tenant that signs.
    SignerNotGlobalAdmin,
    /// The enrolment is not authorized yet, so the agreement cannot be signed.
    EnrollmentNotAuthorized,
    /// No MPN ID is associated yet, so the agreement cannot be signed.
    MpnNotAssociated,
    /// Provider and reseller lie in different CSP regions.
    PartnersInDifferentRegions,
    /// The customer's tenant lies outside a seller's CSP region.
    CustomerOutOfRegion,
    /// The country belongs to no CSP region on that day.
    CountryHasNoCspRegion,
    /// The parties' tenants live in different clouds.
    CloudsDiffer,
    /// The cloud has no provider–reseller model.
    ChainNotInCloud,
    /// No active partnership connects the provider with the reseller.
    PartnershipNotActive,
    /// The partner is not the indirect provider that the act needs.
    NotAProvider,
    /// The partner is not enrolled as indirect reseller.
    NotAReseller,
    /// The invitation's time is over.
    InvitationExpired,
    /// The invitation was already answered, or withdrawn.
    InvitationUsed,
    /// Whoever answers the request is not a global admin of the reseller.
    AccepterNotGlobalAdmin,
    /// The explicit confirmation is missing.
    ConfirmationMissing,
    /// The provider does not hold administrator access to the reseller's account.
    ProviderAdminAccessMissing,
    /// A statement that the caller must make is missing.
    AttestationMissing,
    /// The tenant already has the other type of relationship with this provider.
    RelationshipTypeConflict,
    /// The domain belongs to another customer of this book.
    DomainTaken,
    /// A reseller tried to create a customer tenant.
    ResellerCannotCreateTenant,
    /// The setup information was shown before and is stored nowhere.
    SetupInfoAlreadyShown,
    /// The partner has no reseller relationship with the customer.
    ResellerRelationshipMissing,
    /// Active subscriptions rest on the relationship.
    ActiveSubscriptionsRemain,
    /// The customer's agreement is not confirmed.
    CustomerAgreementMissing,
    /// A reseller tried to attest the customer's agreement.
    ResellerCannotAttest,
    /// The attested date of the customer's agreement is in the future.
    AgreementDateInFuture,
    /// The sellers do not form one of the programme's two chains.
    ChainNotSupported,
    /// A reseller tried to buy, or to change what was bought.
    ResellerCannotOrder,
    /// The tenant to be served is a partner's CSP tenant.
    TenantIsCspTenant,
    /// A partner of the chain would sell to its own company.
    SelfSale,
    /// A partner of the chain would sell to an affiliate.
    AffiliateSale,
    /// The cart is older than its window.
    CartExpired,
    /// The cart was submitted before.
    CartAlreadySubmitted,
    /// The registry does not know the MPN ID.
    MpnIdUnknown,
    /// The MPN ID is a headquarters' one, which never transacts.
    MpnIdNotALocation,
    /// The MPN ID does not belong to the reseller of this sale.
    MpnIdNotAReseller,
    /// The partner cannot be the support contact of this subscription.
    SupportContactNotEligible,
    /// The offer is not sold in a country of the sale.
    OfferNotInCountry,
    /// The quantity lies outside the offer's seat range.
    QuantityOutOfRange,
    /// The customer would hold more seats than the offer allows one customer.
    OfferLimitReached,
    /// The add-on has no active base subscription.
    PrerequisiteMissing,
    /// The days for cancelling are over.
    CancellationWindowClosed,
    /// The days for taking these seats back are over.
    SeatReductionWindowClosed,
    /// The subscription's state does not allow the act.
    SubscriptionNotActive,
    /// The caller is neither the seller nor a reseller designated for it.
    ResellerNotDesignated,
}

impl Reason {
    /// Every reason, in the order of the rule book.
    pub const ALL: &'static [Reason] = &[
        Reason::NewPartnerMustEnrollAsReseller,
        Reason::DirectBillRequirementsUnmet,
        Reason::ContactEmailIsWebmail,
        Reason::ContactEmailUnverified,
        Reason::MpnCountryDiffersFromTenant,
        Reason::TenantAlreadyEnrolled,
        Reason::MpnAlreadyAssociated,
        Reason::PartnerNotEnrolled,
        Reason::ListingChangedByOperatorOnly,
        Reason::PartnerRestricted,
        Reason::PartnerSuspended,
        Reason::PartnerDeauthorized,
        Reason::RegistrationIdRequired,
        Reason::PartnerAgreementUnsigned,
        Reason::ResellerNotOnboarded,
        Reason::SignerNotGlobalAdmin,
        Reason::EnrollmentNotAuthorized,
        Reason::MpnNotAssociated,
        Reason::PartnersInDifferentRegions,
        Reason::CustomerOutOfRegion,
        Reason::CountryHasNoCspRegion,
        Reason::CloudsDiffer,
        Reason::ChainNotInCloud,
        Reason::PartnershipNotActive,
        Reason::NotAProvider,
        Reason::NotAReseller,
        Reason::InvitationExpired,
        Reason::InvitationUsed,
        Reason::AccepterNotGlobalAdmin,
        Reason::ConfirmationMissing,
        Reason::ProviderAdminAccessMissing,
        Reason::AttestationMissing,
        Reason::RelationshipTypeConflict,
        Reason::DomainTaken,
        Reason::ResellerCannotCreateTenant,
        Reason::SetupInfoAlreadyShown,
        Reason::ResellerRelationshipMissing,
        Reason::ActiveSubscriptionsRemain,
        Reason::CustomerAgreementMissing,
        Reason::ResellerCannotAttest,
        Reason::AgreementDateInFuture,
        Reason::ChainNotSupported,
        Reason::ResellerCannotOrder,
        Reason::TenantIsCspTenant,
        Reason::SelfSale,
        Reason::AffiliateSale,
        Reason::CartExpired,
        Reason::CartAlreadySubmitted,
        Reason::MpnIdUnknown,
        Reason::MpnIdNotALocation,
        Reason::MpnIdNotAReseller,
        Reason::SupportContactNotEligible,
        Reason::OfferNotInCountry,
        Reason::QuantityOutOfRange,
        Reason::OfferLimitReached,
        Reason::PrerequisiteMissing,
        Reason::CancellationWindowClosed,
        Reason::SeatReductionWindowClosed,
        Reason::SubscriptionNotActive,
        Reason::ResellerNotDesignated,
    ];
}

impl Reason {
    /// The code, for example `PARTNERSHIP_NOT_ACTIVE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::NewPartnerMustEnrollAsReseller => "NEW_PARTNER_MUST_ENROLL_AS_RESELLER",
            Reason::DirectBillRequirementsUnmet => "DIRECT_BILL_REQUIREMENTS_UNMET",
            Reason::ContactEmailIsWebmail => "CONTACT_EMAIL_IS_WEBMAIL",
            Reason::ContactEmailUnverified => "CONTACT_EMAIL_UNVERIFIED",
            Reason::MpnCountryDiffersFromTenant => "MPN_COUNTRY_DIFFERS_FROM_TENANT",
            Reason::TenantAlreadyEnrolled => "TENANT_ALREADY_ENROLLED",
            Reason::MpnAlreadyAssociated => "MPN_ALREADY_ASSOCIATED",
            Reason::PartnerNotEnrolled => "PARTNER_NOT_ENROLLED",
            Reason::ListingChangedByOperatorOnly => "LISTING_CHANGED_BY_OPERATOR_ONLY",
            Reason::PartnerRestricted => "PARTNER_RESTRICTED",
            Reason::PartnerSuspended => "PARTNER_SUSPENDED",
            Reason::PartnerDeauthorized => "PARTNER_DEAUTHORIZED",
            Reason::RegistrationIdRequired => "REGISTRATION_ID_REQUIRED",
            Reason::PartnerAgreementUnsigned => "PARTNER_AGREEMENT_UNSIGNED",
            Reason::ResellerNotOnboarded => "RESELLER_NOT_ONBOARDED",
            Reason::SignerNotGlobalAdmin => "SIGNER_NOT_GLOBAL_ADMIN",
            Reason::EnrollmentNotAuthorized => "ENROLLMENT_NOT_AUTHORIZED",
            Reason::MpnNotAssociated => "MPN_NOT_ASSOCIATED",
            Reason::PartnersInDifferentRegions => "PARTNERS_IN_DIFFERENT_REGIONS",
            Reason::CustomerOutOfRegion => "CUSTOMER_OUT_OF_REGION",
            Reason::CountryHasNoCspRegion => "COUNTRY_HAS_NO_CSP_REGION",
            Reason::CloudsDiffer => "CLOUDS_DIFFER",
            Reason::ChainNotInCloud => "CHAIN_NOT_IN_CLOUD",
            Reason::PartnershipNotActive => "PARTNERSHIP_NOT_ACTIVE",
            Reason::NotAProvider => "NOT_A_PROVIDER",
            Reason::NotAReseller => "NOT_A_RESELLER",
            Reason::InvitationExpired => "INVITATION_EXPIRED",
            Reason::InvitationUsed => "INVITATION_USED",
            Reason::AccepterNotGlobalAdmin => "ACCEPTER_NOT_GLOBAL_ADMIN",
            Reason::ConfirmationMissing => "CONFIRMATION_MISSING",
            Reason::ProviderAdminAccessMissing => "PROVIDER_ADMIN_ACCESS_MISSING",
            Reason::AttestationMissing => "ATTESTATION_MISSING",
            Reason::RelationshipTypeConflict => "RELATIONSHIP_TYPE_CONFLICT",
            Reason::DomainTaken => "DOMAIN_TAKEN",
            Reason::ResellerCannotCreateTenant => "RESELLER_CANNOT_CREATE_TENANT",
            Reason::SetupInfoAlreadyShown => "SETUP_INFO_ALREADY_SHOWN",
            Reason::ResellerRelationshipMissing => "RESELLER_RELATIONSHIP_MISSING",
            Reason::ActiveSubscriptionsRemain => "ACTIVE_SUBSCRIPTIONS_REMAIN",
            Reason::CustomerAgreementMissing => "CUSTOMER_AGREEMENT_MISSING",
            Reason::ResellerCannotAttest => "RESELLER_CANNOT_ATTEST",
            Reason::AgreementDateInFuture => "AGREEMENT_DATE_IN_FUTURE",
            Reason::ChainNotSupported => "CHAIN_NOT_SUPPORTED",
            Reason::ResellerCannotOrder => "RESELLER_CANNOT_ORDER",
            Reason::TenantIsCspTenant => "TENANT_IS_CSP_TENANT",
            Reason::SelfSale => "SELF_SALE",
            Reason::AffiliateSale => "AFFILIATE_SALE",
            Reason::CartExpired => "CART_EXPIRED",
            Reason::CartAlreadySubmitted => "CART_ALREADY_SUBMITTED",
            Reason::MpnIdUnknown => "MPN_ID_UNKNOWN",
            Reason::MpnIdNotALocation => "MPN_ID_NOT_A_LOCATION",
            Reason::MpnIdNotAReseller => "MPN_ID_NOT_A_RESELLER",
            Reason::SupportContactNotEligible => "SUPPORT_CONTACT_NOT_ELIGIBLE",
            Reason::OfferNotInCountry => "OFFER_NOT_IN_COUNTRY",
            Reason::QuantityOutOfRange => "QUANTITY_OUT_OF_RANGE",
            Reason::OfferLimitReached => "OFFER_LIMIT_REACHED",
            Reason::PrerequisiteMissing => "PREREQUISITE_MISSING",
            Reason::CancellationWindowClosed => "CANCELLATION_WINDOW_CLOSED",
            Reason::SeatReductionWindowClosed => "SEAT_REDUCTION_WINDOW_CLOSED",
            Reason::SubscriptionNotActive => "SUBSCRIPTION_NOT_ACTIVE",
            Reason::ResellerNotDesignated => "RESELLER_NOT_DESIGNATED",
        }
    }

    /// What kind of failure it is. Most refusals are about the state of the programme; the exceptions are
    /// taken names, roles of the caller, and values of the request.
    pub const fn class(self) -> Class {
        match self {
            Reason::TenantAlreadyEnrolled | Reason::MpnAlreadyAssociated | Reason::DomainTaken => {
                Class::AlreadyExists
            }
            Reason::ListingChangedByOperatorOnly
            | Reason::SignerNotGlobalAdmin
            | Reason::AccepterNotGlobalAdmin
            | Reason::ResellerCannotAttest
            | Reason::ResellerCannotCreateTenant
            | Reason::ResellerCannotOrder
            | Reason::ResellerNotDesignated => Class::PermissionDenied,
            Reason::ContactEmailIsWebmail
            | Reason::RegistrationIdRequired
            | Reason::ConfirmationMissing
            | Reason::AttestationMissing
            | Reason::AgreementDateInFuture => Class::InvalidArgument,
            _ => Class::Precondition,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
