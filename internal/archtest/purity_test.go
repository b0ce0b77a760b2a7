package archtest

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"testing"
)

// pureBelow is the first level that may touch the world. Below it inputs arrive
// as bytes, and node facts and the time as values.
const pureBelow = 8

var worldly = []string{
	"os", "os/exec", "os/signal", "os/user", "io/ioutil", "net/http", "syscall", "log", "log/slog", "plugin", "testing",
}

// worldlyCalls are functions of packages that are otherwise welcome.
var worldlyCalls = map[string][]string{
	"time":     {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick"},
	"fmt":      {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
	"runtime":  {"GC", "NumCPU", "NumGoroutine"},
	"filepath": {"Abs", "EvalSymlinks", "Glob", "Walk", "WalkDir"},
}

// harmless is all of a worldly package that counts as arithmetic.
var harmless = map[string][]string{
	"net": {"ParseMAC", "HardwareAddr"},
}

func TestLowerLevelsDoNotTouchTheWorld(t *testing.T) { report(t, checkPurity(repository(t))) }

func checkPurity(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		level, known := levels[f.dir]
		if !known || level >= pureBelow || f.test {
			continue
		}
		for _, imported := range f.imports {
			if slices.Contains(worldly, imported) {
				faults = append(faults, fmt.Sprintf("%s imports %s: levels below %d do no I/O", f.path, imported, pureBelow))
			}
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if call := worldlyCall(f, n); call != "" {
				faults = append(faults, fmt.Sprintf("%s:%d uses %s: levels below %d get it as a value", f.path, tr.line(n.Pos()), call, pureBelow))
			}
			return true
		})
	}
	return faults
}

// worldlyCall goes by the names of packages as imported, so a variable of such a
// name in a file without the import is left alone.
func worldlyCall(f goFile, n ast.Node) string {
	selector, ok := n.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	pkg, ok := selector.X.(*ast.Ident)
	if !ok || !slices.ContainsFunc(f.imports, func(imported string) bool { return path.Base(imported) == pkg.Name }) {
		return ""
	}
	allowed, guarded := harmless[pkg.Name]
	if !slices.Contains(worldlyCalls[pkg.Name], selector.Sel.Name) && (!guarded || slices.Contains(allowed, selector.Sel.Name)) {
		return ""
	}
	return pkg.Name + "." + selector.Sel.Name
}

func TestOnlyTheFacesExit(t *testing.T) { report(t, checkExits(repository(t))) }

// checkExits refuses os.Exit and log.Fatal where the main function cannot see it.
func checkExits(tr *tree) []string {
	var faults []string
	for _, f := range tr.files {
		if f.test || levels[f.dir] >= 9 {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "os" && selector.Sel.Name == "Exit" {
				faults = append(faults, fmt.Sprintf("%s:%d exits: return an error", f.path, tr.line(n.Pos())))
			}
			return true
		})
	}
	return faults
}
