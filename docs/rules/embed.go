// Package rules owns the pages of pvefw's own rules as people read them, one
// CODE.md each, and embeds them. It must not know how they are made: the tests of
// internal/cli write them from the catalogue and from real runs. Invariant: every
// code of the catalogue has a page, and no other has one. Start reading at Page.
package rules

import "embed"

//go:embed *.md
var pages embed.FS

// Page is the page of a code as Markdown; ok is false for a code without one.
func Page(code string) (text string, ok bool) {
	data, err := pages.ReadFile(code + ".md")
	if err != nil || code == "README" {
		return "", false
	}
	return string(data), true
}
