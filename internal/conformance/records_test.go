package conformance

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// record is one measured configuration: a folder of cases/ or a line of
// files.jsonl.
type record struct {
	Name     string
	Files    map[string]string `json:"files"`
	Warnings string            `json:"warnings"`
	Texts    map[string]string // iptables, ip6tables, ipset, ebtables
	Parse    any               `json:"parse"`
	Load     map[string]string `json:"load"` // carrier to complaint
	Unstable []string          `json:"unstable"`
	Packets  []packetRecord
}

// packetRecord is one packet of packets.json as far as the kernel saw it.
type packetRecord struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Source   string `json:"source"`
	Dest     string `json:"dest"`
	Proto    string `json:"proto"`
	SPort    any    `json:"sport"`
	DPort    any    `json:"dport"`
	ICMPType any    `json:"icmp_type"`
	Kernel   string `json:"kernel"`
}

// lineRecord is one line of lines.jsonl.
type lineRecord struct {
	Env       string   `json:"env"`
	Line      string   `json:"line"`
	Warnings  []string `json:"warnings"`
	Parsed    any      `json:"parsed"` // the stored rule; null when the line was dropped
	V4        []string `json:"v4"`
	V6        []string `json:"v6"`
	V4Missing []string `json:"v4_missing"`
	V6Missing []string `json:"v6_missing"`
	K4        string   `json:"k4"`
	K6        string   `json:"k6"`
	Unstable  []string `json:"unstable"`
}

var carriers = []string{"iptables", "ip6tables", "ipset", "ebtables"}

func readCases(t *testing.T, root string) []record {
	t.Helper()
	folders, err := filepath.Glob(filepath.Join(root, "cases", "*", "config"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no cases under %s: %v", root, err)
	}
	var out []record
	for _, config := range folders {
		out = append(out, readCase(t, filepath.Dir(config)))
	}
	return out
}

func readCase(t *testing.T, dir string) record {
	t.Helper()
	r := record{Name: filepath.Base(dir), Files: map[string]string{}, Texts: map[string]string{}, Load: map[string]string{}}
	config := filepath.Join(dir, "config")
	err := filepath.WalkDir(config, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		inner, _ := filepath.Rel(config, path)
		r.Files[filepath.ToSlash(inner)] = slurp(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Warnings = slurp(t, filepath.Join(dir, "expected.warnings"))
	for _, c := range carriers {
		r.Texts[c] = slurp(t, filepath.Join(dir, "expected."+c))
	}
	decode(t, filepath.Join(dir, "expected.parse.json"), &r.Parse)
	decode(t, filepath.Join(dir, "packets.json"), &r.Packets)
	var loads map[string]struct {
		RC     int    `json:"rc"`
		Stderr string `json:"stderr"`
	}
	decode(t, filepath.Join(dir, "kernel.json"), &loads)
	for tool, l := range loads {
		if l.RC != 0 {
			r.Load[strings.TrimSuffix(tool, "_raw")] = l.Stderr
		}
	}
	return r
}

func readFiles(t *testing.T, root string) []record {
	var out []record
	eachJSONL(t, filepath.Join(root, "files.jsonl"), func(raw []byte) {
		var r record
		var texts map[string]any
		mustJSON(t, raw, &r)
		mustJSON(t, raw, &texts)
		r.Texts = map[string]string{}
		for _, c := range carriers {
			r.Texts[c], _ = texts[c].(string)
		}
		id, _ := json.Marshal(texts["id"])
		r.Name = "files.jsonl#" + string(id)
		out = append(out, r)
	})
	return out
}

func (r record) stable(field string) bool { return !slices.Contains(r.Unstable, field) }

func eachJSONL(t *testing.T, path string, visit func([]byte)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		visit(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

func decode(t *testing.T, path string, into any) {
	t.Helper()
	mustJSON(t, []byte(slurp(t, path)), into)
}

func mustJSON(t *testing.T, raw []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func slurp(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
