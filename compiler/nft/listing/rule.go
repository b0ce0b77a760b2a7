package listing

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// body is a rule being read.
type body struct {
	*table
	stmts []nft.Stmt
	needs []need
	first int  // of the statements, the first that needs a protocol
	vague bool // nft prints the same for rules that do different things
}

// draft is a rule that may have been one of several.
type draft struct {
	rule   *nft.Rule
	forms  [][]nft.Stmt // at least one
	vague  bool         // only a form that has the rule's id is believed
	handle uint64
}

// draft reads a rule. What cannot be read is strange, and the rest of the chain is read
// all the same.
func (r *reading) draft(t *table, w *waiting) {
	b := &body{table: t}
	reason := ""
	for _, e := range w.rule.Expr {
		if !b.add(e) {
			reason = "a rule with " + kind(e)
			break
		}
	}
	forms := b.supply(t.Family)
	switch {
	case reason != "":
	case forms == nil:
		reason = "a rule that contradicts itself"
	default:
		made := &nft.Rule{Comment: w.rule.Comment}
		made.ID, _, _ = strings.Cut(made.Comment, " ")
		t.drafts[w.chain] = append(t.drafts[w.chain], draft{made, forms, b.vague, w.rule.Handle})
		return
	}
	r.strange(Strange{t.Name, w.chain.Name, w.rule.Handle, reason})
}

// kind says what kind of statement it is, in nft's word.
func kind(e any) string {
	o, _ := e.(map[string]any)
	for key := range o {
		if key == "match" && len(o) == 1 {
			return "a match that pvefw does not make"
		}
		if len(o) == 1 {
			return "the statement " + key
		}
	}
	return "something unknown"
}

// settle ends a chain. Of several forms of a rule the one is taken whose content has the
// id in the comment, because then it is the rule that was built; otherwise the first, if
// they all do the same.
func (r *reading) settle(t *table, c *nft.Chain) {
	identity := c.Identity()
	for _, d := range t.drafts[c] {
		at := slices.IndexFunc(d.forms, func(form []nft.Stmt) bool { return identity.Of(form) == d.rule.ID })
		if at < 0 && d.vague {
			r.strange(Strange{t.Name, c.Name, d.handle, "a rule of which the JSON does not tell the family"})
			continue
		}
		d.rule.Stmts = d.forms[max(at, 0)]
		identity.Next(d.rule.Stmts)
		c.Rules = append(c.Rules, d.rule)
	}
	if hash := c.Restate(); c.Hash == "" {
		c.Hash = hash
	}
}
