//go:build !linux || !amd64

package kernellab

import (
	"context"
	"time"
)

// Machine is a booted kernel; there is none on this system.
type Machine struct{}

// Serve does nothing on this system.
func Serve(Jobs) {}

// Boot says that there is no lab on this system.
func Boot(context.Context) (*Machine, error) { return nil, &MissingError{"Linux on amd64"} }

// Kernel returns nothing.
func (*Machine) Kernel() string { return "" }

// Run cannot be reached: there is no Machine.
func (*Machine) Run(context.Context, Case) (Report, error) {
	return Report{}, &MissingError{"Linux on amd64"}
}

// Do cannot be reached either.
func (*Machine) Do(context.Context, string, []byte, time.Duration) ([]byte, error) {
	return nil, &MissingError{"Linux on amd64"}
}

// Off cannot be reached either.
func (*Machine) Off(time.Duration) error { return &MissingError{"Linux on amd64"} }

// Close does nothing.
func (*Machine) Close() error { return nil }

// Disk is a file with a Debian in it; there is none on this system.
type Disk string

// NewDisk says that there is no lab on this system.
func NewDisk(string) (Disk, error) { return "", &MissingError{"Linux on amd64"} }

// Boot cannot be reached: there is no Disk.
func (Disk) Boot(context.Context, map[string][]byte) (*Machine, error) {
	return nil, &MissingError{"Linux on amd64"}
}
