//! A story that calls every command that changes something, at least once.

use crate::{Running, Seller};

mod edges;
mod programme;
mod sales;

/// The partners of the story.
#[derive(Debug, Clone)]
pub struct Cast {
    /// A provider.
    pub contoso: Seller,
    /// A reseller with a partnership with `contoso`.
    pub fabrikam: Seller,
    /// Another reseller with a partnership with `contoso`.
    pub adatum: Seller,
    /// A direct-bill partner.
    pub litware: Seller,
}

/// Plays the whole story on an empty suite.
pub async fn play(suite: &Running) -> Cast {
    let cast = Cast {
        contoso: suite.provider("contoso", "DE").await,
        fabrikam: suite.reseller("fabrikam", "FR").await,
        adatum: suite.reseller("adatum", "FR").await,
        litware: suite.direct_bill("litware", "DE").await,
    };
    programme::play(suite, &cast).await;
    edges::play(suite, &cast).await;
    sales::play(suite, &cast).await;
    cast
}
