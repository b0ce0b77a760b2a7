/** The VS Code side of `pvefw lsp`: it starts the server and says so when it cannot. */

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { isFirewallFile, linesToRead } from "./detect";

const language = "pve-firewall";

let output: vscode.OutputChannel | undefined;
let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("pvefw");
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("pvefw.restart", restart),
    vscode.commands.registerCommand("pvefw.showOutput", () => output?.show()),
    vscode.workspace.onDidOpenTextDocument(chooseLanguage),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (["pvefw.path", "pvefw.arguments"].some((name) => change.affectsConfiguration(name))) void restart();
    }),
  );
  await Promise.all(vscode.workspace.textDocuments.map(chooseLanguage));
  await start();
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  if (running?.isRunning()) await running.stop();
}

/** Files whose name does not tell are chosen by their text; a language that somebody chose stays. */
async function chooseLanguage(document: vscode.TextDocument): Promise<void> {
  if (document.languageId === "plaintext" && isFirewallFile(document.uri.path, firstLines(document))) {
    await vscode.languages.setTextDocumentLanguage(document, language);
  }
}

function* firstLines(document: vscode.TextDocument): Generator<string> {
  for (let line = 0; line < Math.min(document.lineCount, linesToRead); line++) yield document.lineAt(line).text;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("pvefw");
  const command = settings.get<string>("path") || "pvefw";
  const server: ServerOptions = { command, args: settings.get<string[]>("arguments", ["lsp"]) };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file", language }, { scheme: "untitled", language }],
    synchronize: { configurationSection: "pvefw" },
    outputChannel: output,
  };
  const next = new LanguageClient("pvefw", "pvefw", server, options);
  client = next;
  try {
    await next.start();
  } catch (error) {
    output?.appendLine(String(error));
    if (client === next) client = undefined;
    await explain(command);
  }
}

async function explain(command: string): Promise<void> {
  const settings = "Open Settings";
  const log = "Show Output";
  const chosen = await vscode.window.showErrorMessage(
    `The language server did not start: "${command}" is missing or is no pvefw with the command lsp. ` +
      `Colours and snippets work without it. The setting pvefw.path says where the program is.`,
    settings, log);
  if (chosen === settings) await vscode.commands.executeCommand("workbench.action.openSettings", "pvefw.path");
  if (chosen === log) output?.show();
}
