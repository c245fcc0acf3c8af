//! What a load came to: times added up, percentiles, rounds compared, and the histogram as files hold it.
//! Never measures a time.

mod times;
mod account;
mod ratios;

pub use account::Account;
pub use times::Times;
