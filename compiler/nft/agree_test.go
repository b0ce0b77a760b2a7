package nft

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
	"github.com/pvefw/pvefw/ir/packet"
)

// forms are the programs of a policy that must decide alike.
var forms = map[string]Options{"folded": {}, "plain": {Plain: true}}

// agree compares both forms, on both plumbings, with what the IR says of a packet.
func agree(t *testing.T, name string, p *ir.Policy, programs map[string]*Program, q packet.Query) {
	t.Helper()
	want, err := packet.Walk(p, q)
	if err != nil {
		t.Fatalf("%s: %+v: %v", name, q, err)
	}
	for form, program := range programs {
		for _, way := range []plumbing{direct, ownBridge} {
			got := travel(program, p, q, way)
			if string(got) == want.Verdict || way == direct && silent(want) && got == dropped {
				continue
			}
			t.Errorf("%s, %s, own bridge %v: %+v: %s, the IR says %s: %+v", name, form, way, q, got, want.Verdict, steps(want))
			if testing.Verbose() {
				t.Log(program.Script())
			}
			t.FailNow()
		}
	}
}

// silent reports whether a guest's IN side refused, which a bridge cannot answer.
func silent(r packet.Result) bool {
	return r.Verdict == packet.Rejected && len(r.Path) > 0 && r.Path[len(r.Path)-1].Chain != "host IN"
}

func steps(r packet.Result) []string {
	var out []string
	for _, s := range r.Path {
		out = append(out, s.Chain+": "+s.Text+" "+s.Verdict)
	}
	return out
}

func build(t *testing.T, name string, p *ir.Policy) map[string]*Program {
	t.Helper()
	out := map[string]*Program{}
	for form, o := range forms {
		program, findings := Build(p, o)
		if program == nil {
			if findings.Count(2) == 0 {
				t.Fatalf("%s: no program and no error", name)
			}
			return nil
		}
		out[form] = program
	}
	return out
}

// compiled is a measured configuration under a semantics.
func compiled(t *testing.T, dir string, sem lower.Semantics) *ir.Policy {
	t.Helper()
	loaded, err := load.Load(filepath.Join(dir, "config"), load.Options{OneNode: true, Now: time.Unix(1_700_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := config.Resolve(loaded.Input)
	p, _ := lower.Lower(cfg, cfg.Nodes[0], sem)
	return p
}

// measuredCases are the folders of the measured configurations.
func measuredCases(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(measured.Path(t, "conformance/cases"), "*", "config"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for i, d := range dirs {
		dirs[i] = filepath.Dir(d)
	}
	return dirs
}

// What the IR says of the measured packets is what the program does to them.
func TestProgramAgreesOnMeasuredPackets(t *testing.T) {
	asked, refused := 0, 0
	for _, dir := range measuredCases(t) {
		for _, sem := range []lower.Semantics{lower.Reference, lower.Intended} {
			name := filepath.Base(dir) + ", " + sem.String()
			p := compiled(t, dir, sem)
			programs := build(t, name, p)
			if programs == nil {
				refused++
				continue
			}
			for _, q := range measuredQueries(t, dir) {
				agree(t, name, p, programs, q)
				asked++
			}
		}
	}
	t.Logf("%d packets agree; %d configurations have no program", asked, refused)
	if asked < 1000 {
		t.Errorf("only %d packets", asked)
	}
}

func measuredQueries(t *testing.T, dir string) []packet.Query {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dir, "packets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var records []map[string]any
	if err := json.Unmarshal(raw, &records); err != nil {
		t.Fatal(err)
	}
	var out []packet.Query
	for _, r := range records {
		for _, key := range []string{"simulator", "kernel", "comment"} {
			delete(r, key)
		}
		q, err := packet.ParseQuery(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, complete(q))
	}
	return out
}

// complete says what a query leaves to its defaults.
func complete(q packet.Query) packet.Query {
	v6 := q.Proto == protoICMPv6 || q.Source.Is6() || q.Dest.Is6()
	source, dest := "100.100.1.2", "100.200.3.4"
	if v6 {
		source, dest = "2001:db8:100::1:2", "2001:db8:200::3:4"
	}
	if !q.Source.IsValid() {
		q.Source = netip.MustParseAddr(source)
	}
	if !q.Dest.IsValid() {
		q.Dest = netip.MustParseAddr(dest)
	}
	if q.State == 0 {
		q.State = firstState(q)
	}
	return q
}

// firstState is what connection tracking makes of the first packet of a flow.
func firstState(q packet.Query) ir.State {
	switch {
	case q.Proto == protoICMP && q.Source.Is4():
		if q.ICMPType == 8 || q.ICMPType == 13 || q.ICMPType == 15 || q.ICMPType == 17 {
			return ir.New
		}
		return ir.Invalid
	case q.Proto == protoICMPv6 && q.Source.Is6():
		switch q.ICMPType {
		case 128, 139:
			return ir.New
		case 130, 131, 132, 133, 134, 135, 136, 143:
			return ir.Untracked
		}
		return ir.Invalid
	}
	return ir.New
}
