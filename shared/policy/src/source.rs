//! The sources of the rules: public documents, and decisions of this project.

/// A citation of a document. Four documents are cited by sentence: the number is the id of the sentence's
/// `sxs-lookup` span in the document's published translation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Title of the public document, or `ours` for a decision of this project.
    pub document: &'static str,
    /// Sentence numbers inside the document, for example `191-192`; empty for a document that is cited as a
    /// whole.
    pub anchor: &'static str,
}

/// Sentences of "Learn how partners can work with other partners in the CSP program".
pub(crate) const fn working_with_partners(anchor: &'static str) -> Source {
    Source { document: "Learn how partners can work with other partners in the CSP program", anchor }
}

/// Sentences of "Learn how to partner with indirect providers in the Cloud Solution Provider program".
pub(crate) const fn partnering_with_providers(anchor: &'static str) -> Source {
    Source {
        document: "Learn how to partner with indirect providers in the Cloud Solution Provider program",
        anchor,
    }
}

/// Sentences of "Partner with indirect resellers in the Cloud Solution Provider program".
pub(crate) const fn partnering_with_resellers(anchor: &'static str) -> Source {
    Source { document: "Partner with indirect resellers in the Cloud Solution Provider program", anchor }
}

/// Sentences of "Multi-partner support".
pub(crate) const fn multi_partner_support(anchor: &'static str) -> Source {
    Source { document: "Multi-partner support", anchor }
}

/// A public document cited as a whole, by its title.
pub(crate) const fn document(title: &'static str) -> Source {
    Source { document: title, anchor: "" }
}

/// A decision of this project, made where the programme's documents are silent.
pub const OURS: Source = Source { document: "ours", anchor: "" };

// Documents that several rules cite.
pub(crate) const PARTNER_AGREEMENT: Source = document("Microsoft Partner Agreement for CSP partners");
pub(crate) const PARTNER_AGREEMENT_FAQ: Source = document("MPA FAQ for indirect providers");
pub(crate) const OFFERS: Source = document("CSP offers; Offer resources (API reference)");
pub(crate) const MARKETS: Source =
    document("CSP program regional markets and currencies (2021-04-15 and 2023-08-17)");
pub(crate) const CREATE_CUSTOMER: Source =
    document("Create a customer; Create a customer for an indirect reseller (API reference)");
