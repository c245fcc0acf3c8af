//! The API of `relay`: toxiproxy's, over HTTP, so that its client libraries make, damage and end relays while it runs.
//! Never spawns, and never lets a web page in.

mod refusal;
mod body;
mod toxic;
mod proxies;
mod routes;

use std::sync::Arc;

use sockeye_core::{
    event::Failure,
    limit::API_CONNECTIONS,
    plan::{Access, ApiPlan, Family},
};
use sockeye_net::run::Relays;

use crate::endpoint;

/// Offers the API until the run stops, and then answers what has been asked.
///
/// # Errors
/// It cannot listen there.
pub(crate) async fn offer(
    relays: Relays,
    plan: ApiPlan,
    access: Access,
    family: Family,
) -> Result<(), Failure> {
    let run = Arc::clone(relays.run());
    let (listener, hosts) = endpoint::open(&run, &plan.address, family, plan.hosts).await?;
    let router = routes::router(relays, hosts);
    let serve = |accepted| endpoint::serve(accepted, router.clone());
    endpoint::offer(&run, listener, access, API_CONNECTIONS, serve).await;
    Ok(())
}
