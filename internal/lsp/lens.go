package lsp

import (
	"github.com/pvefw/pvefw/internal/assist"
	"go.lsp.dev/protocol"
)

func offerLens(c *protocol.ServerCapabilities) {
	c.CodeLensProvider = &protocol.CodeLensOptions{ResolveProvider: yes()}
}

func atLens(p *protocol.CodeLensParams) protocol.TextDocumentIdentifier { return p.TextDocument }

// The commands of lenses are carried out by the client. showReferences has for
// arguments a URI, a position and locations; the others a list of words, those behind
// pvefw simulate and pvefw verify.
const (
	showReferences = "pvefw.showReferences"
	simulate       = "pvefw.simulate"
	runTests       = "pvefw.verify"
)

// lensData leads from a lens back to its place.
type lensData struct {
	URI    string            `json:"uri"`
	Action assist.LensAction `json:"action"`
	Start  int               `json:"start"`
	End    int               `json:"end"`
	Title  string            `json:"title,omitempty"`
}

// lenses lists places only: what stands there is worked out for those that are seen.
func lenses(v *view, f assist.File, _ *protocol.CodeLensParams) []protocol.CodeLens {
	out := []protocol.CodeLens{}
	for _, l := range f.Lenses() {
		data := lensData{string(v.uriOf(v.name)), l.Action, int(l.At.Start), int(l.At.End), l.Title}
		out = append(out, protocol.CodeLens{Range: v.rangeOf(l.At), Data: encoded(&data)})
	}
	return out
}

func dataOfLens(p *protocol.CodeLens) protocol.LSPAny { return p.Data }

func resolveLens(v *view, f assist.File, p *protocol.CodeLens) {
	var d lensData
	if !held(p.Data, &d) || d.Start < 0 || d.Start > d.End || d.End > len(v.file.Bytes()) {
		return
	}
	l := f.Resolve(assist.Lens{At: v.file.Span(d.Start, d.End), Action: d.Action, Title: d.Title})
	p.Command = protocol.Command{Title: l.Title}
	switch {
	case l.Action == assist.ShowUses:
		at := v.rangeOf(l.At).Start
		p.Command.Command = showReferences
		p.Command.Arguments = []protocol.LSPAny{encoded(v.uriOf(v.name)), encoded(&at), encoded(v.locations(f.At(d.Start).References(false)))}
	case l.Action == assist.Simulate && len(l.Args) > 0:
		p.Command.Command, p.Command.Arguments = simulate, []protocol.LSPAny{encoded(append(l.Args, v.Path()))}
	case l.Action == assist.RunTests:
		p.Command.Command, p.Command.Arguments = runTests, []protocol.LSPAny{encoded([]string{v.Path()})}
	}
}
