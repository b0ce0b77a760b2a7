//go:build unix

package load

import (
	"syscall"
	"testing"
)

func TestSpecialFilesNeverBlock(t *testing.T) {
	tree(t, "-- d/cluster.fw --\n")
	for _, pipe := range []string{"pipe.fw", "d/nodes", "d/.vmlist", "d/100.fw"} {
		if err := syscall.Mkfifo(pipe, 0o644); err != nil {
			t.Skip("named pipes cannot be made here: ", err)
		}
	}
	refuse(t, "pipe.fw", Options{}, false, "cannot read pipe.fw: it is a named pipe, not a regular file")
	refuse(t, "/dev/zero", Options{}, false, "cannot read /dev/zero: it is a device, not a regular file")
	refuse(t, "d", Options{}, false, "cannot read d/.vmlist: it is a named pipe, not a regular file")
}
