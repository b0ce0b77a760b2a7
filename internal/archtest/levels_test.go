package archtest

import (
	"fmt"
	"strings"
	"testing"
)

// levels is the table of docs/architecture.md, with rooms that are planned and
// not built yet. A package may import packages of lower levels only.
var levels = map[string]int{
	"internal/source": 0, "internal/facts": 0,
	"internal/diag": 1, "internal/textdiff": 1,
	"grammar": 2, "grammar/preview": 2, "ir": 2,
	"ir/packet": 3, "ir/config": 3,
	"ir/lower": 4, "ir/analysis": 4, "policies": 4, "docs/rules": 4, "compiler": 4,
	"compiler/iptables": 5, "compiler/iptables/chain": 5, "compiler/nft": 5, "lint": 5,
	"compiler/netlink": 6, "compiler/nft/listing": 6, "compiler/nft/space": 6, "lint/rego": 6, "internal/verify": 6,
	"compiler/all": 7, "lint/all": 7, "internal/plan": 7, "internal/assist": 7,
	"internal/load": 8, "internal/memo": 8, "internal/session": 8, "internal/supervise": 8,
	"internal/lsp": 9, "internal/logger": 9,
	"internal/cli": 10,
	"cmd/pvefw":    11,
}

// testOnly are packages that only tests import and that may import everything.
var testOnly = map[string]bool{"editors": true, "internal/archtest": true, "internal/bench": true, "internal/conformance": true, "internal/golden": true, "internal/kernellab": true, "internal/lsptest": true, "internal/measured": true, "internal/netns": true}

// siblings are the planned imports within one level: a specialisation beside the
// room that it belongs to.
var siblings = map[string]string{
	"grammar/preview":         "grammar",
	"compiler/iptables/chain": "compiler/iptables",
	"internal/session":        "internal/load",
}

func TestPackagesImportLowerLevelsOnly(t *testing.T) { report(t, checkLevels(repository(t))) }

func checkLevels(tr *tree) []string {
	var faults []string
	for dir, files := range tr.packages() {
		if _, known := levels[dir]; !known && !testOnly[dir] {
			faults = append(faults, fmt.Sprintf("%s has no level: give it one here and in docs/architecture.md", dir))
			continue
		}
		for _, f := range files {
			faults = append(faults, checkImportLevels(f)...)
		}
	}
	return faults
}

func checkImportLevels(f goFile) []string {
	var faults []string
	for _, imported := range f.imports {
		target, ours := internalPath(imported)
		switch {
		case !ours:
		case testOnly[target] && !f.test:
			faults = append(faults, fmt.Sprintf("%s imports %s, which holds tests only", f.path, target))
		case f.test || testOnly[f.dir] || siblings[f.dir] == target:
		case levels[target] >= levels[f.dir]:
			faults = append(faults, fmt.Sprintf("%s (level %d) imports %s (level %d): only lower levels are allowed",
				f.path, levels[f.dir], target, levels[target]))
		}
	}
	return faults
}

func TestNobodyLooksBehindTheWalls(t *testing.T) { report(t, checkWalls(repository(t))) }

// checkWalls holds the imports that the level alone would allow. Tests may look
// where they want.
func checkWalls(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		for _, imported := range f.imports {
			if why := behindWall(f.dir, imported); why != "" && !f.test {
				faults = append(faults, fmt.Sprintf("%s imports %s: %s", f.path, imported, why))
			}
		}
	}
	return faults
}

func behindWall(dir, imported string) string {
	target, ours := internalPath(imported)
	switch {
	case inside(dir, "compiler") && ours && (inside(target, "grammar") || target == "ir/config"):
		return "a backend sees the IR and nothing before it"
	case dir == "ir" && ours && target != "internal/source":
		return "the IR knows source places and nothing else of ours"
	case inside(dir, "policies") && (ours || thirdParty(imported)):
		return "policies use the standard library only"
	}
	return ""
}

func inside(dir, room string) bool { return dir == room || strings.HasPrefix(dir, room+"/") }

// report fails once per fault, in a stable order.
func report(t *testing.T, faults []string) {
	t.Helper()
	for _, fault := range sorted(faults) {
		t.Error(fault)
	}
}
