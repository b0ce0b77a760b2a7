package conformance

import (
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/grammar/preview"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// dialectRecord is what proxmox-firewall makes of a configuration: a folder of
// cases/ or a line of dialect-files.jsonl.
type dialectRecord struct {
	ID      any          `json:"id"`
	Status  string       `json:"status"`
	Refused []refusal    `json:"refused"`
	Skipped []refusal    `json:"skipped"`
	Fixed   *dialectRest `json:"repaired"`
}

// dialectRest is what is left with the refused lines blanked.
type dialectRest struct {
	Skipped []refusal `json:"skipped"`
}

type refusal struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	To    int    `json:"to"`
	Stage string `json:"stage"`
}

// dialectLine is one line of dialect-lines.jsonl.
type dialectLine struct {
	Env    string `json:"env"`
	Line   string `json:"line"`
	Result string `json:"result"`
	NFT    any    `json:"nft"`
}

// previewed are the .fw files of one configuration as proxmox-firewall reads them.
type previewed map[string]*preview.File

func previewFiles(files map[string]string) previewed {
	out := previewed{}
	for name, text := range files {
		if strings.HasSuffix(name, ".fw") {
			out[name] = preview.Read(source.NewFile(name, []byte(text)), envOf(name, files))
		}
	}
	return out
}

func envOf(name string, files map[string]string) facts.Env {
	base := strings.TrimSuffix(path.Base(name), ".fw")
	switch _, isCT := files["lxc/"+base+".conf"]; {
	case base == "cluster":
		return facts.Cluster
	case base == "host":
		return facts.Host
	case strings.HasPrefix(name, "vnet/"):
		return facts.VNet
	case isCT:
		return facts.CT
	}
	return facts.VM
}

func (p previewed) line(name string, n int, files map[string]string) preview.Line {
	s := preview.Scope{Cluster: p["cluster.fw"]}
	if envOf(name, files).IsGuest() {
		s.Own = p[name]
	}
	return p[name].Line(n, s)
}

// dialect scores the judgements about proxmox-firewall.
func (b scoreboard) dialect(t *testing.T, root string) {
	context := lineContext(t, root)
	eachJSONL(t, filepath.Join(root, "dialect-lines.jsonl"), func(raw []byte) {
		var l dialectLine
		mustJSON(t, raw, &l)
		files := maps.Clone(context)
		place(files, l.Env, l.Line)
		name := map[string]string{"cluster": "cluster.fw", "group": "cluster.fw", "vnet": "vnet/v.fw", "host": "host.fw", "vm": "100.fw", "ct": "200.fw"}[l.Env]
		p := previewFiles(files)
		got := p.line(name, strings.Count(strings.TrimSuffix(files[name], "\n"), "\n")+1, files)
		if l.Env == "group" { // the line GROUP probe is not what is judged
			got = p.line(name, strings.Count(files[name], "\n"), files)
		}
		b.of("dialect.lines").add(expectedVerdict(l)(got.Verdict), "%s %q: measured %s %v, judged %d %s", l.Env, l.Line, l.Result, l.NFT, got.Verdict, got.Why)
	})
	records := dialectRecords(t, root)
	for _, r := range append(readCases(t, root), readFiles(t, root)...) {
		b.dialectFiles(r.Name, records[r.Name], r.Files)
	}
}

// dialectRecords are the measurements of all whole configurations by name.
func dialectRecords(t *testing.T, root string) map[string]dialectRecord {
	t.Helper()
	out := map[string]dialectRecord{}
	eachJSONL(t, filepath.Join(root, "dialect-files.jsonl"), func(raw []byte) {
		var r dialectRecord
		mustJSON(t, raw, &r)
		out[fmt.Sprintf("files.jsonl#%v", r.ID)] = r
	})
	folders, _ := filepath.Glob(filepath.Join(root, "cases", "*"))
	for _, dir := range folders {
		var r dialectRecord
		decode(t, filepath.Join(dir, "expected.proxmox-firewall.json"), &r)
		out[filepath.Base(dir)] = r
	}
	return out
}

func expectedVerdict(l dialectLine) func(preview.Verdict) bool {
	return func(v preview.Verdict) bool {
		switch {
		case l.Result == "refused":
			return v == preview.Refused
		case l.Result == "skipped":
			return v == preview.Skipped
		case l.NFT != nil:
			return v == preview.KernelRefuses
		}
		return v < preview.Skipped
	}
}

// dialectFiles compares line by line which must go before the files are read.
func (b scoreboard) dialectFiles(name string, r dialectRecord, files map[string]string) {
	type at struct {
		file string
		line int
	}
	refused, along, skipped := map[at]bool{}, map[at]bool{}, map[at]bool{}
	for _, x := range r.Refused {
		refused[at{x.File, x.Line}] = true
		for n := x.Line + 1; n <= x.To; n++ {
			along[at{x.File, n}] = true
		}
	}
	rest := r.Skipped
	if r.Fixed != nil {
		rest = r.Fixed.Skipped
	}
	for _, x := range rest {
		skipped[at{x.File, x.Line}] = true
	}
	p := previewFiles(files)
	for file, text := range files {
		if p[file] == nil {
			continue
		}
		for i, line := range strings.Split(text, "\n") {
			here := at{path.Base(file), i + 1}
			if along[here] {
				continue
			}
			got := p.line(file, i+1, files)
			wrong := got.Verdict >= preview.SetRefused
			if got.Verdict == preview.SetRefused && !refused[here] {
				wrong = false // sets of a disabled guest or datacenter are not made
			}
			b.of("dialect.files").add(refused[here] == wrong,
				"%s: %s:%d %q: measured refused %v, judged %d %s", name, file, i+1, line, refused[here], got.Verdict, got.Why)
			if skipped[here] { // the rest may stand where nothing is generated
				b.of("dialect.skipped").add(got.Verdict == preview.Skipped, "%s: %s:%d %q: measured skipped, judged %d %s", name, file, i+1, line, got.Verdict, got.Why)
			}
		}
	}
}
