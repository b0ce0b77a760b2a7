package listing

import (
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/compiler/nft"
)

// add reads one statement and reports whether a program can say it.
func (b *body) add(e any) bool {
	if v, ok := verdictOf(e); ok {
		return b.push(&v)
	}
	o, _ := e.(map[string]any)
	if len(o) != 1 {
		return false
	}
	for kind, v := range o {
		switch kind {
		case "match":
			return b.match(v)
		case "vmap":
			return b.dispatch(v)
		case "reject":
			return b.reject(v)
		case "queue":
			return b.queue(v)
		case "log":
			return b.log(v)
		case "limit":
			l, ok := limitOf(v, false)
			return ok && b.push(l)
		case "mangle":
			return b.mangle(v)
		case "ct helper":
			name, _ := v.(string)
			return b.helpers[name] != nil && b.push(&nft.SetHelper{Helper: b.helpers[name]})
		case "set":
			return b.overrun(v)
		}
	}
	return false
}

// verdictOf reads a verdict, of a rule or of an element.
func verdictOf(e any) (nft.Verdict, bool) {
	for _, k := range []nft.VerdictKind{nft.Accept, nft.Drop, nft.Return} {
		if v, ok := only(e, k.String()); ok {
			return nft.Verdict{Kind: k}, v == nil
		}
	}
	for _, k := range []nft.VerdictKind{nft.Jump, nft.Goto} {
		if o, ok := inside(e, k.String()); ok {
			target := word(o, "target")
			return nft.Verdict{Kind: k, Chain: target}, target != "" && len(o) == 1
		}
	}
	return nft.Verdict{}, false
}

func (b *body) dispatch(v any) bool {
	o, _ := v.(map[string]any)
	fields, ok := b.fields(o["key"])
	if !ok || len(o) != 2 {
		return false
	}
	if name := word(o, "data"); strings.HasPrefix(name, "@") {
		m := b.sets[name[1:]]
		return m != nil && m.Verdicts && len(fields) == len(m.Key) && b.push(&nft.Dispatch{Fields: fields, Map: m})
	}
	m, ok := setOf(fields, true, list(o["data"], "set"))
	return ok && b.push(&nft.Dispatch{Fields: fields, Map: m})
}

// reject reads an answer. The family of a TCP reset is not printed, nor is the test for
// it in front; see settle.
func (b *body) reject(v any) bool {
	o, _ := v.(map[string]any)
	code := word(o, "expr")
	switch word(o, "type") {
	case "tcp reset":
		b.vague = true
		return len(o) == 1 && b.push(&nft.Reject{TCPReset: true})
	case "icmp":
		n, ok := names[nft.ICMPCode][code]
		b.need(need{family: familyIP})
		return ok && len(o) == 2 && b.push(&nft.Reject{Code: uint8(n)})
	case "icmpv6":
		n, ok := names[nft.ICMP6Code][code]
		b.need(need{family: familyIP6})
		return ok && len(o) == 2 && b.push(&nft.Reject{V6: true, Code: uint8(n)})
	}
	return false
}

func (b *body) queue(v any) bool {
	o, _ := v.(map[string]any)
	flags := words(o["flags"])
	if len(o) != 2 || len(flags) != 1 || flags[0] != "bypass" {
		return false
	}
	s, ok := spanOf(nft.SourcePort, o["num"]) // 16 bits as well
	return ok && b.push(&nft.Queue{First: uint16(s.First.Lo), Last: uint16(s.Last.Lo)})
}

func (b *body) log(v any) bool {
	o, _ := v.(map[string]any)
	return len(o) == 2 && numberText(o["group"]) == "0" && word(o, "prefix") != "" && b.push(&nft.Log{Prefix: word(o, "prefix")})
}

// limitOf reads a rate; over says which side of it is meant.
func limitOf(v any, over bool) (*nft.Limit, bool) {
	o, _ := v.(map[string]any)
	want := 3
	if inv, _ := o["inv"].(bool); inv != over {
		return nil, false
	} else if over {
		want = 4
	}
	rate, err := strconv.ParseUint(numberText(o["rate"]), 10, 64)
	burst, err2 := strconv.ParseUint(numberText(o["burst"]), 10, 32)
	for _, u := range []nft.Unit{nft.Second, nft.Minute, nft.Hour, nft.Day} {
		if word(o, "per") == u.String() {
			return &nft.Limit{Rate: rate, Unit: u, Burst: uint32(burst)}, err == nil && err2 == nil && len(o) == want
		}
	}
	return nil, false
}

// mangle reads a new mark: of a connection a number, of a packet one bit on or off.
func (b *body) mangle(v any) bool {
	o, _ := v.(map[string]any)
	f, _, ok := fieldOf(o["key"])
	if !ok || len(o) != 2 {
		return false
	}
	if f == nft.ConnMark {
		mark, ok := valueOf(f, o["value"])
		return ok && b.push(&nft.SetConnMark{Value: uint32(mark.Lo)})
	}
	for _, op := range []string{"|", "&"} {
		pair := list(o["value"], op)
		if len(pair) != 2 || f != nft.Mark {
			continue
		}
		of, _, isField := fieldOf(pair[0])
		n, ok := valueOf(nft.Mark, pair[1])
		if !ok || !isField || of != nft.Mark {
			return false
		}
		if op == "&" {
			return b.push(&nft.SetMark{Keep: uint32(n.Lo)})
		}
		return b.push(&nft.SetMark{Keep: ^uint32(n.Lo), Flip: uint32(n.Lo)})
	}
	return false
}

// overrun reads an update of a dynamic set under a limit.
func (b *body) overrun(v any) bool {
	o, _ := v.(map[string]any)
	stmts, _ := o["stmt"].([]any)
	s := b.sets[strings.TrimPrefix(word(o, "set"), "@")]
	if word(o, "op") != "add" || len(o) != 4 || len(stmts) != 1 || s == nil || !s.Dynamic || len(s.Key) != 1 {
		return false
	}
	rate, _ := only(stmts[0], "limit")
	limit, ok := limitOf(rate, true)
	if !ok {
		return false
	}
	of, mask := o["elem"], any(nil)
	if pair := list(of, "&"); len(pair) == 2 {
		of, mask = pair[0], pair[1]
	}
	fields, ok := b.fields(of)
	if !ok || len(fields) != 1 {
		return false
	}
	size := 8 * fields[0].Spec().Size
	bits := leading(size, size)
	if mask != nil {
		if bits, ok = valueOf(fields[0], mask); !ok {
			return false
		}
	}
	return b.push(&nft.Overrun{Set: s, Field: fields[0], Mask: bits, Limit: *limit})
}
