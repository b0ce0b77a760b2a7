package config

import (
	"bufio"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/source"
)

// inputOf lays named bytes out as a node's files.
func inputOf(files map[string]string) Input {
	in := Input{Datacenter: true}
	node := NodeInput{Facts: Host{Name: "proxself"}}
	file := func(name string) *source.File {
		if text, ok := files[name]; ok {
			return source.NewFile(shortName(name), []byte(text))
		}
		return nil
	}
	in.Cluster, node.HostFW, node.Corosync = file("cluster.fw"), file("host.fw"), file("corosync.conf")
	for name := range files {
		dir, base := path.Split(name)
		stem := strings.TrimSuffix(base, path.Ext(base))
		switch dir {
		case "qemu-server/", "lxc/":
			id, _ := strconv.Atoi(stem)
			env := facts.VM
			if dir == "lxc/" {
				env = facts.CT
			}
			node.Guests = append(node.Guests, GuestInput{VMID: id, Env: env, FW: file(stem + ".fw"), Conf: file(name)})
		case "vnet/":
			in.VNets = append(in.VNets, VNetInput{Name: stem, FW: file(name)})
		}
	}
	sort.Slice(node.Guests, func(i, j int) bool { return node.Guests[i].VMID < node.Guests[j].VMID })
	sort.Slice(in.VNets, func(i, j int) bool { return in.VNets[i].Name < in.VNets[j].Name })
	in.Nodes = []NodeInput{node}
	return in
}

// shortName is how the records name a file: VNet files keep their folder.
func shortName(name string) string {
	if strings.HasPrefix(name, "vnet/") {
		return name
	}
	return path.Base(name)
}

var readerLine = regexp.MustCompile(`^\S+ \(line (\d+)\)(: | - )`)

// expectedMessages picks the reader's messages out of everything the daemon said:
// "FILE (line N)" and its separator, then the parameter lines.
func expectedMessages(warnings string) []string {
	var out []string
	reading := false
	for line := range strings.SplitSeq(warnings, "\n") {
		switch {
		case readerLine.MatchString(line):
			out, reading = append(out, line), true
		case reading && strings.HasPrefix(line, "  "):
			out[len(out)-1] += "\n" + line
		default:
			reading = false
		}
	}
	slices.Sort(out)
	return out
}

// ourMessages gives one text per line that has any.
func ourMessages(list diag.List) []string {
	seen := map[string]bool{}
	var out []string
	for _, d := range list {
		if d.ProxmoxMessage == "" {
			continue
		}
		sep := ": "
		if strings.HasPrefix(d.ProxmoxMessage, "errors in ") {
			sep = " - "
		}
		at := d.Span.From()
		text := d.Span.File.Name() + " (line " + strconv.Itoa(at.Line) + ")" + sep + d.ProxmoxMessage
		if !seen[text] {
			out = append(out, text)
		}
		seen[text] = true
	}
	slices.Sort(out)
	return out
}

// score counts agreements and shows the first disagreements.
type score struct{ good, all int }

func (s *score) messages(t *testing.T, name string, want, got []string) {
	t.Helper()
	for _, w := range want {
		s.all++
		if slices.Contains(got, w) {
			s.good++
		} else if s.all-s.good < 25 {
			t.Logf("%s: missing %q", name, w)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			s.all++
			if s.all-s.good < 25 {
				t.Logf("%s: extra %q", name, g)
			}
		}
	}
}

func (s *score) stored(t *testing.T, name string, want, got any) {
	t.Helper()
	s.all++
	if diff := cmp.Diff(trimmed(want), got); diff == "" {
		s.good++
	} else if s.all-s.good < 12 {
		t.Logf("%s: stored (-want +got)\n%s", name, changed(diff))
	}
}

// changed keeps the lines of a diff that differ.
func changed(diff string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(diff, "\n") {
		if strings.HasPrefix(line, "+") || strings.HasPrefix(line, "-") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func (s *score) require(t *testing.T, what string) {
	t.Helper()
	t.Logf("%s: %d of %d agree", what, s.good, s.all)
	if s.all == 0 || s.good*100 < s.all*99 {
		t.Errorf("%s: only %d of %d agree", what, s.good, s.all)
	}
}

// trimmed cuts the line feed that some recorded texts carry.
func trimmed(v any) any {
	switch x := v.(type) {
	case string:
		return strings.TrimSuffix(x, "\n")
	case []any:
		for i := range x {
			x[i] = trimmed(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = trimmed(x[k])
		}
	}
	return v
}

func slurp(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestCasesReadAsMeasured(t *testing.T) {
	root := measured.Path(t, "conformance")
	cases, err := filepath.Glob(filepath.Join(root, "cases", "*", "config"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var said, stored score
	for _, dir := range cases {
		name := filepath.Base(filepath.Dir(dir))
		files := map[string]string{}
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				inner, _ := filepath.Rel(dir, p)
				files[filepath.ToSlash(inner)] = slurp(t, p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		cfg, list := Resolve(inputOf(files))
		warnings := slurp(t, filepath.Join(dir, "..", "expected.warnings"))
		if more, err := os.ReadFile(filepath.Join(dir, "..", "expected.vnet.warnings")); err == nil {
			warnings += string(more)
		}
		said.messages(t, name, expectedMessages(warnings), ourMessages(list))
		if strings.Contains(warnings, "FATAL:") {
			continue // nothing was recorded
		}
		var want any
		if err := json.Unmarshal([]byte(slurp(t, filepath.Join(dir, "..", "expected.parse.json"))), &want); err != nil {
			t.Fatal(err)
		}
		stored.stored(t, name, want, any(ParseJSON(cfg, cfg.Nodes[0])))
	}
	said.require(t, "reader messages of cases")
	stored.require(t, "stored configs of cases")
}

func eachRecord(t *testing.T, name string, visit func([]byte)) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		visit(lines.Bytes())
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

func TestFilesReadAsMeasured(t *testing.T) {
	root := measured.Path(t, "conformance")
	var said, stored score
	eachRecord(t, filepath.Join(root, "files.jsonl"), func(b []byte) {
		var rec struct {
			ID       int
			Files    map[string]string
			Warnings string
			Parse    any
			Unstable []string
		}
		if err := json.Unmarshal(b, &rec); err != nil {
			t.Fatal(err)
		}
		if len(rec.Unstable) > 0 {
			return
		}
		cfg, list := Resolve(inputOf(rec.Files))
		said.messages(t, strconv.Itoa(rec.ID), expectedMessages(rec.Warnings), ourMessages(list))
		stored.stored(t, strconv.Itoa(rec.ID), rec.Parse, any(ParseJSON(cfg, cfg.Nodes[0])))
	})
	said.require(t, "reader messages of files")
	stored.require(t, "stored configs of files")
}

func TestLinesReadAsMeasured(t *testing.T) {
	root := measured.Path(t, "conformance")
	context := contextFiles(slurp(t, filepath.Join(root, "lines.context.txt")))
	var said, stored score
	eachRecord(t, filepath.Join(root, "lines.jsonl"), func(b []byte) {
		var rec struct {
			Env, Line string
			Warnings  []string
			Parsed    any
			Unstable  []string
		}
		if err := json.Unmarshal(b, &rec); err != nil {
			t.Fatal(err)
		}
		cfg, list := Resolve(inputOf(lineFiles(context, rec.Env, rec.Line)))
		if !slices.Contains(rec.Unstable, "warnings") {
			want := withoutNumbers(expectedMessages(strings.Join(rec.Warnings, "\n")))
			said.messages(t, rec.Env+" "+rec.Line, want, withoutNumbers(ourMessages(list)))
		}
		if slices.Contains(rec.Unstable, "parsed") {
			return
		}
		var got any
		if rules := rulesOf(cfg, rec.Env); len(rules) > 0 {
			got = exportRule(rules[len(rules)-1])
		}
		stored.stored(t, rec.Env+" "+rec.Line, rec.Parsed, got)
	})
	said.require(t, "reader messages of lines")
	stored.require(t, "stored rules of lines")
}

var lineNumber = regexp.MustCompile(`\(line \d+\)`)

func withoutNumbers(messages []string) []string {
	out := make([]string, len(messages))
	for i, m := range messages {
		out[i] = lineNumber.ReplaceAllString(m, "(line N)")
	}
	return out
}

// contextFiles splits the description of the context into its files.
func contextFiles(text string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq("\n"+text, "\n--- ") {
		names, body, _ := strings.Cut(part, "\n")
		for name := range strings.SplitSeq(names, " and ") {
			if name != "" {
				out[name] = strings.TrimSuffix(body, "\n") + "\n"
			}
		}
	}
	return out
}

func lineFiles(context map[string]string, env, line string) map[string]string {
	files := map[string]string{
		"qemu-server/100.conf": "net0: virtio=BC:24:11:00:0A:01,bridge=vmbr0,firewall=1\n",
		"lxc/200.conf":         "net0: name=eth0,bridge=vmbr0,firewall=1,hwaddr=02:00:0F:00:0B:01\n",
	}
	for name, text := range context {
		files[name] = text
	}
	switch env {
	case "cluster":
		files["cluster.fw"] += "[RULES]\n" + line + "\n"
	case "group":
		files["cluster.fw"] += "[group probe]\n" + line + "\n"
	case "host":
		files["host.fw"] += line + "\n"
	case "vm":
		files["100.fw"] += line + "\n"
	case "ct":
		files["200.fw"] += line + "\n"
	case "vnet":
		files["vnet/v.fw"] = "[RULES]\n" + line + "\n"
	}
	return files
}

func rulesOf(cfg *Config, env string) []*Rule {
	switch env {
	case "cluster":
		return cfg.Cluster.Rules
	case "group":
		return cfg.Cluster.Groups["probe"].Rules
	case "host":
		return cfg.Nodes[0].Host.Rules
	case "vm":
		return cfg.Nodes[0].Guests[0].FW.Rules
	case "ct":
		return cfg.Nodes[0].Guests[1].FW.Rules
	}
	return cfg.VNets[0].Rules
}
