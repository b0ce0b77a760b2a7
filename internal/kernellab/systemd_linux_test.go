//go:build linux && amd64

package kernellab

import (
	"encoding/json"
	"errors"
	"os/exec"
)

// This file runs as a service of the machine that systemd has started.

// shellJob runs a script and tells how it went. What it starts belongs to the same
// session and, unless it leaves that, to the same control group.
func shellJob(script []byte) ([]byte, error) {
	out, err := exec.Command("/bin/bash", "-c", string(script)).CombinedOutput()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		return nil, err
	}
	said := shellSaid{Text: string(out)}
	if ended != nil {
		said.Code = ended.ExitCode()
	}
	return json.Marshal(said)
}

// inForceJob is the digest of the rules.
func inForceJob([]byte) ([]byte, error) {
	digest, err := inForce()
	return []byte(digest), err
}
