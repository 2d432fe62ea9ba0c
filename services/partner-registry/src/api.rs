//! The contract's services: each method reads the call, runs its command and renders the outcome.

use csp_proto::partner_registry::v1 as pb;
use csp_proto::partner_registry::v1::partner_facts_service_server::PartnerFactsService;
use csp_proto::partner_registry::v1::partner_registry_service_server::PartnerRegistryService;
use csp_service::Call;
use csp_service::feed::Watching;
use tonic::{Request, Response, Status};

use crate::PartnerRegistry;
use crate::{
    add_user, appeal_enrollment, associate_mpn_id, claims, create_organization, enroll_partner, facts,
    get_agreement_status, get_transact_readiness, list_users, read_listings, read_mpn_ids,
    read_organizations, read_partners, record_partner, record_partner_agreement, register_mpn_id,
    resend_contact_email_token, review_enrollment, set_affiliation, set_partner_standing, set_user_roles,
    sign_partner_agreement, update_listing, update_partner, verify_contact_email, watch_events,
};

#[tonic::async_trait]
impl PartnerRegistryService for PartnerRegistry {
    async fn create_organization(
        &self,
        request: Request<pb::CreateOrganizationRequest>,
    ) -> Result<Response<pb::CreateOrganizationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(create_organization::run(self, &call, request.into_inner()).await?))
    }

    async fn get_organization(
        &self,
        request: Request<pb::GetOrganizationRequest>,
    ) -> Result<Response<pb::GetOrganizationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_organizations::get(self, &call, request.into_inner()).await?))
    }

    async fn list_organizations(
        &self,
        request: Request<pb::ListOrganizationsRequest>,
    ) -> Result<Response<pb::ListOrganizationsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_organizations::list(self, &call, request.into_inner()).await?))
    }

    async fn set_affiliation(
        &self,
        request: Request<pb::SetAffiliationRequest>,
    ) -> Result<Response<pb::SetAffiliationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(set_affiliation::run(self, &call, request.into_inner()).await?))
    }

    async fn register_mpn_id(
        &self,
        request: Request<pb::RegisterMpnIdRequest>,
    ) -> Result<Response<pb::RegisterMpnIdResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(register_mpn_id::run(self, &call, request.into_inner()).await?))
    }

    async fn list_mpn_ids(
        &self,
        request: Request<pb::ListMpnIdsRequest>,
    ) -> Result<Response<pb::ListMpnIdsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_mpn_ids::list(self, &call, request.into_inner()).await?))
    }

    async fn enroll_partner(
        &self,
        request: Request<pb::EnrollPartnerRequest>,
    ) -> Result<Response<pb::EnrollPartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(enroll_partner::run(self, &call, request.into_inner()).await?))
    }

    async fn record_partner(
        &self,
        request: Request<pb::RecordPartnerRequest>,
    ) -> Result<Response<pb::RecordPartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(record_partner::run(self, &call, request.into_inner()).await?))
    }

    async fn get_partner(
        &self,
        request: Request<pb::GetPartnerRequest>,
    ) -> Result<Response<pb::GetPartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_partners::get(self, &call, request.into_inner()).await?))
    }

    async fn batch_get_partners(
        &self,
        request: Request<pb::BatchGetPartnersRequest>,
    ) -> Result<Response<pb::BatchGetPartnersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_partners::batch_get(self, &call, request.into_inner()).await?))
    }

    async fn list_partners(
        &self,
        request: Request<pb::ListPartnersRequest>,
    ) -> Result<Response<pb::ListPartnersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_partners::list(self, &call, request.into_inner()).await?))
    }

    async fn update_partner(
        &self,
        request: Request<pb::UpdatePartnerRequest>,
    ) -> Result<Response<pb::UpdatePartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(update_partner::run(self, &call, request.into_inner()).await?))
    }

    async fn verify_contact_email(
        &self,
        request: Request<pb::VerifyContactEmailRequest>,
    ) -> Result<Response<pb::VerifyContactEmailResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(verify_contact_email::run(self, &call, request.into_inner()).await?))
    }

    async fn resend_contact_email_token(
        &self,
        request: Request<pb::ResendContactEmailTokenRequest>,
    ) -> Result<Response<pb::ResendContactEmailTokenResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(resend_contact_email_token::run(self, &call, request.into_inner()).await?))
    }

    async fn review_enrollment(
        &self,
        request: Request<pb::ReviewEnrollmentRequest>,
    ) -> Result<Response<pb::ReviewEnrollmentResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(review_enrollment::run(self, &call, request.into_inner()).await?))
    }

    async fn appeal_enrollment(
        &self,
        request: Request<pb::AppealEnrollmentRequest>,
    ) -> Result<Response<pb::AppealEnrollmentResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(appeal_enrollment::run(self, &call, request.into_inner()).await?))
    }

    async fn set_partner_standing(
        &self,
        request: Request<pb::SetPartnerStandingRequest>,
    ) -> Result<Response<pb::SetPartnerStandingResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(set_partner_standing::run(self, &call, request.into_inner()).await?))
    }

    async fn associate_mpn_id(
        &self,
        request: Request<pb::AssociateMpnIdRequest>,
    ) -> Result<Response<pb::AssociateMpnIdResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(associate_mpn_id::run(self, &call, request.into_inner()).await?))
    }

    async fn sign_partner_agreement(
        &self,
        request: Request<pb::SignPartnerAgreementRequest>,
    ) -> Result<Response<pb::SignPartnerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(sign_partner_agreement::run(self, &call, request.into_inner()).await?))
    }

    async fn record_partner_agreement(
        &self,
        request: Request<pb::RecordPartnerAgreementRequest>,
    ) -> Result<Response<pb::RecordPartnerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(record_partner_agreement::run(self, &call, request.into_inner()).await?))
    }

    async fn get_agreement_status(
        &self,
        request: Request<pb::GetAgreementStatusRequest>,
    ) -> Result<Response<pb::GetAgreementStatusResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(get_agreement_status::run(self, &call, request.into_inner()).await?))
    }

    async fn get_transact_readiness(
        &self,
        request: Request<pb::GetTransactReadinessRequest>,
    ) -> Result<Response<pb::GetTransactReadinessResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(get_transact_readiness::run(self, &call, request.into_inner()).await?))
    }

    async fn add_user(
        &self,
        request: Request<pb::AddUserRequest>,
    ) -> Result<Response<pb::AddUserResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(add_user::run(self, &call, request.into_inner()).await?))
    }

    async fn set_user_roles(
        &self,
        request: Request<pb::SetUserRolesRequest>,
    ) -> Result<Response<pb::SetUserRolesResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(set_user_roles::run(self, &call, request.into_inner()).await?))
    }

    async fn list_users(
        &self,
        request: Request<pb::ListUsersRequest>,
    ) -> Result<Response<pb::ListUsersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(list_users::run(self, &call, request.into_inner()).await?))
    }

    async fn search_providers(
        &self,
        request: Request<pb::SearchProvidersRequest>,
    ) -> Result<Response<pb::SearchProvidersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(read_listings::search(self, &call, request.into_inner()).await?))
    }

    async fn get_listing(
        &self,
        request: Request<pb::GetListingRequest>,
    ) -> Result<Response<pb::GetListingResponse>, Status> {
        Ok(Response::new(read_listings::get(self, request.into_inner()).await?))
    }

    async fn update_listing(
        &self,
        request: Request<pb::UpdateListingRequest>,
    ) -> Result<Response<pb::UpdateListingResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(update_listing::run(self, &call, request.into_inner()).await?))
    }

    type WatchEventsStream = Watching<pb::WatchEventsResponse>;

    async fn watch_events(
        &self,
        request: Request<pb::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(watch_events::watch_events(self, &call, request.into_inner()).await?))
    }
}

#[tonic::async_trait]
impl PartnerFactsService for PartnerRegistry {
    async fn get_facts(
        &self,
        request: Request<pb::GetFactsRequest>,
    ) -> Result<Response<pb::GetFactsResponse>, Status> {
        Ok(Response::new(facts::get(self, request.into_inner()).await?))
    }

    async fn claim_customer(
        &self,
        request: Request<pb::ClaimCustomerRequest>,
    ) -> Result<Response<pb::ClaimCustomerResponse>, Status> {
        let deadline = Call::of(&request)?.deadline;
        Ok(Response::new(claims::claim(self, deadline, request.into_inner()).await?))
    }

    async fn release_customer(
        &self,
        request: Request<pb::ReleaseCustomerRequest>,
    ) -> Result<Response<pb::ReleaseCustomerResponse>, Status> {
        let deadline = Call::of(&request)?.deadline;
        Ok(Response::new(claims::release(self, deadline, request.into_inner()).await?))
    }
}
