package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Caller is who calls a security group: the rules of a node, of the datacenter or
// of a guest. Callee is a group that is called.
type Caller struct {
	Name string        // for people: guest 100
	Span source.Span   // of the file, or of the group's name
	Uses []source.Span // the names in the GROUP rules, by place; never empty
	File *config.FW
}

// Group is the security group at a place: defined there, or called by the rule.
// False where there is none that is defined.
func (p Place) Group() (g *config.Group, ok bool) {
	_, m, s, found := p.mention()
	if !found || m.Kind != GroupName || s.Home == nil {
		return nil, false
	}
	g = s.Home.Groups[s.Name]
	return g, g != nil
}

// Callers are those who call a group, file by file.
func (w *World) Callers(g *config.Group) []Caller {
	x := w.everyone()
	if x == nil {
		return nil
	}
	return x.callers(Symbol{Kind: GroupName, Home: x.config.Cluster, Name: g.Name})
}

func (x *Index) callers(s Symbol) []Caller {
	s.Home = x.own(s.Home)
	var all []Caller
	x.each(s, func(in *config.FW, n *Names, m Mention, exact bool) {
		switch {
		case m.Defines || !exact:
		case len(all) > 0 && all[len(all)-1].File == in:
			last := &all[len(all)-1]
			last.Uses = append(last.Uses, n.span(m))
		default:
			all = append(all, Caller{Name: FileKind(in), Span: in.File.Source.Span(0, 0), Uses: []source.Span{n.span(m)}, File: in})
		}
	})
	return all
}

// Callees are the groups that the rules of a file call, in the order of first use.
func (f File) Callees() []Caller {
	x := f.Index()
	at := map[string]int{}
	var all []Caller
	n := x.Of(f.FW.File)
	for _, m := range n.Mentions {
		s, exact := x.symbol(f.FW, n, m)
		if m.Kind != GroupName || m.Defines || !exact || s.Home == nil {
			continue
		}
		i, known := at[s.Name]
		if !known {
			i = len(all)
			at[s.Name] = i
			all = append(all, Caller{Name: s.Name, Span: s.Home.Groups[s.Name].Span, File: s.Home})
		}
		all[i].Uses = append(all[i].Uses, n.span(m))
	}
	return all
}

// Body is a group's header with its lines.
func (f File) Body(g *config.Group) source.Span {
	for _, s := range sections(f.FW.File) {
		if s.header == g.Header {
			return f.span(s.all)
		}
	}
	return g.Span
}

// section is a header with the lines below it.
type section struct {
	header *grammar.Header
	all    grammar.Word // up to the last line that says anything, without its line feed
	behind int32        // where that line ends with it
	lines  []grammar.Line
}

// sections divides a file at its headers; lines before the first belong to none.
func sections(f *grammar.File) []section {
	var all []section
	for _, line := range f.Lines {
		if h, ok := line.(*grammar.Header); ok {
			all = append(all, section{header: h, all: trimmed(f, line), behind: h.Whole().End})
			continue
		}
		if len(all) == 0 {
			continue
		}
		last := &all[len(all)-1]
		last.lines = append(last.lines, line)
		if _, trivia := line.(*grammar.Trivia); !trivia {
			last.all.End, last.behind = trimmed(f, line).End, grammar.BaseOf(line).Whole().End
		}
	}
	return all
}

// trimmed is a line without its line feed.
func trimmed(f *grammar.File, l grammar.Line) grammar.Word {
	w := grammar.BaseOf(l).Whole()
	w.End = w.Start + int32(len(strings.TrimRight(f.Text(w), "\r\n")))
	return w
}
