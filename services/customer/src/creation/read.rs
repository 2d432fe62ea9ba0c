//! Reading operations: `GetOperation` and `ListOperations`.

use csp_proto::google::longrunning::{
    self, GetOperationRequest, ListOperationsRequest, ListOperationsResponse,
};
use csp_service::{Call, Fault, Fields, Page, Result};

use super::operation::{COLLECTION, KIND, Operation};
use super::table::{self, Before, State};
use crate::CustomerService;

/// The filters that `ListOperations` knows, with one blank between words, each with the states that fit it.
const FILTERS: &[(&str, &[State])] = &[
    ("", &[State::Running, State::Done, State::Failed, State::Cancelled]),
    ("done = false", &[State::Running]),
    ("done=false", &[State::Running]),
    ("done = true", &[State::Done, State::Failed, State::Cancelled]),
    ("done=true", &[State::Done, State::Failed, State::Cancelled]),
];

/// The operation with this id.
pub(crate) async fn by_id(service: &CustomerService, id: &str) -> Result<Operation> {
    let mut reader = service.book.store.read_once().await?;
    let row = table::by_id(&mut reader, id).await?;
    row.map(Operation::from).ok_or_else(|| Fault::not_found(KIND, id))
}

/// The operation with this name, if the caller may see it; otherwise NOT_FOUND.
pub(crate) async fn visible(service: &CustomerService, call: &Call, name: &str) -> Result<Operation> {
    let id = name.strip_prefix(COLLECTION).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    let mut reader = service.book.store.read_once().await?;
    let operation = table::by_id(&mut reader, id).await?.map(Operation::from);
    let operation = operation.filter(|operation| operation.is_visible_to(call));
    operation.ok_or_else(|| Fault::not_found(KIND, name))
}

/// Reads the operation's name from a request that has no other field to check.
pub(crate) fn name(value: &str) -> Result<String> {
    Fields::only(|fields| fields.resource_name("name", value, COLLECTION))
}

pub(crate) async fn get(
    service: &CustomerService,
    call: &Call,
    request: GetOperationRequest,
) -> Result<longrunning::Operation> {
    Ok(visible(service, call, &name(&request.name)?).await?.render())
}

/// Lists the operations that the caller's tenant began, or all of them for an operator; newest first.
pub(crate) async fn list(
    service: &CustomerService,
    call: &Call,
    request: ListOperationsRequest,
) -> Result<ListOperationsResponse> {
    let mut fields = Fields::new();
    if request.name != COLLECTION {
        fields.refuse("name", format!("must be `{COLLECTION}`"));
    }
    let filter = request.filter.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = FILTERS.iter().find(|(text, _)| *text == filter);
    if known.is_none() {
        fields.refuse("filter", "must be empty, `done = true` or `done = false`");
    }
    let (_, states) = fields.finish(|| known)?;

    let page = Page::of(call, &[&filter], request.page_size, &request.page_token)?;
    let (create_time, id) = (page.after_number(0, i64::MAX)?, page.after(1));
    let before = Before { create_time, id, limit: page.limit() };
    let mut reader = service.book.store.read_once().await?;
    let tenant = if call.caller.is_operator() { None } else { Some(call.tenant().unwrap_or_default()) };
    let rows = table::page(&mut reader, tenant, states, before).await?;
    let (operations, next_page_token) = page.fill(
        rows,
        |row| vec![row.create_time.as_microsecond().to_string(), row.id.clone()],
        |row| Operation::from(row).render(),
    );
    Ok(ListOperationsResponse { operations, next_page_token })
}
