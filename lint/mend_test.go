package lint

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// fwInput makes the input of a flat directory of .fw files.
func fwInput(files map[string]string) config.Input {
	in := config.Input{Datacenter: true, NoGuestConfs: true, Nodes: []config.NodeInput{{Facts: config.Host{Name: "n", NoDir: true}}}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := source.NewFile(name, []byte(files[name]))
		vmid, err := strconv.Atoi(strings.TrimSuffix(name, ".fw"))
		switch {
		case name == "cluster.fw":
			in.Cluster = f
		case name == "host.fw":
			in.Nodes[0].HostFW = f
		case err == nil:
			in.Nodes[0].Guests = append(in.Nodes[0].Guests, config.GuestInput{VMID: vmid, Env: facts.VM, FW: f, Unknown: true})
		default:
			in.VNets = append(in.VNets, config.VNetInput{Name: strings.TrimSuffix(name, ".fw"), FW: f})
		}
	}
	return in
}

// readers lints by the front end alone.
func readers(in config.Input) (View, error) {
	cfg, found := config.Resolve(in)
	res, err := Run(context.Background(), Input{Config: cfg, Findings: found}, Options{})
	return View{Config: cfg, Result: res}, err
}

type fatal interface {
	Helper()
	Fatalf(string, ...any)
}

// mendTexts mends files and checks what holds for any: findings never weigh more,
// a change makes them weigh less, and a second run finds nothing to do.
func mendTexts(t fatal, files map[string]string, unsafe bool) (Mended, map[string]string) {
	t.Helper()
	in := fwInput(files)
	before, _ := readers(in)
	m, err := MendAll(in, unsafe, readers)
	if err != nil {
		t.Fatalf("%v", err)
	}
	after := maps.Clone(files)
	for _, f := range m.Files {
		after[f.Old.Name()] = string(f.New.Bytes())
	}
	if len(m.Mends) > 0 && !lighter(m.Result.Findings, before.Result.Findings) {
		t.Fatalf("findings weigh %v, before %v", weight(m.Result.Findings), weight(before.Result.Findings))
	}
	if again, _ := MendAll(fwInput(after), unsafe, readers); len(again.Mends) > 0 {
		t.Fatalf("a second run mends %v of\n%v\nafter\n%v", titles(again.Mends), after, files)
	}
	return m, after
}

var marked = regexp.MustCompile(`# (id\d+)$`)

// records are the stored rules, aliases and entries by the mark in their comment,
// each with the place where it is stored.
func records(files map[string]string) map[string]string {
	cfg, _ := config.Resolve(fwInput(files))
	raw, _ := json.Marshal(config.ParseJSON(cfg, cfg.Nodes[0]))
	var all any
	_ = json.Unmarshal(raw, &all)
	out := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(path, x)
			}
		case map[string]any:
			if c, ok := v["comment"].(string); ok && marked.MatchString("# "+strings.TrimSpace(c)) {
				text, _ := json.Marshal(v)
				out[strings.TrimSpace(c)] = path + " " + string(text)
			}
			for key, x := range v {
				walk(path+"/"+key, x)
			}
		}
	}
	walk("", all)
	return out
}

// checkUnnamed is the law of safe fixes, by other means than keepsMeaning: a
// marked line that kept its words and had no finding mended is stored as before.
func checkUnnamed(t fatal, before, after map[string]string, m *Mended) {
	t.Helper()
	named := map[string]bool{}
	for _, mend := range m.Mends {
		for _, f := range append([]source.Edit{{Span: mend.Finding.Span}}, mend.Fix.Edits...) {
			first, last := f.Span.From().Line, f.Span.To().Line
			for n := first; n <= last; n++ {
				if id := marked.FindStringSubmatch(strings.TrimRight(f.Span.File.Line(n).Text(), "\r")); id != nil {
					named[id[1]] = true
				}
			}
		}
	}
	old, now := records(before), records(after)
	for id, text := range old {
		if !named[id] && now[id] != text {
			t.Fatalf("%s was\n%s\nand is\n%s\nafter %v of\n%v", id, text, now[id], titles(m.Mends), before)
		}
	}
	for id := range now {
		if old[id] == "" && !named[id] {
			t.Fatalf("%s came to life after %v of\n%v", id, titles(m.Mends), before)
		}
	}
}

// faulty draws a line, often with something wrong; %d is its mark.
var faulty = map[string][]string{
	"[OPTIONS]": {"enable: 1", "enable = 1", "enable : 0", "policy_in: DROP # c", "log_level_in: info", "policy_out: drop", "dhcp: yes", "POLICY_IN: ACCEPT"},
	"[ALIASES]": {"lan 10.0.0.0/8", "lan  10.0.0.0/8", "lan: 10.0.0.1", "nas 10.0.0.9/24", "two 10.0.0.1,10.0.0.2", "[ALIAS]", "web = 10.0.0.7",
		"adm 10.0.0.1, 10.0.0.2", "late 10.0.0.3"},
	"[IPSET s1]": {"10.0.0.1", "10.0.0.9/24", "10.0.0.0/24", "lan", "two", "0.0.0.0/0", "!10.0.0.5/32", "10.0.0.1 10.0.0.2", "10.0.0.1,10.0.0.2",
		"late", "10.0.0.1-10.0.0.6", "g1"},
	"[group g1]": {"IN ACCEPT -s 10.0.0.1", "IN drop", "OUT DROP -p  tcp", "IN ACCEPT -dport 22", "IN ACCEPT -p tcp -dport 22"},
	"[RULES]": {"IN ACCEPT -source lan", "IN ACCEPT -source +S1", "IN DROP -source +lan", "IN ACCEPT -source two", "GROUP G1", "GROUP g1", "IN DENY -p tcp",
		"IN ACCEPT -p tcp -dport 90:80", "IN SSH(ACCEPT) net0 - - tcp 22 -", "IN ACCEPT -i NET0", "IN DROP -log  WARNING", "OUT ACCEPT -d nas", "IN ACCEPT -source s1", "OUT DROP",
		"IN DROP -source late", "IN DROP -source +s2", "IN DROP -dest guest/lan", "IN DROP -source nowhere", "GROUP nowhere", "IN ACCEPT -source +management", "IN DROP -source +g1",
		"IN DROP -source 10.0.0.1,::1", "IN DROP -source 10.0.0.1-10.0.0.6,10.0.0.9", "IN DROP -source 010.0.0.1,,10.0.0.2", "IN DROP -p tcp/udp -dport 53",
		"IN SSH(ACCEPT) -dport 2222", "IN SSH(ACCEPT) -p tcp -dport 2222", "IN DNS(ACCEPT) -p tcp", "IN DROP -p tcp -dport 1:2,3:4,5:6,7:8,9:10,11:12,13:14,15:16",
		"IN DROP -p icmp -icmp-type 8", "-A INPUT -s 10.0.0.1 -p tcp --dport 22 -j ACCEPT"},
	"[IPSET s2]": {"10.0.0.1", "lan", "late"},
}

func drawFile(t *rapid.T, n *int) string {
	headers := append(slices.Sorted(maps.Keys(faulty)), "[GROUP g1]", "[ipset s1]", "[RULES] # note", "[RULE]", "[IPSET s1]")
	var b strings.Builder
	if rapid.IntRange(0, 9).Draw(t, "mark") == 0 {
		b.WriteString("\xEF\xBB\xBF")
	}
	end := rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n"}).Draw(t, "end")
	for range rapid.IntRange(0, 6).Draw(t, "sections") {
		header := rapid.SampledFrom(headers).Draw(t, "header")
		b.WriteString(header + rapid.SampledFrom([]string{end, "\n"}).Draw(t, "ending"))
		lines := faulty[header]
		if lines == nil {
			lines = faulty["[RULES]"]
		}
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			b.WriteString(rapid.SampledFrom(lines).Draw(t, "line"))
			if *n++; header != "[OPTIONS]" && rapid.Bool().Draw(t, "marked") {
				fmt.Fprintf(&b, " # id%d", *n)
			}
			b.WriteString(end)
		}
	}
	return b.String()
}

func drawFiles(t *rapid.T) map[string]string {
	files, n := map[string]string{}, 0
	for _, name := range []string{"cluster.fw", "host.fw", "100.fw"} {
		files[name] = drawFile(t, &n)
	}
	return files
}

// Invariant: safe fixes change the meaning of no line that they do not name.
func TestSafeFixesKeepTheMeaningOfOtherLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		files := drawFiles(t)
		m, after := mendTexts(t, files, false)
		checkUnnamed(t, files, after, &m)
	})
}

func TestUnsafeFixesAreIdempotentToo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { mendTexts(t, drawFiles(t), true) })
}

// realFiles finds the configurations beside the project, or skips.
func realFiles(t *testing.T) map[string]map[string]string {
	t.Helper()
	dir := filepath.Dir(measured.Path(t, "conformance"))
	out := map[string]map[string]string{}
	for _, pattern := range []string{"cases/wild/*/*.fw", "conformance/cases/*/config/*.fw"} {
		names, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			at := filepath.Dir(name)
			if out[at] == nil {
				out[at] = map[string]string{}
			}
			out[at][filepath.Base(name)] = markLines(string(data))
		}
	}
	return out
}

// markLines gives marks to the lines that have no comment and can have one.
func markLines(text string) string {
	lines, header := strings.Split(text, "\n"), ""
	for i, l := range lines {
		switch {
		case strings.HasPrefix(l, "["):
			header = strings.ToLower(l)
		case strings.TrimSpace(l) == "" || strings.ContainsAny(l, "#\r") || strings.HasPrefix(header, "[options"):
		default:
			lines[i] += fmt.Sprintf(" # id%d%d", len(text), i)
		}
	}
	return strings.Join(lines, "\n")
}

func TestFixesOfRealFiles(t *testing.T) {
	mended, fewer := 0, 0
	for at, files := range realFiles(t) {
		for _, unsafe := range []bool{false, true} {
			t.Run(filepath.Base(at), func(t *testing.T) {
				before, _ := readers(fwInput(files))
				m, after := mendTexts(t, files, unsafe)
				if !unsafe {
					checkUnnamed(t, files, after, &m)
				}
				if len(m.Mends) == 0 {
					return
				}
				mended++
				if len(m.Result.Findings) < len(before.Result.Findings) {
					fewer++
				} else {
					t.Logf("as many findings after %v", titles(m.Mends))
				}
			})
		}
	}
	t.Logf("%d runs mended something, %d of them left fewer findings", mended, fewer)
}
