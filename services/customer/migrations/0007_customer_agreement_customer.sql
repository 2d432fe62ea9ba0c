CREATE UNIQUE INDEX customer_agreement_customer ON customer_agreement (customer)
