//! The public contract's methods: read the call, run the command, answer.

use csp_proto::relationship::v1 as pb;
use csp_proto::relationship::v1::relationship_service_server::RelationshipService;
use csp_service::Call;
use csp_service::feed::Watching;
use tonic::{Request, Response, Status};

use crate::Relationship;
use crate::{admin_grant, invitation, partnership, reseller_relationship, watch_events};

#[tonic::async_trait]
impl RelationshipService for Relationship {
    async fn request_partnership(
        &self,
        request: Request<pb::RequestPartnershipRequest>,
    ) -> Result<Response<pb::RequestPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::request(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn record_partnership(
        &self,
        request: Request<pb::RecordPartnershipRequest>,
    ) -> Result<Response<pb::RecordPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::record(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_partnership(
        &self,
        request: Request<pb::GetPartnershipRequest>,
    ) -> Result<Response<pb::GetPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::read::get(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_partnerships(
        &self,
        request: Request<pb::ListPartnershipsRequest>,
    ) -> Result<Response<pb::ListPartnershipsResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::read::list(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_invitation_draft(
        &self,
        request: Request<pb::GetInvitationDraftRequest>,
    ) -> Result<Response<pb::GetInvitationDraftResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::draft::get_invitation_draft(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn withdraw_partnership_request(
        &self,
        request: Request<pb::WithdrawPartnershipRequestRequest>,
    ) -> Result<Response<pb::WithdrawPartnershipRequestResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::withdraw(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn accept_partnership(
        &self,
        request: Request<pb::AcceptPartnershipRequest>,
    ) -> Result<Response<pb::AcceptPartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::accept(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn decline_partnership(
        &self,
        request: Request<pb::DeclinePartnershipRequest>,
    ) -> Result<Response<pb::DeclinePartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::decline(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn revoke_provider_admin_access(
        &self,
        request: Request<pb::RevokeProviderAdminAccessRequest>,
    ) -> Result<Response<pb::RevokeProviderAdminAccessResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::revoke_admin_access(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn remove_partnership(
        &self,
        request: Request<pb::RemovePartnershipRequest>,
    ) -> Result<Response<pb::RemovePartnershipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = partnership::remove(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn invite_customer(
        &self,
        request: Request<pb::InviteCustomerRequest>,
    ) -> Result<Response<pb::InviteCustomerResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::invite::invite_customer(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn get_invitation(
        &self,
        request: Request<pb::GetInvitationRequest>,
    ) -> Result<Response<pb::GetInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::read::get_invitation(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_invitations(
        &self,
        request: Request<pb::ListInvitationsRequest>,
    ) -> Result<Response<pb::ListInvitationsResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::read::list_invitations(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn withdraw_invitation(
        &self,
        request: Request<pb::WithdrawInvitationRequest>,
    ) -> Result<Response<pb::WithdrawInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::withdraw::withdraw_invitation(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn accept_invitation(
        &self,
        request: Request<pb::AcceptInvitationRequest>,
    ) -> Result<Response<pb::AcceptInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::accept::accept_invitation(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn decline_invitation(
        &self,
        request: Request<pb::DeclineInvitationRequest>,
    ) -> Result<Response<pb::DeclineInvitationResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = invitation::decline::decline_invitation(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn record_reseller_relationship(
        &self,
        request: Request<pb::RecordResellerRelationshipRequest>,
    ) -> Result<Response<pb::RecordResellerRelationshipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer =
            reseller_relationship::record::record_reseller_relationship(self, &call, request.into_inner())
                .await?;
        Ok(Response::new(answer))
    }

    async fn get_reseller_relationship(
        &self,
        request: Request<pb::GetResellerRelationshipRequest>,
    ) -> Result<Response<pb::GetResellerRelationshipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer =
            reseller_relationship::read::get_reseller_relationship(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn list_reseller_relationships(
        &self,
        request: Request<pb::ListResellerRelationshipsRequest>,
    ) -> Result<Response<pb::ListResellerRelationshipsResponse>, Status> {
        let call = Call::of(&request)?;
        let answer =
            reseller_relationship::read::list_reseller_relationships(self, &call, request.into_inner())
                .await?;
        Ok(Response::new(answer))
    }

    async fn remove_reseller_relationship(
        &self,
        request: Request<pb::RemoveResellerRelationshipRequest>,
    ) -> Result<Response<pb::RemoveResellerRelationshipResponse>, Status> {
        let call = Call::of(&request)?;
        let answer =
            reseller_relationship::remove::remove_reseller_relationship(self, &call, request.into_inner())
                .await?;
        Ok(Response::new(answer))
    }

    async fn list_admin_grants(
        &self,
        request: Request<pb::ListAdminGrantsRequest>,
    ) -> Result<Response<pb::ListAdminGrantsResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = admin_grant::read::list_admin_grants(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
    }

    async fn revoke_admin_grant(
        &self,
        request: Request<pb::RevokeAdminGrantRequest>,
    ) -> Result<Response<pb::RevokeAdminGrantResponse>, Status> {
        let call = Call::of(&request)?;
        let answer = admin_grant::revoke::revoke_admin_grant(self, &call, request.into_inner()).await?;
        Ok(Response::new(answer))
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
