package listing

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// match reads a comparison.
func (b *body) match(v any) bool {
	o, ok := v.(map[string]any)
	if !ok || len(o) != 3 {
		return false
	}
	op, left, right := word(o, "op"), o["left"], o["right"]
	if pair := list(left, "&"); pair != nil {
		return b.masked(op, pair, right)
	}
	fields, ok := b.fields(left)
	if !ok {
		return false
	}
	not := op == "!="
	switch {
	case op == "in" || op == "!":
		return len(fields) == 1 && b.bits(fields[0], op == "in", right)
	case op != "==" && !not:
		return false
	}
	if name, isText := right.(string); isText && strings.HasPrefix(name, "@") {
		return b.lookup(&nft.Lookup{Fields: fields, Not: not, Set: b.sets[name[1:]]})
	}
	if elements := list(right, "set"); elements != nil {
		s, ok := setOf(fields, false, elements)
		return ok && b.lookup(&nft.Lookup{Fields: fields, Not: not, Set: s})
	}
	return len(fields) == 1 && b.compare(fields[0], not, right)
}

// fields reads one field, or several concatenated ones.
func (b *body) fields(v any) ([]nft.Field, bool) {
	parts := list(v, "concat")
	if parts == nil {
		parts = []any{v}
	}
	var out []nft.Field
	for _, part := range parts {
		f, needs, ok := fieldOf(part)
		if !ok {
			return nil, false
		}
		out = append(out, f)
		b.need(needs)
		// An echo request may be asked for with or without the family before it.
		b.vague = b.vague || f >= nft.ICMPType && f <= nft.ICMP6Code
	}
	return out, true
}

// need notes what the statement that is read now needs.
func (b *body) need(n need) {
	if n.proto != 0 && !slices.ContainsFunc(b.needs, func(m need) bool { return m.proto != 0 }) {
		b.first = len(b.stmts)
	}
	b.needs = append(b.needs, n)
}

func (b *body) push(s nft.Stmt) bool {
	b.stmts = append(b.stmts, s)
	return true
}

// lookup asks a set of the same table; nil for one that is not known.
func (b *body) lookup(l *nft.Lookup) bool {
	return l.Set != nil && !l.Set.Verdicts && len(l.Fields) == len(l.Set.Key) && b.push(l)
}

// bits reads the short forms of asking for some bits: any of them, or none.
func (b *body) bits(f nft.Field, any bool, v any) bool {
	mask, ok := valueOf(f, v)
	return ok && (f == nft.State || f == nft.TCPFlags) && b.push(&nft.Masked{Field: f, Not: any, Mask: mask})
}

// masked reads bits under a mask.
func (b *body) masked(op string, pair []any, right any) bool {
	if len(pair) != 2 || op != "==" && op != "!=" {
		return false
	}
	fields, ok := b.fields(pair[0])
	if !ok || len(fields) != 1 {
		return false
	}
	mask, a := valueOf(fields[0], pair[1])
	value, c := valueOf(fields[0], right)
	return a && c && b.push(&nft.Masked{Field: fields[0], Not: op == "!=", Mask: mask, Value: value})
}

// compare reads one value, the beginning of a name, a prefix or a range.
func (b *body) compare(f nft.Field, not bool, v any) bool {
	if inner, ok := only(v, "prefix"); ok {
		first, mask, ok := prefixOf(f, inner)
		return ok && b.push(&nft.Masked{Field: f, Not: not, Mask: mask, Value: first})
	}
	if text, isText := v.(string); isText && f.Spec().Name {
		if start, begins := strings.CutSuffix(text, "*"); begins {
			name, ok := valueOf(f, start)
			return ok && b.push(&nft.Compare{Field: f, Not: not, Value: name, Begins: true})
		}
	}
	s, ok := spanOf(f, v)
	switch {
	case !ok:
		return false
	case s.First == s.Last:
		return b.push(&nft.Compare{Field: f, Not: not, Value: s.First})
	}
	return b.push(&nft.Between{Field: f, Not: not, First: s.First, Last: s.Last})
}
