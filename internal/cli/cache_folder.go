package cli

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// cacheVariable turns all caches off: PVEFW_CACHE=off.
const cacheVariable = "PVEFW_CACHE"

// cacheFolder is a folder in the user's cache directory. An entry that is damaged is none.
type cacheFolder struct {
	dir string
	cacheBounds
}

// cacheBounds are what a folder may hold. The oldest entries go first.
type cacheBounds struct {
	entries           int
	entryBytes, bytes int64
}

// openFolder returns nil where there is no cache directory, or no cache is wanted.
func openFolder(unwanted bool, name string, bounds cacheBounds) *cacheFolder {
	if unwanted || os.Getenv(cacheVariable) == "off" {
		return nil
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	return &cacheFolder{filepath.Join(base, "pvefw", name), bounds}
}

// load reads an entry and drops it if it is damaged or somebody else's.
func (c *cacheFolder) load(name string) ([]byte, bool) {
	file := filepath.Join(c.dir, name)
	info, err := os.Lstat(file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > c.entryBytes || !ownEntry(info) {
		return nil, false
	}
	data, err := os.ReadFile(file)
	if err != nil || len(data) < sha256.Size {
		return nil, false
	}
	sum := sha256.Sum256(data[sha256.Size:])
	return data[sha256.Size:], bytes.Equal(sum[:], data[:sha256.Size])
}

// store writes an entry so that readers see all of it or nothing.
func (c *cacheFolder) store(name string, data []byte) {
	if int64(len(data)+sha256.Size) > c.entryBytes || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	file, err := os.CreateTemp(c.dir, "new-*")
	if err != nil {
		return
	}
	sum := sha256.Sum256(data)
	_, err = file.Write(append(sum[:], data...))
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(c.dir, name))
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return
	}
	c.prune()
}

// prune removes the oldest entries where there are too many.
func (c *cacheFolder) prune() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []fs.FileInfo
	size := int64(0)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
			size += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return cmp.Compare(a.ModTime().UnixNano(), b.ModTime().UnixNano()) })
	for len(files) > c.entries || size > c.bytes {
		_ = os.Remove(filepath.Join(c.dir, files[0].Name()))
		size -= files[0].Size()
		files = files[1:]
	}
}
