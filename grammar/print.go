package grammar

import (
	"fmt"
	"strings"
)

// Print returns the text of the file, byte for byte what Parse was given.
func Print(f *File) []byte {
	out := make([]byte, 0, len(f.Source.Bytes()))
	for _, l := range f.Lines {
		whole := l.base().Whole()
		out = append(out, f.Source.Bytes()[whole.Start:whole.End]...)
	}
	return out
}

// EBNF returns the description of the language that the parsers follow: one
// block per kind of line, then what each token of the scanners stands for.
func EBNF() string {
	var b strings.Builder
	for _, block := range []string{
		headers().String(), options().String(), aliases().String(),
		entries().String(), rules().String(),
	} {
		for _, production := range strings.Split(block, "\n") {
			if !strings.Contains(b.String(), production) {
				b.WriteString(production + "\n")
			}
		}
		b.WriteString("\n")
	}
	for _, t := range terminals {
		fmt.Fprintf(&b, "<%s> = ? %s ? .\n", strings.ToLower(t.name), t.meaning)
	}
	return b.String()
}
