// Starts `medloop lsp` and lets the editor speak with it.
const { LanguageClient } = require("vscode-languageclient/node");
const vscode = require("vscode");

let client;

function start() {
  const settings = vscode.workspace.getConfiguration("medloop");
  const lang = settings.get("lang", "auto");
  const server = { command: settings.get("path", "medloop"), args: lang === "auto" ? ["lsp"] : ["lsp", "--lang", lang] };
  client = new LanguageClient("medloop", "medloop", server, {
    documentSelector: [
      { scheme: "file", language: "loop" },
      { scheme: "file", language: "yaml" },
    ],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{loop,yaml,yml}") },
  });
  return client.start().catch((problem) => {
    const words = `medloop: ${problem.message ?? problem}`;
    vscode.window.showErrorMessage(`${words}（设置 medloop.path；see the setting medloop.path）`);
  });
}

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("medloop")) {
        await client?.stop().catch(() => {});
        await start();
      }
    }),
  );
  await start();
};

exports.deactivate = () => client?.stop();
