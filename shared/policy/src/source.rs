//! Where a rule comes from.

/// A citation: the document and, where the document is one of the seeds, the number of the sentence in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Title of the public document, or `ours` for a decision of this project.
    pub document: &'static str,
    /// The place inside the document: sentence numbers of a seed document, empty for a whole document.
    pub anchor: &'static str,
}

/// A sentence of "Learn how partners can work with other partners in the CSP program".
pub(crate) const fn working_with_partners(anchor: &'static str) -> Source {
    Source { document: "Learn how partners can work with other partners in the CSP program", anchor }
}

/// A sentence of "Learn how to partner with indirect providers in the Cloud Solution Provider program".
pub(crate) const fn partnering_with_providers(anchor: &'static str) -> Source {
    Source {
        document: "Learn how to partner with indirect providers in the Cloud Solution Provider program",
        anchor,
    }
}

/// A sentence of "Partner with indirect resellers in the Cloud Solution Provider program".
pub(crate) const fn partnering_with_resellers(anchor: &'static str) -> Source {
    Source { document: "Partner with indirect resellers in the Cloud Solution Provider program", anchor }
}

/// A sentence of "Multi-partner support".
pub(crate) const fn multi_partner_support(anchor: &'static str) -> Source {
    Source { document: "Multi-partner support", anchor }
}

/// A public document cited as a whole, by its title.
pub(crate) const fn document(title: &'static str) -> Source {
    Source { document: title, anchor: "" }
}

/// A decision of this project where the programme's documents are silent.
pub const OURS: Source = Source { document: "ours", anchor: "" };

// Documents that several rules cite.
pub(crate) const PARTNER_AGREEMENT: Source = document("Microsoft Partner Agreement for CSP partners");
pub(crate) const PARTNER_AGREEMENT_FAQ: Source = document("MPA FAQ for indirect providers");
pub(crate) const OFFERS: Source = document("CSP offers; Offer resources (API reference)");
pub(crate) const MARKETS: Source =
    document("CSP program regional markets and currencies (2021-04-15 and 2023-08-17)");
pub(crate) const CREATE_CUSTOMER: Source =
    document("Create a customer; Create a customer for an indirect reseller (API reference)");
