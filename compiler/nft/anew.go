package nft

// This file decides what changes in place. Packets turn from the old rules to the new ones
// at once, each as it comes to a base chain; but a set tells each look-up what it holds at
// that moment. So a set changes in place only where one look-up is all that a packet can
// learn of the change.

// anew are the sets and helpers, by name, that a change makes anew beside those in force.
func (d *TableDelta) anew() (sets, helpers map[string]bool) {
	sets, helpers = map[string]bool{}, map[string]bool{}
	for _, h := range d.Helpers {
		if h.Before != nil && h.After != nil {
			helpers[h.After.Name] = true
		}
	}
	apart := len(helpers) > 0 || d.turns() || d.meets()
	for _, s := range d.Sets {
		if s.Before != nil && s.After != nil && (apart || s.Remake) {
			sets[s.After.Name] = true
		}
	}
	return sets, helpers
}

// turns reports whether rules change that packets meet now, or a set must be made anew,
// so that such rules will. Chains that come or go are met by those only whom an element
// of a map leads to them.
func (d *TableDelta) turns() bool {
	for _, x := range d.Chains {
		if x.Before != nil && x.After != nil || x.Before != nil && x.Before.Hook != nil || x.After != nil && x.After.Hook != nil {
			return true
		}
	}
	for _, s := range d.Sets {
		if s.Remake || s.overlaps() {
			return true
		}
	}
	return false
}

// overlaps reports whether ranges come where others go, or where the mark in front of the
// first one is. A kernel that finds two ends at one place may take neither.
func (d *SetDelta) overlaps() bool {
	switch {
	case d.Before == nil || d.After == nil || !d.After.Interval || len(d.Before.Elements) == 0 || len(d.After.Elements) == 0:
		return false
	case atZero(d.Added), atZero(d.Removed):
		return true
	}
	return border(d.Added, d.Removed)
}

func atZero(list []Element) bool {
	return len(list) > 0 && list[0].Key[0].First == Value{}
}

// border reports whether a range of one list meets or touches one of the other; both are
// in order.
func border(a, b []Element) bool {
	for len(a) > 0 && len(b) > 0 {
		x, y := a[0].Key[0], b[0].Key[0]
		switch {
		case x.Last.Less(y.First) && x.Last != y.First.previous():
			a = a[1:]
		case y.Last.Less(x.First) && y.Last != x.First.previous():
			b = b[1:]
		default:
			return true
		}
	}
	return false
}

// meets reports whether some packet looks twice into what changes. Where keys are
// addresses of one family, only packets of that family do.
func (d *TableDelta) meets() bool {
	for _, other := range []Field{IPSource, IP6Source} {
		w := ways{chains: map[string]*Chain{}, maps: map[string][]*Set{}, changes: map[string]bool{}, known: map[string]int{}}
		for _, s := range d.Sets {
			if s.Before != nil && s.After != nil && s.After.Key[0].Spec().Type != other.Spec().Type {
				w.changes[s.After.Name] = true
			}
		}
		if len(w.changes) > 0 && w.meet(d) {
			return true
		}
	}
	return false
}

// ways counts the look-ups into what changes, along the ways that packets go.
type ways struct {
	chains  map[string]*Chain
	maps    map[string][]*Set // before and after, by name
	changes map[string]bool
	known   map[string]int
	depth   int // of the chains that lead to each other
}

// deepest is how far chains of one table may lead in a kernel.
const deepest = 16

func (w *ways) meet(d *TableDelta) bool {
	for _, t := range []*Table{d.Before, d.After} { // of what is in both, rules may be known of the latter only
		for _, c := range t.Chains {
			w.chains[c.Name] = c
		}
		for _, s := range t.Sets {
			w.maps[s.Name] = append(w.maps[s.Name], s)
		}
	}
	for name, c := range w.chains {
		if c.Hook != nil && w.from(name) > 1 {
			return true
		}
	}
	return false
}

// from is how many look-ups there are behind a chain at most; more than one is two.
func (w *ways) from(name string) int {
	if n, known := w.known[name]; known {
		return n
	}
	w.known[name] = 0 // no chain leads to itself
	n, c := 0, w.chains[name]
	switch {
	case c == nil || c.Aloof:
	case c.Rules == nil && c.Hash != "", w.depth == deepest:
		n = 2 // nobody knows
	default:
		w.depth++
		for _, r := range c.Rules {
			for _, s := range r.Stmts {
				n = min(n+w.behind(s), 2)
			}
		}
		w.depth--
	}
	w.known[name] = n
	return n
}

func (w *ways) behind(s Stmt) int {
	switch s := s.(type) {
	case *Lookup:
		return w.looks(s.Set)
	case *Dispatch:
		most := w.through(s.Map)
		for _, m := range w.maps[s.Map.Name] {
			most = max(most, w.through(m))
		}
		return w.looks(s.Map) + most
	case *Verdict:
		return w.from(s.Chain)
	}
	return 0
}

// through is how many look-ups there are behind the element of a map at most.
func (w *ways) through(m *Set) int {
	most := 0
	for i := range m.Elements {
		most = max(most, w.from(m.Elements[i].Verdict.Chain))
	}
	return most
}

func (w *ways) looks(s *Set) int {
	if w.changes[s.Name] {
		return 1
	}
	return 0
}
