//! Relayed datagrams.

use std::sync::Arc;
use sockeye_core::{address::Address, event::Failure, plan::Family};
use tokio::net::UdpSocket;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use super::stand::Stand;

pub(super) async fn bind(_: &Address, _: Family) -> Result<Vec<UdpSocket>, Failure> { Ok(Vec::new()) }
pub(super) struct Ear;
impl Ear {
    pub(super) fn new(_: UdpSocket, _: Arc<Stand>, _: CancellationToken, _: TaskTracker) -> Self { Self }
    pub(super) async fn run(self) {}
}
