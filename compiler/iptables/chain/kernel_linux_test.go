package chain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/netns"
	"github.com/pvefw/pvefw/ir"
)

// saveScript loads texts into the namespace that it runs in and prints what the
// kernel then holds, with the counters, per family and for the sets.
const saveScript = `set -e
ipset restore < ipset
iptables-restore -n < v4
ip6tables-restore -n < v6
iptables-save -c > saved.v4
ip6tables-save -c > saved.v6
ipset save > saved.ipset
`

// What the kernel reports of a loaded text is read as the same rules and sets, and
// proves equal to the policy as the text did.
func TestWhatTheKernelReportsIsTheSame(t *testing.T) {
	netns.NeedIPTables(t, "iptables-save")
	for _, s := range subjects(t) {
		if len(s.policy.Refusals) > 0 || s.policy.Fatal != nil {
			continue
		}
		saved := throughKernel(t, s)
		r := Prove(saved, s.policy)
		if len(r.Differences)+len(r.Unknown) > 0 {
			t.Errorf("%s: %v, unknown %v", s.name, r.Differences, r.Unknown)
		}
		for f, texts := range [2][2]string{{s.texts.IPTables, saved.IPTables}, {s.texts.IP6Tables, saved.IP6Tables}} {
			fed, _ := Read(ir.Family(f), texts[0])
			held, faults := Read(ir.Family(f), texts[1])
			if len(faults) > 0 {
				t.Errorf("%s: %v", s.name, faults)
			}
			for _, c := range fed.Changes(held) {
				t.Errorf("%s, %s: %s %s is not what was loaded", s.name, ir.Family(f), c.Table, c.Chain)
			}
			sameSignatures(t, fed, held)
		}
		sameSets(t, s.texts.IPSet, saved.IPSet)
	}
}

func sameSignatures(t *testing.T, a, b *Ruleset) {
	t.Helper()
	for _, table := range a.Tables() {
		for _, name := range a.Table(table).Chains() {
			if is := b.Table(table).Chain(name); is != nil && is.Signature != a.Table(table).Chain(name).Signature {
				t.Errorf("%s: signature %q", name, is.Signature)
			}
		}
	}
}

func sameSets(t *testing.T, fed, saved string) {
	t.Helper()
	a, _ := ReadSets(fed)
	b, faults := ReadSets(saved)
	if len(faults) > 0 || strings.Join(a.Names(), " ") != strings.Join(b.Names(), " ") {
		t.Errorf("sets %v became %v: %v", a.Names(), b.Names(), faults)
		return
	}
	for _, name := range a.Names() {
		if !a.Set(name).Equal(b.Set(name)) {
			t.Errorf("set %s is not what was loaded", name)
		}
	}
}

// throughKernel loads a subject's texts and returns what the tools then print.
func throughKernel(t *testing.T, s subject) Texts {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"ipset": s.texts.IPSet, "v4": s.texts.IPTables, "v6": s.texts.IP6Tables} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := netns.Script(dir, saveScript); err != nil {
		t.Fatalf("%s: %v: %s", s.name, err, out)
	}
	read := func(name string) string {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	return Texts{IPSet: read("saved.ipset"), IPTables: read("saved.v4"), IP6Tables: read("saved.v6")}
}
