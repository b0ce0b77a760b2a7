package conformance

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/ir/config"
)

// What findings say about the other daemon is measured too: whoever writes that
// proxmox-firewall refuses a line must be right about it.

// findingsOf are the reader's findings about files, as a user would get them.
func findingsOf(t *testing.T, files map[string]string) diag.List {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	loaded, err := load.Load(dir, load.Options{OneNode: true, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	_, found := config.Resolve(loaded.Input)
	return found
}

// claim is the measurement that a sentence about proxmox-firewall stands for.
func claim(effect string) string {
	for start, result := range map[string]string{
		"Refuses the file": "refused", "Cannot make the set": "refused", "Leaves it out": "skipped", "Writes a rule": "nft",
	} {
		if strings.HasPrefix(effect, start) {
			return result
		}
	}
	return "ok"
}

func (l dialectLine) outcome() string {
	if l.Result == "ok" && l.NFT != nil {
		return "nft"
	}
	return l.Result
}

// effects scores every sentence about proxmox-firewall on a measured line.
func (b scoreboard) effects(t *testing.T, root string) {
	context := lineContext(t, root)
	eachJSONL(t, filepath.Join(root, "dialect-lines.jsonl"), func(raw []byte) {
		var l dialectLine
		mustJSON(t, raw, &l)
		files := maps.Clone(context)
		place(files, l.Env, l.Line)
		for _, d := range findingsOf(t, files) {
			if d.Effects.ProxmoxFirewall == "" || !strings.Contains(l.Line, strings.TrimSpace(lineOf(d))) || strings.TrimSpace(lineOf(d)) == "" {
				continue
			}
			got := claim(d.Effects.ProxmoxFirewall)
			b.of("dialect.effects").add(got == l.outcome(), "%s %q: measured %s, %s says %q", l.Env, l.Line, l.outcome(), d.Rule.Code, d.Effects.ProxmoxFirewall)
		}
	})
	records := dialectRecords(t, root)
	for _, r := range append(readCases(t, root), readFiles(t, root)...) {
		b.fileEffects(r, records[r.Name], findingsOf(t, r.Files))
	}
}

func lineOf(d diag.Diagnostic) string {
	return d.Span.File.Line(d.Span.From().Line).Text()
}

// fileEffects: a line that we say is refused is one that must go.
func (b scoreboard) fileEffects(r record, measured dialectRecord, found diag.List) {
	for _, d := range found {
		if !strings.HasPrefix(d.Effects.ProxmoxFirewall, "Refuses the file:") && !strings.HasPrefix(d.Effects.ProxmoxFirewall, "Refuses the file,") {
			continue
		}
		file, n, refused := filepath.Base(d.Span.File.Name()), d.Span.From().Line, false
		for _, x := range measured.Refused {
			refused = refused || x.File == file && x.Line <= n && n <= max(x.Line, x.To)
		}
		b.of("dialect.effects").add(refused, "%s: %s:%d %q: %s says %q", r.Name, file, n, lineOf(d), d.Rule.Code, d.Effects.ProxmoxFirewall)
	}
}
