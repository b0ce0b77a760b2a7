package cli

import (
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
)

// configAbove is the CONFIG that a file on disk belongs to by its place: the
// directory with the datacenter's files above it, else its own; empty for a name
// that is not that of a file on disk.
func configAbove(name string) string {
	info, err := os.Stat(name)
	if err != nil || info.IsDir() {
		return ""
	}
	dir := filepath.Dir(name)
	switch parent := filepath.Dir(dir); {
	case filepath.Base(dir) == "firewall" && filepath.Base(parent) == "sdn":
		return filepath.Dir(parent)
	case filepath.Base(dir) == "firewall":
		return parent
	case filepath.Base(parent) == "nodes":
		return filepath.Dir(parent)
	case filepath.Base(dir) == "vnet":
		return parent
	}
	return dir
}

// find is the file of the CONFIG that a name means: its whole name, its path on
// disk, its path in the CONFIG, or an end of that which no other file has.
func (l *lineRun) find(o *opened, name string) (*source.File, error) {
	files := o.Input.Files()
	abs, err := filepath.Abs(name)
	if err != nil {
		abs = name
	}
	abs, inner := filepath.ToSlash(abs), path.Clean(filepath.ToSlash(name))
	var ends []*source.File
	var known []string
	for _, f := range files {
		of := o.Inner(f.Name())
		if f.Name() == name || of == inner || o.Path(f.Name()) == abs {
			return f, nil
		}
		if strings.HasSuffix("/"+of, "/"+inner) {
			ends = append(ends, f)
		}
		known = append(known, of)
	}
	if len(ends) == 1 {
		return ends[0], nil
	}
	if len(ends) > 1 {
		return nil, usagef(l.cmd, "%s is %s of %s; write more of its path", diag.Visible(name), counted(len(ends), "file", "files"), shownPath(o.Name))
	}
	text := "there is no firewall file " + diag.Visible(name) + " in " + diag.Visible(shownPath(o.Name))
	if near := diag.Nearest(inner, known); near != "" {
		text += "; did you mean " + diag.Visible(near) + "?"
	}
	return nil, usagef(l.cmd, "%s", text)
}
