//! The common part of EnrollPartner and RecordPartner: the rules of enrolment decide both, and both claim the
//! CSP tenant.

use csp_policy::boundaries::{AssociateMpnId, EnrollPartner};
use csp_policy::{Act, Permit, region_of};
use csp_proto::Mutation;
use csp_proto::partner_registry::v1::Standing;
use csp_proto::policy::v1 as policy_pb;
use csp_service::{Evidence, ExternalId, Fault, Result, Run, Storable as _, Write, wire};
use csp_store::Connection;

use super::application::{Application, Profile};
use super::creation::Identity;
use super::{COLLECTION, Partner, TYPE, fact, identifier, read, table};
use crate::mpn_id::MpnId;
use crate::organization::Organization;
use crate::{PartnerRegistryService, claim, mpn_id, organization, resource_name};

/// The parsed request for an account.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) id: Option<String>,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) tenant: String,
    pub(crate) application: Application,
    /// Number of the MPN ID to associate with the new account.
    pub(crate) mpn_id: Option<String>,
    /// Standing and evidence of an account that was established outside the suite; `None` for an enrolment.
    pub(crate) recorded: Option<(Standing, Evidence)>,
}

/// A new account that the rules allow. It is not stored yet.
pub(crate) struct Allowed {
    pub(crate) partner: Partner,
    permit: Permit<EnrollPartner>,
    association: Option<(MpnId, Permit<AssociateMpnId>)>,
}

/// The stored state that the decision about an application needs.
struct Known {
    organization: Organization,
    accounts: Vec<Partner>,
    mpn_id: Option<MpnId>,
    tenant_enrolled_by: Option<String>,
}

/// Gathers the facts, decides and drafts the account. A refusal lists the violations of both boundaries:
/// enrolment and the association of the MPN ID.
pub(crate) async fn allow<R: Mutation>(
    service: &PartnerRegistryService,
    run: &Run<'_, R>,
    wanted: &Wanted,
) -> Result<Allowed> {
    let book = &service.book;
    let now = book.now();
    let mut reader = book.store.read().await?;
    let known = gather(reader.conn(), wanted).await?;
    let day = wanted.recorded.as_ref().map_or_else(|| wire::day_of(now), |(_, evidence)| evidence.day);
    let profile = wanted.application.complete(known.newest())?;
    let id = wanted.id.clone().unwrap_or_else(|| book.next_id());

    let subject = resource_name::of(COLLECTION, wire::subject_id(wanted.id.as_deref()));
    let act = Act { at: now, day, subject, revisions: Vec::new() };
    let facts = known.facts(wanted, &profile, act.clone())?;
    let mut partner = draft(wanted, profile, id, &act);
    let association = known.association(&partner, act)?;
    let (permit, association) = run.decide_both(facts, association)?;
    must_be_new(reader.conn(), wanted, &known.accounts, &partner).await?;

    let association = match known.mpn_id.zip(association) {
        None => None,
        Some((mpn_id, permit)) => {
            partner = partner.with_mpn_id(&mpn_id.row().number)?;
            Some((mpn_id, permit))
        }
    };
    Ok(Allowed { partner, permit, association })
}

impl Allowed {
    /// Writes the account, its claim of the tenant and its MPN ID, and returns the decision of the enrolment.
    pub(crate) fn save<R: Mutation>(
        self,
        service: &PartnerRegistryService,
        write: &mut Write<'_, R>,
    ) -> Result<policy_pb::Decision> {
        let book = &service.book;
        let partner = self.partner;
        let (name, day) = (partner.name(), self.permit.day());
        let accepted = write.accept(self.permit, &name)?;
        table::insert(write, partner.row(), &accepted);
        partner.keep_status(write, day);
        claim::table::claim_csp_tenant(write, &partner.row().tenant, &accepted);
        identifier::insert(write, partner.row(), &accepted);
        write.tell(partner.creation(book.clock.today())?);
        if let Some((before, permit)) = self.association {
            let mut mpn_id = before.clone();
            mpn_id.associate(&name, book.now());
            let accepted = write.accept(permit, &name)?;
            mpn_id::table::save_association(write, mpn_id.row(), &accepted);
            write.tell(mpn_id.effect(&before)?);
        }
        Ok(accepted.decision())
    }
}

impl Known {
    /// The company's newest authorized account. Its profile is reused (rule ENR-05).
    fn newest(&self) -> Option<&Partner> {
        self.accounts.iter().find(|account| account.is_authorized())
    }

    fn facts(&self, wanted: &Wanted, profile: &Profile, act: Act) -> Result<EnrollPartner> {
        let mut revisions = vec![self.organization.revision()];
        revisions.extend(self.newest().map(Partner::revision));
        Ok(EnrollPartner {
            act: Act { revisions, ..act },
            kind: fact::kind(wanted.application.kind)?,
            tenant: wanted.tenant.clone(),
            tenant_enrolled_by: self.tenant_enrolled_by.clone(),
            country: profile.country,
            organization_is_in_csp: self.newest().is_some(),
            direct_bill: wanted.application.direct_bill(),
            contact_email: profile.primary_contact.email.clone(),
            registration_id: profile.registration_id_fact(),
        })
    }

    /// The facts for the MPN ID of the application, judged like a later AssociateMpnId; `None` without an MPN
    /// ID.
    fn association(&self, partner: &Partner, act: Act) -> Result<Option<AssociateMpnId>> {
        let Some(mpn_id) = &self.mpn_id else { return Ok(None) };
        Ok(Some(AssociateMpnId {
            partner: csp_policy::Partner {
                name: act.told(&partner.row().tenant).to_owned(),
                ..partner.fact(partner.status(), self.organization.fact(act.day), None)?
            },
            act: Act {
                revisions: mpn_id.revision_seen_by(partner.proved_company()).into_iter().collect(),
                ..act
            },
            tenant_country: partner.tenant_country(),
            profile: mpn_id.fact()?,
        }))
    }
}

async fn gather(conn: &mut Connection, wanted: &Wanted) -> Result<Known> {
    let application = &wanted.application;
    let organization = organization::read::existing(conn, &application.organization).await?;
    let accounts = read::of_organization(conn, &application.organization).await?;
    let mpn_id = match &wanted.mpn_id {
        None => None,
        Some(number) if wanted.recorded.is_some() => Some(mpn_id::read::existing(conn, number).await?),
        Some(number) => Some(mpn_id::read::for_applicant(conn, number, organization.row().country.0).await?),
    };
    if let Some(mpn_id) = &mpn_id {
        let proved = wanted.recorded.as_ref().map(|_| application.organization.as_str());
        mpn_id.must_be_a_location("mpn_id", proved)?;
    }
    let tenant_enrolled_by =
        claim::table::holder(conn, claim::table::Kind::CspTenant, &wanted.tenant).await?;
    Ok(Known { organization, accounts, mpn_id, tenant_enrolled_by })
}

fn draft(wanted: &Wanted, profile: Profile, id: String, act: &Act) -> Partner {
    let region = region_of(profile.country, act.day);
    let (external_id, tenant) = (wanted.external_id.clone(), wanted.tenant.clone());
    let identity = Identity { id, external_id, tenant };
    let (application, now) = (&wanted.application, act.at);
    match wanted.recorded.clone() {
        None => Partner::enroll(identity, application, profile, region, now),
        Some(recorded) => Partner::record(identity, application, profile, region, recorded, now),
    }
}

/// Refuses an id or an external id that another account has, and a second account of the same company, kind
/// and region.
async fn must_be_new(
    conn: &mut Connection,
    wanted: &Wanted,
    accounts: &[Partner],
    partner: &Partner,
) -> Result<()> {
    let exists = |name: String| Err(Fault::AlreadyExists { resource_type: TYPE, name });
    if read::by_name(conn, &partner.name()).await?.is_some() {
        return exists(partner.name());
    }
    if let Some(external_id) = &wanted.external_id
        && table::by_external_id(conn, external_id).await?.is_some()
    {
        return exists(external_id.key().to_owned());
    }
    place_must_be_free(accounts, partner)
}

/// Refuses a second account of the same kind and region (rule ENR-01). `accounts` are the company's accounts
/// that are not rejected.
pub(crate) fn place_must_be_free(accounts: &[Partner], partner: &Partner) -> Result<()> {
    let row = partner.row();
    let is_held = |held: &Partner| {
        let other = held.row();
        other.id != row.id && other.kind == row.kind && other.region == row.region
    };
    if accounts.iter().any(is_held) {
        let (kind, region) = (row.kind.0.text(), row.region.0.text());
        let name = format!("{kind} of {} in {region}", row.organization);
        return Err(Fault::AlreadyExists { resource_type: TYPE, name });
    }
    Ok(())
}
