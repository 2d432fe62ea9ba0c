-- Creates the four databases. Each has its own role as owner, which cannot connect to the other three. Run it once as a
-- superuser, with psql 14 or newer and the four passwords in the environment:
--   PARTNER_REGISTRY_PASSWORD=… RELATIONSHIP_PASSWORD=… CUSTOMER_PASSWORD=… SUBSCRIPTION_PASSWORD=… \
--     psql --set ON_ERROR_STOP=1 --file deploy/postgres/databases.sql
-- LC_COLLATE is 'C' because the services page through lists in byte order; they refuse a database with another order.

\getenv partner_registry PARTNER_REGISTRY_PASSWORD
\getenv relationship RELATIONSHIP_PASSWORD
\getenv customer CUSTOMER_PASSWORD
\getenv subscription SUBSCRIPTION_PASSWORD

CREATE ROLE csp_partner_registry LOGIN PASSWORD :'partner_registry';
CREATE ROLE csp_relationship LOGIN PASSWORD :'relationship';
CREATE ROLE csp_customer LOGIN PASSWORD :'customer';
CREATE ROLE csp_subscription LOGIN PASSWORD :'subscription';

CREATE DATABASE csp_partner_registry OWNER csp_partner_registry TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE csp_relationship OWNER csp_relationship TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE csp_customer OWNER csp_customer TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
CREATE DATABASE csp_subscription OWNER csp_subscription TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';

REVOKE CONNECT, TEMPORARY ON DATABASE csp_partner_registry, csp_relationship, csp_customer, csp_subscription FROM PUBLIC;
