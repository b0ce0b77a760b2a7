package netlink_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pvefw/pvefw/compiler/netlink"
	"github.com/pvefw/pvefw/internal/plan"
)

// Each of 200 random edits by hand is found by drift, and nothing is where nobody changed
// anything.
func TestDriftFindsManualEdits(t *testing.T) {
	c := netlink.Namespace(t)
	wanted := netlink.Small(t)
	load := netlink.EncodeTried(t, wanted)
	drift := func() *plan.Report {
		image, err := c.Read()
		if err != nil {
			t.Fatal(err)
		}
		live := plan.FromKernel(image, nil)
		p, _ := plan.Make(plan.Request{Whole: true}, live, wanted)
		return plan.Find(p, live)
	}
	r := rand.New(rand.NewPCG(1, 2))
	kinds := map[string]int{}
	for found := 0; found < 200; {
		if err := c.Apply(load); err != nil {
			t.Fatal(err)
		}
		if r := drift(); found%20 == 0 && (!r.Empty() || r.Live.Digest != plan.Digest(wanted)) {
			t.Fatalf("nothing was changed: %v", r.Drifts)
		}
		kind, edit := someEdit(t, r)
		if edit == "" || netlink.Try(edit) != nil {
			continue // nothing to do, or the kernel refused it
		}
		if drift().Empty() {
			t.Fatalf("%s is not found: %s", kind, edit)
		}
		kinds[kind]++
		found++
	}
	t.Logf("%v", kinds)
}

// nftListing is what nft lists, as far as edits need it.
type nftListing struct {
	Nftables []map[string]struct {
		Family, Table, Name, Chain string
		Handle                     int
		Elem                       []any
		Flags                      []string
		Hook                       string
		Prio                       int
	}
}

// someEdit is something that an administrator may do to pvefw's tables by hand.
func someEdit(t *testing.T, r *rand.Rand) (kind, edit string) {
	t.Helper()
	text := netlink.Tool(t, "", "-j", "list", "ruleset")
	var all nftListing
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	want := []string{"rule", "chain", "set", "map", "table"}[r.IntN(5)]
	for {
		o, ok := all.Nftables[r.IntN(len(all.Nftables))][want]
		if !ok {
			continue
		}
		table := o.Family + " " + o.Table
		switch want {
		case "rule":
			return editRule(r, table+" "+o.Chain, o.Handle)
		case "chain":
			return editChain(r, table+" "+o.Name, o.Hook, o.Prio)
		case "table":
			return editTable(r, o.Family+" "+o.Name)
		}
		if !strings.HasPrefix(o.Name, "synflood") { // what packets put there is no drift
			return editSet(r, table+" "+o.Name, want == "map", strings.HasSuffix(o.Name, "-6"), o.Elem)
		}
		return "", ""
	}
}

// statements are what people write into rules: what pvefw could have made, and what not.
var statements = []string{
	"accept", "drop", "tcp dport 22 accept", "ip saddr 10.9.8.7 drop", "counter accept", "ip ttl 3 drop", "log prefix \"x\"",
	"meta l4proto icmp icmp type echo-request accept", "reject", "ct state new tcp dport 1-1024 drop", "limit rate 3/second accept",
	"iifname \"eth7\" return", "ip saddr { 10.1.1.1, 10.1.1.2 } accept", "meta mark set 7",
}

func editRule(r *rand.Rand, chain string, handle int) (kind, edit string) {
	statement := statements[r.IntN(len(statements))]
	switch r.IntN(4) {
	case 0:
		return "delete rule", fmt.Sprintf("delete rule %s handle %d", chain, handle)
	case 1:
		return "replace rule", fmt.Sprintf("replace rule %s handle %d %s", chain, handle, statement)
	case 2:
		return "insert rule", fmt.Sprintf("insert rule %s position %d %s", chain, handle, statement)
	}
	return "add rule behind", fmt.Sprintf("add rule %s position %d %s comment \"0badc0de host.fw:1\"", chain, handle, statement)
}

func editChain(r *rand.Rand, chain, hook string, prio int) (kind, edit string) {
	statement := statements[r.IntN(len(statements))]
	switch r.IntN(5) {
	case 0:
		return "flush chain", "flush chain " + chain
	case 1:
		return "rename chain", "rename chain " + chain + " other"
	case 2:
		if hook != "" {
			return "change policy", fmt.Sprintf("chain %s { type filter hook %s priority %d; policy drop; }", chain, hook, prio)
		}
		return "add chain", "add chain " + chain + "x\nadd rule " + chain + "x " + statement
	case 3:
		return "insert first rule", "insert rule " + chain + " " + statement
	}
	return "add last rule", "add rule " + chain + " " + statement
}

func editSet(r *rand.Rand, set string, verdicts, v6 bool, elements []any) (kind, edit string) {
	if len(elements) > 0 && r.IntN(2) == 0 {
		return "delete element", "delete element " + set + " { " + elementText(elements[r.IntN(len(elements))]) + " }"
	}
	switch {
	case verdicts:
		return "add verdict", fmt.Sprintf("add element %s { \"tap%di0\" . ip : drop }", set, 9000+r.IntN(999))
	case v6:
		return "add element", fmt.Sprintf("add element %s { fd00::%x }", set, r.IntN(1<<16))
	}
	return "add element", fmt.Sprintf("add element %s { 10.%d.%d.0/24 }", set, 100+r.IntN(100), r.IntN(256))
}

// elementText is the key of an element in the words of a script.
func elementText(e any) string {
	switch e := e.(type) {
	case []any:
		return elementText(e[0])
	case map[string]any:
		if p, ok := e["prefix"].(map[string]any); ok {
			return fmt.Sprintf("%v/%v", p["addr"], p["len"])
		}
		if ends, ok := e["range"].([]any); ok {
			return fmt.Sprintf("%v-%v", ends[0], ends[1])
		}
		if parts, ok := e["concat"].([]any); ok {
			return fmt.Sprintf("%q . %v", parts[0], parts[1])
		}
	}
	return fmt.Sprint(e)
}

func editTable(r *rand.Rand, table string) (kind, edit string) {
	edits := [][2]string{
		{"add set", "add set " + table + " mine { type ipv4_addr; }"}, {"add counter", "add counter " + table + " mine"},
		{"add map", "add map " + table + " mine { type inet_service : verdict; }"}, {"delete table", "delete table " + table},
	}
	e := edits[r.IntN(len(edits))]
	return e[0], e[1]
}
