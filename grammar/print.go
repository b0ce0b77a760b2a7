package grammar

import (
	"strings"
)

// Print returns the text of the file, byte for byte what Parse was given.
func Print(f *File) []byte {
	out := make([]byte, 0, len(f.Source.Bytes()))
	for _, l := range f.Lines {
		whole := l.base().Whole
		out = append(out, f.Source.Bytes()[whole.Start:whole.End]...)
	}
	return out
}

// EBNF returns the description of the language that the parsers follow, one
// block per kind of line. What a token such as <word> is, the scanners say.
func EBNF() string {
	blocks := []string{
		headers().String(), options().String(), aliases().String(),
		entries().String(), rules().String(),
	}
	return strings.Join(blocks, "\n\n") + "\n"
}
