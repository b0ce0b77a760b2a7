package rego

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/lint"
)

// deadOf lists the findings of the dead category as "SEVERITY CODE PLACE MESSAGE".
func deadOf(l diag.List) []string {
	var out []string
	for _, d := range l {
		if d.Rule.Category == "dead" {
			out = append(out, strings.Join([]string{d.Severity.String(), d.Rule.Code, d.Span.String(), d.Message}, " "))
		}
	}
	return out
}

const vm100 = "-- 100.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\n"

func TestWhatRulesLeaveOfEachOther(t *testing.T) {
	e := builtin(t)
	for name, c := range map[string]struct {
		files string
		want  []string
	}{
		"switched off": {"-- cluster.fw --\n[OPTIONS]\nenable: 0\n-- 100.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 1:99\nIN DROP -p tcp -dport 22 -source 192.0.2.1",
			[]string{"error shadowed-rule 100.fw:3:1 this DROP blocks nothing: line 2 accepted all its packets before"}},
		"a family is left": {on + vm100 + "IN ACCEPT -p tcp -dport 22 -source 0.0.0.0/0\nIN REJECT -p tcp -dport 22\n", nil},
		"both families by two rules": {on + vm100 + "IN ACCEPT -p tcp -dport 22 -source 0.0.0.0/0\nIN ACCEPT -p tcp -dport 22 -source ::/0\nIN REJECT -p tcp -dport 22\n",
			[]string{"error shadowed-rule 100.fw:7:1 this REJECT blocks nothing: lines 5 and 6 accepted all its packets before"}},
		"bound to one family": {on + vm100 + "IN ACCEPT -p tcp -dport 22\nIN DROP -p tcp -dport 22 -source 192.0.2.0/24\n",
			[]string{"error shadowed-rule 100.fw:6:1 this DROP blocks nothing: line 5 accepted all its packets before"}},
		"one NIC of two": {on + "-- 100.fw --\n[OPTIONS]\nenable: 1\npolicy_in: ACCEPT\n\n[RULES]\nIN ACCEPT -i net0 -p tcp -dport 22\nIN DROP -p tcp -dport 22 -source 192.0.2.1\n-- 100.conf --\n" +
			"net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr0,firewall=1\n",
			[]string{"info shadowed-rule 100.fw:7:1 this DROP blocks nothing in vm100/net0 (1 of its 2 uses): line 6 accepted all its packets before"}},
		"half of a macro":             {on + vm100 + "IN DROP -p udp -dport 53\nIN DNS(ACCEPT)\n", nil},
		"logged":                      {on + "-- 100.fw --\n[OPTIONS]\nenable: 1\nlog_level_in: info\n\n[RULES]\nIN DROP -p tcp -dport 25\nIN REJECT -p tcp -dport 113 -log info\n", nil},
		"by the policy of the caller": {on + "[group shut]\nIN ACCEPT -p tcp -dport 22\nIN DROP -p tcp -dport 23\n" + vm100 + "GROUP shut\n", nil},
		"within its group": {on + "[group shut]\nIN ACCEPT -p tcp -dport 22 -source 192.0.2.1\nIN ACCEPT -p tcp -dport 22\n" + vm100 + "GROUP shut\n",
			[]string{"info redundant-rule cluster.fw:8:1 this ACCEPT changes nothing: line 9 below does the same"}},
		"what the firewall accepts itself": {"-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET management]\n192.0.2.0/24\n\n[RULES]\n" +
			"IN ACCEPT -p tcp -dport 8006 -source +management\n", nil},
		"the blacklist": {on + "[IPSET blacklist]\n198.51.100.0/24\n\n[RULES]\nIN DROP -source +blacklist\n",
			[]string{"info shadowed-rule cluster.fw:11:1 this DROP is never reached: the built-in blacklist took all its packets before"}},
	} {
		if d := cmp.Diff(c.want, deadOf(judged(t, e, input(c.files)))); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// What the caller has lowered already gives the same findings as what the engine
// lowers itself.
func TestGivenPoliciesMakeNoDifference(t *testing.T) {
	cfg, _ := config.Resolve(input(on + "[RULES]\nIN ACCEPT -p tcp -dport 22\nIN DROP -p tcp -dport 22\n" + vm100 +
		"OUT ACCEPT -p tcp\nIN ACCEPT -p udp\nIN DROP -p udp -dport 53\n"))
	e := builtin(t)
	var got [2][]string
	for i := range got {
		in := lint.Input{Config: cfg}
		if i == 1 {
			p, _ := lower.Lower(cfg, cfg.Nodes[0], lower.Reference)
			in.Policies = append(in.Policies, p)
		}
		res, err := lint.Run(context.Background(), in, lint.Options{}, e)
		if err != nil {
			t.Fatal(err)
		}
		got[i] = deadOf(res.Findings)
	}
	if d := cmp.Diff(got[0], got[1]); d != "" || len(got[0]) != 3 {
		t.Errorf("%d findings; (-itself +given):\n%s", len(got[0]), d)
	}
}
