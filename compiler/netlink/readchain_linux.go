package netlink

import (
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// chains reads which chains there are, and puts bodies to their entries.
func (r *reader) chains() error {
	r.bodies, r.led = map[string][]string{}, map[string]bool{}
	var bodies []*nft.Chain
	err := r.things(unix.NFT_MSG_GETCHAIN, func(a attributes) {
		c := &nft.Chain{Name: text(a.get(unix.NFTA_CHAIN_NAME))}
		if hook := a.get(unix.NFTA_CHAIN_HOOK); hook != nil {
			c.Hook = &nft.Hook{Point: nft.HookPoint(number32(hook.get(unix.NFTA_HOOK_HOOKNUM))), Priority: int32(number32(hook.get(unix.NFTA_HOOK_PRIORITY)))}
			if text(a.get(unix.NFTA_CHAIN_TYPE)) != "filter" || number32(a.get(unix.NFTA_CHAIN_POLICY)) != policyAccept || number32(hook.get(unix.NFTA_HOOK_HOOKNUM)) > uint32(nft.Postrouting) {
				r.strange(c.Name, 0, "a base chain of another kind")
				return
			}
		}
		body, ok := nft.BodyOf(c.Name)
		if !ok || c.Hook != nil {
			r.entries = append(r.entries, c)
			return
		}
		r.bodies[body.Name] = append(r.bodies[body.Name], c.Name)
		bodies = append(bodies, c)
	})
	r.settle(bodies)
	return err
}

// settle gives entries with one body its hash. Every other body is a chain like any
// other, until its entry is found to lead to it.
func (r *reader) settle(bodies []*nft.Chain) {
	known := make(map[string]bool, len(r.entries))
	for _, c := range r.entries {
		known[c.Name] = true
		if of := r.bodies[c.Name]; len(of) == 1 {
			body, _ := nft.BodyOf(of[0])
			c.Hash, c.Mark = body.Hash, body.Mark
		}
	}
	for _, c := range bodies {
		if body, _ := nft.BodyOf(c.Name); !known[body.Name] || len(r.bodies[body.Name]) > 1 {
			r.entries = append(r.entries, c)
		}
	}
}

// chain reads a chain: the way into the body, where the name of the only one is not
// taken for it, and the rules, where they are wanted.
func (r *reader) chain(c *nft.Chain) error {
	if r.led[c.Name] {
		return nil
	}
	id := ChainID{r.table.Name, c.Name}
	if c.Hash == "" || c.Hook != nil || r.want == nil {
		if err := r.entry(c); err != nil {
			return err
		}
	}
	r.table.Chains = append(r.table.Chains, c)
	if c.Hash == "" {
		if len(r.bodies[c.Name]) > 0 {
			r.image.Changed = append(r.image.Changed, id)
		}
		return nil
	}
	if r.want != nil && !r.want(id, c.Hash) {
		r.image.Unread[id] = true
		return nil
	}
	return r.rules(c, c.Body())
}

// judge finds the chains whose rules are not those that their hashes stand for.
func (r *reader) judge() {
	for _, c := range r.table.Chains {
		if c.Hash == "" || c.Rules == nil || c.Restate() == c.Hash && !c.Altered {
			continue
		}
		c.Altered = true
		r.image.Changed = append(r.image.Changed, ChainID{r.table.Name, c.Name})
	}
}

// entry finds the body that an entry leads to, or keeps the entry's rules as the
// chain's own where they are anything but the way into a body.
func (r *reader) entry(c *nft.Chain) error {
	only := *c
	c.Hash, c.Mark = "", ""
	if err := r.rules(c, c.Name); err != nil {
		return err
	}
	body, leads := wayInto(c)
	switch {
	case leads && slices.Contains(r.bodies[c.Name], body.Body()):
		c.Hash, c.Mark, c.Rules = body.Hash, body.Mark, nil
		r.led[c.Body()] = true
	case only.Hash != "":
		r.entries = append(r.entries, &nft.Chain{Name: only.Body()})
	}
	return nil
}

// wayInto is the body that an entry leads to, if that is all it does.
func wayInto(c *nft.Chain) (body nft.Chain, leads bool) {
	if len(c.Rules) != 1 || len(c.Rules[0].Stmts) != 1 || c.Altered {
		return body, false
	}
	v, ok := c.Rules[0].Stmts[0].(*nft.Verdict)
	if !ok || v.Kind != nft.Goto {
		return body, false
	}
	body, leads = nft.BodyOf(v.Chain)
	return body, leads && body.Name == c.Name
}

// rules reads rules into a chain. What cannot be said in statements is strange, and the
// rest is read all the same.
func (r *reader) rules(c *nft.Chain, from string) error {
	c.Rules = []*nft.Rule{}
	d := decoder{reader: r}
	return r.rulesOf(from, func(a attributes) {
		d.begin()
		if err := d.statements(a.get(unix.NFTA_RULE_EXPRESSIONS)); err != nil {
			c.Altered = true
			r.strange(c.Name, number64(a.get(unix.NFTA_RULE_HANDLE)), err.Error())
			return
		}
		rule := r.stock.rules.put(nft.Rule{Stmts: r.stock.stmts.keep(d.out), Comment: commentIn(a.get(unix.NFTA_RULE_USERDATA))})
		rule.ID, _, _ = strings.Cut(rule.Comment, " ")
		c.Rules = append(c.Rules, rule)
	})
}
