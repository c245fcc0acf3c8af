//! Where results of `probe` are reported while it goes on: metrics for Prometheus, passive checks and trapper items of Zabbix.
//! Never holds up what is probed.

mod board;
mod metrics;
mod desk;
mod scrape;
mod agent;
mod trapper;

use std::sync::Arc;

use sockeye_core::{
    address::{Address, Host},
    event::{Failure, Probed, What},
    limit::MONITOR_CONNECTIONS,
    plan::Access,
};
use sockeye_net::{link::Listener, run::Probes};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use self::desk::Desk;
use crate::endpoint;

/// Reports what is found wherever the plan says, until no target is tried any more.
///
/// # Errors
/// It cannot listen where it is to be asked.
pub(crate) async fn report(probes: Probes) -> Result<(), Failure> {
    let plan = probes.plan().monitor.clone();
    let (counting, sending) = (probes.results(), probes.results());
    let desk = Arc::new(Desk::new(probes));
    tokio::try_join!(
        async {
            count(&desk, counting).await;
            Ok(())
        },
        async {
            match &plan.metrics {
                Some(address) => scraped(&desk, address, plan.hosts.clone()).await,
                None => Ok(()),
            }
        },
        async {
            match &plan.zabbix_agent {
                Some(address) => asked(&desk, address).await,
                None => Ok(()),
            }
        },
        async {
            if let Some(trapper) = &plan.trapper {
                trapper::send_all(&desk, trapper, sending).await;
            } else {
                drop(sending);
            }
            Ok(())
        },
    )?;
    Ok(())
}

/// Counts results for those who scrape.
async fn count(desk: &Desk, mut results: Receiver<Arc<Probed>>) {
    let over = desk.probes.over();
    if desk.probes.plan().monitor.metrics.is_none() {
        return;
    }
    loop {
        tokio::select! {
            biased;
            result = results.recv() => match result {
                Ok(probed) => desk.board.take(&probed),
                Err(RecvError::Lagged(missed)) => desk.board.miss(missed),
                Err(RecvError::Closed) => return,
            },
            () = over.cancelled() => return,
        }
    }
}

/// Answers those who scrape.
async fn scraped(desk: &Arc<Desk>, address: &Address, hosts: Vec<Host>) -> Result<(), Failure> {
    let run = desk.probes.run();
    let (listener, hosts) = endpoint::open(run, address, desk.probes.plan().family, hosts).await?;
    let router = scrape::router(Arc::clone(desk), hosts);
    let serve = |accepted| endpoint::serve(accepted, router.clone());
    endpoint::offer(run, listener, Access::default(), MONITOR_CONNECTIONS, serve).await;
    Ok(())
}

/// Answers a Zabbix server.
async fn asked(desk: &Arc<Desk>, address: &Address) -> Result<(), Failure> {
    let run = desk.probes.run();
    let listener = Listener::bind(address, desk.probes.plan().family).await?;
    for addr in listener.shown() {
        let addr = format!("zabbix://{}", addr.strip_prefix("tcp://").unwrap_or(&addr));
        run.tell(What::Listening { addr, target: None }).await;
    }
    let answer = |accepted| agent::answer(accepted, Arc::clone(desk));
    endpoint::offer(run, listener, Access::default(), MONITOR_CONNECTIONS, answer).await;
    Ok(())
}
