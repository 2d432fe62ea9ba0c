//! Who made a call, as words for people.

use csp_proto::r#type::v1::Actor;
use csp_proto::r#type::v1::actor::Kind;

/// A kind of caller as a word.
pub(crate) fn kind_word(actor: &Actor) -> &'static str {
    match actor.kind() {
        Kind::Unspecified => "",
        Kind::Partner => "partner",
        Kind::Customer => "customer",
        Kind::Operator => "operator",
        Kind::Service => "service",
    }
}

/// The kind of caller, its tenant and its subject.
pub(crate) fn for_people(actor: &Actor) -> String {
    let caller = [&actor.tenant_id, &actor.subject].into_iter().filter(|part| !part.is_empty());
    let caller = caller.cloned().collect::<Vec<_>>().join("/");
    format!("{} {caller}", kind_word(actor)).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_of_the_suite_itself_is_by_a_service() {
        let actor = Actor { kind: Kind::Service.into(), ..Actor::default() };
        assert_eq!(for_people(&actor), "service");
    }
}
