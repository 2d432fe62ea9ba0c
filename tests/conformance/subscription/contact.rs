//! Cases for partners that read a subscription and may not manage it: a support contact, a designated
//! reseller without an admin grant, a partner that was hired without a managing role.

use csp_tests::{Answer, MANAGING, READING, Seller};

use super::acts::{name_contact, reactivate, suspend, switch_auto_renew};
use crate::order::scene::Indirect;
use crate::scene::{Played, played};

/// An act that manages a subscription.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Managing {
    Suspend,
    Reactivate,
    SwitchAutoRenewOff,
    NameTheSellerAsContact,
}

impl Managing {
    pub(crate) async fn by(self, partner: &Seller, bought: &str, seller: &Seller) -> Answer<()> {
        match self {
            Managing::Suspend => suspend(partner, bought).await.map(|it| it.map(drop)),
            Managing::Reactivate => reactivate(partner, bought).await.map(|it| it.map(drop)),
            Managing::SwitchAutoRenewOff => {
                switch_auto_renew(partner, bought, false).await.map(|it| it.map(drop))
            }
            Managing::NameTheSellerAsContact => {
                name_contact(partner, bought, seller).await.map(|it| it.map(drop))
            }
        }
    }
}

/// A subscription of Contoso with Fabrikam as reseller of record, and Wingtip, another reseller of Contoso
/// that serves the customer on its own, as support contact.
pub(crate) struct Supported {
    pub(crate) scene: Indirect,
    pub(crate) wingtip: Seller,
    pub(crate) bought: String,
}

impl Supported {
    pub(crate) async fn by_wingtip() -> Supported {
        let scene = Indirect::open().await;
        let wingtip = scene.suite.reseller("wingtip", "FR").await;
        scene.suite.partnership(&scene.contoso, &wingtip).await;
        wingtip.serves(&scene.suite.customer("tailspin.tenant")).await;
        let bought = scene.buy().await.name;
        name_contact(&scene.contoso, &bought, &wingtip).await.unwrap();
        Supported { scene, wingtip, bought }
    }
}

/// The twin is the same act by the reseller of record.
pub(crate) async fn a_support_contact(act: Managing) -> Played {
    let Supported { scene, wingtip, bought } = Supported::by_wingtip().await;
    let refused = act.by(&wingtip, &bought, &scene.contoso).await;
    played(refused, act.by(&scene.fabrikam, &bought, &scene.contoso).await)
}

/// Adatum is the reseller of record, so Fabrikam, with which Contoso created the customer, manages by its
/// grant only.
pub(crate) async fn a_designated_reseller_whose_grant_the_customer_revoked(act: Managing) -> Played {
    let scene = Indirect::open().await;
    let adatum = scene.suite.reseller("adatum", "FR").await;
    scene.suite.partnership(&scene.contoso, &adatum).await;
    let bought = scene.order(Some(&adatum)).await.unwrap().into_inner().subscriptions.remove(0).name;
    let twin = act.by(&scene.fabrikam, &bought, &scene.contoso).await;
    reactivate(&scene.contoso, &bought).await.unwrap();
    let grant = scene.fabrikam.grants_on(&scene.tailspin).await.remove(0);
    scene.suite.customer("tailspin.tenant").revoke(&grant).await.unwrap();
    played(act.by(&scene.fabrikam, &bought, &scene.contoso).await, twin)
}

/// The twin is the same act by a partner that the customer hired with a managing role.
pub(crate) async fn a_partner_that_was_hired_without_a_managing_role(act: Managing) -> Played {
    let scene = Indirect::open().await;
    let bought = scene.buy().await.name;
    let tailspin = scene.suite.customer("tailspin.tenant");
    let (reading, managing) =
        (scene.suite.direct_bill("litware", "DE").await, scene.suite.direct_bill("wingtip", "FR").await);
    reading.hired_by(&tailspin, READING).await;
    managing.hired_by(&tailspin, MANAGING).await;
    let refused = act.by(&reading, &bought, &scene.contoso).await;
    played(refused, act.by(&managing, &bought, &scene.contoso).await)
}
