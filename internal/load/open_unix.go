//go:build unix

package load

import (
	"io"
	"io/fs"
	"syscall"
)

// descriptor is an open file. It goes round the poller of the os package, which asks
// the kernel to watch each file only to learn that regular files cannot be watched:
// a fifth of what reading a small file costs.
type descriptor int

// open opens a file for reading, without waiting for a peer of it.
func open(file string) (descriptor, error) {
	for {
		fd, err := syscall.Open(file, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if err != syscall.EINTR {
			return descriptor(fd), err
		}
	}
}

// look returns the type of the file and its size in bytes.
func (d descriptor) look() (kind fs.FileMode, size int64, err error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(int(d), &st); err != nil {
		return 0, 0, err
	}
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
	case syscall.S_IFDIR:
		kind = fs.ModeDir
	case syscall.S_IFIFO:
		kind = fs.ModeNamedPipe
	case syscall.S_IFSOCK:
		kind = fs.ModeSocket
	case syscall.S_IFCHR, syscall.S_IFBLK:
		kind = fs.ModeDevice
	default:
		kind = fs.ModeIrregular
	}
	return kind, st.Size, nil
}

// Read is that of io.Reader.
func (d descriptor) Read(b []byte) (int, error) {
	for {
		n, err := syscall.Read(int(d), b)
		switch {
		case err == syscall.EINTR:
		case err != nil:
			return 0, err
		case n == 0 && len(b) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func (d descriptor) close() { _ = syscall.Close(int(d)) }
