package listing

import (
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
	for rest := w.rule.Expr; len(rest) > 0 && reason == ""; {
		n := b.head(rest)
		if n == 0 && b.add(rest[0]) {
			n = 1
		} else if n == 0 {
			reason = "a rule with " + kind(rest[0])
		}
		rest = rest[n:]
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
	r.foreign(t, w.chain, w.rule.Handle, reason)
}

// foreign notes a rule that is not in the program.
func (r *reading) foreign(t *table, c *nft.Chain, handle uint64, reason string) {
	c.Altered = true
	name := c.Name
	if body, ok := nft.BodyOf(name); ok {
		name = body.Name
	}
	r.strange(Strange{t.Name, name, handle, reason})
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
