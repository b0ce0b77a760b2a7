package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/ir/packet"
)

// writeWalk tells one packet's way: what was sent, a line for each place, the
// verdict and what decided it.
func (r *simulateRun) writeWalk(q packet.Query, res packet.Result, again bool) {
	var b bytes.Buffer
	if again {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s\n\n", describeQuery(q))
	r.writePath(&b, res.Path, "  ")
	if len(res.Path) == 0 {
		b.WriteString("  no rule looks at this packet\n")
	}
	fmt.Fprintf(&b, "\n%s%s\n", r.verdict(res.Verdict), because(res))
	io.Copy(r.Stdout, &b)
}

// writePath tells the places on a packet's way, a line for each.
func (s *Streams) writePath(b *bytes.Buffer, path []packet.Step, indent string) {
	places := make([]string, len(path))
	chain, place := 0, 0
	for i, step := range path {
		places[i] = placeOf(step.Span)
		chain, place = max(chain, utf8.RuneCountInString(step.Chain)), max(place, utf8.RuneCountInString(places[i]))
	}
	for i, step := range path {
		fmt.Fprintf(b, "%s%-*s  %s%-*s%s  %s", indent, chain, diag.Visible(step.Chain), s.paint(faint), place, places[i], s.paint(normal), cutText(step.Text))
		if step.Verdict != "" {
			fmt.Fprintf(b, "  → %s", s.verdict(step.Verdict))
		}
		if step.Log != nil {
			b.WriteString(", logged at " + facts.LogLevelName(step.Log.Level))
		}
		b.WriteByte('\n')
	}
}

func (s *Streams) verdict(v string) string {
	code := map[string]string{packet.Accepted: green, packet.Dropped: red}[v]
	if code == "" {
		code = yellow
	}
	return s.paint(code) + v + s.paint(normal)
}

// because names the deciding place.
func because(res packet.Result) string {
	if len(res.Path) == 0 {
		return ""
	}
	s := res.Path[len(res.Path)-1]
	text := ": " + s.Chain
	if !s.Span.IsZero() {
		text += ", " + placeOf(s.Span)
	}
	if res.Verdict == packet.NotReady {
		return text + ". The kernel would refuse these rules and keep the old ones."
	}
	return text
}

// describeQuery is the packet as the user asked for it.
func describeQuery(q packet.Query) string {
	name := fmt.Sprintf("protocol %d", q.Proto)
	if p, ok := facts.ProtocolByNumber(int(q.Proto)); ok {
		name = p.Name
	}
	words := []string{name}
	switch {
	case q.Text("dport") != "":
		words = append(words, fmt.Sprintf("port %d → %d", q.SPort, q.DPort))
	case q.Text("icmp_type") != "":
		words = append(words, fmt.Sprintf("type %d", q.ICMPType))
	}
	words = append(words, "from "+diag.Visible(q.From))
	if q.Source.IsValid() {
		words = append(words, "("+q.Source.String()+")")
	}
	words = append(words, "to "+diag.Visible(q.To))
	if q.Dest.IsValid() {
		words = append(words, "("+q.Dest.String()+")")
	}
	if q.State != 0 {
		words = append(words, "state "+q.State.String())
	}
	return strings.Join(words, " ")
}
