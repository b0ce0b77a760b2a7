package assist

import (
	"strings"
	"testing"

	"github.com/pvefw/pvefw/internal/source"
	"pgregory.net/rapid"
)

// pieces are words of the language and what tears them apart.
var pieces = []string{
	"[OPTIONS]", "[ALIASES]", "[IPSET ", "[group ", "[RULES]", "]", "\n", "\n", "\n", " ", " ", "  ", "\t", "\r", "#", "|", "!", "+", "dc/", "guest/", "sdn/",
	"IN", "OUT", "FORWARD", "GROUP", "ACCEPT", "SSH(ACCEPT)", "SSH(", "(", ")", "-source", "-dest", "-p", "-dport", "-i", "-log", "-icmp-type", "-",
	"lan", "web", "net0", "tcp", "icmp", "22,", "http", ":", ",", "enable:", "policy_in:", "1", "10.0.0.0/8", "pvefw:ignore ", "https://", "100.fw", "é", "\xff", "\xa0", "\x00", "`", "*",
}

// Law: whatever the bytes and wherever the cursor, every question is answered, and
// every span of an answer lies in its file.
func TestEveryQuestionIsAnsweredWhateverTheBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string) string {
			return strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.SampledFrom(pieces), rapid.StringN(0, 3, 6)), 0, 40).Draw(t, label), "")
		}
		w := build(t, map[string]string{"cluster.fw": text("cluster") + " ", "100.fw": text("guest") + " ",
			"100.conf": "net0: virtio=AA:00:00:00:00:01,bridge=vmbr0,firewall=1\n"})
		f := file(t, w, rapid.SampledFrom([]string{"cluster.fw", "100.fw"}).Draw(t, "file"))
		p := f.At(rapid.IntRange(0, len(f.source().Bytes())).Draw(t, "offset"))
		for _, s := range answers(p) {
			if s.File != nil && (s.Start < 0 || s.Start > s.End || int(s.End) > len(s.File.Bytes())) {
				t.Fatalf("a span from %d to %d of %d bytes", s.Start, s.End, len(s.File.Bytes()))
			}
		}
		items, _ := p.Complete()
		for _, item := range items {
			if s := item.Span; int(s.Start) > p.Offset || int(s.End) < p.Offset || strings.Contains(s.Text(), "\n") {
				t.Fatalf("%s replaces %q, away from the cursor at %d", item.Label, s.Text(), p.Offset)
			}
			f.Document(item.Key)
		}
		around := p.Selections()
		for i := 1; i < len(around); i++ {
			if in, out := around[i-1], around[i]; in.Start < out.Start || in.End > out.End || in == out {
				t.Fatalf("%q is selected within %q", in.Text(), out.Text())
			}
		}
	})
}

// answers are the spans of all answers about a place.
func answers(p Place) []source.Span {
	all := append(p.Definition(), p.References(true)...)
	for _, h := range p.Highlights() {
		all = append(all, h.Span)
	}
	word, _, _ := p.PrepareRename()
	_, shown := p.Hover()
	all = append(all, word, shown)
	edits, _ := p.Rename("renamed")
	for _, e := range edits {
		all = append(all, e.Span)
	}
	for _, o := range p.Symbols() {
		all = append(all, o.All, o.Word)
		for _, part := range o.Parts {
			all = append(all, part.All, part.Word)
		}
	}
	for _, fold := range p.Folds() {
		all = append(all, fold.Span)
	}
	for _, l := range p.Links() {
		all = append(all, l.Span)
	}
	for _, h := range p.Hints(p.source().Span(0, len(p.source().Bytes()))) {
		all = append(all, h.At)
	}
	for _, l := range p.Lenses() {
		all = append(all, p.Resolve(l).At)
	}
	if g, ok := p.Group(); ok {
		p.Callers(g)
		all = append(all, p.Body(g))
	}
	if s := p.Signature(); s != nil {
		for _, part := range s.Parts {
			_ = s.Label[part.From:part.To]
		}
	}
	return append(all, p.Selections()...)
}
