//! What happens in a channel: every command that changes something, at least once.

use csp_tests::{Running, Seller};

mod edges;
mod programme;
mod sales;

/// Those who take part.
pub(crate) struct Cast {
    pub(crate) contoso: Seller,
    pub(crate) fabrikam: Seller,
    pub(crate) adatum: Seller,
    pub(crate) litware: Seller,
}

/// Plays it all.
pub(crate) async fn play(suite: &Running) {
    let cast = Cast {
        contoso: suite.provider("contoso", "DE").await,
        fabrikam: suite.reseller("fabrikam", "FR").await,
        adatum: suite.reseller("adatum", "FR").await,
        litware: suite.direct_bill("litware", "DE").await,
    };
    programme::play(suite, &cast).await;
    edges::play(suite, &cast).await;
    sales::play(suite, &cast).await;
}
