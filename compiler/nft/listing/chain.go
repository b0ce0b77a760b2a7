package listing

import (
	"slices"

	"github.com/pvefw/pvefw/compiler/nft"
)

// settle makes chains of entries and bodies: both carriers put the rules of a chain into
// a body, to which the chain itself only leads. What stands in another way stays as it is
// and has no hash.
func (r *reading) settle(t *table) {
	joined := map[*nft.Chain]bool{}
	for _, c := range t.Chains {
		if body := t.bodyOf(c); body != nil {
			of, _ := nft.BodyOf(body.Name)
			c.Hash, c.Mark = of.Hash, of.Mark
			t.drafts[c], c.Altered = t.drafts[body], body.Altered
			joined[body] = true
		}
	}
	t.Chains = slices.DeleteFunc(t.Chains, func(c *nft.Chain) bool { return joined[c] })
	for _, c := range t.Chains { // whatever form they have, they name the same sets
		for _, d := range t.drafts[c] {
			c.Rules = append(c.Rules, &nft.Rule{Stmts: d.forms[0]})
		}
	}
	t.Adopt()
	for _, c := range t.Chains {
		r.rules(t, c)
		if content := c.Restate(); c.Hash != "" && content != c.Hash {
			c.Altered = true
		}
	}
}

// bodyOf is the chain that an entry leads to and does nothing else; nil for none.
func (t *table) bodyOf(c *nft.Chain) *nft.Chain {
	rules := t.drafts[c]
	if len(rules) != 1 || c.Altered || len(rules[0].forms[0]) != 1 {
		return nil
	}
	v, _ := rules[0].forms[0][0].(*nft.Verdict)
	if v == nil || v.Kind != nft.Goto {
		return nil
	}
	body := t.chains[v.Chain]
	if of, ok := nft.BodyOf(v.Chain); !ok || of.Name != c.Name || body == nil || body.Hook != nil {
		return nil
	}
	return body
}

// rules fills a chain. Of several forms of a rule the one is taken whose content has the
// id in the comment, because then it is the rule that was built; otherwise the first, if
// they all do the same.
func (r *reading) rules(t *table, c *nft.Chain) {
	identity := c.Identity()
	c.Rules = []*nft.Rule{}
	for _, d := range t.drafts[c] {
		at := slices.IndexFunc(d.forms, func(form []nft.Stmt) bool { return identity.Of(form) == d.rule.ID })
		if at < 0 && d.vague {
			r.foreign(t, c, d.handle, "a rule of which the JSON does not tell the family")
			continue
		}
		d.rule.Stmts = d.forms[max(at, 0)]
		identity.Next(d.rule.Stmts)
		c.Rules = append(c.Rules, d.rule)
	}
}
