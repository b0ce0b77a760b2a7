package cli

import (
	"path"
	"slices"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
	"github.com/pvefw/pvefw/internal/textdiff"
)

// fileDiff is one .fw file that is not the same on both sides.
type fileDiff struct {
	path           string // inside the CONFIG
	status         string // changed, added or removed
	added, removed int    // lines
	patch          string
}

// fileDiffs compares the .fw files of both sides by their places in the CONFIG.
func (r *diffRun) fileDiffs() []fileDiff {
	old, new := r.texts(0), r.texts(1)
	var names []string
	for name := range old {
		names = append(names, name)
	}
	for name := range new {
		names = append(names, name)
	}
	slices.Sort(names)
	var list []fileDiff
	for _, name := range slices.Compact(names) {
		a, inOld := old[name]
		b, inNew := new[name]
		if inOld && inNew && a == b {
			continue
		}
		d := fileDiff{path: name, status: "changed"}
		oldName, newName := "a/"+name, "b/"+name
		switch {
		case !inOld:
			d.status, oldName = "added", "/dev/null"
		case !inNew:
			d.status, newName = "removed", "/dev/null"
		}
		d.patch = textdiff.Unified(oldName, newName, a, b, 3)
		d.count()
		list = append(list, d)
	}
	return list
}

// texts are the .fw files of a side by their places.
func (r *diffRun) texts(side int) map[string]string {
	o := r.sides[side]
	list := map[string]string{}
	for _, f := range o.Input.Files() {
		list[o.place(f)] = string(f.Bytes())
	}
	return list
}

// place is where a file stands in its CONFIG. A CONFIG that is a single file has
// no places, so that files of other names can be compared.
func (o *opened) place(f *source.File) string {
	if o.Files == 1 && o.Prefix == f.Name() {
		return path.Base(f.Name())
	}
	return o.Inner(f.Name())
}

// count counts the lines of the patch.
func (d *fileDiff) count() {
	for i, line := range strings.Split(d.patch, "\n") {
		switch {
		case i < 2 || line == "":
		case line[0] == '+':
			d.added++
		case line[0] == '-':
			d.removed++
		}
	}
}
