package netlink

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
	loading "github.com/pvefw/pvefw/internal/load"
	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/internal/netns"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/lower"
)

// namespace connects to the kernel from a network namespace of the test's own.
func namespace(t testing.TB) *Conn {
	t.Helper()
	netns.Enter(t)
	c, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	c.tables = tried
	return c
}

// tool runs nft in the namespace of the test.
func tool(t testing.TB, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("nft", args...)
	cmd.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("nft %v: %v\n%s", args, err, out.String())
	}
	return out.String()
}

// bridges reports whether the kernel's bridges know connections, names of bridges and
// answers. Otherwise the guests' table is tried in the other family.
var bridges = func() bool {
	cmd := exec.Command("unshare", "-n", "nft", "-f", "-")
	cmd.Stdin = strings.NewReader("table bridge probe { chain c { type filter hook prerouting priority 0; ct state new meta ibrname \"x\" queue to 0; reject; }; }\n")
	return cmd.Run() == nil
}()

// tried are the tables that the tests load.
func tried() []*nft.Table {
	tables := ours()
	if !bridges {
		tables[1].Family = nft.Inet
	}
	return tables
}

func encodeTried(t testing.TB, p *nft.Program) *Batch {
	t.Helper()
	b, err := encodeFor(p, tried())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func script(p *nft.Program) string {
	if bridges {
		return p.Script()
	}
	return strings.ReplaceAll(p.Script(), "table bridge "+nft.GuestTable, "table inet "+nft.GuestTable)
}

// fit makes a program fit for a kernel without filtering bridges: what only bridges
// have is called by another name, or left out. The kernel lab loads it as it is.
func fit(p *nft.Program) *nft.Program {
	if bridges {
		return p
	}
	for _, t := range p.Tables {
		if t.Family == nft.Bridge {
			t.Family = nft.Inet
			for _, s := range t.Sets {
				s.Key = renamed(s.Key)
			}
		}
		t.Helpers = nil
		for _, c := range t.Chains {
			if c.Hook != nil && c.Hook.Priority == -10 {
				c.Hook.Priority = 10
			}
			for _, r := range c.Rules {
				if t.Name == nft.GuestTable {
					r.Stmts = fitted(r.Stmts)
				}
			}
			c.Rules = slices.DeleteFunc(c.Rules, func(r *nft.Rule) bool { return len(r.Stmts) == 0 || usesHelper(r) })
			c.Hash = c.Restate()
		}
	}
	return p
}

// fitted are a rule's statements in the other family's words, nil for a rule that has
// none there. Statements may be shared, so they are copied.
func fitted(stmts []nft.Stmt) []nft.Stmt {
	var out []nft.Stmt
	for _, s := range stmts {
		switch of := s.(type) {
		case *nft.SetHelper, *nft.Queue:
			return nil
		case *nft.Compare:
			c := *of
			family, known := map[uint64]uint64{unix.ETH_P_IP: unix.NFPROTO_IPV4, unix.ETH_P_IPV6: unix.NFPROTO_IPV6}[c.Value.Lo]
			switch {
			case c.Field == nft.ARPSource || c.Field == nft.EtherSource || c.Field == nft.EtherDest:
				return nil
			case c.Field == nft.Protocol && known:
				c.Field, c.Value.Lo = nft.NFProto, family
			}
			c.Field = renamed([]nft.Field{c.Field})[0]
			s = &c
		case *nft.Masked:
			if of.Field == nft.ARPSource {
				return nil
			}
		case *nft.Between:
			if of.Field == nft.ARPSource {
				return nil
			}
		case *nft.Lookup:
			if of.Fields[0] == nft.ARPSource {
				return nil
			}
		case *nft.Dispatch:
			s = &nft.Dispatch{Fields: renamed(of.Fields), Map: of.Map}
		}
		out = append(out, s)
	}
	return out
}

func usesHelper(r *nft.Rule) bool {
	return slices.ContainsFunc(r.Stmts, func(s nft.Stmt) bool {
		switch s.(type) {
		case *nft.SetHelper, *nft.Queue:
			return true
		}
		return false
	})
}

func renamed(fields []nft.Field) []nft.Field {
	fields = slices.Clone(fields)
	for i, f := range fields {
		switch f {
		case nft.InBridge:
			fields[i] = nft.InName
		case nft.OutBridge:
			fields[i] = nft.OutName
		}
	}
	return fields
}

// programs are those of the measured configurations, in both forms and under both
// semantics, by name.
func programs(t testing.TB) map[string]*nft.Program {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(measured.Path(t, "conformance/cases"), "*", "config"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	out := map[string]*nft.Program{}
	for _, dir := range dirs {
		loaded, err := loading.Load(dir, loading.Options{OneNode: true, Now: time.Unix(1_700_000_000, 0)})
		if err != nil {
			t.Fatal(err)
		}
		cfg, _ := config.Resolve(loaded.Input)
		for _, sem := range []lower.Semantics{lower.Reference, lower.Intended} {
			policy, _ := lower.Lower(cfg, cfg.Nodes[0], sem)
			for _, plain := range []bool{false, true} {
				name := filepath.Base(filepath.Dir(dir)) + ", " + sem.String()
				if plain {
					name += ", plain"
				}
				if p, _ := nft.Build(policy, nft.Options{Plain: plain}); p != nil && len(p.Tables) > 0 {
					out[name] = fit(p)
				}
			}
		}
	}
	return out
}

// some is one program with much in it.
func some(t testing.TB) *nft.Program {
	t.Helper()
	all := programs(t)
	var best *nft.Program
	rules := 0
	for _, p := range all {
		n := 0
		for _, t := range p.Tables {
			for _, c := range t.Chains {
				n += len(c.Rules)
			}
		}
		if n > rules {
			best, rules = p, n
		}
	}
	return best
}

// tryTool runs lines of nft that may fail.
func tryTool(lines string) (out string, ok bool) {
	b, err := exec.Command("nft", lines).CombinedOutput()
	return string(b), err == nil
}
