package rego

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/lint"
	"github.com/pvefw/pvefw/policies"
)

// randomCluster is a CONFIG of guests with random rules, as text for
// ExampleInput. Equal seeds give equal texts. Some rules of a wide one take
// everything, so that most of the others have a fault; without it the rules are
// like those of the baselines of the parser: always bound to a source.
func randomCluster(seed uint64, guests, rules int, wide bool) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	b.WriteString("-- cluster.fw --\n[OPTIONS]\nenable: 1\n\n[ALIASES]\n")
	for i := range 20 {
		fmt.Fprintf(&b, "alias%d 10.2.%d.1\n", i, i)
	}
	for i := range 20 {
		fmt.Fprintf(&b, "[IPSET set%d]\n10.3.%d.0/24\n10.4.%d.1\n", i, i, i)
	}
	b.WriteString("[RULES]\nIN SSH(ACCEPT)\nIN ACCEPT -source 10.0.0.0/8 -p tcp -dport 8006\n")
	for i := range min(10, rules/2+1) {
		fmt.Fprintf(&b, "[group group%d]\n", i)
		for range 3 {
			b.WriteString(randomRule(r, wide) + "\n")
		}
	}
	for i := range guests {
		fmt.Fprintf(&b, "-- %d.fw --\n[OPTIONS]\nenable: 1\n\n[RULES]\n", 100+i)
		for range rules {
			b.WriteString(randomRule(r, wide) + "\n")
		}
	}
	return b.String()
}

func randomRule(r *rand.Rand, wide bool) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	address := func() string {
		switch r.IntN(6) {
		case 0:
			return fmt.Sprintf("10.%d.%d.%d", r.IntN(64), r.IntN(256), r.IntN(256))
		case 1:
			return fmt.Sprintf("10.%d.%d.0/24", r.IntN(64), r.IntN(256))
		case 2:
			return fmt.Sprintf("+dc/set%d", r.IntN(20))
		case 3:
			return fmt.Sprintf("dc/alias%d", r.IntN(20))
		case 4:
			return fmt.Sprintf("2001:db8:%x::/64", r.IntN(65536))
		}
		if !wide {
			return fmt.Sprintf("10.1.%d.10-10.1.%[1]d.200", r.IntN(256))
		}
		return pick("0.0.0.0/0", "::/0", "10.0.0.0/8")
	}
	if r.IntN(10) == 0 {
		return fmt.Sprintf("GROUP group%d", r.IntN(10))
	}
	rule := pick("IN", "IN", "OUT") + " "
	action := pick("ACCEPT", "ACCEPT", "DROP", "REJECT")
	if r.IntN(2) == 0 {
		rule += pick("SSH", "HTTP", "DNS", "Ping", "SMB", "Web") + "(" + action + ")"
	} else {
		rule += action + fmt.Sprintf(" -p %s -dport %s", pick("tcp", "udp"), pick("22", "80,443", "8006", "1024:65535", fmt.Sprint(1+r.IntN(65535))))
	}
	if !wide || r.IntN(3) > 0 {
		rule += " -source " + address()
	}
	if r.IntN(4) == 0 {
		rule += " -dest " + address()
	}
	return rule + pick("", "", " -log info", " # note")
}

func clusterConfig(tb testing.TB, seed uint64, guests, rules int) *config.Config {
	cfg, _ := config.Resolve(ExampleInput(randomCluster(seed, guests, rules, false)))
	if len(cfg.Nodes) != 1 || len(cfg.Nodes[0].Guests) != guests {
		tb.Fatal("the generator is broken")
	}
	return cfg
}

// measure reports processor time and memory per rule of the datacenter.
func measure(b *testing.B, rules int, once func()) {
	once() // compiles
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processorTime(b)
	b.ResetTimer()
	for range b.N {
		once()
	}
	b.StopTimer()
	runtime.ReadMemStats(&after)
	n := float64(b.N * rules)
	b.ReportMetric(float64(processorTime(b)-start)/n, "cpuns/rule")
	b.ReportMetric(float64(b.Elapsed())/n, "ns/rule")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/n, "B/rule")
}

func processorTime(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkPolicies is the evaluation alone: the facts of the rules are there.
func BenchmarkPolicies(b *testing.B) {
	cfg := clusterConfig(b, 1, 2000, 50)
	e, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	e.readGates()
	w := newWorld(cfg)
	table := w.factTable()
	measure(b, len(table.rules), func() {
		fresh := *table
		fresh.docs = nil
		w.table = &fresh
		for _, p := range factPolicies(b, e) {
			r, err := p.start(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			if _, err := r.judge(w); err != nil {
				b.Fatal(err)
			}
			r.end()
		}
	})
}

// BenchmarkJudge is all that the engine does with a resolved datacenter.
func BenchmarkJudge(b *testing.B) {
	cfg := clusterConfig(b, 1, 2000, 50)
	e, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	rules, lowered := len(newWorld(cfg).factTable().rules), lowerAll(cfg)
	measure(b, rules, func() {
		in := lint.Input{Config: cfg, Policies: lowered, Wanted: func(r *diag.Rule) bool { return !r.OptIn }}
		if _, err := e.Judge(context.Background(), &in); err != nil {
			b.Fatal(err)
		}
	})
}

// factPolicies are those that look at nothing but facts.
func factPolicies(tb testing.TB, e *Engine) []*policy {
	var out []*policy
	for _, p := range e.policies {
		made, err := p.program()
		if err != nil {
			tb.Fatal(err)
		}
		if p.unit == ruleUnit && made.uses.onlyFacts() && !p.rule.OptIn {
			out = append(out, p)
		}
	}
	return out
}

// BenchmarkQueryPerGuest is the plain way to evaluate the same policies: a
// prepared query that gets each guest's rules as a value, facts and all.
func BenchmarkQueryPerGuest(b *testing.B) {
	cfg := clusterConfig(b, 1, 200, 50)
	e, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	query := plainQuery(b, factPolicies(b, e))
	w := newWorld(cfg)
	inputs, rules := guestInputs(w)
	measure(b, rules, func() {
		for _, input := range inputs {
			if _, err := query.Eval(context.Background(), rego.EvalParsedInput(input)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// plainQuery asks the policies about every rule of a document.
func plainQuery(tb testing.TB, list []*policy) rego.PreparedEvalQuery {
	driver := "package driver\n\n"
	modules := []func(*rego.Rego){rego.Query("data.driver.report = x")}
	for _, p := range list {
		m, err := fs.ReadFile(policies.FS, p.file)
		if err != nil {
			tb.Fatal(err)
		}
		modules = append(modules, rego.Module(p.file, string(m)))
		driver += fmt.Sprintf("report contains [%q, i, found] if {\n\tsome i, rule in input.rules\n\tsome found in data.policies.%s.%s.report with input as {\"facts\": rule.facts}\n}\n\n",
			p.rule.Code, snake(p.rule.Category), snake(p.rule.Code))
	}
	q, err := rego.New(append(modules, rego.Module("driver.rego", driver))...).PrepareForEval(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// guestInputs are documents with the facts of all rules of a file.
func guestInputs(w *world) (inputs []ast.Value, rules int) {
	t := w.factTable()
	docs := t.documents()
	byFile := map[*config.FW][]any{}
	for i, r := range t.rules {
		byFile[r.fw] = append(byFile[r.fw], map[string]any{"facts": map[string]any(docs[t.of[i]])})
		rules++
	}
	for _, list := range byFile {
		inputs = append(inputs, ast.MustInterfaceToValue(map[string]any{"rules": list}))
	}
	return inputs, rules
}
