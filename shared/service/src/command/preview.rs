//! The response to a preview, without what only the act makes: drawn ids, etags, revisions, and the times of
//! creation and of change.

use prost::{Message, Name};
use prost_reflect::{DynamicMessage, Value};

use crate::fault::{Fault, Result};
use crate::request::descriptors::dynamic;
use crate::request::wire;
use crate::runtime::ids;

/// Fields of a resource that a preview leaves out.
const OF_A_WRITE: [&str; 3] = ["etag", "revision", "update_time"];
/// Fields of a created resource that a preview leaves out.
const OF_A_CREATION: [&str; 4] = ["etag", "revision", "create_time", "update_time"];

/// A resource that the act would write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched<'a> {
    /// Its resource name.
    pub name: &'a str,
    /// Whether the act would create it.
    pub is_created: bool,
}

/// The response to a preview, from the response that the act would give. `request` is the encoded request.
pub(super) fn response<M>(response: M, request: &[u8], touched: &[Touched<'_>]) -> Result<M>
where
    M: Message + Name + Default,
{
    if touched.is_empty() {
        return Ok(response);
    }
    let is_invented = |one: &&Touched<'_>| one.is_created && is_invented(one.name, request);
    let invented = touched.iter().filter(is_invented).map(|one| one.name).collect();
    let mut message = dynamic(&response)?;
    Preview { touched, invented }.clear(&mut message);
    message.transcode_to().map_err(|error| Fault::internal(format!("a preview does not decode: {error}")))
}

/// Whether the name ends in an id that was drawn for this call, not chosen by its request.
fn is_invented(name: &str, request: &[u8]) -> bool {
    let id = wire::id_of(name);
    ids::is_drawn(id) && !request.windows(id.len()).any(|part| part == id.as_bytes())
}

struct Preview<'a> {
    touched: &'a [Touched<'a>],
    invented: Vec<&'a str>,
}

impl Preview<'_> {
    fn clear(&self, message: &mut DynamicMessage) {
        let name = message.get_field_by_name("name").and_then(|name| name.as_str().map(str::to_owned));
        let touched = name.and_then(|name| self.touched.iter().find(|one| one.name == name));
        let of_the_act = match touched {
            Some(Touched { is_created: true, .. }) => OF_A_CREATION.as_slice(),
            Some(_) => OF_A_WRITE.as_slice(),
            None => &[],
        };
        of_the_act.iter().for_each(|field| message.clear_field_by_name(field));
        let set: Vec<_> = message.fields().map(|(field, _)| field).collect();
        for field in set {
            let value = message.get_field_mut(&field);
            if value.as_str().is_some_and(|text| self.names_an_invented(text)) {
                message.clear_field(&field);
            } else {
                self.clear_in(value);
            }
        }
    }

    fn clear_in(&self, value: &mut Value) {
        match value {
            Value::Message(message) => self.clear(message),
            Value::List(values) => {
                values.retain(|value| !value.as_str().is_some_and(|text| self.names_an_invented(text)));
                values.iter_mut().for_each(|value| self.clear_in(value));
            }
            _ => {}
        }
    }

    /// Whether the text is an invented name, or the name of something below it.
    fn names_an_invented(&self, text: &str) -> bool {
        let mut rests = self.invented.iter().filter_map(|name| text.strip_prefix(name));
        rests.any(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use csp_proto::relationship::v1 as pb;

    use super::*;

    const DRAWN: &str = "partnerships/01a1fdfb-3448-71ca-b105-d1d846fddf7a";

    fn requested(name: &str) -> pb::RequestPartnershipResponse {
        let partnership = pb::Partnership {
            name: name.to_owned(),
            etag: "1".to_owned(),
            revision: 1,
            create_time: Some(prost_types::Timestamp::default()),
            update_time: Some(prost_types::Timestamp::default()),
            provider: "partners/contoso".to_owned(),
            ..Default::default()
        };
        pb::RequestPartnershipResponse { partnership: Some(partnership), ..Default::default() }
    }

    fn previewed(name: &str, request: &[u8], is_created: bool) -> pb::Partnership {
        let touched = [Touched { name, is_created }];
        response(requested(name), request, &touched).unwrap().partnership.unwrap()
    }

    #[test]
    fn the_preview_of_a_creation_has_no_drawn_name_no_etag_and_no_time() {
        let expected = pb::Partnership { provider: "partners/contoso".to_owned(), ..Default::default() };
        assert_eq!(previewed(DRAWN, b"", true), expected);
    }

    #[test]
    fn the_preview_of_a_creation_has_the_name_that_the_caller_chose() {
        let expected = pb::Partnership {
            name: DRAWN.to_owned(),
            provider: "partners/contoso".to_owned(),
            ..Default::default()
        };
        assert_eq!(previewed(DRAWN, DRAWN.as_bytes(), true), expected);
        assert_eq!(previewed("partnerships/chosen", b"", true).name, "partnerships/chosen");
    }

    #[test]
    fn the_preview_of_a_change_keeps_the_name_and_the_time_of_creation() {
        let changed = previewed(DRAWN, b"", false);
        assert_eq!((changed.name.as_str(), changed.etag.as_str(), changed.revision), (DRAWN, "", 0));
        assert_eq!((changed.create_time.is_some(), changed.update_time), (true, None));
    }

    #[test]
    fn a_resource_that_the_act_does_not_write_stays_as_it_is() {
        let other = Touched { name: "partnerships/other", is_created: false };
        assert_eq!(response(requested(DRAWN), b"", &[other]).unwrap(), requested(DRAWN));
    }

    #[test]
    fn an_invented_name_is_left_out_wherever_it_stands() {
        let decision = csp_proto::policy::v1::Decision { subject: DRAWN.to_owned(), ..Default::default() };
        let act = pb::RequestPartnershipResponse { decision: Some(decision), ..requested(DRAWN) };
        let told = response(act, b"", &[Touched { name: DRAWN, is_created: true }]).unwrap();
        assert_eq!(told.decision.unwrap().subject, "");
    }
}
