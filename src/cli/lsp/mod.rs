//! `medloop lsp`: the language server, which an editor starts and speaks with over standard input and output.

mod answers;
mod folders;
mod lines;
mod shapes;

use crate::feed;
use folders::Folders;
use lsp_server::{Connection, ErrorCode, ExtractError, Message, Notification, Request, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument,
    DidSaveTextDocument, Notification as _, PublishDiagnostics,
};
use lsp_types::{InitializeParams, PublishDiagnosticsParams};
use medloop_dsl::diagnostic::Lang;
use std::process::ExitCode;
use std::time::Duration;

/// 语言服务，由编辑器启动：提示、悬停、补全、跳转、改名、排版。The language server that editors start
#[derive(clap::Args)]
pub(crate) struct Args {
    /// 提示所用的语言；不写则随编辑器。The language of words, zh or en; that of the editor when not given
    #[arg(long, value_parser = feed::lang)]
    lang: Option<Lang>,
    /// 编辑器惯用的写法，标准输入输出本是唯一的通道。What editors like to say; it is the only way there is
    #[arg(long)]
    stdio: bool,
}

/// Mistakes are told when nothing has been typed for so long.
const PAUSE: Duration = Duration::from_millis(60);

/// Speaks until the editor says that it is over.
pub(crate) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let Args { lang, stdio: _ } = args;
    let (connection, threads) = Connection::stdio();
    let (id, params) = connection.initialize_start()?;
    let params: InitializeParams = serde_json::from_value(params)?;
    let chinese = params.locale.as_deref().is_none_or(|l| l.to_ascii_lowercase().starts_with("zh"));
    let lang = lang.unwrap_or(if chinese { Lang::Zh } else { Lang::En });
    let info = serde_json::json!({
        "capabilities": shapes::capabilities(),
        "serverInfo": { "name": "medloop", "version": env!("CARGO_PKG_VERSION") },
    });
    connection.initialize_finish(id, info)?;
    let mut server = Server { connection: &connection, folders: Folders::default(), lang };
    server.serve()?;
    drop(connection);
    threads.join()?;
    Ok(ExitCode::SUCCESS)
}

/// One editor's server.
struct Server<'c> {
    connection: &'c Connection,
    folders: Folders,
    lang: Lang,
}

impl Server<'_> {
    fn serve(&mut self) -> anyhow::Result<()> {
        loop {
            let message = if self.folders.untold() {
                match self.connection.receiver.recv_timeout(PAUSE) {
                    Ok(message) => message,
                    Err(problem) if problem.is_timeout() => {
                        self.tell()?;
                        continue;
                    }
                    Err(_) => return Ok(()),
                }
            } else {
                let Ok(message) = self.connection.receiver.recv() else { return Ok(()) };
                message
            };
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    let response = self.answer(request);
                    self.connection.sender.send(Message::Response(response))?;
                }
                Message::Notification(notification) => self.hear(notification),
                // Nothing is asked of the editor.
                Message::Response(_) => {}
            }
        }
    }

    fn answer(&mut self, request: Request) -> Response {
        let id = request.id.clone();
        match answers::answer(&mut self.folders, self.lang, request) {
            Some(Ok(value)) => Response::new_ok(id, value),
            Some(Err(words)) => {
                Response::new_err(id, ErrorCode::RequestFailed as i32, words.get(self.lang).to_owned())
            }
            None => Response::new_err(id, ErrorCode::MethodNotFound as i32, "unknown request".to_owned()),
        }
    }

    /// What is opened, typed, saved and closed. What cannot be read is passed over, as the protocol has it.
    fn hear(&mut self, notification: Notification) {
        let folders = &mut self.folders;
        let heard = heard::<DidOpenTextDocument>(notification)
            .map(|p| folders.open(&p.text_document.uri, p.text_document.text))
            .or_else(|n| {
                heard::<DidChangeTextDocument>(n).map(|p| {
                    if let Some(change) = p.content_changes.into_iter().next_back() {
                        folders.open(&p.text_document.uri, change.text);
                    }
                })
            })
            .or_else(|n| heard::<DidCloseTextDocument>(n).map(|p| folders.close(&p.text_document.uri)))
            .or_else(|n| heard::<DidSaveTextDocument>(n).map(|_| folders.read_again()))
            .or_else(|n| heard::<DidChangeWatchedFiles>(n).map(|_| folders.read_again()));
        if let Err(other) = heard {
            tracing::debug!(method = other.method, "passed over");
        }
    }

    /// Sends the mistakes of every file in which they may have changed.
    fn tell(&mut self) -> anyhow::Result<()> {
        for (uri, diagnostics) in self.folders.tell(self.lang) {
            let params = PublishDiagnosticsParams { uri, diagnostics, version: None };
            let notification = Notification::new(PublishDiagnostics::METHOD.to_owned(), params);
            self.connection.sender.send(Message::Notification(notification))?;
        }
        Ok(())
    }
}

/// The params of a notification of this kind; any other one is given back.
fn heard<N: lsp_types::notification::Notification>(
    notification: Notification,
) -> Result<N::Params, Notification> {
    notification.extract::<N::Params>(N::METHOD).map_err(|problem| match problem {
        ExtractError::MethodMismatch(notification) => notification,
        ExtractError::JsonError { method, error } => {
            tracing::warn!(method, %error, "a message of the editor cannot be read");
            Notification { method, params: serde_json::Value::Null }
        }
    })
}
