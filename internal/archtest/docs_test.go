package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

func TestDocsDescribeTheHouse(t *testing.T) { report(t, checkDocs(repository(t))) }

// checkDocs wants every package at its level in docs/architecture.md, and every
// oddity that changes a verdict in docs/semantics.md.
func checkDocs(tr *tree) []string {
	architecture, semantics := tr.text("docs/architecture.md"), tr.text("docs/semantics.md")
	var faults []string
	for dir := range tr.packages() {
		level, known := levels[dir]
		row := regexp.MustCompile(fmt.Sprintf("(?m)^\\| %d \\|.*`%s`", level, regexp.QuoteMeta(dir)))
		if known && !row.MatchString(architecture) {
			faults = append(faults, fmt.Sprintf("docs/architecture.md has no row of level %d for `%s`", level, dir))
		}
	}
	for _, f := range tr.files {
		isQuirk := strings.HasPrefix(path.Base(f.path), "quirk_") && !f.test
		if isQuirk && !strings.Contains(semantics, "`"+f.path+"`") {
			faults = append(faults, "docs/semantics.md does not mention `"+f.path+"`")
		}
	}
	return faults
}

func TestDocsNameFilesThatExist(t *testing.T) { report(t, checkDocPaths(repository(t))) }

// A path in backquotes that starts with one of our directories.
var docPath = regexp.MustCompile("`((?:grammar|compiler|lint|policies|cmd|ir|internal|docs|testdata|examples|editors)/[a-z0-9_/.*-]*)`")

func checkDocPaths(tr *tree) []string {
	var faults []string
	for _, doc := range []string{"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/semantics.md"} {
		for _, m := range docPath.FindAllStringSubmatch(tr.text(doc), -1) {
			found, err := fs.Glob(tr.fsys, strings.TrimSuffix(m[1], "/"))
			if err != nil || len(found) == 0 {
				faults = append(faults, fmt.Sprintf("%s names %s, which does not exist", doc, m[1]))
			}
		}
	}
	return faults
}

// text is empty for a file that is missing, which fails whoever looks for words.
func (tr *tree) text(name string) string {
	text, err := fs.ReadFile(tr.fsys, name)
	if err != nil {
		return ""
	}
	return string(text)
}
