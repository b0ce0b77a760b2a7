package lint

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

func TestMatchPath(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"100.fw", "firewall/100.fw", true},
		{"100.fw", "firewall/1100.fw", false},
		{"10?.fw", "a/b/100.fw", true},
		{"firewall/100.fw", "firewall/100.fw", true},
		{"firewall/100.fw", "pve/firewall/100.fw", false},
		{"**/100.fw", "pve/firewall/100.fw", true},
		{"lab/**", "lab/a/b.fw", true},
		{"lab/**", "lab", true},
		{"lab", "lab/a/b.fw", true},
		{"lab/", "x/lab/a.fw", true},
		{"/lab", "x/lab/a.fw", false},
		{"/lab", "lab/a.fw", true},
		{"a/**/z.fw", "a/z.fw", true},
		{"a/**/z.fw", "a/b/c/z.fw", true},
		{"a/**/z.fw", "b/a/z.fw", false},
		{"a/*/z.fw", "a/b/c/z.fw", false},
		{"*.fw", "", false},
		{"**", "anything", true},
	} {
		if got := MatchPath(c.pattern, c.path); got != c.want {
			t.Errorf("%q fits %q: %t", c.pattern, c.path, got)
		}
	}
	for _, bad := range []string{"", "/", "[", "a/[", strings.Repeat("**/", 100)} {
		if GoodPattern(bad) {
			t.Errorf("%.20q is taken for a pattern", bad)
		}
	}
	hostile := strings.TrimSuffix(strings.Repeat("**/a*a*a*c/", 30), "/")
	if !GoodPattern(hostile) || MatchPath(hostile, strings.Repeat("aaaaaaaaaaaaaaaa/", 200)+"b") {
		t.Error("a pattern of many stars")
	}
}

func TestParseObject(t *testing.T) {
	for text, want := range map[string]string{
		"group Web": "group web", "ipset  blacklist": "ipset blacklist", "100": "guest 100", "vm 100": "guest 100", "CT 0100": "guest 100",
		"node PVE1": "node PVE1", "vnet v1": "vnet v1",
	} {
		if o, ok := ParseObject(text); !ok || o.String() != want {
			t.Errorf("%q: %v %t, want %s", text, o, ok, want)
		}
	}
	for _, text := range []string{"", "web", "alias x", "group", "guest x", "vm -1", "0", "group a b"} {
		if o, ok := ParseObject(text); ok {
			t.Errorf("%q is %v", text, o)
		}
	}
}

// site is a small datacenter, whose files have the names of the layout of /etc/pve.
func site(t *testing.T, cluster, guest string) *config.Config {
	t.Helper()
	cfg, _ := config.Resolve(config.Input{
		Cluster: source.NewFile("c/firewall/cluster.fw", []byte(cluster)), Datacenter: true, NoGuestConfs: true,
		Nodes: []config.NodeInput{{
			Facts:  config.Host{Name: "pve1"},
			HostFW: source.NewFile("c/nodes/pve1/host.fw", []byte("[RULES]\nIN DROP -p tcp\n")),
			Guests: []config.GuestInput{{VMID: 100, Unknown: true, FW: source.NewFile("c/firewall/100.fw", []byte(guest))}},
		}},
	})
	return cfg
}

const siteCluster = "[IPSET bad]\n192.0.2.1\n[group Web]\nIN DROP -p udp\n"

// everywhere finds one fault of loud-rule in every file.
func everywhere(cfg *config.Config) diag.List {
	return diag.List{
		at(cfg.Cluster.File.Source, loud, "192.0.2.1", "set"), at(cfg.Cluster.File.Source, loud, "udp", "group"),
		at(cfg.Nodes[0].Host.File.Source, loud, "tcp", "host"), at(cfg.Nodes[0].Guests[0].FW.File.Source, loud, "icmp", "guest"),
	}
}

func TestTheNarrowestSwitchDecides(t *testing.T) {
	cfg := site(t, siteCluster, "[RULES]\nIN DROP -p icmp\n")
	off := func(s Selector) Switch { return Switch{Selector: s} }
	on := func(s Selector) Switch { return Switch{Selector: s, On: true} }
	codes := func(words ...string) Selector { return Selector{Codes: words} }
	object := func(text string) Selector {
		o, _ := ParseObject(text)
		return Selector{Objects: []Object{o}}
	}
	for _, c := range []struct {
		name string
		opt  Options
		want string
	}{
		{"nothing", Options{}, "set group guest host"},
		{"category", Options{Disable: []string{"lockout"}}, ""},
		{"code before category", Options{Switches: []Switch{off(codes("lockout")), on(codes("loud-rule"))}}, "set group guest host"},
		{"code before category, off", Options{Switches: []Switch{on(codes("lockout")), off(codes("loud-rule"))}}, ""},
		{"on before off", Options{Switches: []Switch{on(codes("loud-rule")), off(codes("loud-rule"))}}, "set group guest host"},
		{"place before code", Options{Switches: []Switch{on(codes("loud-rule")), off(object("group web"))}}, "set guest host"},
		{"set", Options{Switches: []Switch{off(object("ipset bad"))}}, "group guest host"},
		{"guest", Options{Switches: []Switch{off(object("100"))}}, "set group host"},
		{"node", Options{Switches: []Switch{off(object("node pve1"))}}, "set group guest"},
		{"path", Options{Switches: []Switch{off(Selector{Paths: []string{"c/firewall"}})}}, "host"},
		{"path and object", Options{Switches: []Switch{off(Selector{Paths: []string{"nodes"}, Objects: []Object{{"guest", "100"}}})}}, "set group guest host"},
		{"flag before place", Options{Enable: []string{"loud-rule"}, Switches: []Switch{off(object("100"))}}, "set group guest host"},
		{"flag before place, off", Options{Disable: []string{"lockout"}, Switches: []Switch{on(object("100"))}}, ""},
		{"only in one place", Options{Switches: []Switch{off(codes("loud-rule")), on(Selector{Codes: []string{"loud-rule"}, Objects: []Object{{"guest", "100"}}})}}, "guest"},
	} {
		res, err := Run(context.Background(), Input{Config: cfg, Findings: everywhere(cfg)}, c.opt)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range res.Findings {
			got = append(got, d.Message)
		}
		if diff := cmp.Diff(c.want, strings.Join(inOrder(got), " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// inOrder sorts words as the cases above write them.
func inOrder(words []string) []string {
	var out []string
	for _, w := range []string{"set", "group", "guest", "host"} {
		for _, have := range words {
			if have == w {
				out = append(out, w)
			}
		}
	}
	return out
}

func TestOptInRulesWaitForTheirName(t *testing.T) {
	shy := &diag.Rule{Code: "shy-rule", Category: "style", OptIn: true}
	f := source.NewFile("100.fw", []byte("x\n"))
	place := Switch{Selector: Selector{Codes: []string{"shy-rule"}, Paths: []string{"100.fw"}}, On: true}
	for _, c := range []struct {
		opt       Options
		told, off bool
	}{
		{Options{}, false, true},
		{Options{Enable: []string{"shy-rule"}}, true, false},
		{Options{Enable: []string{"style"}}, true, false},
		{Options{Enable: []string{"other"}}, false, true},
		{Options{Switches: []Switch{place}}, true, false},
	} {
		res := run(t, c.opt, at(f, shy, "x", "m"))
		if got := len(res.Findings) == 1; got != c.told || c.opt.Off(shy) != c.off {
			t.Errorf("%+v: told %t, off %t", c.opt, got, c.opt.Off(shy))
		}
	}
}

func TestSeverityOfCodeAndCategory(t *testing.T) {
	f := source.NewFile("100.fw", []byte("x y\n"))
	opt := Options{Severity: map[string]diag.Severity{"style": diag.Error, "lockout": diag.Info, "loud-rule": diag.Warning}}
	res := run(t, opt, at(f, loud, "x", "m"), at(f, noisy, "y", "n"))
	if d := cmp.Diff([]string{"warning loud-rule 100.fw:1:1: m", "error noisy-rule 100.fw:1:3: n"}, told(res.Findings)); d != "" {
		t.Error(d)
	}
}
