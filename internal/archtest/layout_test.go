package archtest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

// topLevel is what may stand at the top of the repository, besides dotfiles. bin
// is the Makefile's and pvefw go build's; neither is under version control.
var topLevel = []string{
	"grammar", "compiler", "lint", "policies", "cmd", "ir", "examples", "testdata", "internal", "docs", "editors", "packaging",
	"go.mod", "go.sum", "README.md", "LICENSE", "Makefile", "CHANGELOG.md", "CONTRIBUTING.md", "action.yml", "bin", "pvefw",
}

func TestTopLevelHoldsNothingElse(t *testing.T) { report(t, checkTopLevel(repository(t))) }

func checkTopLevel(tr *tree) []string {
	var faults []string
	for _, entry := range tr.top {
		if name := entry.Name(); name[0] != '.' && !slices.Contains(topLevel, name) {
			faults = append(faults, name+" does not belong at the top level (docs/architecture.md)")
		}
	}
	return faults
}

const maxArchiveLines = 200

func TestGoldenArchivesHoldOneIdea(t *testing.T) { report(t, checkArchives(repository(t))) }

// checkArchives limits the golden archives: a person reads every one of them.
func checkArchives(tr *tree) []string {
	var faults []string
	err := fs.WalkDir(tr.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".txtar" {
			return err
		}
		text, err := fs.ReadFile(tr.fsys, name)
		if n := strings.Count(string(text), "\n"); n > maxArchiveLines {
			faults = append(faults, fmt.Sprintf("%s has %d lines, more than %d", name, n, maxArchiveLines))
		}
		return err
	})
	if err != nil {
		faults = append(faults, err.Error())
	}
	return faults
}
