package nft

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pvefw/pvefw/compiler"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/golden"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/lower"
)

// warnings counts the findings that Stream may not leave out.
func warnings(l diag.List) int { return len(l) - l.Count(diag.Info) }

// written is what a backend's Stream writes, and how many warnings there are. Stream gets a
// policy that it may use up.
func written(t *testing.T, p *ir.Policy, o Options) (string, int) {
	t.Helper()
	own := *p
	own.NICs = nil
	for _, nic := range p.NICs {
		one := *nic
		own.NICs = append(own.NICs, &one)
	}
	write, found := New(o).(compiler.Streamer).Stream(&own, ScriptFile)
	if write == nil {
		return "", warnings(found)
	}
	var got strings.Builder
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	return got.String(), warnings(found)
}

// A script that is printed chain by chain, out of parts that are used again, is the
// script of the whole program.
func TestStreamWritesTheSameScript(t *testing.T) {
	policies := map[string]*ir.Policy{"forwarding": forwarding()}
	for n := range uint64(200) {
		policies[fmt.Sprint("random ", n)] = random(rand.New(rand.NewPCG(7, n))).policy
	}
	for _, path := range golden.Find(t, "../../testdata/nft/*.txtar") {
		policies[filepath.Base(path)] = policyOf(t, golden.Open(t, path), lower.Intended)
	}
	scripts := 0
	for name, p := range policies {
		for form, o := range forms {
			program, findings := Build(p, o)
			want := ""
			if program != nil {
				want = program.Script()
				scripts++
			}
			got, found := written(t, p, o)
			if diff := cmp.Diff(want, got); diff != "" || found != warnings(findings) {
				t.Fatalf("%s, %s: %d warnings, want %d (-Build +Stream):\n%s", name, form, found, warnings(findings), diff)
			}
		}
	}
	if scripts < len(policies) {
		t.Errorf("only %d scripts of %d policies", scripts, len(policies))
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestStreamTellsWhatFails(t *testing.T) {
	write, _ := New(Options{}).(compiler.Streamer).Stream(forwarding(), ScriptFile)
	if err := write(full{}); !errors.Is(err, errFull) {
		t.Errorf("a writer that fails: %v", err)
	}
	write, found := New(Options{}).(compiler.Streamer).Stream(&ir.Policy{Fatal: &ir.Skipped{Reason: "so"}}, ScriptFile)
	if write != nil || len(found) != 1 {
		t.Errorf("a policy that cannot be compiled can be written, %d findings", len(found))
	}
}
