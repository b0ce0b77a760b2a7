package assist

import (
	"regexp"
	"sync"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/source"
)

// Link is a word of a comment that leads somewhere: exactly one of URL, File and
// Code is set.
type Link struct {
	Span source.Span
	URL  string
	File *source.File // a firewall file of the CONFIG
	Code string       // of a lint rule, which has a page
}

var (
	urlWord  = regexp.MustCompile(`https?://[^\s<>"'` + "`" + `]*[^\s<>"'` + "`" + `.,;:!?)\]]`)
	fileWord = regexp.MustCompile(`[A-Za-z0-9][A-Za-z0-9._-]*\.fw\b`)
	codeWord = regexp.MustCompile(`pvefw:ignore[ \t]+([a-z0-9-]+)`)
)

// Links are the addresses, file names and ignored codes in the comments of the file.
func (f File) Links() []Link {
	files := sync.OnceValue(f.byLastName)
	var all []Link
	for _, line := range f.FW.File.Lines {
		whole := trimmed(f.FW.File, line)
		start := commentStart(f.FW.File, line)
		if start >= whole.End {
			continue
		}
		all = append(all, f.linksIn(grammar.Word{Start: start, End: whole.End}, files)...)
	}
	return all
}

// byLastName finds files by their names without folders; names that several files
// have lead nowhere.
func (f File) byLastName() map[string]*source.File {
	x := f.everyone()
	if x == nil {
		x = f.Index()
	}
	files := map[string]*source.File{}
	for _, other := range x.files {
		name := lastName(other.names.Source)
		if _, twice := files[name]; twice {
			files[name] = nil
			continue
		}
		files[name] = other.names.Source
	}
	return files
}

func (f File) linksIn(comment grammar.Word, files func() map[string]*source.File) []Link {
	text := f.text(comment)
	at := func(from, to int) source.Span {
		return f.source().Span(int(comment.Start)+from, int(comment.Start)+to)
	}
	var all []Link
	for _, m := range urlWord.FindAllStringIndex(text, -1) {
		all = append(all, Link{Span: at(m[0], m[1]), URL: text[m[0]:m[1]]})
	}
	for _, m := range fileWord.FindAllStringIndex(text, -1) {
		if target := files()[text[m[0]:m[1]]]; target != nil {
			all = append(all, Link{Span: at(m[0], m[1]), File: target})
		}
	}
	for _, m := range codeWord.FindAllStringSubmatchIndex(text, -1) {
		all = append(all, Link{Span: at(m[2], m[3]), Code: text[m[2]:m[3]]})
	}
	return all
}
