//! Sales to a tenant race with the enrolment of the tenant as a partner's CSP tenant (rule SAL-03).
//!
//! A customer's tenant may enrol and stay a customer, so a tenant may end up as both. But no order for the
//! tenant, and no creation of a customer with it, may succeed when the call begins after the acknowledgement
//! of the enrolment.

use std::sync::Arc;

use csp_proto::partner_registry::v1::{EnrollPartnerRequest, RecordPartnerRequest};
use csp_proto::r#type::v1::PartnerKind;
use csp_tests::peer_proxy::Doors;
use csp_tests::{Described, Running, Seller, evidence, on_tenant, partner_profile, profile};

use crate::races::checker::FinalState;
use crate::races::history::{FactUse, History};
use crate::races::runner::{Pair, Schedule};

/// Number of orders for a tenant that became a customer.
const ORDERS: usize = 3;
/// Maximum number of reads in the lag of the enrolment: enough to meet the creation and each order.
const ENROLL_LAG_READS_MAX: u32 = 12;

/// A direct-bill partner that makes a tenant its customer while the tenant becomes a reseller's CSP tenant.
pub(crate) struct EnrolledTenant {
    suite: Arc<Running>,
    seller: Seller,
    offer: String,
    lane: usize,
}

impl EnrolledTenant {
    /// Creates a customer with the tenant.
    async fn create(&self, history: &History, fact: &str, id: &str, tenant: &str) -> Option<String> {
        let wanted = profile(id, "FR").on_tenant(tenant);
        let create = self.seller.create_customer(wanted, None);
        let created = history.call("CreateCustomer", FactUse::DependsOn(fact.to_owned()), create).await?;
        Some(created.customer.unwrap().name)
    }

    /// Enrols the tenant: an operator records the partner, or the tenant's own people apply.
    async fn enroll(&self, history: &History, fact: &str, id: &str, tenant: &str, records: bool) {
        let organization = self.suite.organization(id, "FR").await;
        let wanted = partner_profile(id, "FR", PartnerKind::IndirectReseller, &organization);
        let fact_use = FactUse::Revokes(fact.to_owned());
        if records {
            let request = RecordPartnerRequest {
                profile: Some(on_tenant(tenant, wanted)),
                evidence: Some(evidence("2019-06-30")),
                ..Default::default()
            };
            let mut registry = self.suite.operator().registry();
            history.call("RecordPartner", fact_use, registry.record_partner(request)).await.unwrap();
        } else {
            let request = EnrollPartnerRequest { profile: Some(wanted), ..Default::default() };
            let mut registry = self.suite.partner(tenant).registry();
            history.call("EnrollPartner", fact_use, registry.enroll_partner(request)).await.unwrap();
        }
    }
}

impl Pair for EnrolledTenant {
    const NAME: &'static str = "a new customer and the enrolment of its tenant";

    async fn scene(suite: Arc<Running>, _: Doors, lane: usize) -> Self {
        let offer = suite.offer(&format!("e{lane}")).await;
        let seller = suite.direct_bill(&format!("litware{lane}"), "DE").await;
        EnrolledTenant { suite, seller, offer, lane }
    }

    async fn play(&self, schedule: &mut Schedule, history: &History) -> FinalState {
        let id = format!("t{}n{}", self.lane, schedule.number);
        let tenant = format!("{id}.tenant");
        let fact = format!("{tenant} is nobody's CSP tenant");
        let (sells, enrolls) = (schedule.lag(), schedule.lag_of_reads(ENROLL_LAG_READS_MAX));
        let records = schedule.below(2) == 0;
        let selling = async {
            sells.pass(&self.seller.people).await;
            let Some(customer) = self.create(history, &fact, &id, &tenant).await else { return };
            self.seller.confirm_agreement(&customer).await.unwrap();
            for _ in 0..ORDERS {
                let order = self.seller.order(&customer, None, &self.offer, 1);
                history.call("SubmitOrder", FactUse::DependsOn(fact.clone()), order).await;
            }
        };
        let enrolling = async {
            enrolls.pass(&self.seller.people).await;
            self.enroll(history, &fact, &id, &tenant, records).await;
            self.create(history, &fact, &format!("{id}-later"), &tenant).await;
        };
        tokio::join!(selling, enrolling);
        FinalState::default()
    }
}
