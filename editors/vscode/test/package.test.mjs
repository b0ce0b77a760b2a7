// What package.json promises: patterns of names, files that exist, snippets that
// stand in no line of their own twice.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { minimatch } from "minimatch";

const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const { contributes } = read("package.json");
const [language] = contributes.languages;

test("names that need no look at the text are those of the rule", () => {
  const named = (path) => language.filenames.includes(path.replace(/.*\//, "")) || language.filenamePatterns.some((pattern) =>
    minimatch(pattern.includes("/") ? path : path.replace(/.*\//, ""), pattern));
  for (const { path, text, want } of read("../testdata/detect.json")) {
    if (!/\[|\u0001/.test(text)) assert.equal(named(path), want, path);
  }
});

test("files that package.json names exist", () => {
  for (const file of [language.configuration, ...contributes.grammars.map((g) => g.path), ...contributes.snippets.map((s) => s.path)]) {
    assert.ok(existsSync(file), file);
  }
});

test("snippets have different prefixes", () => {
  const prefixes = Object.values(read(contributes.snippets[0].path)).map((s) => s.prefix);
  assert.equal(new Set(prefixes).size, prefixes.length);
});
