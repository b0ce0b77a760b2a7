// Compiles a TypeScript file and gives its exports; `given` are the modules that
// stay outside, by name.
import { buildSync } from "esbuild";

export function load(entry, given = {}) {
  const { outputFiles } = buildSync({ entryPoints: [entry], bundle: true, write: false, platform: "node", format: "cjs", external: Object.keys(given) });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0].text)(module, module.exports, (name) => given[name]);
  return module.exports;
}
