//! `csp.policy.v1.PolicyService`: reads the rules and the stored decisions.

mod list;

use csp_policy::{Rule, RuleKind, boundaries, catalogue};
use csp_proto::policy::v1 as pb;
use csp_proto::policy::v1::policy_service_server::PolicyService;
use csp_store::decision;
use tonic::{Request, Response, Status};

use crate::command::book::{Book, is_of_party};
use crate::fault::decision as decisions;
use crate::fault::{Fault, Result};
use crate::request::call::Call;
use crate::request::fields::Fields;
use crate::request::page::Page;
use crate::request::wire;

const COLLECTION: &str = "rules/";
const DECISIONS: &str = "decisions/";
/// Maximum length of the name of a rule or a decision, in characters.
const NAME_CHARS_MAX: usize = 200;

/// The policy service: the rules of the suite, and the decisions stored in the books of its services.
#[derive(Debug, Clone)]
pub struct Policy {
    books: Vec<Book>,
}

impl Policy {
    /// A policy service that reads decisions from these books.
    pub fn new(books: Vec<Book>) -> Self {
        Policy { books }
    }

    fn list(&self, call: &Call, request: &pb::ListRulesRequest) -> Result<pb::ListRulesResponse> {
        let boundary = request.filter.as_ref().map_or("", |filter| filter.boundary.as_str());
        let page = Page::of(call, &[boundary], request.page_size, &request.page_token)?;
        if !boundary.is_empty() && !boundaries::ALL.iter().any(|known| known.name == boundary) {
            return Err(Fault::field(
                "filter.boundary",
                format!("must name a boundary of the rule book, was `{boundary}`"),
            ));
        }
        let first = usize::try_from(page.after_number(0, 0)?).map_err(|_| Fault::PageToken)?;
        let enforced = |rule: &&&Rule| boundary.is_empty() || boundaries::enforcing(rule).contains(&boundary);
        let matching = catalogue::CATALOGUE.iter().filter(enforced).enumerate().skip(first);
        let key = |(index, _): &(usize, _)| vec![(index + 1).to_string()];
        let (rules, next_page_token) = page.fill(matching, key, |(_, rule)| told(rule));
        Ok(pb::ListRulesResponse { rules, next_page_token })
    }

    async fn decision(&self, call: &Call, name: &str) -> Result<pb::Decision> {
        let unknown = || Fault::not_found("decision", name);
        let id = name.strip_prefix(DECISIONS).ok_or_else(unknown)?;
        let is_of = |book: &&Book| id.strip_prefix(book.service).is_some_and(|rest| rest.starts_with('-'));
        let book = self.books.iter().find(is_of).ok_or_else(unknown)?;
        let mut reader = book.store.read_once().await?;
        let found = decision::get(&mut reader, id).await?.ok_or_else(unknown)?;
        if !is_of_party(call, &found) && !call.caller.is_operator() {
            return Err(unknown());
        }
        book.stored_for_caller(call, &found)
    }
}

#[tonic::async_trait]
impl PolicyService for Policy {
    async fn list_rules(
        &self,
        request: Request<pb::ListRulesRequest>,
    ) -> Result<Response<pb::ListRulesResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(self.list(&call, request.get_ref())?))
    }

    async fn get_rule(
        &self,
        request: Request<pb::GetRuleRequest>,
    ) -> Result<Response<pb::GetRuleResponse>, Status> {
        let name = &request.get_ref().name;
        named(name)?;
        let id = name.strip_prefix(COLLECTION).unwrap_or_default();
        let rule = catalogue::find(id).ok_or_else(|| Fault::not_found("rule", name))?;
        Ok(Response::new(pb::GetRuleResponse { rule: Some(told(rule)) }))
    }

    async fn get_decision(
        &self,
        request: Request<pb::GetDecisionRequest>,
    ) -> Result<Response<pb::GetDecisionResponse>, Status> {
        let call = Call::of(&request)?;
        named(&request.get_ref().name)?;
        let decision = self.decision(&call, &request.get_ref().name).await?;
        Ok(Response::new(pb::GetDecisionResponse { decision: Some(decision) }))
    }

    async fn list_decisions(
        &self,
        request: Request<pb::ListDecisionsRequest>,
    ) -> Result<Response<pb::ListDecisionsResponse>, Status> {
        let call = Call::of(&request)?;
        Ok(Response::new(list::list(&self.books, &call, request.get_ref()).await?))
    }
}

/// Refuses an empty name and one that is longer than any name.
fn named(name: &str) -> Result<(), Fault> {
    Fields::only(|fields| fields.text("name", name, 1..=NAME_CHARS_MAX)).map(|_| ())
}

fn told(rule: &Rule) -> pb::Rule {
    let denials = rule.denials.iter().map(|denial| pb::Denial {
        reason: wire::reason(denial.reason).into(),
        remedies: denial.remedies.iter().map(decisions::remedy).collect(),
    });
    let citations = rule.sources.iter().map(|source| pb::Citation {
        document: source.document.to_owned(),
        anchor: source.anchor.to_owned(),
    });
    let day = |day: Option<csp_policy::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    pb::Rule {
        name: format!("{COLLECTION}{}", rule.id),
        kind: kind(rule.kind).into(),
        statement: rule.statement.to_owned(),
        since_date: day(rule.since),
        until_date: day(rule.until),
        boundaries: boundaries::enforcing(rule).into_iter().map(str::to_owned).collect(),
        denials: denials.collect(),
        citations: citations.collect(),
    }
}

fn kind(kind: RuleKind) -> pb::RuleKind {
    match kind {
        RuleKind::Deny => pb::RuleKind::Deny,
        RuleKind::Invariant => pb::RuleKind::Invariant,
        RuleKind::Shape => pb::RuleKind::Shape,
        RuleKind::ShapeAndDeny => pb::RuleKind::ShapeAndDeny,
    }
}
