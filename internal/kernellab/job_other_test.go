//go:build !linux || !amd64

package kernellab

var machineJobs Jobs
