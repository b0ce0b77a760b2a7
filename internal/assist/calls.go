package assist

import (
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/ir/config"
)

// Call is an end of calls: a file whose rules call a group, or what the rules of a
// file or of a group name.
type Call struct {
	Name string        // for people: guest 100; or the name
	Kind Kind          // of names; files have none
	File *config.FW    // the file itself, or the one that defines the name
	Span source.Span   // of the file, or of the name in its definition
	Uses []source.Span // the names in the rules, by place; never empty
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

// Callers are the files whose rules call a group.
func (w *World) Callers(g *config.Group) []Call {
	x := w.everyone()
	if x == nil {
		return nil
	}
	return x.callers(Symbol{Kind: GroupName, Home: x.config.Cluster, Name: g.Name})
}

func (x *Index) callers(s Symbol) []Call {
	s.Home = x.own(s.Home)
	var all []Call
	x.each(s, func(in *config.FW, n *Names, m Mention, exact bool) {
		switch {
		case m.Defines || !exact:
		case len(all) > 0 && all[len(all)-1].File == in:
			last := &all[len(all)-1]
			last.Uses = append(last.Uses, n.span(m))
		default:
			all = append(all, Call{Name: FileKind(in), Span: in.File.Source.Span(0, 0), Uses: []source.Span{n.span(m)}, File: in})
		}
	})
	return all
}

// Callees are the groups, sets and aliases that are named in a part of the file, in
// the order of first use.
func (f File) Callees(in source.Span) []Call {
	x := f.Index()
	at := map[Symbol]int{}
	var all []Call
	n := x.Of(f.FW.File)
	for _, m := range n.Mentions {
		s, exact := x.symbol(f.FW, n, m)
		if m.Defines || !exact || s.Home == nil || m.Word.Start < in.Start || m.Word.Start >= in.End {
			continue
		}
		i, known := at[s]
		if !known {
			defined := x.definitions(s)
			i = len(all)
			at[s] = i
			all = append(all, Call{Name: s.Name, Kind: s.Kind, File: s.Home, Span: defined[len(defined)-1]})
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
