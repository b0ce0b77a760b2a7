// The client against a made-up editor: what it registers, what it says when there
// is no server, which documents it takes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

// editor is what the extension sees of VS Code and of the client library; it keeps
// what was done to it. `refuses` makes every start of a server fail.
function editor({ settings = {}, documents = [firewall], refuses = false } = {}) {
  const seen = { said: [], commands: new Map(), languages: [], clients: [], executed: [], tasks: [] };
  const nothing = { dispose() {} };
  const vscode = {
    window: {
      createOutputChannel: () => ({ appendLine() {}, show() {}, ...nothing }),
      showErrorMessage: async (text) => void seen.said.push(text),
    },
    commands: {
      registerCommand: (name, run) => (seen.commands.set(name, run), nothing),
      executeCommand: async (...words) => void seen.executed.push(words),
    },
    tasks: { executeTask: async (task) => void seen.tasks.push(task) },
    Task: class { constructor(definition, scope, name, source, execution) { Object.assign(this, { name, execution }); } },
    ProcessExecution: class { constructor(program, args) { Object.assign(this, { program, args }); } },
    TaskScope: { Workspace: 2 },
    languages: { setTextDocumentLanguage: async (document, id) => void seen.languages.push([document.uri.path, id]) },
    workspace: {
      textDocuments: documents,
      onDidOpenTextDocument: (open) => ((seen.open = open), nothing),
      onDidChangeConfiguration: (change) => ((seen.change = change), nothing),
      getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise }),
    },
  };
  class LanguageClient {
    constructor(id, name, server, options) {
      Object.assign(this, { server, options, running: false });
      seen.clients.push(this);
    }
    protocol2CodeConverter = { asUri: (u) => `uri ${u}`, asPosition: (p) => p.line, asLocation: (l) => `location ${l.uri}` };
    isRunning() { return this.running; }
    async start() {
      if (refuses) throw new Error("spawn ENOENT");
      this.running = true;
    }
    async stop() { this.running = false; }
  }
  const extension = load("src/extension.ts", { vscode, "vscode-languageclient/node": { LanguageClient } });
  return { ...seen, seen, activate: () => extension.activate({ subscriptions: [] }), deactivate: extension.deactivate };
}

function document(path, text, languageId = "plaintext") {
  const lines = text.split("\n");
  return { uri: { path }, languageId, lineCount: lines.length, lineAt: (n) => ({ text: lines[n] }) };
}

const firewall = document("/etc/pve/firewall/100.fw", "", "pve-firewall");

test("the server is pvefw lsp, for files of the language", async () => {
  const e = editor();
  await e.activate();
  assert.deepEqual(e.clients[0].server, { command: "pvefw", args: ["lsp"] });
  assert.ok(e.clients[0].options.documentSelector.every((filter) => filter.language === "pve-firewall"));
  assert.deepEqual([...e.commands.keys()].sort(), ["pvefw.restart", "pvefw.showOutput", "pvefw.showReferences", "pvefw.simulate", "pvefw.verify"]);
  await e.deactivate();
  assert.equal(e.clients[0].running, false);
});

test("settings are arguments", async () => {
  const e = editor({ settings: { path: "/opt/pvefw", arguments: ["lsp", "--policy", "rules"], node: "pve2" } });
  await e.activate();
  assert.deepEqual(e.clients[0].server, { command: "/opt/pvefw", args: ["lsp", "--policy", "rules", "--node", "pve2"] });
});

test("a restart leaves one server", async () => {
  const e = editor();
  await e.activate();
  await e.commands.get("pvefw.restart")();
  assert.deepEqual(e.clients.map((client) => client.running), [false, true]);
});

test("another program in the settings is another server", async () => {
  const settings = {};
  const e = editor({ settings });
  await e.activate();
  settings.path = "/opt/pvefw";
  e.seen.change({ affectsConfiguration: (name) => name === "pvefw.path" });
  await new Promise(setImmediate);
  assert.deepEqual(e.clients.map((client) => [client.server.command, client.running]), [["pvefw", false], ["/opt/pvefw", true]]);
});

test("a missing program is said in a sentence, once", async () => {
  const e = editor({ settings: { path: "/nowhere/pvefw" }, refuses: true });
  await e.activate();
  assert.equal(e.said.length, 1);
  assert.match(e.said[0], /"\/nowhere\/pvefw" is missing.*pvefw\.path/);
});

test("no server is started where there is no firewall file", async () => {
  const e = editor({ documents: [document("/repo/chip.fw", "x")], refuses: true });
  await e.activate();
  e.seen.change({ affectsConfiguration: () => true });
  assert.deepEqual([e.clients.length, e.said.length], [0, 0]);
});

test("a second file starts no second server, and tells no second time that there is none", async () => {
  const e = editor({ refuses: true });
  await e.activate();
  await e.seen.open(firewall);
  assert.deepEqual([e.clients.length, e.said.length], [1, 1]);
});

test("files are chosen by their text, unless somebody chose already", async () => {
  const e = editor({ documents: [document("/repo/web.fw", "# web\n[RULES]\n"), document("/repo/chip.fw", "x")] });
  await e.activate();
  await e.seen.open(document("/repo/late.fw", "[group web]"));
  await e.seen.open(document("/repo/other.fw", "[RULES]", "ini"));
  assert.deepEqual(e.languages, [["/repo/web.fw", "pve-firewall"], ["/repo/late.fw", "pve-firewall"]]);
});

test("lenses show references and run the program without a shell", async () => {
  const e = editor({ settings: { path: "/opt/pvefw" } });
  await e.activate();
  await e.commands.get("pvefw.showReferences")("file:///a", { line: 3 }, [{ uri: "file:///b" }]);
  assert.deepEqual(e.executed, [["editor.action.showReferences", "uri file:///a", 3, ["location file:///b"]]]);
  await e.commands.get("pvefw.simulate")(["/etc/pve", "--dport", "22; reboot"]);
  await e.commands.get("pvefw.verify")(["/etc/pve"]);
  assert.deepEqual(e.tasks.map((task) => ({ ...task.execution })), [
    { program: "/opt/pvefw", args: ["simulate", "/etc/pve", "--dport", "22; reboot"] },
    { program: "/opt/pvefw", args: ["verify", "/etc/pve"] },
  ]);
});
