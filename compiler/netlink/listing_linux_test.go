package netlink

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/pvefw/pvefw/compiler/nft"
	reading "github.com/pvefw/pvefw/compiler/nft/listing"
)

// TestListingSaysWhatTheKernelHolds loads programs, lets nft list them as JSON, and
// compares what the listing says with what is read from the kernel itself.
func TestListingSaysWhatTheKernelHolds(t *testing.T) {
	c := namespace(t)
	for name, p := range programs(t) {
		if strings.Contains(name, "reference") != strings.Contains(name, "plain") {
			continue // one form of each semantics says enough
		}
		identify(p)
		if err := c.Apply(encodeTried(t, p)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		image, err := c.Read()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := listed(t, name, tool(t, "", "-j", "list", "ruleset"))
		if diff := cmp.Diff(Normal(image.Program), Normal(got), cmpopts.IgnoreUnexported(nft.Chain{}, nft.Rule{})); diff != "" {
			t.Errorf("%s: (-kernel +listing)\n%s", name, diff)
		}
	}
}

// identify gives the rules that fit has changed their ids anew.
func identify(p *nft.Program) {
	for _, t := range p.Tables {
		for _, c := range t.Chains {
			identity := c.Identity()
			for _, r := range c.Rules {
				id := identity.Of(r.Stmts)
				identity.Next(r.Stmts)
				r.ID, r.Comment = id, id+strings.TrimPrefix(r.Comment, r.ID)
			}
		}
	}
}

// ofGuests are the objects of the guests' table, which is of the other family where the
// kernel's bridges do not filter.
var ofGuests = regexp.MustCompile(`"family": "inet", ("table": "pvefw-guests"|"name": "pvefw-guests"|"name": "[^"]*", "table": "pvefw-guests")`)

// listed reads a listing of what fit has made.
func listed(t *testing.T, name, text string) *nft.Program {
	t.Helper()
	if !bridges {
		text = ofGuests.ReplaceAllString(text, `"family": "bridge", $1`)
	}
	got, err := reading.Read([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(got.Strange) > 0 {
		t.Errorf("%s: strange: %v", name, got.Strange)
	}
	out := fit(got.Program)
	for _, table := range out.Tables {
		for _, c := range table.Chains {
			c.Altered = c.Altered && bridges // in the other family's words the content has another hash
		}
	}
	return out
}
