package assist

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/verify"
	"github.com/pvefw/pvefw/ir"
	"github.com/pvefw/pvefw/ir/config"
)

// World is what is known beside the file that a request is about. It belongs to
// the caller and is not changed. Its functions are called where an answer needs
// them and may be asked from several goroutines at once.
type World struct {
	// Config holds at least the file, those of its node and the datacenter's; other
	// guests may be missing. Index has the names of what it holds.
	Config *config.Config
	Index  func() *Index

	// Everyone has the names of all files; where it is nil, that is Index. It may
	// return nil while they are not known: then nothing is said about other files.
	Everyone func() *Index
	// Policy is what a node's firewall does under reference semantics; nil, or a nil
	// result, where that is not known.
	Policy func(node string) *ir.Policy
	// Findings are those of a lint in a file; may be nil.
	Findings func(f *source.File) diag.List
	// Suites are the tests of the CONFIG; may be nil.
	Suites func() []*verify.Suite
}

// everyone has the names of all files; nil while they are not known.
func (w *World) everyone() *Index {
	if w.Everyone != nil {
		return w.Everyone()
	}
	return w.Index()
}

// File is one file of a World.
type File struct {
	*World
	FW    *config.FW
	Guest *config.Guest // of a guest's file that belongs to one
	Node  string        // of a guest or a host.fw; else empty
}

// Place is a byte offset in a file: between two bytes, as a cursor is.
type Place struct {
	File
	Offset int
}

// At is a place of the file; offsets beyond its ends are moved to them.
func (f File) At(offset int) Place {
	return Place{f, min(max(offset, 0), len(f.FW.File.Source.Bytes()))}
}

// Find finds a file that was read. It walks all guests: callers that know more
// make a File themselves.
func (w *World) Find(src *source.File) (f File, ok bool) {
	f.World = w
	is := func(fw *config.FW) bool { return fw != nil && fw.File.Source == src }
	for _, n := range w.Config.Nodes {
		if is(n.Host) {
			f.FW, f.Node = n.Host, n.Name
			return f, true
		}
		for _, g := range n.Guests {
			if is(g.FW) {
				f.FW, f.Guest, f.Node = g.FW, g, n.Name
				return f, true
			}
		}
	}
	w.Config.EachFile(func(fw *config.FW) {
		if is(fw) {
			f.FW = fw
		}
	})
	return f, f.FW != nil
}

func (f File) source() *source.File { return f.FW.File.Source }

func (f File) text(w grammar.Word) string { return f.FW.File.Text(w) }

func (f File) span(w grammar.Word) source.Span { return f.FW.File.Span(w) }

// line is the line that a place is in; nil behind the last line feed.
func (p Place) line() grammar.Line {
	n := p.source().Pos(p.Offset).Line
	if lines := p.FW.File.Lines; n <= len(lines) {
		return lines[n-1]
	}
	return nil
}

// section is the header that a place is below, or at; nil before any.
func (p Place) section() *grammar.Header {
	lines := p.FW.File.Lines
	if len(lines) == 0 {
		return nil
	}
	return grammar.BaseOf(lines[min(p.source().Pos(p.Offset).Line, len(lines))-1]).In()
}

// findings are those that stand in a span.
func (f File) findings(in source.Span) diag.List {
	if f.World.Findings == nil {
		return nil
	}
	var list diag.List
	for _, d := range f.World.Findings(f.source()) {
		if d.Span.File == in.File && !d.Span.WholeFile() && d.Span.Start < in.End && in.Start < d.Span.End {
			list = append(list, d)
		}
	}
	return list
}

// holds reports whether a cursor at an offset touches a word.
func holds(w grammar.Word, offset int) bool {
	return w.Present() && int(w.Start) <= offset && offset <= int(w.End)
}
