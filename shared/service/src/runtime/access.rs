//! Which roles may call which RPC: read from the contract's method options, and enforced before the call
//! reaches its service. Google's services have no options of ours: their RPCs are in one table here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use csp_policy::{Caller, Party, Role};
use csp_proto::policy::v1 as pb;
use prost_reflect::{DescriptorPool, ExtensionDescriptor, MethodDescriptor, Value};

use crate::fault::{Fault, Result};
use crate::request::descriptors;

const METHOD: &str = "csp.policy.v1.method";
const ROLE_PREFIX: &str = "ROLE_";
/// Start of the path of an RPC between services.
const INTERNAL: &str = "/csp.internal.";

/// The RPCs of a service of Google's: name, roles, effect.
type Rows = &'static [(&'static str, &'static [pb::Role], pb::Effect)];

/// Google's services, each with the suite's service that answers it. The contract is damaged if a method has
/// no row, or a row no method.
const GOOGLES: &[(&str, &str, Rows)] = &[("google.longrunning.Operations", "customer", OPERATIONS)];

/// `CancelOperation` changes something although its request has neither request id nor `validate_only`: it is
/// idempotent by nature. `WaitOperation` only reads. `DeleteOperation` is not implemented.
const OPERATIONS: Rows = &[
    ("ListOperations", OPERATION_READERS, pb::Effect::Read),
    ("GetOperation", OPERATION_READERS, pb::Effect::Read),
    ("DeleteOperation", OPERATION_CANCELLERS, pb::Effect::Mutation),
    ("CancelOperation", OPERATION_CANCELLERS, pb::Effect::Mutation),
    ("WaitOperation", OPERATION_READERS, pb::Effect::Read),
];

const OPERATION_READERS: &[pb::Role] = &[
    pb::Role::GlobalAdmin,
    pb::Role::UserAdmin,
    pb::Role::AdminAgent,
    pb::Role::SalesAgent,
    pb::Role::Operator,
];

const OPERATION_CANCELLERS: &[pb::Role] =
    &[pb::Role::GlobalAdmin, pb::Role::AdminAgent, pb::Role::SalesAgent, pb::Role::Operator];

static CONTRACT: LazyLock<Result<Contract, String>> = LazyLock::new(|| {
    let pool = descriptors::pool().map_err(|fault| format!("{fault:?}"))?;
    Contract::read(pool)
});

/// Every RPC of the contract.
#[derive(Debug)]
pub struct Contract {
    rpcs: BTreeMap<String, Rpc>,
}

/// One RPC with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rpc {
    /// HTTP path, for example `/csp.policy.v1.PolicyService/GetRule`.
    pub path: String,
    /// Name of the suite's service that answers the RPC, for example `partner-registry`.
    pub service: String,
    /// Bare name, for example `GetRule`.
    pub name: String,
    /// The roles that may call the RPC; never empty.
    pub roles: Vec<pb::Role>,
    /// The boundary that guards the RPC; `None` when no rule applies.
    pub boundary: Option<String>,
    /// What the RPC does.
    pub effect: pb::Effect,
    /// Whether the request or the response is a stream.
    pub streaming: bool,
}

/// The contract.
///
/// # Errors
/// [`Fault::Internal`] when the contract's descriptors are damaged, which only a damaged build can cause.
pub fn contract() -> Result<&'static Contract> {
    CONTRACT.as_ref().map_err(|cause| Fault::internal(cause.clone()))
}

impl Contract {
    /// Every RPC, ordered by path.
    pub fn rpcs(&self) -> impl Iterator<Item = &Rpc> {
        self.rpcs.values()
    }

    /// The RPC with this HTTP path; `None` when there is none.
    pub fn at(&self, path: &str) -> Option<&Rpc> {
        self.rpcs.get(path)
    }

    fn read(pool: &DescriptorPool) -> Result<Self, String> {
        let option = pool.get_extension_by_name(METHOD);
        let option = option.ok_or_else(|| format!("the contract has no option {METHOD}"))?;
        let services = pool.services().filter(|service| service.full_name().starts_with("csp."));
        let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
        let mut rpcs = methods.map(|method| rpc(&option, &method)).collect::<Result<Vec<_>, _>>()?;
        for (name, answerer, rows) in GOOGLES {
            rpcs.extend(googles(pool, name, answerer, rows)?);
        }
        Ok(Contract { rpcs: rpcs.into_iter().map(|rpc| (rpc.path.clone(), rpc)).collect() })
    }
}

/// The client's RPC with this full name, for example `csp.subscription.v1.SubscriptionService/SubmitOrder`,
/// if it changes something.
pub(crate) fn method(full_name: &str) -> Option<&'static str> {
    let rpc = contract().ok()?.at(&format!("/{full_name}"))?;
    (rpc.changes_something() && !rpc.is_internal()).then(|| rpc.told())
}

/// Full name of the client's RPC that changes something and has this bare name; other work keeps its name.
pub(crate) fn method_of(rpc: &'static str) -> &'static str {
    let named = |contract: &'static Contract| {
        contract.rpcs().find(|known| known.name == rpc && known.changes_something())
    };
    contract().ok().and_then(named).map_or(rpc, Rpc::told)
}

impl Rpc {
    /// Full name, for example `csp.policy.v1.PolicyService/GetRule`.
    pub fn full_name(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// The name by which clients are told the RPC: the full name, for example
    /// `csp.subscription.v1.SubscriptionService/SubmitOrder`, or for an RPC between services the bare name.
    pub(crate) fn told(&'static self) -> &'static str {
        if self.is_internal() { &self.name } else { self.full_name() }
    }

    fn is_internal(&self) -> bool {
        self.path.starts_with(INTERNAL)
    }

    fn changes_something(&self) -> bool {
        self.effect != pb::Effect::Read
    }

    /// Checks that the caller has one of the allowed roles; `by_service` for a call from another service.
    ///
    /// An operator has no rights beyond RPCs that name the operator role. A role counts only in its own kind
    /// of party: a customer's global admin is not a partner's global admin.
    ///
    /// # Errors
    /// [`Fault::RoleMissing`].
    pub fn admit(&'static self, caller: &Caller, by_service: bool) -> Result<()> {
        if self.roles.iter().any(|role| matches_role(*role, caller, by_service)) {
            return Ok(());
        }
        let words = self.roles.iter().map(|role| role_word(*role));
        Err(Fault::RoleMissing { rpc: self.told(), roles: words.collect::<Vec<_>>().join(" ") })
    }
}

/// The name of a role in an error: without the enum's prefix.
pub fn role_word(role: pb::Role) -> &'static str {
    let name = role.as_str_name();
    name.strip_prefix(ROLE_PREFIX).unwrap_or(name)
}

fn matches_role(role: pb::Role, caller: &Caller, by_service: bool) -> bool {
    let is_partner_with = |role| matches!(caller.party, Party::Partner { .. }) && caller.holds(role);
    let is_customer = matches!(caller.party, Party::Customer { .. });
    match role {
        pb::Role::Unspecified => false,
        pb::Role::Anyone => true,
        pb::Role::Operator => caller.is_operator(),
        pb::Role::Service => by_service,
        pb::Role::GlobalAdmin => is_partner_with(Role::GlobalAdmin),
        pb::Role::UserAdmin => is_partner_with(Role::UserAdmin),
        pb::Role::AdminAgent => is_partner_with(Role::AdminAgent),
        pb::Role::SalesAgent => is_partner_with(Role::SalesAgent),
        pb::Role::CustomerUser => is_customer,
        pb::Role::CustomerGlobalAdmin => is_customer && caller.holds(Role::GlobalAdmin),
    }
}

fn rpc(option: &ExtensionDescriptor, method: &MethodDescriptor) -> Result<Rpc, String> {
    let options = method.options();
    let value = options.get_extension(option);
    let field = |name| value.as_message().and_then(|message| message.get_field_by_name(name));
    let roles = field("roles").map(|roles| roles_in(&roles)).filter(|roles| !roles.is_empty());
    let boundary = field("boundary").and_then(|name| name.as_str().map(str::to_owned));
    let effect = field("effect").and_then(|effect| effect.as_enum_number());
    let effect = effect.and_then(|number| pb::Effect::try_from(number).ok());
    Ok(Rpc {
        path: format!("/{}/{}", method.parent_service().full_name(), method.name()),
        service: service_of(method.parent_service().package_name()),
        name: method.name().to_owned(),
        roles: roles.ok_or_else(|| format!("{} does not say who may call it", method.full_name()))?,
        boundary: boundary.filter(|name| !name.is_empty()),
        effect: effect.ok_or_else(|| format!("{} does not say what it does", method.full_name()))?,
        streaming: method.is_client_streaming() || method.is_server_streaming(),
    })
}

/// The RPCs of one of Google's services, by its rows in the table.
fn googles(pool: &DescriptorPool, name: &str, answerer: &str, rows: Rows) -> Result<Vec<Rpc>, String> {
    let service = pool.get_service_by_name(name).ok_or_else(|| format!("there is no service {name}"))?;
    if service.methods().len() != rows.len() {
        return Err(format!("{name} has {} RPCs, its table {}", service.methods().len(), rows.len()));
    }
    let rpc = |method: MethodDescriptor| {
        let (_, roles, effect) = rows
            .iter()
            .find(|(named, ..)| *named == method.name())
            .ok_or_else(|| format!("no table says who may call {}", method.full_name()))?;
        Ok(Rpc {
            path: format!("/{name}/{}", method.name()),
            service: answerer.to_owned(),
            name: method.name().to_owned(),
            roles: roles.to_vec(),
            boundary: None,
            effect: *effect,
            streaming: method.is_client_streaming() || method.is_server_streaming(),
        })
    };
    service.methods().map(rpc).collect()
}

fn roles_in(value: &Value) -> Vec<pb::Role> {
    let numbers = value.as_list().unwrap_or_default().iter().filter_map(Value::as_enum_number);
    numbers.filter_map(|number| pb::Role::try_from(number).ok()).collect()
}

/// `csp.partner_registry.v1` and `csp.internal.partner_registry.v1` are packages of the service
/// `partner-registry`.
fn service_of(package: &str) -> String {
    let word = package.split('.').skip(1).find(|word| *word != "internal");
    word.unwrap_or(package).replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rpc(roles: &[pb::Role]) -> &'static Rpc {
        Box::leak(Box::new(Rpc {
            path: "/csp.test.v1.TestService/Do".to_owned(),
            service: "test".to_owned(),
            name: "Do".to_owned(),
            roles: roles.to_vec(),
            boundary: None,
            effect: pb::Effect::Read,
            streaming: false,
        }))
    }

    fn partner(roles: &[Role]) -> Caller {
        Caller { party: Party::Partner { tenant: "p.example".to_owned() }, roles: roles.to_vec() }
    }

    fn customer(roles: &[Role]) -> Caller {
        Caller { party: Party::Customer { tenant: "c.example".to_owned() }, roles: roles.to_vec() }
    }

    #[test]
    fn only_a_caller_with_a_named_role_passes() {
        let operator = Caller::operator();
        let service = Caller { party: Party::Service, roles: Vec::new() };
        let table = [
            (pb::Role::Anyone, customer(&[]), true),
            (pb::Role::Operator, operator.clone(), true),
            (pb::Role::Operator, partner(&[Role::GlobalAdmin]), false),
            (pb::Role::GlobalAdmin, partner(&[Role::GlobalAdmin]), true),
            (pb::Role::GlobalAdmin, customer(&[Role::GlobalAdmin]), false),
            (pb::Role::GlobalAdmin, operator.clone(), false),
            (pb::Role::SalesAgent, partner(&[Role::GlobalAdmin]), false),
            (pb::Role::SalesAgent, partner(&[Role::SalesAgent]), true),
            (pb::Role::CustomerGlobalAdmin, customer(&[Role::GlobalAdmin]), true),
            (pb::Role::CustomerGlobalAdmin, customer(&[]), false),
            (pb::Role::CustomerGlobalAdmin, partner(&[Role::GlobalAdmin]), false),
            (pb::Role::CustomerUser, customer(&[]), true),
            (pb::Role::CustomerUser, partner(&[]), false),
            (pb::Role::Service, operator, false),
            (pb::Role::Service, service.clone(), true),
            (pb::Role::Unspecified, partner(&[Role::GlobalAdmin]), false),
        ];
        for (role, caller, passes) in table {
            let by_service = caller == service;
            assert_eq!(rpc(&[role]).admit(&caller, by_service).is_ok(), passes, "{role:?} for {caller:?}");
        }
    }

    #[test]
    fn a_refused_caller_is_told_the_allowed_roles() {
        let rpc = rpc(&[pb::Role::AdminAgent, pb::Role::Operator]);
        let refused = rpc.admit(&partner(&[Role::UserAdmin]), false);
        let Err(Fault::RoleMissing { rpc, roles }) = refused else { panic!("{refused:?}") };
        assert_eq!((rpc, roles.as_str()), ("csp.test.v1.TestService/Do", "ADMIN_AGENT OPERATOR"));
    }

    #[test]
    fn the_contract_says_who_may_call_each_rpc() {
        let contract = contract().unwrap();
        let get_rule = contract.at("/csp.policy.v1.PolicyService/GetRule").unwrap();
        assert_eq!((get_rule.service.as_str(), get_rule.name.as_str()), ("policy", "GetRule"));
        assert_eq!(
            (get_rule.roles.as_slice(), get_rule.effect),
            ([pb::Role::Anyone].as_slice(), pb::Effect::Read)
        );
        assert!(contract.rpcs().all(|rpc| !rpc.roles.is_empty()));
        assert!(contract.at("/csp.policy.v1.PolicyService/Unknown").is_none());
    }

    #[test]
    fn the_bare_name_of_an_rpc_that_changes_something_is_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for rpc in contract().unwrap().rpcs().filter(|rpc| rpc.changes_something()) {
            assert!(names.insert(&rpc.name), "{} has the bare name of another RPC", rpc.path);
        }
    }

    #[test]
    fn only_an_rpc_for_clients_is_told_by_its_full_name() {
        let submit = "csp.subscription.v1.SubscriptionService/SubmitOrder";
        assert_eq!((method_of("SubmitOrder"), method(submit)), (submit, Some(submit)));
        assert_eq!((method_of("EstablishCustomer"), method_of("Resume")), ("EstablishCustomer", "Resume"));
        for none in [
            "SubmitOrder",
            "csp.subscription.v1.SubscriptionService/ListOrders",
            "csp.internal.relationship.v1.RelationshipFactsService/EstablishCustomer",
        ] {
            assert_eq!(method(none), None, "{none}");
        }
    }

    #[test]
    fn every_remedy_of_the_rule_book_names_an_rpc_of_clients_that_changes_something() {
        let denials = csp_policy::catalogue::CATALOGUE.iter().flat_map(|rule| rule.denials);
        for name in denials.flat_map(|denial| denial.remedies).filter_map(|remedy| remedy.rpc) {
            assert!(method(method_of(name)).is_some(), "{name}");
        }
    }

    #[test]
    fn every_rpc_of_googles_operations_has_a_row_and_every_row_an_rpc() {
        let pool = descriptors::pool().unwrap();
        let (name, answerer, rows) = GOOGLES[0];
        let rpcs = googles(pool, name, answerer, rows).unwrap();
        let cancel = rpcs.iter().find(|rpc| rpc.name == "CancelOperation").unwrap();
        assert_eq!((cancel.service.as_str(), cancel.effect), ("customer", pb::Effect::Mutation));
        assert!(googles(pool, name, answerer, &rows[1..]).is_err(), "an RPC without a row is refused");
        let foreign = [rows, &[("BuyOperation", OPERATION_READERS, pb::Effect::Read)]].concat();
        assert!(googles(pool, name, answerer, foreign.leak()).is_err(), "a row without an RPC is refused");
    }

    #[test]
    fn every_boundary_named_by_an_rpc_is_in_the_rule_book() {
        for rpc in contract().unwrap().rpcs() {
            if let Some(boundary) = &rpc.boundary {
                let known = csp_policy::boundaries::ALL.iter().any(|listing| listing.name == boundary);
                assert!(known, "{} is guarded by `{boundary}`, which is not a boundary", rpc.path);
            }
        }
    }
}
