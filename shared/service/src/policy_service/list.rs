//! `ListDecisions`: the stored decisions of several books as one list, newest first.

use std::ops::RangeInclusive;

use csp_policy::catalogue;
use csp_proto::policy::v1 as pb;
use csp_store::decision::{self, Before, Scope};
use jiff::Timestamp;
use prost::Message;

use crate::command::book::{Book, is_of_party};
use crate::fault::Result;
use crate::request::call::Call;
use crate::request::fields::{Fields, shown};
use crate::request::identity::SUBJECT_CHARS_MAX;
use crate::request::page::Page;
use crate::runtime::access;

/// Maximum number of decisions of one book that are read for one page. The database selects by tenant, by
/// verdict and by time; all else is compared here, and a page ends early when too few decisions match.
const EXAMINED_MAX: usize = 2_000;
/// Numbers of decisions that one query reads at least and at most. A filter that few decisions match must not
/// need a query for each; decisions of large orders are long, so a query must not read thousands of them.
const READ: RangeInclusive<usize> = 100..=500;
/// Maximum number of values in one list of the filter.
const VALUES_MAX: usize = 100;
/// Maximum length of a name in the filter, in characters.
const NAME_CHARS_MAX: usize = 300;

const RULE: &str = "must be the id of a rule, like `PSH-11`";
const METHOD: &str = "must be the full name of an RPC that changes something, like \
     `csp.subscription.v1.SubscriptionService/SubmitOrder`";

/// A place in the list: the time of a decision in microseconds UTC, and its id. Newer decisions are greater.
type Place = (i64, String);

/// The conditions that a decision must meet.
struct Filter {
    tenant: Option<String>,
    subject_of_caller: Option<String>,
    subject: Option<String>,
    rules: Vec<String>,
    reasons: Vec<pb::ErrorReason>,
    verdicts: Vec<pb::Verdict>,
    methods: Vec<String>,
    /// The earliest time, in microseconds UTC.
    from: i64,
    /// The time, in microseconds UTC, before which a decision was made.
    until: i64,
}

/// The decisions of one book that are examined for one page.
struct Examined {
    /// The decisions that match, newest first.
    found: Vec<(Place, pb::Decision)>,
    /// The oldest decision that was examined; `None` when all were.
    reached: Option<Place>,
}

/// One page of the list.
pub(super) async fn list(
    books: &[Book],
    call: &Call,
    request: &pb::ListDecisionsRequest,
) -> Result<pb::ListDecisionsResponse> {
    let asked = request.filter.clone().unwrap_or_default();
    let text: String = asked.encode_to_vec().iter().map(|byte| format!("{byte:02x}")).collect();
    let filter = Filter::read(asked)?;
    let page = Page::of(call, &[&text], request.page_size, &request.page_token)?;
    let after = (page.after_number(0, filter.until)?, page.after(1).to_owned());

    let mut found = Vec::new();
    let mut reached = None;
    for book in books {
        let examined = filter.examine(book, call, after.clone(), page.size()).await?;
        found.extend(examined.found);
        reached = reached.max(examined.reached);
    }
    // Older decisions of one book wait until the other books were read as far back.
    found.retain(|(place, _)| reached.as_ref().is_none_or(|reached| place >= reached));
    found.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));

    let mut decisions = page.entries();
    let mut last = None;
    for (place, decision) in found {
        if !decisions.takes(decision) {
            reached = last;
            break;
        }
        last = Some(place);
    }
    let key = |(time, id): Place| page.next(&[time.to_string(), id]);
    Ok(pb::ListDecisionsResponse {
        decisions: decisions.into_vec(),
        next_page_token: reached.map(key).unwrap_or_default(),
    })
}

impl Filter {
    fn read(asked: pb::DecisionFilter) -> Result<Self> {
        let mut fields = Fields::new();
        let tenant = text(&mut fields, "caller_tenant_id", &asked.caller_tenant_id, NAME_CHARS_MAX);
        let caller = text(&mut fields, "caller_subject", &asked.caller_subject, SUBJECT_CHARS_MAX);
        let subject = text(&mut fields, "subject", &asked.subject, NAME_CHARS_MAX);
        let is_rule = |id: &str| catalogue::find(id).is_some();
        let rules = names(&mut fields, "rule_ids", asked.rule_ids, is_rule, RULE);
        let is_method = |name: &str| access::method(name).is_some();
        let methods = names(&mut fields, "methods", asked.methods, is_method, METHOD);
        let reasons = values(&mut fields, "reasons", &asked.reasons);
        let verdicts = values(&mut fields, "verdicts", &asked.verdicts);
        let from = instant(&mut fields, "from_time", asked.from_time.as_ref(), Timestamp::MIN);
        let until = instant(&mut fields, "until_time", asked.until_time.as_ref(), Timestamp::MAX);
        if let (Some(from), Some(until)) = (from, until) {
            fields.period(("filter.from_time", from), ("filter.until_time", until));
        }
        fields.finish(|| {
            Some(Filter {
                tenant: tenant?,
                subject_of_caller: caller?,
                subject: subject?,
                rules: rules?,
                reasons: reasons?,
                verdicts: verdicts?,
                methods: methods?,
                from: from?,
                until: until?,
            })
        })
    }

    /// Reads the decisions of a book behind `place` until `wanted` decisions match and one more, or until
    /// [`EXAMINED_MAX`].
    async fn examine(&self, book: &Book, call: &Call, place: Place, wanted: usize) -> Result<Examined> {
        let limit = wanted.saturating_add(1).clamp(*READ.start(), *READ.end());
        let mut examined = Examined { found: Vec::new(), reached: Some(place) };
        let mut rows_read = 0;
        while let Some((decided_at, id)) = &examined.reached
            && examined.found.len() <= wanted
            && rows_read < EXAMINED_MAX
        {
            let read = i64::try_from(limit).unwrap_or(i64::MAX);
            let before = Before { decided_at: *decided_at, id, earliest: self.from, limit: read };
            let mut reader = book.store.read_once().await?;
            let rows = decision::newest_first(&mut reader, self.scope(call), before).await?;
            drop(reader);
            rows_read += rows.len();
            let is_last = rows.len() < limit;
            let place = |row: &decision::Decision| (row.decided_at.as_microsecond(), row.id.clone());
            examined.reached = rows.last().filter(|_| !is_last).map(place);
            for row in rows {
                if call.caller.is_operator() || is_of_party(call, &row) {
                    let decision = book.stored_for_caller(call, &row)?;
                    if self.fits(&decision) {
                        examined.found.push((place(&row), decision));
                    }
                }
            }
        }
        Ok(examined)
    }

    /// The narrowest list of the database that has every decision that matches.
    fn scope<'a>(&'a self, call: &'a Call) -> Scope<'a> {
        let own = (!call.caller.is_operator()).then(|| call.tenant().unwrap_or_default());
        let is_refused = self.verdicts == [pb::Verdict::Refused];
        match own.or(self.tenant.as_deref()) {
            Some(tenant) => Scope::OfTenant(tenant),
            None if is_refused || !self.rules.is_empty() || !self.reasons.is_empty() => Scope::Refused,
            None => Scope::All,
        }
    }

    fn fits(&self, decision: &pb::Decision) -> bool {
        let caller = decision.caller.clone().unwrap_or_default();
        let violations = &decision.violations;
        let is = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
        is(&self.tenant, &caller.tenant_id)
            && is(&self.subject_of_caller, &caller.subject)
            && (is(&self.subject, &decision.subject)
                || violations.iter().any(|violation| is(&self.subject, &violation.subject)))
            && (self.rules.is_empty() || violations.iter().any(|broken| self.rules.contains(&broken.rule_id)))
            && (self.reasons.is_empty()
                || violations.iter().any(|broken| self.reasons.contains(&broken.reason())))
            && (self.verdicts.is_empty() || self.verdicts.contains(&decision.verdict()))
            && (self.methods.is_empty() || self.methods.contains(&decision.method))
    }
}

/// An optional text of the filter: `Some(None)` when it is empty, `None` after a field violation.
fn text(fields: &mut Fields, field: &str, value: &str, chars_max: usize) -> Option<Option<String>> {
    let field = format!("filter.{field}");
    fields.optional(value, |fields, value| fields.text(&field, value, 1..=chars_max))
}

/// The names in one list of the filter. An unknown name is refused: no decision would ever match a misspelt
/// one.
fn names(
    fields: &mut Fields,
    list: &str,
    names: Vec<String>,
    is_known: impl Fn(&str) -> bool,
    must: &str,
) -> Option<Vec<String>> {
    let field = format!("filter.{list}");
    fields.number(&field, names.len(), 0..=VALUES_MAX)?;
    for (index, name) in names.iter().enumerate().filter(|(_, name)| !is_known(name)) {
        fields.refuse(&format!("{field}[{index}]"), format!("{must}, was `{}`", shown(name)));
    }
    Some(names)
}

/// The values of an enumeration in one list of the filter.
fn values<E: TryFrom<i32>>(fields: &mut Fields, list: &str, sent: &[i32]) -> Option<Vec<E>> {
    let field = format!("filter.{list}");
    fields.number(&field, sent.len(), 0..=VALUES_MAX)?;
    let value = |(index, value): (usize, &i32)| fields.enum_value(&format!("{field}[{index}]"), *value);
    sent.iter().enumerate().map(value).collect()
}

/// An optional instant of the filter in microseconds UTC.
fn instant(
    fields: &mut Fields,
    field: &str,
    sent: Option<&prost_types::Timestamp>,
    unset: Timestamp,
) -> Option<i64> {
    let instant = match sent {
        Some(_) => fields.instant(&format!("filter.{field}"), sent)?,
        None => unset,
    };
    Some(instant.as_microsecond())
}
