package archtest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

// owners says which package alone may import a library. Libraries for tests have
// the owner testsOnly.
var owners = map[string]string{
	"github.com/alecthomas/participle/v2": "grammar",
	"github.com/open-policy-agent/opa":    "lint/rego",
	"github.com/sergi/go-diff":            "internal/textdiff",
	"github.com/spf13/cobra":              "internal/cli",
	"github.com/spf13/pflag":              "internal/cli",
	"golang.org/x/term":                   "internal/cli",
	"go.yaml.in/yaml/v3":                  "internal/load",
	"go.lsp.dev/jsonrpc2":                 "internal/lsp",
	"go.lsp.dev/protocol":                 "internal/lsp",
	"go.lsp.dev/uri":                      "internal/lsp",
	"github.com/google/nftables":          "compiler/netlink",
	"github.com/mdlayher/netlink":         "compiler/netlink",
	"golang.org/x/sys":                    "compiler/netlink",
	"github.com/cilium/ebpf":              testsOnly,
	"github.com/google/go-cmp":            testsOnly,
	"github.com/rogpeppe/go-internal":     testsOnly,
	"pgregory.net/rapid":                  testsOnly,
}

const testsOnly = "(tests)"

func TestEachLibraryHasOneOwner(t *testing.T) { report(t, checkOwners(repository(t))) }

func checkOwners(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		for _, imported := range f.imports {
			if !thirdParty(imported) {
				continue
			}
			switch owner := ownerOf(imported); {
			case owner == "":
				faults = append(faults, fmt.Sprintf("%s imports %s, which has no owner: a new dependency needs a line here and in docs/dependencies.md", f.path, imported))
			case owner == testsOnly && !f.test && !testOnly[f.dir]:
				faults = append(faults, fmt.Sprintf("%s imports %s, which is for tests", f.path, imported))
			case owner != testsOnly && f.dir != owner:
				faults = append(faults, fmt.Sprintf("%s imports %s, which only %s may use", f.path, imported, owner))
			}
		}
	}
	return faults
}

func ownerOf(imported string) string {
	for library, owner := range owners {
		if inside(imported, library) {
			return owner
		}
	}
	return ""
}

func TestDependenciesAreExplained(t *testing.T) { report(t, checkDependencies(repository(t))) }

// checkDependencies wants one line of docs/dependencies.md for each module that
// go.mod requires directly or as a tool.
func checkDependencies(tr *tree) []string {
	mod, err := fs.ReadFile(tr.fsys, "go.mod")
	if err != nil {
		return []string{err.Error()}
	}
	doc, err := fs.ReadFile(tr.fsys, "docs/dependencies.md")
	if err != nil {
		return []string{err.Error()}
	}
	var faults []string
	for _, name := range directModules(string(mod)) {
		if !strings.Contains(string(doc), "`"+name+"`") {
			faults = append(faults, "docs/dependencies.md does not say what `"+name+"` is for")
		}
	}
	return faults
}

func directModules(mod string) []string {
	var names []string
	block := ""
	for line := range strings.Lines(mod) {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case len(words) > 0 && words[0] == ")":
			block = ""
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		direct := len(words) > 1 && (words[0] == "tool" || words[0] == "require") && !slices.Contains(words, "//")
		if direct {
			names = append(names, words[1])
		}
	}
	return names
}

func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
