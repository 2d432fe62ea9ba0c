//! The gRPC service for clients: each method runs one command or query and returns its response.

use csp_proto::partner_registry::v1 as pb;
use csp_proto::partner_registry::v1::{
    partner_registry_service_server as server, region_service_server as regions_server,
};
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::PartnerRegistryService;
use crate::{agreement, listing, mpn_id, organization, partner, region, user};

#[tonic::async_trait]
impl server::PartnerRegistryService for PartnerRegistryService {
    async fn create_organization(
        &self,
        request: Request<pb::CreateOrganizationRequest>,
    ) -> Result<Response<pb::CreateOrganizationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(organization::create(self, &call, request.into_inner()).await?))
    }

    async fn get_organization(
        &self,
        request: Request<pb::GetOrganizationRequest>,
    ) -> Result<Response<pb::GetOrganizationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(organization::read::get(self, &call, request.into_inner()).await?))
    }

    async fn list_organizations(
        &self,
        request: Request<pb::ListOrganizationsRequest>,
    ) -> Result<Response<pb::ListOrganizationsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(organization::read::list(self, &call, request.into_inner()).await?))
    }

    async fn set_affiliation(
        &self,
        request: Request<pb::SetAffiliationRequest>,
    ) -> Result<Response<pb::SetAffiliationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(organization::set_affiliation(self, &call, request.into_inner()).await?))
    }

    async fn register_mpn_id(
        &self,
        request: Request<pb::RegisterMpnIdRequest>,
    ) -> Result<Response<pb::RegisterMpnIdResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(mpn_id::register(self, &call, request.into_inner()).await?))
    }

    async fn get_mpn_id(
        &self,
        request: Request<pb::GetMpnIdRequest>,
    ) -> Result<Response<pb::GetMpnIdResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(mpn_id::read::get(self, &call, request.into_inner()).await?))
    }

    async fn list_mpn_ids(
        &self,
        request: Request<pb::ListMpnIdsRequest>,
    ) -> Result<Response<pb::ListMpnIdsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(mpn_id::read::list(self, &call, request.into_inner()).await?))
    }

    async fn enroll_partner(
        &self,
        request: Request<pb::EnrollPartnerRequest>,
    ) -> Result<Response<pb::EnrollPartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::enroll(self, &call, request.into_inner()).await?))
    }

    async fn record_partner(
        &self,
        request: Request<pb::RecordPartnerRequest>,
    ) -> Result<Response<pb::RecordPartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::record(self, &call, request.into_inner()).await?))
    }

    async fn get_partner(
        &self,
        request: Request<pb::GetPartnerRequest>,
    ) -> Result<Response<pb::GetPartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::read::get(self, &call, request.into_inner()).await?))
    }

    async fn batch_get_partners(
        &self,
        request: Request<pb::BatchGetPartnersRequest>,
    ) -> Result<Response<pb::BatchGetPartnersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::read::batch_get(self, &call, request.into_inner()).await?))
    }

    async fn list_partners(
        &self,
        request: Request<pb::ListPartnersRequest>,
    ) -> Result<Response<pb::ListPartnersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::read::list(self, &call, request.into_inner()).await?))
    }

    async fn update_partner(
        &self,
        request: Request<pb::UpdatePartnerRequest>,
    ) -> Result<Response<pb::UpdatePartnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::update(self, &call, request.into_inner()).await?))
    }

    async fn verify_contact_email(
        &self,
        request: Request<pb::VerifyContactEmailRequest>,
    ) -> Result<Response<pb::VerifyContactEmailResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::verify_contact_email(self, &call, request.into_inner()).await?))
    }

    async fn resend_contact_email_token(
        &self,
        request: Request<pb::ResendContactEmailTokenRequest>,
    ) -> Result<Response<pb::ResendContactEmailTokenResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::resend_contact_email_token(self, &call, request.into_inner()).await?))
    }

    async fn review_enrollment(
        &self,
        request: Request<pb::ReviewEnrollmentRequest>,
    ) -> Result<Response<pb::ReviewEnrollmentResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::review(self, &call, request.into_inner()).await?))
    }

    async fn appeal_enrollment(
        &self,
        request: Request<pb::AppealEnrollmentRequest>,
    ) -> Result<Response<pb::AppealEnrollmentResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::appeal(self, &call, request.into_inner()).await?))
    }

    async fn set_partner_standing(
        &self,
        request: Request<pb::SetPartnerStandingRequest>,
    ) -> Result<Response<pb::SetPartnerStandingResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::set_standing(self, &call, request.into_inner()).await?))
    }

    async fn associate_mpn_id(
        &self,
        request: Request<pb::AssociateMpnIdRequest>,
    ) -> Result<Response<pb::AssociateMpnIdResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(mpn_id::associate(self, &call, request.into_inner()).await?))
    }

    async fn sign_partner_agreement(
        &self,
        request: Request<pb::SignPartnerAgreementRequest>,
    ) -> Result<Response<pb::SignPartnerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(agreement::sign(self, &call, request.into_inner()).await?))
    }

    async fn record_partner_agreement(
        &self,
        request: Request<pb::RecordPartnerAgreementRequest>,
    ) -> Result<Response<pb::RecordPartnerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(agreement::record(self, &call, request.into_inner()).await?))
    }

    async fn get_partner_agreement(
        &self,
        request: Request<pb::GetPartnerAgreementRequest>,
    ) -> Result<Response<pb::GetPartnerAgreementResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(agreement::read::get(self, &call, request.into_inner()).await?))
    }

    async fn get_agreement_status(
        &self,
        request: Request<pb::GetAgreementStatusRequest>,
    ) -> Result<Response<pb::GetAgreementStatusResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(agreement::status::get(self, &call, request.into_inner()).await?))
    }

    async fn get_transact_readiness(
        &self,
        request: Request<pb::GetTransactReadinessRequest>,
    ) -> Result<Response<pb::GetTransactReadinessResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::readiness::get(self, &call, request.into_inner()).await?))
    }

    async fn batch_get_transact_readiness(
        &self,
        request: Request<pb::BatchGetTransactReadinessRequest>,
    ) -> Result<Response<pb::BatchGetTransactReadinessResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partner::readiness::batch_get(self, &call, request.into_inner()).await?))
    }

    async fn create_user(
        &self,
        request: Request<pb::CreateUserRequest>,
    ) -> Result<Response<pb::CreateUserResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(user::create(self, &call, request.into_inner()).await?))
    }

    async fn set_user_roles(
        &self,
        request: Request<pb::SetUserRolesRequest>,
    ) -> Result<Response<pb::SetUserRolesResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(user::set_roles(self, &call, request.into_inner()).await?))
    }

    async fn delete_user(
        &self,
        request: Request<pb::DeleteUserRequest>,
    ) -> Result<Response<pb::DeleteUserResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(user::delete(self, &call, request.into_inner()).await?))
    }

    async fn get_user(
        &self,
        request: Request<pb::GetUserRequest>,
    ) -> Result<Response<pb::GetUserResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(user::read::get(self, &call, request.into_inner()).await?))
    }

    async fn list_users(
        &self,
        request: Request<pb::ListUsersRequest>,
    ) -> Result<Response<pb::ListUsersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(user::read::list(self, &call, request.into_inner()).await?))
    }

    async fn search_providers(
        &self,
        request: Request<pb::SearchProvidersRequest>,
    ) -> Result<Response<pb::SearchProvidersResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(listing::read::search(self, &call, request.into_inner()).await?))
    }

    async fn get_listing(
        &self,
        request: Request<pb::GetListingRequest>,
    ) -> Result<Response<pb::GetListingResponse>, Status> {
        Ok(Response::new(listing::read::get(self, request.into_inner()).await?))
    }

    async fn update_listing(
        &self,
        request: Request<pb::UpdateListingRequest>,
    ) -> Result<Response<pb::UpdateListingResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(listing::update(self, &call, request.into_inner()).await?))
    }
}

#[tonic::async_trait]
impl regions_server::RegionService for PartnerRegistryService {
    async fn get_region(
        &self,
        request: Request<pb::GetRegionRequest>,
    ) -> Result<Response<pb::GetRegionResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(region::read::get_region(self, &call, request.into_inner())?))
    }

    async fn list_regions(
        &self,
        request: Request<pb::ListRegionsRequest>,
    ) -> Result<Response<pb::ListRegionsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(region::read::list_regions(self, &call, request.into_inner())?))
    }

    async fn get_country(
        &self,
        request: Request<pb::GetCountryRequest>,
    ) -> Result<Response<pb::GetCountryResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(region::read::get_country(self, &call, request.into_inner())?))
    }

    async fn list_countries(
        &self,
        request: Request<pb::ListCountriesRequest>,
    ) -> Result<Response<pb::ListCountriesResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(region::read::list_countries(self, &call, request.into_inner())?))
    }
}
