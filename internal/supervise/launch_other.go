//go:build !linux

package supervise

// Launch fails.
func (*Store) Launch(int, ...string) error { return supported() }

// Detach fails.
func Detach(...string) error { return supported() }

func signalEnd(int) error { return supported() }
