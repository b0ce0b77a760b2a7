//go:build !linux

package netlink

// Others fails: there are no tables here.
func (*Conn) Others() ([]string, error) { return nil, errNoKernel }
