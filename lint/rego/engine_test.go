package rego

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
)

func input(text string) config.Input { return ExampleInput(text) }

// judged runs the engine on files and returns its findings, merged and sorted.
func judged(t *testing.T, e *Engine, in config.Input, asked ...string) diag.List {
	t.Helper()
	cfg, _ := config.Resolve(in)
	res, err := lint.Run(context.Background(), lint.Input{Config: cfg}, lint.Options{Enable: asked}, e)
	if err != nil {
		t.Fatal(err)
	}
	return res.Findings
}

func codes(l diag.List) []string {
	var out []string
	for _, d := range l {
		out = append(out, fmt.Sprintf("%s %s %s", d.Severity, d.Rule.Code, d.Span))
	}
	return out
}

func has(l diag.List, code string) bool {
	return slices.ContainsFunc(l, func(d diag.Diagnostic) bool { return d.Rule.Code == code })
}

func TestEveryPolicyFiresOnBadAndIsSilentOnGood(t *testing.T) {
	e := builtin(t)
	for _, p := range e.policies {
		bad, good, _ := e.Example(p.rule.Code)
		if !has(judged(t, e, input(bad), p.rule.Code), p.rule.Code) {
			t.Errorf("%s is silent on its bad example", p.rule.Code)
		}
		if got := judged(t, e, input(good), p.rule.Code); has(got, p.rule.Code) {
			t.Errorf("%s fires on its good example: %v", p.rule.Code, codes(got))
		}
	}
}

const on = "-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[IPSET management]\n192.0.2.1\n\n"

func TestWhatTheBuiltinPoliciesSay(t *testing.T) {
	e := builtin(t)
	for name, c := range map[string]struct {
		files string
		want  []string
	}{
		"nothing at all": {"", nil},
		"host.fw alone":  {"-- host.fw --\n[RULES]\nIN ACCEPT -p tcp -dport 22", []string{"warning management-port-open-to-any host.fw:2:1"}},
		"host firewall off": {"-- host.fw --\n[OPTIONS]\nenable: 0\n" + on + "[RULES]\nIN DROP\nIN SSH(ACCEPT)",
			[]string{"warning rules-after-catch-all cluster.fw:9:1"}},
		"two halves and a nomatch": {on + "[IPSET all]\n0.0.0.0/1\n128.0.0.0/1\n[IPSET most]\n0.0.0.0/1\n128.0.0.0/1\n! 10.0.0.0/8\n" +
			"[RULES]\nIN SSH(ACCEPT) -source +most\nIN SSH(ACCEPT) -source +dc/all",
			[]string{"warning management-set-too-wide cluster.fw:8:1", "warning management-set-too-wide cluster.fw:11:1",
				"info redundant-rule cluster.fw:15:1", "warning management-port-open-to-any cluster.fw:16:1"}},
		"alias of everything": {on + "[ALIASES]\nworld ::/0\n[RULES]\nIN ACCEPT -p tcp -dport 8006 -source world",
			[]string{"warning management-port-open-to-any cluster.fw:10:1"}},
		"zero restricts nothing": {on + "[RULES]\nIN ACCEPT -source 0 -p tcp -dport 8006\nIN DROP -dest 0 -i 0",
			[]string{"warning management-port-open-to-any cluster.fw:8:1", "error catch-all-before-builtins cluster.fw:9:1"}},
		"group on hosts and in guests": {on + "[RULES]\nGROUP used -i vmbr3\nGROUP used\n[group used]\nIN SSH(ACCEPT)\nIN REJECT\n" +
			"[group guests]\nIN SSH(ACCEPT)\nIN DROP\n-- 100.fw --\n[RULES]\nGROUP guests",
			[]string{"warning guest-firewall-not-enabled 100.fw", "error lockout-no-management-access cluster.fw",
				"warning management-port-open-to-any cluster.fw:11:1", "error catch-all-before-builtins cluster.fw:12:1"}},
		"group behind an interface": {on + "[RULES]\nGROUP used -i vmbr3\n[group used]\nIN SSH(ACCEPT)\nIN DROP", nil},
		"disabled and dead rules":   {on + "[RULES]\n|IN DROP\nIN DROP -p nonsense\nIN SSH(ACCEPT) -source nobody", nil},
		"one family":                {on + "[RULES]\nIN DROP -source 0.0.0.0/0", []string{"error lockout-no-management-access cluster.fw", "error catch-all-before-builtins cluster.fw:8:1"}},
		"ports from services and ranges": {on + "[RULES]\nIN ACCEPT -p tcp -dport ssh\nIN ACCEPT -p udp -dport 22\nIN ACCEPT -p 6 -dport 3000:6000",
			[]string{"warning management-port-open-to-any cluster.fw:8:1", "warning management-port-open-to-any cluster.fw:10:1"}},
		"private destination": {on + "[RULES]\nIN ACCEPT -p tcp -dport 22 -dest 10.0.0.0/8\nIN ACCEPT -p tcp -dport 22 -dest 203.0.113.9",
			[]string{"warning management-port-open-to-any cluster.fw:9:1"}},
		"empty management": {"-- cluster.fw --\n[OPTIONS]\nenable: 1\n[IPSET management]\n",
			[]string{"error lockout-no-management-access cluster.fw", "warning missing-management-ipset cluster.fw:3:8"}},
		"only rules": {"-- cluster.fw --\n[OPTIONS]\nenable: 1\n[RULES]\nIN ACCEPT -p tcp -dport 8006 -source 192.0.2.0/24\n",
			[]string{"info missing-management-ipset cluster.fw"}},
		"the rule's set is empty": {"-- cluster.fw --\n[OPTIONS]\nenable: 1\n[IPSET admins]\n[RULES]\nIN ACCEPT -p tcp -dport 8006 -source +admins\n",
			[]string{"error lockout-no-management-access cluster.fw", "warning missing-management-ipset cluster.fw", "warning rule-matches-nothing cluster.fw:5:1"}},
		"policy accept":         {"-- cluster.fw --\n[OPTIONS]\nenable: 1\npolicy_in: ACCEPT\n", []string{"info policy-in-accept cluster.fw:3:12"}},
		"off, and nobody cares": {"-- cluster.fw --\n[OPTIONS]\nenable: 0\n-- 100.fw --\n[OPTIONS]\nenable: 0\n", nil},
		"off, and a guest is on": {"-- cluster.fw --\n[OPTIONS]\nenable: 2\n-- 100.fw --\n[OPTIONS]\nenable: 1\n",
			[]string{"warning cluster-firewall-disabled cluster.fw:2:9"}},
		"devices": {on + "-- 100.fw --\n[OPTIONS]\nenable: 1\n-- 100.conf --\n" +
			"net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\nnet1: virtio=BC:24:11:00:00:02,bridge=vmbr0\nnet2: virtio=BC:24:11:00:00:03\n",
			[]string{"warning nic-firewall-flag-missing 100.conf:2:1"}},
		"a guest that is off": {on + "-- 100.fw --\n[RULES]\nIN SSH(ACCEPT)\n-- 100.conf --\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n",
			[]string{"warning guest-firewall-not-enabled 100.fw"}},
	} {
		if d := cmp.Diff(c.want, codes(judged(t, e, input(c.files)))); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// A policy of every unit sees its document, and its ids lead back to lines.
func TestUnitsAndIds(t *testing.T) {
	const files = on + "[RULES]\nIN SSH(ACCEPT) -source 192.0.2.1 # why\n-- host.fw --\n[RULES]\nOUT DROP -p udp -dport 53\n" +
		"-- 100.fw --\n[OPTIONS]\nenable: 1\n[RULES]\nIN HTTP(ACCEPT)\n-- 100.conf --\nname: web\ntags: a;b\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1\n"
	for unit, c := range map[string]struct{ body, want string }{
		"rule":    {`{"message": m, "at": input.rule.id} if m := sprintf("%s/%s", [input.owner.kind, input.rule.resolved.ports[0].proto])`, "cluster/tcp cluster.fw:8:1, host/udp host.fw:2:1, vm/tcp 100.fw:4:1"},
		"guest":   {`{"message": m, "at": input.owner.nics[0].id, "related": [{"at": input.owner.id, "message": "its file"}]} if m := sprintf("%d %d", [input.owner.vmid, count(input.rules)])`, "100 1 100.conf:3:1, its file 100.fw"},
		"node":    {`{"message": m, "at": input.rules[0].id} if m := input.owner.name`, "pve1 host.fw:2:1"},
		"file":    {`{"message": m} if m := input.owner.kind`, "cluster cluster.fw, host host.fw, vm 100.fw"},
		"cluster": {`{"message": m, "at": input.sets[0].id} if m := input.guests[0].node`, "pve1 cluster.fw:4:8"},
	} {
		fs := one("report contains " + c.body)
		f := fs["style/some-code/some-code.rego"]
		f.Data = []byte(strings.Replace(string(f.Data), "severity: warning", "severity: warning\n#   unit: "+unit, 1))
		e, err := New(fs)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		cfg, _ := config.Resolve(input(files))
		found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
		if err != nil {
			t.Errorf("%s: %v", unit, err)
		}
		for _, d := range found {
			got = append(got, d.Message+" "+d.Span.String())
			for _, r := range d.Related {
				got = append(got, r.Message+" "+r.Span.String())
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: got %s, want %s", unit, s, c.want)
		}
	}
}

func TestFailingPolicies(t *testing.T) {
	cfg, _ := config.Resolve(input(on + "[RULES]\nIN DROP\n"))
	for body, want := range map[string]string{
		`report contains {"message": "m", "at": "nowhere"} if input.rule.id`:                          "not an id",
		`report contains {"massage": "m"} if input.rule.id`:                                           "no message",
		`report contains {"message": "m", "severity": "loud"} if input.rule.id`:                       "no severity",
		`report contains {"message": "m", "related": 3} if input.rule.id`:                             "related is no list",
		`report contains {"message": "m", "related": [{"at": "x"}]} if input.rule.id`:                 "at and message",
		`report contains {"message": "m", "related": [{"at": "x", "message": "y"}]} if input.rule.id`: "not an id",
		`report contains {"message": "m", "at": "cluster.fw:8"} if input.facts.on_host`:               "no ids",
		`report contains 3 if input.rule.id`:                                                          "not objects or strings",
		`report := "m" if input.rule.id`:                                                              "no set",
		`report contains {"message": m} if m := to_number(sprintf("x%s", [input.rule.id]))`:           "to_number",
	} {
		e, err := New(one(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		_, err = e.Judge(context.Background(), &lint.Input{Config: cfg})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "some-code") {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestPlainStringsAndConftestNames(t *testing.T) {
	e, err := New(one("deny contains \"a\" if input.rule.id\nwarn contains {\"msg\": \"b\", \"severity\": \"info\", \"effect\": \"e\"} if input.rule.id"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(input(on + "[RULES]\nIN DROP\n"))
	found, err := e.Judge(context.Background(), &lint.Input{Config: cfg})
	if err != nil || len(found) != 2 || found[0].Message != "a" || found[1].Effect != "e" || found[1].Severity != diag.Info {
		t.Errorf("%v %+v", err, found)
	}
}

// A policy that would run for ages ends with its context.
func TestContextEndsEvaluation(t *testing.T) {
	e, err := New(one(`report contains {"message": "m"} if {
		input.rule.id
		n := numbers.range(1, 3000)
		count([1 | some a in n; some b in n; some c in n; some d in n; a + b + c + d < 0]) > 0
	}`))
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(input(on + "[RULES]\nIN DROP\n"))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := e.Judge(ctx, &lint.Input{Config: cfg}); err == nil {
		t.Error("no error")
	}
}
