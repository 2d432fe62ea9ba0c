//! The eight sample scenarios of "Learn how partners can work with other partners in the CSP program", each
//! played through the public API over a real socket. One file for each scenario, numbered as in the document.
//! `untouched.rs` tests that accepted acts leave existing business unchanged.

mod s1_own_the_customer;
mod s2_another_partners_service;
mod s3_hired_to_manage;
mod s4_for_own_use;
mod s5_to_itself;
mod s6_reseller_as_customer;
mod s7_customer_elsewhere;
mod s8_reseller_elsewhere;
mod untouched;
