//go:build !linux

package supervise

import "errors"

// Lock is nothing here.
type Lock struct{}

var errTaken = errors.New("somebody else holds it")

func grab(string, string) (*Lock, error) { return nil, supported() }

func (*Lock) note(string) {}

// Release does nothing.
func (*Lock) Release() {}

func holder(string) (string, bool) { return "", false }

func supported() error {
	return say("rules are applied to a Linux kernel, and this is another system")
}
