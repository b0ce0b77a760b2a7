package plan_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pvefw/pvefw/compiler/iptables"
	loading "github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/netns"
	"github.com/pvefw/pvefw/internal/plan"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// files are the names under which the texts of a measured case lie, and of the backend.
var files = map[plan.Tool][2]string{
	plan.IPSet: {"expected.ipset", iptables.IPSetFile}, plan.IPTables: {"expected.iptables", iptables.IPTablesFile},
	plan.IP6Tables: {"expected.ip6tables", iptables.IP6TablesFile}, plan.EBTables: {"expected.ebtables", iptables.EBTablesFile},
}

// loadAndSave loads texts into the namespace that it runs in, in the daemon's order, and
// prints what the kernel then holds.
const loadAndSave = `set -e
ipset restore < ipset
iptables-restore -n < iptables
ip6tables-restore -n < ip6tables
ebtables-restore < ebtables
ipset save > ipset.saved
iptables-save -c > iptables.saved
ip6tables-save -c > ip6tables.saved
ebtables-save > ebtables.saved
`

// cases are the measured configurations: what the daemon made of them, and our policy.
func cases(t *testing.T, visit func(name string, measured, made plan.Texts, p *ir.Policy)) {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(measured.Path(t, "conformance/cases"), "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, dir := range dirs {
		loaded, err := loading.Load(filepath.Join(dir, "config"), loading.Options{OneNode: true, Now: time.Unix(1_700_000_000, 0)})
		if err != nil {
			t.Fatal(err)
		}
		cfg, _ := config.Resolve(loaded.Input)
		policy, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Reference)
		artifacts, _ := iptables.New().Emit(policy)
		if policy.Fatal != nil || len(policy.Refusals) > 0 {
			continue
		}
		texts, made := plan.Texts{}, plan.Texts{}
		for tool, names := range files {
			text, err := os.ReadFile(filepath.Join(dir, names[0]))
			if err != nil {
				t.Fatal(err)
			}
			texts[tool] = string(text)
			for _, a := range artifacts {
				if a.Name == names[1] {
					made[tool] = a.Text
				}
			}
		}
		visit(filepath.Base(dir), texts, made, policy)
	}
}

// A node that pve-firewall runs shows no change when nothing has changed: neither by the
// texts that the daemon fed, nor by what the tools report of them.
func TestUnchangedNodeShowsNoChange(t *testing.T) {
	netns.NeedIPTables(t, "ebtables-restore", "ebtables-save")
	n := 0
	cases(t, func(name string, measured, made plan.Texts, p *ir.Policy) {
		saved := throughKernel(t, name, measured)
		for from, texts := range map[string]plan.Texts{"fed": measured, "saved": saved} {
			got := plan.MakeTexts(plan.Request{Node: "pve1"}, from, texts, made, nil, p)
			if !got.Summary.Empty() || len(got.Foreign) > 0 {
				t.Errorf("%s, %s: %+v %v", name, from, got.Changes, got.Foreign)
			}
		}
		n++
	})
	t.Logf("%d configurations", n)
}

func throughKernel(t *testing.T, name string, texts plan.Texts) plan.Texts {
	t.Helper()
	dir := t.TempDir()
	for tool, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, string(tool)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := netns.Script(dir, loadAndSave); err != nil {
		t.Fatalf("%s: %v: %s", name, err, out)
	}
	saved := plan.Texts{}
	for tool := range texts {
		text, err := os.ReadFile(filepath.Join(dir, string(tool)+".saved"))
		if err != nil {
			t.Fatal(err)
		}
		saved[tool] = string(text)
	}
	return saved
}

// What is changed by hand is seen, each time in the object that was changed.
func TestChangedTextIsSeen(t *testing.T) {
	for _, c := range []struct {
		tool     plan.Tool
		old, new string
		want     string
	}{
		{plan.IPTables, "-A PVEFW-HOST-IN -i lo -j ACCEPT\n", "", "change chain ip filter PVEFW-HOST-IN +1 -0"},
		{plan.IPTables, ":PVEFW-INPUT - [0:0]\n", ":PVEFW-INPUT - [0:0]\n:PVEFW-old - [0:0]\n", "delete chain ip filter PVEFW-old +0 -0"},
		{plan.IPTables, "-A INPUT -j PVEFW-INPUT\n", "", "change chain ip filter INPUT +1 -0"},
		{plan.IP6Tables, "-A INPUT -j PVEFW-INPUT\n", "-A INPUT -j PVEFW-INPUT\n-A INPUT -p tcp -j ACCEPT\n", ""},
		{plan.IP6Tables, ":PVEFW-INPUT - [0:0]\n", ":PVEFW-INPUT - [0:0]\n:DOCKER - [0:0]\n-A DOCKER -j DROP\n", ""},
		{plan.IPSet, "add PVEFW-0-management-v4 10.20.0.0/16\n", "add PVEFW-0-management-v4 10.21.0.0/16\n", "change set ipset PVEFW-0-management-v4 +1 -1"},
		{plan.EBTables, "-j ACCEPT\n", "-j DROP\n", "change chain bridge filter "},
	} {
		seen := 0
		cases(t, func(name string, measured, made plan.Texts, p *ir.Policy) {
			if name != "guest-l2" {
				return
			}
			before := strings.Replace(measured[c.tool], c.old, c.new, 1)
			if before == measured[c.tool] {
				t.Fatalf("%s does not hold %q", name, c.old)
			}
			texts := plan.Texts{c.tool: before}
			got := plan.MakeTexts(plan.Request{}, "test", texts, made, nil, p)
			if text := describe(got); !strings.HasPrefix(text, c.want) || c.want == "" && text != "" {
				t.Errorf("%s with %q: %s, want %s", c.tool, c.new, text, c.want)
			}
			seen++
		})
		if seen != 1 {
			t.Fatalf("the case was met %d times", seen)
		}
	}
}

// describe lists the changes of a plan, a line each.
func describe(p *plan.Plan) string {
	var out []string
	for _, c := range p.Changes {
		out = append(out, strings.Join([]string{string(c.Action), string(c.Object), c.Table, c.Name, "+" + strconv.Itoa(c.Added), "-" + strconv.Itoa(c.Removed)}, " "))
	}
	return strings.Join(out, "\n")
}
