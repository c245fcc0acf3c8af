//! The plain way to echo datagrams with tokio, to be measured against: `recv_from`, `send_to`, for ever.
//! `tokio_udp_echo HOST PORT` prints `port N`.

#![allow(clippy::print_stdout, reason = "who measures is told the port so")]

use std::{env, error::Error};

use tokio::{net::UdpSocket, runtime::Builder};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let host = words.next().ok_or("a host is missing")?;
    let port: u16 = words.next().ok_or("a port is missing")?.parse()?;
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let socket = UdpSocket::bind((host.as_str(), port)).await?;
        println!("port {}", socket.local_addr()?.port());
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let (length, from) = socket.recv_from(&mut buffer).await?;
            socket.send_to(&buffer[..length], from).await?;
        }
    })
}
