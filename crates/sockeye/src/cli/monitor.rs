//! Flags of `probe` that say where results are reported besides the screen: to Prometheus, to Zabbix.
//! Never connects or listens.

use clap::Args;
use sockeye_core::{
    address::{Address, Host},
    plan::{AllowedTarget, MonitorPlan, TrapperPlan},
};

use super::{serve, service::address};
use crate::say::{monitor as say, words};

/// Where results are reported.
#[derive(Debug, Args)]
#[command(next_help_heading = "heading-reporting")]
pub(crate) struct Monitoring {
    #[arg(long, value_name = "ADDR")]
    metrics: Option<String>,
    #[arg(long, value_name = "ADDR")]
    zabbix_agent: Option<String>,
    #[arg(long, value_name = "ADDR", requires = "zabbix_host")]
    zabbix_server: Option<String>,
    #[arg(long, value_name = "NAME", requires = "zabbix_server")]
    zabbix_host: Option<String>,
    #[arg(long, value_name = "HOST:PORT|CIDR:PORT", value_parser = allowed)]
    allow_target: Vec<AllowedTarget>,
    #[arg(long, value_name = "NAME", value_parser = serve::host, requires = "metrics")]
    allow_host: Vec<Host>,
}

fn allowed(text: &str) -> Result<AllowedTarget, String> {
    AllowedTarget::parse(text).map_err(|why| words(&why))
}

impl Monitoring {
    /// Whether anybody asks as long as the run lasts, so that it should last.
    pub(crate) fn is_asked(&self) -> bool {
        self.metrics.is_some() || self.zabbix_agent.is_some()
    }

    /// What of it was asked for.
    ///
    /// # Errors
    /// An address that is none of TCP; targets are allowed, and nobody can ask for them.
    pub(crate) fn plan(&self) -> Result<MonitorPlan, String> {
        if !self.allow_target.is_empty() && !self.is_asked() {
            return Err(say::nobody_asks());
        }
        let trapper = match (&self.zabbix_server, &self.zabbix_host) {
            (Some(server), Some(host)) => {
                Some(TrapperPlan { server: of_tcp(server, "--zabbix-server")?, host: host.clone() })
            }
            _ => None,
        };
        Ok(MonitorPlan {
            metrics: self.metrics.as_deref().map(|text| of_tcp(text, "--metrics")).transpose()?,
            zabbix_agent: self
                .zabbix_agent
                .as_deref()
                .map(|text| of_tcp(text, "--zabbix-agent"))
                .transpose()?,
            trapper,
            allowed: self.allow_target.clone(),
            hosts: self.allow_host.clone(),
        })
    }
}

fn of_tcp(text: &str, flag: &str) -> Result<Address, String> {
    match address(text, None)? {
        address @ Address::Tcp { .. } => Ok(address),
        other => Err(say::not_tcp(flag, &other.to_string())),
    }
}
