// The rule of docs/editors.md, on the cases that all editors share.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "./load.mjs";

const { isFirewallFile, linesToRead } = load("src/detect.ts");

test("files are told by path and text", () => {
  for (const { path, text, want } of JSON.parse(readFileSync("../testdata/detect.json", "utf8"))) {
    assert.equal(isFirewallFile(path, text.split("\n")), want, `${path} ${JSON.stringify(text)}`);
    assert.equal(isFirewallFile(path.replaceAll("/", "\\"), text.split("\n")), want, `${path} on Windows`);
  }
});

test("only the first lines are read", () => {
  function* endless() {
    for (let n = 0; n < linesToRead; n++) yield "# comment";
  }
  assert.equal(isFirewallFile("a.fw", endless()), false);
});
