//! Repeated enum fields of a request, read as sets.

use csp_service::Fields;

/// Reads at most `entries_max` values. The result is sorted and has no duplicates.
pub(crate) fn read<E: TryFrom<i32> + Ord>(
    fields: &mut Fields,
    field: &str,
    sent: &[i32],
    entries_max: usize,
) -> Option<Vec<E>> {
    fields.number(field, sent.len(), 0..=entries_max)?;
    let read: Vec<Option<E>> = sent.iter().map(|value| fields.enum_value(field, *value)).collect();
    let mut values = read.into_iter().collect::<Option<Vec<E>>>()?;
    values.sort();
    values.dedup();
    Some(values)
}
