package nft

import (
	"strconv"

	"github.com/pvefw/pvefw/ir"
)

// table is a table in the making. Shared chains and sets are made when first asked
// for.
type table struct {
	*builder
	out    *Table
	chains map[string]*Chain
	sets   map[setKey]*Set
	usual  map[usual][]line
	groups map[groupKey]string // names of chains
}

type setKey struct {
	set    *ir.Set
	family ir.Family
}

func (b *builder) table(f Family, name string) *table {
	t := &table{
		builder: b, out: &Table{Family: f, Name: name},
		sets: map[setKey]*Set{}, usual: map[usual][]line{}, groups: map[groupKey]string{},
	}
	many := chainsOfNIC * len(b.policy.NICs)
	t.chains, t.out.Chains = make(map[string]*Chain, many), make([]*Chain, 0, many)
	b.program.Tables = append(b.program.Tables, t.out)
	return t
}

// chainsOfNIC is about how many chains the lists of a NIC make.
const chainsOfNIC = 7

// base adds a base chain.
func (t *table) base(name string, point HookPoint, priority int32) *Chain {
	return t.add(&Chain{Name: name, Hook: &Hook{Point: point, Priority: priority}})
}

func (t *table) add(c *Chain) *Chain {
	t.out.Chains = append(t.out.Chains, c)
	t.chains[c.Name] = c
	return c
}

// shared returns the name of a chain, which fill makes when it is first asked for.
func (t *table) shared(name string, fill func(*Chain)) string {
	if t.chains[name] == nil {
		c := &Chain{Name: name}
		t.chains[name] = c
		fill(c)
		t.out.Chains = append(t.out.Chains, c)
		t.done(c)
	}
	return name
}

// dispatch adds a named verdict map.
func (t *table) dispatch(name string, key ...Field) *Set {
	s := &Set{Name: name, Key: key, Verdicts: true}
	t.out.Sets = append(t.out.Sets, s)
	return s
}

// prune takes out maps without elements, which would only cost a look-up.
func (t *table) prune() {
	kept := t.out.Sets[:0]
	for _, s := range t.out.Sets {
		if !s.Verdicts || len(s.Elements) > 0 {
			kept = append(kept, s)
		}
	}
	t.out.Sets = kept
}

// suffix tells the families' chains and sets apart.
func suffix(f ir.Family) string { return [...]string{"-4", "-6"}[f] }

// clean makes an identifier of a name from a file: other characters, and what
// makes it too long, are replaced by a hash of the whole.
func clean(name string) string {
	const longest = 64
	ok := len(name) <= longest
	for i := 0; ok && i < len(name); i++ {
		ok = isWordByte(name[i])
	}
	if ok {
		return name
	}
	b := make([]byte, 0, longest)
	for i := 0; i < len(name) && len(b) < longest/2; i++ {
		if isWordByte(name[i]) {
			b = append(b, name[i])
		}
	}
	return string(b) + "." + strconv.FormatUint(hashText(hashStart, name), 16)
}

func isWordByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
