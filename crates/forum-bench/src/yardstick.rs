//! Yardstick H: poem answering a constant JSON body, in a process of its own as the forum is.

use std::process::Stdio;

use anyhow::{Context, Result};
use clap::Args;
use poem::{EndpointExt, Route, Server, get, handler, listener::TcpListener, web::Data};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

#[derive(Args)]
pub(crate) struct Options {
    /// Bytes of the body.
    #[arg(long, default_value_t = 27)]
    bytes: usize,
}

#[handler]
fn constant(body: Data<&std::sync::Arc<str>>) -> poem::Response {
    poem::Response::builder().content_type("application/json").body(body.0.to_string())
}

/// Serves until it is killed; prints its address first.
pub(crate) async fn run(options: Options) -> Result<()> {
    let filler = "x".repeat(options.bytes.saturating_sub(2));
    let body: std::sync::Arc<str> = format!("\"{filler}\"").into();
    let socket = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = socket.local_addr()?;
    drop(socket);
    println!("{address}");
    let app = Route::new().at("/", get(constant)).data(body);
    Ok(Server::new(TcpListener::bind(address)).run(app).await?)
}

/// A yardstick that runs, until it is dropped.
pub(crate) struct Yardstick {
    pub(crate) address: String,
    child: Child,
}

impl Yardstick {
    /// Starts one whose body has as many bytes as what it is compared to.
    pub(crate) async fn start(bytes: usize) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["yardstick", "--bytes", &bytes.to_string()])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().context("the yardstick has no output")?;
        let address = BufReader::new(output).lines().next_line().await?.context("the yardstick ended")?;
        crate::client::wait_for(&address, "/").await?;
        Ok(Self { address, child })
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.id()
    }
}
