CREATE UNIQUE INDEX partner_agreement_of_account ON partner_agreement (account)
