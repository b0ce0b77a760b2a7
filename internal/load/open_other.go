//go:build !unix

package load

import (
	"io/fs"
	"os"
	"syscall"
)

// descriptor is an open file.
type descriptor struct{ *os.File }

// open opens a file for reading, without waiting for a peer of it.
func open(file string) (descriptor, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	return descriptor{f}, err
}

// look returns the type of the file and its size in bytes.
func (d descriptor) look() (kind fs.FileMode, size int64, err error) {
	info, err := d.Stat()
	if err != nil {
		return 0, 0, err
	}
	return info.Mode().Type(), info.Size(), nil
}

func (d descriptor) close() { _ = d.Close() }
