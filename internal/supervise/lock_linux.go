package supervise

import (
	"errors"
	"os"
	"strings"
	"syscall"
)

// Lock keeps all others from changing something. The kernel lets go of it when the
// process ends, however it ends.
type Lock struct{ file *os.File }

// errTaken says that somebody else holds a lock.
var errTaken = errors.New("somebody else holds it")

// Commands of fcntl for locks that belong to an open file, not to a process, which the
// syscall package does not name.
const (
	getLock = 36 // F_OFD_GETLK
	setLock = 37 // F_OFD_SETLK
)

// grab takes the lock on a file, which holds text as long as it is held.
func grab(path, text string) (*Lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.FcntlFlock(f.Fd(), setLock, &syscall.Flock_t{Type: syscall.F_WRLCK}); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
			err = errTaken
		}
		return nil, err
	}
	l := &Lock{f}
	l.note(text)
	return l, nil
}

// note replaces the text. On a full disk there is none, and the lock counts all the same.
func (l *Lock) note(text string) {
	_ = l.file.Truncate(0)
	_, _ = l.file.WriteAt([]byte(text+"\n"), 0)
}

// Release lets go.
func (l *Lock) Release() { _ = l.file.Close() }

// holder tells whether somebody holds a lock, and its text. It does not take it.
func holder(path string) (text string, held bool) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", false
	}
	defer f.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK}
	if err := syscall.FcntlFlock(f.Fd(), getLock, &lock); err != nil || lock.Type == syscall.F_UNLCK {
		return "", false
	}
	noted, _ := readBounded(path, 1<<10)
	return strings.TrimSpace(string(noted)), true
}

func supported() error { return nil }
