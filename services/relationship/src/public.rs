//! The public RPCs: each reads the call, runs one command and returns its response.

use csp_proto::relationship::v1 as pb;
use csp_service::Call;
use tonic::{Request, Response, Status};

use crate::RelationshipService;
use crate::{access, admin_grant, invitation, partnership, reseller_relationship};

#[tonic::async_trait]
impl pb::relationship_service_server::RelationshipService for RelationshipService {
    async fn request_partnership(
        &self,
        request: Request<pb::RequestPartnershipRequest>,
    ) -> Result<Response<pb::RequestPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::request(self, &call, request.into_inner()).await?))
    }

    async fn record_partnership(
        &self,
        request: Request<pb::RecordPartnershipRequest>,
    ) -> Result<Response<pb::RecordPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::record(self, &call, request.into_inner()).await?))
    }

    async fn get_partnership(
        &self,
        request: Request<pb::GetPartnershipRequest>,
    ) -> Result<Response<pb::GetPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::get(self, &call, request.into_inner()).await?))
    }

    async fn list_partnerships(
        &self,
        request: Request<pb::ListPartnershipsRequest>,
    ) -> Result<Response<pb::ListPartnershipsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::list(self, &call, request.into_inner()).await?))
    }

    async fn get_invitation_draft(
        &self,
        request: Request<pb::GetInvitationDraftRequest>,
    ) -> Result<Response<pb::GetInvitationDraftResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::get_draft(self, &call, request.into_inner()).await?))
    }

    async fn withdraw_partnership(
        &self,
        request: Request<pb::WithdrawPartnershipRequest>,
    ) -> Result<Response<pb::WithdrawPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::withdraw(self, &call, request.into_inner()).await?))
    }

    async fn accept_partnership(
        &self,
        request: Request<pb::AcceptPartnershipRequest>,
    ) -> Result<Response<pb::AcceptPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::accept(self, &call, request.into_inner()).await?))
    }

    async fn decline_partnership(
        &self,
        request: Request<pb::DeclinePartnershipRequest>,
    ) -> Result<Response<pb::DeclinePartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::decline(self, &call, request.into_inner()).await?))
    }

    async fn revoke_provider_admin_access(
        &self,
        request: Request<pb::RevokeProviderAdminAccessRequest>,
    ) -> Result<Response<pb::RevokeProviderAdminAccessResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::revoke_admin_access(self, &call, request.into_inner()).await?))
    }

    async fn remove_partnership(
        &self,
        request: Request<pb::RemovePartnershipRequest>,
    ) -> Result<Response<pb::RemovePartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(partnership::remove(self, &call, request.into_inner()).await?))
    }

    async fn invite_customer(
        &self,
        request: Request<pb::InviteCustomerRequest>,
    ) -> Result<Response<pb::InviteCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::invite(self, &call, request.into_inner()).await?))
    }

    async fn get_invitation(
        &self,
        request: Request<pb::GetInvitationRequest>,
    ) -> Result<Response<pb::GetInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::get(self, &call, request.into_inner()).await?))
    }

    async fn list_invitations(
        &self,
        request: Request<pb::ListInvitationsRequest>,
    ) -> Result<Response<pb::ListInvitationsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::list(self, &call, request.into_inner()).await?))
    }

    async fn withdraw_invitation(
        &self,
        request: Request<pb::WithdrawInvitationRequest>,
    ) -> Result<Response<pb::WithdrawInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::withdraw(self, &call, request.into_inner()).await?))
    }

    async fn accept_invitation(
        &self,
        request: Request<pb::AcceptInvitationRequest>,
    ) -> Result<Response<pb::AcceptInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::accept(self, &call, request.into_inner()).await?))
    }

    async fn decline_invitation(
        &self,
        request: Request<pb::DeclineInvitationRequest>,
    ) -> Result<Response<pb::DeclineInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(invitation::decline(self, &call, request.into_inner()).await?))
    }

    async fn record_reseller_relationship(
        &self,
        request: Request<pb::RecordResellerRelationshipRequest>,
    ) -> Result<Response<pb::RecordResellerRelationshipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(reseller_relationship::record(self, &call, request.into_inner()).await?))
    }

    async fn get_reseller_relationship(
        &self,
        request: Request<pb::GetResellerRelationshipRequest>,
    ) -> Result<Response<pb::GetResellerRelationshipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(reseller_relationship::get(self, &call, request.into_inner()).await?))
    }

    async fn list_reseller_relationships(
        &self,
        request: Request<pb::ListResellerRelationshipsRequest>,
    ) -> Result<Response<pb::ListResellerRelationshipsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(reseller_relationship::list(self, &call, request.into_inner()).await?))
    }

    async fn remove_reseller_relationship(
        &self,
        request: Request<pb::RemoveResellerRelationshipRequest>,
    ) -> Result<Response<pb::RemoveResellerRelationshipResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(reseller_relationship::remove(self, &call, request.into_inner()).await?))
    }

    async fn get_admin_grant(
        &self,
        request: Request<pb::GetAdminGrantRequest>,
    ) -> Result<Response<pb::GetAdminGrantResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(admin_grant::get(self, &call, request.into_inner()).await?))
    }

    async fn list_admin_grants(
        &self,
        request: Request<pb::ListAdminGrantsRequest>,
    ) -> Result<Response<pb::ListAdminGrantsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(admin_grant::list(self, &call, request.into_inner()).await?))
    }

    async fn revoke_admin_grant(
        &self,
        request: Request<pb::RevokeAdminGrantRequest>,
    ) -> Result<Response<pb::RevokeAdminGrantResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(admin_grant::revoke(self, &call, request.into_inner()).await?))
    }

    async fn record_azure_owner(
        &self,
        request: Request<pb::RecordAzureOwnerRequest>,
    ) -> Result<Response<pb::RecordAzureOwnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(admin_grant::record_azure_owner(self, &call, request.into_inner()).await?))
    }

    async fn end_azure_owner(
        &self,
        request: Request<pb::EndAzureOwnerRequest>,
    ) -> Result<Response<pb::EndAzureOwnerResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(admin_grant::end_azure_owner(self, &call, request.into_inner()).await?))
    }

    async fn explain_access(
        &self,
        request: Request<pb::ExplainAccessRequest>,
    ) -> Result<Response<pb::ExplainAccessResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(access::explain(self, &call, request.into_inner()).await?))
    }
}
