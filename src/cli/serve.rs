//! `medloop serve`: the server.

use medloop_engine::words::counted;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use super::say;
use crate::library;
use crate::server::{Plan, Server};
use crate::settings::{Common, File};

/// 启动服务。Runs the server: doors for machines, windows for people.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 数据库。The database
    #[arg(long, value_name = "URL", env = "MEDLOOP_DATABASE")]
    database: Option<String>,
    /// 监听地址。The address to listen on; this machine's own until sign-in exists
    #[arg(long, value_name = "ADDR", env = "MEDLOOP_LISTEN")]
    listen: Option<String>,
    /// 设置文件。The settings file; medloop.toml of the working folder when none is given
    #[arg(long, value_name = "FILE", env = "MEDLOOP_CONFIG")]
    config: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// The database when none is named.
const DATABASE: &str = "sqlite:medloop.db";
/// The address when none is named.
pub(crate) const LISTEN: &str = "127.0.0.1:7117";
/// Greatest body of a request, in bytes.
pub(crate) const BODY_LIMIT: usize = 16 << 20;
/// How long a request may take.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Runs it until it is asked to end.
#[tokio::main]
pub(crate) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let file = File::open(args.config.as_deref())?;
    let library = library::open(args.common.folder(&file).as_deref(), args.common.lang)?;
    let plan = Plan {
        database: args.database.or(file.database).unwrap_or_else(|| DATABASE.to_owned()),
        listen: args.listen.or(file.listen).unwrap_or_else(|| LISTEN.to_owned()),
        body_limit: file.body_limit.unwrap_or(BODY_LIMIT),
        request_timeout: file.request_timeout.map_or(REQUEST_TIMEOUT, Duration::from_secs),
    };
    let loops = library.definitions.len();
    let server = Server::start(&plan, &library).await?;
    let address = server.address;
    say(format_args!(
        "{loops} 个闭环，数据库 {0} / {1}, database {0}",
        plan.database,
        counted(loops, "loop")
    ));
    say(format_args!("打开 open       http://{address}/"));
    say(format_args!("接口 interface  http://{address}/openapi.json"));
    say("还没有登录功能，只监听本机 / there is no sign-in yet: only this machine is listened to");
    asked_to_end().await?;
    say("正在结束，等待进行中的请求 / ending, waiting for requests at work");
    server.end().await?;
    Ok(ExitCode::SUCCESS)
}

/// Returns at SIGTERM or ctrl-c.
pub(crate) async fn asked_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut term = signal(SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = term.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
