package nft

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// ScriptFile is the name of the script in a --out directory.
const ScriptFile = "ruleset.nft"

// Script writes the program for nft -f, which loads it in one transaction. Loading
// it again gives the same; other tables are not touched. It removes its tables before it
// makes them, because nothing else removes chains whose names it does not know; so a
// packet in the moment of that transaction may pass both the old base chain and the new
// one while they are empty. Who changes a node that is in use takes the other carrier.
func (p *Program) Script() string {
	var out strings.Builder
	out.Grow(p.size())
	_ = p.write(&out) // cannot fail
	return out.String()
}

// write is Script piece by piece.
func (p *Program) write(out io.Writer) error {
	to := bufio.NewWriterSize(out, 1<<16)
	b := append(make([]byte, 0, 1<<14), "#!/usr/sbin/nft -f\n"...)
	for _, t := range []struct {
		family Family
		name   string
	}{{Inet, HostTable}, {Bridge, GuestTable}} {
		b = append(appendTable(append(b, "add"...), t.family, t.name), '\n')
		b = append(appendTable(append(b, "delete"...), t.family, t.name), '\n')
	}
	for _, t := range p.Tables {
		b = t.begin(b)
		for _, s := range t.Sets {
			to.Write(b)
			b = s.append(b[:0])
		}
		for _, c := range t.Chains {
			to.Write(b)
			b = c.append(b[:0])
		}
		b = append(b, "}\n"...)
	}
	to.Write(b)
	return to.Flush()
}

// size is about how long the script will be.
func (p *Program) size() int {
	n := 1000
	for _, t := range p.Tables {
		for _, s := range t.Sets {
			n += 200 + 48*len(s.Elements)
		}
		for _, c := range t.Chains {
			n += 250 + len(c.lines)
			for _, r := range c.Rules {
				n += 32*len(r.Stmts) + len(r.Comment) + 16
			}
		}
	}
	return n
}

func appendTable(b []byte, f Family, name string) []byte {
	b = append(append(b, " table "...), f.String()...)
	return append(append(b, ' '), name...)
}

func (t *Table) begin(b []byte) []byte {
	b = append(b, "\ntable "...)
	b = append(append(append(append(b, t.Family.String()...), ' '), t.Name...), " {\n"...)
	for _, h := range t.Helpers {
		b = h.append(b)
	}
	return b
}

func (h *Helper) append(b []byte) []byte {
	b = append(append(append(b, "\tct helper "...), h.Name...), " {\n\t\ttype \""...)
	b = append(append(b, h.Type...), "\" protocol "...)
	b = append(append(b, nameOf(L4Proto, uint64(h.Proto))...), "\n\t\tl3proto "...)
	return append(append(b, h.L3.String()...), "\n\t}\n\n"...)
}

func (s *Set) append(b []byte) []byte {
	kind := "\tset "
	if s.Verdicts {
		kind = "\tmap "
	}
	b = append(append(append(b, kind...), s.Name...), " {\n\t\ttype "...)
	for i, f := range s.Key {
		if i > 0 {
			b = append(b, " . "...)
		}
		b = append(b, f.Spec().Type...)
	}
	if s.Verdicts {
		b = append(b, " : verdict"...)
	}
	b = append(b, '\n')
	if s.Dynamic {
		b = strconv.AppendUint(append(b, "\t\tsize "...), uint64(s.Size), 10)
		b = strconv.AppendUint(append(b, "\n\t\tflags dynamic,timeout\n\t\ttimeout "...), uint64(s.Timeout), 10)
		b = append(b, "s\n"...)
	}
	if s.Interval {
		b = append(b, "\t\tflags interval\n"...)
	}
	for i := range s.Elements {
		lead := ",\n\t\t\t"
		if i == 0 {
			lead = "\t\telements = {\n\t\t\t"
		}
		b = appendElement(append(b, lead...), s, &s.Elements[i])
	}
	if len(s.Elements) > 0 {
		b = append(b, "\n\t\t}\n"...)
	}
	return append(b, "\t}\n\n"...)
}

// append writes the entry and the body.
func (c *Chain) append(b []byte) []byte {
	b = append(append(append(b, "\tchain "...), c.Name...), " {\n"...)
	if c.Hook != nil {
		b = append(append(b, "\t\ttype filter hook "...), c.Hook.Point.String()...)
		b = strconv.AppendInt(append(b, " priority "...), int64(c.Hook.Priority), 10)
		b = append(b, "; policy accept;\n"...)
	}
	if c.Hash != "" {
		b = append(append(append(b, "\t\tgoto "...), c.Name...), '/')
		b = append(append(append(b, c.Hash...), "\n\t}\n\n\tchain "...), c.Name...)
		b = append(append(append(b, '/'), c.Hash...), " {\n"...)
	}
	b = append(b, c.lines...)
	for _, r := range c.Rules {
		b = appendStmts(append(b, "\t\t"...), r.Stmts)
		b = append(append(append(b, " comment \""...), r.Comment...), "\"\n"...)
	}
	return append(b, "\t}\n\n"...)
}
