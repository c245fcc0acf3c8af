//! Where targets are: their names resolved once, before anything is sent.
//! Never connects.

use std::net::SocketAddr;

use sockeye_core::{
    address::Address,
    event::{Failure, Kind, Operation},
    plan::BenchPlan,
};
use sockeye_text::text;

use crate::resolve;

/// A target whose name is resolved.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    pub(super) address: Address,
    /// As it is told of.
    pub(super) name: String,
    /// All of its addresses; none of a Unix socket.
    pub(super) addresses: Vec<SocketAddr>,
}

/// All targets of a plan.
///
/// # Errors
/// One cannot be resolved, or nothing can be sent there.
pub(super) async fn reach(plan: &BenchPlan) -> Result<Vec<Reached>, Failure> {
    let mut found = Vec::new();
    for address in plan.targets() {
        let name = address.to_string();
        let within = plan.conduct.limits.connect_timeout;
        let addresses = match address {
            Address::Tcp { host, port } | Address::Udp { host, port, .. } => {
                resolve::targets_within(within, host, *port, plan.family, &name).await?
            }
            Address::Unix(_) => Vec::new(),
            Address::Stdio => {
                return Err(Failure::new(Operation::Connect, name, Kind::Usage, text!("stdin-is-no-server"))
                    .hint(text!("stdin-is-no-server-hint")));
            }
        };
        found.push(Reached { address: address.clone(), name, addresses });
    }
    Ok(found)
}
