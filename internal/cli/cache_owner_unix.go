//go:build !windows

package cli

import (
	"os"
	"syscall"
)

// ownEntry reports whether nobody else can have written a file: whoever is root by sudo
// may have the cache directory of another user.
func ownEntry(info os.FileInfo) bool {
	of, known := info.Sys().(*syscall.Stat_t)
	return known && int(of.Uid) == os.Geteuid() && info.Mode().Perm()&0o022 == 0
}
