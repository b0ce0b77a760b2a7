/** The VS Code side of `pvefw lsp`: it starts the server and says so when it cannot. */

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type Location, type Position, type ServerOptions } from "vscode-languageclient/node";
import { isFirewallFile, linesToRead } from "./detect";

const language = "pve-firewall";

let output: vscode.OutputChannel | undefined;
let client: LanguageClient | undefined;
let started: Promise<void> | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("pvefw");
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand("pvefw.restart", restart),
    vscode.commands.registerCommand("pvefw.showOutput", () => output?.show()),
    vscode.commands.registerCommand("pvefw.showReferences", showReferences),
    vscode.commands.registerCommand("pvefw.simulate", (words: string[]) => run("simulate", words)),
    vscode.commands.registerCommand("pvefw.verify", (words: string[]) => run("verify", words)),
    vscode.workspace.onDidOpenTextDocument(opened),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (["pvefw.path", "pvefw.arguments", "pvefw.node"].some((name) => change.affectsConfiguration(name)) && started) void restart();
    }),
  );
  await Promise.all(vscode.workspace.textDocuments.map(opened));
}

export async function deactivate(): Promise<void> {
  const running = client;
  client = undefined;
  if (running?.isRunning()) await running.stop();
}

/**
 * The first firewall file starts the server: a workspace may hold `.fw` files of another kind only. Files whose
 * name does not tell are chosen by their text, which opens them once more; a language that somebody chose stays.
 */
async function opened(document: vscode.TextDocument): Promise<void> {
  if (document.languageId === language) {
    await (started ??= start());
  } else if (document.languageId === "plaintext" && isFirewallFile(document.uri.path, firstLines(document))) {
    await vscode.languages.setTextDocumentLanguage(document, language);
  }
}

function* firstLines(document: vscode.TextDocument): Generator<string> {
  for (let line = 0; line < Math.min(document.lineCount, linesToRead); line++) yield document.lineAt(line).text;
}

/** What a code lens asks for, in the protocol's types. */
async function showReferences(uri: string, position: Position, locations: Location[]): Promise<void> {
  const from = client?.protocol2CodeConverter;
  if (!from) return;
  await vscode.commands.executeCommand("editor.action.showReferences", from.asUri(uri), from.asPosition(position), locations.map(from.asLocation));
}

/** Runs `pvefw VERB WORDS`, the words being those of a code lens; no shell reads them. */
async function run(verb: string, words: string[]): Promise<void> {
  const execution = new vscode.ProcessExecution(program(), [verb, ...words]);
  const task = new vscode.Task({ type: "process" }, vscode.TaskScope.Workspace, verb, "pvefw", execution);
  task.presentationOptions = { clear: true, showReuseMessage: false };
  await vscode.tasks.executeTask(task);
}

function program(): string {
  return vscode.workspace.getConfiguration("pvefw").get<string>("path") || "pvefw";
}

async function restart(): Promise<void> {
  await deactivate();
  await (started = start());
}

async function start(): Promise<void> {
  const command = program();
  const settings = vscode.workspace.getConfiguration("pvefw");
  const node = settings.get<string>("node");
  const server: ServerOptions = { command, args: [...settings.get<string[]>("arguments", ["lsp"]), ...(node ? ["--node", node] : [])] };
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
    void explain(command);
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
