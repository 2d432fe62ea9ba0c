//! Which roles may call which RPC: read from the contract's method options, and enforced before the call
//! reaches its service.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use csp_policy::{Party, Role};
use csp_proto::policy::v1 as pb;
use prost_reflect::{DescriptorPool, ExtensionDescriptor, MethodDescriptor, Value};

use crate::fault::{Fault, Result};
use crate::request::call::Call;
use crate::request::descriptors;

const METHOD: &str = "csp.policy.v1.method";
const ROLE_PREFIX: &str = "ROLE_";

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
        let rpcs = methods.map(|method| rpc(&option, &method));
        Ok(Contract {
            rpcs: rpcs.map(|rpc| rpc.map(|rpc| (rpc.path.clone(), rpc))).collect::<Result<_, _>>()?,
        })
    }
}

impl Rpc {
    /// Checks that the caller has one of the allowed roles.
    ///
    /// An operator has no rights beyond RPCs that name the operator role. A role counts only in its own kind
    /// of party: a customer's global admin is not a partner's global admin.
    ///
    /// # Errors
    /// [`Fault::RoleMissing`].
    pub fn admit(&'static self, call: &Call) -> Result<()> {
        if self.roles.iter().any(|role| matches_role(*role, call)) {
            return Ok(());
        }
        let words = self.roles.iter().map(|role| role_word(*role));
        Err(Fault::RoleMissing { rpc: &self.name, roles: words.collect::<Vec<_>>().join(" ") })
    }
}

/// The name of a role in an error: without the enum's prefix.
pub fn role_word(role: pb::Role) -> &'static str {
    let name = role.as_str_name();
    name.strip_prefix(ROLE_PREFIX).unwrap_or(name)
}

fn matches_role(role: pb::Role, call: &Call) -> bool {
    let is_partner_with =
        |role| matches!(call.caller.party, Party::Partner { .. }) && call.caller.holds(role);
    let is_customer = matches!(call.caller.party, Party::Customer { .. });
    match role {
        pb::Role::Unspecified => false,
        pb::Role::Anyone => true,
        pb::Role::Operator => call.caller.is_operator(),
        pb::Role::Service => call.by_service,
        pb::Role::GlobalAdmin => is_partner_with(Role::GlobalAdmin),
        pb::Role::UserAdmin => is_partner_with(Role::UserAdmin),
        pb::Role::AdminAgent => is_partner_with(Role::AdminAgent),
        pb::Role::SalesAgent => is_partner_with(Role::SalesAgent),
        pb::Role::CustomerUser => is_customer,
        pb::Role::CustomerGlobalAdmin => is_customer && call.caller.holds(Role::GlobalAdmin),
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

fn roles_in(value: &Value) -> Vec<pb::Role> {
    let numbers = value.as_list().unwrap_or_default().iter().filter_map(Value::as_enum_number);
    numbers.filter_map(|number| pb::Role::try_from(number).ok()).collect()
}

/// `csp.partner_registry.v1` and `csp.internal.partner_registry.v1` are packages of the service
/// `partner-registry`.
fn service_of(package: &str) -> String {
    let words = package.split('.').skip(1);
    words.skip_while(|word| *word == "internal").next().unwrap_or(package).replace('_', "-")
}

#[cfg(test)]
mod tests {
    use csp_policy::Caller;

    use super::*;

    fn rpc(roles: &[pb::Role]) -> &'static Rpc {
        Box::leak(Box::new(Rpc {
            path: String::new(),
            service: "test".to_owned(),
            name: "Do".to_owned(),
            roles: roles.to_vec(),
            boundary: None,
            effect: pb::Effect::Read,
            streaming: false,
        }))
    }

    fn call(party: Party, roles: &[Role]) -> Call {
        Call::made_by(Caller { party, roles: roles.to_vec() }, "ana", "Do")
    }

    fn partner(roles: &[Role]) -> Call {
        call(Party::Partner { tenant: "p.example".to_owned() }, roles)
    }

    fn customer(roles: &[Role]) -> Call {
        call(Party::Customer { tenant: "c.example".to_owned() }, roles)
    }

    #[test]
    fn only_a_caller_with_a_named_role_passes() {
        let operator = call(Party::Operator, &[]);
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
            (pb::Role::Service, Call::of_service("customer", "Do"), true),
            (pb::Role::Unspecified, partner(&[Role::GlobalAdmin]), false),
        ];
        for (role, call, passes) in table {
            assert_eq!(rpc(&[role]).admit(&call).is_ok(), passes, "{role:?} for {call:?}");
        }
    }

    #[test]
    fn a_refused_caller_is_told_the_allowed_roles() {
        let refused = rpc(&[pb::Role::AdminAgent, pb::Role::Operator]).admit(&partner(&[Role::UserAdmin]));
        let Err(Fault::RoleMissing { rpc, roles }) = refused else { panic!("{refused:?}") };
        assert_eq!((rpc, roles.as_str()), ("Do", "ADMIN_AGENT OPERATOR"));
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
    fn every_boundary_named_by_an_rpc_is_in_the_rule_book() {
        for rpc in contract().unwrap().rpcs() {
            if let Some(boundary) = &rpc.boundary {
                let known = csp_policy::boundaries::ALL.iter().any(|listing| listing.name == boundary);
                assert!(known, "{} is guarded by `{boundary}`, which is not a boundary", rpc.path);
            }
        }
    }
}
