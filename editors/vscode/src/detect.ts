/** What tells a firewall file from other files that end in `.fw`: the rule of docs/editors.md. */

const knownPath = /(?:^|\/)(?:cluster|host|[1-9][0-9]{0,8})\.fw$|(?:^|\/)(?:vnet|sdn\/firewall)\/[^/]+\.fw$/;
const header = /^[ \t]*\[(?:(?:options|aliases|rules)\][ \t]*$|(?:ipset|group)\s+[^\s\]]+\])/i;

/** How many lines from the top are looked at. */
export const linesToRead = 100;

/** Whether a file is a firewall file; `lines` are the first of it, without their ends. */
export function isFirewallFile(path: string, lines: Iterable<string>): boolean {
  const slashed = path.replaceAll("\\", "/");
  if (!slashed.endsWith(".fw")) return false;
  if (knownPath.test(slashed)) return true;
  for (const line of lines) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    return header.test(line);
  }
  return false;
}
