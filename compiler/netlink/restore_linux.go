package netlink

import (
	"bytes"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/pvefw/pvefw/compiler/nft"
)

// Restore puts a saved ruleset back in the place of what is in force, as Apply does with
// a delta: packets meet all of it at once, and base chains stay where they hang. A
// refusal leaves what is in force. Afterwards a Save has the same Digest. Where names are
// in force with other content, the ruleset comes into force under others first; whoever is
// stopped behind that has what he wanted, but for the Digest.
func (c *Conn) Restore(s *Saved) error {
	for _, t := range s.tables {
		if !c.owns(&t) {
			return fmt.Errorf("the saved ruleset is of a table %s %s, which is not pvefw's", t.family, t.name)
		}
	}
	var err error
	for range attempts {
		var now *Saved
		if now, err = c.Save(); err != nil {
			return err
		}
		if other := detour(now, s); other != nil && c.Apply(restoration(now, other)) == nil {
			if now, err = c.Save(); err != nil {
				return err
			}
		}
		if err = c.Apply(restoration(now, s)); !errors.Is(err, ErrStale) {
			return err
		}
	}
	return err
}

func (c *Conn) owns(t *savedTable) bool {
	for _, own := range c.tables() {
		if own.Name == t.name && own.Family == t.family {
			return true
		}
	}
	return false
}

func (s *Saved) table(like *savedTable) *savedTable {
	for i := range s.tables {
		if t := &s.tables[i]; t.name == like.name && t.family == like.family {
			return t
		}
	}
	return nil
}

// restoration is the batch from one saved ruleset to another.
func restoration(now, then *Saved) *Batch {
	c := newChange(now.generation)
	for i := range then.tables {
		t := &then.tables[i]
		c.own(t)
		old := now.table(t)
		if old != nil && !bytes.Equal(old.about, t.about) {
			c.renew(t)
			continue
		}
		if old == nil {
			old = &savedTable{}
			c.ready.again(unix.NFT_MSG_NEWTABLE, 0, "", t.about)
		}
		r := restorer{change: c, then: t, was: newContent(old), is: newContent(t), old: old.byName(), sets: t.byName()}
		r.restore()
		if old.name == "" {
			c.undo.deleteTable()
		}
	}
	for i := range now.tables {
		if t := &now.tables[i]; then.table(t) == nil {
			c.own(t)
			for _, chain := range t.chains {
				if chain.about.get(unix.NFTA_CHAIN_HOOK) != nil {
					c.swap.deleteChain(chain.name)
				}
			}
			c.clean.deleteTable()
		}
	}
	b := c.batch(now.generation)
	b.inForce = func(c *Conn) (bool, error) {
		found, err := c.Save()
		return err == nil && found.Digest() == then.Digest(), err
	}
	return b
}

func (c *change) own(t *savedTable) {
	for _, e := range []*encoder{c.ready, c.swap, c.clean, c.undo} {
		e.own(owner{table: &nft.Table{Family: t.family, Name: t.name}})
	}
}

// renew makes a table that is another one as a whole.
func (c *change) renew(t *savedTable) {
	c.swap.deleteTable()
	c.swap.again(unix.NFT_MSG_NEWTABLE, 0, "", t.about)
	all := restorer{change: c, then: t, sets: t.byName()}
	all.fill(c.swap, func(string) bool { return true }, func(string) bool { return true }, func(object) bool { return true })
}

// restorer is a table that is there and changes.
type restorer struct {
	*change
	then      *savedTable
	was, is   *content
	old, sets map[string]*savedSet
}

func (r *restorer) restore() {
	if r.remakes() {
		r.remake()
		return
	}
	coming := func(name string) bool { _, there := r.was.chains[name]; return !there && !r.is.base(name) }
	newSet := func(name string) bool { _, there := r.was.sets[name]; return !there }
	newObject := func(o object) bool { _, there := r.was.objects[o]; return !there }
	r.fill(r.ready, coming, newSet, newObject)
	old, made := r.was.beyond(r.is), r.is.beyond(r.was)
	for _, c := range r.then.chains {
		if !r.moves(c.name) {
			continue
		}
		name := standIn(c.name, func(name string) bool { return r.was.has(name) || r.is.has(name) })
		r.base(r.ready, &savedChain{name, c.about, c.rules})
		old.chains, made.chains = append(old.chains, name), append(made.chains, name)
	}
	r.turn()
	r.clean.remove(old)
	r.undo.remove(made)
}

// moves reports whether a base chain is called from another place on a packet's way.
func (r *restorer) moves(name string) bool {
	old, there := r.was.chains[name]
	return there && old.hooked && r.is.base(name) && !bytes.Equal(old.about, r.is.chains[name].about)
}

// base makes a base chain.
func (r *restorer) base(e *encoder, c *savedChain) {
	e.again(unix.NFT_MSG_NEWCHAIN, unix.NFTA_CHAIN_NAME, c.name, c.about)
	r.rules(e, c)
}

// base reports whether a chain hangs in a hook.
func (c *content) base(name string) bool { return c.chains[name].hooked }

// beyond is what there is that the other does not have, but for base chains.
func (c *content) beyond(other *content) waste {
	var w waste
	for _, name := range sortedKeys(c.chains) {
		if _, there := other.chains[name]; !there && !c.base(name) {
			w.chains = append(w.chains, name)
		}
	}
	for _, name := range sortedKeys(c.sets) {
		if _, there := other.sets[name]; !there {
			w.sets = append(w.sets, name)
		}
	}
	for _, o := range sortedObjects(c.objects) {
		if _, there := other.objects[o]; !there {
			w.objects = append(w.objects, o)
		}
	}
	return w
}

// remakes reports whether something is there under the name of another thing.
func (r *restorer) remakes() bool {
	for name, d := range r.is.chains {
		if old, there := r.was.chains[name]; there && !bytes.Equal(old.about, d.about) && !r.moves(name) {
			return true
		}
	}
	for name, d := range r.is.sets {
		if old, there := r.was.sets[name]; there && !bytes.Equal(old.about, d.about) {
			return true
		}
	}
	for o, d := range r.is.objects {
		if old, there := r.was.objects[o]; there && !bytes.Equal(old, d) {
			return true
		}
	}
	return false
}

// remake makes the table anew around the base chains that stay as they are.
func (r *restorer) remake() {
	stays := func(name string) bool {
		old, there := r.was.chains[name]
		return there && old.hooked && bytes.Equal(old.about, r.is.chains[name].about)
	}
	out := waste{sets: sortedKeys(r.was.sets), objects: sortedObjects(r.was.objects)}
	for _, name := range sortedKeys(r.was.chains) {
		if !stays(name) {
			out.chains = append(out.chains, name)
		}
	}
	r.swap.flush("")
	r.swap.remove(out)
	r.fill(r.swap, func(name string) bool { return !stays(name) }, func(string) bool { return true }, func(object) bool { return true })
	for _, c := range r.then.chains {
		if stays(c.name) {
			r.rules(r.swap, &c)
		}
	}
}

// fill makes what is wanted of a table: chains first, because elements and rules name
// them, then objects and sets, then rules.
func (r *restorer) fill(e *encoder, chain, set func(name string) bool, obj func(object) bool) {
	for _, c := range r.then.chains {
		if chain(c.name) {
			e.own(owner{table: e.table, chain: &nft.Chain{Name: c.name}})
			e.again(unix.NFT_MSG_NEWCHAIN, unix.NFTA_CHAIN_NAME, c.name, c.about)
		}
	}
	e.own(owner{table: e.table})
	for _, o := range r.then.objects {
		if obj(o.object) {
			e.againObject(&o)
		}
	}
	for i := range r.then.sets {
		if s := &r.then.sets[i]; !s.anonymous() && set(s.name) {
			e.own(owner{table: e.table, set: &nft.Set{Name: s.name}})
			e.againSet(s)
		}
	}
	for _, c := range r.then.chains {
		if chain(c.name) {
			r.rules(e, &c)
		}
	}
}

// turn changes what is there and stays.
func (r *restorer) turn() {
	e := r.swap
	for _, c := range r.then.chains {
		old, there := r.was.chains[c.name]
		switch {
		case !there && r.is.base(c.name):
			r.base(e, &c)
			continue
		case r.moves(c.name):
			e.deleteChain(c.name)
			r.base(e, &c)
			continue
		case !there || bytes.Equal(old.inside, r.is.chains[c.name].inside):
			continue
		}
		e.flush(c.name)
		r.rules(e, &c)
	}
	for _, name := range sortedKeys(r.was.chains) {
		if _, there := r.is.chains[name]; !there && r.was.base(name) {
			e.deleteChain(name)
		}
	}
	for i := range r.then.sets {
		s := &r.then.sets[i]
		if old, there := r.was.sets[s.name]; there && !bytes.Equal(old.inside, r.is.sets[s.name].inside) {
			e.own(owner{table: e.table, set: &nft.Set{Name: s.name}})
			r.elements(s)
		}
	}
}

// elements changes what is in a set. Ranges are left to the kernel as a whole.
func (r *restorer) elements(s *savedSet) {
	e := r.swap
	if s.flags()&unix.NFT_SET_INTERVAL != 0 {
		e.flushSet(s.name)
		e.againElements(s, 0)
		return
	}
	old := map[string]attributes{}
	for _, x := range r.old[s.name].elements {
		old[string(r.was.element(x))] = x
	}
	coming := savedSet{name: s.name, about: s.about}
	for _, x := range s.elements {
		id := string(r.is.element(x))
		if _, there := old[id]; !there {
			coming.elements = append(coming.elements, x)
		}
		delete(old, id)
	}
	l := list{encoder: e, message: unix.NFT_MSG_DELSETELEM, set: &nft.Set{Name: s.name}}
	for _, x := range old {
		l.put(x.pick([]uint16{unix.NFTA_SET_ELEM_KEY, unix.NFTA_SET_ELEM_FLAGS, elementKeyEnd}))
	}
	l.finish()
	e.againElements(&coming, 0)
}

func (t *savedTable) byName() map[string]*savedSet {
	m := make(map[string]*savedSet, len(t.sets))
	for i := range t.sets {
		m[t.sets[i].name] = &t.sets[i]
	}
	return m
}
