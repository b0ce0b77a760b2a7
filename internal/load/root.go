package load

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// RootOf finds the CONFIG that a .fw file belongs to: the folder above firewall/,
// nodes/NAME/, sdn/firewall/ or vnet/, or a flat one. ok is false for a file that
// stands alone. Both are absolute paths with the system's separators.
func RootOf(file string) (root string, ok bool) {
	dir := filepath.Dir(file)
	above := filepath.Dir(dir)
	switch base := filepath.Base(dir); {
	case filepath.Base(above) == "nodes":
		return filepath.Dir(above), true
	case base == "firewall" && filepath.Base(above) == "sdn":
		return filepath.Dir(above), true
	case base == "firewall":
		return above, true
	case base == "vnet" && IsRoot(above):
		return above, true
	case IsRoot(dir):
		return dir, true
	}
	return "", false
}

// IsRoot tells whether a directory looks like a CONFIG: it has a cluster.fw or a
// host.fw, or a folder firewall/ or nodes/ with files of the language.
func IsRoot(dir string) bool {
	for _, pattern := range []string{"cluster.fw", "host.fw", "firewall/*.fw", "nodes/*/host.fw"} {
		if found, _ := filepath.Glob(filepath.Join(quoted(dir), filepath.FromSlash(pattern))); len(found) > 0 {
			return filepath.Base(dir) != "firewall"
		}
	}
	return false
}

// IsFirewall tells a firewall file by its path or, where that does not tell, by the
// sections of its text: other files are called *.fw as well.
func IsFirewall(file string, text []byte) bool {
	if _, _, ok := kindByPath(filepath.ToSlash(file)); ok {
		return true
	}
	_, ok := kindByContent(text)
	return ok
}

// quoted takes the meaning off characters that patterns have a use for.
func quoted(dir string) string {
	if os.PathSeparator == '\\' {
		return dir // patterns know no quoting there
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(dir)
}

// The bounds of a search for CONFIGs.
const (
	deepestRoot = 6
	mostFolders = 20_000
	mostRoots   = 64
)

// RootsIn finds the CONFIGs in a directory and below it, in the order of their
// paths. Folders whose names begin with a dot are left out, and so is what lies
// inside a CONFIG.
func RootsIn(dir string) []string {
	var roots []string
	folders := 0
	_ = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		folders++
		switch {
		case folders > mostFolders || len(roots) == mostRoots:
			return fs.SkipAll
		case at != dir && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case IsRoot(at):
			roots = append(roots, at)
			return fs.SkipDir
		case depth(dir, at) >= deepestRoot:
			return fs.SkipDir
		}
		return nil
	})
	return roots
}

func depth(dir, at string) int {
	rel, err := filepath.Rel(dir, at)
	if err != nil || rel == "." {
		return 0
	}
	return 1 + strings.Count(rel, string(filepath.Separator))
}
