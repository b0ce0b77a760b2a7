package iptables

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/measured"
	"github.com/pvefw/pvefw/ir"
)

// The daemon signs a chain with a hash over its rules, so an equal signature is
// an equal text. These are the signatures that it gave a node with every option
// at its default.
var measuredFrame = map[string][2]string{
	"PVEFW-Drop":            {"83WlR/a4wLbmURFqMQT3uJSgIG8", "Jb79Uw7z1vZglIcV7QXA5uY/nbk"},
	"PVEFW-DropBroadcast":   {"NyjHNAtFbkH7WGLamPpdVnxHy4w", "8Krk5Nh8pDZOOc7BQAbM6PlyFSU"},
	"PVEFW-FORWARD":         {"qnNexOcGa+y+jebd4dAUqFSp5nw", "qnNexOcGa+y+jebd4dAUqFSp5nw"},
	"PVEFW-HOST-IN":         {"cucENGwfi+iPw5e/BS7lH7zNnU8", "t+/LTT8OHyoSgF5i9Hox+PZEud4"},
	"PVEFW-HOST-OUT":        {"eARGN/nWTMxH2gIxhfWZSY7ecKE", "br2bPbA9ZjuHOMNhV8tfLRw1mAs"},
	"PVEFW-INPUT":           {"+5iMmLaxKXynOB/+5xibfx7WhFk", "+5iMmLaxKXynOB/+5xibfx7WhFk"},
	"PVEFW-OUTPUT":          {"LjHoZeSSiWAG3+2ZAyL/xuEehd0", "LjHoZeSSiWAG3+2ZAyL/xuEehd0"},
	"PVEFW-Reject":          {"h3DyALVslgH5hutETfixGP08w7c", "aL1nrxJk/u3XmTb3Am2eaM/3yCM"},
	"PVEFW-SET-ACCEPT-MARK": {"Hg/OIgIwJChBUcWU8Xnjhdd2jUY", "Hg/OIgIwJChBUcWU8Xnjhdd2jUY"},
	"PVEFW-logflags":        {"MN4PH1oPZeABMuWr64RrygPfW7A", "MN4PH1oPZeABMuWr64RrygPfW7A"},
	"PVEFW-reject":          {"Jlkrtle1mDdtxDeI9QaDSL++Npc", "etEECUYcgUdzuuO+LDP83pu0S8Y"},
	"PVEFW-smurflog":        {"2gfT1VMkfr0JL6OccRXTGXo+1qk", ""},
	"PVEFW-smurfs":          {"HssVe5QCBXd5mc9kC88749+7fag", ""},
	"PVEFW-tcpflags":        {"CMFojwNPqllyqD67NeI5m+bP5mo", "CMFojwNPqllyqD67NeI5m+bP5mo"},
}

func TestFrameCarriesMeasuredSignatures(t *testing.T) {
	texts := emit(t, plain())
	for chain, want := range measuredFrame {
		for f, name := range []string{IPTablesFile, IP6TablesFile} {
			if got := signatureOf(texts[name], chain); got != want[f] {
				t.Errorf("%s of %s signed %q, want %q:\n%s", chain, name, got, want[f],
					strings.Join(rulesOf(texts[name], chain), "\n"))
			}
		}
	}
}

// Equal policies give equal bytes, and printing one does not change it.
func TestEmitIsAFunctionOfThePolicy(t *testing.T) {
	p := twoCards()
	first, second := emit(t, p), emit(t, p)
	for name, text := range first {
		if text != second[name] || text != emit(t, twoCards())[name] {
			t.Errorf("%s differs from run to run", name)
		}
	}
}

func TestHostFirewallOffLeavesEmptyEntryChains(t *testing.T) {
	p := plain()
	p.Host.In, p.Host.Out = nil, nil
	text := emit(t, p)[IPTablesFile]
	for _, chain := range []string{"PVEFW-INPUT", "PVEFW-OUTPUT"} {
		// The signature of nothing at all.
		if got := signatureOf(text, chain); got != "2jmj7l5rSw0yVb/vlWAYkK/YBwk" {
			t.Errorf("%s signed %q", chain, got)
		}
	}
	if strings.Contains(text, "PVEFW-HOST") {
		t.Error("a chain of the host is left")
	}
}

func TestDisabledClusterEmitsEmptyTables(t *testing.T) {
	want := map[string]string{
		IPSetFile: "", EBTablesFile: "*filter\n",
		IPTablesFile: "*filter\nCOMMIT\n*raw\nCOMMIT\n", IP6TablesFile: "*filter\nCOMMIT\n*raw\nCOMMIT\n",
	}
	for name, text := range emit(t, &ir.Policy{Off: true, Layer2: true, Sets: []*ir.Set{managementSet}}) {
		if text != want[name] {
			t.Errorf("%s is %q, want %q", name, text, want[name])
		}
	}
}

func TestFatalPolicyEmitsNothing(t *testing.T) {
	p := plain()
	p.Fatal = &ir.Skipped{Reason: "log_ratelimit cannot be read", Message: "format error", Origin: line(1)}
	artifacts, findings := New().Emit(p)
	if len(artifacts) != 0 || len(findings) != 1 || findings[0].Rule != ruleRefused {
		t.Fatalf("got %d artifacts, findings %v", len(artifacts), findings)
	}
	if findings[0].Span != line(1).Span || findings[0].ProxmoxRuntimeMessage != "format error" {
		t.Errorf("the finding does not point at the option: %+v", findings[0])
	}
}

func TestForwardRulesAreSaidToBeLeftOut(t *testing.T) {
	p := plain()
	p.Forward.Nodes = append(p.Forward.Nodes,
		&ir.Skipped{Stage: ir.AtTarget, Families: ir.Both, Reason: "FORWARD", Origin: line(3)},
		&ir.Skipped{Stage: ir.AtDesign, Families: ir.Both, Reason: "disabled", Origin: line(4)})
	_, findings := New().Emit(p)
	if len(findings) != 1 || findings[0].Rule != ruleCannotExpress || findings[0].Span != line(3).Span {
		t.Errorf("want one finding at the live rule, got %v", findings)
	}
}

// TestSignsLikeTheDaemon signs every chain of the measured cases again.
func TestSignsLikeTheDaemon(t *testing.T) {
	dir := measured.Path(t, "conformance/cases")
	files, err := filepath.Glob(filepath.Join(dir, "*", "expected.ip*tables"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no expected texts: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		resign(t, name, string(data))
	}
}

func resign(t *testing.T, name, text string) {
	for _, l := range strings.Split(text, "\n") {
		chainName, ok := strings.CutPrefix(l, "-F ")
		if !ok {
			continue
		}
		rules := rulesOf(text, chainName)
		c := &chain{name: chainName}
		for _, r := range rules[:len(rules)-1] {
			c.frame(r)
		}
		if got, _ := c.signature(nil); got != signatureOf(text, chainName) {
			t.Errorf("%s: %s signed %q, want %q", name, chainName, got, signatureOf(text, chainName))
		}
	}
}
