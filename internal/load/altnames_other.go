//go:build !linux

package load

// altNames is nil where there is no way to ask.
func altNames() map[string]string { return nil }
