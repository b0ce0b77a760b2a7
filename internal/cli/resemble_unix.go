//go:build !windows

package cli

import (
	"os"
	"syscall"
)

// resemble gives f the owner and mode of another file. The cluster's own file
// system has fixed ones and refuses to change them, so nothing is changed that is
// right already.
func resemble(f *os.File, like os.FileInfo) error {
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	want, ok1 := like.Sys().(*syscall.Stat_t)
	have, ok2 := mine.Sys().(*syscall.Stat_t)
	if ok1 && ok2 && (want.Uid != have.Uid || want.Gid != have.Gid) {
		// Only root may give files away; for others the mode is what counts.
		_ = f.Chown(int(want.Uid), int(want.Gid))
	}
	if like.Mode().Perm() == mine.Mode().Perm() {
		return nil
	}
	return f.Chmod(like.Mode().Perm())
}
