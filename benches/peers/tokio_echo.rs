//! The plain way to echo streams with tokio, to be measured against: a task each, `read`, `write_all`, for ever.
//! `tokio_echo HOST PORT` prints `port N`.

#![allow(clippy::print_stdout, reason = "who measures is told the port so")]

use std::{env, error::Error};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    runtime::Builder,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let host = words.next().ok_or("a host is missing")?;
    let port: u16 = words.next().ok_or("a port is missing")?.parse()?;
    // As sockeye has it where there is one core, which is where both are measured.
    Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = TcpListener::bind((host.as_str(), port)).await?;
        println!("port {}", listener.local_addr()?.port());
        loop {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::spawn(async move {
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                    if stream.write_all(&buffer[..length]).await.is_err() {
                        return;
                    }
                }
            });
        }
    })
}
