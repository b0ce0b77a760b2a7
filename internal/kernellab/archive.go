package kernellab

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
)

// archive packs files as the "newc" cpio that kernels unpack into their first
// file system. Folders are made as needed; everything is executable.
func archive(files map[string][]byte) []byte {
	var a archiver
	seen := map[string]bool{".": true, "/": true}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		a.folders(path.Dir(name), seen)
		a.entry(name, 0o100755, files[name])
	}
	for _, mount := range []string{"proc", "sys", "dev", "run", "tmp"} {
		a.folders(mount, seen)
	}
	a.entry("TRAILER!!!", 0, nil)
	return a.out.Bytes()
}

type archiver struct {
	out    bytes.Buffer
	serial int
}

func (a *archiver) folders(dir string, seen map[string]bool) {
	if seen[dir] {
		return
	}
	seen[dir] = true
	a.folders(path.Dir(dir), seen)
	a.entry(dir, 0o040755, nil)
}

// entry writes the header of thirteen hexadecimal numbers, the name and the data,
// each filled up to a multiple of four bytes.
func (a *archiver) entry(name string, mode int, data []byte) {
	a.serial++
	fmt.Fprintf(&a.out, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
		a.serial, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name)+1, 0)
	a.out.WriteString(name)
	a.out.WriteByte(0)
	a.fill()
	a.out.Write(data)
	a.fill()
}

func (a *archiver) fill() {
	for a.out.Len()%4 != 0 {
		a.out.WriteByte(0)
	}
}
