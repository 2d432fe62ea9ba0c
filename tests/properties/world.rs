//! Plays the commands over a socket.

use std::collections::BTreeMap;

use csp_proto::relationship::v1::{ListPartnershipsRequest, PartnershipFilter};
use csp_proto::subscription::v1::ListSubscriptionsRequest;
use csp_tests::{Described, Running, Seller, all_subscriptions, profile};

use crate::properties::command::Command;
use crate::properties::model::{COMPANIES, COUNTRIES, Model, SELLERS, TENANTS};

/// A suite with every partner and company of the model, and one offer.
pub(crate) struct World {
    suite: Running,
    sellers: Vec<Seller>,
    companies: BTreeMap<usize, String>,
    offer: String,
}

impl World {
    pub(crate) async fn start() -> World {
        let suite = Running::start().await;
        let mut sellers = Vec::new();
        for seller in &SELLERS {
            sellers.push(match seller.kind {
                'p' => suite.provider(seller.id, seller.country).await,
                'r' => suite.reseller(seller.id, seller.country).await,
                _ => suite.direct_bill(seller.id, seller.country).await,
            });
        }
        let mut companies = BTreeMap::new();
        for (index, company) in COMPANIES.iter().enumerate().skip(1) {
            companies.insert(index, suite.organization(company, "DE").await);
        }
        let offer = suite.offer("e3").await;
        World { suite, sellers, companies, offer }
    }

    /// Plays the command. Returns whether the command was accepted and had an effect.
    pub(crate) async fn play(&self, model: &Model, command: &Command) -> bool {
        match command {
            Command::Partner { provider, reseller } => self.partner(*provider, *reseller).await,
            Command::Part { provider, reseller } => self.part(*provider, *reseller).await,
            Command::Create { seller, reseller, tenant, country, company } => {
                let wanted = profile(&format!("c{tenant}"), COUNTRIES[*country])
                    .on_tenant(TENANTS[*tenant])
                    .of_company(self.companies.get(company).map_or("", String::as_str));
                let reseller = reseller.map(|reseller| &self.sellers[reseller]);
                let Ok(created) = self.sellers[*seller].create_customer(wanted, reseller).await else {
                    return false;
                };
                let name = created.into_inner().customer.unwrap().name;
                self.suite.customer(TENANTS[*tenant]).accept_agreement(&name).await.unwrap();
                true
            }
            Command::Invite { partner, tenant } => {
                model.customers.contains_key(tenant) && self.invite(*partner, *tenant).await
            }
            Command::Order { seller, reseller, tenant } => {
                let reseller = reseller.map(|reseller| &self.sellers[reseller]);
                let customer = format!("customers/c{tenant}");
                self.sellers[*seller].order(&customer, reseller, &self.offer, 1).await.is_ok()
            }
            Command::Affiliate { company } if model.family.contains(company) => false,
            Command::Affiliate { company } => {
                self.suite.affiliates(&[&self.companies[company]]).await;
                true
            }
        }
    }

    /// Number of all subscriptions, read as operator.
    pub(crate) async fn subscriptions(&self) -> usize {
        let request = ListSubscriptionsRequest { page_size: 500, ..all_subscriptions() };
        let listed = self.suite.operator().subscription().list_subscriptions(request).await.unwrap();
        listed.into_inner().subscriptions.len()
    }

    async fn partner(&self, provider: usize, reseller: usize) -> bool {
        let (provider, reseller) = (&self.sellers[provider], &self.sellers[reseller]);
        let Ok(requested) = provider.request_partnership(reseller).await else { return false };
        let token = requested.into_inner().draft.unwrap().link_token;
        reseller.accept_partnership(&token).await.is_ok()
    }

    async fn part(&self, provider: usize, reseller: usize) -> bool {
        let (provider, reseller) = (&self.sellers[provider], &self.sellers[reseller]);
        let filter = PartnershipFilter { counterpart: reseller.name.clone(), ..Default::default() };
        let request = ListPartnershipsRequest { filter: Some(filter), ..Default::default() };
        let listed = provider.people.relationship().list_partnerships(request).await.unwrap().into_inner();
        let Some(partnership) = listed.partnerships.first() else { return false };
        provider.remove_partnership(&partnership.name).await.is_ok()
    }

    async fn invite(&self, partner: usize, tenant: usize) -> bool {
        let Ok(invited) = self.sellers[partner].invite("", None, None).await else { return false };
        let token = invited.into_inner().draft.unwrap().link_token;
        self.suite.customer(TENANTS[tenant]).accept_invitation(&token).await.is_ok()
    }
}
