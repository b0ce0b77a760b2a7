package assist

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
	"github.com/pvefw/pvefw/ir/packet"
)

// Lens is a line above a line of the file, with something to do.
type Lens struct {
	At     source.Span
	Action LensAction
	Title  string   // empty until Resolve makes it
	Args   []string // Simulate: the words behind pvefw simulate, without the CONFIG
}

// LensAction is what a lens does.
type LensAction uint8

// The actions: show the uses of a definition, tell what a rule decides, ask for a
// packet that it decides, prove the tests that name the file's zone.
const (
	ShowUses LensAction = iota
	ShowDecided
	Simulate
	RunTests
)

// Lenses are those of the file; titles that need work are still empty.
func (f File) Lenses() []Lens {
	all := f.testLenses()
	n := f.Index().Of(f.FW.File)
	if x := f.everyone(); x != nil {
		for _, m := range n.Mentions {
			if m.Defines && !m.Lost {
				s, _ := x.symbol(f.FW, n, m)
				title := count(x.Uses(s), "reference", "references")
				if m.Kind == SetName && f.FW.ActsByName(s.Name) {
					title += "; acts by its name"
				}
				all = append(all, Lens{At: n.span(m), Action: ShowUses, Title: title})
			}
		}
	}
	for _, line := range f.FW.File.Lines {
		if f.isLive(line) {
			at := f.span(line.(*grammar.Rule).Extent())
			all = append(all, Lens{At: at, Action: ShowDecided}, Lens{At: at, Action: Simulate})
		}
	}
	return all
}

// testLenses is the one above the file for the tests that name its zone; none
// where no test does.
func (f File) testLenses() []Lens {
	if f.World.Suites == nil {
		return nil
	}
	n := 0
	for _, suite := range f.World.Suites() {
		for _, t := range suite.Tests {
			if slices.ContainsFunc(slices.Concat(t.From, t.To, t.NICs), f.isZone) {
				n++
			}
		}
	}
	if n == 0 {
		return nil
	}
	return []Lens{{At: f.source().Span(0, 0), Action: RunTests, Title: "run the tests; " + count(n, "names", "name") + " " + FileKind(f.FW)}}
}

// isZone reports whether a word of a test means the guest, one of its devices, or
// the node.
func (f File) isZone(w verify.Word) bool {
	if f.Guest == nil {
		return (f.FW.Env == facts.Host || f.FW.Env == facts.Cluster) && (w.Text == "host" || w.Text == "host:"+f.Node)
	}
	for _, kind := range []string{"vm", "ct"} {
		rest, ok := strings.CutPrefix(w.Text, kind+strconv.Itoa(f.Guest.VMID))
		if ok && (rest == "" || rest[0] == 'i' || rest[0] == '/') {
			return true
		}
	}
	return false
}

// Resolve makes the title of a lens, and what its action needs. Where there is
// nothing to do, the title says so and there are no arguments.
func (f File) Resolve(l Lens) Lens {
	from := within(l.At)
	lists := f.chains(from)
	switch {
	case l.Title != "":
	case len(lists) == 0:
		l.Title = "acts nowhere"
	case l.Action == Simulate:
		l.Title = "no packet to ask for"
		for _, list := range lists {
			if args := packetOf(list, from); args != nil {
				l.Title, l.Args = "simulate a packet", args
				break
			}
		}
	default:
		l.Title = decides(lists, from)
	}
	return l
}

// decides says which packets the rules of a line decide, in the first list in which
// they decide any; without one, what leaves nothing to them.
func decides(lists []acting, from func(source.Span) bool) string {
	idle := ""
	for _, l := range lists {
		text, some := decidedText(l.List, from)
		if some {
			return l.Name + ": decides " + text
		}
		if said := coverOf(l.List, from); idle == "" && said != "" {
			idle = l.Name + ": " + said
		}
	}
	if idle == "" {
		return "decides nothing"
	}
	return idle
}

// decidedText shows what a line decides in a list; false where that is nothing.
func decidedText(l List, from func(source.Span) bool) (string, bool) {
	const most = 2
	var parts []string
	for f := ir.V4; f <= ir.V6; f++ {
		set, ok := decided(l, f, from)
		if !ok {
			return "more than can be told", true
		}
		boxes := shownBoxes(set, most+1)
		for _, b := range boxes[:min(len(boxes), most)] {
			text := b.String()
			if f == ir.V6 && len(parts) > 0 && parts[len(parts)-1] == text {
				continue
			}
			parts = append(parts, text)
		}
		if len(boxes) > most {
			parts = append(parts, "…")
		}
	}
	return clipped(strings.Join(parts, " or "), 120), len(parts) > 0
}

// shownBoxes are those of ordinary first packets, or of all where there are none.
func shownBoxes(set packet.Set, most int) []packet.Box {
	boxes, _ := set.UsualBoxes(most)
	if len(boxes) == 0 {
		boxes, _ = set.Boxes(most)
	}
	return boxes
}

// packetOf is a packet that a line decides, as the arguments of pvefw simulate;
// nil where there is none, or where another place decides it before.
func packetOf(l acting, from func(source.Span) bool) []string {
	end := "host"
	if l.End == nil {
		return nil
	}
	if l.End.VMID != 0 {
		end = l.End.Name
	}
	ways := [][2]string{{"outside", end}, {end, "outside"}}
	for family := ir.V4; family <= ir.V6; family++ {
		set, ok := decided(l.List, family, from)
		if !ok {
			continue
		}
		for _, b := range shownBoxes(set, 8) {
			q, sayable := b.Sample().Query(ways[l.Dir][0], ways[l.Dir][1])
			if sayable && reachesLine(l.policy, q, from) {
				return queryArgs(l.node, q)
			}
		}
	}
	return nil
}

// reachesLine reports whether a walk comes to what the line says or calls.
func reachesLine(p *ir.Policy, q packet.Query, from func(source.Span) bool) bool {
	walked, err := packet.Walk(p, q)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(walked.Path, func(s packet.Step) bool { return from(s.Span) })
}

// queryArgs are the flags of simulate that ask for a packet.
func queryArgs(node *config.Node, q packet.Query) []string {
	var args []string
	if !node.Facts.NoDir {
		args = append(args, "--node", node.Name)
	}
	for _, key := range packet.Keys() {
		text := q.Text(key)
		if text == "" || key == "state" && q.State == ir.New {
			continue
		}
		args = append(args, "--"+strings.ReplaceAll(key, "_", "-"), text)
	}
	return args
}
