package assist

import (
	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
)

// Fold is a range of lines that an editor may close.
type Fold struct {
	Span    source.Span // of more than one line
	Comment bool
}

// Folds are the sections, and the blocks of comment lines.
func (f File) Folds() []Fold {
	var all []Fold
	for _, s := range sections(f.FW.File) {
		if span := f.span(s.all); span.From().Line < span.To().Line {
			all = append(all, Fold{Span: span})
		}
	}
	return append(all, f.commentFolds()...)
}

func (f File) commentFolds() []Fold {
	var all []Fold
	block, lines := grammar.Word{}, 0
	close := func() {
		if lines > 1 {
			all = append(all, Fold{f.span(block), true})
		}
		lines = 0
	}
	for _, line := range f.FW.File.Lines {
		t, isTrivia := line.(*grammar.Trivia)
		if !isTrivia || !t.Comment().Present() {
			close()
			continue
		}
		w := trimmed(f.FW.File, line)
		if lines == 0 {
			block = w
		}
		block.End = w.End
		lines++
	}
	close()
	return all
}
