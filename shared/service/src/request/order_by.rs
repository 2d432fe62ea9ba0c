//! The field `order_by` of a list.

use crate::request::fields::Fields;

/// The order of a list by the time at which its entries were created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreationOrder {
    /// `create_time desc`.
    NewestFirst,
    /// `create_time`.
    OldestFirst,
}

impl CreationOrder {
    /// The creation time, in microseconds, before the first entry of the list.
    pub fn start(self) -> i64 {
        match self {
            CreationOrder::NewestFirst => i64::MAX,
            CreationOrder::OldestFirst => i64::MIN,
        }
    }
}

impl Fields {
    /// Reads `order_by`; newest first when empty.
    pub fn creation_order(&mut self, sent: &str) -> Option<CreationOrder> {
        let words: Vec<&str> = sent.split_whitespace().collect();
        match *words {
            [] | ["create_time", "desc"] => Some(CreationOrder::NewestFirst),
            ["create_time"] => Some(CreationOrder::OldestFirst),
            _ => {
                self.refuse("order_by", "must be `create_time desc`, `create_time` or empty".to_owned());
                None
            }
        }
    }
}
