package verify

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/analysis"
	"github.com/pvefw/pvefw/ir/packet"
)

// Between is the world of a change: the nodes of the states before and after it. A name
// that does not mean the same in both means nothing.
func Between(before, after *World) *World {
	w := &World{Nodes: slices.Concat(before.Nodes, after.Nodes), Aliases: maps.Clone(before.Aliases), differ: map[string]bool{}}
	for name, prefixes := range after.Aliases {
		if was, known := w.Aliases[name]; known && !slices.Equal(was, prefixes) {
			w.differ[name] = true
		}
		w.Aliases[name] = prefixes
	}
	w.index()
	return w
}

// sentence is the form of a promise: verdict, traffic, and the two ends.
var sentence = regexp.MustCompile(`^\s*(\S+)(?:\s+(\S.*?))??\s+from\s+(\S.*?)\s+to\s+(\S.*?)\s*$`)

// ReadPromise reads what somebody expects of a change, in the words of tests:
//
//	allow|deny|reject [SERVICE | PROTOCOL PORTS | icmp TYPE] from END to END
//
// One END is host, host:NODE or a guest, with all its NICs unless one is named; the other
// is addresses. What is not understood is a finding, and then there is no promise.
func (w *World) ReadPromise(text *source.File) (*analysis.Promise, diag.List) {
	all := text.Span(0, len(text.Bytes()))
	r := &promising{World: w}
	if part := sentence.FindSubmatchIndex(text.Bytes()); part != nil {
		word := func(i int) Word {
			if part[2*i] < 0 {
				return Word{}
			}
			span := text.Span(part[2*i], part[2*i+1])
			return Word{span.Text(), span}
		}
		r.Text = strings.Join(strings.Fields(all.Text()), " ")
		r.read(word(1), word(2), word(3), word(4))
	} else {
		r.at(Word{Span: all}, "this is not of the form \"allow|deny|reject [SERVICE | PROTOCOL PORTS] from END to END\"")
	}
	if len(r.found) > 0 {
		r.found.Sort()
		return nil, r.found
	}
	return &r.Promise, nil
}

// promising is a promise being read.
type promising struct {
	*World
	complaints
	analysis.Promise
}

func (r *promising) read(verdict, traffic, from, to Word) {
	verdicts := map[string]ir.VerdictKind{Allow.String(): ir.Accept, Deny.String(): ir.Drop, Reject.String(): ir.Reject}
	var known bool
	if r.Verdict, known = verdicts[verdict.Text]; !known {
		r.bad(verdict, "allow, deny or reject")
	}
	what := asked(traffic)
	switch isFrom, isTo := judgedAt(from), judgedAt(to); {
	case isFrom && isTo:
		r.at(to, fmt.Sprintf("both \"%s\" and \"%s\" are judged, each end of a way by itself; name the addresses of one",
			diag.Visible(from.Text), diag.Visible(to.Text)))
		return
	case isFrom:
		r.Direction, what.Dest = ir.Out, []Word{to}
		r.endpoint(from)
	case isTo:
		r.Direction, what.Source = ir.In, []Word{from}
		r.endpoint(to)
	default:
		r.at(to, fmt.Sprintf("neither \"%s\" nor \"%s\" is the host or a guest, such as vm100", diag.Visible(from.Text), diag.Visible(to.Text)))
		return
	}
	r.packets(r.describe(&r.complaints, what), traffic)
}

// asked are the words between verdict and from, as a test has them.
func asked(traffic Word) *Packets {
	proto, rest, two := strings.Cut(traffic.Text, " ")
	first := traffic.part(0, len(proto))
	switch {
	case traffic.Text == "":
		return &Packets{}
	case !two || strings.HasSuffix(proto, ","):
		return &Packets{Service: []Word{traffic}}
	}
	detail := []Word{traffic.part(len(traffic.Text)-len(strings.TrimSpace(rest)), len(traffic.Text))}
	if n, ok := packet.ReadProtocol(proto); ok && (n == protoICMP || n == protoICMPv6) {
		return &Packets{Proto: []Word{first}, ICMP: detail}
	}
	return &Packets{Proto: []Word{first}, DPort: detail}
}

// judgedAt reports whether a word names an end whose rules decide.
func judgedAt(w Word) bool {
	_, _, guest := packet.ReadGuest(strings.TrimSuffix(w.Text, allNICs))
	return guest || w.Text == "host" || strings.HasPrefix(w.Text, "host:")
}

// endpoint looks up the end that is judged.
func (r *promising) endpoint(w Word) {
	guest, nic, isGuest := packet.ReadGuest(strings.TrimSuffix(w.Text, allNICs))
	switch {
	case !isGuest:
		_, r.Node, _ = strings.Cut(w.Text, ":")
		r.Endpoint = "host"
	case nic == "":
		r.Endpoint = guest
		if len(r.nicsOf(guest)) == 0 {
			r.unknown(w, "the zone", r.nicNames())
		}
		return
	default:
		r.Endpoint = guest + "/net" + nic
	}
	r.end(&r.complaints, w)
}

// packets notes what is promised of each family that has such packets.
func (r *promising) packets(d described, traffic Word) {
	none := true
	for f := ir.V4; f <= ir.V6; f++ {
		c := d.family[f].join()
		if u := packet.NewUniverse(f, c.needs...); c.set(u).Empty() != packet.Yes {
			r.Packets[f], none = c.set, false
		}
	}
	if none && len(r.found) == 0 {
		r.at(traffic, "there are no such packets")
	}
}
