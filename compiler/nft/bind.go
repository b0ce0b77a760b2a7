package nft

import "cmp"

// This file names what a change makes anew. Sets, helpers and bodies of one name stand
// beside each other in a kernel while packets turn from the old to the new, so there each
// has a name of its own: NAME, or NAME/ and eight hex digits.

// bind gives what comes and what is made anew names that nothing in the kernel has, and
// finds the chains that need another body because they name something that is made anew.
// What stays keeps its name. After becomes a copy: the wanted program has no such names.
func (d *TableDelta) bind() {
	if d.Before == nil || d.After == nil {
		return
	}
	sets, helpers := d.anew()
	n := &naming{taken: d.Before.taken()}
	after := *d.After
	after.Sets, n.sets = bound(n, d.Before.Sets, after.Sets, sets)
	after.Helpers, n.helpers = bound(n, d.Before.Helpers, after.Helpers, helpers)
	for i := range d.Sets {
		if s := &d.Sets[i]; s.After != nil {
			s.After = n.sets[s.After.Name]
		}
	}
	for i := range d.Helpers {
		if h := &d.Helpers[i]; h.After != nil {
			h.After = n.helpers[h.After.Name]
		}
	}
	after.Chains = d.bindChains(n, func(c *Chain) bool {
		return len(sets)+len(helpers) > 0 && c.uses(func(s *Set, h *Helper) bool { return s != nil && sets[s.Name] || h != nil && helpers[h.Name] })
	})
	d.After = &after
}

// bindChains names the bodies of the wanted chains; again tells of a chain that is in
// force as it is wanted whether it needs another one.
func (d *TableDelta) bindChains(n *naming, again func(*Chain) bool) []*Chain {
	changes := make(map[string]*ChainDelta, len(d.Chains))
	for i := range d.Chains {
		if x := &d.Chains[i]; x.After != nil {
			changes[x.After.Name] = x
		}
	}
	var out []*Chain
	pair(d.Before.Chains, d.After.Chains, func(c *Chain) string { return c.Name }, func(old, c *Chain) {
		if c == nil {
			return
		}
		switch x := changes[c.Name]; {
		case x != nil:
			c = c.marked(n.mark(c))
			x.After = c
		case again(c):
			c = c.marked(n.mark(c))
			d.Again = append(d.Again, ChainDelta{old, c})
		case old.Mark != "":
			c = c.marked(old.Mark)
		}
		out = append(out, c)
	})
	return out
}

func (c *Chain) marked(mark string) *Chain {
	out := *c
	out.Mark = mark
	return &out
}

// naming finds names that are free.
type naming struct {
	taken   map[string]bool // names that something has before the change
	sets    map[string]*Set // that will be in force, by the names of the program
	helpers map[string]*Helper
}

// taken are the names of everything in a table that was read from a kernel.
func (t *Table) taken() map[string]bool {
	names := make(map[string]bool, len(t.Chains)+len(t.Sets)+len(t.Helpers))
	for _, s := range t.Sets {
		names[s.InKernel()] = true
	}
	for _, h := range t.Helpers {
		names[h.InKernel()] = true
	}
	for _, c := range t.Chains {
		names[c.Body()] = true
	}
	return names
}

// renamed is what has one name in a program and one in the kernel.
type renamed[T any] interface {
	logical() string
	InKernel() string
	as(kernelName string) T
	ordered() T
	call(name, kernelName string)
	append(b []byte) []byte // as in a script
}

func (s *Set) logical() string    { return s.Name }
func (h *Helper) logical() string { return h.Name }

// InKernel is the name of a set in the kernel.
func (s *Set) InKernel() string { return cmp.Or(s.KernelName, s.Name) }

// InKernel is the name of a helper in the kernel.
func (h *Helper) InKernel() string { return cmp.Or(h.KernelName, h.Name) }

func (s *Set) as(name string) *Set {
	out := *s
	out.KernelName = other(name, s.Name)
	return &out
}

func (h *Helper) as(name string) *Helper {
	out := *h
	out.KernelName = other(name, h.Name)
	return &out
}

func (h *Helper) ordered() *Helper { return h }

func (s *Set) ordered() *Set {
	out := *s
	out.Elements = inOrder(s.Elements)
	return &out
}

func (s *Set) call(name, kernelName string) { s.Name, s.KernelName = name, other(kernelName, name) }

func (h *Helper) call(name, kernelName string) {
	h.Name, h.KernelName = name, other(kernelName, name)
}

// other is a name where it is not the usual one.
func other(name, usual string) string {
	if name == usual {
		return ""
	}
	return name
}

// bound are copies of what is wanted, with their names in the kernel.
func bound[T renamed[T]](n *naming, before, after []T, anew map[string]bool) (out []T, byName map[string]T) {
	old := make(map[string]T, len(before))
	for _, x := range before {
		old[x.logical()] = x
	}
	byName = make(map[string]T, len(after))
	for _, x := range after {
		if was, there := old[x.logical()]; there && !anew[x.logical()] {
			x = x.as(was.InKernel())
		} else {
			x = x.ordered() // in another order it would have another name
			x = x.as(n.name(x.logical(), x.append))
		}
		out, byName[x.logical()] = append(out, x), x
	}
	return out, byName
}

// name is a free name for something of this content: its own, where nothing has that. Others
// come from the content, so that a name seldom comes again with another one while what had
// it before may be wanted back.
func (n *naming) name(own string, content func([]byte) []byte) string {
	name := own
	if n.taken[name] {
		for h := hashLine(hashStart, content(nil)); n.taken[name]; h = mix(h, 1) {
			name = own + "/" + markText(h)
		}
	}
	n.taken[name] = true
	return name
}

// mark is one for the body of a chain: none, where everything that the chain names has
// its own name in the kernel and nothing has the body's, nor where there is no body.
func (n *naming) mark(c *Chain) string {
	if c.Hash == "" {
		return ""
	}
	of, h := *c, hashStart
	of.Mark = ""
	c.uses(func(s *Set, o *Helper) bool {
		if s != nil && n.sets[s.Name] != nil && n.sets[s.Name].KernelName != "" {
			h = hashText(h, n.sets[s.Name].KernelName)
		}
		if o != nil && n.helpers[o.Name] != nil && n.helpers[o.Name].KernelName != "" {
			h = hashText(h, n.helpers[o.Name].KernelName)
		}
		return false
	})
	if h != hashStart {
		of.Mark = markText(h)
	}
	for ; n.taken[of.Body()]; h = mix(h, 1) {
		of.Mark = markText(h)
	}
	n.taken[of.Body()] = true
	return of.Mark
}

func markText(h uint64) string { return string(appendDigits(nil, h>>32^h&(1<<32-1), markDigits)) }

// uses asks about what rules name, until the answer is yes: named and other sets, and
// helpers.
func (c *Chain) uses(is func(s *Set, h *Helper) bool) bool {
	for _, r := range c.Rules {
		for _, s := range r.Stmts {
			yes := false
			switch s := s.(type) {
			case *Lookup:
				yes = is(s.Set, nil)
			case *Dispatch:
				yes = is(s.Map, nil)
			case *Overrun:
				yes = is(s.Set, nil)
			case *SetHelper:
				yes = is(nil, s.Helper)
			}
			if yes {
				return true
			}
		}
	}
	return false
}
